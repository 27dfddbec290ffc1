"""Proposals, and what people do with them: support and comments."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codesign.enums import LIVE_PROPOSALS, CommentKind, ProposalKind, ProposalStatus
from codesign.models.features import ServiceFeature
from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Visibility
from portal.models import Contribution, Link, Participant


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, participant: Participant | None) -> "ProposalQuerySet":
        """Everything opened, and one's own drafts; for visitors, what stands in public spaces."""
        opened = ~Q(status=ProposalStatus.DRAFT)
        if participant is None:
            return self.filter(
                opened,
                workspace__visibility=Visibility.PUBLIC,
                partnership__visibility=Visibility.PUBLIC,
            )
        return self.filter(opened | Q(by=participant), partnership_id=participant.partnership_id)

    def live(self) -> "ProposalQuerySet":
        """Those people can support and comment on now."""
        return self.filter(status__in=LIVE_PROPOSALS)


class Proposal(Contribution):
    """Something that could be done: what, and why it matters."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="proposals")
    feature = models.ForeignKey(
        ServiceFeature, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    kind = models.CharField(max_length=8, choices=ProposalKind, default=ProposalKind.FEATURE)
    title = models.CharField(max_length=120)
    why = models.TextField()
    status = models.CharField(max_length=12, choices=ProposalStatus, default=ProposalStatus.DRAFT)
    status_at = models.DateTimeField(default=clock.now)
    status_reason = models.TextField(blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    # Kept in the transaction that changes them, so a list never counts.
    support_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"]),
            models.Index(fields=["workspace", "status", "-id"]),
            models.Index(fields=["workspace", "-support_count", "-id"]),
            models.Index(fields=["partnership", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_PROPOSALS

    def get_absolute_url(self) -> str:
        return reverse("codesign:proposal", args=[self.partnership.slug, self.pk])


class Support(models.Model):
    """One person's support for one proposal: at most one, by constraint."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="supports")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="supports")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "participant"], name="supported_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant} supports {self.proposal}"


class Comment(Contribution):
    """A point on a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(max_length=10, choices=CommentKind, default=CommentKind.FOR)
    text = models.TextField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["proposal", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
                name="comment_hidden_by_at_why",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None


class ProposalMerge(Link):
    """One proposal's words now live on in another."""

    leads_to = _("was merged into")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="merged_into")
    target = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="merged_from")
