"""Case codes, words of alarm, and coming back to what one said."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from feedback import alarm, cases
from feedback.models import Voice, VoiceMessage
from feedback.operations import themes, voices
from feedback.queries import voices as queries
from portal.models import (
    Answer,
    RecordEntry,
    ref,
)
from tests.feedback.said import (
    HELPED,
    a_case,
    a_published_voice,
    kinds_about,
    signed_in,
    url,
    words_about,
)
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return World()


# The case code and the word list.


def test_a_case_code_has_120_bits_and_is_read_kindly() -> None:
    code = cases.code_from(cases.new_seed())
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert cases.hash_of(code) == cases.hash_of(" " + code.lower().replace("-", " "))
    assert cases.hash_of(code.replace("0", "o").replace("1", "l")) == cases.hash_of(code)
    assert cases.code_from("a") != cases.code_from("b")
    assert cases.hash_of(code[:-1]) == ""
    assert cases.hash_of("U" * 24) == ""


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("I want to\nkill   MYSELF", True),
        ("I can’t go on like this", True),
        ("she self-harms", True),
        ("My brother threatens me", True),
        ("The bus was late and the tea was cold", False),
        ("He was skilled with the hoist", False),
        ("", False),
    ],
)
def test_sounds_urgent_finds_whole_words(text: str, urgent: bool) -> None:
    assert alarm.sounds_urgent("Fine", text) is urgent


# Coming back


def test_case_page_shows_status_replies_and_answers(world: World) -> None:
    voice, code = a_case(world)
    client = Client()
    page = client.post(url(world, "case"), {"code": code.lower()})
    assert page["Cache-Control"] == "no-store"
    assert "waiting to be read" in page.content.decode()
    voices.publish_voice(voice=voice, by=world.moderator)
    voices.reply_to_voice(voice=voice, by=world.provider, text="Thank you for telling us.")
    Answer.objects.create(
        partnership=world.partnership,
        subject="adaptation:1",
        case=ref(voice),
        because="you told us about “Short breaks”",
        text="Breaks are now five hours.",
        url="/p/norfolk/changes/1/",
    )
    page = client.post(url(world, "case"), {"code": code})
    text = page.content.decode()
    assert "Thank you for telling us." in text
    assert "Breaks are now five hours." in text
    assert code not in str(page.headers) + str(client.cookies)
    assert "Breaks are now five hours." in client.get(voice.get_absolute_url()).content.decode()


def test_case_codes_that_open_nothing_all_read_alike_and_are_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    _voice, code_elsewhere = a_case(World(slug="other"))
    a_case(world)
    client = Client()
    pages = set()
    for wrong in (
        "hello",
        code_elsewhere,
        cases.code_from("never given"),
        "1" * 24,
        code_elsewhere,
    ):
        response = client.post(url(world, "case"), {"code": wrong})
        assert response.status_code == 404
        page = response.content.decode().replace(wrong, "")
        pages.add(re.sub(r'(csrfmiddlewaretoken|csrf-token)"[^>]*>', "", page))
    assert len(pages) == 1
    assert len([r for r in caplog.records if r.name == "throughline.cases"]) == 5
    assert code_elsewhere not in caplog.text


def test_case_codes_are_limited_whatever_the_forwarded_address(world: World) -> None:
    client = Client()
    for number in range(31):
        response = client.post(
            url(world, "case"),
            {"code": f"{number}"},
            headers={"x-forwarded-for": f"10.0.0.{number}"},
        )
    assert response.status_code == 429


def test_add_to_voice_too_often_shows_the_words_back(world: World) -> None:
    _voice, code = a_case(world)
    client = Client()
    for number in range(30):
        client.post(url(world, "case"), {"code": f"{number}" * 24})
    late = client.post(url(world, "add_to_voice"), {"code": code, "text": "The bus <b>came</b>."})
    assert late.status_code == 429
    assert "The bus &lt;b&gt;came&lt;/b&gt;." in late.content.decode()
    assert not VoiceMessage.objects.exists()


def test_add_to_voice_and_withdraw_voice_pages_by_code(world: World) -> None:
    voice, code = a_case(world)
    client = Client()
    empty = client.post(url(world, "add_to_voice"), {"code": code, "text": ""})
    assert empty.status_code == 422
    done = client.post(url(world, "add_to_voice"), {"code": code, "text": "One more thing."})
    assert "One more thing." in done.content.decode()
    assert client.post(url(world, "withdraw_voice"), {"code": code}).status_code == 422
    gone = client.post(url(world, "withdraw_voice"), {"code": code, "sure": "on"})
    assert "You have withdrawn" in gone.content.decode()
    assert HELPED not in gone.content.decode()
    voice.refresh_from_db()
    assert voice.is_withdrawn
    late = client.post(url(world, "add_to_voice"), {"code": code, "text": "Wait"})
    assert late.status_code == 422
    assert VoiceMessage.objects.count() == 1


def test_a_giver_with_an_account_needs_no_code(world: World) -> None:
    voice = a_published_voice(world, by=world.carer)
    client = signed_in(world.carer)
    client.post(url(world, "add_to_voice"), {"voice": voice.pk, "text": "One more thing."})
    assert voice.messages.get().text == "One more thing."
    stranger = signed_in(world.service_user)
    for name in ("add_to_voice", "withdraw_voice"):
        sent = {"voice": voice.pk, "text": "Not mine", "sure": "on"}
        assert stranger.post(url(world, name), sent).status_code == 404
    client.post(url(world, "withdraw_voice"), {"voice": voice.pk, "sure": "on"})
    page = Client().get(voice.get_absolute_url()).content.decode()
    assert "Their words are gone" in page
    assert HELPED not in page


def test_withdraw_voice_erases_every_word_and_leaves_a_tombstone(world: World) -> None:
    voice = a_published_voice(world)
    theme = themes.name_theme(
        partnership=world.partnership, name="Short", summary="Too short.", by=world.provider
    )
    link = themes.give_theme(voice=voice, theme=theme, by=world.provider, why="Says too short.")
    added = voices.add_to_voice(voice=voice, text="And cold.")
    voices.publish_voice(voice=voice, by=world.moderator)
    voice = voices.withdraw_voice(voice=voice)
    for thing in (voice, added, link):
        assert words_about(thing) == []
    assert kinds_about(voice) == ["feedback_published", "feedback_withdrawn", "words_erased"]
    for table in (Voice, VoiceMessage):
        assert not any(HELPED in str(row) or "cold" in str(row) for row in table.objects.values())
    theme.refresh_from_db()
    assert theme.voice_count == 0
    assert queries.voices_of(world.partnership).count() == 0
    entries = RecordEntry.objects.count()
    assert voices.withdraw_voice(voice=voice).is_withdrawn
    assert RecordEntry.objects.count() == entries
    assert queries.givers_of([voice.pk]) == []
