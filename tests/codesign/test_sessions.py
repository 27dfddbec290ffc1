"""Design sessions: each operation's state, record, announcement, notices and refusals."""

import pytest
from django.db import IntegrityError, transaction

from codesign import phrases
from codesign.enums import ProposalStatus, SessionStep
from codesign.models import Card, CardProposal, DesignSession, Dot, Proposal, SessionSeat
from codesign.operations import cards, sessions
from portal import live, record
from portal.enums import Channel, Role, WhoseWords
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from portal.operations import people
from portal.permissions import OutsidePartnership, PermissionRefused
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def open_session(world: World, **changes: object) -> DesignSession:
    words = {"title": "Breaks in summer", "question": "What would make August easier?"}
    return sessions.open_session(workspace=world.workspace, by=world.facilitator, **words | changes)


def at_step(session: DesignSession, step: SessionStep, world: World) -> DesignSession:
    for each in (SessionStep.SHARE, SessionStep.CHOOSE):
        session = sessions.move_session(session=session, step=each, by=world.facilitator)
        if each == step:
            break
    return session


def choosing(world: World) -> tuple[DesignSession, Card, Card]:
    """A room that is choosing between a carer's card and a service user's."""
    session = open_session(world)
    for person in (world.carer, world.service_user):
        sessions.join_session(session=session, by=person)
    session = at_step(session, SessionStep.SHARE, world)
    first = cards.add_card(session=session, text="A café on Saturdays", by=world.carer)
    second = cards.add_card(session=session, text="A phone line", by=world.service_user)
    session = sessions.move_session(session=session, step=SessionStep.CHOOSE, by=world.facilitator)
    return session, first, second


def last_entry(kind: str) -> RecordEntry:
    return RecordEntry.objects.filter(kind=kind).order_by("-seq")[0]


# -- opening and joining -------------------------------------------------------------------------


def test_open_session_gives_a_code_and_seats_its_facilitator(world: World) -> None:
    session = open_session(world)
    assert set(session.code) <= set(phrases.CODE_LETTERS)
    assert len(session.code) == 6
    assert session.code_shown == f"{session.code[:3]}-{session.code[3:]}"
    assert session.step == SessionStep.WELCOME
    assert live.revision(session) == 1
    assert SessionSeat.objects.get(session=session).participant == world.facilitator
    assert last_entry("session_opened").subject == ref(session)
    assert session.code not in last_entry("session_opened").line


def test_open_session_tries_another_code_when_one_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = open_session(world).code
    codes = iter([taken, "7K3QDP"])
    monkeypatch.setattr(phrases, "new_code", lambda: next(codes))
    assert open_session(world).code == "7K3QDP"


def test_open_session_says_so_when_no_code_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = open_session(world).code
    monkeypatch.setattr(phrases, "new_code", lambda: taken)
    with pytest.raises(sessions.UnableToOpenSession):
        open_session(world)


def test_open_session_is_for_facilitators_of_the_partnership(world: World) -> None:
    with pytest.raises(PermissionRefused):
        sessions.open_session(
            workspace=world.workspace, title="T", question="Q?", by=world.provider
        )
    with pytest.raises(OutsidePartnership):
        sessions.open_session(
            workspace=world.workspace,
            title="T",
            question="Q?",
            by=World(slug="other").facilitator,
        )


def test_open_session_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        open_session(world)
    assert not DesignSession.objects.exists()
    assert not SessionSeat.objects.exists()


@pytest.mark.parametrize("typed", ["{}", "{}-{}", " {} {} ", "{}–{}", "{}_{}"])
def test_find_session_reads_a_code_however_it_is_typed(world: World, typed: str) -> None:
    session = open_session(world)
    halves = [session.code[:3].lower(), session.code[3:]]
    code = typed.format(*halves) if typed != "{}" else session.code.lower()
    assert sessions.find_session(code) == session


@pytest.mark.parametrize("typed", ["", "AAAAAA", "7K3-QDPX", "' OR 1=1", "\x00"])
def test_find_session_answers_every_wrong_code_alike(world: World, typed: str) -> None:
    open_session(world)
    with pytest.raises(sessions.UnableToJoinSession) as refusal:
        sessions.find_session(typed)
    assert "We cannot find an open session with this code." in str(refusal.value)


