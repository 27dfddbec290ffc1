"""Writes about pages: the site's first texts, and a partnership's front page."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from wagtail.models import Page

from content.models import GuidancePage, HomePage, PartnershipPage
from portal import record
from portal.models import Partnership, ReadablePage

STARTER = Path(__file__).with_name("starter.toml")

Readable = TypeVar("Readable", bound=ReadablePage)
Blocks = Iterable[tuple[str, object]]


def body_blocks(written: Iterable[Mapping[str, str]]) -> list[tuple[str, object]]:
    """Blocks of a body from `[{heading = "…"}, {text = "<p>…</p>"}, …]`."""
    return [(kind, value) for block in written for kind, value in block.items()]


def easy_read_blocks(written: Iterable[Mapping[str, str]]) -> list[tuple[str, object]]:
    """Blocks of an easy-read twin from `[{picture = "talk", words = "…"}, …]`."""
    return [("idea", dict(line)) for line in written]


@transaction.atomic
def set_up_site() -> list[GuidancePage]:
    """Give a new site its guidance pages and its home page's words; returns the pages made.

    What is there already stays as editors left it, so running it again changes nothing.
    """
    starter: dict[str, Any] = tomllib.loads(STARTER.read_text(encoding="utf-8"))
    home = HomePage.objects.get()
    words = starter["home"]
    if not home.body and not home.easy_read:
        home.body = body_blocks(words["body"])
        home.easy_read = easy_read_blocks(words["easy_read"])
        _publish(home)
    there = set(home.get_children().values_list("slug", flat=True))
    made = []
    for written in starter["pages"]:
        if written["slug"] not in there:
            page = GuidancePage(
                title=written["title"],
                slug=written["slug"],
                in_footer=written.get("in_footer", False),
                body=body_blocks(written["body"]),
                easy_read=easy_read_blocks(written["easy_read"]),
            )
            made.append(_publish(page, under=home))
    return made


@transaction.atomic
def publish_partnership_page(
    *, partnership: Partnership, body: Blocks = (), easy_read: Blocks = ()
) -> PartnershipPage:
    """Publish a partnership's front page, or put new words on the one it has.

    Its address is the partnership's slug, right under the home page.
    """
    page = PartnershipPage.objects.filter(partnership=partnership).first()
    under = None
    if page is None:
        under = HomePage.objects.get()
        page = PartnershipPage(
            title=partnership.name, slug=partnership.slug, partnership=partnership
        )
    page.body = list(body)
    page.easy_read = list(easy_read)
    published = _publish(page, under=under)
    record.append(
        "partnership_page_published", by=None, subject=partnership, public={"page": page.pk}
    )
    return published


def _publish(page: Readable, under: Page | None = None) -> Readable:
    if under is not None:
        under.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page
