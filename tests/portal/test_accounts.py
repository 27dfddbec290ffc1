"""Signing in: a code by e-mail for everybody, a second factor for staff duties, no passwords."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.account.internal.flows import code_verification
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.enums import Visibility
from portal.models import Participant, User
from tests.world import World, account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def ask_for_code(client: Client, email: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"email": email})


def code_in(message: str) -> str:
    found = re.search(r"^ {4}(\S+)$", message, re.MULTILINE)
    assert found
    return found[1]


def sign_in(client: Client, user: User) -> HttpResponse:
    ask_for_code(client, user.email)
    code = code_in(str(mail.outbox[-1].body))
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def app_code(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def test_sign_in_with_an_e_mailed_code(client: Client) -> None:
    user = account()
    answer = sign_in(client, user)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("portal:mine")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_sign_in_answers_alike_for_known_and_unknown_addresses() -> None:
    known = account().email
    unknown = "nobody.at.all@example.org"
    pages = []
    for email in (known, unknown):
        client = Client()
        asked = ask_for_code(client, email)
        page = client.get(asked["Location"])
        wrong = client.post(asked["Location"], {"code": "WRONG1"})
        pages.append(
            [asked.status_code, asked["Location"]]
            + [
                re.sub(r'"[A-Za-z0-9]{64}"', "", each.content.decode()).replace(email, "THEM")
                for each in (page, wrong)
            ]
        )
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[known], [unknown]]
    assert "There is no account" in mail.outbox[1].body


def test_a_code_works_once(client: Client) -> None:
    user = account()
    sign_in(client, user)
    used = code_in(str(mail.outbox[-1].body))
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_confirm_login_code"), {"code": used})
    ask_for_code(client, user.email)
    client.post(reverse("account_confirm_login_code"), {"code": used})
    assert "_auth_user_id" not in client.session


def test_a_code_is_worthless_in_another_browser() -> None:
    user = account()
    ask_for_code(Client(), user.email)
    code = code_in(str(mail.outbox[-1].body))
    other = Client()
    other.post(reverse("account_confirm_login_code"), {"code": code})
    assert "_auth_user_id" not in other.session


def test_a_code_ends_after_ten_minutes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT <= 600
    ask_for_code(client, account().email)
    code = code_in(str(mail.outbox[-1].body))
    later = time.time() + 601
    monkeypatch.setattr(code_verification.time, "time", lambda: later)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert "_auth_user_id" not in client.session


def test_three_wrong_codes_end_the_try(client: Client) -> None:
    ask_for_code(client, account().email)
    code = code_in(str(mail.outbox[-1].body))
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert "_auth_user_id" not in client.session


def test_codes_for_one_address_are_limited() -> None:
    user = account()
    for _ in range(5):
        ask_for_code(Client(), user.email)
    assert len(mail.outbox) == 3


def test_forged_forwarding_headers_do_not_escape_the_limit() -> None:
    for number in range(25):
        Client().post(
            reverse("account_login"),
            {"email": f"somebody{number}@example.org"},
            headers={"x-forwarded-for": f"203.0.113.{number}"},
        )
    assert len(mail.outbox) == 20


def test_there_are_no_passwords(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert 'type="password"' not in page
    for name in ("account_reset_password", "account_change_password", "account_set_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/accounts/password/reset/").status_code == 404
    editors = client.get("/admin/login/?next=/admin/pages/")
    assert editors["Location"] == reverse("account_login") + "?next=/admin/pages/"
    assert client.get("/admin/password_reset/").status_code == 404


def test_nobody_signs_up_out_of_nothing(client: Client) -> None:
    answer = client.post(reverse("account_signup"), {"email": "new@example.org"})
    assert "invitation" in answer.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("name", ["provider", "commissioner", "moderator", "admin"])
def test_staff_without_a_second_factor_are_sent_to_set_it_up(client: Client, name: str) -> None:
    world = World()
    person: Participant = getattr(world, name)
    assert person.user
    client.force_login(person.user)
    answer = client.get(reverse("portal:notices", args=["norfolk"]), follow=True)
    assert answer.redirect_chain == [(reverse("mfa_index") + "?needed=1", 302)]
    assert "You have a duty here, or work for the service." in answer.content.decode()
    posted = client.post(reverse("portal:export_record", args=["norfolk"]))
    assert posted["Location"].startswith(reverse("mfa_index"))


@pytest.mark.parametrize("name", ["carer", "service_user", "partner"])
def test_people_without_a_staff_duty_are_not_asked(client: Client, name: str) -> None:
    world = World()
    person: Participant = getattr(world, name)
    assert person.user
    client.force_login(person.user)
    assert client.get(reverse("portal:notices", args=["norfolk"])).status_code == 200


def test_setting_up_a_codes_app_lets_staff_in_and_is_asked_for_ever_after(client: Client) -> None:
    world = World()
    user = world.moderator.user
    assert user
    client.force_login(user)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)}, follow=True)
    assert "Your spare codes" in done.content.decode()
    notices = reverse("portal:notices", args=["norfolk"])
    assert client.get(notices).status_code == 200

    cache.clear()  # a code of the app works once
    other = Client()
    asked = sign_in(other, user)
    assert asked["Location"] == reverse("mfa_authenticate")
    assert other.get(notices)["Location"].startswith(reverse("account_login"))
    assert other.get(reverse("mfa_authenticate")).status_code == 200
    other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "_auth_user_id" not in other.session
    other.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    assert other.get(notices).status_code == 200


def test_spare_codes_alone_are_no_second_factor(client: Client) -> None:
    world = World()
    user = world.moderator.user
    assert user
    user.authenticator_set.create(type="recovery_codes", data={})
    client.force_login(user)
    answer = client.get(reverse("portal:notices", args=["norfolk"]))
    assert answer["Location"] == reverse("mfa_index") + "?needed=1"


def test_editors_need_a_second_factor_for_wagtail(client: Client) -> None:
    client.force_login(User.objects.create_superuser("editor@example.org"))
    assert client.get("/admin/")["Location"] == reverse("mfa_index") + "?needed=1"


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_logout",
        "account_signup",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
    ],
)
def test_account_pages_hold_to_the_strict_policy(client: Client, name: str) -> None:
    if name not in {"account_login", "account_signup"}:
        client.force_login(account())
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert " style=" not in page
    assert " onclick=" not in page
    scripts = re.findall(r"<script([^>]*)>", page)
    assert scripts
    assert all("src=" in each or 'type="application/json"' in each for each in scripts)


def test_the_place_is_not_named_to_somebody_who_has_no_part_in_it(client: Client) -> None:
    World(visibility=Visibility.PARTNERSHIP)
    client.force_login(account())
    answer = client.get(reverse("portal:notices", args=["norfolk"]))
    assert answer.status_code == 404
    assert "Norfolk" not in answer.content.decode()
