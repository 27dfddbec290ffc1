"""A partnership's own hard words: kept on a page, and shown as hints to whoever drafts."""

import html

import pytest
from django.urls import reverse

from codesign.forms.hard_words import LONGEST, MOST
from codesign.operations import hard_words
from codesign.plain_words import Hint, hints_for
from portal import permissions
from portal.models import Partnership, RecordContent, RecordEntry
from tests.codesign.test_decisions import a_draft
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"
URL = ["norfolk"]


@pytest.fixture
def world() -> World:
    return World()


def kept(world: World) -> dict[str, str]:
    return dict(Partnership.objects.get(pk=world.partnership.pk).hard_words)


def test_hints_name_the_partnerships_own_words_as_whole_words() -> None:
    ours = {"ICB": "the local NHS board", "Care act": "the law on care", "IT": "computers"}
    text = "The ICBs agreed. The bICBo did not. It is under the CARE ACT."
    assert hints_for(text, ours) == [
        Hint("ICBs", "the local NHS board"),
        Hint("CARE ACT", "the law on care"),
    ]
    assert hints_for(text) == []
    # In place of the general hint about the same word, and beside those about others.
    assert hints_for("Signpost and liaise.", {"signpost": "show the way"}) == [
        Hint("Signpost", "show the way"),
        Hint("liaise", "talk with"),
    ]


def test_hints_take_words_as_they_are_written() -> None:
    assert hints_for("a+b (c", {"a+b": "both", "(c": "sea", ".*": "all"}) == [
        Hint("a+b", "both"),
        Hint("(c", "sea"),
    ]


def test_set_hard_words_is_kept_recorded_once_and_stays_in_its_partnership(world: World) -> None:
    elsewhere = World(slug="other")
    words = {"ICB": "the local NHS board"}
    for _twice in range(2):
        hard_words.set_hard_words(partnership=world.partnership, words=words, by=world.facilitator)
    assert kept(world) == words
    assert kept(elsewhere) == {}
    entry = RecordEntry.objects.get(kind="hard_words_set")
    content = RecordContent.objects.get(seq=entry.seq, partnership_id=entry.partnership_id)
    assert content.content == {"words": words}
    for by in (world.carer, world.provider, world.moderator):
        with pytest.raises(permissions.PermissionRefused):
            hard_words.set_hard_words(partnership=world.partnership, words={}, by=by)
    with pytest.raises(permissions.OutsidePartnership):
        hard_words.set_hard_words(partnership=world.partnership, words={}, by=elsewhere.facilitator)
    assert kept(world) == words


def test_set_hard_words_page_keeps_the_list_by_the_alphabet(world: World) -> None:
    url = reverse("codesign:set_hard_words", args=URL)
    client = signed_in(world.admin)
    typed = f"MDT:people of several services: together\n\n ICB : {HOSTILE} "
    assert client.post(url, {"words": typed}).status_code == 302
    expected = {"MDT": "people of several services: together", "ICB": HOSTILE}
    assert kept(world) == expected
    page = client.get(url).content.decode()
    assert HOSTILE not in page
    listed = f"ICB: {HOSTILE}\nMDT: people of several services: together"
    assert listed in html.unescape(page)
    assert client.post(url, {"words": ""}).status_code == 302
    assert kept(world) == {}
    register = reverse("codesign:decisions", args=URL)
    assert url in client.get(register).content.decode()
    assert url not in signed_in(world.carer).get(register).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ICB the local NHS board", "Write a colon and plainer words"),
        (": the local NHS board", "Write a colon and plainer words"),
        ("ICB:", "Write a colon and plainer words"),
        ("ICB: one\nicb: two", "This stands there twice"),
        (f"ICB: {'x' * (LONGEST + 1)}", "This line is too long"),
        ("\n".join(f"w{n}: x" for n in range(MOST + 1)), "Write at most 200 words"),
    ],
)
def test_set_hard_words_page_says_which_line_is_wrong(world: World, typed: str, said: str) -> None:
    url = reverse("codesign:set_hard_words", args=URL)
    page = signed_in(world.facilitator).post(url, {"words": typed})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert kept(world) == {}


def test_a_draft_shows_hints_for_the_partnerships_own_words(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world), title="The ICB pays")
    client = signed_in(world.facilitator)
    assert "instead of “ICB”" not in client.get(draft.get_absolute_url()).content.decode()
    hard_words.set_hard_words(
        partnership=world.partnership, words={"ICB": HOSTILE}, by=world.facilitator
    )
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "instead of “ICB” you could say:" in page
    assert HOSTILE not in page
