"""The pages of statements: one at a time with plain forms, one's own answers, findings, reading."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from codesign.enums import StageKind, Stance, StatementStatus
from codesign.models import Statement, StatementAnswer, StatementRound
from codesign.operations import statements
from portal import live
from portal.enums import Role, Visibility
from portal.models import Participant
from tests.codesign.statement import a_round, answer, stop_listening, suggest
from tests.codesign.test_common_ground import HATES, LOVES, crowd
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('1')</script> & \"more\" {{ 7*7 }}"


@pytest.fixture
def world() -> World:
    return World(stage=StageKind.LISTEN)


@pytest.fixture
def opened(world: World) -> StatementRound:
    return a_round(world)


def url(name: str, *args: object) -> str:
    return reverse(f"codesign:{name}", args=["norfolk", *args])


def words_on(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def press(client: Client, statement: Statement, stance: str, **more: object) -> object:
    return client.post(url("answer_statement", statement.pk), {"stance": stance}, **more)


def first_of(rounded: StatementRound) -> Statement:
    return rounded.statements.order_by("pk")[0]


def test_one_answers_all_one_after_the_other_without_javascript(
    world: World, opened: StatementRound
) -> None:
    client = signed_in(world.carer)
    for number in range(3):
        page = words_on(client, opened.get_absolute_url())
        assert f"{number} of 3 answered" in page
        shown = [each for each in opened.statements.all() if each.words in page]
        assert len(shown) == 1
        for stance in Stance:
            assert f'name="stance" value="{stance.value}"' in page
        response = press(client, shown[0], "disagree")
        assert response.headers["Location"] == opened.get_absolute_url()
    assert "You have answered all of them" in words_on(client, opened.get_absolute_url())
    assert StatementAnswer.objects.filter(by=world.carer, stance="disagree").count() == 3


def test_with_javascript_the_answer_brings_the_next_one_in_its_place(
    world: World, opened: StatementRound
) -> None:
    client = signed_in(world.carer)
    part = press(client, first_of(opened), "agree", headers={"HX-Request": "true"})
    page = part.content.decode()
    assert page.lstrip().startswith('<section class="tl-card" id="statement-turn"')
    assert "1 of 3 answered" in page
    assert "Kept: Agree." in page
    assert first_of(opened).words not in page
    assert "autofocus" in page  # whoever cannot see it is taken to the next statement


def test_what_i_said_is_seen_and_changed(world: World, opened: StatementRound) -> None:
    client, statement = signed_in(world.carer), first_of(opened)
    press(client, statement, "agree")
    mine = url("my_answers", opened.pk)
    page = words_on(client, mine)
    assert statement.words in page
    assert "You said: Agree." in page
    response = client.post(
        url("answer_statement", statement.pk), {"stance": "pass", "back": "mine"}
    )
    assert response.headers["Location"] == mine
    assert "You said: Pass, or not sure." in words_on(client, mine)
    assert statement.words not in words_on(signed_in(world.service_user), mine)
    stop_listening(world.workspace)
    assert "Change to" not in words_on(client, mine)


def test_an_answer_of_none_of_the_three_changes_nothing(
    world: World, opened: StatementRound
) -> None:
    client = signed_in(world.carer)
    for stance in ("", "love", "x" * 5000):
        assert press(client, first_of(opened), stance).status_code == 409
    assert not StatementAnswer.objects.exists()


def test_visitors_read_the_question_and_are_asked_to_sign_in(
    world: World, opened: StatementRound
) -> None:
    page = words_on(Client(), opened.get_absolute_url())
    assert opened.question in page
    assert "3 statements so far" in page
    assert "Sign in to answer" in page
    assert first_of(opened).words not in page


def test_a_round_of_a_closed_space_does_not_exist_for_others(world: World) -> None:
    quiet = World(slug="quiet", visibility=Visibility.PARTNERSHIP, stage=StageKind.LISTEN)
    opened = a_round(quiet)
    address = reverse("codesign:statements", args=["quiet", opened.pk])
    assert Client().get(address).status_code == 302
    assert signed_in(world.carer).get(address).status_code == 404
    assert signed_in(world.carer).get(url("statements", opened.pk)).status_code == 404


def test_a_suggestion_is_sent_read_and_answered_and_nobody_learns_whose_it_is(
    world: World, opened: StatementRound
) -> None:
    form = url("suggest_statement", opened.pk)
    author, moderator = signed_in(world.carer), signed_in(world.moderator)
    assert author.post(form, {"words": "x" * 141}).status_code == 422
    assert author.post(form, {"words": HOSTILE}).status_code == 302
    queue = words_on(moderator, url("waiting_statements"))
    assert escape(HOSTILE) in queue
    assert HOSTILE not in queue
    assert "From: Carer" in queue
    assert "Maureen" not in queue
    assert escape(HOSTILE) in words_on(moderator, url("moderation_queue"))
    assert "1 statement to read" in words_on(moderator, reverse("content:mine", args=["norfolk"]))
    suggested = Statement.objects.get(words=HOSTILE)
    assert moderator.post(url("show_statement", suggested.pk)).status_code == 302
    assert "Nothing waits" in words_on(moderator, url("waiting_statements"))
    reader = signed_in(world.service_user)
    for statement in opened.statements.exclude(pk=suggested.pk):
        press(reader, statement, "agree")
    page = words_on(reader, opened.get_absolute_url())
    assert escape(HOSTILE) in page
    assert HOSTILE not in page
    assert "Maureen" not in page


def test_a_suggestion_is_declined_with_a_reason_only(world: World, opened: StatementRound) -> None:
    suggested = suggest(opened, world.carer)
    client, form = signed_in(world.facilitator), url("decline_statement", suggested.pk)
    assert client.post(form, {"reason": " "}).status_code == 422
    assert Statement.objects.get(pk=suggested.pk).is_waiting
    assert client.post(form, {"reason": "Two things at once."}).status_code == 302
    assert Statement.objects.get(pk=suggested.pk).status == StatementStatus.DECLINED
    notices = words_on(signed_in(world.carer), reverse("portal:notices", args=["norfolk"]))
    assert "Two things at once." in notices
    assert client.post(form, {"reason": "Again."}).status_code == 422


def test_a_round_is_opened_from_lines_and_a_long_line_is_named(world: World) -> None:
    client, form = signed_in(world.facilitator), url("open_statements", world.workspace.pk)
    said = {"question": "Q?", "first": "One.\n\n" + "x" * 141}
    response = client.post(form, said)
    assert response.status_code == 422
    assert "Line 3 is too long" in response.content.decode()
    assert "One." in response.content.decode()  # nothing typed is lost
    assert client.post(form, {"question": "Q?", "first": "One.\r\n\r\nTwo.\r\n"}).status_code == 302
    assert StatementRound.objects.get().statements.count() == 2
    again = client.post(form, {"question": "Q?", "first": "Three."})
    assert again.status_code == 422
    assert "open here already" in again.content.decode()


def test_the_space_shows_an_open_round_and_later_what_was_found(
    world: World, opened: StatementRound
) -> None:
    front = world.workspace.get_absolute_url()
    client = signed_in(world.carer)
    page = words_on(client, front)
    assert "3 short statements: agree or not?" in page
    assert "About 1 minute." in page
    assert opened.question in words_on(client, reverse("content:mine", args=["norfolk"]))
    press(client, first_of(opened), "agree")
    assert "1 of 3 short statements answered" in words_on(client, front)
    statements.close_statements(rounded=opened, by=world.facilitator)
    for reader in (client, Client()):
        page = words_on(reader, front)
        assert "What people agree on, and what not" in page
        assert opened.get_absolute_url() in page
        assert "agree or not?" not in page
    assert opened.question not in words_on(client, reverse("content:mine", args=["norfolk"]))


def test_what_was_found_can_be_read_by_everybody_with_its_map(world: World) -> None:
    opened = a_round(world, HOSTILE, *[f"Number {n}." for n in range(7)])
    crowd(world, opened, (32, LOVES), (24, HATES))
    statements.close_statements(rounded=opened, by=world.facilitator)
    page = words_on(Client(), opened.get_absolute_url())
    assert "People who answered: about 55." in page
    assert escape(HOSTILE) in page
    assert HOSTILE not in page
    assert page.count('role="img"') == 1
    assert "Group 2" in page
    assert "What all groups share" in page
    assert "Not heard enough, so nothing here speaks for them:" in page
    for exact in ("56", "32", "24"):
        assert f">{exact}<" not in page
        assert f" {exact} people" not in page


def test_common_ground_so_far_is_a_fragment_that_asks_for_itself(
    world: World, opened: StatementRound
) -> None:
    client, page = signed_in(world.facilitator), url("see_common_ground", opened.pk)
    for person in (world.carer, world.moderator):
        assert signed_in(person).get(page).status_code == 403
    for _each in range(9):
        answer(first_of(opened), world.person(Role.CARER, with_account=False))
    whole = words_on(client, page)
    rev = live.revision(opened)
    assert f'data-live-rev="{rev}"' in whole
    assert "most agree" in whole
    assert client.get(page, {"rev": rev}).status_code == 204
    answer(first_of(opened), world.carer)
    part = client.get(page, {"rev": rev})
    assert part.headers["X-Rev"] == str(rev + 1)
    assert part.content.decode().lstrip().startswith('<div id="common-ground"')
    # Numbers of what a role said would let somebody watch one person arrive: there are none.
    assert "about 10" not in whole
    assert "about 10" not in part.content.decode()


def test_closing_asks_first_and_names_what_still_waits(
    world: World, opened: StatementRound
) -> None:
    suggest(opened, world.carer)
    client, page = signed_in(world.facilitator), url("close_statements", opened.pk)
    assert "1 statement still waits to be read" in words_on(client, page)
    opened.refresh_from_db()
    assert opened.is_open
    assert client.post(page).headers["Location"] == opened.get_absolute_url()
    assert client.post(page).status_code == 409
    assert "This round is closed already" in words_on(client, page)
    assert "Read what was found" in words_on(client, page)


def many_rounds(world: World, count: int) -> None:
    for _each in range(count):
        statements.close_statements(rounded=a_round(world), by=world.facilitator)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["statement_rounds", "waiting_statements", "my_answers", "found"])
def test_lists_cost_the_same_however_long(
    world: World, name: str, count: int, django_assert_num_queries: Callable
) -> None:
    many_rounds(world, count if name == "statement_rounds" else 0)
    opened = a_round(world, *[f"Number {n}." for n in range(count)])
    for number, statement in enumerate(opened.statements.all()):
        answer(statement, world.carer)
        suggest(opened, world.service_user, f"Suggested {number}.")
    who: Participant = world.carer
    if name == "statement_rounds":
        address = url(name, world.workspace.pk)
    elif name == "waiting_statements":
        address, who = url(name), world.moderator
    elif name == "my_answers":
        address = url(name, opened.pk)
    else:
        statements.close_statements(rounded=opened, by=world.facilitator)
        address = opened.get_absolute_url()
    client = signed_in(who)
    client.get(address)
    with django_assert_num_queries(
        {"statement_rounds": 7, "waiting_statements": 9, "my_answers": 8, "found": 7}[name]
    ):
        client.get(address)
