"""Measures: one reading a month, corrected in the open; and reviews: did a change help?"""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback.enums import Direction, Verdict, WhatNext
from feedback.models import Measure, Observation, Review
from feedback.operations import adaptations, measures
from feedback.queries.measures import next_month, see_measure
from portal import clock, permissions, record
from portal.enums import Visibility
from portal.models import Notice, RecordContent, RecordEntry, ref
from portal.operations.notices import follow
from tests.feedback.test_adaptations import a_draft, a_published, a_thread
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def a_measure(world: World, **changed: Any) -> Measure:
    fields: dict[str, Any] = {
        "name": "Carers who got a full break",
        "definition": "Six hours or more in the month.",
        "unit": "carers",
        "direction": Direction.INCREASE,
        "source": "The visit log",
        "feature": world.feature,
    }
    return measures.define_measure(by=world.evaluator, **(fields | changed))


def months(number: int) -> list[date]:
    """The last so many full months, oldest first."""
    found = [clock.today().replace(day=1)]
    while len(found) <= number:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return found[:-1]


def observe(world: World, measure: Measure, *values: float) -> list[Observation]:
    return [
        measures.record_observation(
            measure=measure, month=month, value=Decimal(str(value)), by=world.provider
        )
        for month, value in zip(months(len(values)), values, strict=True)
    ]


def kinds_about(thing: Measure | Review) -> list[str]:
    found = RecordEntry.objects.filter(subject=ref(thing)).order_by("seq")
    return list(found.values_list("kind", flat=True))


# Measures and readings.


def test_define_measure_is_recorded(world: World) -> None:
    measure = a_measure(world)
    assert kinds_about(measure) == ["measure_defined"]
    with pytest.raises(measures.UnableToDefineMeasure, match="already"):
        a_measure(world)
    a_measure(World(slug="other"))  # the same name elsewhere is no matter


def test_record_observation_keeps_the_month_and_the_record(world: World) -> None:
    measure = a_measure(world)
    month = months(1)[0]
    made = measures.record_observation(
        measure=measure, month=month.replace(day=17), value=Decimal("84"), by=world.provider
    )
    assert (made.month, made.value) == (month, 84)
    assert kinds_about(measure) == ["measure_defined", "observation_recorded"]
    entry = RecordEntry.objects.get(kind="observation_recorded")
    assert f'"month":"{month:%Y-%m}"' in entry.line
    assert RecordContent.objects.get(
        partnership_id=entry.partnership_id, seq=entry.seq
    ).content == {"value": "84"}


def test_record_observation_refuses_a_second_one_for_the_month(world: World) -> None:
    measure = a_measure(world)
    observe(world, measure, 84)
    with pytest.raises(measures.UnableToRecordObservation, match="correct it"):
        observe(world, measure, 85)
    assert Observation.objects.count() == 1


def test_record_observation_refuses_a_month_to_come_and_half_a_person(world: World) -> None:
    measure = a_measure(world)
    to_come = next_month(clock.today().replace(day=1))
    with pytest.raises(measures.UnableToRecordObservation, match="still to come"):
        measures.record_observation(
            measure=measure, month=to_come, value=Decimal(1), by=world.provider
        )
    for value in ("1.5", "-1"):
        with pytest.raises(measures.UnableToRecordObservation, match="whole number"):
            observe(world, measure, float(value))
    share = a_measure(world, name="Share", unit="per cent", counts_people=False)
    assert observe(world, share, 1.5)[0].value == Decimal("1.5")


def test_correct_observation_leaves_both_readable(world: World) -> None:
    measure = a_measure(world)
    first, _second = observe(world, measure, 84, 90)
    corrected = measures.correct_observation(
        observation=first, value=Decimal(94), why="A typing slip.", by=world.evaluator
    )
    assert [o.value for o in Observation.objects.filter(measure=measure).standing()] == [94, 90]
    assert corrected.supersedes == first
    again = measures.correct_observation(
        observation=corrected, value=Decimal(95), why="Counted again.", by=world.evaluator
    )
    seen = see_measure(measure, world.provider)
    assert seen.readings[0].observation == again
    assert [old.value for old, _shown in seen.readings[0].corrected] == [84, 94]
    assert kinds_about(measure)[-2:] == ["observation_corrected"] * 2
    page = Client().get(measure.get_absolute_url()).content.decode()
    assert "Counted again." in page


def test_correct_observation_refusals(world: World) -> None:
    measure = a_measure(world)
    (first,) = observe(world, measure, 84)
    for value, why, message in ((85, " ", "Say why"), (84, "A slip.", "stands there now")):
        with pytest.raises(measures.UnableToCorrectObservation, match=message):
            measures.correct_observation(
                observation=first, value=Decimal(value), why=why, by=world.provider
            )
    with pytest.raises(measures.UnableToCorrectObservation, match="whole number"):
        measures.correct_observation(
            observation=first, value=Decimal("8.5"), why="A slip.", by=world.provider
        )
    measures.correct_observation(
        observation=first, value=Decimal(85), why="A slip.", by=world.provider
    )
    with pytest.raises(measures.UnableToCorrectObservation, match="meanwhile"):
        measures.correct_observation(
            observation=first, value=Decimal(86), why="Late.", by=world.provider
        )


