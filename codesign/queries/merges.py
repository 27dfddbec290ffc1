"""Reads about how proposals hang together and how each came to stand where it stands."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value

from codesign.enums import ProposalStatus
from codesign.models import Proposal, ProposalMerge, ProposalSplit
from portal import record, search
from portal.models import Participant, RecordContent, RecordEntry, ref

OFFERED = 20
MOVES = (
    "proposal_shortlisted",
    "proposal_parked",
    "proposal_withdrawn",
    "proposal_reopened",
    "proposal_merged",
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
    """

    lives_on_in: list[Proposal]
    merged: list[Proposal]
    parts: list[Proposal]
    part_of: list[Proposal]


def kin_of(proposal: Proposal) -> Kin:
    """Two queries, or none for one that knows it has no kin (texts.noting). All in one space."""
    if not getattr(proposal, "has_kin", True):
        return Kin([], [], [], [])
    here = Q(source=proposal) | Q(target=proposal)
    ties = [
        model.objects.standing()
        .filter(here)
        .values_list(Value(name, CharField()), "source_id", "target_id")
        for name, model in (("merge", ProposalMerge), ("split", ProposalSplit))
    ]
    found = list(ties[0].union(ties[1]))
    ids = {pk for _tie, source, target in found for pk in (source, target)} - {proposal.pk}
    others = Proposal.objects.select_related("partnership", "workspace", "by__organisation")
    known = others.in_bulk(ids) if ids else {}

    def far(wanted: str, near: int) -> list[Proposal]:
        ends = {tie[3 - near] for tie in found if tie[0] == wanted and tie[near] == proposal.pk}
        return [known[pk] for pk in sorted(ends)]

    return Kin(
        lives_on_in=far("merge", 1),
        merged=far("merge", 2),
        parts=far("split", 1),
        part_of=far("split", 2),
    )


@dataclass(frozen=True)
class Moved:
    """One step of a proposal's way: what happened, by whom, and why.

    `reason` is empty where its words were erased.
    """

    at: datetime
    what: str
    by: Participant | None
    reason: str


def moves_of(proposal: Proposal) -> list[Moved]:
    """Every time a proposal was moved, oldest first; no query for one that was only opened."""
    if proposal.status == ProposalStatus.OPEN and not proposal.status_reason:
        return []
    words = RecordContent.objects.filter(
        partnership_id=OuterRef("partnership_id"), seq=OuterRef("seq")
    )
    entries = list(
        RecordEntry.objects.filter(
            partnership_id=proposal.partnership_id, subject=ref(proposal), kind__in=MOVES
        )
        .annotate(words=Subquery(words.values("content")[:1]))
        .order_by("seq")
    )
    by = {entry.pk: _who(entry) for entry in entries}
    people = Participant.objects.select_related("organisation").in_bulk(
        {pk for pk in by.values() if pk is not None}
    )
    return [
        Moved(
            at=entry.at,
            what=record.in_words(entry.kind),
            by=people.get(by[entry.pk] or 0),
            reason=(entry.words or {}).get("reason", ""),
        )
        for entry in entries
    ]


def _who(entry: RecordEntry) -> int | None:
    kind, _colon, pk = str(json.loads(entry.line)["public"].get("by", "")).partition(":")
    return int(pk) if kind == "participant" else None