def test_join_as_guest_makes_a_participant_who_can_come_back(world: World) -> None:
    session = open_session(world)
    guest, phrase = sessions.join_as_guest(
        session=session, display_name="Blue Kite", role=Role.CARER, larger_text=True
    )
    seat = SessionSeat.objects.get(participant=guest)
    assert guest.is_guest
    assert guest.partnership == world.partnership
    assert seat.larger_text
    assert len(phrase.split()) == 3
    assert phrase not in seat.rejoin_hash
    assert live.revision(session) == 2
    assert last_entry("participant_joined").subject == ref(guest)
    assert (
        sessions.rejoin(session=session, phrase=f"  {phrase.upper().replace(' ', ' - ')}") == guest
    )


def test_rejoin_refuses_other_words_other_sessions_and_people_who_left(world: World) -> None:
    session, other = open_session(world), open_session(world)
    guest, phrase = sessions.join_as_guest(
        session=session, display_name="Blue Kite", role=Role.CARER
    )
    for room, words in ((session, "apple moon kite"), (session, ""), (other, phrase)):
        with pytest.raises(sessions.UnableToJoinSession):
            sessions.rejoin(session=room, phrase=words)
    people.remove_participant(participant=guest, by=world.admin, reason="asked to")
    with pytest.raises(sessions.UnableToJoinSession):
        sessions.rejoin(session=session, phrase=phrase)


def test_join_session_twice_is_joining_once(world: World) -> None:
    session = open_session(world)
    seat = sessions.join_session(session=session, by=world.carer)
    assert sessions.join_session(session=session, by=world.carer) == seat
    assert live.revision(session) == 2


def test_join_refuses_strangers_and_closed_sessions(world: World) -> None:
    session = open_session(world)
    with pytest.raises(OutsidePartnership):
        sessions.join_session(session=session, by=World(slug="other").carer)
    close(session, world)
    with pytest.raises(sessions.UnableToJoinSession, match="has closed"):
        sessions.join_session(session=session, by=world.carer)
    with pytest.raises(sessions.UnableToJoinSession, match="has closed"):
        sessions.join_as_guest(session=session, display_name="Late Wren", role=Role.CARER)
    assert not Participant.objects.filter(display_name="Late Wren").exists()


# -- cards ---------------------------------------------------------------------------------------


def test_add_card_puts_an_idea_on_the_board(world: World) -> None:
    session = at_step(open_session(world), SessionStep.SHARE, world)
    sessions.join_session(session=session, by=world.guest)
    before = live.revision(session)
    card = cards.add_card(session=session, text="A café", by=world.guest)
    assert (card.by, card.text, card.is_on_behalf) == (world.guest, "A café", False)
    assert live.revision(session) == before + 1


def test_add_card_is_for_the_sharing_step_and_people_in_the_room(world: World) -> None:
    session = open_session(world)
    sessions.join_session(session=session, by=world.carer)
    with pytest.raises(cards.UnableToAddCard, match="not started"):
        cards.add_card(session=session, text="Early", by=world.carer)
    session = at_step(session, SessionStep.SHARE, world)
    with pytest.raises(cards.UnableToAddCard, match="join the session"):
        cards.add_card(session=session, text="From outside", by=world.partner)
    session = sessions.move_session(session=session, step=SessionStep.CHOOSE, by=world.facilitator)
    with pytest.raises(cards.UnableToAddCard, match="moved on to choosing"):
        cards.add_card(session=session, text="Late", by=world.carer)
    with pytest.raises(OutsidePartnership):
        cards.add_card(session=session, text="Over the wall", by=World(slug="other").carer)
    assert not Card.objects.exists()


def test_add_card_for_somebody_says_who_wrote_it_down(world: World) -> None:
    session, *_cards = choosing(world)
    card = cards.add_card(
        session=session,
        text="From the flip chart",
        by=None,
        entered_by=world.facilitator,
        channel=Channel.PAPER,
        whose_words=WhoseWords.SUMMARY,
    )
    assert (card.by, card.entered_by, card.channel) == (None, world.facilitator, Channel.PAPER)
    with pytest.raises(PermissionRefused):
        cards.add_card(session=session, text="No", by=world.carer, entered_by=world.partner)
    with pytest.raises(PermissionRefused):
        cards.add_card(session=session, text="Nobody’s", by=None)


