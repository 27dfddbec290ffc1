"""Links: the ties the thread is made of. Append-only: a link is removed, never deleted."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.models.people import Participant, Partnership


class LinkQuerySet(models.QuerySet[Any]):
    def standing(self) -> "LinkQuerySet":
        """Links that have not been removed."""
        return self.filter(removed_at=None)


class Link(models.Model):
    """Abstract base of a tie that runs forward along the thread, from `source` to `target`.

    A concrete link adds the two foreign keys, `source` and `target`, and `leads_to`, the words that
    stand between them on a trail.
    """

    leads_to: ClassVar[Any] = _("led to")

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    removed_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removal_reason = models.CharField(max_length=500, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=Q(removed_at=None),
                name="%(class)s_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removal_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removal_reason="")),
                name="%(class)s_removed_by_at_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"  # type: ignore[attr-defined]

    @property
    def space(self) -> Any:
        """The space that one of its ends stands in: why they are tied may tell what is there."""
        ends = (self.source, self.target)  # type: ignore[attr-defined]
        return next((end.space for end in ends if hasattr(end, "space")), None)
