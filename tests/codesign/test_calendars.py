"""Calendars: what other programs read, parsed as they would; and whose address opens what."""

from datetime import UTC, timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from codesign import calendars, dates
from codesign.models import ActivityDate, CalendarKey
from codesign.operations import activities, activity_dates, sign_ups
from codesign.operations import calendars as operations
from portal import clock
from portal.enums import Visibility
from tests.codesign.activity import a_date, an_activity, in_days, words
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return World()


def read(response: HttpResponse) -> Calendar:
    """The calendar as a strict reader sees it: lines folded, ended and encoded as RFC 5545 asks."""
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    raw = response.content
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    found = Calendar.from_ical(raw)
    assert (found["VERSION"], found["METHOD"]) == ("2.0", "PUBLISH")
    assert found.subcomponents
    for event in found.walk("VEVENT"):
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"):
            assert name in event
        assert not event.errors
        for name in ("DTSTAMP", "DTSTART", "DTEND"):
            assert event[name].dt.tzinfo is not None
    return found


def fetched(name: str, *args: object, client: Client | None = None) -> Calendar:
    return read((client or Client()).get(reverse(name, args=["norfolk", *args])))


def uids(found: Calendar) -> list[str]:
    return [str(event["UID"]) for event in found.walk("VEVENT")]


def test_an_activitys_calendar_holds_each_of_its_dates(world: World) -> None:
    first = in_days(3)
    activity = an_activity(world, first_at=first, rrule=dates.rule_for("weekly", first))
    found = fetched("codesign:activity_calendar", activity.pk)
    events = found.walk("VEVENT")
    assert len(events) == 12
    assert len(set(uids(found))) == 12
    assert events[0]["DTSTART"].dt == first.astimezone(UTC)
    assert events[0]["DTEND"].dt - events[0]["DTSTART"].dt == timedelta(hours=2)
    assert str(events[0]["SUMMARY"]) == activity.title
    assert str(events[0]["LOCATION"]) == "Library, Holt"


