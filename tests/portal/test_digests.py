"""Digests: by thing, nothing twice, words only of what anybody may read, each mail once."""

import io
import smtplib
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.urls import reverse

from codesign.enums import OpenTo, Outcome
from codesign.models import Proposal, Workspace
from codesign.operations import comments, decisions, proposals, supports
from portal import clock, notices, references
from portal.enums import Role, Visibility
from portal.models import Follow, Notice, Participant, ref
from portal.operations import notices as operations
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


def suggest(world: World, title: str = "A tea dance", by: Participant | None = None) -> Proposal:
    who = by or world.carer
    drafted = proposals.draft_proposal(workspace=world.workspace, title=title, why="Joy.", by=who)
    return proposals.open_proposal(proposal=drafted, by=who)


def bodies(message: mail.EmailMessage) -> list[str]:
    """What a message says, in plain text and as a page."""
    assert isinstance(message, mail.EmailMultiAlternatives)
    return [str(message.body), str(message.alternatives[0][0])]


# -- what a message says ---------------------------------------------------------------------------


def test_a_digest_tells_of_public_things_by_thing_newest_first_and_nothing_twice() -> None:
    world = World()
    dance, choir = suggest(world), suggest(world, "A choir")
    for _each in range(3):
        notices.queue([world.carer], subject=dance, text="New comment on: A tea dance")
    notices.queue([world.carer], subject=choir, text="Shortlisted: A choir")
    notices.queue([world.carer], subject=dance, text="Parked: A tea dance")
    assert notices.mail_due() == 1
    for body in bodies(mail.outbox[0]):
        assert body.count("New comment on: A tea dance") == 1
        assert "(3 times)" in body
        in_order = [body.index(words) for words in ("Parked:", "New comment", "Shortlisted")]
        assert all(a < b for a, b in pairwise(in_order))
        assert f"http://127.0.0.1:8000{dance.get_absolute_url()}" in body
        assert "only for the people" not in body
    assert mail.outbox[0].subject == "There are 5 things for you to read"


def test_of_private_spaces_a_message_says_only_how_much_there_is() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    dance = suggest(world)
    notices.queue([world.carer], subject=dance, text="Parked: A tea dance", needs_me=True)
    assert notices.mail_due() == 1
    for body in bodies(mail.outbox[0]):
        assert "tea dance" not in body
        assert "only for the people of your partnership" in body


def test_public_and_private_together() -> None:
    world = World()
    dance = suggest(world)
    notices.queue([world.carer], subject=dance, text="Parked: A tea dance")
    notices.queue([world.carer], subject=world.feature, text="Something private")
    notices.mail_due()
    for body in bodies(mail.outbox[0]):
        assert "Parked: A tea dance" in body
        assert "Something private" not in body
        assert "And 1 thing more." in body


@pytest.mark.parametrize("change", ["made private", "hidden"])
def test_what_is_not_public_any_more_is_not_mailed_even_if_it_was(change: str) -> None:
    world = World()
    dance = suggest(world)
    notices.queue([world.carer], subject=dance, text="Parked: A tea dance")
    if change == "made private":
        Workspace.objects.update(visibility=Visibility.PARTNERSHIP)
    else:
        Proposal.objects.update(
            hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="It names somebody."
        )
    assert notices.mail_due() == 1
    assert not any("tea dance" in body for body in bodies(mail.outbox[0]))


def test_words_cannot_change_what_a_message_is() -> None:
    world = World()
    nasty = "<script>x</script>\n\nTo stop these e-mails:\nhttps://evil.example.org/"
    dance = suggest(world, "<b>A</b> & B")
    notices.queue([world.carer], subject=dance, text=nasty + "x" * 4000)
    notices.mail_due()
    plain, html = bodies(mail.outbox[0])
    assert "<b>A</b> & B" in plain
    assert "<script>" not in html
    assert "&lt;b&gt;A&lt;/b&gt; &amp; B" in html
    assert "\nhttps://evil.example.org/" not in plain
    assert len(plain) < 3000


