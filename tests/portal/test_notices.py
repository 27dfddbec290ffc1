"""Notices: the list, following, digests, and e-mail that says nothing."""

import io
import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from portal import clock, notices
from portal.enums import DigestRhythm, Visibility
from portal.models import Follow, Notice, Participant, ref
from portal.operations import notices as operations
from portal.operations import record
from portal.permissions import OutsidePartnership
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
WORDS = "Your idea about Saturday mornings was agreed"


def tell(world: World, *persons: Participant, needs_me: bool = False) -> list[Notice]:
    return notices.queue(persons, subject=world.feature, text=WORDS, needs_me=needs_me)


def test_queue_tells_each_person_once_and_never_who_did_it() -> None:
    world = World()
    gone = world.person("carer")  # type: ignore[arg-type]
    gone.left_at = clock.now()
    gone.save()
    made = notices.queue(
        [world.carer, world.carer, world.provider, gone, world.guest],
        subject=world.feature,
        text=WORDS,
        but_not=world.provider,
    )
    assert [notice.participant for notice in made] == [world.carer, world.guest]


def test_the_list_shows_only_ones_own_and_counts_the_unread() -> None:
    world = World()
    tell(world, world.carer)
    client = signed_in(world.carer)
    page = client.get(reverse("portal:notices", args=["norfolk"])).content.decode()
    assert WORDS in page
    assert re.search(r'class="tl-count">1<', page)
    other = signed_in(world.service_user)
    assert WORDS not in other.get(reverse("portal:notices", args=["norfolk"])).content.decode()
    client.post(reverse("portal:read_notices", args=["norfolk"]))
    page = client.get(reverse("portal:notices", args=["norfolk"])).content.decode()
    assert "tl-count" not in page
    assert "tl-notice--unread" not in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    many: int, django_assert_num_queries: object
) -> None:
    world = World()
    for number in range(many):
        notices.queue([world.carer], subject=world.feature, text=f"{WORDS} ({number})")
    client = signed_in(world.carer)
    url = reverse("portal:notices", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(7):  # type: ignore[operator]
        assert client.get(url).content.decode().count(WORDS) == many


def test_a_guest_has_a_list_too() -> None:
    world = World()
    tell(world, world.guest)
    page = signed_in(world.guest).get(reverse("portal:notices", args=["norfolk"]))
    assert WORDS in page.content.decode()


def test_mail_says_nothing_but_that_there_is_something() -> None:
    world = World()
    signed = record.checkpoint_record(partnership=world.partnership)
    tell(world, world.carer)
    tell(world, world.carer)
    assert notices.mail_due() == 1
    [message] = mail.outbox
    assert world.carer.user
    assert message.to == [world.carer.user.email]
    assert message.subject == "There are 2 things for you to read"
    whole = message.message().as_string() + str(message.body)
    for private in (WORDS, "Saturday", "Maureen", "Short breaks", "Norfolk Partnership", "arer"):
        assert private not in whole
    assert reverse("portal:notices", args=["norfolk"]) in message.body
    assert signed.fingerprint in message.body
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    for private in (WORDS, "Saturday", "Maureen", "Short breaks", "Norfolk Partnership", "arer"):
        assert private not in html
    assert not re.search(r"<img|<script|<style|style=|src=|https?://(?!127\.0\.0\.1)", html)


def test_nothing_is_mailed_twice() -> None:
    world = World()
    tell(world, world.carer, world.service_user)
    assert notices.mail_due() == 2
    assert notices.mail_due() == 0
    out = io.StringIO()
    call_command("send_notices", stdout=out)
    assert out.getvalue() == "0 messages sent.\n"
    assert len(mail.outbox) == 2


def test_what_was_read_or_belongs_to_a_guest_or_a_leaver_is_not_mailed() -> None:
    world = World()
    tell(world, world.carer, world.guest, world.partner)
    operations.read_notices(by=world.carer)
    Participant.objects.filter(pk=world.partner.pk).update(left_at=clock.now())
    assert notices.mail_due() == 0
    assert mail.outbox == []


def test_mail_that_fails_is_sent_by_the_next_sweep_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    tell(world, world.carer, world.service_user)
    assert world.carer.user
    bad = world.carer.user.email
    send = EmailBackend.send_messages

    def fail_for_one(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == [bad]:
            raise smtplib.SMTPServerDisconnected
        return send(self, messages)

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", fail_for_one)
        assert notices.mail_due() == 1
    waiting = Notice.objects.get(mailed_at=None)
    assert waiting.participant == world.carer
    assert notices.mail_due() == 1
    assert [message.to for message in mail.outbox][1] == [bad]


@pytest.mark.parametrize(("rhythm", "days"), [(DigestRhythm.DAILY, 1), (DigestRhythm.WEEKLY, 7)])
def test_a_digest_keeps_its_rhythm(rhythm: DigestRhythm, days: int) -> None:
    world = World()
    operations.set_digest(rhythm=rhythm, by=world.carer)
    now = clock.now()
    tell(world, world.carer)
    assert notices.mail_due() == 1
    tell(world, world.carer)
    with clock.at(now + timedelta(days=days) - timedelta(minutes=5)):
        assert notices.mail_due() == 0
    with clock.at(now + timedelta(days=days, minutes=5)):
        assert notices.mail_due() == 1
    assert len(mail.outbox) == 2


def test_no_e_mail_means_none() -> None:
    world = World()
    operations.set_digest(rhythm=DigestRhythm.NEVER, by=world.carer)
    tell(world, world.carer)
    tell(world, world.carer, needs_me=True)
    assert notices.mail_due() == notices.mail_due(urgent_only=True) == 0


def test_what_needs_an_answer_is_mailed_right_after_the_change(
    django_capture_on_commit_callbacks: object,
) -> None:
    world = World()
    tell(world, world.service_user)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tell(world, world.carer, needs_me=True)
        assert mail.outbox == []
    assert world.carer.user
    assert [message.to for message in mail.outbox] == [[world.carer.user.email]]


def test_set_digest_through_the_page() -> None:
    world = World()
    client = signed_in(world.carer)
    url = reverse("portal:set_digest", args=["norfolk"])
    assert client.get(url).status_code == 200
    assert "Please answer" in client.post(url, {}).content.decode()
    assert "Please choose" in client.post(url, {"rhythm": "hourly"}).content.decode()
    client.post(url, {"rhythm": "weekly"})
    assert Participant.objects.get(pk=world.carer.pk).digest == DigestRhythm.WEEKLY


def stop_link(world: World) -> str:
    tell(world, world.carer)
    notices.mail_due()
    headers = mail.outbox[-1].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<http://[^/]+(/stop-mail/\S+/)>", headers["List-Unsubscribe"])
    assert found
    assert found[1] in mail.outbox[-1].body
    return found[1]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_one_click_stops_the_mail_without_signing_in(visibility: Visibility) -> None:
    world = World(visibility=visibility)
    link = stop_link(world)
    program = Client(enforce_csrf_checks=True)
    looked = program.get(link)
    assert looked.status_code == 200
    assert "Norfolk" not in looked.content.decode()
    assert "Maureen" not in looked.content.decode()
    assert Participant.objects.get(pk=world.carer.pk).digest == DigestRhythm.WEEKLY
    answer = program.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Participant.objects.get(pk=world.carer.pk).digest == DigestRhythm.NEVER
    assert Participant.objects.get(pk=world.service_user.pk).digest == DigestRhythm.WEEKLY


def test_a_forged_link_stops_nothing() -> None:
    world = World()
    link = stop_link(world)
    forged = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
    for url in (forged, reverse("portal:stop_mail", args=["1"])):
        assert Client().post(url).status_code == 404
    assert Participant.objects.get(pk=world.carer.pk).digest == DigestRhythm.WEEKLY


def follows(world: World) -> list[str]:
    return list(Follow.objects.filter(participant=world.carer).values_list("subject", flat=True))


def test_follow_and_unfollow_each_kind_of_thing() -> None:
    world = World()
    client = signed_in(world.carer)
    for thing in (world.feature, world.workspace):
        follow = reverse("portal:follow", args=["norfolk", ref(thing)])
        answer = client.post(follow)
        assert answer["Location"] == thing.get_absolute_url()
        client.post(follow, {"next": "//evil.example.org/"})
        assert follows(world) == [ref(thing)]
        back = client.post(
            reverse("portal:unfollow", args=["norfolk", ref(thing)]), {"next": "/p/norfolk/people/"}
        )
        assert back["Location"] == "/p/norfolk/people/"
        assert follows(world) == []


@pytest.mark.parametrize(
    "subject",
    [
        "user:1",
        "participant:1",
        "voice:1",
        "recordentry:1",
        "workspace",
        "workspace:",
        "workspace:x",
        "workspace:99999999999999999999999",
        "workspace:-1",
        "workspace:²",
        "session.Session:1",
    ],
)
def test_follow_finds_only_what_can_be_followed(subject: str) -> None:
    world = World()
    answer = signed_in(world.carer).post(reverse("portal:follow", args=["norfolk", subject]))
    assert answer.status_code == 404
    assert follows(world) == []


def test_follow_stays_inside_the_wall() -> None:
    world, other = World(), World(slug="other")
    url = reverse("portal:follow", args=["norfolk", ref(other.feature)])
    assert signed_in(world.carer).post(url).status_code == 404
    assert signed_in(world.carer).get(url).status_code == 405
    with pytest.raises(OutsidePartnership):
        operations.follow(thing=other.feature, by=world.carer)
    assert follows(world) == []


def test_followers_are_those_who_are_still_here() -> None:
    world = World()
    for person in (world.carer, world.partner):
        operations.follow(thing=world.feature, by=person)
    assert notices.followers(world.feature) == [world.carer, world.partner]
    Participant.objects.filter(pk=world.partner.pk).update(left_at=clock.now())
    assert notices.followers(world.feature) == [world.carer]
