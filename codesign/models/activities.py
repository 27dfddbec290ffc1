"""Activities: agreed proposals that live on as dates people can come to, often led by members."""

from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.enums import Interest, SignUpState
from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Role
from portal.models import Link, Participant, Partnership


def time_words(moment: datetime) -> str:
    """A time of day, such as 2 pm or 10:30 am: without full stops, so that it can end a sentence.

    `moment` is where the activity is.
    """
    return date_format(moment, "P").replace(".", "")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, participant: Participant | None) -> "ActivityQuerySet":
        """Those of spaces somebody may read."""
        spaces = Workspace.objects.visible_to(participant).order_by().values("pk")
        found = self.filter(workspace__in=spaces)
        if participant is None:
            return found
        return found.filter(partnership_id=participant.partnership_id)

    def running(self) -> "ActivityQuerySet":
        return self.filter(ended_at=None)


class Activity(models.Model):
    """Something people do together, with hosts, a place or a link, and dates."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="activities"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="activities")
    title = models.CharField(max_length=120)
    about = models.TextField()
    interest = models.CharField(max_length=10, choices=Interest)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    access = models.CharField(max_length=500, blank=True)
    cost = models.CharField(max_length=120, blank=True)
    bring = models.CharField(max_length=200, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)  # None: no limit
    # RFC 5545 recurrence rule, such as FREQ=WEEKLY;BYDAY=TH; empty for single dates.
    rrule = models.CharField(max_length=200, blank=True)
    first_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    started_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    sequence = models.PositiveIntegerField(default=0)  # iCalendar: how often it was changed
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "-id"]),
            models.Index(fields=["workspace", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(place="") | ~Q(link=""), name="activity_somewhere"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="activity_lasts"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def space(self) -> Workspace:
        return self.workspace

    @property
    def is_public(self) -> bool:
        return self.workspace.is_public

    @cached_property
    def hosted_by(self) -> list[Participant]:
        """Who leads it; one query unless `hosts__participant` was prefetched."""
        return [host.participant for host in self.hosts.all()]

    @property
    def is_user_led(self) -> bool:
        """Led by people the service is for, and by nobody who works for it."""
        roles = {host.role for host in self.hosted_by}
        return bool(roles) and roles <= {Role.SERVICE_USER, Role.CARER}

    def is_by(self, participant: Participant) -> bool:
        return any(host.participant_id == participant.pk for host in self.hosts.all())

    def get_absolute_url(self) -> str:
        return reverse("codesign:activity", args=[self.partnership.slug, self.pk])


class Host(models.Model):
    """Somebody who leads an activity. Any member can."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="hosts")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="hosts")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "participant"], name="host_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant} hosts {self.activity}"


class ActivityDateQuerySet(models.QuerySet["ActivityDate"]):
    def visible_to(self, participant: Participant | None) -> "ActivityDateQuerySet":
        """Those of activities somebody may read about."""
        return self.filter(activity__in=Activity.objects.visible_to(participant).values("pk"))

    def to_come(self) -> "ActivityDateQuerySet":
        return self.filter(starts_at__gt=clock.now()).order_by("starts_at", "pk")

    def standing(self) -> "ActivityDateQuerySet":
        return self.filter(cancelled_at=None)


class ActivityDate(models.Model):
    """One date of an activity, with who is coming. Called off with a reason, never deleted."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="dates")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=300, blank=True)
    # Kept in the transaction that changes them, under the date's row lock.
    coming_count = models.PositiveIntegerField(default=0)
    waiting_count = models.PositiveIntegerField(default=0)
    attended = models.PositiveIntegerField(null=True, blank=True)  # counted by the host, no names
    asked_at = models.DateTimeField(null=True, blank=True)  # when those coming heard "how was it?"

    objects = ActivityDateQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["partnership", "starts_at"])]
        constraints = [
            models.UniqueConstraint(fields=["activity", "starts_at"], name="date_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="date_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        here = localtime(self.starts_at)
        return _("%(title)s on %(day)s, %(time)s") % {
            "title": self.activity,
            "day": date_format(here, "l j F"),
            "time": time_words(here),
        }

    @property
    def space(self) -> Workspace:
        return self.activity.workspace

    @property
    def is_public(self) -> bool:
        return self.activity.is_public

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def has_begun(self) -> bool:
        now: datetime = clock.now()
        return self.starts_at <= now

    @property
    def is_over(self) -> bool:
        now: datetime = clock.now()
        return self.ends_at <= now

    @property
    def can_be_joined(self) -> bool:
        """Whether people can still say that they are coming."""
        return not (self.is_cancelled or self.has_begun or self.activity.ended_at)

    @property
    def sequence(self) -> int:
        """How often what a calendar shows of it was changed (RFC 5545, SEQUENCE)."""
        return self.activity.sequence + self.is_cancelled

    @property
    def is_full(self) -> bool:
        capacity = self.activity.capacity
        return capacity is not None and self.coming_count >= capacity

    def is_by(self, participant: Participant) -> bool:
        return self.activity.is_by(participant)

    def get_absolute_url(self) -> str:
        return reverse("codesign:activity_date", args=[self.activity.partnership.slug, self.pk])


class SignUp(models.Model):
    """One person and one date: coming, waiting or not coming after all. One row each, for ever."""

    date = models.ForeignKey(ActivityDate, on_delete=models.PROTECT, related_name="sign_ups")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="sign_ups")
    state = models.CharField(max_length=10, choices=SignUpState)
    at = models.DateTimeField(default=clock.now)  # since when in this state: the waiting order
    remind = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)
    # That they said how it was; never with which voice, nor when: a moment would tell which.
    answered = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["date", "state", "at", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["date", "participant"], name="signed_up_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_state_display()}"


class ProposalActivity(Link):
    """An agreed proposal became an activity."""

    leads_to = gettext_lazy("became the activity")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="activities")
    target = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="proposals")


class CalendarKey(models.Model):
    """The secret in the address of somebody's own calendar. Only its hash is kept.

    A new key makes the old address worthless; taking it back makes every copy so.
    """

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="calendar_key"
    )
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"calendar of {self.participant}"
