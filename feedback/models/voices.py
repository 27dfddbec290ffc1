"""Voices: what people say about how delivery is going."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from codesign.models import Activity, ServiceFeature
from feedback.enums import VoiceStatus
from portal import clock
from portal.brief import in_brief
from portal.enums import Duty, Visibility
from portal.models import Contribution, Participant

READERS = (Duty.MODERATOR, Duty.SAFEGUARDING_LEAD)


class VoiceQuerySet(models.QuerySet["Voice"]):
    def published(self) -> "VoiceQuerySet":
        return self.filter(status=VoiceStatus.PUBLISHED)

    def held(self) -> "VoiceQuerySet":
        return self.filter(status=VoiceStatus.HELD)

    def to_be_read(self) -> "VoiceQuerySet":
        """Those with words nobody has read yet: new voices, and published ones with more to say."""
        unread = VoiceMessage.objects.unread().filter(voice=OuterRef("pk"))
        return self.filter(
            Q(status=VoiceStatus.WAITING) | Q(Exists(unread), status=VoiceStatus.PUBLISHED)
        )

    def visible_to(self, participant: Participant | None) -> "VoiceQuerySet":
        """Published ones and the tombstones of those that were; besides, one's own.

        Moderators and safeguarding leads also see what waits and what is held.
        """
        seen = Q(status=VoiceStatus.PUBLISHED) | Q(
            status=VoiceStatus.WITHDRAWN, published_at__isnull=False
        )
        if participant is None:
            return self.filter(seen, partnership__visibility=Visibility.PUBLIC)
        here = self.filter(partnership_id=participant.partnership_id)
        if participant.has_duty(*READERS):
            return here
        return here.filter(seen | Q(by=participant))


class Voice(Contribution):
    """Two answers: what helped, and what should change.

    An anonymous voice has no `by` and keeps only the Monday of its week (`received_on`, and
    `created_at` at that day's midnight). Its giver comes back with a case code, of which only a
    hash is kept.
    """

    feature = models.ForeignKey(
        ServiceFeature, null=True, blank=True, on_delete=models.PROTECT, related_name="voices"
    )
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="voices"
    )
    what_helped = models.TextField(blank=True)
    what_should_change = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=VoiceStatus, default=VoiceStatus.WAITING)
    received_on = models.DateField()
    case_hash = models.CharField(max_length=64, blank=True)
    read_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    held_reason = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # A word list said so (feedback/alarm.py): read first. It decides nothing.
    looks_urgent = models.BooleanField(default=False)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "status", "-id"]),
            models.Index(fields=["feature", "status", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case_hash"], condition=~Q(case_hash=""), name="voice_case_once"
            ),
            models.CheckConstraint(
                condition=Q(status=VoiceStatus.WITHDRAWN)
                | ~Q(what_helped="", what_should_change=""),
                name="voice_says_something",
            ),
        ]

    def __str__(self) -> str:
        return in_brief(self.what_should_change or self.what_helped, 60)

    @property
    def week(self) -> date:
        """The Monday of its week. Lists show no finer time of any voice: the times of the named
        ones on either side would tell when an anonymous one came.
        """
        return self.received_on - timedelta(days=self.received_on.weekday())

    @property
    def is_published(self) -> bool:
        return self.status == VoiceStatus.PUBLISHED

    @property
    def is_held(self) -> bool:
        return self.status == VoiceStatus.HELD

    @property
    def is_withdrawn(self) -> bool:
        return self.status == VoiceStatus.WITHDRAWN

    def get_absolute_url(self) -> str:
        return reverse("feedback:voice", args=[self.partnership.slug, self.pk])


class VoiceMessageQuerySet(models.QuerySet["VoiceMessage"]):
    def unread(self) -> "VoiceMessageQuerySet":
        """What givers added and no moderator has read yet."""
        return self.filter(by=None, published_at=None)


class VoiceMessage(models.Model):
    """Something added later: by the giver with their case code, or by the service in reply.

    A reply is published at once; what the giver adds is read by a moderator first.
    """

    voice = models.ForeignKey(Voice, on_delete=models.PROTECT, related_name="messages")
    # Whoever replied for the service; none: the giver.
    by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VoiceMessageQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["voice"], condition=Q(by=None, published_at=None), name="message_unread"
            )
        ]

    def __str__(self) -> str:
        return in_brief(self.text, 60)

    @property
    def partnership_id(self) -> int:
        """A message stands inside its voice's wall; permissions and the record ask for this."""
        return self.voice.partnership_id
