"""Reads for the home page."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from content.models import PartnershipPage
from feedback.models import Adaptation
from portal.enums import Visibility
from portal.models import Participant, User

LATEST = 6


@dataclass(frozen=True)
class Home:
    """What the home page shows, and whose places it links to."""

    open_partnerships: list[PartnershipPage]
    changes: list[Adaptation]
    mine: list[Participant]


def home(user: object) -> Home:
    """The open partnerships, the latest changes made because people spoke, and one's own places.

    A change counts as made because people spoke unless it says that it came from elsewhere.
    """
    return Home(
        open_partnerships=list(open_partnerships()),
        changes=list(
            Adaptation.objects.visible_to(None)
            .filter(no_source_reason="")
            .select_related("partnership", "feature")
            .order_by("-published_at", "-pk")[:LATEST]
        ),
        mine=list(
            Participant.objects.here()
            .filter(user=user)
            .select_related("partnership", "organisation")
            .order_by("partnership__name")
        )
        if isinstance(user, User)
        else [],
    )


def open_partnerships() -> QuerySet[PartnershipPage]:
    """Front pages of the partnerships everyone may read, with the number of changes made there."""
    pages: QuerySet[PartnershipPage] = (
        PartnershipPage.objects.live()
        .filter(partnership__visibility=Visibility.PUBLIC)
        .select_related("partnership")
        .annotate(
            change_count=Count(
                "partnership__adaptations",
                filter=Q(partnership__adaptations__published_at__isnull=False),
            )
        )
        .order_by("partnership__name")
    )
    return pages
