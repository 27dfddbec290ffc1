"""Writes about stages: moving one to another day, and the last day of all, each with its reason.

Whoever moves a stage holds the workspace's row, so of two who do it at once one is told.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from codesign.models import Stage, StageMove, Workspace
from codesign.operations.workspaces import check_not_closed, keep_revision, locked, people_of
from portal import clock, live, notices, permissions, record
from portal.models import Participant
from portal.refusal import Refusal

ONE_DAY = timedelta(days=1)


class UnableToMoveStage(Refusal):
    """The day does not fit between the other stages, is past, or somebody else was quicker."""


def _in_words(day: date) -> str:
    return date_format(day, "j F Y")


@transaction.atomic
def move_stage(*, stage: Stage, opens_on: date, reason: str, by: Participant) -> StageMove:
    """Let a stage begin on another day, earlier or later. It and all after it keep their lengths.

    The stage before ends on the day before, unless it had ended earlier anyway. Those who follow
    the workspace or take part in it are told. Raises UnableToMoveStage for a past day, for the same
    day, for a stage that is over, where the stage before would end before it begins, and where
    somebody has moved `stage` since it was read.
    """
    workspace = locked(stage.workspace)
    permissions.check(by, "move_stage", workspace)
    check_not_closed(workspace, UnableToMoveStage)
    stages = sorted(workspace.stages.all(), key=lambda s: s.opens_on)
    place = next((n for n, each in enumerate(stages) if each.pk == stage.pk), None)
    if place is None:
        raise UnableToMoveStage(_("This stage is not there any more. Please look again."))
    current, planned_for = stages[place], stages[place].opens_on
    if planned_for != stage.opens_on:
        raise UnableToMoveStage(
            _("Somebody else has just moved “%(stage)s” to %(day)s. Please look again.")
            % {"stage": current.get_kind_display(), "day": _in_words(planned_for)}
        )
    before = stages[place - 1] if place else None
    _check_day(current, opens_on, before)
    later = opens_on - planned_for
    if before is not None and (
        before.closes_on == planned_for - ONE_DAY or before.closes_on >= opens_on
    ):
        before.closes_on = opens_on - ONE_DAY
        before.save(update_fields=["closes_on"])
    for each in stages[place:]:
        each.opens_on += later
        each.closes_on += later
        each.save(update_fields=["opens_on", "closes_on"])
    move = _keep_move(workspace, current.kind, planned_for, opens_on, reason, by)
    text = _("“%(stage)s” now begins on %(day)s, not %(planned)s, because: %(reason)s")
    _tell(workspace, text % _words_of(move), by)
    return move


def _check_day(stage: Stage, opens_on: date, before: Stage | None) -> None:
    """Raise UnableToMoveStage unless `stage` may begin on this day."""
    if stage.closes_on < clock.today():
        raise UnableToMoveStage(
            _("“%(stage)s” is over, so it stays where it was.")
            % {"stage": stage.get_kind_display()}
        )
    if opens_on == stage.opens_on:
        raise UnableToMoveStage(_("It begins on that day already. Choose another day."))
    if opens_on < clock.today():
        raise UnableToMoveStage(_("Choose today or a day to come. What has been stays as it was."))
    if before is not None and opens_on <= before.opens_on:
        raise UnableToMoveStage(
            _("“%(before)s” begins on %(day)s. Choose a later day, or move that stage first.")
            % {"before": before.get_kind_display(), "day": _in_words(before.opens_on)}
        )


@transaction.atomic
def move_end(
    *, workspace: Workspace, closes_on: date, planned_for: date, reason: str, by: Participant
) -> StageMove:
    """Let the last stage end on another day, later or sooner; `planned_for` is the day as read.

    The same people are told as when a stage is moved. Raises UnableToMoveStage for a past day, for
    the same day, for a day before the last stage begins, where there is no stage, and where
    somebody has moved the end since.
    """
    workspace = locked(workspace)
    permissions.check(by, "move_stage", workspace)
    check_not_closed(workspace, UnableToMoveStage)
    last = max(workspace.stages.all(), key=lambda s: s.opens_on, default=None)
    if last is None:
        raise UnableToMoveStage(_("This space has no stages yet."))
    if last.closes_on != planned_for:
        raise UnableToMoveStage(
            _("Somebody else has just moved the end to %(day)s. Please look again.")
            % {"day": _in_words(last.closes_on)}
        )
    if closes_on == last.closes_on:
        raise UnableToMoveStage(_("It ends on that day already. Choose another day."))
    if closes_on < clock.today():
        raise UnableToMoveStage(_("Choose today or a day to come. What has been stays as it was."))
    if closes_on < last.opens_on:
        raise UnableToMoveStage(
            _("“%(stage)s” begins on %(day)s, so the end cannot be sooner.")
            % {"stage": last.get_kind_display(), "day": _in_words(last.opens_on)}
        )
    last.closes_on = closes_on
    last.save(update_fields=["closes_on"])
    move = _keep_move(workspace, "", planned_for, closes_on, reason, by)
    text = _("“%(title)s” now goes on until %(day)s, not %(planned)s, because: %(reason)s")
    _tell(workspace, text % _words_of(move), by)
    return move


def _keep_move(
    workspace: Workspace, kind: str, planned_for: date, to: date, reason: str, by: Participant
) -> StageMove:
    """Keep a move where the page shows it and in the record."""
    keep_revision(workspace)
    move = StageMove.objects.create(
        workspace=workspace,
        kind=kind,
        planned_for=planned_for,
        moved_to=to,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    record.append(
        "stage_moved",
        by=by,
        subject=workspace,
        public={"stage": kind or "end", "from": planned_for.isoformat(), "to": to.isoformat()},
        content={"reason": reason},
    )
    live.announce(workspace)
    return move


def _words_of(move: StageMove) -> dict[str, object]:
    return {
        "stage": move.get_kind_display(),
        "title": move.workspace.title,
        "day": _in_words(move.moved_to),
        "planned": _in_words(move.planned_for),
        "reason": move.reason,
    }


def _tell(workspace: Workspace, text: str, by: Participant) -> None:
    notices.queue(people_of(workspace), subject=workspace, text=text, but_not=by)
