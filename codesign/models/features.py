"""Service features: the parts of the service, and how each stood from which day."""

from django.db import models
from django.urls import reverse

from codesign.enums import FeatureStatus
from portal import clock
from portal.models import Partnership


class ServiceFeature(models.Model):
    """A part of the service as people meet it. What it is like now is its latest version."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="features")
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "name"], name="feature_named_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("codesign:service", args=[self.partnership.slug]) + f"#feature-{self.pk}"


class FeatureVersion(models.Model):
    """How a feature stands from a day on. Append-only: the newest whose day has come counts."""

    feature = models.ForeignKey(ServiceFeature, on_delete=models.PROTECT, related_name="versions")
    status = models.CharField(max_length=8, choices=FeatureStatus)
    words = models.TextField()
    from_day = models.DateField()
    because = models.CharField(max_length=60, blank=True)  # a reference, such as `adaptation:3`
    because_words = models.CharField(max_length=200, blank=True)
    because_url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-from_day", "-id"]
        indexes = [models.Index(fields=["feature", "-from_day", "-id"])]

    def __str__(self) -> str:
        return f"{self.feature}, {self.get_status_display()} from {self.from_day}"
