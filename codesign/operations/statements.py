"""Writes about statements: opening a round, suggesting, reading, answering, closing.

Rows are held in one order, the round before its statements. Answering holds its statement alone:
closing waits for every answer that began before it, and none comes after.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import Stance, StatementStatus
from codesign.models import Statement, StatementAnswer, StatementRound, Workspace
from codesign.operations.workspaces import check_admitted, check_open, locked, take_part
from codesign.queries import common_ground, opinion_maps
from codesign.queries import statements as queries
from portal import clock, leaving, live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal

LONGEST = 140  # characters of a statement
MOST = 100  # statements in a round, shown or waiting
MOST_WAITING = 5  # of one person


class UnableToOpenStatements(Refusal):
    """The space does not listen now, has an open round, or a statement is missing or too long."""


class UnableToSuggestStatement(Refusal):
    """The round is over or full, it says so already, or this person's others wait to be read."""


class UnableToShowStatement(Refusal):
    """It was read meanwhile, the round is over, or it is one's own and others can read it."""


class UnableToDeclineStatement(Refusal):
    """It was declined already, or it is one's own and waits while others can read it."""


class UnableToAnswerStatement(Refusal):
    """The round is over, or the statement is not shown."""


class UnableToCloseStatements(Refusal):
    """It is closed already."""


def _same(words: str) -> str:
    """What two statements have in common that say the same."""
    return " ".join(words.split()).casefold()


def _held_round(rounded: StatementRound) -> StatementRound:
    """The round read afresh, its row held until the transaction ends."""
    StatementRound.objects.select_for_update(of=("self",)).get(pk=rounded.pk)
    return _round_now(rounded.pk)


def _round_now(pk: int) -> StatementRound:
    return StatementRound.objects.select_related("partnership", "workspace__partnership").get(pk=pk)


def _held(statement: Statement) -> Statement:
    """The statement read afresh and held, with its round as it is once nobody else holds it."""
    statement = (
        Statement.objects.select_for_update(of=("self",))
        .select_related("by", "partnership")
        .get(pk=statement.pk)
    )
    statement.round = _round_now(statement.round_id)
    return statement


# -- opening ---------------------------------------------------------------------------------------


@transaction.atomic
def open_statements(
    *, workspace: Workspace, question: str, first: Sequence[str], by: Participant
) -> StatementRound:
    """Begin a round with its first statements, which are shown at once. Doubles are left out.

    Whoever follows the space is told. Raises UnableToOpenStatements unless the space listens now
    and has no open round, and for no statement, too many, or one that is too long.
    """
    workspace = locked(workspace)
    permissions.check(by, "open_statements", workspace)
    check_open(workspace, "open_statements", by, UnableToOpenStatements)
    if StatementRound.objects.filter(workspace=workspace, closed_at=None).exists():
        raise UnableToOpenStatements(
            _("A round of statements is open here already. Close it first, then begin another.")
        )
    words = list({_same(each): each.strip() for each in reversed(first) if each.strip()}.values())
    words.reverse()
    _check_first(words)
    rounded = StatementRound.objects.create(
        partnership=workspace.partnership, workspace=workspace, question=question, opened_by=by
    )
    record.append(
        "statements_opened",
        by=by,
        subject=rounded,
        public={"workspace": ref(workspace), "statements": len(words)},
        content={"question": question},
    )
    for each in words:
        _show(_new(rounded, each, by), by)
    live.announce(rounded)
    live.announce(workspace)
    notices.queue(
        notices.followers(workspace),
        subject=rounded,
        text=_("Short statements: do you agree or not? %(question)s") % {"question": question},
        but_not=by,
    )
    return rounded


def _check_first(words: Sequence[str]) -> None:
    if not words:
        raise UnableToOpenStatements(_("Write at least one statement to begin with."))
    if len(words) > MOST:
        raise UnableToOpenStatements(
            _("Nobody can answer more than %(most)d statements. Please take some out.")
            % {"most": MOST}
        )
    for each in words:
        if len(each) > LONGEST:
            raise UnableToOpenStatements(
                _("“%(words)s …” is too long. A statement has at most %(most)d characters.")
                % {"words": each[:40], "most": LONGEST}
            )


def _new(rounded: StatementRound, words: str, by: Participant) -> Statement:
    return Statement.objects.create(
        partnership_id=rounded.partnership_id, round=rounded, words=words, by=by
    )


# -- suggesting and reading ------------------------------------------------------------------------


