"""Reads about measures: readings as they may be shown, their chart, and the changes noted on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.enums import AdaptationKind
from feedback.models import Adaptation, Measure, Observation
from portal import charts, disclosure
from portal.charts import Note, Point, Svg, Wording
from portal.disclosure import Certainty
from portal.models import Participant, Partnership


@dataclass(frozen=True)
class Shown:
    """A value as it may be shown: exact, rounded, or hidden (`number` is None)."""

    number: Decimal | None
    certainty: Certainty = Certainty.EXACT
    true: Decimal = field(default=Decimal(0), repr=False)

    @property
    def people(self) -> int | None:
        """The true count for the template's gate; None where the value needs no gate."""
        return None if self.certainty == Certainty.EXACT else int(self.true)


@dataclass(frozen=True)
class Reading:
    """The value that stands for one month, and those it corrected, oldest first."""

    observation: Observation
    shown: Shown
    corrected: list[tuple[Observation, Shown]]

    @property
    def month(self) -> str:
        return month_in_words(self.observation.month)


@dataclass(frozen=True)
class MeasureSeen:
    """A measure as one person may see it: a sentence, a picture, the changes, and the numbers."""

    measure: Measure
    readings: list[Reading]  # oldest month first
    is_gated: bool
    says: str
    chart: Svg | None
    notes: list[tuple[str, Adaptation]]  # with the letters they have in the chart
    hidden: int  # how many months are left out because too few people were counted

    @property
    def latest(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def newest_first(self) -> list[Reading]:
        return self.readings[::-1]


def month_in_words(month: date) -> str:
    return date_format(month, "F Y")


def needs_gate(measure: Measure, participant: Participant | None) -> bool:
    """Whether the values are counts of people, seen by somebody who need not know them exactly."""
    return measure.counts_people and not (participant is not None and participant.is_staff)


def shown(value: Decimal, *, gated: bool) -> Shown:
    if not gated:
        return Shown(value)
    count = disclosure.shown(int(value))
    number = None if count.value is None else Decimal(count.value)
    return Shown(number, count.certainty, value)


@dataclass(frozen=True)
class Latest:
    """A measure and its latest month's value, if anything has been counted."""

    measure: Measure
    month: date | None
    shown: Shown | None


def latest_of(partnership: Partnership, participant: Participant | None) -> list[Latest]:
    """The measures somebody may see, by name, each with its latest value; one query."""
    newest = Observation.objects.filter(measure=OuterRef("pk"), superseded_by=None).order_by(
        "-month"
    )
    found = (
        Measure.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("partnership", "feature")
        .annotate(month=Subquery(newest.values("month")[:1]))
        .annotate(value=Subquery(newest.values("value")[:1]))
        .order_by("name", "pk")
    )
    return [
        Latest(
            measure=each,
            month=each.month,
            shown=None
            if each.value is None
            else shown(each.value, gated=needs_gate(each, participant)),
        )
        for each in found
    ]


def readings_of(measure: Measure, *, gated: bool) -> list[Reading]:
    """Every month's reading, oldest first, with its corrections; one query."""
    rows = list(
        Observation.objects.filter(measure=measure)
        .select_related("by__organisation")
        .order_by("month", "pk")
    )
    before = {row.pk: row for row in rows}
    replaced = {row.supersedes_id for row in rows}

    def earlier(row: Observation) -> Iterator[Observation]:
        while row.supersedes_id is not None:
            row = before[row.supersedes_id]
            yield row

    return [
        Reading(
            observation=row,
            shown=shown(row.value, gated=gated),
            corrected=[(old, shown(old.value, gated=gated)) for old in earlier(row)][::-1],
        )
        for row in rows
        if row.pk not in replaced
    ]


def see_measure(measure: Measure, participant: Participant | None) -> MeasureSeen:
    """A measure as `participant` may see it; two queries."""
    gated = needs_gate(measure, participant)
    readings = readings_of(measure, gated=gated)
    points = list(_points(readings))
    adaptations = (
        Adaptation.objects.visible_to(participant)
        .filter(measure=measure)
        .exclude(kind=AdaptationKind.CANNOT)
        .select_related("partnership")
        .order_by("from_day", "pk")
    )
    noted = {Note(each.from_day, f"{each.pk}"): each for each in adaptations}
    wording = _wording()
    says = charts.sentence(points, unit=measure.unit, about=gated, wording=wording)
    return MeasureSeen(
        measure=measure,
        readings=readings,
        is_gated=gated,
        says=says,
        chart=charts.run_chart(
            points,
            title=measure.name,
            description=says,
            unit=measure.unit,
            notes=list(noted),
            wording=wording,
        ),
        notes=[(letter, noted[note]) for letter, note in charts.lettered(points, noted)],
        hidden=sum(1 for reading in readings if reading.shown.number is None),
    )


def _points(readings: list[Reading]) -> Iterator[Point]:
    """One point a month, with a gap where a month was not counted or may not be shown."""
    month = readings[0].observation.month if readings else None
    for reading in readings:
        while month is not None and month < reading.observation.month:
            yield Point(month, None, month_in_words(month))
            month = next_month(month)
        number = reading.shown.number
        value = None if number is None else float(number)
        yield Point(reading.observation.month, value, reading.month)
        month = next_month(reading.observation.month)


def next_month(month: date) -> date:
    """The first day of the month after `month`."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _wording() -> Wording:
    return Wording(
        middle=_("Middle value: {middle}"),
        scale=_("The scale starts at {start}"),
        nothing=_("Nothing has been counted yet."),
        too_few=_("There are too few counts so far to show how this moves."),
        exactly=_(
            "{first_label} to {last_label}: from {first} to {last} {unit}."
            " The lowest is {lowest}, the highest {highest}, the middle value {middle}."
        ),
        about=_(
            "{first_label} to {last_label}: from about {first} to about {last} {unit}."
            " The lowest is about {lowest}, the highest about {highest},"
            " the middle value about {middle}."
        ),
    )
