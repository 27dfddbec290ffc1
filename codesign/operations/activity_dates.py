"""Writes about the dates of an activity: adding one, and calling one off."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import Activity, ActivityDate
from codesign.operations.activities import check_runs, locked
from codesign.operations.sign_ups import call_off, locked_date, moment_words, signed_up
from portal import clock, live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToAddDate(Refusal):
    """The activity has ended, or the date is past, or stands already."""


class UnableToCancelDate(Refusal):
    """The date has begun."""


@transaction.atomic
def add_date(*, activity: Activity, starts_at: datetime, by: Participant) -> ActivityDate:
    """Add one date, as long as the others; followers hear of it.

    Raises UnableToAddDate for a moment that is past or has a date already.
    """
    activity = locked(activity)
    permissions.check(by, "add_date", activity)
    check_runs(activity, UnableToAddDate)
    if starts_at <= clock.now():
        raise UnableToAddDate(_("Choose a date that is still to come."))
    if activity.dates.filter(starts_at=starts_at).exists():
        raise UnableToAddDate(
            _("There is a date at that time already. If it was called off, choose another time.")
        )
    date = ActivityDate.objects.create(
        partnership_id=activity.partnership_id,
        activity=activity,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=activity.minutes),
    )
    record.append(
        "date_added",
        by=by,
        subject=date,
        public={"activity": ref(activity), "starts_at": starts_at.isoformat()},
    )
    live.announce(activity)
    notices.queue(
        notices.followers(activity),
        subject=date,
        text=_("New date for %(title)s: %(when)s")
        % {"title": activity.title, "when": moment_words(starts_at)},
        but_not=by,
    )
    return date


@transaction.atomic
def cancel_date(*, date: ActivityDate, reason: str, by: Participant) -> ActivityDate:
    """Call a date off. It stays on the list with its reason; everybody coming or waiting is told.

    Calling off twice is once. Raises UnableToCancelDate once it has begun.
    """
    date = locked_date(date)
    activity = date.activity
    permissions.check(by, "cancel_date", date)
    if date.is_cancelled:
        return date
    if date.has_begun:
        raise UnableToCancelDate(_("This date has begun, so it cannot be called off any more."))
    call_off(date, reason)
    record.append(
        "date_cancelled",
        by=by,
        subject=date,
        public={"activity": ref(activity), "starts_at": date.starts_at.isoformat()},
        content={"reason": reason},
    )
    live.announce(activity)
    notices.queue(
        signed_up([date]),
        subject=date,
        text=_("Called off: %(title)s on %(when)s. %(reason)s")
        % {"title": activity.title, "when": moment_words(date.starts_at), "reason": reason},
        needs_me=True,
        but_not=by,
    )
    return date
