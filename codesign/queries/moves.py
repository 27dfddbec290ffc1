"""How a thing came to stand where it stands, read from the record."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from portal import record
from portal.models import Participant, RecordContent, RecordEntry, ref


@dataclass(frozen=True)
class Moved:
    """One step of a thing's way: what happened, by whom, and why.

    `reason` is empty where its words were erased.
    """

    at: datetime
    what: str
    by: Participant | None
    reason: str


def moved(thing: Any, *kinds: str) -> list[Moved]:
    """What the record says about a thing of these kinds of entries, oldest first; two queries."""
    words = RecordContent.objects.filter(
        partnership_id=OuterRef("partnership_id"), seq=OuterRef("seq")
    )
    entries = list(
        RecordEntry.objects.filter(
            partnership_id=thing.partnership_id, subject=ref(thing), kind__in=kinds
        )
        .annotate(words=Subquery(words.values("content")[:1]))
        .order_by("seq")
    )
    by = {entry.pk: _who(entry) for entry in entries}
    people = (
        Participant.objects.select_related("organisation").in_bulk(
            {pk for pk in by.values() if pk is not None}
        )
        if entries
        else {}
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
