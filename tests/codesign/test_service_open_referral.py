"""The service for other directories, held against what Open Referral UK 3.0 asks of it.

What is required, which words a status may be and which fields there are: the profile's own
`schema/compiled/service_list.json` and `schema/openapi.json`, read on 22 November 2026 at
https://github.com/OpenReferralUK/uk-profile.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from codesign import open_referral
from codesign.enums import FeatureStatus
from codesign.operations import features
from portal import clock
from tests.world import World

SERVICE_REQUIRED = {"id", "name", "status", "url"}
SERVICE_FIELDS = SERVICE_REQUIRED | {"description", "last_modified", "organization"}
ORGANIZATION_REQUIRED = {"id", "name", "description"}
ORGANIZATION_FIELDS = ORGANIZATION_REQUIRED | {"website"}
STATUSES = {"active", "inactive", "defunct", "temporarily closed"}
PAGE = {
    "total_items": int,
    "total_pages": int,
    "page_number": int,
    "size": int,
    "first_page": bool,
    "last_page": bool,
    "empty": bool,
    "contents": list,
}
MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def assert_fits(page: dict[str, Any]) -> None:
    assert {key: type(value) for key, value in page.items()} == PAGE
    assert page["size"] == len(page["contents"])
    for service in page["contents"]:
        assert SERVICE_REQUIRED <= service.keys() <= SERVICE_FIELDS
        assert service["status"] in STATUSES
        assert MILLISECONDS.fullmatch(service["last_modified"])
        organization = service["organization"]
        assert ORGANIZATION_REQUIRED <= organization.keys() <= ORGANIZATION_FIELDS
        for thing in (service, organization):
            assert str(UUID(thing["id"])) == thing["id"]
            assert all(value for value in thing.values())
        for url in (service["url"], organization["website"]):
            assert urlsplit(url).scheme in {"http", "https"}
            assert urlsplit(url).netloc


def part(number: int, status: str = "current") -> open_referral.Part:
    return open_referral.Part(
        name=f"Part {number}",
        summary="In short.",
        words="At length.",
        status=status,
        url=f"https://example.org/p/norfolk/service/{number}/",
        changed_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    )


PROVIDER = open_referral.Provider("Norfolk", "Breaks.", "https://example.org/norfolk/")


def test_every_status_of_ours_has_one_of_theirs() -> None:
    assert set(open_referral.STATUSES) == set(FeatureStatus.values)
    assert set(open_referral.STATUSES.values()) == STATUSES


def test_ids_last_and_differ() -> None:
    one, other = (open_referral.service(part(n), PROVIDER)["id"] for n in (1, 2))
    assert one == open_referral.service(part(1, "ended"), PROVIDER)["id"]
    assert one != other


def test_a_long_service_comes_in_pages() -> None:
    parts = [part(number) for number in range(5)]
    pages = [open_referral.page(parts, PROVIDER, number=n, per_page=2) for n in (1, 2, 3, 4)]
    for each in pages:
        assert_fits(each)
    assert [each["size"] for each in pages] == [2, 2, 1, 0]
    assert [each["first_page"] for each in pages] == [True, False, False, False]
    assert [each["last_page"] for each in pages] == [False, False, True, True]
    assert [each["empty"] for each in pages] == [False, False, False, True]
    names = [service["name"] for each in pages for service in each["contents"]]
    assert names == [each.name for each in parts]


def test_nothing_is_one_empty_page() -> None:
    page = open_referral.page([], PROVIDER)
    assert_fits(page)
    assert (page["total_pages"], page["empty"], page["last_page"]) == (1, True, True)


@pytest.mark.django_db
def test_service_json_fits_for_every_status_and_any_day() -> None:
    world = World()
    for status in FeatureStatus:
        features.add_service_feature(
            name=f"A part that is {status}",
            summary="In short.",
            words="At length.",
            status=status,
            by=world.provider,
        )
    url = reverse("codesign:service_json", args=["norfolk"])
    response = Client().get(url)
    assert response.headers["Content-Type"] == "application/json"
    page = response.json()
    assert_fits(page)
    assert page["total_items"] == 6
    assert {each["name"]: each["status"] for each in page["contents"]} == {
        "A part that is planned": "inactive",
        "A part that is current": "active",
        "A part that is changed": "active",
        "A part that is paused": "temporarily closed",
        "A part that is ended": "defunct",
        "Short breaks": "active",
    }
    assert page["contents"][0]["organization"]["name"] == world.partnership.name
    yesterday = clock.today() - timedelta(days=1)
    assert Client().get(url, {"on": f"{yesterday:%Y-%m-%d}"}).json()["empty"]
    assert Client().get(url, {"on": "soon"}).status_code == 400
    for number in ("0", "-1", "x", "9" * 30, "²"):
        assert Client().get(url, {"page": number}).json()["page_number"] == 1
    assert Client().get(url, {"page": "2"}).json()["empty"]


@pytest.mark.django_db
def test_the_address_of_a_service_is_the_page_of_the_part() -> None:
    world = World()
    (service,) = Client().get("/p/norfolk/service/services.json").json()["contents"]
    page = Client().get(urlsplit(service["url"]).path)
    assert page.status_code == 200
    assert world.feature.name in page.content.decode()
