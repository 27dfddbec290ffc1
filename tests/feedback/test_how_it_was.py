"""One tap after a date: a whole hall behind one address is heard, and nobody floods."""

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from codesign.models import ActivityDate
from codesign.operations import sign_ups
from feedback.models import Voice
from feedback.views.voices import ANONYMOUS_VOICES, TAPS, WITHIN
from portal import clock, limits
from portal.enums import Role
from portal.models import Participant
from tests.codesign.activity import a_date
from tests.feedback.said import fields, url
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return World()


def who_came(world: World, date: ActivityDate, how_many: int) -> list[Participant]:
    people = [world.person(Role.CARER, with_account=False) for _each in range(how_many)]
    for person in people:
        sign_ups.sign_up(date=date, by=person)
    return people


def tap(date: ActivityDate, person: Participant, **headers: str) -> HttpResponse:
    address = reverse("feedback:say_how_it_was", args=["norfolk", date.pk])
    sent = {"answer": "yes", "once": f"{person.pk:032x}"}
    return signed_in(person).post(address, sent, headers=headers)  # type: ignore[return-value]


def taps_so_far(how_many: int) -> None:
    """As many taps from this address as if people had made them."""
    sender = limits.sender(RequestFactory().post("/"))
    for _each in range(how_many):
        limits.count("say_how_it_was", sender, most=TAPS, seconds=WITHIN)


def test_everybody_in_a_hall_with_one_address_is_heard(world: World) -> None:
    date = a_date(world)
    people = who_came(world, date, 2 * ANONYMOUS_VOICES)
    with clock.at(date.ends_at):
        assert [tap(date, person).status_code for person in people] == [200] * len(people)
    assert Voice.objects.filter(activity=date.activity, by=None).count() == len(people)


def test_taps_do_not_use_up_what_others_there_may_say_in_words(world: World) -> None:
    date = a_date(world)
    *early, late = who_came(world, date, ANONYMOUS_VOICES + 2)
    with clock.at(date.ends_at):
        for person in early:
            tap(date, person)
    for _each in range(ANONYMOUS_VOICES):
        assert Client().post(url(world, "leave_voice"), fields(world)).status_code == 200
    assert Client().post(url(world, "leave_voice"), fields(world)).status_code == 429
    with clock.at(date.ends_at):
        assert tap(date, late).status_code == 200  # nor the other way round


def test_a_sender_cannot_tap_for_ever_nor_by_naming_other_addresses(world: World) -> None:
    date = a_date(world)
    one, two = who_came(world, date, 2)
    taps_so_far(TAPS - 1)
    with clock.at(date.ends_at):
        assert tap(date, one).status_code == 200
        for forged in ("203.0.113.9", "203.0.113.9, 198.51.100.7"):
            refused = tap(date, two, **{"x-forwarded-for": forged})
            assert refused.status_code == 429
            assert "wait a few minutes" in refused.content.decode()
    assert Voice.objects.filter(activity=date.activity).count() == 1


def test_behind_our_own_proxy_only_what_it_says_is_believed(world: World, settings: object) -> None:
    settings.TRUSTED_PROXIES = 1  # type: ignore[attr-defined]
    date = a_date(world)
    one, two, three = who_came(world, date, 3)
    hall, elsewhere = "198.51.100.7", "198.51.100.8"
    sender = limits.sender(RequestFactory().post("/", headers={"x-forwarded-for": hall}))
    for _each in range(TAPS):
        limits.count("say_how_it_was", sender, most=TAPS, seconds=WITHIN)
    with clock.at(date.ends_at):
        assert tap(date, one, **{"x-forwarded-for": hall}).status_code == 429
        forged = f"203.0.113.9, {hall}"  # what a sender wrote, and what our proxy added to it
        assert tap(date, two, **{"x-forwarded-for": forged}).status_code == 429
        assert tap(date, three, **{"x-forwarded-for": elsewhere}).status_code == 200


def test_a_tap_a_person_a_date_holds_whatever_the_address(world: World) -> None:
    date = a_date(world)
    [person] = who_came(world, date, 1)
    address = reverse("feedback:say_how_it_was", args=["norfolk", date.pk])
    client = signed_in(person)
    with clock.at(date.ends_at):
        for number in range(3):
            client.post(
                address,
                {"answer": "no", "once": f"{number:032x}"},
                headers={"x-forwarded-for": f"203.0.113.{number}"},
            )
    assert Voice.objects.filter(activity=date.activity).count() == 1
