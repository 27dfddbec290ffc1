"""Writes about activities: starting one from an agreed proposal, its hosts, words and dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from codesign import dates
from codesign.enums import Interest, ProposalKind, ProposalStatus
from codesign.models import Activity, ActivityDate, Host, Proposal, ProposalActivity
from codesign.operations import proposals, telling
from codesign.operations.sign_ups import call_off, locked_date, move_up, signed_up
from codesign.operations.workspaces import check_admitted
from portal import clock, live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal

AHEAD = timedelta(weeks=12)  # how far ahead the dates of a repeating activity stand
LONGEST = 24 * 60  # minutes


class UnableToStartActivity(Refusal):
    """The proposal is not an agreed activity, has become one already, or a date cannot be."""


class UnableToEditActivity(Refusal):
    """The activity has ended, or more people are coming than there would be places."""


class UnableToAddHost(Refusal):
    """The activity has ended, or the person cannot come into its space."""


class UnableToRecordAttendance(Refusal):
    """The date has not begun yet, or was called off."""


@dataclass(frozen=True)
class ActivityWords:
    """What people read about an activity. `place` or `link` is filled, or both."""

    title: str
    about: str
    interest: Interest
    place: str = ""
    link: str = ""
    access: str = ""
    cost: str = ""
    bring: str = ""


def locked(activity: Activity) -> Activity:
    """The activity read afresh, its row held until the transaction ends."""
    return (
        Activity.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace__partnership")
        .get(pk=activity.pk)
    )


def _check_words(words: ActivityWords, capacity: int | None, refusal: type[Refusal]) -> None:
    if not (words.place or words.link):
        raise refusal(_("Say where it is: a place, or a link if people meet online."))
    if capacity is not None and capacity < 1:
        raise refusal(_("There must be a place for at least one person."))


def check_runs(activity: Activity, refusal: type[Refusal]) -> None:
    """Raise `refusal` once the activity has ended."""
    if activity.ended_at is not None:
        raise refusal(_("“%(title)s” has ended.") % {"title": activity.title})


@transaction.atomic
def start_activity(
    *,
    proposal: Proposal,
    words: ActivityWords,
    first_at: datetime,
    minutes: int,
    rrule: str,
    capacity: int | None,
    hosts: Iterable[Participant],
    by: Participant,
) -> Activity:
    """Make an agreed proposal an activity with hosts and dates; tell whoever it came from.

    first_at   when its first date begins.
    minutes    how long each date lasts.
    rrule      how it repeats (RFC 5545; see dates.rule_for); empty for single dates.
    capacity   places at each date; None: no limit.
    hosts      who leads it. Any member can.

    Raises UnableToStartActivity when the proposal is not an agreed activity or has become one
    already, nobody leads it, or its first date is past.
    """
    proposal = proposals.locked(proposal)
    permissions.check(by, "start_activity", proposal)
    check_admitted(proposal.workspace, by, UnableToStartActivity)
    _check_words(words, capacity, UnableToStartActivity)
    if proposal.kind != ProposalKind.ACTIVITY or proposal.status != ProposalStatus.AGREED:
        raise UnableToStartActivity(_("Only a suggested activity that was agreed can start."))
    if proposal.is_hidden:
        raise UnableToStartActivity(
            _("The words of this suggestion are hidden. It can start when they are back.")
        )
    if ProposalActivity.objects.standing().filter(source=proposal).exists():
        raise UnableToStartActivity(_("This suggestion has become an activity already."))
    if first_at <= clock.now():
        raise UnableToStartActivity(_("Choose a first date that is still to come."))
    if not 0 < minutes <= LONGEST:
        raise UnableToStartActivity(_("Say how long it lasts: at most one day."))
    if rrule and not dates.is_rule(rrule):
        raise UnableToStartActivity(_("We cannot read how often it happens. Please choose again."))
    leading = list(hosts)
    if not leading:
        raise UnableToStartActivity(_("Say who leads it. It can be you."))
    now = clock.now()
    activity = Activity.objects.create(
        partnership_id=proposal.partnership_id,
        workspace=proposal.workspace,
        capacity=capacity,
        rrule=rrule,
        first_at=first_at,
        minutes=minutes,
        started_by=by,
        started_at=now,
        changed_at=now,
        **vars(words),
    )
    for participant in leading:
        _make_host(activity, participant, UnableToStartActivity)
    ProposalActivity.objects.create(
        partnership_id=proposal.partnership_id,
        source=proposal,
        target=activity,
        made_by=by,
        made_at=now,
    )
    _make_dates(activity)
    record.append(
        "activity_started",
        by=by,
        subject=activity,
        public={
            "proposal": ref(proposal),
            "hosts": [ref(participant) for participant in leading],
            "interest": words.interest,
            "capacity": capacity or 0,
            "first_at": first_at.isoformat(),
            "rrule": rrule,
        },
        content={name: str(value) for name, value in vars(words).items()},
    )
    live.announce(activity)
    live.announce(proposal)
    _tell_of_start(activity, proposal, leading, by)
    return activity


def _tell_of_start(
    activity: Activity, proposal: Proposal, leading: list[Participant], by: Participant
) -> None:
    for participant in leading:
        notices.queue(
            [participant],
            subject=activity,
            text=_("You lead this activity: %(title)s") % {"title": activity.title},
            but_not=by,
        )
    leads = {participant.pk for participant in leading}
    concerned = [
        *telling.people_of(proposal),
        *notices.followers(activity.workspace),
        *notices.followers_of_role(activity.partnership_id, by.role),
    ]
    notices.queue(
        [person for person in concerned if person.pk not in leads],
        subject=activity,
        text=_("A suggestion is now an activity you can come to: %(title)s")
        % {"title": activity.title},
        but_not=by,
    )


def _make_host(activity: Activity, participant: Participant, refusal: type[Refusal]) -> bool:
    """Put somebody among the hosts. False when they are there already."""
    if participant.partnership_id != activity.partnership_id or not participant.is_here:
        raise permissions.OutsidePartnership(_("We cannot find that person here."))
    if not activity.workspace.admits(participant):
        raise refusal(
            _("%(name)s cannot come into this space. Invite them there first.")
            % {"name": participant.display_name}
        )
    _host, is_new = Host.objects.get_or_create(activity=activity, participant=participant)
    if is_new:
        notices.follow(participant, activity)
    return is_new


def _make_dates(activity: Activity) -> int:
    """Let the dates of an activity stand as far ahead as AHEAD. Returns how many are new.

    A date that was called off stands already, so it never comes back.
    """
    now = clock.now()
    wanted = dates.moments(
        activity.rrule,
        activity.first_at,
        ZoneInfo(settings.TIME_ZONE),
        after=now,
        before=max(now + AHEAD, activity.first_at),
    )
    there = set(activity.dates.filter(starts_at__in=wanted).values_list("starts_at", flat=True))
    made = ActivityDate.objects.bulk_create(
        ActivityDate(
            partnership_id=activity.partnership_id,
            activity=activity,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=activity.minutes),
        )
        for starts_at in wanted
        if starts_at not in there
    )
    return len(made)


@notices.sweep
def top_up_dates() -> int:
    """Let repeating activities have their dates for the next weeks. Returns how many are new.

    Run by the sweep, for the portal itself: the rule was decided when the activity began.
    """
    made = 0
    for activity in Activity.objects.running().exclude(rrule="").order_by("pk"):
        with transaction.atomic():
            current = locked(activity)
            if current.ended_at is None:
                made += _make_dates(current)
    return made


@transaction.atomic
def edit_activity(
    *, activity: Activity, words: ActivityWords, capacity: int | None, by: Participant
) -> Activity:
    """Change what people read about an activity, and how many places each date has.

    Everybody coming or waiting is told; more places move people up from the waiting lists. Raises
    UnableToEditActivity once it has ended, or when more people are coming to a date already.
    """
    activity = locked(activity)
    permissions.check(by, "edit_activity", activity)
    check_runs(activity, UnableToEditActivity)
    _check_words(words, capacity, UnableToEditActivity)
    # Every date to come is held before its counts are read: nobody signs up in between.
    coming = list(activity.dates.to_come().standing().select_for_update().order_by("pk"))
    most = max((date.coming_count for date in coming), default=0)
    if capacity is not None and capacity < most:
        raise UnableToEditActivity(
            _("%(most)d people are coming to one of the dates. Choose at least %(most)d places.")
            % {"most": most}
        )
    before = {name: getattr(activity, name) for name in (*vars(words), "capacity")}
    after = {**vars(words), "capacity": capacity}
    changed = sorted(name for name in after if after[name] != before[name])
    if not changed:
        return activity
    for name in changed:
        setattr(activity, name, after[name])
    activity.sequence += 1
    activity.changed_at = clock.now()
    activity.save(update_fields=[*changed, "sequence", "changed_at"])
    record.append(
        "activity_changed",
        by=by,
        subject=activity,
        public={"changed": changed, "capacity": capacity or 0},
        content={name: str(after[name]) for name in changed if name != "capacity"},
    )
    live.announce(activity)
    notices.queue(
        [*signed_up(coming), *notices.followers(activity)],
        subject=activity,
        text=_("Something changed, please read it again: %(title)s") % {"title": activity.title},
        but_not=by,
    )
    for date in coming:
        move_up(date, activity)
    return activity


@transaction.atomic
def add_host(*, activity: Activity, participant: Participant, by: Participant) -> bool:
    """Let somebody lead an activity too; they are told. Returns False when they do already."""
    activity = locked(activity)
    permissions.check(by, "add_host", activity)
    check_runs(activity, UnableToAddHost)
    if not _make_host(activity, participant, UnableToAddHost):
        return False
    record.append("host_added", by=by, subject=activity, public={"host": ref(participant)})
    live.announce(activity)
    notices.queue(
        [participant],
        subject=activity,
        text=_("You lead this activity: %(title)s") % {"title": activity.title},
        but_not=by,
    )
    return True


@transaction.atomic
def end_activity(*, activity: Activity, reason: str, by: Participant) -> Activity:
    """End an activity: its dates to come are called off, and everybody concerned is told.

    Ending twice is ending once.
    """
    activity = locked(activity)
    permissions.check(by, "end_activity", activity)
    if activity.ended_at is not None:
        return activity
    to_come = list(activity.dates.to_come().standing().select_for_update().order_by("pk"))
    for date in to_come:
        call_off(date, reason)
    activity.ended_at, activity.ended_reason = clock.now(), reason
    activity.changed_at = activity.ended_at
    activity.save(update_fields=["ended_at", "ended_reason", "changed_at"])
    record.append(
        "activity_ended",
        by=by,
        subject=activity,
        public={"dates_called_off": len(to_come)},
        content={"reason": reason},
    )
    live.announce(activity)
    text = _("“%(title)s” has ended. %(reason)s") % {"title": activity.title, "reason": reason}
    expected = signed_up(to_come)
    notices.queue(expected, subject=activity, text=text, needs_me=True, but_not=by)
    told = {person.pk for person in expected}
    others = [*notices.followers(activity), *activity.hosted_by]
    others = [person for person in others if person.pk not in told]
    notices.queue(others, subject=activity, text=text, but_not=by)
    return activity


@transaction.atomic
def record_attendance(*, date: ActivityDate, attended: int, by: Participant) -> ActivityDate:
    """Write down how many people came. No names are needed; a later count takes its place.

    Raises UnableToRecordAttendance before the date begins, or when it was called off.
    """
    date = locked_date(date)
    permissions.check(by, "record_attendance", date)
    if date.is_cancelled:
        raise UnableToRecordAttendance(_("This date was called off."))
    if not date.has_begun:
        raise UnableToRecordAttendance(_("Count people when they are there. It has not begun yet."))
    date.attended = attended
    date.save(update_fields=["attended"])
    record.append(
        "attendance_recorded",
        by=by,
        subject=date,
        public={"activity": ref(date.activity), "attended": attended},
    )
    live.announce(date.activity)
    return date
