"""Writes about sign-ups: who is coming to a date, and who waits for a place.

Each holds the date's row, so its counts are exact and no date is ever fuller than it may be. None
is in the record: that somebody goes to a café is no decision.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from codesign.enums import SignUpState
from codesign.models import Activity, ActivityDate, SignUp
from codesign.models.activities import time_words
from portal import clock, live, notices, permissions
from portal.models import Participant
from portal.refusal import Refusal

REMIND_BEFORE = timedelta(hours=24)
ASK_WITHIN = timedelta(days=7)  # nobody is asked about a date longer ago than this
GOING = [SignUpState.COMING, SignUpState.WAITING]


class UnableToSignUp(Refusal):
    """The date has begun or was called off, or its space does not admit whoever asks."""


class UnableToCancelSignUp(Refusal):
    """The date has begun."""


def moment_words(moment: datetime) -> str:
    """A date and its time as people say it: Thursday 26 November 2026, 2 pm."""
    here = localtime(moment)
    return f"{date_format(here, 'l j F Y')}, {time_words(here)}"


def locked_date(date: ActivityDate) -> ActivityDate:
    """The date read afresh, its row held until the transaction ends.

    The activity is read after the row is held: its number of places may have changed while we
    waited, and a join would still show the old one.
    """
    held = ActivityDate.objects.select_for_update().get(pk=date.pk)
    held.activity = Activity.objects.select_related("partnership", "workspace__partnership").get(
        pk=held.activity_id
    )
    return held


def signed_up(among: Iterable[ActivityDate]) -> list[Participant]:
    """Everybody here who is coming to these dates or waits for a place."""
    return list(
        Participant.objects.here()
        .filter(
            sign_ups__date__in=list(among),
            sign_ups__state__in=GOING,
        )
        .distinct()
    )


def call_off(date: ActivityDate, reason: str) -> None:
    """Mark a locked date as called off. Whoever calls this tells those it concerns."""
    date.cancelled_at, date.cancelled_reason = clock.now(), reason
    date.save(update_fields=["cancelled_at", "cancelled_reason"])


def _save_counts(date: ActivityDate) -> None:
    date.save(update_fields=["coming_count", "waiting_count"])


@transaction.atomic
def sign_up(*, date: ActivityDate, by: Participant, remind: bool | None = None) -> SignUp:
    """Say that one is coming; where it is full, wait for a place. Twice is once: never an error.

    `remind` asks for a notice the day before, or not; None leaves that as it is. Raises
    UnableToSignUp once the date has begun, or when it was called off.
    """
    date = locked_date(date)
    activity = date.activity
    permissions.check(by, "sign_up", date)
    if not activity.workspace.admits(by):
        raise UnableToSignUp(_("This is for the people who were asked into its space."))
    if date.is_cancelled or activity.ended_at is not None:
        raise UnableToSignUp(_("This date was called off. Please look for another one."))
    if date.has_begun:
        raise UnableToSignUp(_("This has begun already. Please look for another date."))
    mine = SignUp.objects.filter(date=date, participant=by).first() or SignUp(
        date=date, participant=by, state=SignUpState.CANCELLED
    )
    if remind is not None:
        mine.remind = remind
    if mine.state == SignUpState.CANCELLED:
        mine.at = clock.now()
        if date.is_full:
            mine.state = SignUpState.WAITING
            date.waiting_count += 1
        else:
            mine.state = SignUpState.COMING
            date.coming_count += 1
        _save_counts(date)
        live.announce(date)
    mine.save()
    return mine


@transaction.atomic
def cancel_sign_up(*, date: ActivityDate, by: Participant) -> bool:
    """Say that one is not coming after all. Whoever waits longest moves up and is told.

    Returns False when one was not coming. Raises UnableToCancelSignUp once the date has begun.
    """
    date = locked_date(date)
    permissions.check(by, "cancel_sign_up", date)
    mine = SignUp.objects.filter(date=date, participant=by, state__in=GOING).first()
    if mine is None:
        return False
    if date.has_begun:
        raise UnableToCancelSignUp(_("This has begun already, so there is nothing to cancel."))
    _take_away(date, mine)
    return True


def _take_away(date: ActivityDate, mine: SignUp) -> None:
    """Take one sign-up off a locked date, and let whoever waits move up."""
    if mine.state == SignUpState.COMING:
        date.coming_count -= 1
    else:
        date.waiting_count -= 1
    mine.state, mine.at, mine.remind = SignUpState.CANCELLED, clock.now(), False
    mine.save(update_fields=["state", "at", "remind"])
    _save_counts(date)
    live.announce(date)
    move_up(date, date.activity)


def move_up(date: ActivityDate, activity: Activity) -> list[Participant]:
    """Give free places of a locked date to those who wait longest, and tell them at once."""
    if date.waiting_count == 0 or date.is_cancelled or date.has_begun:
        return []
    free = date.waiting_count
    if activity.capacity is not None:
        free = max(activity.capacity - date.coming_count, 0)
    waiting = SignUp.objects.filter(date=date, state=SignUpState.WAITING).order_by("at", "pk")
    moved = list(waiting.select_related("participant")[:free])
    if not moved:
        return []
    for each in moved:
        each.state, each.at = SignUpState.COMING, clock.now()
        each.save(update_fields=["state", "at"])
    date.coming_count += len(moved)
    date.waiting_count -= len(moved)
    _save_counts(date)
    live.announce(date)
    people = [each.participant for each in moved]
    notices.queue(
        people,
        subject=date,
        text=_(
            "A place is free and it is yours: %(title)s on %(when)s. Cannot come? Please say so."
        )
        % {"title": activity.title, "when": moment_words(date.starts_at)},
        needs_me=True,
    )
    return people


@transaction.atomic
def cancel_sign_ups_of(participant: Participant) -> int:
    """Take somebody who leaves off every date to come. Returns off how many."""
    going = SignUp.objects.filter(
        participant=participant, state__in=GOING, date__starts_at__gt=clock.now()
    )
    found = list(going.order_by("date_id"))
    for mine in found:
        date = locked_date(mine.date)
        _take_away(date, SignUp.objects.get(pk=mine.pk))
    return len(found)


@notices.sweep
def remind_of_dates() -> int:
    """Remind those who asked for it of a date that begins within a day. Returns how many.

    Run by the sweep. Each person is reminded of a date once, also by two sweeps at once.
    """
    now = clock.now()
    soon = ActivityDate.objects.standing().filter(
        starts_at__gt=now,
        starts_at__lte=now + REMIND_BEFORE,
        sign_ups__state=SignUpState.COMING,
        sign_ups__remind=True,
        sign_ups__reminded_at=None,
    )
    return sum(_remind(date) for date in soon.distinct())


@transaction.atomic
def _remind(date: ActivityDate) -> int:
    date = locked_date(date)
    if date.is_cancelled:
        return 0
    due = SignUp.objects.filter(
        date=date, state=SignUpState.COMING, remind=True, reminded_at=None
    ).select_related("participant")
    people = [each.participant for each in due]
    due.update(reminded_at=clock.now())
    text = _("Tomorrow or today: %(title)s, %(when)s")
    made = notices.queue(
        people,
        subject=date,
        text=text % {"title": date.activity.title, "when": moment_words(date.starts_at)},
        needs_me=True,
    )
    return len(made)


@notices.sweep
def ask_how_it_was() -> int:
    """Ask those who were coming to a date that is over whether it was any good, once.

    Run by the sweep. Returns how many were asked.
    """
    now = clock.now()
    over = ActivityDate.objects.standing().filter(
        ends_at__lte=now, ends_at__gt=now - ASK_WITHIN, asked_at=None, coming_count__gt=0
    )
    return sum(_ask(date) for date in over)


@transaction.atomic
def _ask(date: ActivityDate) -> int:
    date = locked_date(date)
    if date.asked_at is not None:
        return 0
    date.asked_at = clock.now()
    date.save(update_fields=["asked_at"])
    came = Participant.objects.here().filter(
        sign_ups__date=date, sign_ups__state=SignUpState.COMING, sign_ups__answered=False
    )
    made = notices.queue(
        came,
        subject=date,
        text=_("Was it any good? Tell us with one tap: %(title)s, %(when)s")
        % {"title": date.activity.title, "when": moment_words(date.starts_at)},
    )
    return len(made)
