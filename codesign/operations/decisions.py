"""Writes about decisions: drafting, and publishing, which answers everyone concerned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import (
    DECIDED_AGAIN,
    OUTCOME_STATUS,
    PROPOSAL_MOVES,
    BallotState,
    Outcome,
    ProposalStatus,
)
from codesign.models import (
    Ballot,
    BallotDecision,
    Decision,
    DecisionOutcome,
    OutcomeScore,
    Proposal,
    ProposalActivity,
    Workspace,
)
from codesign.operations.assessments import HIGHEST, LOWEST, held
from codesign.operations.ballot_rules import check_not_in_a_vote
from codesign.operations.proposals import move
from codesign.operations.workspaces import check_not_closed
from codesign.queries.decisions import (
    answer_text,
    content_of,
    decided_before,
    digest_of,
    unanswered_objections,
)
from portal import answers, clock, live, notices, permissions, record
from portal.answers import Tie
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToDraftDecision(Refusal):
    """An outcome lacks its reason or is not of this space, or the draft changed meanwhile."""


class UnableToPublishDecision(Refusal):
    """It is published, unfinished or unconfirmed, or what it is about has moved on meanwhile."""


@dataclass(frozen=True)
class OutcomeFor:
    """What is to be decided about one proposal, and why.

    `scores` holds for criteria of the space (their ids) how far the proposal meets them, 1 to 5.
    """

    proposal: Proposal
    outcome: Outcome
    reason: str
    scores: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DecisionWords:
    """What a decision says. Dates are calendar days; every text is plain text."""

    title: str
    what: str
    reasons: str
    evidence: str
    how: str
    review_on: date
    dissent: str = ""
    conditions: str = ""
    costs: str = ""


@dataclass(frozen=True)
class Rests:
    """What a decision rests on: ballots that were weighed, and an earlier decision.

    `replaces` is the one whose place it takes, `reviews` the one it looks at again; either lets it
    decide anew about what that one decided.
    """

    ballots: Sequence[Ballot] = ()
    replaces: Decision | None = None
    reviews: Decision | None = None


@transaction.atomic
def draft_decision(
    *,
    workspace: Workspace,
    words: DecisionWords,
    outcomes: Sequence[OutcomeFor],
    on: Rests = Rests(),
    by: Participant,
) -> Decision:
    """Write a decision that only facilitators see yet."""
    permissions.check(by, "draft_decision", workspace)
    check_not_closed(workspace, UnableToDraftDecision)
    decision = Decision.objects.create(
        partnership_id=workspace.partnership_id,
        workspace=workspace,
        drafted_by=by,
        drafted_at=clock.now(),
        **vars(words),
    )
    _set_outcomes(decision, outcomes, by)
    _set_rests(decision, on, by)
    return decision


@transaction.atomic
def edit_decision(
    *,
    decision: Decision,
    words: DecisionWords,
    outcomes: Sequence[OutcomeFor],
    on: Rests = Rests(),
    by: Participant,
    based_on: str = "",
) -> Decision:
    """Change a draft: its words, its outcomes and what it rests on become these.

    A draft that was sent to be confirmed, or confirmed, is taken back. `based_on` is what
    `digest_of` said when the page was loaded; if somebody changed the draft since, raises
    UnableToDraftDecision. Raises UnableToPublishDecision once it is published: then words stay.
    """
    decision = changing(decision, by=by)
    if based_on and based_on != digest_of(decision):
        raise UnableToDraftDecision(
            _(
                "Somebody else has changed this draft since you opened it. Your words are still"
                " here. Look at the draft in another window, then save again to use your words."
            )
        )
    for name, value in vars(words).items():
        setattr(decision, name, value)
    decision.save(update_fields=list(vars(words)))
    decision.outcomes.all().delete()  # a draft's links are nobody's yet
    _set_outcomes(decision, outcomes, by)
    _set_rests(decision, on, by)
    return decision


def locked(decision: Decision) -> Decision:
    """The decision read afresh, its row held until the transaction ends."""
    return (
        Decision.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .get(pk=decision.pk)
    )


def changing(decision: Decision, *, by: Participant, act: str = "edit_decision") -> Decision:
    """A draft, locked, that `by` may change; from here on it has to be confirmed again.

    Raises UnableToPublishDecision once it is published.
    """
    decision = locked(decision)
    permissions.check(by, act, decision)
    if decision.is_published:
        raise UnableToPublishDecision(
            _("This decision is published, so its words stay. A later decision can replace it.")
        )
    take_back(decision)
    return decision


def take_back(decision: Decision) -> None:
    """Let a locked draft be as if nobody had sent or confirmed it: it is not what they saw."""
    if decision.is_sent:
        decision.sent_to_confirm_by = decision.confirmed_by = None
        decision.sent_to_confirm_at = decision.confirmed_at = None
        decision.save(
            update_fields=[
                "sent_to_confirm_by",
                "sent_to_confirm_at",
                "confirmed_by",
                "confirmed_at",
            ]
        )


def _set_outcomes(decision: Decision, outcomes: Sequence[OutcomeFor], by: Participant) -> None:
    for each in outcomes:
        if each.proposal.workspace_id != decision.workspace_id:
            raise UnableToDraftDecision(_("Decide only about suggestions of this space."))
        if not each.reason.strip():
            raise UnableToDraftDecision(
                _("Give a reason for “%(title)s”. People will want to know why.")
                % {"title": each.proposal.shown_title}
            )
    made = DecisionOutcome.objects.bulk_create(
        DecisionOutcome(
            partnership_id=decision.partnership_id,
            source=each.proposal,
            target=decision,
            outcome=each.outcome,
            why=each.reason,
            made_by=by,
            made_at=clock.now(),
        )
        for each in outcomes
    )
    if any(each.scores for each in outcomes):
        _set_scores(
            decision, [(link, each.scores) for link, each in zip(made, outcomes, strict=True)]
        )


def _set_scores(
    decision: Decision, scored: Sequence[tuple[DecisionOutcome, Mapping[int, int]]]
) -> None:
    """Keep the scores; the space is held, so that its criteria stay meanwhile."""
    known = set(held(decision.workspace).criteria.values_list("pk", flat=True))
    for _link, scores in scored:
        if not known.issuperset(scores):
            raise UnableToDraftDecision(
                _("What suggestions are judged by has just changed. Please look again.")
            )
        if not all(LOWEST <= score <= HIGHEST for score in scores.values()):
            raise UnableToDraftDecision(_("Please choose a number from 1 to 5."))
    OutcomeScore.objects.bulk_create(
        OutcomeScore(outcome=link, criterion_id=criterion, score=score)
        for link, scores in scored
        for criterion, score in scores.items()
    )


def _set_rests(decision: Decision, on: Rests, by: Participant) -> None:
    for earlier in filter(None, (on.replaces, on.reviews)):
        if earlier.workspace_id != decision.workspace_id or not earlier.is_published:
            raise UnableToDraftDecision(
                _("Choose a decision of this space that has been published.")
            )
    for ballot in on.ballots:
        if ballot.workspace_id != decision.workspace_id or ballot.state != BallotState.CLOSED:
            raise UnableToDraftDecision(_("Choose votes of this space that have been counted."))
    decision.replaces, decision.reviews = on.replaces, on.reviews
    decision.save(update_fields=["replaces", "reviews"])
    decision.ballots_weighed.all().delete()
    BallotDecision.objects.bulk_create(
        BallotDecision(
            partnership_id=decision.partnership_id,
            source=ballot,
            target=decision,
            made_by=by,
            made_at=clock.now(),
        )
        for ballot in on.ballots
    )


def check_finished(decision: Decision) -> None:
    """Raise UnableToPublishDecision while a locked draft decides nothing or leaves an objection
    unanswered. The ballots it rests on are held from here on.
    """
    if not decision.outcomes.exists():
        raise UnableToPublishDecision(
            _("Say first what was decided about at least one suggestion.")
        )
    ballots = (
        Ballot.objects.select_for_update(of=("self",))
        .filter(weighed_in__target=decision, weighed_in__removed_at=None)
        .order_by("pk")
    )
    for ballot in ballots:
        if ballot.state != BallotState.CLOSED:
            raise UnableToPublishDecision(
                _("The vote “%(question)s” does not count any more. Take it out first.")
                % {"question": ballot.question}
            )
    if unanswered_objections(decision).exists():
        raise UnableToPublishDecision(
            _("Each objection needs a written answer before the decision is published.")
        )


def _check_not_replaced(decision: Decision) -> None:
    """Hold the decision that a locked one replaces, and refuse if another has taken its place."""
    if decision.replaces_id is None:
        return
    Decision.objects.select_for_update(of=("self",)).get(pk=decision.replaces_id)
    later = Decision.objects.published().filter(replaces=decision.replaces_id).first()
    if later is not None:
        raise UnableToPublishDecision(
            _("“%(title)s” has already taken the place of that decision. Replace the newer one.")
            % {"title": later.title}
        )


@transaction.atomic
def publish_decision(*, decision: Decision, by: Participant) -> Decision:
    """Publish a decision: seal it in the record, move its proposals, tell everyone concerned.

    From now on, for two weeks, people may ask for a correction. Raises UnableToPublishDecision when
    somebody else published it first, when nobody has confirmed it where the partnership asks for
    that, when it decides about nothing or leaves an objection unanswered, or when a ballot, a
    proposal or the decision it replaces has moved on meanwhile.
    """
    decision = locked(decision)
    permissions.check(by, "publish_decision", decision)
    check_not_closed(decision.workspace, UnableToPublishDecision)
    if decision.is_published:
        raise UnableToPublishDecision(_("This decision has been published already."))
    if decision.partnership.confirms_decisions and not decision.is_confirmed:
        raise UnableToPublishDecision(
            _("Somebody else has to confirm this decision before it is published.")
        )
    _check_not_replaced(decision)
    check_finished(decision)
    now = clock.now()
    outcomes = list(decision.outcomes.select_related("source").order_by("pk"))
    _move_proposals(decision, outcomes)
    DecisionOutcome.objects.filter(target=decision).update(made_at=now)
    BallotDecision.objects.filter(target=decision).update(made_at=now)
    decision.published_at = now
    decision.published_by = by
    record.append(
        "decision_published",
        by=by,
        subject=decision,
        public=_public(decision, outcomes),
        content=content_of(decision),
    )
    sealed = record.checkpoint(decision.partnership_id, origin=decision.partnership.slug)
    decision.fingerprint = sealed.fingerprint
    decision.save(update_fields=["published_at", "published_by", "fingerprint"])
    # Whoever suggested it hears at once; the others with their digest.
    given = answers.send(decision, text=answer_text(decision), by=by, at_once={Tie.SUGGESTED})
    _tell_of_later(decision, {each.participant_id for each in given}, by=by)
    return decision


def _public(decision: Decision, outcomes: Sequence[DecisionOutcome]) -> dict[str, Any]:
    public: dict[str, Any] = {
        "workspace": ref(decision.workspace),
        "outcomes": [{"proposal": ref(e.source), "outcome": e.outcome} for e in outcomes],
        "review_on": decision.review_on.isoformat(),
    }
    ballots = decision.ballots_weighed.standing().order_by("source").select_related("source")
    if found := [ref(each.source) for each in ballots]:
        public["ballots"] = found
    for tie, named in (
        ("replaces", decision.replaces),
        ("reviews", decision.reviews),
        ("confirmed_by", decision.confirmed_by),
    ):
        if named is not None:
            public[tie] = ref(named)
    return public


def _move_proposals(decision: Decision, outcomes: Sequence[DecisionOutcome]) -> None:
    """Let each proposal stand where it was decided that it stands, and hold all of them."""
    proposals = {
        proposal.pk: proposal
        for proposal in Proposal.objects.select_for_update()
        .filter(pk__in=[each.source_id for each in outcomes])
        .order_by("pk")
    }
    again = decided_before(decision, proposals)
    running = set(
        ProposalActivity.objects.standing()
        .filter(source__in=proposals, target__ended_at=None)
        .values_list("source_id", flat=True)
    )
    for each in outcomes:
        proposal = proposals[each.source_id]
        to = OUTCOME_STATUS[Outcome(each.outcome)]
        moves = DECIDED_AGAIN if proposal.pk in again else PROPOSAL_MOVES
        if to not in moves.get(ProposalStatus(proposal.status), ()):
            raise UnableToPublishDecision(
                _("“%(title)s” is now “%(status)s” and cannot be decided on. Take it out first.")
                % {"title": proposal.shown_title, "status": proposal.get_status_display()}
            )
        if to != ProposalStatus.AGREED and proposal.pk in running:
            raise UnableToPublishDecision(
                _("“%(title)s” is an activity that still runs. Whoever leads it ends it first.")
                % {"title": proposal.shown_title}
            )
        check_not_in_a_vote(proposal, UnableToPublishDecision)
        move(proposal, to, reason=each.why, moves=moves)
        live.announce(proposal)


def _tell_of_later(decision: Decision, told: set[int | None], *, by: Participant) -> None:
    """Tell those who follow the decision that this one replaces or reviews, if nobody has yet."""
    for earlier, text in (
        (decision.replaces, _("A later decision takes the place of: %(title)s")),
        (decision.reviews, _("A decision was looked at again: %(title)s")),
    ):
        if earlier is not None:
            people = [each for each in notices.followers(earlier) if each.pk not in told]
            notices.queue(
                people,
                subject=earlier,
                url=decision.get_absolute_url(),
                text=text % {"title": earlier.title},
                but_not=by,
            )
            told |= {each.pk for each in people}
