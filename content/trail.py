"""The trail: everything before and after one thing, along the links of the thread.

Two walks from the thing, one forward from source to target and one back, never mixing: a proposal's
trail holds the voices it came from, and not the other proposals those voices also led to. Each
layer of a walk asks every table of links once, so the number of queries depends on how long the
thread is and never on how many hang on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Count, Min, Model
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.models import Card
from content.trail_kinds import KINDS, TrailStep
from feedback.models import Adaptation, Observation, Review, Voice
from feedback.queries import measures
from portal import record, verify_record
from portal.counts import count_in_words
from portal.models import Answer, Link, Participant, Partnership, RecordEntry

DEPTH = 12  # layers: the thread has eight, and proposals may be merged more than once
WIDTH = 200  # ties followed from one layer along one kind of link, the newest first
RECORDED = 200  # entries of the record that are listed
# Who checked what before it was published is moderators' business.
KEPT_APART = ("feedback_held",)


@dataclass(frozen=True)
class TrailLink:
    """One tie. `made_by` is None where the tie is part of the thing itself (a change's measure)."""

    source: str
    target: str
    leads_to: str
    why: str = ""
    made_by: Participant | None = None
    made_on: date | None = None
    removed_by: Participant | None = None
    removed_on: date | None = None
    removal_reason: str = ""

    @property
    def stands(self) -> bool:
        return self.removed_on is None


@dataclass(frozen=True)
class Told:
    """How many people were told when `ref` was published (in words, through the gate), and when."""

    ref: str
    title: str
    url: str
    people: str
    on: date


@dataclass(frozen=True)
class Recorded:
    """One entry of the record about something on the trail. `fingerprint` is its leaf hash."""

    entry: int
    on: date
    kind: str
    ref: str
    title: str
    fingerprint: str

    @property
    def kind_words(self) -> str:
        return record.in_words(self.kind)


@dataclass(frozen=True)
class Trail:
    """The trail of `thing`. `before`, `after` and `thing` are its steps, each in order of date.

    aside     steps that only a removed link leads to, by ref
    more      how many further things of a kind were left out, in words, by kind
    """

    thing: TrailStep
    before: tuple[TrailStep, ...]
    after: tuple[TrailStep, ...]
    links: tuple[TrailLink, ...]
    removed: tuple[TrailLink, ...]
    aside: dict[str, TrailStep]
    more: dict[str, str]
    told: tuple[Told, ...]
    record: tuple[Recorded, ...]

    @property
    def steps(self) -> list[TrailStep]:
        """Every step, in order of date."""
        return sorted((*self.before, self.thing, *self.after), key=lambda s: (s.when, s.ref))


@dataclass(frozen=True)
class _Edge:
    """Where ties of one sort are kept: a table and its two ends (field names; `pk`: the row)."""

    source: str
    target: str
    model: type[Model]
    source_field: str = "source"
    target_field: str = "target"
    leads_to: str | Promise = ""

    @property
    def is_link(self) -> bool:
        return issubclass(self.model, Link)

    def ends(self, *, forward: bool) -> tuple[str, str, str, str]:
        """Kind and field of the near end, then of the far end."""
        source = (self.source, self.source_field)
        target = (self.target, self.target_field)
        return (*source, *target) if forward else (*target, *source)


def _link_tables(base: Any = Link) -> Iterator[Any]:
    """Every concrete table of links, wherever it is declared."""
    for model in base.__subclasses__():
        if not model._meta.abstract:
            yield model
        yield from _link_tables(model)


def edges() -> list[_Edge]:
    """Every table of links, and the ties that are part of a thing itself."""
    links = [
        _Edge(
            model._meta.get_field("source").related_model._meta.model_name,
            model._meta.get_field("target").related_model._meta.model_name,
            model,
            leads_to=model.leads_to,
        )
        for model in _link_tables()
    ]
    return [
        *links,
        _Edge("designsession", "card", Card, "session", "pk", gettext_lazy("brought up the idea")),
        _Edge("activity", "voice", Voice, "activity", "pk", gettext_lazy("was spoken of")),
        _Edge("adaptation", "measure", Adaptation, "pk", "measure", gettext_lazy("should show in")),
        _Edge("adaptation", "review", Review, "adaptation", "pk", gettext_lazy("was looked at")),
    ]


@dataclass
class _Walk:
    """What two walks from one thing have found so far."""

    participant: Participant | None
    partnership: Partnership
    seen: dict[str, TrailStep] = field(default_factory=dict)
    links: dict[tuple[str, str, str, int], TrailLink] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)

    def load(self, wanted: dict[str, set[int]]) -> None:
        for kind, pks in wanted.items():
            new = {pk for pk in pks if f"{kind}:{pk}" not in self.seen}
            if new:
                for step in KINDS[kind].load(self.participant, self.partnership, new):
                    self.seen[step.ref] = step

    def from_(self, kind: str, pk: int, *, forward: bool) -> set[str]:
        """Walk one way; returns the refs of what standing links lead to."""
        reached: dict[str, set[int]] = {kind: {pk}}
        layer = reached.copy()
        for _layer in range(DEPTH):
            found: dict[str, set[int]] = {}
            wanted: dict[str, set[int]] = {}
            for edge in edges():
                near, _near_field, far, _far_field = edge.ends(forward=forward)
                if layer.get(near):
                    for far_pk, stands in self.follow(edge, layer[near], forward=forward):
                        wanted.setdefault(far, set()).add(far_pk)
                        if stands and far_pk not in reached.get(far, ()):
                            found.setdefault(far, set()).add(far_pk)
            self.load(wanted)
            for far, pks in found.items():
                reached[far] = reached.get(far, set()) | pks
            layer = found
            if not layer:
                break
        return {f"{kind}:{pk}" for kind, pks in reached.items() for pk in pks}

    def follow(self, edge: _Edge, near_pks: set[int], *, forward: bool) -> list[tuple[int, bool]]:
        """The far ends of an edge's ties from `near_pks`, and whether each tie stands."""
        _near, near_field, far, far_field = edge.ends(forward=forward)
        may_be_seen = KINDS[far].seen_by(self.participant, self.partnership).values("pk")
        rows: Any = edge.model._default_manager.filter(
            **{
                "partnership": self.partnership,
                f"{near_field}__in": near_pks,
                f"{far_field}__in": may_be_seen,
            }
        )
        if edge.is_link:
            rows = rows.select_related("made_by__organisation", "removed_by__organisation")
        some = list(rows.order_by("-pk")[: WIDTH + 1])
        if len(some) > WIDTH:
            some = some[:WIDTH]
            left_out = rows.aggregate(n=Count(far_field, distinct=True))["n"] - WIDTH
            self.more[far] = self.more.get(far, 0) + max(left_out, 0)
        ends = []
        for row in some:
            source, target = (_key(row, name) for name in (edge.source_field, edge.target_field))
            link = _link(edge, row, f"{edge.source}:{source}", f"{edge.target}:{target}")
            self.links[edge.model._meta.label, link.source, link.target, row.pk] = link
            ends.append((target if forward else source, link.stands))
        return ends


