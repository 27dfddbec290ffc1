"""A page of a partnership is served inside its wall, whatever address is tried."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal import seats
from portal.enums import Visibility
from portal.models import Participant
from tests.world import World

pytestmark = pytest.mark.django_db


def answers(client: Client, world: World) -> list[int]:
    """Status codes of the partnership's front page and its workspace."""
    addresses = (world.partnership.get_absolute_url(), world.workspace.get_absolute_url())
    return [client.get(address).status_code for address in addresses]


def as_(participant: Participant) -> Client:
    client = Client()
    if participant.user is not None:
        client.force_login(participant.user)
    else:
        response = HttpResponse()
        seats.give(response, participant, secure=False)
        client.cookies = response.cookies
    return client


def test_public_pages_are_open_to_visitors(client: Client) -> None:
    assert answers(client, World()) == [200, 200]


def test_closed_pages_ask_a_visitor_to_sign_in_and_say_nothing(client: Client) -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    answer = client.get(world.workspace.get_absolute_url())
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert world.workspace.title not in answer.content.decode()
    assert answers(client, world) == [302, 302]


@pytest.mark.parametrize("who", ["carer", "service_user", "partner"])
def test_closed_pages_are_open_to_their_people(who: str) -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    assert answers(as_(getattr(world, who)), world) == [200, 200]


def test_closed_pages_are_open_to_a_guest_with_a_seat() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    assert answers(as_(world.guest), world) == [200, 200]


def test_closed_pages_do_not_exist_for_people_of_another_partnership() -> None:
    world, other = World(visibility=Visibility.PARTNERSHIP), World(slug="other")
    assert answers(as_(other.carer), world) == [404, 404]
    assert answers(as_(other.guest), world) == [302, 302]


def test_somebody_who_left_is_outside_again() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    client = as_(world.carer)
    Participant.objects.filter(pk=world.carer.pk).update(left_at="2026-01-01T00:00Z")
    assert answers(client, world) == [404, 404]


def test_people_who_work_for_the_service_set_up_a_second_factor_first() -> None:
    world = World()
    answer = as_(world.provider).get(world.partnership.get_absolute_url())
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("mfa_index"))


def test_a_page_that_is_not_published_is_not_there(client: Client) -> None:
    world = World()
    world.workspace.unpublish()
    assert answers(client, world) == [200, 404]
