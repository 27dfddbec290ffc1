"""Decisions: what was decided about each proposal, why, and on which evidence."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codesign.enums import Outcome
from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.models import Link, Participant, Partnership


class DecisionQuerySet(models.QuerySet["Decision"]):
    def published(self) -> "DecisionQuerySet":
        return self.filter(published_at__isnull=False)

    def visible_to(self, participant: Participant | None) -> "DecisionQuerySet":
        """Published ones; drafts only for those who may record decisions (see queries)."""
        published = self.published()
        if participant is None:
            return published.filter(
                workspace__visibility="public", partnership__visibility="public"
            )
        return published.filter(
            partnership_id=participant.partnership_id,
            workspace__in=Workspace.objects.visible_to(participant).order_by().values("pk"),
        )


class Decision(models.Model):
    """A decision. Nothing in it changes once it is published; a later one may replace it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="decisions")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(max_length=120)
    what = models.TextField()
    reasons = models.TextField()
    evidence = models.TextField()
    deciders = models.TextField()
    dissent = models.TextField(blank=True)
    review_on = models.DateField()
    drafted_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=40, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "-published_at"]),
            models.Index(fields=["workspace", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="decision_published_by_and_at",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def space(self) -> Workspace:
        return self.workspace

    @property
    def is_public(self) -> bool:
        return self.workspace.is_public

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def get_absolute_url(self) -> str:
        return reverse("codesign:decision", args=[self.partnership.slug, self.pk])


class DecisionOutcome(Link):
    """What a decision says about one proposal; the link's `why` is the reason, and is required."""

    leads_to = _("was decided in")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="outcomes")
    target = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=10, choices=Outcome)