def test_hide_card_keeps_it_listed_gives_dots_back_and_tells_its_author(world: World) -> None:
    session, card, _other = choosing(world)
    cards.place_dot(card=card, by=world.service_user)
    before = live.revision(session)
    cards.hide_card(card=card, by=world.facilitator, reason="It names a neighbour.")
    cards.hide_card(card=card, by=world.facilitator, reason="Again")
    card.refresh_from_db()
    assert (card.hidden_by, card.hidden_reason) == (world.facilitator, "It names a neighbour.")
    assert card.dot_count == 0
    assert not Dot.objects.filter(card=card).exists()
    assert live.revision(session) == before + 1
    entry = last_entry("card_hidden")
    assert "neighbour" not in entry.line
    assert RecordContent.objects.get(seq=entry.seq).content["reason"] == "It names a neighbour."
    assert "It names a neighbour." in Notice.objects.get(participant=world.carer).text
    with pytest.raises(cards.UnableToPlaceDot, match="taken off"):
        cards.place_dot(card=card, by=world.service_user)


def test_hide_card_is_for_facilitators_while_the_session_is_open(world: World) -> None:
    session, card, _other = choosing(world)
    with pytest.raises(PermissionRefused):
        cards.hide_card(card=card, by=world.carer, reason="Mine")
    close(session, world)
    with pytest.raises(cards.UnableToHideCard):
        cards.hide_card(card=card, by=world.facilitator, reason="Late")


# -- dots ----------------------------------------------------------------------------------------


def test_place_dot_counts_until_none_is_left_and_take_dot_back_frees_one(world: World) -> None:
    session, card, other = choosing(world)
    for _each in range(3):
        cards.place_dot(card=card, by=world.carer)
    with pytest.raises(cards.UnableToPlaceDot, match="all your dots"):
        cards.place_dot(card=other, by=world.carer)
    before = live.revision(session)
    assert cards.take_dot_back(card=card, by=world.carer)
    assert not cards.take_dot_back(card=other, by=world.carer)
    cards.place_dot(card=other, by=world.carer)
    card.refresh_from_db()
    other.refresh_from_db()
    assert (card.dot_count, other.dot_count) == (2, 1)
    assert live.revision(session) == before + 2
    assert set(Dot.objects.values_list("number", flat=True)) == {1, 2, 3}


def test_dots_are_for_the_choosing_step_and_people_in_the_room(world: World) -> None:
    session, card, _other = choosing(world)
    with pytest.raises(cards.UnableToPlaceDot, match="join the session"):
        cards.place_dot(card=card, by=world.partner)
    with pytest.raises(OutsidePartnership):
        cards.place_dot(card=card, by=World(slug="other").carer)
    sessions.move_session(session=session, step=SessionStep.SHARE, by=world.facilitator)
    for act in (cards.place_dot, cards.take_dot_back):
        with pytest.raises(cards.UnableToPlaceDot, match="sharing ideas"):
            act(card=card, by=world.carer)


