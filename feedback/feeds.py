"""The change log as an Atom feed, for people who read in a program of their own."""

from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.models import Adaptation
from feedback.queries import adaptations as queries
from portal import http
from portal.feeds import MOST_ENTRIES, PartnershipFeed, Reader, tag_uri


class ChangeLogFeed(PartnershipFeed):
    """The newest published adaptations, as far as whoever asks may read them."""

    path = "changes"

    def title(self, obj: Reader) -> str:
        return _("What has changed: %(partnership)s") % {"partnership": obj[0].name}

    def link(self, obj: Reader) -> str:
        return reverse("feedback:change_log", args=[obj[0].slug])

    def items(self, obj: Reader) -> list[Adaptation]:
        return list(
            queries.change_log(*obj)
            .prefetch_related(None)
            .select_related("published_by")
            .annotate(reviewed_at=Max("reviews__at"))
            .order_by("-published_at", "-pk")[:MOST_ENTRIES]
        )

    def item_guid(self, item: Adaptation) -> str:
        assert item.published_at is not None
        return tag_uri(item.published_at, f"{item.partnership.slug}/adaptation/{item.pk}")

    def item_title(self, item: Adaptation) -> str:
        return f"{item.get_kind_display()}: {item.title}"

    def item_description(self, item: Adaptation) -> str:
        return linebreaks(f"{item.what}\n\n{item.why}", autoescape=True)

    def item_categories(self, item: Adaptation) -> list[str]:
        return [item.feature.name]

    def item_updateddate(self, item: Adaptation) -> datetime | None:
        """Its words stay; what can still come is a review."""
        return item.reviewed_at or item.published_at  # type: ignore[attr-defined]


change_log_feed = http.open_to_visitors(require_safe(ChangeLogFeed()))
