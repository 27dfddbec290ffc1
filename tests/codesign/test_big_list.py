"""A list costs what its page costs, however long it is."""

import pytest
from django.test import Client

from tests.load.proposals import compare, pages, two_workspaces
from tests.world import signed_in

pytestmark = pytest.mark.django_db


def test_ten_thousand_proposals_list_as_fast_as_ten() -> None:
    reader, few, many = two_workspaces()
    slow = {}
    for who, client in (("visitor", Client()), ("participant", signed_in(reader))):
        for name, addresses in pages(few, many).items():
            small, large = compare(client, addresses)
            assert large.queries == small.queries, name
            slow[who, name] = round(large.ms / small.ms, 2)
    assert max(slow.values()) <= 2, slow
