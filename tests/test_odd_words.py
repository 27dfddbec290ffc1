"""F35: words that nothing can show, or that look odd. Never an error page: refused, or shown."""

from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from codesign.models import Proposal
from tests.hostile import see, squashed
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sender tries more codes here than anybody may."""
    cache.clear()
    monkeypatch.setattr("portal.limits.count", lambda *args, **kwargs: None)


ODD = {
    "nul": "before\x00after",
    "lone surrogate": "before\ud800after",
    "escape": "before\x1b[31mafter",
    "noncharacter": "before\uffffafter",
}
SHOWN = {
    "combining marks": "Z" + "\u0301" * 3990,
    "right to left": "\u202egnihton\u202c is what it says",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe",
    "isolates": "\u2066abc\u2069 and \u061c",
    "beyond the basic plane": "\U0001f9d1\u200d\U0001f91d\u200d\U0001f9d1 \U000e0041",
    "letter for letter": "ﷺ" * 200,
}


def send(world: World, **words: str) -> HttpResponse:
    """A suggestion, sent as bytes that a browser could not make but anybody else can."""
    data = {"title": "A café", "why": "Company.", "kind": "feature"} | words
    body = "&".join(
        f"{key}={quote(value.encode('utf-8', 'surrogatepass'))}" for key, value in data.items()
    )
    url = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    return signed_in(world.carer).post(url, body, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("place", ["title", "why"])
def test_what_nothing_can_show_is_refused_kindly(name: str, place: str) -> None:
    world = World()
    response = send(world, **{place: ODD[name]})
    if name == "lone surrogate":  # no bytes of UTF-8: it arrives as the sign for "unreadable"
        assert response.status_code == 302
        assert getattr(Proposal.objects.get(), place) == "before\ufffd\ufffd\ufffdafter"
        return
    assert response.status_code == 422
    assert "hidden character after “before”" in response.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", SHOWN)
def test_what_looks_odd_is_shown_as_it_was_written(name: str) -> None:
    world = World()
    response = send(world, why=SHOWN[name])
    assert response.status_code == 302
    made = Proposal.objects.get()
    assert made.why == SHOWN[name]
    page = see(signed_in(world.carer).get(made.get_absolute_url()).content.decode())
    assert not page.harm
    assert squashed(SHOWN[name]) in page.words


def test_five_thousand_combining_marks_are_too_long_and_said_so() -> None:
    response = send(World(), why="e" + "\u0301" * 5000)
    assert response.status_code == 422
    assert "1001 characters too long" in response.content.decode()


def test_ten_megabytes_are_refused_before_they_are_read() -> None:
    response = send(World(), why="a" * 10_000_000)
    assert response.status_code in {400, 413}
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", [*ODD, *SHOWN])
def test_odd_words_in_an_address_are_answered(name: str) -> None:
    """Filters, pages and codes are read from addresses, which anybody may write."""
    things = Things(World())
    client = signed_in(things.world.provider)
    text = (ODD | SHOWN)[name].encode("utf-8", "surrogatepass")
    space = things.world.workspace.pk
    for path in (
        reverse("codesign:proposals", args=["norfolk", space]),
        reverse("feedback:voices", args=["norfolk"]),
        reverse("feedback:change_log", args=["norfolk"]),
        reverse("feedback:draft_adaptation", args=["norfolk"]),
        reverse("codesign:session", args=["norfolk", things.session.pk]),
        reverse("codesign:session_board", args=["norfolk", things.session.pk]),
        reverse("codesign:decisions", args=["norfolk"]),
    ):
        odd = quote(text[:300])
        query = "&".join(
            f"{key}={odd}"
            for key in ("status", "before", "kind", "feature", "theme", "rev", "proposal", "step")
        )
        response = client.get(f"{path}?{query}")
        assert response.status_code in {200, 204, 400, 404}, path
    for path in ("/j/{}/", "/p/{}/voices/", "/{}/", "/p/norfolk/trail/{}/1/", "/stop-mail/{}/"):
        response = Client().get(path.format(quote(text[:300])))
        assert response.status_code in {200, 302, 400, 404}, path


@pytest.mark.parametrize("name", [*ODD, *SHOWN])
def test_odd_codes_open_nothing(name: str) -> None:
    World()
    text = (ODD | SHOWN)[name].encode("utf-8", "replace").decode()
    for path, key in (("/join/", "code"), ("/p/norfolk/case/", "code")):
        response = Client().post(path, {key: text})
        assert response.status_code in {404, 422}, path
