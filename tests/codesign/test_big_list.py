"""A list costs what its page costs, however long it is. `make load-codesign` measures it all."""

import pytest
from django.test import Client

from tests.load.codesign import list_address, lists_of, measured, page, two_workspaces
from tests.world import signed_in

pytestmark = pytest.mark.django_db


class TestBrowser:
    """A browser for `page` that stays inside the test's transaction."""

    __test__ = False

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, method: str, path: str) -> tuple[str, bytes]:
        answer = self.client.generic(method, path)
        return str(answer.status_code), answer.content


def test_four_thousand_proposals_list_as_fast_as_fifty() -> None:
    world, few, many = two_workspaces(4_000, each=(1, 0))
    reader = TestBrowser(signed_in(world.carer))
    slow = {}
    for name, query in lists_of(world).items():
        addresses = [list_address(each) + query for each in (few, many)]
        small, large = measured([page(reader, each) for each in addresses], rounds=3)
        assert large.queries <= small.queries <= 10, name
        slow[name] = round(large.ms / small.ms, 2)
    assert max(slow.values()) <= 2.5, slow
