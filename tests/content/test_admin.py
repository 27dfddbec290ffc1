"""Wagtail's admin: who comes in, under which policy, and that an editor can do their work."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from content.models import GuidancePage, HomePage
from portal.models import User
from tests.world import World, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    user = User.objects.create_superuser("editor@example.org")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def test_a_stranger_is_sent_to_our_own_sign_in(client: Client) -> None:
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next=/admin/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_sign_in_by_password_is_nobodys_way_in(client: Client, method: str) -> None:
    User.objects.create_superuser("editor@example.org", "correct horse")
    answer = getattr(client, method)(
        "/admin/login/?next=/admin/",
        {"username": "editor@example.org", "password": "correct horse"},
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.get("/admin/").status_code == 302


def test_an_editor_without_a_second_factor_is_asked_to_set_one_up(client: Client) -> None:
    client.force_login(User.objects.create_superuser("editor@example.org"))
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("mfa_index"))


def test_recovery_codes_alone_are_no_second_factor(client: Client) -> None:
    user = User.objects.create_superuser("editor@example.org")
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"}
    )
    client.force_login(user)
    assert client.get("/admin/")["Location"].startswith(reverse("mfa_index"))


def test_somebody_who_is_no_editor_is_kept_out(client: Client) -> None:
    user = account()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(user)
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert "/admin/" in answer["Location"]
    assert client.get("/admin/pages/").status_code == 302


def test_the_admin_has_a_policy_of_its_own_and_our_pages_keep_theirs(desk: Client) -> None:
    policy = desk.get("/admin/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http" not in policy  # nothing from, or to, another site
    strict = desk.get("/")["Content-Security-Policy"]
    assert "unsafe" not in strict
    assert "default-src 'none'" in strict


def test_it_carries_our_name_and_only_the_menu_that_editors_need(desk: Client) -> None:
    text = desk.get("/admin/").content.decode()
    assert "- Throughline</title>" in text
    assert "portal/pictures/logo.svg" in text
    assert "content/admin.css" in text
    for kept in ("/admin/images/", "/admin/documents/", "/admin/users/", "/admin/redirects/"):
        assert kept in text
    for left_out in ("/admin/reports/", "/admin/snippets/", "/admin/workflows/", "/admin/help"):
        assert left_out not in text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/pages/",
        "/admin/images/",
        "/admin/documents/",
        "/admin/users/",
        "/admin/sites/",
        "/admin/redirects/",
        "/admin/account/",
    ],
)
def test_its_pages_answer(desk: Client, path: str) -> None:
    assert desk.get(path, follow=True).status_code == 200


def test_the_pages_of_a_world_can_be_opened_for_editing(desk: Client) -> None:
    world = World()
    for page in (HomePage.objects.get(), world.page, world.workspace):
        answer = desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        assert answer.status_code == 200
        assert "one idea in each line" in answer.content.decode()
    preview = reverse("wagtailadmin_pages:view_draft", args=[world.workspace.pk])
    assert desk.get(preview).status_code == 200


def words(title: str, text: str) -> dict[str, object]:
    return nested_form_data(
        {
            "title": title,
            "slug": "looking-after-yourself",
            "body": streamfield([("heading", "First"), ("text", rich_text(f"<p>{text}</p>"))]),
            "easy_read": streamfield([("idea", {"picture": "heart", "words": "Rest helps."})]),
            "in_footer": "on",
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
            "comments-MIN_NUM_FORMS": 0,
            "comments-MAX_NUM_FORMS": "",
        }
    )


def test_an_editor_writes_changes_and_publishes_a_guidance_page(desk: Client) -> None:
    home = HomePage.objects.get()
    new = reverse("wagtailadmin_pages:add", args=["content", "guidancepage", home.pk])
    assert desk.get(new).status_code == 200
    desk.post(new, words("Looking after yourself", "Take a walk."))
    page = GuidancePage.objects.get(slug="looking-after-yourself")
    assert not page.live
    assert desk.get("/looking-after-yourself/").status_code == 404
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert desk.post(preview, words("Looking after yourself", "Ring a friend.")).json()["is_valid"]
    shown = desk.get(preview)
    assert "Ring a friend." in shown.content.decode()
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "unsafe" not in shown["Content-Security-Policy"]
    desk.post(
        edit, words("Looking after yourself", "Ring a friend.") | {"action-publish": "Publish"}
    )
    visitor = Client()
    text = visitor.get("/looking-after-yourself/").content.decode()
    assert "Ring a friend." in text
    assert "/looking-after-yourself/" in text.split("<footer")[1]


def test_wagtails_api_is_not_there(desk: Client) -> None:
    assert desk.get("/api/v2/pages/").status_code == 404
    assert desk.get("/django-admin/").status_code == 404
