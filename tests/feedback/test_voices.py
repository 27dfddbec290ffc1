"""Voices: leaving one, and the form for it."""

import json
import re
import time
from html import unescape
from pathlib import Path
from unittest import mock

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from feedback import cases
from feedback.enums import VoiceStatus
from feedback.forms.voices import TRAP
from feedback.models import Voice
from feedback.operations import voices
from portal import clock, permissions
from portal.enums import Channel, Duty, Visibility, WhoseWords
from portal.models import (
    Notice,
    PostedOnce,
    ref,
)
from portal.operations import people
from tests.feedback.said import (
    CHANGE,
    HELPED,
    WEDNESDAY,
    a_ticket,
    a_voice,
    code_on,
    fields,
    kinds_about,
    signed_in,
    url,
)
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return World()


# leave_voice


def test_leave_voice_of_a_participant_waits_and_is_in_no_record(world: World) -> None:
    with clock.at(WEDNESDAY):
        voice, code = voices.leave_voice(
            partnership=world.partnership,
            feature=world.feature,
            what_helped=HELPED,
            what_should_change="",
            by=world.carer,
        )
    assert (voice.status, voice.by, voice.created_at) == ("waiting", world.carer, WEDNESDAY)
    assert voice.case_hash == cases.hash_of(code)
    assert code not in str(voice.__dict__)
    assert kinds_about(voice) == []
    assert not Notice.objects.filter(subject=ref(voice)).exists()


@pytest.mark.parametrize("given_by", ["carer", None])
def test_leave_voice_without_a_name_keeps_only_the_week(world: World, given_by: str | None) -> None:
    with clock.at(WEDNESDAY):
        voice, _code = voices.leave_voice(
            partnership=world.partnership,
            what_helped=HELPED,
            what_should_change=CHANGE,
            by=getattr(world, given_by) if given_by else None,
            anonymous=True,
        )
    voice.refresh_from_db()
    assert voice.by is None
    assert timezone.localtime(voice.created_at).isoformat() == "2026-03-09T00:00:00+00:00"
    assert voice.received_on.isoformat() == "2026-03-09"
    assert voice.read_at is None


def test_leave_voice_is_refused_without_somebody_to_call(world: World) -> None:
    world.partnership.escalation = "  "
    world.partnership.save()
    with pytest.raises(voices.UnableToLeaveVoice, match="whom to call"):
        a_voice(world)
    page = Client().get(url(world, "leave_voice")).content.decode()
    assert "not open yet" in page
    assert "what_helped" not in page


def test_leave_voice_needs_one_answer(world: World) -> None:
    with pytest.raises(voices.UnableToLeaveVoice, match="one of the two boxes"):
        voices.leave_voice(
            partnership=world.partnership, what_helped=" ", what_should_change="\n", by=world.carer
        )


def test_leave_voice_with_the_same_seed_is_one_voice(world: World) -> None:
    seed = cases.new_seed()
    words = {"what_helped": HELPED, "what_should_change": CHANGE}
    first = voices.leave_voice(partnership=world.partnership, seed=seed, **words)
    assert voices.leave_voice(partnership=world.partnership, seed=seed, **words) == first
    with pytest.raises(voices.UnableToLeaveVoice, match="as well"):
        voices.leave_voice(
            partnership=world.partnership, seed=seed, **words | {"what_helped": "Other words"}
        )
    assert Voice.objects.count() == 1


def test_leave_voice_stays_inside_the_wall(world: World) -> None:
    private = World(slug="private", visibility=Visibility.PARTNERSHIP)
    words = {"what_helped": HELPED, "what_should_change": ""}
    for refused in (
        {"by": world.carer},
        {"by": None},
        {"by": private.carer, "feature": world.feature},
        {"by": None, "entered_by": world.provider, "consent": "By phone"},
    ):
        with pytest.raises(permissions.OutsidePartnership):
            voices.leave_voice(partnership=private.partnership, **words, **refused)
    assert not Voice.objects.exists()