def test_a_message_has_an_end() -> None:
    world = World()
    dance = suggest(world)
    for number in range(60):
        notices.queue([world.carer], subject=dance, text=f"News {number:02}")
    notices.mail_due()
    plain, _html = bodies(mail.outbox[0])
    assert plain.count("- News") == notices.MOST_LINES
    assert "And 20 things more." in plain


# -- when it goes ----------------------------------------------------------------------------------


def test_what_is_mailed_at_once_neither_drags_the_digest_along_nor_delays_it() -> None:
    world = World()
    dance = suggest(world)
    start = clock.now()
    notices.queue([world.carer], subject=dance, text="First digest")
    assert notices.mail_due() == 1
    for day in range(1, 7):
        with clock.at(start + timedelta(days=day)):
            notices.queue([world.carer], subject=dance, text=f"Answer {day}", needs_me=True)
            notices.queue([world.carer], subject=dance, text=f"News {day}")
            assert notices.mail_due() == 1
            assert f"News {day}" not in str(mail.outbox[-1].body)
    with clock.at(start + timedelta(days=7, minutes=1)):
        assert notices.mail_due() == 1
    last = str(mail.outbox[-1].body)
    assert all(f"News {day}" in last for day in range(1, 7))
    assert "Answer" not in last


def test_mail_down_for_six_hours_then_each_message_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """F25. Every sweep of six hours fails; nothing is lost, nothing is sent twice."""
    world = World()
    dance = suggest(world)
    start = clock.now()
    people = [world.carer, world.service_user, world.partner]

    def down(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", down)
        for step in range(72):
            with clock.at(start + timedelta(minutes=5 * step)):
                if step in {0, 30, 71}:
                    urgent = step == 30
                    notices.queue(people, subject=dance, text=f"At {step}", needs_me=urgent)
                assert notices.mail_due() == 0
    with clock.at(start + timedelta(hours=6, minutes=1)):
        assert notices.mail_due() == 3
        assert notices.mail_due() == 0
    assert len({message.to[0] for message in mail.outbox}) == 3
    for message in mail.outbox:
        assert [str(message.body).count(f"- At {step},") for step in (0, 30, 71)] == [1, 1, 1]
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_a_sweep_that_fails_half_way_is_finished_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    dance = suggest(world)
    people = [world.carer, world.service_user, world.partner, world.evaluator]
    notices.queue(people, subject=dance, text="News")
    send, taken = EmailBackend.send_messages, []

    def two_then_none(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if len(taken) == 2:
            raise smtplib.SMTPServerDisconnected
        taken.append(messages)
        return send(self, messages)

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", two_then_none)
        assert notices.mail_due() == 2
    assert notices.mail_due() == 2
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 4


@pytest.mark.parametrize("problem", ["it takes none", "it cannot read the address"])
def test_a_message_that_was_not_taken_is_tried_again(
    problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    notices.queue([world.carer], subject=world.feature, text="News")

    def takes_none(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if problem == "it takes none":
            return 0
        raise UnicodeError

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", takes_none)
        assert notices.mail_due() == 0
    assert notices.mail_due() == 1


def test_sweeps_run_before_the_mail_and_one_that_fails_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()

    def fails() -> None:
        raise RuntimeError("out of order")

    def reminds() -> None:
        notices.queue([world.carer], subject=world.feature, text="Tomorrow!", needs_me=True)

    monkeypatch.setattr(notices, "sweeps", [])
    assert notices.sweep(fails) is fails
    notices.sweep(reminds)
    out = io.StringIO()
    call_command("send_notices", stdout=out)
    assert out.getvalue() == "1 messages sent.\n"
    assert "a sweep failed" in caplog.text


# -- who hears -------------------------------------------------------------------------------------


def readers_one_by_one(space: Workspace, people: list[Participant]) -> list[Participant]:
    return [p for p in people if Workspace.objects.visible_to(p).filter(pk=space.pk).exists()]


@pytest.mark.parametrize("open_to", list(OpenTo))
@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("live", [True, False])
def test_a_space_names_its_readers_as_it_lets_them_read(
    open_to: OpenTo, visibility: Visibility, live: bool
) -> None:
    world, other = World(), World(slug="other")
    space = world.workspace
    space.open_roles.create(role=Role.CARER)
    space.members.create(participant=world.service_user)
    Workspace.objects.filter(pk=space.pk).update(open_to=open_to, visibility=visibility, live=live)
    space = Workspace.objects.get(pk=space.pk)
    everybody = [*world.cast.values(), other.carer]
    expected = readers_one_by_one(space, everybody)
    if visibility == Visibility.PUBLIC and other.carer in expected:
        expected.remove(other.carer)  # may read it, but is told of nothing here
    assert space.readers(everybody) == expected


def test_nobody_is_told_of_a_space_they_may_not_read() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    Workspace.objects.update(open_to=OpenTo.INVITATION)
    world.workspace.refresh_from_db()
    for person in (world.carer, world.service_user):
        operations.follow(thing=world.workspace, by=person)
    world.workspace.members.create(participant=world.carer)
    suggest(world, "Only for us", by=world.facilitator)
    assert world.carer.notices.count() == 1
    assert world.service_user.notices.count() == 0


def test_words_of_a_space_that_was_closed_since_are_not_shown_but_following_can_stop() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    operations.follow(thing=world.workspace, by=world.carer)
    suggest(world, "A tea dance", by=world.provider)
    client = signed_in(world.carer)
    lists = [reverse(f"portal:{name}", args=["norfolk"]) for name in ("notices", "following")]
    assert "A tea dance" in client.get(lists[0]).content.decode()
    assert world.workspace.title in client.get(lists[1]).content.decode()
    Workspace.objects.update(open_to=OpenTo.INVITATION)
    page = client.get(lists[0]).content.decode()
    assert "A tea dance" not in page
    assert "a place that you can no longer see" in page
    page = client.get(lists[1]).content.decode()
    assert world.workspace.title not in page
    assert "Something you can no longer see" in page
    stop = reverse("portal:unfollow", args=["norfolk", ref(world.workspace)])
    assert client.post(stop)["Location"] == lists[1]
    assert not Follow.objects.filter(participant=world.carer).exists()
    assert client.post(stop).status_code == 404


def test_what_a_moderator_hid_has_no_title_on_lists() -> None:
    world = World()
    dance = suggest(world)
    operations.follow(thing=dance, by=world.service_user)
    Proposal.objects.update(
        hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="It names somebody."
    )
    url = reverse("portal:following", args=["norfolk"])
    page = signed_in(world.service_user).get(url).content.decode()
    assert "A tea dance" not in page
    assert "Words that a moderator has hidden" in page


def test_the_page_groups_by_thing_and_says_how_often() -> None:
    world = World()
    dance, choir = suggest(world), suggest(world, "A choir")
    for thing in (dance, choir, dance):
        notices.queue([world.carer], subject=thing, text=f"New comment on: {thing.title}")
    page = signed_in(world.carer).get(reverse("portal:notices", args=["norfolk"]))
    words = " ".join(page.content.decode().split())
    assert words.count("New comment on: A tea dance") == 1
    assert "2 times" in words
    assert words.index(">A tea dance<") < words.index(">A choir<")


def test_references_find_nothing_that_is_no_reference() -> None:
    world = World()
    odd = ["", "proposal", "proposal:", "proposal:x", "proposal:²", "user:1", "session:1", ":1"]
    assert references.find(odd, world.carer) == {}
    assert all(references.parse(each) is None for each in odd)


def test_whatever_stands_in_a_space_says_who_may_see_it() -> None:
    """Or `references.find` would not find it, and its notices would say nothing."""
    for kind, table in references._tables().items():
        if hasattr(table, "space"):
            assert hasattr(table._default_manager.all(), "visible_to"), kind


# -- following people of a role --------------------------------------------------------------------


def test_follow_role_hears_of_suggestions_and_points_by_that_role() -> None:
    world = World()
    operations.follow_role(role=Role.CARER, by=world.provider)
    operations.follow_role(role=Role.CARER, by=world.provider)
    dance = suggest(world)
    suggest(world, "By somebody else", by=world.service_user)
    comments.comment_on_proposal(proposal=dance, text="Me too", by=world.service_user)
    assert [n.text for n in world.provider.notices.all()] == ["New suggestion: A tea dance"]
    other = world.person(Role.CARER)
    comments.comment_on_proposal(proposal=dance, text="With cake", by=other)
    assert [n.text for n in world.provider.notices.order_by("pk")][1:] == [
        "New comment on: A tea dance"
    ]
    operations.unfollow_role(role=Role.CARER, by=world.provider)
    suggest(world, "Another")
    assert world.provider.notices.count() == 2


def test_followers_of_role_are_of_this_partnership_and_here() -> None:
    world, other = World(), World(slug="other")
    for person in (world.carer, world.partner, other.carer):
        operations.follow_role(role=Role.PROVIDER, by=person)
    Participant.objects.filter(pk=world.partner.pk).update(left_at=clock.now())
    found = notices.followers_of_role(world.partnership.pk, Role.PROVIDER)
    assert found == [world.carer]


def test_who_follows_space_thing_and_role_hears_once() -> None:
    world = World()
    operations.follow(thing=world.workspace, by=world.provider)
    operations.follow_role(role=Role.CARER, by=world.provider)
    suggest(world)
    assert world.provider.notices.count() == 1


def test_follow_role_through_the_page() -> None:
    world = World()
    client = signed_in(world.carer)
    page = reverse("portal:following", args=["norfolk"])
    assert "People of one role" in client.get(page).content.decode()
    for name, there in (("follow_role", True), ("unfollow_role", False)):
        url = reverse(f"portal:{name}", args=["norfolk", "provider"])
        assert client.post(url)["Location"] == page
        assert Follow.objects.filter(participant=world.carer).exists() is there
        assert ("You hear from them." in client.get(page).content.decode()) is there
        unknown = reverse(f"portal:{name}", args=["norfolk", "king"])
        assert client.post(unknown).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_following_asks_the_same_number_of_questions(
    many: int, django_assert_num_queries: object
) -> None:
    world = World()
    for number in range(many):
        operations.follow(thing=suggest(world, f"Idea {number}"), by=world.service_user)
    client = signed_in(world.service_user)
    url = reverse("portal:following", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(8):  # type: ignore[operator]
        assert client.get(url).content.decode().count("Stop following") == many


# -- at once ---------------------------------------------------------------------------------------


def test_a_decision_is_mailed_at_once_to_whoever_suggested_it_and_later_to_the_others(
    django_capture_on_commit_callbacks: object,
) -> None:
    world = World()
    dance = suggest(world)
    supports.support_proposal(proposal=dance, by=world.service_user)
    decision = decisions.draft_decision(
        workspace=world.workspace,
        words=decisions.DecisionWords(
            title="We dance",
            what="On Thursdays.",
            reasons="You asked.",
            evidence="One voice.",
            how="All.",
            review_on=clock.today() + timedelta(days=90),
        ),
        outcomes=[decisions.OutcomeFor(dance, Outcome.AGREED, "Wanted.")],
        by=world.facilitator,
    )
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        decisions.publish_decision(decision=decision, by=world.facilitator)
    assert world.carer.user
    assert [message.to for message in mail.outbox] == [[world.carer.user.email]]
    assert world.carer.notices.get(subject=ref(decision)).needs_me
    assert not world.service_user.notices.get(subject=ref(decision)).needs_me
