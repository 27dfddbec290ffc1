"""Reads about statements: whose turn it is to be answered, one's own answers, and what waits."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from codesign.enums import StageKind, StatementStatus
from codesign.models import Stage, Statement, StatementAnswer, StatementRound, Workspace
from portal import clock
from portal.enums import Duty
from portal.models import Participant, Partnership

SECONDS_EACH = 10  # to read a statement and press one of three buttons
READERS = (Duty.FACILITATOR, Duty.MODERATOR)


@dataclass(frozen=True)
class Turn:
    """The statement somebody is asked about next (None: there is none), and how far they are."""

    statement: Statement | None
    answered: int
    of: int

    @property
    def is_done(self) -> bool:
        return self.of > 0 and self.statement is None


def turn_of(rounded: StatementRound, participant: Participant | None) -> Turn:
    """What `participant` (None: a visitor, who is asked nothing) answers next; one query.

    Those that the fewest have answered come first. Among equals each person has an order of their
    own that stays, so that nobody's words are always the last.
    """
    shown = Statement.objects.shown().filter(round=rounded)
    if participant is None:
        return Turn(None, 0, shown.count())
    everything = list(shown.annotate(stance=_stance_of(participant)))
    left = [each for each in everything if each.stance is None]
    following = min(left, key=lambda each: (each.heard, _place(each, participant)), default=None)
    if following is not None:
        following.round = rounded
    return Turn(following, len(everything) - len(left), len(everything))


def _stance_of(participant: Participant) -> Subquery:
    mine = StatementAnswer.objects.filter(statement=OuterRef("pk"), by=participant)
    return Subquery(mine.values("stance")[:1])


def _place(statement: Statement, participant: Participant) -> bytes:
    return hashlib.sha256(f"{participant.pk}:{statement.pk}".encode()).digest()


def answered_by(participant: Participant, rounded: StatementRound) -> QuerySet[Statement]:
    """The statements of a round that somebody has answered, each with their `stance`."""
    mine = StatementAnswer.objects.filter(statement=OuterRef("pk"), by=participant)
    return (
        Statement.objects.shown()
        .filter(Exists(mine), round=rounded)
        .annotate(stance=_stance_of(participant))
    )


# -- rounds ----------------------------------------------------------------------------------------


def rounds_of(workspace: Workspace, participant: Participant | None) -> QuerySet[StatementRound]:
    """A space's rounds, newest first; each with how many are `shown`, `answered` of them by them.

    One query, however many there are.
    """
    shown = Q(statements__status=StatementStatus.SHOWN)
    found = StatementRound.objects.filter(workspace=workspace).annotate(
        shown=Count("statements", filter=shown), answered=_answered(participant)
    )
    return found.select_related("partnership").order_by("-pk")


def _answered(participant: Participant | None) -> Coalesce | Value:
    if participant is None:
        return Value(0, output_field=IntegerField())
    mine = StatementAnswer.objects.filter(
        statement__round=OuterRef("pk"), statement__status=StatementStatus.SHOWN, by=participant
    )
    counted = mine.order_by().values("statement__round").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


@dataclass(frozen=True)
class Asked:
    """A round that takes answers now: how many statements it has, and how many of them one did."""

    round: StatementRound
    of: int
    answered: int

    @property
    def minutes(self) -> int:
        """About how long the others take; 0 when there are none."""
        left = self.of - self.answered
        return max(1, round(left * SECONDS_EACH / 60)) if left > 0 else 0


def asked_in(workspace: Workspace, rounds: Iterable[StatementRound]) -> Asked | None:
    """The round of `rounds_of` that takes answers now; no query."""
    if workspace.stage is None or workspace.stage.kind != StageKind.LISTEN:
        return None
    return next((_asked(each) for each in rounds if each.is_open), None)


def _asked(rounded: Any) -> Asked:
    return Asked(rounded, of=rounded.shown, answered=rounded.answered)


def is_over(rounded: StatementRound) -> bool:
    """Whether the time for answers is over though nobody has closed the round yet."""
    stage = rounded.workspace.stage
    return stage is None or stage.kind != StageKind.LISTEN


def rounds_to_close() -> QuerySet[StatementRound]:
    """Open rounds whose space listens no more and is not planned to."""
    listens = Stage.objects.filter(
        workspace=OuterRef("workspace"), kind=StageKind.LISTEN, closes_on__gte=clock.today()
    )
    return StatementRound.objects.filter(~Exists(listens), closed_at=None).order_by("pk")


def asked_of(participant: Participant, most: int) -> list[Asked]:
    """Rounds with statements that somebody has not answered yet; newest first.

    One query, and two for each that stands in a space which is not open to the whole partnership.
    """
    listening = Stage.objects.on_today().filter(
        workspace=OuterRef("workspace"), kind=StageKind.LISTEN
    )
    shown = Q(statements__status=StatementStatus.SHOWN)
    found = (
        StatementRound.objects.visible_to(participant)
        .filter(Exists(listening), closed_at=None, partnership=participant.partnership_id)
        .annotate(shown=Count("statements", filter=shown), answered=_answered(participant))
        .filter(shown__gt=F("answered"))
    )
    rounds = found.select_related("partnership", "workspace").order_by("-pk")[:most]
    return [_asked(each) for each in rounds if each.workspace.admits(participant)]


# -- what waits to be read -------------------------------------------------------------------------


@dataclass(frozen=True)
class WaitingStatement:
    """A suggested statement that a person has yet to read, and since when; of its author the role.

    `is_own`: whoever looks wrote it themselves.
    """

    statement: Statement
    since: datetime
    is_late: bool
    is_own: bool

    @property
    def from_role(self) -> str:
        return self.statement.by.get_role_display()


def waiting_in(partnership: Partnership) -> QuerySet[Statement]:
    """Every statement of a partnership that waits to be read, oldest first."""
    return (
        Statement.objects.waiting()
        .filter(partnership=partnership, round__closed_at=None)
        .select_related("partnership", "round__partnership", "round__workspace", "by")
        .order_by("pk")
    )


def with_clock(statements: Iterable[Statement], reader: Participant) -> list[WaitingStatement]:
    """Statements that wait, as their reader sees them."""
    late = clock.one_working_day_before(clock.now())
    return [
        WaitingStatement(each, since=each.at, is_late=each.at < late, is_own=each.is_by(reader))
        for each in statements
    ]


def waiting_url(rounded: StatementRound) -> str:
    """Where those who read suggested statements find the ones of a round."""
    return reverse("codesign:waiting_statements", args=[rounded.partnership.slug])


def readers_of(partnership_id: int) -> QuerySet[Participant]:
    """Those here who may show or decline what others suggest."""
    return Participant.objects.here().filter(partnership_id=partnership_id).with_duty(*READERS)
