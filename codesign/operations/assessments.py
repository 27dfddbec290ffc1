"""Writes about assessment: agreeing what to judge by, judging, and showing what everybody said.

Whoever assesses does it alone: until a facilitator publishes, nobody sees a score but its giver,
and nothing of it stands in the record but that somebody of a role has assessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.models import Assessment, Criterion, OutcomeScore, Proposal, Score, Workspace
from codesign.operations.proposals import locked
from codesign.operations.telling import people_of
from codesign.operations.workspaces import check_not_closed, check_open
from codesign.queries.assessments import FEWEST_ASSESSORS
from portal import clock, live, notices, permissions, record
from portal.enums import Duty
from portal.models import Participant, ref
from portal.refusal import Refusal

MOST_CRITERIA = 8
LOWEST, HIGHEST = 1, 5


class UnableToAgreeCriteria(Refusal):
    """There are none, too many, two of one name, or somebody has assessed by the old ones."""


class UnableToAssessProposal(Refusal):
    """It is one's own, closed or published, or a question has no score or no reason."""


class UnableToPublishAssessments(Refusal):
    """They are published already, or too few people have assessed."""


@dataclass(frozen=True)
class CriterionWords:
    """One thing to judge by: its name, its question, and what 1 and what 5 mean."""

    name: str
    question: str
    low: str
    high: str


def usual_criteria() -> list[CriterionWords]:
    """What a space begins with until its people agree on something else."""
    return [
        CriterionWords(
            _("Feasibility"),
            _("How easily could it be done?"),
            _("It would be very hard"),
            _("It could start tomorrow"),
        ),
        CriterionWords(
            _("Cost"),
            _("Is it worth what it costs?"),
            _("It costs far more than it gives"),
            _("It costs nothing, or saves money"),
        ),
        CriterionWords(
            _("Reach"),
            _("How many of the people it is meant for would it reach?"),
            _("Hardly any of them"),
            _("Nearly all of them"),
        ),
        CriterionWords(
            _("Fit"),
            _("Does it fit what people asked for, and what is there already?"),
            _("It pulls the other way"),
            _("It is just what is missing"),
        ),
    ]


def held(workspace: Workspace) -> Workspace:
    """The workspace read afresh and held, so that criteria stay while somebody judges by them."""
    return (
        Workspace.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partnership")
        .get(pk=workspace.pk)
    )


def are_fixed(workspace: Workspace) -> bool:
    """Whether something here was judged by the criteria, so that they stay as they are."""
    return (
        Assessment.objects.filter(proposal__workspace=workspace).exists()
        or OutcomeScore.objects.filter(criterion__workspace=workspace).exists()
    )


@transaction.atomic
def agree_criteria(
    *, workspace: Workspace, criteria: Sequence[CriterionWords], by: Participant
) -> list[Criterion]:
    """Write down what suggestions of a workspace are judged by, in place of what was there.

    Raises UnableToAgreeCriteria once somebody has assessed by the earlier ones, and when there are
    none, more than MOST_CRITERIA, one that lacks words, or two of one name.
    """
    workspace = held(workspace)
    permissions.check(by, "agree_criteria", workspace)
    check_not_closed(workspace, UnableToAgreeCriteria)
    if are_fixed(workspace):
        raise UnableToAgreeCriteria(
            _(
                "Somebody has already judged a suggestion by these questions, so they stay."
                " Otherwise people would be judged by different ones."
            )
        )
    _check_criteria(criteria)
    workspace.criteria.all().delete()
    agreed = Criterion.objects.bulk_create(
        Criterion(workspace=workspace, place=place, **vars(each))
        for place, each in enumerate(criteria, 1)
    )
    record.append(
        "criteria_agreed",
        by=by,
        subject=workspace,
        public={"count": len(agreed)},
        content={"criteria": [vars(each) for each in criteria]},
    )
    live.announce(workspace)
    notices.queue(
        notices.followers(workspace),
        subject=workspace,
        text=_("Agreed: what suggestions are judged by in “%(title)s”")
        % {"title": workspace.title},
        but_not=by,
    )
    return agreed


def _check_criteria(criteria: Sequence[CriterionWords]) -> None:
    if not criteria:
        raise UnableToAgreeCriteria(_("Write at least one question to judge by."))
    if len(criteria) > MOST_CRITERIA:
        raise UnableToAgreeCriteria(
            _("Nobody can weigh more than %(most)d things at once. Please take some out.")
            % {"most": MOST_CRITERIA}
        )
    if any(not text.strip() for each in criteria for text in vars(each).values()):
        raise UnableToAgreeCriteria(
            _("Each needs a name, a question, and words for what 1 and what 5 mean.")
        )
    if len({each.name.strip().casefold() for each in criteria}) < len(criteria):
        raise UnableToAgreeCriteria(_("Two have the same name. Please give each its own."))