def test_a_date_called_off_keeps_its_uid_and_says_so_with_a_higher_sequence(world: World) -> None:
    date = a_date(world)
    before = fetched("codesign:date_calendar", date.pk)
    activities.edit_activity(
        activity=date.activity, words=words(place="Hall"), capacity=None, by=world.carer
    )
    edited = fetched("codesign:date_calendar", date.pk)
    activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    after = fetched("codesign:date_calendar", date.pk)
    assert uids(before) == uids(edited) == uids(after)
    events = [each.walk("VEVENT")[0] for each in (before, edited, after)]
    assert [each["SEQUENCE"] for each in events] == [0, 1, 2]
    assert [str(each["STATUS"]) for each in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    stamps = [each["DTSTAMP"].dt for each in events]
    assert stamps == sorted(stamps)
    assert "Snow." in events[2]["DESCRIPTION"]


def test_words_are_escaped_and_come_back_exactly(world: World) -> None:
    title = "Tea; cake, “talk” \\ and\\n more 🫖"
    about = "First line\nATTENDEE:mailto:evil@example.org\nEND:VEVENT\nBEGIN:VALARM, " + "é" * 200
    date = a_date(world, title=title, about=about)
    [event] = fetched("codesign:date_calendar", date.pk).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == about
    assert "ATTENDEE" not in event
    assert not event.subcomponents


def test_a_calendar_with_nothing_in_it_is_still_a_calendar(world: World) -> None:
    found = fetched("codesign:partnership_calendar")
    assert uids(found) == []


def test_a_partnerships_calendar_holds_what_anybody_may_read_whoever_asks(world: World) -> None:
    shown = a_date(world)
    private = world.open_workspace("Private")
    private.visibility = Visibility.PARTNERSHIP
    private.save()
    kept = a_date(world, title="Kept", workspace=private)
    for client in (Client(), signed_in(world.carer)):
        found = fetched("codesign:partnership_calendar", client=client)
        assert [f"activity-date-{shown.pk}" in uid for uid in uids(found)] == [True]
        assert b"Kept" not in found.to_ical()
    assert (
        Client().get(reverse("codesign:date_calendar", args=["norfolk", kept.pk])).status_code
        == 404
    )
    assert fetched("codesign:date_calendar", kept.pk, client=signed_in(world.partner))


def test_the_link_to_meet_is_only_in_the_calendar_of_who_is_coming(world: World) -> None:
    link = "https://meet.example.org/cafe"
    date = a_date(world, link=link)
    sign_ups.sign_up(date=date, by=world.service_user)
    knows = fetched("codesign:date_calendar", date.pk, client=signed_in(world.service_user))
    assert link.encode() in knows.to_ical()
    for client in (Client(), signed_in(world.partner)):
        for name, pk in (
            ("codesign:date_calendar", date.pk),
            ("codesign:activity_calendar", date.activity_id),
        ):
            assert link.encode() not in fetched(name, pk, client=client).to_ical()
    assert link.encode() not in fetched("codesign:partnership_calendar").to_ical()


@pytest.mark.parametrize("things", [1, 3])
def test_a_feed_costs_the_same_for_one_and_for_three(
    world: World, things: int, django_assert_num_queries: object
) -> None:
    for number in range(things):
        a_date(world, title=f"Group {number}")
    client = Client()
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert client.get(reverse("codesign:partnership_calendar", args=["norfolk"]))


# One's own.


def mine(key: str) -> HttpResponse:
    return Client().get(reverse("codesign:my_calendar", args=[key]))


def test_make_calendar_key_opens_ones_own_dates_and_keeps_only_a_hash(world: World) -> None:
    coming, waiting, led, other = (
        a_date(world, title=title, capacity=1, hosts=[host])
        for title, host in (
            ("Coming", world.carer),
            ("Waiting", world.carer),
            ("Led", world.service_user),
            ("Other", world.carer),
        )
    )
    sign_ups.sign_up(date=coming, by=world.service_user)
    sign_ups.sign_up(date=waiting, by=world.partner)
    sign_ups.sign_up(date=waiting, by=world.service_user)
    key = operations.make_calendar_key(by=world.service_user)
    assert len(key) >= 43  # 256 bits
    assert key not in CalendarKey.objects.get().key_hash
    response = mine(key)
    assert response.headers["Cache-Control"] == "private, no-store"
    found = uids(read(response))
    expected = {coming.pk, waiting.pk, led.pk}
    assert {int(uid.split("@")[0].rpartition("-")[2]) for uid in found} == expected
    assert other.pk not in expected


def test_a_date_with_two_hosts_stands_in_each_ones_calendar_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [world.carer, world.service_user]
    shared = a_date(world, title="Shared", hosts=both)
    second = an_activity(world, "Second", first_at=in_days(4), hosts=both).dates.get()
    for date in (shared, second):
        sign_ups.sign_up(date=date, by=world.carer)
    monkeypatch.setattr("codesign.queries.activities.TO_COME", 2)
    url = reverse("codesign:make_calendar_key", args=["norfolk"])
    text = signed_in(world.carer).get(url).content.decode()
    for date in (shared, second):
        assert text.count(f'href="{date.get_absolute_url()}"') == 1
    monkeypatch.setattr("codesign.queries.activities.FED", 2)
    key = operations.make_calendar_key(by=world.carer)
    assert len(uids(read(mine(key)))) == 2


def test_a_date_called_off_keeps_no_link_in_anybodys_calendar(world: World) -> None:
    link = "https://meet.example.org/cafe"
    date = a_date(world, link=link)
    sign_ups.sign_up(date=date, by=world.service_user)
    key = operations.make_calendar_key(by=world.service_user)
    assert link.encode() in mine(key).content
    activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    assert link.encode() not in mine(key).content
    client = signed_in(world.service_user)
    assert link.encode() not in fetched("codesign:date_calendar", date.pk, client=client).to_ical()


def test_a_new_key_stops_the_old_one_and_revoke_calendar_key_stops_all(world: World) -> None:
    old = operations.make_calendar_key(by=world.carer)
    new = operations.make_calendar_key(by=world.carer)
    assert mine(old).status_code == 404
    assert mine(new).status_code == 200
    assert operations.revoke_calendar_key(by=world.carer)
    assert not operations.revoke_calendar_key(by=world.carer)
    assert mine(new).status_code == 404


def test_the_key_of_somebody_who_left_opens_nothing(world: World) -> None:
    key = operations.make_calendar_key(by=world.carer)
    world.carer.left_at = clock.now()
    world.carer.save()
    assert mine(key).status_code == 404


def test_wrong_keys_are_not_found_and_limited_but_right_ones_are_not_counted(world: World) -> None:
    key = operations.make_calendar_key(by=world.carer)
    for _each in range(30):
        assert mine(key).status_code == 200
    answers = [mine(f"{number}" * 43).status_code for number in range(20)]
    assert set(answers) == {404}
    assert mine("x" * 43).status_code == 429
    assert mine(key).status_code == 200


def test_a_space_that_no_longer_admits_somebody_leaves_their_calendar(world: World) -> None:
    closed = world.open_workspace("Closed")
    date = a_date(world, workspace=closed)
    sign_ups.sign_up(date=date, by=world.service_user)
    key = operations.make_calendar_key(by=world.service_user)
    assert len(uids(read(mine(key)))) == 1
    closed.refresh_from_db()
    closed.open_to, closed.visibility = "invitation", Visibility.PARTNERSHIP
    closed.save()
    assert uids(read(mine(key))) == []


def test_ones_own_address_is_shown_once_and_can_be_stopped_by_its_page(world: World) -> None:
    a_date(world)
    client = signed_in(world.carer)
    url = reverse("codesign:make_calendar_key", args=["norfolk"])
    response = client.post(url)
    assert response.headers["Cache-Control"] == "no-store"
    text = response.content.decode()
    assert "/calendar/" in text
    assert "webcal://" in text
    again = client.get(url).content.decode()
    assert "/calendar/" not in again
    assert "Stop this address" in again
    assert client.post(reverse("codesign:revoke_calendar_key", args=["norfolk"])).status_code == 302
    assert not CalendarKey.objects.exists()


def test_the_same_calendar_is_the_same_bytes(world: World) -> None:
    """So that a reader who asks every hour sees a change only where there is one."""
    date = a_date(world)
    url = reverse("codesign:date_calendar", args=["norfolk", date.pk])
    first = Client().get(url).content
    with clock.at(clock.now() + timedelta(days=1)):
        assert Client().get(url).content == first


def test_a_name_is_one_line() -> None:
    written = calendars.feed("A\r\nX-EVIL:1", [], zone="Europe/London")
    assert "X-EVIL" not in Calendar.from_ical(written)


def test_old_dates_leave_the_feed(world: World) -> None:
    date = a_date(world)
    ActivityDate.objects.filter(pk=date.pk).update(
        starts_at=clock.now() - timedelta(days=61), ends_at=clock.now() - timedelta(days=60)
    )
    assert uids(fetched("codesign:partnership_calendar")) == []
