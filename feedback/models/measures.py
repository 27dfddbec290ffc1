"""Measures with their observations, and reviews: did a change help?"""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from codesign.models import ServiceFeature
from feedback.enums import Direction, Verdict, WhatNext
from portal import clock
from portal.enums import Visibility
from portal.models import Participant, Partnership


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, participant: Participant | None) -> "MeasureQuerySet":
        """Those of one's own partnership; for visitors, of public ones."""
        if participant is None:
            return self.filter(partnership__visibility=Visibility.PUBLIC)
        return self.filter(partnership_id=participant.partnership_id)


class Measure(models.Model):
    """Something counted every month to see whether what should change does."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="measures")
    feature = models.ForeignKey(
        ServiceFeature, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    name = models.CharField(max_length=120)
    definition = models.TextField()
    unit = models.CharField(max_length=40)
    direction = models.CharField(max_length=8, choices=Direction)
    source = models.CharField(max_length=200)
    # Its values are numbers of people, so they pass the disclosure gate.
    counts_people = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("feedback:measure", args=[self.partnership.slug, self.pk])


class ObservationQuerySet(models.QuerySet["Observation"]):
    def standing(self) -> "ObservationQuerySet":
        """Those not superseded by a correction, oldest month first."""
        return self.filter(superseded_by=None).order_by("month")


class Observation(models.Model):
    """One month's reading. Append-only: a correction is a new row that supersedes the old."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="observations")
    month = models.DateField()  # the first day of the month counted
    value = models.DecimalField(max_digits=12, decimal_places=3)
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    why = models.CharField(max_length=300, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "month"],
                condition=Q(supersedes=None),
                name="observed_once_a_month",
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(why=""), name="correction_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.value}"


class Review(models.Model):
    """Somebody's verdict on an adaptation, beside what the people it was for said."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    adaptation = models.ForeignKey(
        "feedback.Adaptation", on_delete=models.PROTECT, related_name="reviews"
    )
    verdict = models.CharField(max_length=20, choices=Verdict)
    words = models.TextField()
    participants_say = models.TextField(blank=True)
    what_next = models.CharField(max_length=8, choices=WhatNext)
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_verdict_display()

    def get_absolute_url(self) -> str:
        return f"{self.adaptation.get_absolute_url()}#review-{self.pk}"