def check_assessable(proposal: Proposal, by: Participant) -> None:
    """Raise UnableToAssessProposal, saying why, unless `by` may say now what they think of it."""
    if proposal.is_by(by):
        raise UnableToAssessProposal(
            _("This is your own suggestion, so others say what they think of it.")
        )
    check_open(proposal.workspace, "assess_proposal", by, UnableToAssessProposal)
    if proposal.assessments_published_at is not None:
        raise UnableToAssessProposal(
            _("What people think of this is published, so it stays. You can add a comment.")
        )
    if proposal.is_hidden:
        raise UnableToAssessProposal(_("Its words are hidden, so nobody assesses it now."))
    if not proposal.is_live:
        raise UnableToAssessProposal(
            _("This suggestion is now “%(status)s”, so nobody assesses it any more.")
            % {"status": proposal.get_status_display()}
        )
    if not proposal.workspace.criteria.exists():
        raise UnableToAssessProposal(
            _("Nobody has agreed yet what suggestions are judged by. A facilitator can do that.")
        )


@transaction.atomic
def assess_proposal(
    *,
    proposal: Proposal,
    scores: Mapping[int, tuple[int, str]],
    by: Participant,
    words: str = "",
) -> Assessment:
    """Say what one thinks of a proposal; saying it again replaces what one said before.

    `scores` holds, for each criterion of the workspace (its id), a score from 1 to 5 and the
    reason. When enough people have assessed, the facilitators hear that they can publish. Raises
    UnableToAssessProposal (see `check_assessable`), and when an answer or its reason is missing.
    """
    workspace = held(proposal.workspace)
    proposal = locked(proposal)
    permissions.check(by, "assess_proposal", proposal)
    check_assessable(proposal, by)
    _check_scores(workspace, scores)
    assessment, is_new = Assessment.objects.update_or_create(
        proposal=proposal,
        by=by,
        defaults={"words": words, "at": clock.now()},
        create_defaults={
            "partnership_id": proposal.partnership_id,
            "words": words,
            "at": clock.now(),
        },
    )
    assessment.scores.all().delete()
    Score.objects.bulk_create(
        Score(assessment=assessment, criterion_id=criterion, score=score, reason=reason)
        for criterion, (score, reason) in scores.items()
    )
    # Neither who nor what: the record may be read before the facilitator publishes.
    record.append(
        "proposal_assessed",
        by=None,
        subject=assessment,
        public={"proposal": ref(proposal), "role": by.role, "again": not is_new},
    )
    if is_new and proposal.assessments.count() == FEWEST_ASSESSORS:
        notices.queue(
            Participant.objects.here()
            .filter(partnership_id=proposal.partnership_id)
            .with_duty(Duty.FACILITATOR),
            subject=proposal,
            text=_("Enough people have assessed “%(title)s” for you to show what they think.")
            % {"title": proposal.shown_title},
            but_not=by,
        )
    return assessment


def _check_scores(workspace: Workspace, scores: Mapping[int, tuple[int, str]]) -> None:
    asked = {each.pk: each for each in workspace.criteria.all()}
    if set(asked) != set(scores):
        raise UnableToAssessProposal(_("Please answer each question. They may just have changed."))
    for criterion, (score, reason) in scores.items():
        if not LOWEST <= score <= HIGHEST:
            raise UnableToAssessProposal(_("Please choose a number from 1 to 5."))
        if not reason.strip():
            raise UnableToAssessProposal(
                _("Give your reason for “%(name)s”. A number alone tells people little.")
                % {"name": asked[criterion].name}
            )


@transaction.atomic
def publish_assessments(*, proposal: Proposal, by: Participant) -> Proposal:
    """Show everybody what each assessor said. After this nobody adds to it or changes it.

    Each assessment gets its own entry in the record with its words, so that one person's can be
    erased without the others'. Raises UnableToPublishAssessments when it has been done already, or
    when fewer than FEWEST_ASSESSORS have assessed.
    """
    proposal = locked(proposal)
    permissions.check(by, "publish_assessments", proposal)
    check_not_closed(proposal.workspace, UnableToPublishAssessments)
    if proposal.assessments_published_at is not None:
        raise UnableToPublishAssessments(_("What people think of this is published already."))
    assessments = list(
        proposal.assessments.select_related("by")
        .prefetch_related("scores__criterion")
        .order_by("pk")
    )
    if len(assessments) < FEWEST_ASSESSORS:
        raise UnableToPublishAssessments(
            ngettext(
                "%(count)d person has assessed it. Wait for a second one: one view alone would"
                " read as the answer.",
                "%(count)d people have assessed it. Wait until two have: one view alone would"
                " read as the answer.",
                len(assessments),
            )
            % {"count": len(assessments)}
        )
    proposal.assessments_published_at = clock.now()
    proposal.save(update_fields=["assessments_published_at"])
    record.append(
        "assessments_published", by=by, subject=proposal, public={"count": len(assessments)}
    )
    for each in assessments:
        record.append(
            "assessment_shown",
            by=by,
            subject=each,
            public={"proposal": ref(proposal), "assessor": ref(each.by)},
            content={
                "words": each.words,
                "scores": [
                    {"criterion": s.criterion.name, "score": s.score, "reason": s.reason}
                    for s in sorted(each.scores.all(), key=lambda s: s.criterion.place)
                ],
            },
        )
    live.announce(proposal)
    notices.queue(
        [*people_of(proposal), *(each.by for each in assessments)],
        subject=proposal,
        text=_("Providers and commissioners have said what they think of: %(title)s")
        % {"title": proposal.shown_title},
        but_not=by,
    )
    return proposal
