"""Requests: the wall, answers to refusals, and posts that count once."""

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from portal import views
from portal.enums import Duty, Role, Visibility
from portal.models import Invitation, PostedOnce
from portal.operations import people
from portal.views import notices as notice_views
from tests.world import World, account, signed_in

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef" * 2


def test_a_place_that_is_not_there_is_not_found() -> None:
    answer = Client().get("/p/nowhere/notices/")
    assert answer.status_code == 404
    assert "We cannot find that page" in answer.content.decode()


def test_visitors_read_what_is_open_to_them_and_sign_in_for_the_rest() -> None:
    World()
    visitor = Client()
    assert visitor.get(reverse("portal:accent_css", args=["norfolk"])).status_code == 200
    answer = visitor.get(reverse("portal:people", args=["norfolk"]))
    assert answer["Location"] == f"{reverse('account_login')}?next=/p/norfolk/people/"


def test_a_closed_partnership_is_closed_altogether() -> None:
    World(visibility=Visibility.PARTNERSHIP)
    url = reverse("portal:accent_css", args=["norfolk"])
    assert Client().get(url)["Location"].startswith(reverse("account_login"))
    stranger = Client()
    stranger.force_login(account())
    assert stranger.get(url).status_code == 404


def test_a_member_of_one_is_a_stranger_in_another() -> None:
    world, _other = World(), World(slug="other", visibility=Visibility.PARTNERSHIP)
    client = signed_in(world.carer)
    assert client.get(reverse("portal:people", args=["norfolk"])).status_code == 200
    answer = client.get(reverse("portal:people", args=["other"]))
    assert answer.status_code == 404
    assert "Other" not in answer.content.decode()


def test_pages_are_nobody_elses_to_keep() -> None:
    world = World()
    answer = signed_in(world.carer).get(reverse("portal:people", args=["norfolk"]))
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


def test_a_refusal_by_role_is_said_in_plain_words() -> None:
    world = World()
    answer = signed_in(world.carer).get(reverse("portal:invitations", args=["norfolk"]))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "You cannot do this with your role here." in page
    assert "Go to Norfolk Partnership" in page


def test_a_refusal_by_state_is_said_in_plain_words() -> None:
    world = World()
    url = reverse("portal:remove_duty", args=["norfolk", world.admin.pk])
    answer = signed_in(world.admin).post(url, {"duty": Duty.PARTNERSHIP_ADMIN})
    assert answer.status_code == 409
    assert "This is the only partnership admin." in answer.content.decode()


def test_a_database_that_is_gone_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    client = signed_in(world.carer)

    def gone(**kwargs: object) -> None:
        raise OperationalError("the database has gone away")

    monkeypatch.setattr(notice_views.operations, "read_notices", gone)
    client.raise_request_exception = False  # answer as the server would
    answer = client.post(reverse("portal:read_notices", args=["norfolk"]))
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Please try again in a minute" in page
    assert "gone away" not in page


def test_what_broke_is_said_without_the_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = views.failed(HttpRequest())
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_a_post_that_may_not_be_theirs_is_refused_kindly() -> None:
    world = World()
    assert world.carer.user
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.carer.user)
    answer = client.post(reverse("portal:read_notices", args=["norfolk"]))
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()


def invite(client: Client, email: str, key: str = KEY) -> str:
    url = reverse("portal:invite_participant", args=["norfolk"])
    answer = client.post(url, {"email": email, "role": Role.CARER, "once": key})
    return str(answer.status_code)


def test_a_post_sent_twice_counts_once() -> None:
    world = World()
    client = signed_in(world.admin)
    assert [invite(client, "nia@example.org") for _ in range(3)] == ["302"] * 3
    assert Invitation.objects.count() == 1
    assert PostedOnce.objects.get().location == reverse("portal:invitations", args=["norfolk"])


def test_a_post_that_failed_may_be_mended_under_the_same_key() -> None:
    world = World()
    client = signed_in(world.admin)
    assert invite(client, "no address") == "400"
    assert not PostedOnce.objects.exists()
    assert invite(client, "nia@example.org") == "302"
    assert Invitation.objects.count() == 1


def test_nobody_can_spend_the_key_of_another() -> None:
    world = World()
    assert invite(signed_in(world.admin), "nia@example.org") == "302"
    assert invite(signed_in(world.facilitator), "nell@example.org") == "302"
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_without_a_sensible_key_each_post_counts(key: str) -> None:
    world = World()
    client = signed_in(world.admin)
    invite(client, "nia@example.org", key)
    invite(client, "nell@example.org", key)
    assert Invitation.objects.count() == 2
    assert not PostedOnce.objects.exists()


def test_easy_read_is_switched_on_and_off_and_leads_nowhere_else() -> None:
    client = Client()
    url = reverse("portal:set_easy_read")
    on = client.post(url, {"easy_read": "1", "next": "/mine/"})
    assert on["Location"] == "/mine/"
    assert client.get("/").wsgi_request.easy_read is True  # type: ignore[attr-defined]
    for target in ("//evil.example.org/", "https://evil.example.org/", "javascript:x"):
        off = client.post(url, {"easy_read": "0", "next": target})
        assert off["Location"] == "/"
    assert client.get("/").wsgi_request.easy_read is False  # type: ignore[attr-defined]
    assert client.get(url).status_code == 405


def test_mine_leads_to_the_one_place_or_offers_a_choice() -> None:
    world, other = World(), World(slug="other")
    mine = reverse("portal:mine")
    assert Client().get(mine)["Location"] == reverse("account_login")
    client = signed_in(world.carer)
    assert client.get(mine)["Location"] == "/p/norfolk/me/"
    people.join(
        partnership=other.partnership,
        role=Role.PARTNER,
        display_name="Maureen too",
        user=world.carer.user,
    )
    page = client.get(mine).content.decode()
    assert "Norfolk Partnership" in page
    assert "Other Partnership" in page
    nowhere = Client()
    nowhere.force_login(account())
    assert "in no partnership yet" in nowhere.get(mine).content.decode()
