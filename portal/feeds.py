"""What the Atom feeds of a partnership share, for people who read in a program of their own."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from portal.http import PortalRequest
from portal.models import Participant, Partnership

MOST_ENTRIES = 50

Reader = tuple[Partnership, Participant | None]


def tag_uri(day: datetime, specific: str) -> str:
    """A name that stays the same when addresses change (RFC 4151)."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"tag:{host},{timezone.localdate(day):%Y-%m-%d}:{specific}"


class FoundedAtom(Atom1Feed):
    """An empty feed is as old as its partnership, and not new each time it is asked for."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.feed["founded"]


class PartnershipFeed(Feed):
    """Something of a partnership, as far as whoever asks may read it. `path` ends its name."""

    feed_type = FoundedAtom
    path: str

    def get_object(self, request: HttpRequest) -> Reader:
        assert isinstance(request.partnership, Partnership)  # type: ignore[attr-defined]
        ours: PortalRequest = request  # type: ignore[assignment]
        return ours.partnership, ours.participant

    def subtitle(self, obj: Reader) -> str:
        return obj[0].question

    def feed_guid(self, obj: Reader) -> str:
        return tag_uri(obj[0].created_at, f"{obj[0].slug}/{self.path}")

    def feed_extra_kwargs(self, obj: Reader) -> dict[str, datetime]:
        return {"founded": obj[0].created_at}

    def item_author_name(self, item: Any) -> str:
        return str(item.published_by)

    def item_pubdate(self, item: Any) -> datetime | None:
        return item.published_at  # type: ignore[no-any-return]
