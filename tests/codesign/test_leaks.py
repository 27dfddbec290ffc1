"""What a moderator hid, and what stands in a closed space, is readable nowhere else.

One browser walks every link it is shown, from every page there is, and reads all of it.
"""

import re
from collections.abc import Iterable
from html import unescape

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.test_url_matrix import NOBODY, ROWS
from tests.things import Things

pytestmark = pytest.mark.django_db

LINK = re.compile(r'(?:href|src|hx-get|data-src)="(/[^"#]*)')
NOT_FOLLOWED = ("/accounts/", "/static/", "/admin", "/demo")
FORMATS = ("csv", "xlsx", "json")


def every_page(things: Things) -> set[str]:
    """The address of every page there is, about each of these things."""
    return {
        reverse(name, args=["norfolk", *row.args(things)])
        for name, row in ROWS.items()
        if row.get != NOBODY
    }


def get(client: Client, url: str) -> HttpResponse:
    """One page, with whatever it writes undone."""
    with transaction.atomic():
        response = client.get(url)
        if response.streaming:
            response.content = b"".join(response)
        transaction.set_rollback(True)
    return response


def walk(client: Client, starts: Iterable[str], most: int = 1000) -> dict[str, str]:
    """What stands on every page that can be reached by links from `starts`, by address."""
    waiting, found = list(dict.fromkeys(starts)), {}
    seen = set(waiting)
    while waiting and len(found) < most:
        url = waiting.pop(0)
        response = get(client, url)
        assert response.status_code < 500, url
        text = response.content.decode(errors="replace")
        if response.status_code in {301, 302}:
            text = f'href="{response.headers["Location"]}"'
        found[url] = unescape(text)
        for link in LINK.findall(text):
            address = unescape(link)
            if address not in seen and not address.startswith(NOT_FOLLOWED):
                seen.add(address)
                waiting.append(address)
    return found
