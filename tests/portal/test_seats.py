"""Seats: a guest is known again by a signed cookie, in one partnership only."""

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal import clock, seats
from portal.models import Participant
from tests.world import World, account

pytestmark = pytest.mark.django_db


def cookie_of(participant: Participant) -> str:
    response = HttpResponse()
    seats.give(response, participant, secure=True)
    morsel = response.cookies[seats.cookie_name(participant.partnership)]
    assert morsel["httponly"]
    assert morsel["secure"]
    assert morsel["samesite"] == "Lax"
    return str(morsel.value)


def seated(world: World, value: str) -> Participant | None:
    return seats.seated({seats.cookie_name(world.partnership): value}, world.partnership)


def test_a_seat_brings_a_guest_back() -> None:
    world = World()
    assert seated(world, cookie_of(world.guest)) == world.guest


@pytest.mark.parametrize(
    "value",
    ["", "x", "a:b:c", signing.dumps("x"), signing.dumps([1])],
    ids=["empty", "a letter", "unsigned", "signed for something else", "signed, but no pair"],
)
def test_a_forged_seat_is_nobodys(value: str) -> None:
    assert seated(World(), value) is None


def test_a_changed_letter_makes_a_seat_worthless() -> None:
    world = World()
    good = cookie_of(world.guest)
    bad = ("B" if good[0] != "B" else "C") + good[1:]
    assert seated(world, bad) is None


def test_a_seat_opens_nothing_in_another_partnership() -> None:
    world, other = World(), World(slug="other")
    assert seated(other, cookie_of(world.guest)) is None


def test_a_seat_ends_with_its_nonce_with_leaving_and_with_an_account() -> None:
    world = World()
    value = cookie_of(world.guest)
    guests = Participant.objects.filter(pk=world.guest.pk)
    nonce = world.guest.seat_nonce
    guests.update(seat_nonce="another")
    assert seated(world, value) is None
    guests.update(seat_nonce=nonce, left_at=clock.now())
    assert seated(world, value) is None
    guests.update(left_at=None, user=account())
    assert seated(world, value) is None
    guests.update(user=None)
    assert seated(world, value) == world.guest


def test_a_seat_is_for_guests_only() -> None:
    world = World()
    assert seated(world, cookie_of(world.carer)) is None


def test_an_account_goes_before_a_seat() -> None:
    world = World()
    client = Client()
    client.cookies[seats.cookie_name(world.partnership)] = cookie_of(world.guest)
    assert world.carer.user
    client.force_login(world.carer.user)
    page = client.get(reverse("portal:notices", args=["norfolk"]))
    assert page.wsgi_request.participant == world.carer  # type: ignore[attr-defined]
