"""Writes about decisions: drafting, and publishing, which answers everyone concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import OUTCOME_STATUS, PROPOSAL_MOVES, Outcome, ProposalStatus
from codesign.models import Decision, DecisionOutcome, Proposal, Workspace
from codesign.queries.decisions import answer_text
from portal import answers, clock, live, permissions, record
from portal.answers import Tie
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToDraftDecision(Refusal):
    """An outcome is missing its reason, or names a proposal of another workspace."""


class UnableToPublishDecision(Refusal):
    """It has been published already, says nothing yet, or a proposal has moved on meanwhile."""


@dataclass(frozen=True)
class OutcomeFor:
    """What is to be decided about one proposal, and why."""

    proposal: Proposal
    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class DecisionWords:
    """What a decision says. Dates are calendar days; every text is plain text."""

    title: str
    what: str
    reasons: str
    evidence: str
    deciders: str
    review_on: date
    dissent: str = ""


@transaction.atomic
def draft_decision(
    *, workspace: Workspace, words: DecisionWords, outcomes: Sequence[OutcomeFor], by: Participant
) -> Decision:
    """Write a decision that only facilitators see yet."""
    permissions.check(by, "draft_decision", workspace)
    decision = Decision.objects.create(
        partnership_id=workspace.partnership_id,
        workspace=workspace,
        drafted_by=by,
        drafted_at=clock.now(),
        **vars(words),
    )
    _set_outcomes(decision, outcomes, by)
    return decision


@transaction.atomic
def edit_decision(
    *, decision: Decision, words: DecisionWords, outcomes: Sequence[OutcomeFor], by: Participant
) -> Decision:
    """Change a draft. Raises UnableToPublishDecision once it is published: then its words stay."""
    decision = _locked(decision)
    permissions.check(by, "edit_decision", decision)
    if decision.is_published:
        raise UnableToPublishDecision(
            _("This decision is published, so its words stay. A later decision can replace it.")
        )
    for name, value in vars(words).items():
        setattr(decision, name, value)
    decision.save(update_fields=list(vars(words)))
    decision.outcomes.all().delete()  # a draft's links are nobody's yet
    _set_outcomes(decision, outcomes, by)
    return decision


def _set_outcomes(decision: Decision, outcomes: Sequence[OutcomeFor], by: Participant) -> None:
    for each in outcomes:
        if each.proposal.workspace_id != decision.workspace_id:
            raise UnableToDraftDecision(_("Decide only about suggestions of this space."))
        if not each.reason.strip():
            raise UnableToDraftDecision(
                _("Give a reason for “%(title)s”. People will want to know why.")
                % {"title": each.proposal.shown_title}
            )
    DecisionOutcome.objects.bulk_create(
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


def _locked(decision: Decision) -> Decision:
    return (
        Decision.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .get(pk=decision.pk)
    )


@transaction.atomic
def publish_decision(*, decision: Decision, by: Participant) -> Decision:
    """Publish a decision: seal it in the record, move its proposals, tell everyone concerned.

    Raises UnableToPublishDecision when somebody else published it first, when it decides about
    nothing, or when a proposal is no longer open to a decision.
    """
    decision = _locked(decision)
    permissions.check(by, "publish_decision", decision)
    if decision.is_published:
        raise UnableToPublishDecision(_("This decision has been published already."))
    outcomes = list(decision.outcomes.select_related("source").order_by("pk"))
    if not outcomes:
        raise UnableToPublishDecision(
            _("Say first what was decided about at least one suggestion.")
        )
    proposals = {
        proposal.pk: proposal
        for proposal in Proposal.objects.select_for_update()
        .filter(pk__in=[each.source_id for each in outcomes])
        .order_by("pk")
    }
    now = clock.now()
    for each in outcomes:
        proposal = proposals[each.source_id]
        to = OUTCOME_STATUS[Outcome(each.outcome)]
        if to not in PROPOSAL_MOVES[ProposalStatus(proposal.status)]:
            raise UnableToPublishDecision(
                _("“%(title)s” is now “%(status)s” and cannot be decided on. Take it out first.")
                % {"title": proposal.shown_title, "status": proposal.get_status_display()}
            )
        proposal.status = to
        proposal.status_at = now
        proposal.status_reason = each.why
        proposal.save(update_fields=["status", "status_at", "status_reason"])
        live.announce(proposal)
    DecisionOutcome.objects.filter(target=decision).update(made_at=now)
    decision.published_at = now
    decision.published_by = by
    record.append(
        "decision_published",
        by=by,
        subject=decision,
        public={
            "workspace": ref(decision.workspace),
            "outcomes": [{"proposal": ref(e.source), "outcome": e.outcome} for e in outcomes],
            "review_on": decision.review_on.isoformat(),
        },
        content={
            "title": decision.title,
            "what": decision.what,
            "reasons": decision.reasons,
            "evidence": decision.evidence,
            "deciders": decision.deciders,
            "dissent": decision.dissent,
            "why": {ref(e.source): e.why for e in outcomes},
        },
    )
    sealed = record.checkpoint(decision.partnership_id, origin=decision.partnership.slug)
    decision.fingerprint = sealed.fingerprint
    decision.save(update_fields=["published_at", "published_by", "fingerprint"])
    # Whoever suggested it hears at once; the others with their digest.
    answers.send(decision, text=answer_text(decision), by=by, at_once={Tie.SUGGESTED})
    return decision