@transaction.atomic
def suggest_statement(*, rounded: StatementRound, words: str, by: Participant) -> Statement:
    """Suggest a statement; it is shown once a facilitator or moderator has read it.

    The record keeps the role it came from and never whose it is. The readers are told when nothing
    waited before. Raises UnableToSuggestStatement.
    """
    rounded = _held_round(rounded)
    permissions.check(by, "suggest_statement", rounded)
    _check_takes(rounded, "suggest_statement", by, UnableToSuggestStatement)
    words = words.strip()
    _check_suggestion(rounded, words, by)
    nothing_waited = not rounded.statements.waiting().exists()
    statement = _new(rounded, words, by)
    take_part(rounded.workspace, by)
    record.append(
        "statement_suggested",
        by=None,
        subject=statement,
        public={"round": ref(rounded), "role": by.role},
    )
    live.announce(rounded)
    if nothing_waited:
        notices.queue(
            queries.readers_of(rounded.partnership_id).prefetch_related("duties_held"),
            subject=rounded,
            text=_("A statement that somebody suggests waits to be read"),
            url=queries.waiting_url(rounded),
            needs_me=True,
            but_not=by,
            in_confidence=True,
        )
    return statement


def _check_takes(
    rounded: StatementRound, act: str, by: Participant, refusal: type[Refusal]
) -> None:
    """Raise `refusal` unless the round is open and its space listens."""
    if not rounded.is_open:
        check_admitted(rounded.workspace, by, refusal)
        raise refusal(_("This round is closed. You can read what came of it."))
    check_open(rounded.workspace, act, by, refusal)


def _check_suggestion(rounded: StatementRound, words: str, by: Participant) -> None:
    if not words or len(words) > LONGEST:
        raise UnableToSuggestStatement(
            _("Write one short sentence of at most %(most)d characters.") % {"most": LONGEST}
        )
    there = list(rounded.statements.exclude(status=StatementStatus.DECLINED))
    if any(_same(each.words) == _same(words) for each in there if each.is_shown or each.is_by(by)):
        raise UnableToSuggestStatement(_("This statement is there already. You can answer it."))
    if len(there) >= MOST:
        raise UnableToSuggestStatement(
            _("There are %(most)d statements already. Nobody can answer more.") % {"most": MOST}
        )
    if sum(each.is_waiting and each.is_by(by) for each in there) >= MOST_WAITING:
        raise UnableToSuggestStatement(
            _("%(most)d of yours still wait to be read. Please suggest more after that.")
            % {"most": MOST_WAITING}
        )


@transaction.atomic
def show_statement(*, statement: Statement, by: Participant) -> Statement:
    """Let everybody answer a statement that waits; its author is told.

    Raises UnableToShowStatement when somebody else was first, the round is closed, or it is one's
    own and there are others to read it.
    """
    statement = _held(statement)
    permissions.check(by, "show_statement", statement)
    if not statement.round.is_open:
        raise UnableToShowStatement(_("This round is closed, so nothing is added to it."))
    if not statement.is_waiting:
        raise UnableToShowStatement(
            _("Somebody else has read this meanwhile. Nothing was changed.")
        )
    _check_not_own(statement, by, UnableToShowStatement)
    _show(statement, by)
    live.announce(statement.round)
    _tell_author(
        statement,
        _("Your statement is shown now, and everybody can answer it: “%(words)s”")
        % {"words": statement.words},
        by,
    )
    return statement


def _show(statement: Statement, by: Participant) -> None:
    _read(statement, StatementStatus.SHOWN, by)
    record.append(
        "statement_shown",
        by=by,
        subject=statement,
        public={"round": ref(statement.round), "from": statement.by.role},
        content={"words": statement.words},
    )


def _read(
    statement: Statement, status: StatementStatus, by: Participant | None, because: str = ""
) -> None:
    statement.status, statement.declined_because = status, because
    statement.read_by, statement.read_at = by, clock.now()
    statement.save(update_fields=["status", "declined_because", "read_by", "read_at", "words"])


def _check_not_own(statement: Statement, by: Participant, refusal: type[Refusal]) -> None:
    """One's own words are for another to read, unless nobody else is there to do it."""
    if statement.is_by(by) and queries.readers_of(by.partnership_id).exclude(pk=by.pk).exists():
        raise refusal(_("This is your own statement, so somebody else has to read it."))


def _tell_author(statement: Statement, text: str, by: Participant | None) -> None:
    """In confidence: nobody else learns whose words they are."""
    notices.queue(
        [statement.by], subject=statement.round, text=text, but_not=by, in_confidence=True
    )


@transaction.atomic
def decline_statement(*, statement: Statement, reason: str, by: Participant) -> Statement:
    """Do not show a statement, or take off one that is shown, also after closing; say why.

    Its author is told the reason. Answers to it stay, and count no more in what is still open.
    Raises UnableToDeclineStatement when somebody else was first, or it is one's own and waits.
    """
    statement = _held(statement)
    permissions.check(by, "decline_statement", statement)
    if statement.status == StatementStatus.DECLINED:
        raise UnableToDeclineStatement(
            _("Somebody else has read this meanwhile. Nothing was changed.")
        )
    if statement.is_waiting:
        _check_not_own(statement, by, UnableToDeclineStatement)
    _decline(statement, reason, by)
    live.announce(statement.round)
    return statement