def test_record_observation_is_all_or_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = a_measure(world)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        observe(world, measure, 84)
    assert not Observation.objects.exists()


ACTS = {
    "define_measure": {"provider", "evaluator"},
    "record_observation": {"provider", "evaluator"},
    "correct_observation": {"provider", "evaluator"},
    "review_adaptation": {"provider", "commissioner", "evaluator"},
}


@pytest.mark.parametrize("act", ACTS)
def test_who_may_count_and_review(world: World, act: str) -> None:
    measure = a_measure(world)
    adaptation = a_published(world)
    may = {
        name
        for name, person in world.cast.items()
        if permissions.can(person, act, adaptation if act == "review_adaptation" else measure)
    }
    assert may == ACTS[act]
    other = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        measures.record_observation(
            measure=measure, month=clock.today(), value=Decimal(1), by=other.provider
        )
    with pytest.raises(permissions.PermissionRefused):
        measures.record_observation(
            measure=measure, month=clock.today(), value=Decimal(1), by=world.carer
        )


# What is seen.

VALUES = [84, 91, 3, 88, 86, 92, 108, 117]


def test_small_numbers_are_hidden_from_those_who_need_not_know(world: World) -> None:
    measure = a_measure(world)
    observe(world, measure, *VALUES)
    for who in (None, world.carer):
        seen = see_measure(measure, who)
        assert [r.shown.number for r in seen.readings] == [85, 90, None, 90, 85, 90, 110, 115]
        assert seen.hidden == 1
        assert "about 85 to about 115 carers" in seen.says
    exact = see_measure(measure, world.evaluator)
    assert [r.shown.number for r in exact.readings] == VALUES
    assert "The lowest is 3" in exact.says
    page = Client().get(measure.get_absolute_url()).content.decode()
    assert "fewer than 8" in page
    assert ">3<" not in page


def test_shares_are_shown_to_everyone(world: World) -> None:
    measure = a_measure(world, unit="per cent", counts_people=False)
    observe(world, measure, 3.5)
    assert not see_measure(measure, None).is_gated
    assert "3.5" in Client().get(measure.get_absolute_url()).content.decode()


def test_a_chart_has_the_changes_as_lettered_notes_and_months_without_a_reading_as_gaps(
    world: World,
) -> None:
    measure = a_measure(world)
    half = months(9)
    for month in half[:3] + half[4:]:
        measures.record_observation(
            measure=measure, month=month, value=Decimal(50), by=world.provider
        )
    later = a_published(world, title="Whole days", measure=measure, from_day=half[6])
    sooner = a_published(world, title="Two sitters", measure=measure, from_day=half[2])
    a_published(world, title="No", kind="cannot", measure=measure, from_day=half[4])
    a_draft(world, title="Not yet", measure=measure)
    seen = see_measure(measure, world.provider)
    assert seen.notes == [("A", sooner), ("B", later)]
    assert seen.chart is not None
    assert seen.chart.count("tl-chart__dot") == 8
    assert seen.chart.count('class="tl-chart__line"') == 2  # broken at the gap
    page = Client().get(later.get_absolute_url()).content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "(this change)" in page


def test_measure_csv_is_safe_and_gated(world: World) -> None:
    measure = a_measure(world, name='=HYPERLINK("http://example.org")', unit="+carers")
    observe(world, measure, *VALUES)
    url = reverse("feedback:measure_csv", args=["norfolk", measure.pk])
    rows = list(csv.DictReader(io.StringIO(Client().get(url).content.decode())))
    assert [row["value"] for row in rows] == ["85", "90", "", "90", "85", "90", "110", "115"]
    assert rows[2]["how"] == "hidden, fewer than 8"
    assert rows[0]["measure"] == '\'=HYPERLINK("http://example.org")'
    assert rows[0]["unit"] == "'+carers"
    mine = signed_in(world.provider).get(url)
    assert [row["value"] for row in csv.DictReader(io.StringIO(mine.content.decode()))] == [
        str(value) for value in VALUES
    ]


def test_measures_of_closed_partnerships_are_their_own(world: World) -> None:
    closed = World(slug="closed", visibility=Visibility.PARTNERSHIP)
    theirs = a_measure(closed)
    for name in ("measure", "measure_csv"):
        assert (
            Client().get(reverse(f"feedback:{name}", args=["closed", theirs.pk])).status_code == 302
        )
        across = reverse(f"feedback:{name}", args=["norfolk", theirs.pk])
        assert signed_in(world.provider).get(across).status_code == 404
    (observation,) = observe(closed, theirs, 5)
    correct = reverse("feedback:correct_observation", args=["norfolk", observation.pk])
    assert signed_in(world.provider).get(correct).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_for_any_number(
    world: World, number: int, django_assert_num_queries: Any
) -> None:
    found = [a_measure(world, name=f"Measure {n}") for n in range(number)]
    for measure in found:
        for first in observe(world, measure, *VALUES[: number + 1]):
            measures.correct_observation(
                observation=first, value=Decimal(70), why="A slip.", by=world.provider
            )
    client = signed_in(world.carer)
    listed = reverse("feedback:measures", args=["norfolk"])
    one = found[0].get_absolute_url()
    client.get(listed)
    with django_assert_num_queries(6):
        client.get(listed)
    with django_assert_num_queries(8):
        client.get(one)


