"""The demo's "Sign in as…" page, and that only the demo has it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from content.views import demo
from portal.models import Participant
from portal.seats import cookie_name
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def in_demo(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = "tests.portal.urls_with_demo"  # type: ignore[attr-defined]


def test_there_is_no_such_page_outside_the_demo() -> None:
    world = World()
    with pytest.raises(NoReverseMatch):
        reverse("demo:people")
    assert Client().get("/demo/").status_code == 404
    client = Client()
    assert client.post(f"/demo/sign-in-as/{world.carer.pk}/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_production_has_no_such_page_whatever_else_is_set(tmp_path: Path) -> None:
    asked = """
import django; django.setup()
from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse
assert settings.PRODUCTION and settings.DEMO is False
try:
    reverse("demo:people")
except NoReverseMatch:
    print(resolve("/demo/").func.__module__)
"""
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={
            "PATH": "/usr/bin:/bin",
            "PORTAL_MODE": "production",
            "PORTAL_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "k" * 60,
            "ALLOWED_HOSTS": "portal.example.org",
            "RECORD_SIGNING_KEY": "7a" * 32,
            "DEMO": "1",
            "PORTAL_DEMO": "1",
            "DEBUG": "1",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "wagtail.views", done.stderr


@pytest.mark.usefixtures("in_demo")
def test_it_lists_everybody_by_role_with_what_to_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    monkeypatch.setattr(
        demo, "_try_this", lambda: {("norfolk", "Maureen"): "See what came of your words."}
    )
    page = Client().get(reverse("demo:people")).content.decode()
    for person in world.cast.values():
        assert reverse("demo:sign_in_as", args=[person.pk]) in page
    assert "See what came of your words." in page
    guided, others = page.split("Everybody else here")
    assert "Be Maureen" in guided
    assert "Be Sam" in others
    assert page.count("csrfmiddlewaretoken") >= len(world.cast)


def test_what_to_try_is_read_from_the_demos_texts() -> None:
    lines = demo._try_this()
    slugs = {slug for slug, _name in lines}
    assert len(slugs) == 3
    assert len(lines) >= 30


@pytest.mark.usefixtures("in_demo")
def test_being_somebody_with_and_without_an_account() -> None:
    world = World()
    client = Client()
    notices = reverse("portal:notices", args=["norfolk"])
    for person in (world.moderator, world.guest, world.carer):
        answer = client.post(reverse("demo:sign_in_as", args=[person.pk]))
        assert answer["Location"] == world.partnership.get_absolute_url()
        page = client.get(notices)
        assert page.status_code == 200
        assert page.wsgi_request.participant == person  # type: ignore[attr-defined]
    assert client.cookies[cookie_name(world.partnership)].value == ""


@pytest.mark.usefixtures("in_demo")
def test_looking_makes_nobody_anybody() -> None:
    world = World()
    client = Client()
    url = reverse("demo:sign_in_as", args=[world.carer.pk])
    assert client.get(url).status_code == 405
    assert client.post(reverse("demo:sign_in_as", args=[10**9])).status_code == 404
    Participant.objects.filter(pk=world.carer.pk).update(left_at=world.partnership.created_at)
    assert client.post(url).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("more", [0, 2])
@pytest.mark.usefixtures("in_demo")
def test_the_page_asks_the_same_number_of_questions(
    more: int, django_assert_num_queries: object
) -> None:
    world = World()
    for _ in range(more):
        world.person("carer")  # type: ignore[arg-type]
    client = signed_in(world.carer)
    client.get(reverse("demo:people"))
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get(reverse("demo:people"))
