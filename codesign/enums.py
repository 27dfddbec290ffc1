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
    SPLIT = "split", _("Split")
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
            ProposalStatus.SPLIT,
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
            ProposalStatus.SPLIT,
            ProposalStatus.WITHDRAWN,
        }
    ),
    ProposalStatus.AGREED: frozenset(),
    ProposalStatus.NOT_AGREED: frozenset({ProposalStatus.OPEN}),
    ProposalStatus.PARKED: frozenset({ProposalStatus.OPEN, ProposalStatus.WITHDRAWN}),
    ProposalStatus.MERGED: frozenset(),
    ProposalStatus.SPLIT: frozenset(),
    ProposalStatus.WITHDRAWN: frozenset({ProposalStatus.OPEN}),
}
# Where a merged one returns to when the merge is taken apart; no other act moves it.
BACK_FROM_MERGE = {
    ProposalStatus.MERGED: frozenset({ProposalStatus.OPEN, ProposalStatus.SHORTLISTED})
}
# Where a decision that replaces or reviews an earlier one may move what that one decided about.
DECIDED = frozenset({ProposalStatus.AGREED, ProposalStatus.NOT_AGREED, ProposalStatus.PARKED})
DECIDED_AGAIN: dict[ProposalStatus, frozenset[ProposalStatus]] = dict.fromkeys(DECIDED, DECIDED)
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


class OpenTo(TextChoices):
    """Who may take part in a workspace; and who may read it, while it is not public."""

    PARTNERSHIP = "partnership", _("Everybody in the partnership")
    ROLES = "roles", _("People of some roles")
    INVITATION = "invitation", _("People who are invited")


class RoughCost(TextChoices):
    """What a proposal may cost in a year, as a provider guesses it. Bands, since it is a guess."""

    NONE = "none", _("Nothing extra")
    SMALL = "small", _("Under £500 a year")
    MEDIUM = "medium", _("£500 to £5,000 a year")
    LARGE = "large", _("£5,000 to £50,000 a year")
    VERY_LARGE = "very_large", _("More than £50,000 a year")
    UNKNOWN = "unknown", _("We cannot say yet")


class RoughEffort(TextChoices):
    """How long it may take a provider to bring a proposal about."""

    DAYS = "days", _("Days")
    WEEKS = "weeks", _("Weeks")
    MONTHS = "months", _("Months")
    LONGER = "longer", _("A year or more")
    UNKNOWN = "unknown", _("We cannot say yet")


class AttachmentKind(TextChoices):
    PICTURE = "picture", _("Picture")
    DOCUMENT = "document", _("Document")


class AmendmentStatus(TextChoices):
    OPEN = "open", _("Waiting for the authors")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")


class HidingReason(TextChoices):
    """The published policy: the only reasons for which anybody's words are hidden."""

    PRIVATE = "private", _("It tells something private about a person")
    NAMED = "named", _("It blames a person by name")
    HARM = "harm", _("It threatens, insults or bullies")
    HATE = "hate", _("It attacks people for who they are")
    UNSAFE = "unsafe", _("Following it could put somebody in danger")
    ADVERT = "advert", _("It advertises or repeats the same thing many times")
    NOT_OURS = "not_ours", _("It is copied from somebody who has not agreed")


class HidingAnswer(TextChoices):
    """What a second moderator answers when an author asks again."""

    STANDS = "stands", _("It stays hidden")
    PUT_BACK = "put_back", _("It was put back")


class ReportOutcome(TextChoices):
    HIDDEN = "hidden", _("The words were hidden")
    LEFT = "left", _("The words stay")


class Interest(TextChoices):
    """What people look for when they look for something to do."""

    COMPANY = "company", _("Talking and company")
    FOOD = "food", _("Food and cooking")
    CRAFT = "craft", _("Making things")
    OUTDOORS = "outdoors", _("Gardens and outdoors")
    MOVING = "moving", _("Moving and sport")
    MUSIC = "music", _("Music, film and stories")
    LEARNING = "learning", _("Learning something")
    DIGITAL = "digital", _("Phones and computers")
    SUPPORT = "support", _("Support and advice")


class SignUpState(TextChoices):
    COMING = "coming", _("You are coming")
    WAITING = "waiting", _("You are on the waiting list")
    CANCELLED = "cancelled", _("You are not coming")


class Repeats(TextChoices):
    """How often an activity happens; each is written as a rule of RFC 5545 (dates.rule_for)."""

    ONCE = "once", _("Once, or on single dates")
    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month, on the same weekday")


class BallotMethod(TextChoices):
    """How a ballot is filled in and counted; each is a way of counting in codesign.counting."""

    TICK = "tick", _("Tick what you support")
    DOTS = "dots", _("Give out dots")
    SCORE = "score", _("Score each one")
    CONSENT = "consent", _("Can we live with it?")
    RANK_ONE = "rank_one", _("Rank them, to choose one")
    RANK_SEVERAL = "rank_several", _("Rank them, to choose several")
    BUDGET = "budget", _("Spend a budget together")
    PAIRS = "pairs", _("Which first?")


# Ways that ask what people support: beside their result stands the common ground across roles.
PRIORITISING = frozenset(
    {BallotMethod.TICK, BallotMethod.DOTS, BallotMethod.SCORE, BallotMethod.BUDGET}
)
RANKED = frozenset({BallotMethod.RANK_ONE, BallotMethod.RANK_SEVERAL})


class Secrecy(TextChoices):
    """Who can find out how somebody voted. Fixed when the ballot opens."""

    NAMED = "named", _("Named: people here see who chose what")
    SECRET = "secret", _("Secret: nobody can see who chose what")
    CARDS = "cards", _("Secret, with paper cards: each card is one vote")


SECRET = frozenset({Secrecy.SECRET, Secrecy.CARDS})


class ResultsWhen(TextChoices):
    AT_CLOSE = "at_close", _("When the vote has closed")
    AFTER_VOTING = "after_voting", _("To each person once they have voted")


class BallotState(TextChoices):
    """How a ballot stands; read from its dates and the clock, never stored."""

    DRAFT = "draft", _("Being set up")
    COMING = "coming", _("Opens soon")
    OPEN = "open", _("Open now")
    COUNTING = "counting", _("Closed, about to be counted")
    CLOSED = "closed", _("Closed")
    ANNULLED = "annulled", _("Annulled")


class ObjectionKind(TextChoices):
    DISAGREE = "disagree", _("Disagrees")
    OBJECT = "object", _("Objects")


class StatementStatus(TextChoices):
    """A statement is shown to others once a person has read it."""

    WAITING = "waiting", _("Waiting to be read")
    SHOWN = "shown", _("Shown to everybody")
    DECLINED = "declined", _("Not shown")


class Stance(TextChoices):
    AGREE = "agree", _("Agree")
    DISAGREE = "disagree", _("Disagree")
    PASS = "pass", _("Pass, or not sure")
