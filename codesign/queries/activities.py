"""Reads about activities: what is on, who is coming, and five minutes' worth of things to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from codesign import dates
from codesign.enums import OpenTo, ProposalKind, ProposalStatus, SignUpState
from codesign.models import (
    Activity,
    ActivityDate,
    Host,
    Member,
    OpenRole,
    Proposal,
    ProposalActivity,
    SignUp,
    Workspace,
)
from codesign.models.workspaces import EVERYWHERE
from portal import clock, permissions
from portal.models import Participant, Partnership

TO_COME = 12  # dates of one activity
FED = 500  # dates in one calendar feed
FED_SINCE = timedelta(days=60)


@dataclass(frozen=True)
class DateShown:
    """One date as somebody sees it. `mine` is their sign-up, `admitted` whether they may come."""

    date: ActivityDate
    mine: SignUp | None
    admitted: bool

    @property
    def is_coming(self) -> bool:
        return self.mine is not None and self.mine.state == SignUpState.COMING

    @property
    def is_waiting(self) -> bool:
        return self.mine is not None and self.mine.state == SignUpState.WAITING

    @property
    def is_going(self) -> bool:
        return self.is_coming or self.is_waiting

    @property
    def can_join(self) -> bool:
        return self.admitted and self.date.can_be_joined

    @property
    def places_left(self) -> int | None:
        """How many more can come; None where there is no limit."""
        capacity = self.date.activity.capacity
        return None if capacity is None else max(capacity - self.date.coming_count, 0)


@dataclass(frozen=True)
class ActivityPage:
    """Everything the page of an activity shows besides its own words."""

    dates: list[DateShown]
    past: list[ActivityDate]
    came_from: list[Proposal]
    rhythm: str
    knows_link: bool
    runs_it: bool


@dataclass(frozen=True)
class FromProposal:
    """The activity a proposal became, or else whether the reader may start it."""

    activity: Activity | None
    can_start: bool


@dataclass(frozen=True)
class DatePage:
    """One date for one reader; who is coming by name only for those who lead it.

    `knows_link`: they may read the link to meet, which nobody needs of a date that is called off.
    """

    shown: DateShown
    place_in_line: int
    coming: list[SignUp]
    waiting: list[SignUp]
    knows_link: bool
    runs_it: bool

    @property
    def has_answered(self) -> bool:
        """Whether the reader has said how it was."""
        return self.shown.mine is not None and self.shown.mine.answered

    @property
    def is_asked(self) -> bool:
        """Whether the reader was coming, it has begun, and they have not said how it was."""
        date = self.shown.date
        here = self.shown.is_coming and date.has_begun and not date.is_cancelled
        return here and not self.has_answered


def spaces_admitting(participant: Participant) -> QuerySet[Workspace]:
    """The spaces somebody may take part in: `Workspace.admits`, asked about all at once."""
    spaces: QuerySet[Workspace] = Workspace.objects.visible_to(participant).order_by()
    if participant.has_duty(*EVERYWHERE):
        return spaces
    roles = OpenRole.objects.filter(workspace=OuterRef("pk"), role=participant.role)
    members = Member.objects.filter(workspace=OuterRef("pk"), participant=participant)
    return spaces.filter(
        Q(open_to=OpenTo.PARTNERSHIP) | Q(Exists(roles), open_to=OpenTo.ROLES) | Q(Exists(members))
    )


def activities_of(partnership: Partnership, participant: Participant | None) -> QuerySet[Activity]:
    """The activities of a partnership somebody may read, with who leads them."""
    return (
        Activity.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("partnership", "workspace__partnership")
        .prefetch_related("hosts__participant__organisation")
    )


def dates_of(partnership: Partnership, participant: Participant | None) -> QuerySet[ActivityDate]:
    """The dates of a partnership's activities somebody may read, in order of time."""
    return (
        ActivityDate.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("activity__partnership", "activity__workspace__partnership")
        .prefetch_related("activity__hosts__participant__organisation")
        .order_by("starts_at", "pk")
    )


def dates_shown(found: Iterable[ActivityDate], participant: Participant | None) -> list[DateShown]:
    """These dates as somebody sees them; two queries more, however many there are."""
    listed = list(found)
    if participant is None or not listed:
        return [DateShown(each, None, admitted=False) for each in listed]
    mine = {
        each.date_id: each
        for each in SignUp.objects.filter(participant=participant, date__in=listed)
    }
    spaces = {each.activity.workspace_id for each in listed}
    admitting = set(
        spaces_admitting(participant).filter(pk__in=spaces).values_list("pk", flat=True)
    )
    return [
        DateShown(each, mine.get(each.pk), admitted=each.activity.workspace_id in admitting)
        for each in listed
    ]


