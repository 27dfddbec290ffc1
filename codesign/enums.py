"""Co-design's fixed vocabularies and the table of how a proposal may move."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StageKind(TextChoices):
    """What a workspace's time is for. A stage opens named acts (see permissions.STAGE_OPENS)."""

    LISTEN = "listen", _("Listen")
    SUGGEST = "suggest", _("Suggest")
    DEVELOP = "develop", _("Develop")
    CHOOSE = "choose", _("Choose")
    DECIDE = "decide", _("Decide")
    DELIVER = "deliver", _("Deliver")


class FeatureStatus(TextChoices):
    """How a part of the service stands from a day on."""

    PLANNED = "planned", _("Planned")
    CURRENT = "current", _("Running now")
    CHANGED = "changed", _("Running, changed")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class ProposalKind(TextChoices):
    FEATURE = "feature", _("Part of the service")
    ACTIVITY = "activity", _("Activity")
    RULE = "rule", _("Rule")


class ProposalStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    SHORTLISTED = "shortlisted", _("Shortlisted")
    AGREED = "agreed", _("Agreed")
    NOT_AGREED = "not_agreed", _("Not agreed")
    PARKED = "parked", _("Parked")
    MERGED = "merged", _("Merged")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Which status may follow which. The diagram in docs/glossary.md is drawn from this table.
PROPOSAL_MOVES: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    ProposalStatus.DRAFT: frozenset({ProposalStatus.OPEN, ProposalStatus.WITHDRAWN}),
    ProposalStatus.OPEN: frozenset(
        {
            ProposalStatus.SHORTLISTED,
            ProposalStatus.AGREED,
            ProposalStatus.NOT_AGREED,
            ProposalStatus.PARKED,
            ProposalStatus.MERGED,
            ProposalStatus.WITHDRAWN,
        }
    ),
    ProposalStatus.SHORTLISTED: frozenset(
        {
            ProposalStatus.OPEN,
            ProposalStatus.AGREED,
            ProposalStatus.NOT_AGREED,
            ProposalStatus.PARKED,
            ProposalStatus.MERGED,
            ProposalStatus.WITHDRAWN,
        }
    ),
    ProposalStatus.AGREED: frozenset(),
    ProposalStatus.NOT_AGREED: frozenset({ProposalStatus.OPEN}),
    ProposalStatus.PARKED: frozenset({ProposalStatus.OPEN, ProposalStatus.WITHDRAWN}),
    ProposalStatus.MERGED: frozenset(),
    ProposalStatus.WITHDRAWN: frozenset({ProposalStatus.OPEN}),
}
# Open to support and comments.
LIVE_PROPOSALS = frozenset({ProposalStatus.OPEN, ProposalStatus.SHORTLISTED})


class CommentKind(TextChoices):
    FOR = "for", _("A point for")
    CONCERN = "concern", _("A concern")
    QUESTION = "question", _("A question")
    EXPERIENCE = "experience", _("My experience")
    SUGGESTION = "suggestion", _("A suggestion")


class SessionStep(TextChoices):
    """Where a design session's room stands. One screen each, moved by the facilitator."""

    WELCOME = "welcome", _("Welcome")
    SHARE = "share", _("Share ideas")
    CHOOSE = "choose", _("Choose")
    CLOSED = "closed", _("Closed")


# The room goes forward or back one step; closing is an act of its own.
SESSION_STEPS = [SessionStep.WELCOME, SessionStep.SHARE, SessionStep.CHOOSE]


class Outcome(TextChoices):
    """What a decision says about one proposal."""

    AGREED = "agreed", _("Agreed")
    CHANGED = "changed", _("Agreed with changes")
    NOT_AGREED = "not_agreed", _("Not agreed")
    PARKED = "parked", _("Parked")


OUTCOME_STATUS: dict[Outcome, ProposalStatus] = {
    Outcome.AGREED: ProposalStatus.AGREED,
    Outcome.CHANGED: ProposalStatus.AGREED,
    Outcome.NOT_AGREED: ProposalStatus.NOT_AGREED,
    Outcome.PARKED: ProposalStatus.PARKED,
}
