"""Pages that ask with one form and do one thing: shown, done, or shown again with the reason."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from portal.asking import Done, ask, attempt
from portal.forms import Form, PlainTextField
from portal.limits import TooManyTries
from portal.permissions import OutsidePartnership, PermissionRefused
from portal.refusal import Refusal


class WordsForm(Form):
    words = PlainTextField(label="Your words")


class UnableToSay(Refusal):
    """It cannot be said."""


def request(method: str = "get") -> HttpRequest:
    made: HttpRequest = getattr(RequestFactory(), method)("/somewhere/")
    made.session = SessionStore()
    made._messages = FallbackStorage(made)  # type: ignore[attr-defined]
    return made


def refuses(refusal: Refusal) -> object:
    def act() -> None:
        raise refusal

    return act


def test_attempt_does_nothing_without_a_form_that_is_sent_and_right() -> None:
    done: list[str] = []
    for form in (WordsForm(), WordsForm({"words": ""})):
        assert attempt(form, lambda: done.append("done")) is None
    assert done == []


def test_attempt_says_what_was_made_even_if_that_is_nothing() -> None:
    assert attempt(WordsForm({"words": "Tea"}), lambda: None) == Done(None)
    form = WordsForm({"words": "Tea"})
    assert attempt(form, lambda: form.cleaned_data["words"]) == Done("Tea")


@pytest.mark.parametrize("field", [None, "words"])
def test_attempt_puts_a_refusal_where_it_belongs(field: str | None) -> None:
    form = WordsForm({"words": "Tea"})
    assert attempt(form, refuses(UnableToSay("Not now.")), field=field) is None  # type: ignore[arg-type]
    assert form.errors == {field or "__all__": ["Not now."]}


@pytest.mark.parametrize("refusal", [PermissionRefused, OutsidePartnership])
def test_attempt_raises_what_is_no_matter_of_the_form(refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        attempt(WordsForm({"words": "Tea"}), refuses(refusal("No.")))  # type: ignore[arg-type]


def page(form: Form, act: object, **more: object) -> tuple[int, str, list[str]]:
    """The status, where it goes or what it shows, and what is said."""
    asked = request("post")
    given = {"done": "It is said.", "to": "/there/"} | more
    response = ask(asked, "portal/parts/empty.html", form, {"words": form}, act=act, **given)  # type: ignore[arg-type]
    told = [str(each) for each in get_messages(asked)]
    return response.status_code, response.get("Location") or response.content.decode(), told


def test_ask_shows_does_and_shows_again() -> None:
    status, shown, told = page(WordsForm(), lambda: None)
    assert (status, told) == (200, [])
    assert "Your words" in shown
    status, shown, told = page(WordsForm({"words": ""}), lambda: None)
    assert (status, told) == (422, [])
    assert page(WordsForm({"words": "Tea"}), lambda: None) == (302, "/there/", ["It is said."])
    status, shown, told = page(WordsForm({"words": "My tea"}), refuses(UnableToSay("Not now.")))
    assert (status, told) == (422, [])
    assert "Not now." in shown
    assert "My tea" in shown


@pytest.mark.parametrize("field", [None, "words"])
def test_ask_keeps_the_words_of_who_came_too_often(field: str | None) -> None:
    status, shown, told = page(
        WordsForm({"words": "My tea"}), refuses(TooManyTries("Please wait.")), field=field
    )
    assert (status, told) == (429, [])
    assert "Please wait." in shown
    assert "My tea" in shown


def test_ask_goes_to_what_was_made_or_finds_the_way_from_it_and_may_say_nothing() -> None:
    form = WordsForm({"words": "Tea"})
    assert page(form, lambda: "/made/", to=None)[1] == "/made/"
    assert page(form, lambda: 7, to=lambda made: f"/made/{made}/")[1] == "/made/7/"
    assert page(form, lambda: 7, done=lambda made: f"Number {made}.")[2] == ["Number 7."]
    assert page(form, lambda: 7, done="")[2] == []
