"""Pages of design sessions, as a browser without JavaScript uses them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from codesign import boards
from codesign.enums import SessionStep
from codesign.models import Card, DesignSession
from codesign.operations import cards, sessions
from portal import live, seats
from portal.enums import Role
from portal.hub import Audience
from portal.models import Participant
from tests.codesign.test_sessions import at_step, choosing, close, open_session
from tests.world import World

pytestmark = pytest.mark.django_db
EVERYBODY = Audience("participant", "en-gb")


@pytest.fixture
def world() -> World:
    cache.clear()
    return World()


def browser(participant: Participant | None = None) -> Client:
    """A browser of somebody: signed in, or with their seat as a guest."""
    client = Client(enforce_csrf_checks=False)
    if participant is None:
        return client
    if participant.user is None:
        from django.http import HttpResponse

        answer = HttpResponse()
        seats.give(answer, participant, secure=False)
        client.cookies = answer.cookies
        return client
    if participant.is_staff:
        Authenticator.objects.get_or_create(
            user=participant.user, type=Authenticator.Type.TOTP, defaults={"data": {}}
        )
    client.force_login(participant.user)
    return client


def test_a_guest_joins_by_code_in_three_screens_and_adds_an_idea(world: World) -> None:
    session = at_step(open_session(world), SessionStep.SHARE, world)
    phone = browser()
    assert "7K3-QDP" in phone.get(reverse("codesign:join")).content.decode()
    typed = f" {session.code[:3].lower()} - {session.code[3:].lower()}"
    answer = phone.post(reverse("codesign:join"), {"code": typed}, follow=True)
    assert answer.redirect_chain == [(f"/j/{session.code_shown}/", 302)]
    offered = re.search(r'name="display_name" value="(\w+ \w+)"', answer.content.decode())
    assert offered
    answer = phone.post(
        f"/j/{session.code_shown}/",
        {
            "display_name": offered[1],
            "role": "service_user",
            "easy_read": "on",
            "larger_text": "on",
        },
        follow=True,
    )
    page = answer.content.decode()
    guest = Participant.objects.get(display_name=offered[1])
    assert answer.redirect_chain == [(session.get_absolute_url(), 302)]
    assert "Your three words are: " in page
    assert "tl-larger" in page
    assert "Write your idea. Press the button." in page  # easy words
    answer = phone.post(
        reverse("codesign:add_card", args=[world.slug, session.pk]),
        {"text": "A <b>café</b>", "once": "k1"},
        follow=True,
    )
    assert "A &lt;b&gt;café&lt;/b&gt;" in answer.content.decode()
    assert Card.objects.get().by == guest
    # The three words are shown once, and bring the guest back on another phone.
    words = re.search(r"words are: ([a-z]+ [a-z]+ [a-z]+)\.", page)
    assert words
    assert words[1] not in phone.get(session.get_absolute_url()).content.decode()
    other = browser()
    answer = other.post(f"/j/{session.code_shown}/", {"phrase": words[1]}, follow=True)
    assert f'tl-person__name">{guest.display_name}' in answer.content.decode()
    assert Participant.objects.filter(display_name=guest.display_name).count() == 1


def test_join_answers_wrong_codes_alike_and_not_for_ever(world: World) -> None:
    session = open_session(world)
    phone = browser()
    message = "We cannot find an open session with this code."
    answers = [
        phone.post(reverse("codesign:join"), {"code": "AAA-AAA"}),
        phone.get("/j/AAAAAA/"),
        phone.post("/j/zzz/", {"display_name": "X", "role": "carer"}),
    ]
    for answer in answers:
        assert answer.status_code == 404
        assert message in answer.content.decode()
    for _each in range(7):
        assert phone.get("/j/AAAAAA/").status_code == 404
    assert phone.get("/j/AAAAAA/").status_code == 429
    # Not even a right code helps now; another sender's still does.
    assert phone.get(f"/j/{session.code}/").status_code == 429
    assert browser().get(f"/j/{session.code}/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_whole_room_joins_through_one_address(world: World) -> None:
    session = open_session(world)
    for _each in range(25):
        answer = browser().get(f"/j/{session.code}/")
        assert answer.status_code == 200


def test_rejoin_is_not_tried_for_ever(world: World) -> None:
    session = open_session(world)
    _guest, phrase = sessions.join_as_guest(
        session=session, display_name="Blue Kite", role=Role.CARER
    )
    phone = browser()
    for _each in range(10):
        answer = phone.post(f"/j/{session.code}/", {"phrase": "apple apple apple"})
        assert answer.status_code == 422
    assert phone.post(f"/j/{session.code}/", {"phrase": phrase}).status_code == 429


def test_join_code_asks_people_of_the_partnership_nothing(world: World) -> None:
    session = open_session(world)
    for person in (world.carer, world.guest):
        client = browser(person)
        assert person.display_name in client.get(f"/j/{session.code}/").content.decode()
        assert client.post(f"/j/{session.code}/").url == session.get_absolute_url()
        assert session.seats.filter(participant=person).count() == 1
    assert Participant.objects.filter(display_name="Maureen").count() == 1


def test_session_lets_only_its_own_people_in(world: World) -> None:
    session = open_session(world)
    urls = [
        reverse(f"codesign:{name}", args=[world.slug, session.pk])
        for name in ("session", "session_board", "join_sheet", "close_session", "enter_card")
    ]
    other = World(slug="other")
    for url in urls:
        assert browser().get(url).status_code == 302  # to sign in
        assert browser(other.facilitator).get(url).status_code == 404
        elsewhere = url.replace("/p/norfolk/", "/p/other/")
        assert browser(other.facilitator).get(elsewhere).status_code == 404
    for url in urls[2:]:
        assert browser(world.carer).get(url).status_code == 403


def test_session_page_has_a_seat_button_for_people_who_came_by_link(world: World) -> None:
    session = open_session(world)
    client = browser(world.carer)
    assert "Go into the room" in client.get(session.get_absolute_url()).content.decode()
    client.post(reverse("codesign:join_session", args=[world.slug, session.pk]))
    page = client.get(session.get_absolute_url()).content.decode()
    assert "Go into the room" not in page
    assert "3 left" in page


def test_a_facilitator_runs_a_session_by_form_posts(world: World) -> None:
    client = browser(world.facilitator)
    url = reverse("codesign:open_session", args=[world.slug, world.workspace.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url, {"title": "Breaks", "question": "How?", "dots_each": "2"})
    session = DesignSession.objects.get()
    assert answer.url == session.get_absolute_url()
    move = reverse("codesign:move_session", args=[world.slug, session.pk])
    assert "On to: Share ideas" in client.get(session.get_absolute_url()).content.decode()
    client.post(move, {"step": "share"})
    client.post(
        reverse("codesign:enter_card", args=[world.slug, session.pk]),
        {"text": "From paper", "by": "", "channel": "paper", "whose_words": "own"},
    )
    client.post(move, {"step": "choose"})
    card = Card.objects.get()
    page = client.post(
        reverse("codesign:place_dot", args=[world.slug, card.pk]), {"once": "a"}, follow=True
    ).content.decode()
    assert "1 left" in page
    assert "Written down by Frances" in page
    big = client.get(session.get_absolute_url() + "?presenter=1").content.decode()
    assert "tl-presenter" in big
    assert session.code_shown in big
    assert "1 dot" not in re.sub(r"\s+", " ", big).split('id="board"')[1]
    close_url = reverse("codesign:close_session", args=[world.slug, session.pk])
    assert "From paper" in client.get(close_url).content.decode()
    page = client.post(
        close_url, {"chosen": [card.pk], "closing_words": "Thank you"}, follow=True
    ).content.decode()
    assert "Minutes" in page
    assert "Now a suggestion:" in page


def test_hide_card_asks_for_a_reason_and_shows_it_to_everybody(world: World) -> None:
    session, card, _other = choosing(world)
    url = reverse("codesign:hide_card", args=[world.slug, card.pk])
    client = browser(world.facilitator)
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "It names a neighbour."})
    page = browser(world.carer).get(session.get_absolute_url()).content.decode()
    assert "It names a neighbour." in page
    assert "A café on Saturdays" not in page.split('id="board"')[1]
    assert browser(world.carer).get(url).status_code == 403


def test_place_dot_twice_with_one_key_counts_once_and_too_many_are_said_kindly(
    world: World,
) -> None:
    _session, card, _other = choosing(world)
    client = browser(world.carer)
    url = reverse("codesign:place_dot", args=[world.slug, card.pk])
    for _each in range(2):
        client.post(url, {"once": "same"})
    card.refresh_from_db()
    assert card.dot_count == 1
    for _each in range(2):
        client.post(url)
    page = client.post(url, follow=True).content.decode()
    assert "You have placed all your dots. Take one back to move it." in page
    back = reverse("codesign:take_dot_back", args=[world.slug, card.pk])
    page = client.post(back, follow=True).content.decode()
    assert "1 left" in page


def test_a_late_card_is_refused_with_its_words_kept(world: World) -> None:
    session, *_cards = choosing(world)
    answer = browser(world.carer).post(
        reverse("codesign:add_card", args=[world.slug, session.pk]), {"text": "My late words"}
    )
    assert answer.status_code == 422
    assert "The group has moved on to choosing." in answer.content.decode()
    assert "My late words" in answer.content.decode()


def test_a_card_that_is_too_long_stays_in_its_field(world: World) -> None:
    session = at_step(open_session(world), SessionStep.SHARE, world)
    sessions.join_session(session=session, by=world.carer)
    answer = browser(world.carer).post(
        reverse("codesign:add_card", args=[world.slug, session.pk]), {"text": "x" * 281}
    )
    assert answer.status_code == 422
    assert "1 character too long" in answer.content.decode()
    assert "x" * 281 in answer.content.decode()


def test_htmx_gets_the_room_alone(world: World) -> None:
    _session, card, _other = choosing(world)
    client = browser(world.carer)
    answer = client.post(
        reverse("codesign:place_dot", args=[world.slug, card.pk]),
        {"once": "k"},
        follow=True,
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode().strip()
    assert page.startswith('<div id="room">')
    assert "2 left" in page
    assert page.count('id="board"') == 1


def test_session_board_answers_the_fragment_or_nothing_new(world: World) -> None:
    session, _card, _other = choosing(world)
    client = browser(world.carer)
    url = reverse("codesign:session_board", args=[world.slug, session.pk])
    answer = client.get(url, {"rev": "1"})
    rev = live.revision(session)
    assert answer.headers["X-Rev"] == str(rev)
    html = answer.content.decode()
    assert html.lstrip().startswith('<div id="board"')
    assert f'data-live-rev="{rev}"' in html
    assert html == boards.render(f"designsession:{session.pk}", EVERYBODY)[1]
    assert client.get(url, {"rev": rev}).status_code == 204
    assert client.get(url, {"rev": "nonsense"}).status_code == 200


def test_the_fragment_is_of_its_audience_and_never_of_a_person(world: World) -> None:
    session, card, _other = choosing(world)
    cards.place_dot(card=card, by=world.carer)
    topic = f"designsession:{session.pk}"
    boards_seen = {
        kind: boards.render(topic, Audience(kind, "en-gb"))[1]
        for kind in ("participant", "facilitator", "presenter")
    }
    for html in boards_seen.values():
        assert "csrfmiddlewaretoken" not in html
        assert 'name="once"' not in html
    assert "1 dot" in boards_seen["facilitator"]
    assert "1 dot<" not in boards_seen["participant"]
    assert "1 dot<" not in boards_seen["presenter"]
    assert "Take off the board" not in boards_seen["participant"]
    assert "Service user: fewer than 8" in boards_seen["participant"]
    assert "Service user: 1" in boards_seen["facilitator"]
    same = [
        browser(p).get(reverse("codesign:session_board", args=[world.slug, session.pk])).content
        for p in (world.carer, world.service_user)
    ]
    assert same[0] == same[1]


def test_totals_are_shown_to_everybody_once_closed(world: World) -> None:
    session, card, _other = choosing(world)
    cards.place_dot(card=card, by=world.carer)
    close(session, world, card)
    _rev, html = boards.render(f"designsession:{session.pk}", EVERYBODY)
    assert "1 dot" in html
    assert "Now a suggestion:" in html


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("step", [SessionStep.SHARE, SessionStep.CLOSED])
def test_the_board_asks_as_much_for_three_cards_as_for_one(
    world: World,
    number: int,
    step: SessionStep,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = at_step(open_session(world), SessionStep.SHARE, world)
    sessions.join_session(session=session, by=world.carer)
    made = [
        cards.add_card(session=session, text=f"Idea {n}", by=world.carer) for n in range(number)
    ]
    if step == SessionStep.CLOSED:
        close(session, world, *made)
    # the session, its revision, its cards, its seats; once closed, the links to proposals
    with django_assert_num_queries(5 if step == SessionStep.CLOSED else 4):
        boards.render(f"designsession:{session.pk}", EVERYBODY)


def test_join_sheet_and_its_qr_code_open_the_join_page(world: World) -> None:
    session = open_session(world)
    client = browser(world.facilitator)
    sheet = client.get(reverse("codesign:join_sheet", args=[world.slug, session.pk]))
    assert session.code_shown in sheet.content.decode()
    qr = client.get(reverse("codesign:join_qr", args=[world.slug, session.pk]))
    assert qr.headers["Content-Type"] == "image/svg+xml"
    assert qr.content.startswith(b"<svg")
    close(session, world)
    assert client.get(qr.request["PATH_INFO"]).status_code == 404


def test_a_closed_session_keeps_its_page_but_not_its_code(world: World) -> None:
    session, card, _other = choosing(world)
    code = session.code
    close(session, world, card)
    page = browser(world.guest).get(session.get_absolute_url()).content.decode()
    assert "Minutes" in page
    assert browser().get(f"/j/{code}/").status_code == 404
