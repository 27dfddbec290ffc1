"""Reads about how proposals hang together and how each came to stand where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from codesign.enums import ProposalStatus
from codesign.models import Proposal, ProposalMerge, ProposalSplit
from codesign.queries.moves import Moved, moved
from portal import search

OFFERED = 20
MOVES = (
    "proposal_shortlisted",
    "proposal_parked",
    "proposal_withdrawn",
    "proposal_reopened",
    "proposal_merged",
    "merge_taken_apart",
    "proposal_split",
)


def siblings_of(proposal: Proposal) -> QuerySet[Proposal]:
    """What could be merged with a proposal: open ones of the same space, with words to be read."""
    return (
        Proposal.objects.filter(workspace=proposal.workspace_id, hidden_at=None)
        .live()
        .exclude(pk=proposal.pk)
    )


def to_merge(proposal: Proposal, typed: str, ticked: Iterable[str]) -> list[Proposal]:
    """Those already ticked, then the siblings that fit: with `typed` words, or the likest ones."""
    siblings = siblings_of(proposal)
    chosen = {int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 19}
    kept = list(siblings.filter(pk__in=chosen).order_by("pk")) if chosen else []
    likest = (
        search.matching(siblings, typed)
        if search.words_of(typed)
        else search.matching(siblings, proposal.title, any_word=True)
    )
    return [*kept, *likest.exclude(pk__in=chosen)[:OFFERED]]


@dataclass(frozen=True)
class Kin:
    """The proposals that one was made from or lives on in.

    lives_on_in   what it was merged into
    merged        those merged into it
    parts         what it was split into
    part_of       what it was split from
    apart         merges with it that were taken apart, oldest first
    """

    lives_on_in: list[Proposal]
    merged: list[Proposal]
    parts: list[Proposal]
    part_of: list[Proposal]
    apart: list[ProposalMerge] = field(default_factory=list)


def kin_of(proposal: Proposal) -> Kin:
    """Two queries, and a third where a merge was taken apart; all in one space.

    None for a proposal that knows it has no kin (proposals.look_around).
    """
    if not getattr(proposal, "has_kin", True):
        return Kin([], [], [], [])
    here = Q(source=proposal) | Q(target=proposal)
    merge = Case(When(removed_at=None, then=Value("merge")), default=Value("apart"))
    merges = ProposalMerge.objects.filter(here)
    splits = ProposalSplit.objects.standing().filter(here)
    ends = ("source_id", "target_id")
    found = list(
        merges.values_list(merge, *ends).union(
            splits.values_list(Value("split", CharField()), *ends)
        )
    )
    ids = {pk for _tie, source, target in found for pk in (source, target)} - {proposal.pk}
    kin = Proposal.objects.select_related("partnership", "workspace", "by__organisation")
    known = kin.in_bulk(ids) if ids else {}

    def far(wanted: str, near: int) -> list[Proposal]:
        others = {tie[3 - near] for tie in found if tie[0] == wanted and tie[near] == proposal.pk}
        return [known[pk] for pk in sorted(others)]

    return Kin(
        lives_on_in=far("merge", 1),
        merged=far("merge", 2),
        parts=far("split", 1),
        part_of=far("split", 2),
        apart=list(
            merges.filter(removed_at__isnull=False)
            .select_related(
                "source__partnership", "target__partnership", "removed_by__organisation"
            )
            .order_by("pk")
        )
        if any(tie[0] == "apart" for tie in found)
        else [],
    )


def moves_of(proposal: Proposal) -> list[Moved]:
    """Every time a proposal was moved, oldest first; no query for one that was only opened."""
    if proposal.status == ProposalStatus.OPEN and not proposal.status_reason:
        return []
    return moved(proposal, *MOVES)