# Reviews.


def a_review(world: World, adaptation: Any, **changed: Any) -> Review:
    fields: dict[str, Any] = {
        "verdict": Verdict.IMPROVED,
        "words": "More carers had a day.",
        "participants_say": "I slept.",
        "what_next": WhatNext.KEEP,
        "by": world.evaluator,
    }
    return measures.review_adaptation(adaptation=adaptation, **(fields | changed))


def test_review_adaptation_is_recorded_and_everyone_who_was_told_hears(world: World) -> None:
    thread = a_thread(world)
    published = a_published(world, decisions=[thread.decision])
    follow(thing=published, by=world.admin)
    review = a_review(world, published)
    assert kinds_about(review) == ["adaptation_reviewed"]
    told = Notice.objects.filter(subject=ref(published), text__startswith="Did it help?")
    heard = told.select_related("participant")
    assert {notice.participant.display_name for notice in heard} == {
        "Sam",
        "Maureen",
        "Funmi",
        "Colin",
        "Ada",  # follows it
    }
    assert {notice.needs_me for notice in heard} == {False}
    assert heard[0].text == "Did it help? We looked at “Save up your hours”: Improved."
    assert heard[0].url == f"{published.get_absolute_url()}#review-{review.pk}"


def test_review_adaptation_refuses_a_draft(world: World) -> None:
    with pytest.raises(measures.UnableToReviewAdaptation):
        a_review(world, a_draft(world))
    assert not Review.objects.exists()


def test_review_adaptation_is_for_those_who_judge(world: World) -> None:
    published = a_published(world)
    with pytest.raises(permissions.PermissionRefused):
        a_review(world, published, by=world.carer)
    url = reverse("feedback:review_adaptation", args=["norfolk", published.pk])
    assert signed_in(world.evaluator).get(url).status_code == 200
    assert permissions.can(world.carer, "review_adaptation", published) is False


# By clicking.


def test_a_measure_is_defined_counted_corrected_and_reviewed_by_posting_forms(
    world: World,
) -> None:
    client = signed_in(world.provider)
    new = reverse("feedback:define_measure", args=["norfolk"])
    fields = {
        "name": "Full breaks",
        "definition": "Six hours.",
        "unit": "carers",
        "counts_people": "yes",
        "direction": "increase",
        "source": "The log",
        "feature": world.feature.pk,
    }
    assert client.post(new, fields | {"unit": ""}).status_code == 422
    client.post(new, fields)
    measure = Measure.objects.get()
    assert client.post(new, fields).status_code == 422  # the name is taken

    count = reverse("feedback:record_observation", args=["norfolk", measure.pk])
    offered = client.get(count).context["form"].fields["month"].choices
    assert offered[0][0] == f"{months(1)[0]:%Y-%m-%d}"
    half = client.post(count, {"month": offered[0][0], "value": "1.5"})
    assert "whole number" in half.content.decode()
    assert client.post(count, {"month": offered[0][0], "value": "84"}).status_code == 302
    observation = Observation.objects.get()
    again = client.post(count, {"month": offered[0][0], "value": "85"})
    assert again.status_code == 422

    correct = reverse("feedback:correct_observation", args=["norfolk", observation.pk])
    assert client.post(correct, {"value": "86", "why": ""}).status_code == 422
    assert client.post(correct, {"value": "86", "why": "A slip."}).status_code == 302
    late = client.post(correct, {"value": "87", "why": "A slip."})
    assert "meanwhile" in late.content.decode()

    published = a_published(world, measure=measure, expected="Ninety by May.")
    review = reverse("feedback:review_adaptation", args=["norfolk", published.pk])
    assert "Ninety by May." in client.get(review).content.decode()
    assert client.post(review, {"verdict": "improved"}).status_code == 422
    answer = client.post(
        review, {"verdict": "too_few_people", "words": "Four carers.", "what_next": "keep"}
    )
    assert answer.url == Review.objects.get().get_absolute_url()
    assert "Too few people to say" in client.get(published.get_absolute_url()).content.decode()


def test_publish_adaptation_shows_what_was_expected_as_it_was(world: World) -> None:
    published = a_published(world, expected="Ninety by May.")
    with pytest.raises(adaptations.UnableToDraftAdaptation):
        adaptations.edit_adaptation(
            adaptation=published,
            by=world.provider,
            kind=published.kind,
            feature=world.feature,
            title=published.title,
            what=published.what,
            why=published.why,
            from_day=published.from_day,
            expected="Seventy by May.",
        )
    page = Client().get(published.get_absolute_url()).content.decode()
    assert "Ninety by May." in page
    assert "Seventy" not in page
