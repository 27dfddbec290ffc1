"""Rounds of statements, for tests."""

from datetime import timedelta

from codesign.enums import Stance
from codesign.models import (
    Stage,
    Statement,
    StatementAnswer,
    StatementRound,
    Workspace,
)
from codesign.operations import statements
from portal import clock
from portal.models import Notice, Participant, ref
from tests.world import World

FIRST = ("A break is long enough.", "I know whom to ring.", "The form is easy.")


def a_round(world: World, *words: str, workspace: Workspace | None = None) -> StatementRound:
    """An open round of a space that listens, with FIRST unless other words are given."""
    return statements.open_statements(
        workspace=workspace or world.workspace,
        question="What makes a break a real break?",
        first=words or FIRST,
        by=world.facilitator,
    )


def answer(statement: Statement, by: Participant, stance: Stance = Stance.AGREE) -> StatementAnswer:
    return statements.answer_statement(
        statement=Statement.objects.get(pk=statement.pk), stance=stance, by=by
    )


def suggest(rounded: StatementRound, by: Participant, words: str = "Buses run late.") -> Statement:
    return statements.suggest_statement(rounded=rounded, words=words, by=by)


def stop_listening(workspace: Workspace) -> None:
    """As if the stage had ended yesterday."""
    yesterday = clock.today() - timedelta(days=1)
    Stage.objects.filter(workspace=workspace).update(closes_on=yesterday)


def notices_to(person: Participant, about: StatementRound) -> list[str]:
    found = Notice.objects.filter(participant=person, subject=ref(about)).order_by("pk")
    return list(found.values_list("text", flat=True))