def rhythm_words(activity: Activity) -> str:
    """How often it happens, as people say it: “Every Thursday”."""
    said = dates.rhythm(activity.rrule, timezone.localtime(activity.first_at))
    if said is None:
        return _("On several dates") if activity.rrule else ""
    day = WEEKDAYS[said.day]
    if said.often == "monthly":
        nth = {
            1: _("first"),
            2: _("second"),
            3: _("third"),
            4: _("fourth"),
            -1: _("last"),
        }.get(said.nth, "")
        words = _("Every month, on the %(nth)s %(day)s") % {"nth": nth, "day": day}
    elif said.every == 1:
        words = _("Every %(day)s") % {"day": day}
    else:
        words = _("Every %(n)d weeks on %(day)s") % {"n": said.every, "day": day}
    if said.until is not None:
        until = date_format(said.until, "j F Y")
        words = _("%(rhythm)s, until %(day)s") % {"rhythm": words, "day": until}
    return words


def runs(activity: Activity, participant: Participant | None) -> bool:
    """Whether somebody leads an activity, or facilitates here."""
    return permissions.can(participant, "edit_activity", activity)


def _knows_link(activity: Activity, participant: Participant | None) -> bool:
    """The link to meet online is for those who are coming, and for those who lead it."""
    if participant is None or not activity.link:
        return False
    return (
        runs(activity, participant)
        or SignUp.objects.filter(
            date__activity=activity,
            date__cancelled_at=None,
            participant=participant,
            state=SignUpState.COMING,
        ).exists()
    )


def activity_page(activity: Activity, participant: Participant | None) -> ActivityPage:
    """What `participant` (None: a visitor) sees of an activity."""
    own = dates_of(activity.partnership, participant).filter(activity=activity)
    sources = ProposalActivity.objects.standing().filter(target=activity).values("source")
    return ActivityPage(
        dates=dates_shown(own.to_come()[:TO_COME], participant),  # type: ignore[attr-defined]
        past=list(own.filter(starts_at__lte=clock.now()).order_by("-starts_at")[:TO_COME]),
        came_from=list(
            Proposal.objects.visible_to(participant)
            .filter(pk__in=sources)
            .select_related("partnership")
        ),
        rhythm=rhythm_words(activity),
        knows_link=_knows_link(activity, participant),
        runs_it=runs(activity, participant),
    )


def shown_to(chosen: ActivityDate, participant: Participant | None) -> DateShown:
    return dates_shown([chosen], participant)[0]


def date_page(chosen: ActivityDate, participant: Participant | None) -> DatePage:
    """What `participant` (None: a visitor) sees of one date."""
    shown = shown_to(chosen, participant)
    names: list[SignUp] = []
    if permissions.can(participant, "see_sign_ups", chosen):
        names = list(
            chosen.sign_ups.exclude(state=SignUpState.CANCELLED)
            .select_related("participant__organisation")
            .order_by("at", "pk")
        )
    before = 0
    if shown.mine is not None and shown.is_waiting:
        before = chosen.sign_ups.filter(
            Q(at__lt=shown.mine.at) | Q(at=shown.mine.at, pk__lt=shown.mine.pk),
            state=SignUpState.WAITING,
        ).aggregate(n=Count("pk"))["n"]
    return DatePage(
        shown=shown,
        place_in_line=before + 1,
        coming=[each for each in names if each.state == SignUpState.COMING],
        waiting=[each for each in names if each.state == SignUpState.WAITING],
        knows_link=not chosen.is_cancelled and _knows_link(chosen.activity, participant),
        runs_it=runs(chosen.activity, participant),
    )


def of_proposal(proposal: Proposal, participant: Participant | None) -> FromProposal:
    """What became of a suggested activity; at most one query, none for any other proposal."""
    if proposal.kind != ProposalKind.ACTIVITY or proposal.status != ProposalStatus.AGREED:
        return FromProposal(None, can_start=False)
    link = (
        ProposalActivity.objects.standing()
        .filter(source=proposal)
        .select_related("target__partnership")
        .first()
    )
    if link is not None:
        return FromProposal(link.target, can_start=False)
    return FromProposal(None, permissions.can(participant, "start_activity", proposal))


def dates_fed(partnership: Partnership, participant: Participant | None) -> QuerySet[ActivityDate]:
    """The dates a calendar feed holds: not so long ago, and to come; called-off ones too."""
    return dates_of(partnership, participant).filter(starts_at__gt=clock.now() - FED_SINCE)


def dates_of_person(participant: Participant) -> QuerySet[ActivityDate]:
    """What stands in somebody's own calendar: where they come, wait, or lead."""
    going = SignUp.objects.filter(participant=participant).exclude(state=SignUpState.CANCELLED)
    led = Host.objects.filter(participant=participant)
    return dates_fed(participant.partnership, participant).filter(
        Q(pk__in=going.values("date")) | Q(activity__in=led.values("activity"))
    )
