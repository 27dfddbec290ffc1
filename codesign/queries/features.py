"""Reads about the service: how it stands on a day, and what became of it between two days."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.differences import Segment, difference
from codesign.enums import FeatureStatus
from codesign.models import Decision, FeatureVersion, ServiceFeature
from portal.models import Participant, Partnership

RUNNING = frozenset({FeatureStatus.CURRENT, FeatureStatus.CHANGED})


@dataclass(frozen=True)
class Because:
    """What brought a version about: its title, and its page if the reader may open it."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class FeatureAsOf:
    """A part of the service as it stands on a day."""

    feature: ServiceFeature
    version: FeatureVersion
    because: Because | None = None

    @property
    def is_running(self) -> bool:
        return self.version.status in RUNNING

    @property
    def has_ended(self) -> bool:
        return self.version.status == FeatureStatus.ENDED


def reasons_for(
    versions: Sequence[FeatureVersion], participant: Participant | None
) -> dict[int, Because]:
    """What brought each of these about, by its id, as somebody (None: a visitor) may read it.

    A decision of a space that is not theirs to read is told without its title. One query where
    a decision is among them.
    """
    decisions = {number for each in versions if (number := _decision(each.because))}
    readable: set[int] = set()
    if decisions:
        found = Decision.objects.visible_to(participant).filter(pk__in=decisions)
        readable = set(found.values_list("pk", flat=True))
    reasons = {}
    for each in versions:
        if (number := _decision(each.because)) and number not in readable:
            reasons[each.pk] = Because(_now("A decision in a space that is not open to you"))
        elif each.because_words:
            reasons[each.pk] = Because(each.because_words, each.because_url)
    return reasons


def _decision(because: str) -> int:
    """The number in a decision's reference; 0 for any other."""
    kind, _colon, number = because.partition(":")
    return int(number) if kind == "decision" and number.isdecimal() else 0


def service_on(
    partnership: Partnership, day: date, participant: Participant | None = None
) -> list[FeatureAsOf]:
    """Every part of the service as it stands on `day`, by name, for one reader (None: a visitor).

    Of several versions from the same day the last written counts. Two queries, and one more where
    a decision is the reason for a part.
    """
    standing = (
        FeatureVersion.objects.filter(feature=OuterRef("pk"), from_day__lte=day)
        .order_by("-from_day", "-id")
        .values("pk")[:1]
    )
    features = list(
        ServiceFeature.objects.filter(partnership=partnership)
        .annotate(standing=Subquery(standing))
        .filter(standing__isnull=False)
        .order_by("name")
    )
    versions = FeatureVersion.objects.in_bulk([each.standing for each in features])
    reasons = reasons_for(list(versions.values()), participant)
    return [
        FeatureAsOf(
            feature=each, version=versions[each.standing], because=reasons.get(each.standing)
        )
        for each in features
    ]


def standing_on(feature: ServiceFeature, day: date) -> FeatureVersion | None:
    """How one part stands on a day; None before its first."""
    return feature.versions.filter(from_day__lte=day).first()


def history_of(feature: ServiceFeature) -> QuerySet[FeatureVersion]:
    """Every version of one part; page it in the order of writing."""
    return FeatureVersion.objects.filter(feature=feature)


class Turn(TextChoices):
    """What became of a part of the service between two days."""

    NEW = "new", _("New")
    PLANNED = "planned", _("Now planned")
    RESTARTED = "restarted", _("Running again")
    CHANGED = "changed", _("Changed")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")
    SAME = "same", _("As it was")


@dataclass(frozen=True)
class Step:
    """One version that began between the two days, and why."""

    version: FeatureVersion
    because: Because | None


@dataclass(frozen=True)
class FeatureDifference:
    """What became of one part: how, by which steps, and what changed in its words."""

    turn: Turn
    after: FeatureAsOf
    steps: list[Step] = field(default_factory=list)
    segments: tuple[Segment, ...] = ()  # empty: the words are all new, or all as they were

    @property
    def feature(self) -> ServiceFeature:
        return self.after.feature


@dataclass(frozen=True)
class ServiceDifference:
    """What became of every part of the service between two days."""

    turned: list[FeatureDifference]
    same: list[FeatureDifference]

    @property
    def in_words(self) -> str:
        """How many parts are new, changed and so on, in one sentence."""
        if not self.turned:
            return _now("Nothing changed between these two days.")
        counts = Counter(each.turn for each in self.turned)
        return ", ".join(
            _now("%(turn)s: %(count)d") % {"turn": turn.label, "count": counts[turn]}
            for turn in Turn
            if counts[turn]
        )


def service_difference(
    partnership: Partnership, first: date, last: date, participant: Participant | None
) -> ServiceDifference:
    """What became of each part from the end of `first` to the end of `last`, for one reader.

    Five queries, and three more where decisions are among the reasons.
    """
    before = {each.feature.pk: each for each in service_on(partnership, first, participant)}
    after = service_on(partnership, last, participant)
    between = FeatureVersion.objects.filter(
        feature__partnership=partnership, from_day__gt=first, from_day__lte=last
    ).order_by("from_day", "pk")
    steps = _steps(list(between), participant)
    found = [_compared(before.get(each.feature.pk), each, steps[each.feature.pk]) for each in after]
    return ServiceDifference(
        turned=[each for each in found if each.turn != Turn.SAME],
        same=[each for each in found if each.turn == Turn.SAME],
    )


def _steps(
    versions: Sequence[FeatureVersion], participant: Participant | None
) -> dict[int, list[Step]]:
    reasons = reasons_for(versions, participant)
    steps: dict[int, list[Step]] = defaultdict(list)
    for each in versions:
        steps[each.feature_id].append(Step(each, reasons.get(each.pk)))
    return steps


def _compared(
    before: FeatureAsOf | None, after: FeatureAsOf, steps: list[Step]
) -> FeatureDifference:
    if before is None:
        return FeatureDifference(_turn_of_new(after), after, steps)
    turn = _turn(before, after)
    said = difference(before.version.words, after.version.words)
    return FeatureDifference(turn, after, steps, () if said.is_empty else said.segments)


def _turn_of_new(after: FeatureAsOf) -> Turn:
    ends = {
        FeatureStatus.PLANNED: Turn.PLANNED,
        FeatureStatus.PAUSED: Turn.PAUSED,
        FeatureStatus.ENDED: Turn.ENDED,
    }
    return ends.get(FeatureStatus(after.version.status), Turn.NEW)


def _turn(before: FeatureAsOf, after: FeatureAsOf) -> Turn:
    earlier, later = FeatureStatus(before.version.status), FeatureStatus(after.version.status)
    if after.is_running and not before.is_running:
        return Turn.NEW if earlier == FeatureStatus.PLANNED else Turn.RESTARTED
    if earlier != later and not after.is_running:
        return _turn_of_new(after)
    is_same = before.version.words == after.version.words
    return Turn.SAME if is_same else Turn.CHANGED
