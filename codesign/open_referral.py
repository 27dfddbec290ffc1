"""The service as other directories read it: Open Referral UK 3.0 (HSDS-UK). Knows no Django.

Shaped like an answer of its `/services`, a page of services with the organisation in each. A
service must have `id`, `name`, `status` and `url`, an organisation `id`, `name` and `description`;
ids are UUIDs and a status is one of four words. Source: the Open Referral UK profile,
https://github.com/OpenReferralUK/uk-profile, files `schema/compiled/service_list.json` and, for the
page around it, `schema/openapi.json` (version 3.0); in words: https://docs.openreferraluk.org/.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

PER_PAGE = 50

# What each of our statuses is called there.
STATUSES = {
    "planned": "inactive",
    "current": "active",
    "changed": "active",
    "paused": "temporarily closed",
    "ended": "defunct",
}


@dataclass(frozen=True)
class Provider:
    """Who answers for the service: a whole partnership, at the address of its front page."""

    name: str
    description: str
    url: str


@dataclass(frozen=True)
class Part:
    """One part of the service as it stands; `status` is ours, `url` its own page."""

    name: str
    summary: str
    words: str
    status: str
    url: str
    changed_at: datetime


def lasting_id(url: str) -> str:
    """A UUID that the same page has every time, and no page anywhere else."""
    return str(uuid5(NAMESPACE_URL, url))


def organization(provider: Provider) -> dict[str, Any]:
    return {
        "id": lasting_id(provider.url),
        "name": provider.name,
        "description": provider.description,
        "website": provider.url,
    }


def service(part: Part, provider: Provider) -> dict[str, Any]:
    """One service. Raises KeyError for a status that is not ours."""
    at = part.changed_at.astimezone(UTC)
    return {
        "id": lasting_id(part.url),
        "name": part.name,
        "description": f"{part.summary}\n\n{part.words}",
        "status": STATUSES[part.status],
        "url": part.url,
        "last_modified": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "organization": organization(provider),
    }


def page(
    parts: Sequence[Part], provider: Provider, *, number: int = 1, per_page: int = PER_PAGE
) -> dict[str, Any]:
    """One page of all the services. A number past the last page is an empty page."""
    contents = parts[(number - 1) * per_page : number * per_page]
    pages = max(1, -(-len(parts) // per_page))
    return {
        "total_items": len(parts),
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": [service(each, provider) for each in contents],
    }
