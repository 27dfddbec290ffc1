"""The register of decisions as an Atom feed."""

from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from codesign.models import Decision
from codesign.queries import decisions as queries
from portal import http
from portal.feeds import MOST_ENTRIES, PartnershipFeed, Reader, tag_uri


class DecisionsFeed(PartnershipFeed):
    """The newest published decisions."""

    path = "decisions"

    def title(self, obj: Reader) -> str:
        return _("Decisions: %(partnership)s") % {"partnership": obj[0].name}

    def link(self, obj: Reader) -> str:
        return reverse("codesign:decisions", args=[obj[0].slug])

    def items(self, obj: Reader) -> list[Decision]:
        return list(
            queries.decisions_of(*obj)
            .prefetch_related(None)
            .select_related("published_by")
            .annotate(
                corrected_at=Max("corrections__answered_at"),
                replaced_at=Max("replaced_by__published_at"),
            )
            .order_by("-published_at", "-pk")[:MOST_ENTRIES]
        )

    def item_guid(self, item: Decision) -> str:
        assert item.published_at is not None
        return tag_uri(item.published_at, f"{item.partnership.slug}/decision/{item.pk}")

    def item_title(self, item: Decision) -> str:
        return item.title

    def item_description(self, item: Decision) -> str:
        return linebreaks(f"{item.what}\n\n{item.reasons}", autoescape=True)

    def item_categories(self, item: Decision) -> list[str]:
        return [item.workspace.title]

    def item_updateddate(self, item: Decision) -> datetime | None:
        """Its words stay; what can still come is a correction, or a decision in its place."""
        later = (item.corrected_at, item.replaced_at, item.published_at)  # type: ignore[attr-defined]
        return max(filter(None, later), default=None)


decisions_feed = http.open_to_visitors(require_safe(DecisionsFeed()))
