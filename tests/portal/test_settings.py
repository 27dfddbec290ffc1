"""Settings: safe by default, and plain about what is missing."""

import itertools
import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).parent.parent.parent / "portal" / "settings.py"
NEEDED = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "portal.example.org",
    "RECORD_SIGNING_KEY": "7a" * 32,
}
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Reads the settings anew in an environment of these variables and no others."""

    def with_these(**variables: str) -> dict[str, Any]:
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in {"PORTAL_VAR": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return with_these


def test_production_is_the_default_and_is_shut(read: Read) -> None:
    found = read(**NEEDED)
    assert found["PRODUCTION"] is True
    assert found["DEMO"] is False
    assert found["DEBUG"] is False
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert found["ALLOWED_HOSTS"] == ["portal.example.org"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://portal.example.org"]
    assert found["BASE_URL"] == "https://portal.example.org"


def test_nothing_makes_a_demo_of_production(read: Read) -> None:
    names = ["DEMO", "PORTAL_DEMO", "DJANGO_DEMO", "DEBUG", "DJANGO_DEBUG"]
    values = ["1", "true", "demo"]
    for name, value in itertools.product(names, values):
        for mode in ({}, {"PORTAL_MODE": "production"}):
            found = read(**NEEDED, **mode, **{name: value})
            assert (found["PRODUCTION"], found["DEMO"], found["DEBUG"]) == (True, False, False)


@pytest.mark.parametrize("mode", ["Demo", "demo ", "production,demo", "", "1", "dev"])
def test_an_unknown_mode_is_refused(read: Read, mode: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must be production, demo or test"):
        read(**NEEDED, PORTAL_MODE=mode)


def test_the_demo_answers_on_loopback_only(read: Read) -> None:
    found = read(PORTAL_MODE="demo", ALLOWED_HOSTS="portal.example.org")
    assert found["DEMO"] is True
    assert found["PRODUCTION"] is False
    assert set(found["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}


@pytest.mark.parametrize("missing", list(NEEDED))
def test_what_is_missing_is_named(read: Read, missing: str) -> None:
    given = {name: value for name, value in NEEDED.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=f"Please set {missing}: "):
        read(**given)


def test_the_policy_has_no_unsafe_and_no_third_party(read: Read) -> None:
    directives = read(**NEEDED)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    allowed = {value for values in directives.values() for value in values}
    assert allowed == {"'self'", "'none'", "data:"}
    assert "data:" not in directives["script-src"]
