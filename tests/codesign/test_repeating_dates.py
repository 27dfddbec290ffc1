"""Repeating dates: a plain choice becomes a rule, and dates stand twelve weeks ahead."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from codesign import dates
from codesign.enums import Repeats
from codesign.models import Activity
from codesign.operations import activities, activity_dates
from codesign.queries import activities as queries
from portal import clock
from tests.codesign.activity import an_activity, in_days
from tests.world import World

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("repeats", "rule", "rhythm"),
    [
        (Repeats.ONCE, "", ""),
        (Repeats.WEEKLY, "FREQ=WEEKLY;BYDAY=TH", "Every Thursday"),
        (Repeats.FORTNIGHTLY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "Every 2 weeks on Thursday"),
        (Repeats.MONTHLY, "FREQ=MONTHLY;BYDAY=3TH", "Every month, on the third Thursday"),
    ],
)
def test_a_plain_choice_becomes_a_rule_and_words(repeats: Repeats, rule: str, rhythm: str) -> None:
    first = datetime(2026, 3, 19, 14, tzinfo=LONDON)
    assert dates.rule_for(repeats, first) == rule
    assert queries.rhythm_words(Activity(rrule=rule, first_at=first)) == rhythm


def test_the_fifth_thursday_means_the_last_of_each_month() -> None:
    first = datetime(2026, 1, 29, 14, tzinfo=LONDON)
    rule = dates.rule_for("monthly", first)
    assert rule == "FREQ=MONTHLY;BYDAY=-1TH"
    found = dates.moments(rule, first, LONDON, after=first, before=first + timedelta(days=92))
    assert [f"{each:%d %b}" for each in found] == ["26 Feb", "26 Mar", "30 Apr"]


def test_until_a_date_holds_the_last_day_itself_in_summer_and_winter() -> None:
    for first in (
        datetime(2026, 7, 2, 23, tzinfo=LONDON),
        datetime(2026, 12, 3, 23, tzinfo=LONDON),
    ):
        rule = dates.rule_for("weekly", first, first.date() + timedelta(days=14))
        found = dates.moments(
            rule, first, LONDON, after=first - timedelta(1), before=first + timedelta(days=90)
        )
        assert len(found) == 3
        said = queries.rhythm_words(Activity(rrule=rule, first_at=first))
        assert said.endswith(f"until {first.date() + timedelta(days=14):%-d %B %Y}")


@pytest.mark.parametrize("change", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001
def test_two_in_the_afternoon_stays_two_when_the_clocks_change(change: datetime) -> None:
    first = (change - timedelta(days=10)).replace(hour=14, tzinfo=LONDON)
    rule = dates.rule_for("weekly", first)
    found = dates.moments(
        rule, first, LONDON, after=first - timedelta(1), before=first + timedelta(days=29)
    )
    assert len(found) == 5
    assert {each.astimezone(LONDON).hour for each in found} == {14}
    assert len({each.astimezone(UTC).hour for each in found}) == 2


@pytest.mark.parametrize(
    "rule",
    ["", "weekly", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;;", "FREQ=DAILY;BYSECOND=1"],
)
def test_a_rule_nobody_can_read_is_none(rule: str) -> None:
    assert not dates.is_rule(rule)
    if rule:
        first = datetime(2026, 1, 1, tzinfo=UTC)
        with pytest.raises(ValueError, match="not a rule"):
            dates.moments(rule, first, LONDON, after=first, before=first)


def test_another_programs_rule_is_followed_and_said_in_general_words() -> None:
    first = datetime(2026, 1, 5, 14, tzinfo=LONDON)
    rule = "FREQ=WEEKLY;BYDAY=MO,WE"
    found = dates.moments(rule, first, LONDON, after=first, before=first + timedelta(days=8))
    assert [each.day for each in found] == [7, 12]
    assert queries.rhythm_words(Activity(rrule=rule, first_at=first)) == "On several dates"


def test_dates_stand_twelve_weeks_ahead_and_are_topped_up(world: World) -> None:
    first = in_days(3)
    activity = an_activity(world, first_at=first, rrule=dates.rule_for("weekly", first))
    assert activity.dates.count() == 12
    called_off = activity.dates.first()
    assert called_off is not None
    activity_dates.cancel_date(date=called_off, reason="Snow.", by=world.carer)
    assert activities.top_up_dates() == 0
    with clock.at(clock.now() + timedelta(weeks=2)):
        assert activities.top_up_dates() == 2
        assert activities.top_up_dates() == 0
    called_off.refresh_from_db()
    assert called_off.is_cancelled


def test_the_sweep_tops_up_dates_but_not_those_of_what_has_ended(world: World) -> None:
    first = in_days(3)
    rule = dates.rule_for("weekly", first)
    going, ended = (an_activity(world, t, first_at=first, rrule=rule) for t in ("Going", "Over"))
    activities.end_activity(activity=ended, reason="Nobody came.", by=world.carer)
    with clock.at(clock.now() + timedelta(weeks=1)):
        call_command("send_notices")
    assert going.dates.count() == 13
    assert ended.dates.count() == 12
