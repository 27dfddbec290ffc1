"""Rounds of short statements: opened, added to, answered by many, and one of them closed."""

from hashlib import sha256

from codesign.enums import Stance
from codesign.models import Statement, StatementRound
from codesign.operations import statements
from content.demo.story import Rank, Row, Story

SURE = 88  # of a hundred answers, those that are what somebody's camp or role says
OTHERWISE = (Stance.PASS, Stance.AGREE, Stance.DISAGREE)


def listen(story: Story) -> None:
    for row in story.rows("statement_rounds"):
        story.on(row["day"], Rank.SPEAK, _opens, row)
        for each in row["suggested"]:
            story.on(each["day"], Rank.PROPOSE, _suggests, row, each)
        last = row.get("closes", 0)
        for number, person in enumerate(_who_answers(story, row)):
            day = row["day"] + 1 + number % max(1, last - row["day"] - 1)
            story.on(min(day, last), Rank.REACT, _answers, row, person)
        if "closes" in row:
            story.on(row["closes"], Rank.MOVE, _closes, row)


def _who_answers(story: Story, row: Row) -> list[Row]:
    """Everybody who belongs to a camp and was here when the round was opened."""
    return [
        person
        for person in story.rows("participants")
        if "camp" in person and person["joined"] <= row["day"]
    ]


def _opens(story: Story, row: Row) -> None:
    story.statement_rounds[row["key"]] = statements.open_statements(
        workspace=story.space(row["workspace"]),
        question=row["question"],
        first=[each["words"] for each in row["first"]],
        by=story.people[row["by"]],
    )


def _round(story: Story, row: Row) -> StatementRound:
    return story.statement_rounds[row["key"]]


def _suggests(story: Story, row: Row, each: Row) -> None:
    """Somebody suggests a statement; it is read the same day, or still waits."""
    suggested = statements.suggest_statement(
        rounded=_round(story, row), words=each["words"], by=story.people[each["by"]]
    )
    if "declined" in each:
        statements.decline_statement(
            statement=suggested, reason=each["declined"], by=story.people[each["read_by"]]
        )
    elif "read_by" in each:
        statements.show_statement(statement=suggested, by=story.people[each["read_by"]])


def _answers(story: Story, row: Row, person: Row) -> None:
    """One visit: as many statements as somebody has patience for, those least heard first.

    As the page asks them, but among equals by words and not by keys of the database: so the same
    people always answer the same statements, and the round always has the same map.
    """
    said = {each["words"]: each for each in [*row["first"], *row["suggested"]]}
    by = story.people[person["key"]]
    patience = row["patience"] - _chance(person["key"], row["key"]) % 3
    shown = _round(story, row).statements.shown()
    asked = sorted(shown, key=lambda each: (each.heard, _chance(person["key"], each.words)))
    for statement in asked[:patience]:
        stance = _stance(said[statement.words], person, statement)
        statements.answer_statement(statement=statement, stance=stance, by=by)


def _stance(said: Row, person: Row, statement: Statement) -> Stance:
    """What their role would say if it has a mind of its own, else their camp; now and then not."""
    luck = _chance(person["key"], statement.words)
    if luck % 100 >= SURE:
        return OTHERWISE[luck % 3]
    return Stance(said.get(person["role"]) or said.get(person["camp"]) or "pass")


def _chance(*words: str) -> int:
    """A number that is always the same for the same words."""
    return int.from_bytes(sha256("|".join(words).encode()).digest()[:4])


def _closes(story: Story, row: Row) -> None:
    statements.close_statements(rounded=_round(story, row), by=story.people[row["by"]])