def _key(row: Model, name: str) -> int:
    key: int = row.pk if name == "pk" else getattr(row, f"{name}_id")
    return key


def _link(edge: _Edge, row: Any, source: str, target: str) -> TrailLink:
    leads_to = str(edge.leads_to)
    if not edge.is_link:
        return TrailLink(source, target, leads_to)
    return TrailLink(
        source,
        target,
        leads_to,
        why=row.why,
        made_by=row.made_by,
        made_on=timezone.localdate(row.made_at),
        removed_by=row.removed_by,
        removed_on=timezone.localdate(row.removed_at) if row.removed_at else None,
        removal_reason=row.removal_reason,
    )


def trail_of(
    kind: str,
    pk: int,
    *,
    partnership: Partnership,
    participant: Participant | None,
    start: TrailStep | None = None,
) -> Trail | None:
    """The trail of one thing as `participant` (None: a visitor) may see it; None if they may not.

    Everything stands inside `partnership`. The caller has checked that a visitor may be here; and,
    with a `start`, that `participant` may see that thing, which is on nobody's trail yet.
    """
    if kind not in KINDS:
        return None
    walk = _Walk(participant, partnership)
    if start is not None:
        walk.seen[start.ref] = start
    walk.load({kind: {pk}})
    start = walk.seen.get(f"{kind}:{pk}")
    if start is None:
        return None
    after = walk.from_(kind, pk, forward=True) - {start.ref}
    before = walk.from_(kind, pk, forward=False) - {start.ref} - after
    on_it = before | after | {start.ref}
    _say_what_happened(walk, on_it)
    ties = sorted(walk.links.values(), key=lambda t: (t.made_on or date.min, t.source, t.target))
    steps = {name: step for name, step in walk.seen.items() if name in on_it}
    return Trail(
        thing=walk.seen[start.ref],
        before=_in_order(walk, before),
        after=_in_order(walk, after),
        links=tuple(tie for tie in ties if tie.stands),
        removed=tuple(tie for tie in ties if not tie.stands),
        aside={name: step for name, step in walk.seen.items() if name not in on_it},
        more={
            kind: count_in_words(n, exact=participant is not None)
            for kind, n in walk.more.items()
            if n
        },
        told=_told(partnership, participant, steps),
        record=_recorded(partnership, steps),
    )


