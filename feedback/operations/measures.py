"""Writes about measures and reviews: what is counted, each month's reading, and did it help?"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import ServiceFeature
from feedback.enums import Direction, Verdict, WhatNext
from feedback.models import Adaptation, Measure, Observation, Review
from feedback.queries.measures import month_in_words
from portal import clock, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToDefineMeasure(Refusal):
    """A measure of this name is there already."""


class UnableToRecordObservation(Refusal):
    """The month has a reading, or is still to come, or the value cannot be one."""


class UnableToCorrectObservation(Refusal):
    """Somebody corrected it first, there is no reason, or nothing is different."""


class UnableToReviewAdaptation(Refusal):
    """The adaptation is still a draft."""


@transaction.atomic
def define_measure(
    *,
    name: str,
    definition: str,
    unit: str,
    direction: Direction,
    source: str,
    by: Participant,
    feature: ServiceFeature | None = None,
    counts_people: bool = True,
) -> Measure:
    """Say what is counted every month, how and where the numbers come from.

    `unit` reads on from a number: "carers". With `counts_people` the values are whole numbers of
    people and pass the disclosure gate.
    """
    permissions.check(by, "define_measure", by.partnership)
    if feature is not None and feature.partnership_id != by.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that part of the service here."))
    if Measure.objects.filter(partnership=by.partnership, name=name).exists():
        raise UnableToDefineMeasure(
            _("There is a measure called “%(name)s” already.") % {"name": name}
        )
    measure = Measure.objects.create(
        partnership=by.partnership,
        feature=feature,
        name=name,
        definition=definition,
        unit=unit,
        direction=direction,
        source=source,
        counts_people=counts_people,
        created_at=clock.now(),
    )
    record.append(
        "measure_defined",
        by=by,
        subject=measure,
        public={
            "direction": direction,
            "counts_people": counts_people,
            "feature": ref(feature) if feature else "",
        },
        content={"name": name, "definition": definition, "unit": unit, "source": source},
    )
    return measure


def _locked(measure: Measure) -> Measure:
    """The measure, its row held, so that two people cannot count one month twice."""
    return (
        Measure.objects.select_for_update(of=("self",))
        .select_related("partnership")
        .get(pk=measure.pk)
    )


def _problem_with(value: Decimal, measure: Measure) -> str:
    """Why `value` cannot be a reading of `measure`; empty when it can."""
    if measure.counts_people and (value < 0 or value != value.to_integral_value()):
        return _("This measure counts people, so write a whole number.")
    return ""


@transaction.atomic
def record_observation(
    *, measure: Measure, month: date, value: Decimal, by: Participant
) -> Observation:
    """Record what was counted in the month that `month` falls in.

    Raises UnableToRecordObservation for a month to come, and for one that has a reading: that is
    corrected with a reason (`correct_observation`), never overwritten.
    """
    measure = _locked(measure)
    permissions.check(by, "record_observation", measure)
    month = month.replace(day=1)
    if month > clock.today():
        raise UnableToRecordObservation(
            _("%(month)s is still to come.") % {"month": month_in_words(month)}
        )
    if problem := _problem_with(value, measure):
        raise UnableToRecordObservation(problem)
    if Observation.objects.filter(measure=measure, month=month).exists():
        raise UnableToRecordObservation(
            _("%(month)s has a number already. If it is wrong, correct it and say why.")
            % {"month": month_in_words(month)}
        )
    observation = Observation.objects.create(
        measure=measure, month=month, value=value, by=by, at=clock.now()
    )
    record.append(
        "observation_recorded",
        by=by,
        subject=measure,
        public={"observation": ref(observation), "month": f"{month:%Y-%m}"},
        content={"value": _plain(value)},
    )
    return observation


@transaction.atomic
def correct_observation(
    *, observation: Observation, value: Decimal, why: str, by: Participant
) -> Observation:
    """Put a new value in the place of a wrong one. Both stay readable, with the reason.

    Raises UnableToCorrectObservation when the one to correct no longer stands, when no reason is
    given, or when the value is the same.
    """
    measure = _locked(observation.measure)
    permissions.check(by, "correct_observation", measure)
    if Observation.objects.filter(supersedes=observation).exists():
        raise UnableToCorrectObservation(
            _("Somebody has corrected this number meanwhile. Look at the new one first.")
        )
    if not why.strip():
        raise UnableToCorrectObservation(_("Say why the number was wrong."))
    if value == observation.value:
        raise UnableToCorrectObservation(_("That is the number that stands there now."))
    if problem := _problem_with(value, measure):
        raise UnableToCorrectObservation(problem)
    corrected = Observation.objects.create(
        measure=measure,
        month=observation.month,
        value=value,
        by=by,
        at=clock.now(),
        supersedes=observation,
        why=why,
    )
    record.append(
        "observation_corrected",
        by=by,
        subject=measure,
        public={
            "observation": ref(corrected),
            "supersedes": ref(observation),
            "month": f"{observation.month:%Y-%m}",
        },
        content={"value": _plain(value), "why": why},
    )
    return corrected


def _plain(value: Decimal) -> str:
    """The same text however many zeros the number came with."""
    return f"{value.normalize():f}"


@transaction.atomic
def review_adaptation(
    *,
    adaptation: Adaptation,
    verdict: Verdict,
    words: str,
    what_next: WhatNext,
    by: Participant,
    participants_say: str = "",
) -> Review:
    """Say whether a change helped, beside what the people concerned say about it themselves.

    Everyone who was told of the change hears of it, and whoever follows it. Raises
    UnableToReviewAdaptation for a draft.
    """
    permissions.check(by, "review_adaptation", adaptation)
    if not adaptation.is_published:
        raise UnableToReviewAdaptation(_("This is still a draft, so nothing has happened yet."))
    review = Review.objects.create(
        partnership_id=adaptation.partnership_id,
        adaptation=adaptation,
        verdict=verdict,
        words=words,
        participants_say=participants_say,
        what_next=what_next,
        by=by,
        at=clock.now(),
    )
    record.append(
        "adaptation_reviewed",
        by=by,
        subject=review,
        public={"adaptation": ref(adaptation), "verdict": verdict, "what_next": what_next},
        content={"words": words, "participants_say": participants_say},
    )
    told = Participant.objects.filter(
        answers__partnership_id=adaptation.partnership_id, answers__subject=ref(adaptation)
    )
    notices.queue(
        [*told, *notices.followers(adaptation)],
        subject=adaptation,
        text=_("Did it help? We looked at “%(title)s”: %(verdict)s.")
        % {"title": adaptation.title, "verdict": Verdict(verdict).label},
        url=review.get_absolute_url(),
        but_not=by,
    )
    return review
