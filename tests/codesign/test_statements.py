"""Statements: opening a round, suggesting and reading, and what stays of them."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from codesign.enums import OpenTo, StageKind, Stance, StatementStatus
from codesign.models import (
    Member,
    OpenRole,
    Statement,
    StatementRound,
    TakingPart,
    Workspace,
)
from codesign.operations import statements, workspaces
from codesign.queries import statements as queries
from codesign.queries.record import hidden_words
from portal import live, notices, permissions, record
from portal.enums import Duty, Role
from portal.models import Notice, RecordContent, RecordEntry, ref
from portal.operations import leaving, people
from tests.codesign.statement import FIRST, a_round, answer, notices_to, stop_listening, suggest
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(stage=StageKind.LISTEN)


@pytest.fixture
def opened(world: World) -> StatementRound:
    return a_round(world)


@pytest.fixture
def statement(opened: StatementRound) -> Statement:
    return opened.statements.order_by("pk")[0]


# -- opening ---------------------------------------------------------------------------------------


def test_open_statements_shows_the_first_ones_and_tells_who_follows(world: World) -> None:
    notices.follow(world.carer, world.workspace)
    before = live.revision(world.workspace)
    opened = a_round(world, " A break is long enough. ", "", "a BREAK is  long enough.", "Two.")
    shown = opened.statements.order_by("pk")
    assert [each.words for each in shown] == ["A break is long enough.", "Two."]
    assert {each.status for each in shown} == {StatementStatus.SHOWN}
    (entry,) = RecordEntry.objects.filter(kind="statements_opened")
    assert entry.subject == ref(opened)
    assert f'"workspace":"{ref(world.workspace)}"' in entry.line
    assert RecordContent.objects.get(seq=entry.seq).content == {"question": opened.question}
    each = RecordEntry.objects.filter(kind="statement_shown").order_by("seq")
    assert [RecordContent.objects.get(seq=e.seq).content["words"] for e in each] == [
        "A break is long enough.",
        "Two.",
    ]
    assert live.revision(opened) == 1
    assert live.revision(world.workspace) > before
    (told,) = notices_to(world.carer, opened)
    assert "do you agree or not" in told
    assert notices_to(world.facilitator, opened) == []


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ([], "at least one"),
        (["", "  "], "at least one"),
        (["x" * 141], "too long"),
        ([f"Number {n}." for n in range(101)], "more than 100"),
    ],
)
def test_open_statements_refuses_what_nobody_could_answer(
    world: World, first: list[str], said: str
) -> None:
    with pytest.raises(statements.UnableToOpenStatements, match=said):
        statements.open_statements(
            workspace=world.workspace, question="Q?", first=first, by=world.facilitator
        )
    assert not StatementRound.objects.exists()


def test_open_statements_is_for_a_space_that_listens_and_one_at_a_time(
    world: World, opened: StatementRound
) -> None:
    with pytest.raises(statements.UnableToOpenStatements, match="open here already"):
        a_round(world)
    later = world.open_workspace("Later", StageKind.SUGGEST)
    with pytest.raises(statements.UnableToOpenStatements, match="stage"):
        a_round(world, workspace=later)
    statements.close_statements(rounded=opened, by=world.facilitator)
    assert a_round(world).is_open


def test_open_statements_is_for_facilitators_of_the_same_partnership(world: World) -> None:
    for who in (world.moderator, world.provider, World(slug="other").facilitator):
        with pytest.raises((permissions.PermissionRefused, permissions.OutsidePartnership)):
            statements.open_statements(
                workspace=world.workspace, question="Q?", first=FIRST, by=who
            )


def test_a_space_with_an_open_round_is_not_closed(world: World, opened: StatementRound) -> None:
    with pytest.raises(workspaces.UnableToCloseWorkspace, match="real break"):
        workspaces.close_workspace(workspace=world.workspace, reason="Done.", by=world.facilitator)


# -- suggesting ------------------------------------------------------------------------------------


def test_suggest_statement_waits_and_the_record_never_says_whose_it_is(
    world: World, opened: StatementRound
) -> None:
    before = live.revision(opened)
    suggested = suggest(opened, world.carer)
    assert suggested.is_waiting
    (entry,) = RecordEntry.objects.filter(kind="statement_suggested")
    assert entry.subject == ref(suggested)
    assert '"role":"carer"' in entry.line
    assert ref(world.carer) not in entry.line
    assert not RecordContent.objects.filter(seq=entry.seq).exists()  # nobody has read it yet
    assert live.revision(opened) > before
    assert TakingPart.objects.filter(workspace=world.workspace, participant=world.carer).exists()
    for reader in (world.facilitator, world.moderator):
        assert notices_to(reader, opened) == ["A statement that somebody suggests waits to be read"]
    suggest(opened, world.service_user, "Another.")
    assert len(notices_to(world.moderator, opened)) == 1  # told once, while something waits
    told = Notice.objects.filter(participant=world.moderator).get()
    assert told.url == reverse("codesign:waiting_statements", args=["norfolk"])


def test_suggest_statement_is_refused_without_words_twice_and_too_often(
    world: World, opened: StatementRound
) -> None:
    for words in (" ", "x" * 141):
        with pytest.raises(statements.UnableToSuggestStatement, match="one short sentence"):
            suggest(opened, world.carer, words)
    with pytest.raises(statements.UnableToSuggestStatement, match="there already"):
        suggest(opened, world.carer, "the FORM is  easy.")
    for number in range(statements.MOST_WAITING):
        suggest(opened, world.carer, f"Number {number}.")
    with pytest.raises(statements.UnableToSuggestStatement, match="wait to be read"):
        suggest(opened, world.carer, "One more.")
    assert suggest(opened, world.service_user, "Number 0.").is_waiting  # unread words stay secret


def test_suggest_statement_is_refused_in_a_full_round(world: World) -> None:
    opened = a_round(world, *[f"Number {n}." for n in range(statements.MOST)])
    with pytest.raises(statements.UnableToSuggestStatement, match="100 statements"):
        suggest(opened, world.carer)


def test_nobody_answers_or_suggests_outside_the_listen_stage_nor_once_it_is_closed(
    world: World, opened: StatementRound, statement: Statement
) -> None:
    stop_listening(world.workspace)
    with pytest.raises(statements.UnableToSuggestStatement, match="not open"):
        suggest(opened, world.carer)
    with pytest.raises(statements.UnableToAnswerStatement, match="not open"):
        answer(statement, world.carer)
    statements.close_statements(rounded=opened, by=world.facilitator)
    with pytest.raises(statements.UnableToSuggestStatement, match="is closed"):
        suggest(opened, world.carer)
    with pytest.raises(statements.UnableToAnswerStatement, match="is closed"):
        answer(statement, world.carer)


def test_only_those_whom_the_space_admits_answer_and_suggest(
    world: World, opened: StatementRound, statement: Statement
) -> None:
    Workspace.objects.filter(pk=world.workspace.pk).update(open_to=OpenTo.ROLES)
    OpenRole.objects.create(workspace=world.workspace, role=Role.SERVICE_USER)
    with pytest.raises(statements.UnableToAnswerStatement, match="asked into it"):
        answer(statement, world.carer)
    with pytest.raises(statements.UnableToSuggestStatement, match="asked into it"):
        suggest(opened, world.carer)
    assert answer(statement, world.service_user).stance == Stance.AGREE
    Member.objects.create(workspace=world.workspace, participant=world.carer)
    assert suggest(opened, world.carer).is_waiting


# -- reading ---------------------------------------------------------------------------------------


def test_show_statement_lets_everybody_answer_and_tells_the_author_in_confidence(
    world: World, opened: StatementRound
) -> None:
    suggested = suggest(opened, world.carer)
    with pytest.raises(statements.UnableToAnswerStatement, match="not shown"):
        answer(suggested, world.service_user)
    statements.show_statement(statement=suggested, by=world.moderator)
    answer(suggested, world.service_user)
    (entry,) = RecordEntry.objects.filter(kind="statement_shown", subject=ref(suggested))
    assert '"from":"carer"' in entry.line
    assert ref(world.carer) not in entry.line
    assert RecordContent.objects.get(seq=entry.seq).content == {"words": "Buses run late."}
    told = Notice.objects.get(participant=world.carer, subject=ref(opened))
    assert "Buses run late." in told.text
    assert not told.is_public  # an e-mail that repeats the words would say whose they are
    with pytest.raises(statements.UnableToShowStatement, match="Somebody else"):
        statements.show_statement(statement=suggested, by=world.facilitator)


def test_decline_statement_says_why_to_its_author_and_keeps_its_place(
    world: World, opened: StatementRound
) -> None:
    suggested = suggest(opened, world.carer, "Anna is always late.")
    declined = statements.decline_statement(
        statement=suggested, reason="It names a worker.", by=world.moderator
    )
    assert (declined.status, declined.declined_because) == (
        StatementStatus.DECLINED,
        "It names a worker.",
    )
    assert declined.read_by == world.moderator
    told = notices_to(world.carer, opened)
    assert told == [
        "Your statement “Anna is always late.” is not shown, because: It names a worker."
    ]
    (entry,) = RecordEntry.objects.filter(kind="statement_declined")
    assert RecordContent.objects.get(seq=entry.seq).content == {"reason": "It names a worker."}
    assert not any("Anna" in str(each.content) for each in RecordContent.objects.all())
    for act in (statements.show_statement, statements.decline_statement):
        more = {"reason": "x"} if act is statements.decline_statement else {}
        with pytest.raises(
            (statements.UnableToShowStatement, statements.UnableToDeclineStatement),
            match="Somebody else",
        ):
            act(statement=suggested, by=world.facilitator, **more)


def test_a_statement_that_was_shown_can_be_taken_off_and_leaves_copies_of_the_record(
    world: World, opened: StatementRound, statement: Statement
) -> None:
    answer(statement, world.carer)
    shown = RecordEntry.objects.get(kind="statement_shown", subject=ref(statement))
    assert shown not in set(hidden_words(world.partnership.pk))
    statements.decline_statement(statement=statement, reason="It hurts.", by=world.moderator)
    with pytest.raises(statements.UnableToAnswerStatement, match="not shown"):
        answer(statement, world.carer, Stance.DISAGREE)
    hidden = set(hidden_words(world.partnership.pk))
    assert shown in hidden
    assert RecordEntry.objects.get(kind="statement_declined") not in hidden
    assert queries.turn_of(opened, world.carer).of == 2


def test_ones_own_suggestion_is_for_another_to_read_unless_nobody_is_there(
    world: World, opened: StatementRound
) -> None:
    mine = suggest(opened, world.moderator)
    with pytest.raises(statements.UnableToShowStatement, match="your own"):
        statements.show_statement(statement=mine, by=world.moderator)
    with pytest.raises(statements.UnableToDeclineStatement, match="your own"):
        statements.decline_statement(statement=mine, reason="x", by=world.moderator)
    people.remove_duty(participant=world.facilitator, duty=Duty.FACILITATOR, by=world.admin)
    assert statements.show_statement(statement=mine, by=world.moderator).is_shown


def test_show_and_decline_are_for_facilitators_and_moderators(
    world: World, opened: StatementRound
) -> None:
    suggested = suggest(opened, world.carer)
    for who in (world.carer, world.provider, world.evaluator, World(slug="other").moderator):
        with pytest.raises((permissions.PermissionRefused, permissions.OutsidePartnership)):
            statements.show_statement(statement=suggested, by=who)
        with pytest.raises((permissions.PermissionRefused, permissions.OutsidePartnership)):
            statements.decline_statement(statement=suggested, reason="x", by=who)
    assert Statement.objects.get(pk=suggested.pk).is_waiting


# -- all or nothing, and leaving -------------------------------------------------------------------


@pytest.mark.parametrize("act", ["open", "suggest", "show", "decline", "close"])
def test_nothing_is_written_when_the_record_fails(
    world: World, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = a_round(world) if act != "open" else None
    waiting = suggest(opened, world.carer) if opened else None

    def state() -> list[object]:
        return [
            list(StatementRound.objects.values_list("closed_at", "result")),
            list(Statement.objects.order_by("pk").values_list("words", "status")),
            Notice.objects.count(),
            opened and live.revision(opened),
        ]

    before = state()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(record, "append", broken)
    acts: dict[str, Callable[[], object]] = {
        "open": lambda: a_round(world),
        "suggest": lambda: suggest(opened, world.service_user, "New."),  # type: ignore[arg-type]
        "show": lambda: statements.show_statement(statement=waiting, by=world.moderator),
        "decline": lambda: statements.decline_statement(
            statement=waiting, reason="x", by=world.moderator
        ),
        "close": lambda: statements.close_statements(rounded=opened, by=world.facilitator),
    }
    with pytest.raises(OSError, match="disk full"):
        acts[act]()
    assert state() == before


def test_who_deletes_their_account_leaves_answers_and_what_was_shown_but_nothing_unread(
    world: World, opened: StatementRound, statement: Statement
) -> None:
    shown = suggest(opened, world.carer, "Shown.")
    statements.show_statement(statement=shown, by=world.moderator)
    waiting = suggest(opened, world.carer, "My neighbour drinks.")
    answer(statement, world.carer)
    leaving.delete_account(user=world.carer.user)
    waiting.refresh_from_db()
    shown.refresh_from_db()
    statement.refresh_from_db()
    assert "neighbour" not in waiting.words
    assert waiting.status == StatementStatus.DECLINED
    assert shown.is_shown
    assert statement.heard == 1 == statement.answers.count()
