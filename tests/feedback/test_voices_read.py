"""Voices: reading them first, publishing, holding, answering, listing."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from feedback.enums import VoiceStatus
from feedback.models import Voice
from feedback.operations import themes, voices
from feedback.queries import voices as queries
from portal import clock, permissions, record
from portal.enums import Role
from portal.models import (
    Notice,
    RecordEntry,
    ref,
)
from tests.feedback.said import (
    CHANGE,
    HELPED,
    a_case,
    a_published_voice,
    a_voice,
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


# publish_voice, hold_voice


def test_publish_voice_shows_it_records_it_and_tells_its_giver(world: World) -> None:
    voice = a_published_voice(world, by=world.carer)
    assert voice.is_published
    assert voice.read_by == world.moderator
    assert kinds_about(voice) == ["feedback_published"]
    assert words_about(voice) == [{"what_helped": HELPED, "what_should_change": CHANGE}]
    line = RecordEntry.objects.get(subject=ref(voice)).line
    assert HELPED not in line
    assert Notice.objects.get(subject=ref(voice)).participant == world.carer
    with pytest.raises(voices.UnableToPublishVoice, match="already"):
        voices.publish_voice(voice=voice, by=world.moderator)


@pytest.mark.parametrize("act", ["publish_voice", "hold_voice"])
def test_reading_voices_is_the_moderators_duty(world: World, act: str) -> None:
    voice = a_voice(world)
    more = {"reason": "A name"} if act == "hold_voice" else {}
    for name, participant in world.cast.items():
        if name != "moderator":
            with pytest.raises(permissions.PermissionRefused):
                getattr(voices, act)(voice=voice, by=participant, **more)
    stranger = World(slug="other").moderator
    with pytest.raises(permissions.OutsidePartnership):
        getattr(voices, act)(voice=voice, by=stranger, **more)


def test_publish_voice_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = a_voice(world, by=world.carer)

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(record, "append", fails)
    with pytest.raises(OSError, match="disk full"):
        voices.publish_voice(voice=voice, by=world.moderator)
    voice.refresh_from_db()
    assert voice.status == VoiceStatus.WAITING
    assert not Notice.objects.filter(subject=ref(voice)).exists()


def test_hold_voice_keeps_reason_and_words_out_of_the_record(world: World) -> None:
    voice = voices.hold_voice(
        voice=a_voice(world, by=world.carer), by=world.moderator, reason="Names a worker."
    )
    assert voice.is_held
    assert kinds_about(voice) == ["feedback_held"]
    assert words_about(voice) == []
    assert {n.participant for n in Notice.objects.filter(subject=ref(voice))} == {
        world.safeguarding_lead
    }
    with pytest.raises(voices.UnableToHoldVoice):
        voices.hold_voice(voice=voice, by=world.moderator, reason="Again")
    with pytest.raises(voices.UnableToHoldVoice, match="why"):
        voices.hold_voice(voice=a_voice(world), by=world.moderator, reason=" ")
    assert voices.publish_voice(voice=voice, by=world.moderator).held_reason == ""


def test_who_sees_a_voice_before_and_after_it_is_published(world: World) -> None:
    waiting = a_voice(world, by=world.carer)
    held = voices.hold_voice(voice=a_voice(world), by=world.moderator, reason="Names a worker.")
    for name, participant in {**world.cast, "visitor": None}.items():
        seen = set(Voice.objects.visible_to(participant))
        expected = {
            "moderator": {waiting, held},
            "safeguarding_lead": {waiting, held},
            "carer": {waiting},
        }
        assert seen == expected.get(name, set()), name
    assert signed_in(world.provider).get(held.get_absolute_url()).status_code == 404
    page = signed_in(world.carer).get(waiting.get_absolute_url()).content.decode()
    assert "Waiting to be read" in page
    lead = signed_in(world.safeguarding_lead).get(held.get_absolute_url()).content.decode()
    assert "Names a worker." in lead
    published = voices.publish_voice(voice=waiting, by=world.moderator)
    assert Client().get(published.get_absolute_url()).status_code == 200
    other = World(slug="other")
    assert signed_in(other.moderator).get(url(other, "voice", published.pk)).status_code == 404


def test_voice_queue_reads_urgent_first_then_the_oldest(world: World) -> None:
    monday = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    with clock.at(monday - timedelta(days=3)):  # Friday
        friday = a_voice(world, by=world.carer, change="friday")
        last_week = a_voice(world, change="last week")
    with clock.at(monday):
        named = a_voice(world, by=world.carer, change="monday")
        anonymous = a_voice(world, change="this week")
        urgent = a_voice(world, change="I want to die")
    with clock.at(monday - timedelta(minutes=1)):
        queue = queries.voice_queue(world.partnership)
    assert queue.items == [urgent, last_week, friday, anonymous, named]
    assert [voice.is_late for voice in queue.items] == [False, True, False, False, False]  # type: ignore[attr-defined]
    assert (queue.waiting, queue.overdue) == (5, 1)
    with clock.at(monday + timedelta(days=1, minutes=1)):
        assert queries.voice_queue(world.partnership).overdue == 3
        assert queries.voice_queue(world.partnership, size=2).more == 3


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2026-03-11T14:20", "2026-03-10T14:20"),
        ("2026-03-09T10:00", "2026-03-06T10:00"),  # Monday: since Friday
        ("2026-03-08T10:00", "2026-03-06T00:00"),  # Sunday: Friday is not over before Monday
        ("2026-03-07T10:00", "2026-03-06T00:00"),
    ],
)
def test_one_working_day_before(now: str, before: str) -> None:
    moment = timezone.make_aware(datetime.fromisoformat(now))
    expected = timezone.make_aware(datetime.fromisoformat(before))
    assert clock.one_working_day_before(moment) == expected


def test_voice_queue_page_publishes_and_holds(world: World) -> None:
    first, second = a_voice(world), a_voice(world, by=world.carer)
    client = signed_in(world.moderator)
    page = client.get(url(world, "voice_queue")).content.decode()
    assert "This week" in page
    client.post(url(world, "publish_voice", first.pk), {"once": "a"})
    client.post(url(world, "publish_voice", first.pk), {"once": "a"})  # a double click
    missing = client.post(url(world, "hold_voice", second.pk), {"reason": ""})
    assert missing.status_code == 422
    client.post(url(world, "hold_voice", second.pk), {"reason": "Names a worker."})
    assert "Everything has been read" in client.get(url(world, "voice_queue")).content.decode()
    held = client.get(url(world, "voice_queue") + "?show=held").content.decode()
    assert "Names a worker." in held
    assert signed_in(world.provider).get(url(world, "voice_queue")).status_code == 403
    assert kinds_about(first) == ["feedback_published"]


# reply_to_voice, add_to_voice


def test_reply_to_voice_tells_its_giver_and_is_recorded(world: World) -> None:
    voice = a_published_voice(world, by=world.carer)
    reply = voices.reply_to_voice(voice=voice, by=world.provider, text="We are looking at it.")
    assert kinds_about(reply) == ["feedback_answered"]
    assert words_about(reply) == [{"text": "We are looking at it."}]
    assert Notice.objects.filter(
        participant=world.carer, text="You have a reply to what you told us."
    ).exists()
    with pytest.raises(permissions.PermissionRefused):
        voices.reply_to_voice(voice=voice, by=world.carer, text="Me too")
    with pytest.raises(permissions.OutsidePartnership):
        voices.reply_to_voice(voice=a_voice(world), by=world.provider, text="How do I know of it?")
    with pytest.raises(voices.UnableToReplyToVoice):
        voices.reply_to_voice(voice=a_voice(world), by=world.moderator, text="Too early")


def test_add_to_voice_waits_for_a_moderator(world: World) -> None:
    voice = a_published_voice(world)
    added = voices.add_to_voice(voice=voice, text="And it was cold. I am not safe.")
    assert voices.add_to_voice(voice=voice, text=added.text) == added
    assert added.at == voice.created_at  # the week alone
    assert added.text not in Client().get(voice.get_absolute_url()).content.decode()
    provider = signed_in(world.provider).get(voice.get_absolute_url()).content.decode()
    assert added.text not in provider
    queue = queries.voice_queue(world.partnership)
    assert queue.items == [voice]
    assert queue.items[0].looks_urgent
    voices.publish_voice(voice=voice, by=world.moderator)
    assert kinds_about(added) == ["feedback_added"]
    assert added.text in Client().get(voice.get_absolute_url()).content.decode()
    assert queries.voice_queue(world.partnership).waiting == 0


# Told back


def test_givers_of_names_people_and_cases_of_published_voices_only(world: World) -> None:
    named = a_published_voice(world, by=world.carer)
    anonymous = a_published_voice(world)
    waiting = a_voice(world, by=world.service_user)
    found = queries.givers_of([named.pk, anonymous.pk, waiting.pk])
    assert [(each.participant, each.case) for each in found] == [
        (world.carer, ""),
        (None, ref(anonymous)),
    ]
    assert found[0].because == "you told us about “Short breaks”"
    assert HELPED not in found[0].because


# Lists


@pytest.mark.parametrize("how_many", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries_asked"),
    [("voices", 6), ("queue", 12), ("held", 14), ("voice", 6), ("case", 6)],
)
def test_voice_pages_ask_the_same_number_of_questions(
    world: World,
    page: str,
    queries_asked: int,
    how_many: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    theme = themes.name_theme(
        partnership=world.partnership, name="Short", summary="Too short.", by=world.provider
    )
    voice, code = a_case(world, by=world.carer)
    voices.publish_voice(voice=voice, by=world.moderator)
    for _each in range(how_many):
        published = a_published_voice(world, by=world.person(Role.CARER))
        themes.give_theme(voice=published, theme=theme, by=world.provider)
        voices.reply_to_voice(voice=voice, by=world.person(Role.PROVIDER), text="Thank you.")
        voices.add_to_voice(voice=published, text="More.")
        a_voice(world, by=world.person(Role.CARER))
        voices.hold_voice(
            voice=a_voice(world, by=world.person(Role.CARER)), by=world.moderator, reason="A name."
        )
    client = signed_in(world.moderator) if page in {"queue", "held"} else Client()

    def ask() -> None:
        if page == "case":
            answer = client.post(url(world, "case"), {"code": code})
        elif page == "voice":
            answer = client.get(voice.get_absolute_url())
        elif page == "voices":
            answer = client.get(url(world, "voices"))
        else:
            answer = client.get(url(world, "voice_queue"), {"show": page})
        assert answer.status_code == 200

    ask()
    with django_assert_num_queries(queries_asked):
        ask()


def test_voices_page_filters_and_pages(world: World) -> None:
    theme = themes.name_theme(
        partnership=world.partnership, name="Short", summary="Too short.", by=world.provider
    )
    themed = a_published_voice(world, change="This one has a theme.")
    themes.give_theme(voice=themed, theme=theme, by=world.provider)
    for number in range(21):
        a_published_voice(world, change=f"Number {number}.")
    a_voice(world, change="Nobody has read this.")
    client = Client()
    first = client.get(url(world, "voices")).content.decode()
    assert "Number 20." in first
    assert "This one has a theme." not in first
    assert "Nobody has read this." not in first
    older = re.search(r'href="(\?before=\d+)"', first)
    assert older is not None
    assert "This one has a theme." in client.get(url(world, "voices") + older[1]).content.decode()
    only = client.get(url(world, "voices") + f"?theme={theme.pk}&feature={world.feature.pk}")
    assert "This one has a theme." in only.content.decode()
    assert "Number 3." not in only.content.decode()
    assert client.get(url(world, "voices") + "?theme=x&before=y").status_code == 200
