"""Signing in as a person does: a code from an e-mail, and a passkey for those who work here."""

import re

from django.core import mail
from playwright.sync_api import Page

from tests.journeys.conftest import Server, Sitter, Somebody, axe_finds_nothing
from tests.world import World


def with_a_passkey_device(page: Page) -> None:
    """Give the browser an authenticator of its own, like a phone's fingerprint reader."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def ask_for_a_code(somebody: Somebody, host: str, email: str) -> None:
    somebody.page.goto(f"{host}/accounts/login/")
    somebody.page.locator("main form input[type=email], main form input[name=email]").first.fill(
        email
    )
    somebody.page.locator("main form button.govuk-button").first.click()
    somebody.page.locator("input[name=code]").wait_for()
    code = re.findall(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.M)[0]
    somebody.page.locator("input[name=code]").fill(code)
    somebody.page.locator("main form button.govuk-button").first.click()


def test_a_carer_signs_in_with_a_code_and_nothing_else(
    world: World, server: Server, sit_down: Sitter
) -> None:
    assert world.carer.user is not None
    for javascript in (True, False):
        carer = sit_down(None, width=390, javascript=javascript)
        ask_for_a_code(carer, server.url, world.carer.user.email)
        carer.reads("You are")
        carer.reads("Maureen")


def test_a_provider_is_asked_for_a_passkey_and_then_signs_in_with_it(
    world: World, server: Server, sit_down: Sitter
) -> None:
    assert world.provider.user is not None
    host = f"http://localhost:{server.port}"  # passkeys belong to names, not to numbers
    provider = sit_down(None)
    with_a_passkey_device(provider.page)
    ask_for_a_code(provider, host, world.provider.user.email)
    provider.page.goto(f"{host}/p/norfolk/notices/")
    assert "/accounts/2fa/" in provider.page.url  # why is said on the page
    provider.follow("Add a passkey")
    axe_finds_nothing(provider.page)
    provider.page.locator("#passkey-button").click()
    provider.page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    provider.page.goto(f"{host}/p/norfolk/notices/")
    assert provider.page.url.endswith("/p/norfolk/notices/")

    provider.page.goto(f"{host}/accounts/logout/")
    provider.page.locator("main form button.govuk-button").first.click()
    provider.page.goto(f"{host}/accounts/login/")
    provider.page.get_by_role("button", name="Sign in with a passkey").click()
    provider.page.wait_for_url(lambda url: "/accounts/login/" not in url)
    provider.page.goto(f"{host}/p/norfolk/notices/")
    provider.reads("Priya")
