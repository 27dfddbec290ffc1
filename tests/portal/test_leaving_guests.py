"""Somebody without an account deletes themselves: the same goes and the same stays as with one."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from codesign.enums import CommentKind, SessionStep, SignUpState
from codesign.models import (
    CalendarKey,
    Card,
    Comment,
    Proposal,
    SessionSeat,
    SignUp,
)
from codesign.operations import calendars, cards, comments, proposals, sessions, sign_ups, supports
from feedback.models import Voice
from feedback.operations import voices
from portal import notices, permissions, record, seats
from portal.enums import Role, Visibility
from portal.models import Draft, Follow, Notice, Participant, RecordEntry
from portal.operations import leaving as operations
from portal.operations import notices as following
from portal.operations import people
from tests.codesign.test_sessions import at_step, open_session
from tests.content.test_mine import an_activity_date
from tests.hostile import SHOWABLE, see, squashed
from tests.portal.test_leaving import counters, everything_written, rows
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

NAME = "Zebedee Quill"


def url(slug: str = "norfolk") -> str:
    return reverse("portal:delete_guest", args=[slug])


def a_guest(things: Things) -> tuple[Participant, str]:
    """Somebody who joined by code and has said something everywhere; and their three words."""
    world = things.world
    room = at_step(open_session(world), SessionStep.SHARE, world)
    guest, phrase = sessions.join_as_guest(session=room, display_name=NAME, role=Role.CARER)
    cards.add_card(session=room, text="A choir", by=guest)
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="Tea", why="Company.", by=guest
    )
    proposals.open_proposal(proposal=drafted, by=guest)
    supports.support_proposal(proposal=things.proposal, by=guest)
    comments.comment_on_proposal(
        proposal=things.proposal, text="When?", by=guest, kind=CommentKind.QUESTION
    )
    voice, _code = voices.leave_voice(
        partnership=world.partnership,
        feature=world.feature,
        what_helped="The sitter.",
        what_should_change="",
        by=guest,
    )
    voices.publish_voice(voice=voice, by=world.moderator)
    return guest, phrase


def test_delete_guest_keeps_every_count_and_takes_every_name() -> None:
    things = Things(World())
    guest, _phrase = a_guest(things)
    Participant.objects.filter(pk=guest.pk).update(about="I look after Dougal.")
    before = rows(), counters()
    assert any(NAME in row for row in everything_written())
    operations.delete_guest(by=guest)
    assert (rows(), counters()) == before
    assert not [row for row in everything_written() if NAME in row or "Dougal" in row]
    left = Participant.objects.get(pk=guest.pk)
    assert left.display_name == "Somebody who left (1)"
    assert (left.about, left.role, left.is_here) == ("", Role.CARER, False)
    user = signed_in(things.world.service_user)
    said = Proposal.objects.get(by=left), Comment.objects.get(by=left), Voice.objects.get(by=left)
    room = Card.objects.get(by=left).session
    for address in (*(each.get_absolute_url() for each in said), room.get_absolute_url()):
        page = user.get(address).content.decode()
        assert "Somebody who left (1)" in page
        assert NAME not in page


def test_whoever_leaves_has_a_name_of_their_own_with_an_account_or_without() -> None:
    world = World()
    other = world.person(Role.CARER, with_account=False)
    assert world.carer.user is not None
    operations.delete_guest(by=world.guest)
    operations.delete_account(user=world.carer.user)
    operations.delete_guest(by=other)
    names = Participant.objects.exclude(left_at=None).order_by("left_at")
    assert [each.display_name for each in names] == [
        "Somebody who left (1)",
        "Somebody who left (2)",
        "Somebody who left (3)",
    ]


def test_delete_guest_is_in_the_record_without_a_name_and_only_once() -> None:
    world = World()
    for _twice in range(2):
        operations.delete_guest(by=world.guest)
    entry = RecordEntry.objects.get(kind="guest_deleted")
    assert world.guest.display_name not in entry.line
    assert '"role":"carer"' in entry.line
    assert record.in_words("guest_deleted").startswith("Somebody who took part without an account")


def test_what_was_theirs_alone_ends_and_no_way_leads_back() -> None:
    things = Things(World())
    world = things.world
    guest, phrase = a_guest(things)
    room = SessionSeat.objects.get(participant=guest).session
    date = an_activity_date(world, days=3)
    sign_ups.sign_up(date=date, by=guest)
    following.follow(thing=world.workspace, by=guest)
    notices.queue([guest], subject=things.proposal, text="News", needs_me=True)
    Draft.objects.create(participant=guest, key="comment-1", fields={"text": "Half"})
    calendars.make_calendar_key(by=guest)
    browser = signed_in(guest)
    operations.delete_guest(by=guest)
    for table in (Follow, Notice, Draft, CalendarKey):
        assert not table.objects.filter(participant=guest).exists(), table
    assert SignUp.objects.get(date=date, participant=guest).state == SignUpState.CANCELLED
    with pytest.raises(sessions.UnableToJoinSession):
        sessions.rejoin(session=room, phrase=phrase)
    assert seats.seated({k: v.value for k, v in browser.cookies.items()}, world.partnership) is None
    again = browser.get(reverse("portal:notices", args=["norfolk"]))
    assert again["Location"].startswith("/accounts/login/")


def test_delete_guest_is_for_guests_of_the_place() -> None:
    world = World()
    with pytest.raises(operations.UnableToDeleteGuest, match="You have an account"):
        operations.delete_guest(by=world.carer)
    assert Participant.objects.get(pk=world.carer.pk).is_here
    assert signed_in(world.carer).post(url(), {"sure": "on"})["Location"] == "/mine/delete/"
    assert Participant.objects.get(pk=world.carer.pk).is_here
    World(slug="other", visibility=Visibility.PARTNERSHIP)
    elsewhere = signed_in(world.guest).post(url("other"), {"sure": "on"})
    assert elsewhere["Location"].startswith("/accounts/login/")
    assert Participant.objects.get(pk=world.guest.pk).is_here


def test_a_guest_whom_an_admin_let_leave_is_not_touched() -> None:
    world = World()
    people.remove_participant(participant=world.guest, by=world.admin, reason="Moved away.")
    operations.delete_guest(by=world.guest)
    assert Participant.objects.get(pk=world.guest.pk).display_name == world.guest.display_name
    assert not permissions.can(
        Participant.objects.get(pk=world.guest.pk), "delete_guest", world.partnership
    )


def test_delete_guest_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    things = Things(World())
    guest, _phrase = a_guest(things)
    before = everything_written()

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(record, "append", fails)
        with pytest.raises(OSError, match="disk full"):
            operations.delete_guest(by=guest)
    assert everything_written() == before


def test_delete_guest_through_the_page() -> None:
    world = World()
    client, elsewhere = signed_in(world.guest), signed_in(world.guest)
    mine = reverse("content:mine", args=["norfolk"])
    assert f'href="{url()}"' in client.get(mine).content.decode()
    page = client.get(url()).content.decode()
    for words in ("Norfolk Partnership", "Blue Kite", "What goes", "What stays", "three words"):
        assert words in page
    assert "e-mail address and the ways you sign in" not in page
    unsure = client.post(url(), {"sure": ""})
    assert unsure.status_code == 422
    assert "Tick the box if you are sure" in unsure.content.decode()
    assert Participant.objects.get(pk=world.guest.pk).is_here
    done = client.post(url(), {"sure": "on"})
    assert done["Location"] == "/"
    assert done.cookies[seats.cookie_name(world.partnership)].value == ""
    assert [str(each) for each in get_messages(done.wsgi_request)] == [
        "You have left, and your name is deleted. Thank you for taking part."
    ]
    for browser in (client, elsewhere):
        assert browser.get(mine)["Location"].startswith("/accounts/login/")
        assert browser.post(url(), {"sure": "on"}).status_code == 302
    assert Participant.objects.get(pk=world.guest.pk).display_name == "Somebody who left (1)"
    assert RecordEntry.objects.filter(kind="guest_deleted").count() == 1


def test_whoever_has_an_account_finds_that_on_their_page_and_not_this() -> None:
    world = World()
    page = signed_in(world.carer).get(reverse("content:mine", args=["norfolk"])).content.decode()
    assert url() not in page
    assert "/mine/delete/" in page


def test_a_hostile_name_is_only_text_on_the_page() -> None:
    world = World()
    client = signed_in(world.guest)
    guests = Participant.objects.filter(pk=world.guest.pk)
    plain = see(client.get(url()).content.decode()).shape
    names = [text for text in SHOWABLE if len(text) <= 60]
    assert len(names) > 20
    for name in names[:: len(names) // 20]:
        guests.update(display_name=name)
        seen = see(client.get(url()).content.decode())
        assert seen.harm == []
        assert seen.shape == plain, name
        assert squashed(name) in seen.words
