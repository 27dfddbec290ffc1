"""Reads about one decision: who may read it, what it says as data, and what it still needs.

The register of all of them is in decision_lists.py, what is known beforehand in evidence.py.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign import plain_words
from codesign.enums import DECIDED, LIVE_PROPOSALS, ProposalStatus
from codesign.models import (
    Ballot,
    BallotDecision,
    Commitment,
    Correction,
    Decider,
    Decision,
    DecisionOutcome,
    Objection,
    OutcomeScore,
    Proposal,
    Workspace,
)
from codesign.plain_words import Hint
from portal import clock, permissions, search, verify_record
from portal.models import Participant, Partnership, ref

OFFERED = 20
NAMED = 200  # how many people a list to choose from holds


def readable_by(partnership: Partnership, participant: Participant | None) -> QuerySet[Decision]:
    """What somebody may read: published ones; drafts, if they may write or confirm them."""
    readable = Q(pk__in=Decision.objects.visible_to(participant).values("pk"))
    if permissions.can(participant, "draft_decision", partnership):
        readable |= Q(published_at=None)
    elif participant is not None and permissions.can(participant, "confirm_decision", partnership):
        spaces = Workspace.objects.visible_to(participant).order_by().values("pk")
        readable |= Q(published_at=None, sent_to_confirm_at__isnull=False, workspace__in=spaces)
    return Decision.objects.filter(readable, partnership=partnership).select_related(
        "partnership",
        "workspace__partnership",
        "published_by__organisation",
        "confirmed_by__organisation",
        "sent_to_confirm_by__organisation",
        "drafted_by",
        "replaces__partnership",
        "reviews__partnership",
    )


def decisions_of(partnership: Partnership, participant: Participant | None) -> QuerySet[Decision]:
    """Published decisions somebody may read, newest first, with what a list shows."""
    return (
        Decision.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("workspace", "partnership")
        .prefetch_related("outcomes__source")
        .order_by("-published_at")
    )


def drafts_for(partnership: Partnership, participant: Participant | None) -> QuerySet[Decision]:
    """Drafts, for those who may record decisions; nothing for anybody else."""
    if not permissions.can(participant, "draft_decision", partnership):
        return Decision.objects.none()
    return (
        Decision.objects.filter(partnership=partnership, published_at=None)
        .select_related("workspace", "partnership")
        .order_by("-pk")
    )


# What waits for somebody.


def to_confirm(participant: Participant) -> QuerySet[Decision]:
    """Drafts that wait for a second person, for those who may be that person; oldest first."""
    partnership = participant.partnership
    if not partnership.confirms_decisions or not permissions.can(
        participant, "confirm_decision", partnership
    ):
        return Decision.objects.none()
    return (
        readable_by(partnership, participant)
        .filter(published_at=None, sent_to_confirm_at__isnull=False, confirmed_at=None)
        .exclude(sent_to_confirm_by=participant)
        .order_by("sent_to_confirm_at", "pk")
    )


def to_review(participant: Participant) -> QuerySet[Decision]:
    """Decisions it is time to look at again, for facilitators and commissioners; oldest first."""
    partnership = participant.partnership
    if not permissions.can(participant, "confirm_decision", partnership):
        return Decision.objects.none()
    return (
        Decision.objects.visible_to(participant)
        .due_for_review(clock.today())
        .select_related("partnership", "workspace")
        .order_by("review_on", "pk")
    )


def to_correct(participant: Participant) -> QuerySet[Correction]:
    """Corrections asked for and not answered, for those who may answer; oldest first."""
    if not permissions.can(participant, "answer_correction", participant.partnership):
        return Correction.objects.none()
    return (
        Correction.objects.filter(partnership=participant.partnership, answered_at=None)
        .select_related("decision__partnership")
        .order_by("pk")
    )


# What a decision is about.


def chosen_for_decision(
    workspace: Workspace, chosen: Collection[int], earlier: Iterable[Decision | None] = ()
) -> list[Proposal]:
    """Those of `chosen` (numbers) that can be decided about, the most supported first.

    What `earlier` decisions decided about can be decided about again.
    """
    again = DecisionOutcome.objects.standing().filter(
        target__in=[each.pk for each in earlier if each], source__status__in=DECIDED
    )
    found = Proposal.objects.filter(
        Q(status__in=LIVE_PROPOSALS) | Q(pk__in=again.values("source")),
        workspace=workspace,
        pk__in=chosen,
    )
    return list(found.order_by("-support_count", "pk"))


def others_to_decide(workspace: Workspace, typed: str, chosen: Collection[int]) -> list[Proposal]:
    """Some more to decide about: those with `typed` words, or else the shortlist; never many."""
    found = Proposal.objects.filter(workspace=workspace).live().exclude(pk__in=chosen)
    if search.words_of(typed):
        return list(search.matching(found, typed)[:OFFERED])
    shortlist = found.filter(status=ProposalStatus.SHORTLISTED)
    return list(shortlist.order_by("-support_count", "pk")[:OFFERED])


def earlier_in(workspace: Workspace) -> QuerySet[Decision]:
    """Decisions of a space that a new one could replace or review, newest first."""
    return Decision.objects.standing().filter(workspace=workspace).order_by("-published_at")


def ballots_to_weigh(workspace: Workspace) -> QuerySet[Ballot]:
    """Votes of a space that were counted and not annulled, newest first."""
    return Ballot.objects.filter(
        workspace=workspace, closed_at__isnull=False, annulled_at=None
    ).order_by("-closed_at", "-pk")


def people_to_name(workspace: Workspace) -> QuerySet[Participant]:
    """People with an account who may take part in a space, to be named as having decided."""
    here = Participant.objects.here().filter(
        partnership_id=workspace.partnership_id, user__isnull=False
    )
    admitted = [each.pk for each in workspace.admitted(here.prefetch_related("duties_held"))]
    return (
        Participant.objects.filter(pk__in=admitted[:NAMED])
        .select_related("organisation")
        .order_by("display_name", "pk")
    )


def decided_before(decision: Decision, proposals: Iterable[int]) -> set[int]:
    """Which of these proposals (ids) were last decided about in a decision that this one follows.

    It follows what it replaces or reviews, and what that one replaced or reviewed, and so on. A
    proposal that another decision has decided about since is not among them.
    """
    followed: set[int] = set()
    ahead = {pk for pk in (decision.replaces_id, decision.reviews_id) if pk is not None}
    while ahead:
        followed |= ahead
        ties = Decision.objects.filter(pk__in=ahead).values_list("replaces", "reviews")
        ahead = {pk for pair in ties for pk in pair if pk is not None} - followed
    if not followed:
        return set()
    last: dict[int, int] = {}
    links = DecisionOutcome.objects.standing().filter(
        source__in=list(proposals), target__published_at__isnull=False
    )
    for proposal, in_decision in links.order_by("target__published_at", "target_id").values_list(
        "source_id", "target_id"
    ):
        last[proposal] = in_decision
    return {proposal for proposal, in_decision in last.items() if in_decision in followed}


def unanswered_objections(decision: Decision) -> QuerySet[Objection]:
    """Objections to it, and in the ballots it rests on, that nobody has answered yet."""
    weighed = decision.ballots_weighed.standing().values("source")
    return Objection.objects.filter(
        Q(decision=decision) | Q(ballot__in=weighed), answered_at=None
    ).order_by("pk")


# What it says, as data.


def content_of(decision: Decision) -> dict[str, Any]:
    """The words of a decision as they are sealed: what is empty is left out."""
    outcomes = list(decision.outcomes.select_related("source").order_by("pk"))
    scores = {
        ref(each.source): [
            {"criterion": score.criterion.name, "score": score.score}
            for score in each.scores.select_related("criterion").order_by("criterion__place")
        ]
        for each in outcomes
    }
    said: dict[str, Any] = {
        name: getattr(decision, name)
        for name in (
            "title",
            "what",
            "reasons",
            "evidence",
            "how",
            "dissent",
            "conditions",
            "costs",
        )
    } | {
        "why": {ref(each.source): each.why for each in outcomes},
        "scores": {subject: given for subject, given in scores.items() if given},
        "deciders": [_decider(each) for each in decision.deciders.select_related("participant")],
        "commitments": [
            {"what": each.what, "who": each.who, "by_when": each.by_when.isoformat()}
            for each in decision.commitments.all()
        ],
        "objections": [
            {"words": each.words, "said_by": each.said_by, "answer": each.answer}
            for each in decision.objections.order_by("pk")
        ],
    }
    return {name: words for name, words in said.items() if words}


def _decider(decider: Decider) -> dict[str, str]:
    who = {"participant": ref(decider.participant)} if decider.participant else {}
    said = {
        "name": decider.shown_name,
        "role": decider.role,
        "organisation": decider.organisation,
        "interest": decider.interest,
    }
    return who | {name: words for name, words in said.items() if words}


def digest_of(decision: Decision) -> str:
    """A short name for a draft as it stands, so that nobody writes over what they have not seen."""
    stands: dict[str, Any] = {
        "content": content_of(decision),
        "outcomes": list(decision.outcomes.order_by("pk").values_list("source_id", "outcome")),
        "on": [decision.replaces_id or 0, decision.reviews_id or 0, str(decision.review_on)],
        "ballots": list(
            decision.ballots_weighed.order_by("pk").values_list("source_id", flat=True)
        ),
    }
    return hashlib.sha256(verify_record.canonical(stands)).hexdigest()[:16]


def answer_text(decision: Decision) -> str:
    """What everyone concerned is told when a decision is published."""
    return _("A decision was made: %(title)s. %(what)s") % {
        "title": decision.title,
        "what": decision.what,
    }


# Its page.


@dataclass(frozen=True)
class Around:
    """What stands around a decision on its page.

    `objections` are its own and those of the ballots it rests on. `later` are the published
    decisions that replace it or review it.
    """

    outcomes: list[DecisionOutcome]
    deciders: list[Decider]
    commitments: list[Commitment]
    ballots: list[Ballot]
    objections: list[Objection]
    corrections: list[Correction]
    replaced_by: list[Decision] = field(default_factory=list)
    reviewed_by: list[Decision] = field(default_factory=list)

    @property
    def annulled(self) -> list[Ballot]:
        """Those of its ballots that were annulled."""
        return [each for each in self.ballots if each.annulled_at is not None]

    @property
    def is_shaken(self) -> bool:
        """Whether one was annulled and nobody has looked at the decision again since."""
        reviewed = [each.published_at for each in self.reviewed_by if each.published_at]
        return any(
            all(at < each.annulled_at for at in reviewed)
            for each in self.annulled
            if each.annulled_at is not None
        )

    @property
    def unanswered(self) -> int:
        return sum(not each.is_answered for each in self.objections)


def around(decision: Decision, reader: Participant | None) -> Around:
    """All that a decision's page shows; ten queries at most, however much there is.

    A visitor reads a correction once it is answered: until then nobody of the partnership has.
    """
    links = BallotDecision.objects.standing().filter(target=decision)
    ballots = [
        each.source
        for each in links.select_related("source__partnership", "source__workspace").order_by("pk")
    ]
    corrections = decision.corrections.select_related("by__organisation", "answered_by")
    if reader is None:
        corrections = corrections.exclude(answered_at=None)
    later = list(
        Decision.objects.published()
        .filter(Q(replaces=decision) | Q(reviews=decision))
        .select_related("partnership")
        .order_by("published_at")
    )
    return Around(
        outcomes=list(
            decision.outcomes.select_related("source__partnership", "source__by__organisation")
            .prefetch_related(
                Prefetch(
                    "scores",
                    OutcomeScore.objects.select_related("criterion").order_by("criterion__place"),
                )
            )
            .order_by("pk")
        ),
        deciders=list(decision.deciders.select_related("participant__organisation")),
        commitments=list(decision.commitments.select_related("kept_by__organisation")),
        ballots=ballots,
        objections=list(
            Objection.objects.filter(Q(decision=decision) | Q(ballot__in=ballots))
            .select_related("ballot__partnership", "decision", "answered_by__organisation")
            .order_by("pk")
        ),
        corrections=list(corrections.order_by("pk")),
        replaced_by=[each for each in later if each.replaces_id == decision.pk],
        reviewed_by=[each for each in later if each.reviews_id == decision.pk],
    )


# Words of ours that can be plainer. Dissent and objections are people's own, and are never judged.
CHECKED: dict[str, Promise] = {
    "title": gettext_lazy("What it is called"),
    "what": gettext_lazy("What was decided"),
    "reasons": gettext_lazy("Why"),
    "evidence": gettext_lazy("What was weighed"),
    "how": gettext_lazy("How it was decided"),
    "conditions": gettext_lazy("On which conditions"),
    "costs": gettext_lazy("What it costs"),
}


def plainer(decision: Decision, outcomes: Iterable[DecisionOutcome]) -> list[tuple[str, Hint]]:
    """What a draft could say more plainly, each with where it stands; never in the way."""
    ours = decision.partnership.hard_words
    hints = [
        (str(label), hint)
        for name, label in CHECKED.items()
        for hint in plain_words.hints_for(getattr(decision, name), ours)
    ]
    return hints + [
        (_("The reason for “%(title)s”") % {"title": each.source.shown_title}, hint)
        for each in outcomes
        for hint in plain_words.hints_for(each.why, ours)
    ]
