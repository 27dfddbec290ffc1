"""The change log as an Atom feed, for people who read in a program of their own."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.models import Adaptation
from feedback.queries import adaptations as queries
from portal import http
from portal.http import PortalRequest
from portal.models import Participant, Partnership

MOST_ENTRIES = 50


def tag_uri(day: datetime, specific: str) -> str:
    """A name that stays the same when addresses change (RFC 4151)."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"tag:{host},{timezone.localdate(day):%Y-%m-%d}:{specific}"


class ChangeLog(Atom1Feed):
    """An empty change log is as old as its partnership, and not new each time it is asked for."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.feed["founded"]


class ChangeLogFeed(Feed):
    """The newest published adaptations, as far as whoever asks may read them."""

    feed_type = ChangeLog

    def get_object(self, request: HttpRequest) -> tuple[Partnership, Participant | None]:
        assert isinstance(request.partnership, Partnership)  # type: ignore[attr-defined]
        ours: PortalRequest = request  # type: ignore[assignment]
        return ours.partnership, ours.participant

    def title(self, obj: tuple[Partnership, Participant | None]) -> str:
        return _("What has changed: %(partnership)s") % {"partnership": obj[0].name}

    def subtitle(self, obj: tuple[Partnership, Participant | None]) -> str:
        return obj[0].question

    def link(self, obj: tuple[Partnership, Participant | None]) -> str:
        return reverse("feedback:change_log", args=[obj[0].slug])

    def feed_guid(self, obj: tuple[Partnership, Participant | None]) -> str:
        return tag_uri(obj[0].created_at, f"{obj[0].slug}/changes")

    def feed_extra_kwargs(self, obj: tuple[Partnership, Participant | None]) -> dict[str, datetime]:
        return {"founded": obj[0].created_at}

    def items(self, obj: tuple[Partnership, Participant | None]) -> list[Adaptation]:
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

    def item_author_name(self, item: Adaptation) -> str:
        return str(item.published_by)

    def item_pubdate(self, item: Adaptation) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Adaptation) -> datetime | None:
        """Its words stay; what can still come is a review."""
        return item.reviewed_at or item.published_at  # type: ignore[attr-defined]


change_log_feed = http.open_to_visitors(require_safe(ChangeLogFeed()))
