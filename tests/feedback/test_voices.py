"""Voices: leaving one, reading it first, answering, coming back with a case code."""

import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import alarm, cases
from feedback.enums import VoiceStatus
from feedback.forms.voices import TRAP, new_ticket
from feedback.models import Voice, VoiceMessage
from feedback.operations import themes, voices
from feedback.queries import voices as queries
from portal import clock, permissions, record
from portal.enums import Channel, Duty, Role, Visibility, WhoseWords
from portal.models import (
    Answer,
    Notice,
    Participant,
    PostedOnce,
    RecordContent,
    RecordEntry,
    ref,
)
from portal.operations import people
from tests.world import World

pytestmark = pytest.mark.django_db

HELPED = "Larks came on time."
CHANGE = "Three hours is too short for a trip to the hospital."
WEDNESDAY = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return World()


def a_voice(world: World, by: Participant | None = None, change: str = CHANGE) -> Voice:
    voice, _code = voices.leave_voice(
        partnership=world.partnership,
        feature=world.feature,
        what_helped=HELPED,
        what_should_change=change,
        by=by,
    )
    return voice


def a_published_voice(world: World, by: Participant | None = None, change: str = CHANGE) -> Voice:
    return voices.publish_voice(voice=a_voice(world, by, change), by=world.moderator)


def signed_in(participant: Participant) -> Client:
    """A browser of somebody, with the codes app that staff must have."""
    assert participant.user is not None
    Authenticator.objects.get_or_create(user=participant.user, type="totp", data={})
    client = Client()
    client.force_login(participant.user)
    return client


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"feedback:{name}", args=[world.slug, *args])


def kinds_about(thing: object) -> list[str]:
    return list(
        RecordEntry.objects.filter(subject=ref(thing))  # type: ignore[arg-type]
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def words_about(thing: object) -> list[dict[str, str]]:
    seqs = RecordEntry.objects.filter(subject=ref(thing)).values("seq")  # type: ignore[arg-type]
    return [each.content for each in RecordContent.objects.filter(seq__in=seqs).order_by("seq")]


def a_ticket(seconds_ago: float = 60) -> str:
    with mock.patch("django.core.signing.time.time", return_value=time.time() - seconds_ago):
        return new_ticket()


def fields(world: World, **changed: str) -> dict[str, str]:
    return {
        "feature": str(world.feature.pk),
        "what_helped": HELPED,
        "what_should_change": CHANGE,
        "ticket": a_ticket(),
    } | changed


def code_on(page: bytes) -> str:
    code = "".join(re.findall(r'class="tl-code">([0-9A-Z-]+)<', page.decode()))
    assert len(code) == 29, "no case code on the page"
    return code


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
    assert queries.one_working_day_before(moment) == expected


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


# Coming back


def a_case(world: World, by: Participant | None = None) -> tuple[Voice, str]:
    return voices.leave_voice(
        partnership=world.partnership,
        feature=world.feature,
        what_helped=HELPED,
        what_should_change=CHANGE,
        by=by,
    )


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
    [("voices", 6), ("queue", 14), ("held", 16), ("voice", 6), ("case", 6)],
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