def test_leave_voice_for_somebody(world: World) -> None:
    said = {
        "partnership": world.partnership,
        "what_helped": HELPED,
        "what_should_change": "",
        "channel": Channel.PHONE,
        "whose_words": WhoseWords.SUMMARY,
    }
    voice, _code = voices.leave_voice(
        by=world.carer, entered_by=world.provider, consent="On the phone on 3 May", **said
    )
    assert voice.is_on_behalf
    assert (voice.channel, voice.whose_words) == ("phone", "summary")
    with pytest.raises(voices.UnableToLeaveVoice, match="agreed"):
        voices.leave_voice(entered_by=world.provider, **said)
    with pytest.raises(permissions.PermissionRefused):
        voices.leave_voice(entered_by=world.carer, consent="They said so", **said)


def test_leave_voice_that_sounds_urgent_alerts_those_who_read(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        voice = a_voice(world, change="I want to die.")
    assert voice.looks_urgent
    assert voice.status == VoiceStatus.WAITING
    told = Notice.objects.filter(subject=ref(voice))
    assert {notice.participant for notice in told} == {world.moderator, world.safeguarding_lead}
    assert all(notice.needs_me for notice in told)
    assert len(mail.outbox) == 2
    assert not any("die" in message.body + message.subject for message in mail.outbox)


# The form


def test_leave_voice_page_for_a_visitor_shows_the_code_once(world: World) -> None:
    client = Client()
    page = client.get(url(world, "leave_voice")).content.decode()
    assert page.count("Samaritans") == 2
    assert "Do you want to say who you are?" not in page
    response = client.post(url(world, "leave_voice"), fields(world))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    voice = Voice.objects.get()
    assert voice.is_anonymous
    assert voice.case_hash == cases.hash_of(code_on(response.content))
    assert "Do you need help now?" not in response.content.decode()
    assert "sessionid" not in client.cookies
    assert not PostedOnce.objects.exists()  # it would keep an exact time


def test_leave_voice_page_sent_twice_is_one_voice_with_one_code(world: World) -> None:
    client, sent = Client(), fields(world)
    first = client.post(url(world, "leave_voice"), sent)
    second = client.post(url(world, "leave_voice"), sent)
    assert code_on(first.content) == code_on(second.content)
    assert Voice.objects.count() == 1
    other = client.post(url(world, "leave_voice"), sent | {"what_helped": "And the tea."})
    assert other.status_code == 409
    again = re.search(r'name="ticket" value="([^"]+)"', other.content.decode())
    assert again is not None
    with mock.patch("django.core.signing.time.time", return_value=time.time() + 60):
        third = client.post(
            url(world, "leave_voice"), sent | {"what_helped": "And the tea.", "ticket": again[1]}
        )
    assert third.status_code == 200
    assert Voice.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({TRAP: "buy pills"}, "people cannot see"),
        ({"ticket": "forged"}, "went wrong on the way"),
        ({"ticket": "quick"}, "very quick"),
        ({"what_helped": "", "what_should_change": ""}, "one of the two boxes"),
    ],
)
def test_leave_voice_page_refuses_kindly_and_keeps_the_words(
    world: World, changed: dict[str, str], message: str
) -> None:
    if changed.get("ticket") == "quick":
        changed = {"ticket": a_ticket(seconds_ago=0)}
    response = Client().post(url(world, "leave_voice"), fields(world, **changed))
    page = response.content.decode()
    assert response.status_code in {409, 422}
    assert message in page
    assert "govuk-error-summary" in page
    assert changed.get("what_helped", HELPED) in page
    assert not Voice.objects.exists()


def test_leave_voice_page_limits_one_sender_and_keeps_the_words(world: World) -> None:
    client = Client()
    for number in range(10):
        client.post(url(world, "leave_voice"), fields(world, what_helped=f"Thing {number}"))
    response = client.post(
        url(world, "leave_voice"),
        fields(world, what_helped="Kept words"),
        headers={"x-forwarded-for": "203.0.113.9"},
    )
    assert response.status_code == 429
    assert "Kept words" in response.content.decode()
    assert Voice.objects.count() == 10


