"""Reads about what is on: one week, what people wish for, and five minutes' worth of both."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.utils import timezone

from codesign.enums import Interest, ProposalKind
from codesign.models import Activity, Ballot, Proposal, Stage, Workspace
from codesign.permissions import STAGE_OPENS
from codesign.queries.activities import (
    DateShown,
    activities_of,
    dates_of,
    dates_shown,
    spaces_admitting,
)
from codesign.queries.ballots import waiting_for
from codesign.queries.proposals import supported_by
from portal import clock
from portal.models import Participant, Partnership

INTERESTS = list(Interest)
NEW_IDEAS = 3  # on the front page
IDEAS = 6
AT_MOST = 100  # dates in one week, or activities on other days


@dataclass(frozen=True)
class Day:
    day: date
    dates: list[DateShown]


@dataclass(frozen=True)
class Ideas:
    """Suggested activities that take support now, and the spaces that take another one."""

    proposals: list[Proposal]
    supported: set[int]
    spaces: list[Workspace]


@dataclass(frozen=True)
class WhatsOn:
    """One week from its Monday, day by day; what else is going on; and what people wish for.

    `elsewhere`: every running activity that the week does not show as still to come.
    """

    week: date
    days: list[Day]
    elsewhere: list[Activity]
    ideas: Ideas

    @property
    def last_day(self) -> date:
        return self.week + timedelta(days=6)

    @property
    def earlier(self) -> date:
        return self.week - timedelta(days=7)

    @property
    def later(self) -> date:
        return self.week + timedelta(days=7)


@dataclass(frozen=True)
class FiveMinutes:
    """What somebody with five minutes can do from the front page, each with one tap."""

    votes: list[Ballot]
    ideas: Ideas
    dates: list[DateShown]


def _at_stage(act: str) -> Exists:
    """Whether the space `workspace_id` is at a stage that opens `act` today."""
    return Exists(
        Stage.objects.on_today().filter(
            workspace=OuterRef("workspace_id"), kind__in=STAGE_OPENS[act]
        )
    )


def monday_of(asked: str) -> date:
    """The Monday of the day that `?week=` names; of today for anything that is no day."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = clock.today()
    if not 2000 <= day.year <= 2200:
        day = clock.today()
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _between(first: date, last: date) -> Q:
    """Dates that begin from the day `first` to the day before `last`, where the service is."""
    return Q(starts_at__gte=_midnight(first), starts_at__lt=_midnight(last))


def whats_on(
    partnership: Partnership, participant: Participant | None, *, week: date, interest: str = ""
) -> WhatsOn:
    """What is on in the week from Monday `week`, of one interest if asked."""
    found = dates_of(partnership, participant).filter(_between(week, week + timedelta(days=7)))
    running = activities_of(partnership, participant).running()  # type: ignore[attr-defined]
    if interest:
        found = found.filter(activity__interest=interest)
        running = running.filter(interest=interest)
    shown = dates_shown(found[:AT_MOST], participant)
    next_at = Min(
        "dates__starts_at",
        filter=Q(dates__starts_at__gt=clock.now(), dates__cancelled_at=None),
    )
    here = {each.date.activity_id for each in shown if each.date.can_be_joined}
    elsewhere = running.exclude(pk__in=here).annotate(next_at=next_at)
    return WhatsOn(
        week=week,
        days=[
            Day(day, list(those))
            for day, those in groupby(shown, lambda s: timezone.localdate(s.date.starts_at))
        ],
        elsewhere=list(elsewhere.order_by(F("next_at").asc(nulls_last=True), "pk")[:AT_MOST]),
        ideas=ideas(partnership, participant),
    )


def ideas(
    partnership: Partnership,
    participant: Participant | None,
    *,
    only_new: bool = False,
    most: int = IDEAS,
) -> Ideas:
    """Suggested activities that take support, newest first.

    `only_new` leaves out one's own and those one supports already.
    """
    found = (
        Proposal.objects.visible_to(participant)
        .live()
        .filter(
            _at_stage("support_proposal"),
            partnership=partnership,
            kind=ProposalKind.ACTIVITY,
            hidden_at=None,
        )
        .select_related("partnership", "workspace", "by__organisation")
    )
    if participant is not None:
        found = found.filter(workspace__in=spaces_admitting(participant).values("pk"))
    if only_new:
        found = found.exclude(by=participant).exclude(supports__participant=participant)
    proposals = list(found.order_by("-pk")[:most])
    return Ideas(
        proposals=proposals,
        supported=set() if only_new else supported_by(participant, proposals),
        spaces=spaces_to_suggest_in(participant),
    )


def spaces_to_suggest_in(participant: Participant | None) -> list[Workspace]:
    """Where somebody can suggest something today: first where most activities are suggested,
    which is what such a space is about, then the newest.
    """
    if participant is None:
        return []
    stage = Stage.objects.on_today().filter(
        workspace=OuterRef("pk"), kind__in=STAGE_OPENS["draft_proposal"]
    )
    spaces = spaces_admitting(participant).filter(Exists(stage))
    suggested = Count(
        "proposals",
        filter=Q(proposals__kind=ProposalKind.ACTIVITY, proposals__opened_at__isnull=False),
        distinct=True,
    )
    in_order = spaces.annotate(suggested=suggested).order_by("-suggested", "-pk")
    return list(in_order.select_related("partnership")[:NEW_IDEAS])


def five_minutes(partnership: Partnership, participant: Participant | None) -> FiveMinutes | None:
    """For the front page: votes that wait for them, new ideas, where to suggest one, and the next
    seven days' dates.

    None for visitors, who have nothing to tap yet.
    """
    if participant is None:
        return None
    today = clock.today()
    soon = (
        dates_of(partnership, participant)
        .standing()  # type: ignore[attr-defined]
        .to_come()
        .filter(_between(today, today + timedelta(days=8)))
    )
    return FiveMinutes(
        votes=list(waiting_for(participant)[:NEW_IDEAS]),
        ideas=ideas(partnership, participant, only_new=True, most=NEW_IDEAS),
        dates=dates_shown(soon[:IDEAS], participant),
    )