def _decline(statement: Statement, reason: str, by: Participant | None) -> None:
    _read(statement, StatementStatus.DECLINED, by, reason)
    record.append(
        "statement_declined",
        by=by,
        subject=statement,
        public={"round": ref(statement.round)},
        content={"reason": reason},
    )
    _tell_author(
        statement,
        _("Your statement “%(words)s” is not shown, because: %(reason)s")
        % {"words": statement.words, "reason": reason},
        by,
    )


@leaving.when_deleted
def decline_what_waits_of(participant: Participant) -> None:
    """Empty what somebody suggested and nobody has read; what is shown, and their answers, stay."""
    waiting = Statement.objects.waiting().filter(by=participant).order_by("pk")
    for statement in [_held(each) for each in waiting]:
        statement.words = _("A statement whose author has left")
        _decline(statement, _("Its author deleted their account."), None)


# -- answering -------------------------------------------------------------------------------------


@transaction.atomic
def answer_statement(*, statement: Statement, stance: Stance, by: Participant) -> StatementAnswer:
    """Agree, disagree or pass; until the round closes the latest answer of a person counts.

    Who answered what stands in no record. Raises UnableToAnswerStatement when the round is over or
    the statement is not shown.
    """
    statement = _held(statement)
    permissions.check(by, "answer_statement", statement)
    _check_takes(statement.round, "answer_statement", by, UnableToAnswerStatement)
    if not statement.is_shown:
        raise UnableToAnswerStatement(_("This statement is not shown, so nobody can answer it."))
    answer, is_new = StatementAnswer.objects.get_or_create(
        statement=statement, by=by, defaults={"role": by.role, "stance": stance}
    )
    if is_new:
        statement.heard += 1
        statement.save(update_fields=["heard"])
        take_part(statement.round.workspace, by)
    elif answer.stance == stance:
        return answer
    else:
        answer.stance, answer.role = stance, by.role
        answer.save(update_fields=["stance", "role"])
    live.announce(statement.round)
    return answer


# -- closing ---------------------------------------------------------------------------------------


@transaction.atomic
def close_statements(*, rounded: StatementRound, by: Participant) -> StatementRound:
    """Close a round for good and publish what was found, through the disclosure gate.

    What still waits to be read is declined. Whoever follows the space or has answered is told.
    Raises UnableToCloseStatements when it is closed already.
    """
    rounded = _held_round(rounded)
    permissions.check(by, "close_statements", rounded)
    if not rounded.is_open:
        raise UnableToCloseStatements(_("This round is closed already."))
    return _close(rounded, by)


def _close(rounded: StatementRound, by: Participant | None) -> StatementRound:
    """Close a round that is held. Answers that began before are in; the next one is refused."""
    held = list(rounded.statements.select_for_update(of=("self",)).order_by("pk"))
    for each in rounded.statements.waiting().select_related("by", "partnership").order_by("pk"):
        each.round = rounded
        _decline(each, _("The round closed before somebody could read it."), by)
    rounded.closed_at, rounded.closed_by = clock.now(), by
    rounded.result = common_ground.snapshot(rounded)
    rounded.opinion_map = opinion_maps.snapshot(rounded)
    rounded.save(update_fields=["closed_at", "closed_by", "result", "opinion_map"])
    record.append(
        "statements_closed",
        by=by,
        subject=rounded,
        public={
            "workspace": ref(rounded.workspace),
            "suggested": len(held),
            "statements": [each["id"] for each in rounded.result["statements"]],
        },
    )
    live.announce(rounded)
    live.announce(rounded.workspace)
    answered = StatementAnswer.objects.filter(statement__round=rounded).values("by")
    notices.queue(
        [
            *notices.followers(rounded.workspace),
            *Participant.objects.here().filter(pk__in=answered),
        ],
        subject=rounded,
        text=_("What people agree on, and what not: %(question)s") % {"question": rounded.question},
        but_not=by,
    )
    return rounded


@notices.sweep
def close_due_statements() -> int:
    """Close the rounds of spaces that have stopped listening. Returns how many."""
    return sum(_close_if_due(each) for each in queries.rounds_to_close())


@transaction.atomic
def _close_if_due(rounded: StatementRound) -> bool:
    rounded = _held_round(rounded)
    if not queries.rounds_to_close().filter(pk=rounded.pk).exists():
        return False  # somebody closed it, or moved the stage, meanwhile
    _close(rounded, None)
    return True