def test_leave_voice_page_of_a_participant_is_anonymous_unless_they_say(world: World) -> None:
    client = signed_in(world.carer)
    client.post(url(world, "leave_voice"), fields(world, named="no"))
    client.post(url(world, "leave_voice"), fields(world, named="yes"))
    assert [voice.by for voice in Voice.objects.order_by("pk")] == [None, world.carer]


def test_leave_voice_page_shows_help_at_once_when_words_sound_urgent(world: World) -> None:
    response = Client().post(
        url(world, "leave_voice"), fields(world, what_should_change="He hits me.")
    )
    page = response.content.decode()
    assert page.index("Do you need help now?") < page.index("Your case code")
    assert "01632 960001" in page


def test_leave_voice_page_for_somebody(world: World) -> None:
    client, address = signed_in(world.provider), url(world, "leave_voice") + "?for=somebody"
    assert "Whose words are these?" in client.get(address).content.decode()
    sent = fields(
        world, giver=str(world.carer.pk), channel="paper", whose_words="own", consent="Signed card"
    )
    assert client.post(address, sent).status_code == 200
    voice = Voice.objects.get()
    assert (voice.by, voice.entered_by, voice.channel) == (world.carer, world.provider, "paper")
    assert signed_in(world.carer).get(address).status_code == 403
    assert "Whose words" not in Client().get(address).content.decode()


# Hostile words


def hostile() -> list[str]:
    folder = Path(__file__).parent.parent / "data" / "xss"
    found: list[str] = []
    for file in sorted(folder.glob("*.jsonl")):
        lines = file.read_text().splitlines()
        found += [json.loads(line)["payload"] for line in lines[:: max(1, len(lines) // 12)]]
    return [text for text in found if text.strip()]


def test_hostile_words_come_out_exactly_and_never_as_markup(world: World) -> None:
    client = Client()
    ordinary, _code = voices.leave_voice(
        partnership=world.partnership,
        feature=world.feature,
        what_helped=HELPED,
        what_should_change="",
    )
    voices.publish_voice(voice=ordinary, by=world.moderator)
    harmless = client.get(ordinary.get_absolute_url()).content.decode()
    for text in hostile():
        sent = client.post(
            url(world, "leave_voice"), fields(world, what_helped=text, what_should_change="")
        )
        cache.clear()
        if sent.status_code == 422:  # a character nothing can show: said so, and kept
            assert "hidden character" in sent.content.decode()
            continue
        voice = Voice.objects.latest("pk")
        assert voice.what_helped == re.sub("\r\n|\r|\v|\f", "\n", text).strip()
        voices.publish_voice(voice=voice, by=world.moderator)
        page = client.get(voice.get_absolute_url()).content.decode()
        for tag in ("<script", "<img", "<svg", "<iframe", "<form", "<style", "<div", "<p"):
            allowed = 0 if tag != "<p" else page.count("</p>") - harmless.count("</p>")
            assert page.lower().count(tag) == harmless.lower().count(tag) + allowed, text
        spaced = re.sub(r"<br ?/?>|</p>\s*<p>", " ", page)
        plain = " ".join(unescape(re.sub(r"<[^>]+>", "", spaced)).split())
        assert " ".join(voice.what_helped.split()) in plain, text


def test_somebody_with_no_duty_left_reads_nothing_any_more(world: World) -> None:
    voice = a_voice(world)
    client = signed_in(world.moderator)
    assert client.get(voice.get_absolute_url()).status_code == 200
    people.remove_duty(participant=world.moderator, duty=Duty.MODERATOR, by=world.admin)
    assert client.get(voice.get_absolute_url()).status_code == 404
    assert client.get(url(world, "voice_queue")).status_code == 403