def _in_order(walk: _Walk, refs: set[str]) -> tuple[TrailStep, ...]:
    found = (walk.seen[name] for name in refs if name in walk.seen)
    return tuple(sorted(found, key=lambda step: (step.when, step.ref)))


def _say_what_happened(walk: _Walk, refs: set[str]) -> None:
    """Put the first and the latest reading of each measure into its words; one query."""
    pks = {walk.seen[name].pk for name in refs if name.startswith("measure:")}
    if not pks:
        return
    readings: dict[int, list[Observation]] = {}
    for reading in Observation.objects.standing().filter(measure__in=pks).select_related("measure"):
        readings.setdefault(reading.measure_id, []).append(reading)
    for pk, those in readings.items():
        step = walk.seen[f"measure:{pk}"]
        first, last = (_reading(each, walk.participant) for each in (those[0], those[-1]))
        said = (
            _("It was %(first)s. The latest reading is %(last)s.")
            if len(those) > 1
            else _("The first reading is %(first)s.")
        ) % {"first": first, "last": last}
        walk.seen[step.ref] = replace(step, words=f"{step.words}\n\n{said}")


def _reading(reading: Observation, participant: Participant | None) -> str:
    value = number_format(f"{reading.value.normalize():f}")
    if measures.needs_gate(reading.measure, participant):
        value = count_in_words(int(reading.value), exact=False)
    return _("%(value)s %(unit)s in %(month)s") % {
        "value": value,
        "unit": reading.measure.unit,
        "month": date_format(reading.month, "F Y"),
    }


def _told(
    partnership: Partnership, participant: Participant | None, steps: dict[str, TrailStep]
) -> tuple[Told, ...]:
    rows = (
        Answer.objects.filter(partnership=partnership, subject__in=list(steps))
        .values("subject")
        .annotate(people=Count("pk"), first=Min("at"))
        .order_by("first", "subject")
    )
    return tuple(
        Told(
            ref=row["subject"],
            title=steps[row["subject"]].title,
            url=steps[row["subject"]].url,
            people=count_in_words(row["people"], exact=participant is not None),
            on=timezone.localdate(row["first"]),
        )
        for row in rows
    )


def _recorded(partnership: Partnership, steps: dict[str, TrailStep]) -> tuple[Recorded, ...]:
    entries = (
        RecordEntry.objects.filter(partnership_id=partnership.pk, subject__in=list(steps))
        .exclude(kind__in=KEPT_APART)
        .order_by("seq")[:RECORDED]
    )
    return tuple(
        Recorded(
            entry=entry.seq,
            on=timezone.localdate(entry.at),
            kind=entry.kind,
            ref=entry.subject,
            title=steps[entry.subject].title,
            fingerprint=verify_record.leaf_hash(entry.line.encode()).hex(),
        )
        for entry in entries
    )
