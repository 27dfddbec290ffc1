"""Adaptations: the change log of the service, and what each entry came from."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codesign.enums import FeatureStatus
from codesign.models import Decision, Proposal, ServiceFeature
from feedback.enums import AdaptationKind
from feedback.models.measures import Measure
from feedback.models.themes import Theme
from portal import clock
from portal.enums import Visibility
from portal.models import Link, Participant, Partnership


class AdaptationQuerySet(models.QuerySet["Adaptation"]):
    def published(self) -> "AdaptationQuerySet":
        return self.filter(published_at__isnull=False)

    def visible_to(self, participant: Participant | None) -> "AdaptationQuerySet":
        """Published ones; for visitors, those of public partnerships."""
        if participant is None:
            return self.published().filter(partnership__visibility=Visibility.PUBLIC)
        return self.published().filter(partnership_id=participant.partnership_id)


class Adaptation(models.Model):
    """A dated entry in the change log: what is different and why, or why it cannot be.

    Once published its words do not change; a later entry tells what changed again.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="adaptations"
    )
    feature = models.ForeignKey(
        ServiceFeature, on_delete=models.PROTECT, related_name="adaptations"
    )
    kind = models.CharField(max_length=8, choices=AdaptationKind)
    title = models.CharField(max_length=120)
    what = models.TextField()
    why = models.TextField()
    from_day = models.DateField()
    no_source_reason = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("If nobody asked for this: where it came from instead."),
    )
    # How the service description changes when this is published; empty: it does not.
    feature_status = models.CharField(max_length=8, choices=FeatureStatus, blank=True)
    feature_words = models.TextField(blank=True)
    # What we expect to see, on which measure, by when.
    measure = models.ForeignKey(
        Measure, null=True, blank=True, on_delete=models.PROTECT, related_name="adaptations"
    )
    expected = models.TextField(blank=True)
    drafted_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partnership", "-published_at", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="adaptation_published_by_and_at",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_refusal(self) -> bool:
        return self.kind == AdaptationKind.CANNOT

    def get_absolute_url(self) -> str:
        return reverse("feedback:adaptation", args=[self.partnership.slug, self.pk])


class ThemeAdaptation(Link):
    """An adaptation answers a theme directly."""

    leads_to = _("was answered by the change")
    source = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="adaptation_links")
    target = models.ForeignKey(Adaptation, on_delete=models.PROTECT, related_name="theme_links")


class ProposalAdaptation(Link):
    """An adaptation does what a proposal asked for, or says why it cannot be done."""

    leads_to = _("was answered by the change")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="adaptation_links")
    target = models.ForeignKey(Adaptation, on_delete=models.PROTECT, related_name="proposal_links")


class DecisionAdaptation(Link):
    """An adaptation carries out a decision."""

    leads_to = _("was carried out by the change")
    source = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="adaptation_links")
    target = models.ForeignKey(Adaptation, on_delete=models.PROTECT, related_name="decision_links")
