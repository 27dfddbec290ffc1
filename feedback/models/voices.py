"""Voices: what people say about how delivery is going."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from codesign.models import ServiceFeature
from feedback.enums import VoiceStatus
from portal import clock
from portal.models import Contribution, Participant


class VoiceQuerySet(models.QuerySet["Voice"]):
    def published(self) -> "VoiceQuerySet":
        return self.filter(status=VoiceStatus.PUBLISHED)

    def waiting(self) -> "VoiceQuerySet":
        return self.filter(status=VoiceStatus.WAITING)


class Voice(Contribution):
    """Two answers: what helped, and what should change.

    An anonymous voice has no `by` and keeps only the Monday of its week (`received_on`, and
    `created_at` at that day's midnight). Its giver comes back with a case code, of which only a
    hash is kept.
    """

    feature = models.ForeignKey(
        ServiceFeature, null=True, blank=True, on_delete=models.PROTECT, related_name="voices"
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
        return (self.what_should_change or self.what_helped)[:60]

    def get_absolute_url(self) -> str:
        return reverse("feedback:voice", args=[self.partnership.slug, self.pk])


class VoiceMessage(models.Model):
    """Something added later: by the giver with their case code, or by the service in reply."""

    voice = models.ForeignKey(Voice, on_delete=models.PROTECT, related_name="messages")
    # Whoever replied for the service; none: the giver.
    by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]