def test_the_database_refuses_a_dot_too_many(world: World) -> None:
    session, card, _other = choosing(world)
    cards.place_dot(card=card, by=world.carer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dot.objects.create(session=session, card=card, participant=world.carer, number=1)


# -- moving on and closing -----------------------------------------------------------------------


def test_move_session_goes_one_step_at_a_time(world: World) -> None:
    session = open_session(world)
    with pytest.raises(sessions.UnableToMoveSession, match="one step"):
        sessions.move_session(session=session, step=SessionStep.CHOOSE, by=world.facilitator)
    with pytest.raises(sessions.UnableToMoveSession, match="close it"):
        sessions.move_session(session=session, step=SessionStep.CLOSED, by=world.facilitator)
    with pytest.raises(PermissionRefused):
        sessions.move_session(session=session, step=SessionStep.SHARE, by=world.provider)
    session = sessions.move_session(session=session, step=SessionStep.SHARE, by=world.facilitator)
    rev = live.revision(session)
    sessions.move_session(session=session, step=SessionStep.SHARE, by=world.facilitator)
    assert live.revision(session) == rev
    close(session, world)
    with pytest.raises(sessions.UnableToMoveSession, match="has closed"):
        sessions.move_session(session=session, step=SessionStep.CHOOSE, by=world.facilitator)


def close(session: DesignSession, world: World, *chosen: Card, words: str = "") -> DesignSession:
    return sessions.close_session(
        session=session, chosen=chosen, closing_words=words, by=world.facilitator
    )


def test_close_session_writes_minutes_and_turns_chosen_cards_into_proposals(world: World) -> None:
    session, _card, other = choosing(world)
    cards.place_dot(card=other, by=world.carer)
    closed = close(session, world, other, words="We meet again in May.")
    assert (closed.step, closed.code, closed.closed_by) == ("closed", "", world.facilitator)
    link = CardProposal.objects.get()
    assert (link.source, link.made_by) == (other, world.facilitator)
    proposal = link.target
    assert (proposal.title, proposal.status) == ("A phone line", ProposalStatus.OPEN)
    assert (proposal.by, proposal.channel) == (world.service_user, Channel.SESSION)
    assert session.question in proposal.why
    for words in (
        "What would make August easier?",
        "1 – A phone line\n0 – A café on Saturdays",
        "What the group chose\nA phone line",
        "We meet again in May.",
        "Carer: fewer than 8",
    ):
        assert words in closed.minutes
    entry = last_entry("session_closed")
    assert ref(proposal) in entry.line
    assert "May" not in entry.line
    assert "May" in RecordContent.objects.get(seq=entry.seq).content["closing_words"]
    assert last_entry("card_chosen").subject == ref(other)
    mine = Notice.objects.filter(participant=world.service_user).latest("pk")
    assert mine.url == proposal.get_absolute_url()
    assert "has closed" in Notice.objects.get(participant=world.carer).text
    assert not Notice.objects.filter(participant=world.facilitator).exists()


def test_close_session_twice_is_closing_once(world: World) -> None:
    session, card, _other = choosing(world)
    close(session, world, card)
    close(session, world, card)
    assert Proposal.objects.count() == 1
    assert RecordEntry.objects.filter(kind="session_closed").count() == 1


def test_close_session_enters_for_people_who_are_not_named_or_have_left(world: World) -> None:
    session, card, _other = choosing(world)
    paper = cards.add_card(
        session=session, text="From paper", by=None, entered_by=world.facilitator
    )
    people.remove_participant(participant=world.carer, by=world.admin, reason="moved away")
    close(session, world, card, paper)
    for proposal in Proposal.objects.all():
        assert (proposal.by, proposal.entered_by) == (world.facilitator, world.facilitator)
    assert CardProposal.objects.count() == 2


def test_close_session_refuses_hidden_and_foreign_cards_and_other_roles(world: World) -> None:
    session, card, _other = choosing(world)
    _session, foreign, _third = choosing(world)
    cards.hide_card(card=card, by=world.facilitator, reason="Rude")
    for wrong in (card, foreign):
        with pytest.raises(sessions.UnableToCloseSession):
            close(session, world, wrong)
    with pytest.raises(PermissionRefused):
        sessions.close_session(session=session, chosen=[], closing_words="", by=world.carer)
    session.refresh_from_db()
    assert session.is_open


def test_close_session_is_all_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    session, card, _other = choosing(world)
    append = record.append

    def fail(kind: str, **kwargs: object) -> object:
        if kind == "session_closed":
            raise RuntimeError("no record")
        return append(kind, **kwargs)

    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        close(session, world, card)
    session.refresh_from_db()
    assert session.is_open
    assert not Proposal.objects.exists()
    assert not CardProposal.objects.exists()


def test_long_cards_become_proposals_with_a_shortened_title_and_all_their_words(
    world: World,
) -> None:
    session, *_cards = choosing(world)
    text = "word " * 55
    card = cards.add_card(
        session=session, text=text.strip(), by=world.carer, entered_by=world.facilitator
    )
    close(session, world, card)
    proposal = Proposal.objects.get()
    assert len(proposal.title) <= 120
    assert proposal.title.endswith("…")
    assert text.strip() in proposal.why
    assert (proposal.by, proposal.entered_by) == (world.carer, world.facilitator)
