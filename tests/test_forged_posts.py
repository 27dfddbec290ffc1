"""No page writes when it is only read, and no form is taken from another site."""

import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.test_url_matrix import NOBODY, ROWS
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)


def test_reading_a_page_writes_nothing() -> None:
    things = Things(World())
    wrote = {}
    for who in ("facilitator", "provider", "carer", "moderator"):
        client = signed_in(things.world.cast[who])
        for name, row in ROWS.items():
            if row.get == NOBODY:
                continue
            url = reverse(name, args=["norfolk", *row.args(things)])
            with (
                transaction.atomic(),
                CaptureQueriesContext(
                    connection,
                ) as seen,
            ):
                response = client.get(url)
                if response.streaming:
                    b"".join(response)
                transaction.set_rollback(True)
            tables = {found[1] for each in seen if (found := WRITES.match(each["sql"]))}
            if tables - {"django_session"}:
                wrote[f"{name} as {who}"] = tables
    assert not wrote


def test_no_form_is_taken_without_its_token() -> None:
    """Also not from whoever holds a session's seat in a cookie, without an account."""
    things = Things(World())
    taken = []
    for who in ("facilitator", "provider", "carer", "guest"):
        client = Client(enforce_csrf_checks=True)
        client.cookies = signed_in(things.world.cast[who]).cookies
        for name, row in ROWS.items():
            if row.post == NOBODY:
                continue
            url = reverse(name, args=["norfolk", *row.args(things)])
            with transaction.atomic():
                status = client.post(url, row.data).status_code
                transaction.set_rollback(True)
            if status != 403:
                taken.append(f"{name} as {who}: {status}")
    assert not taken
