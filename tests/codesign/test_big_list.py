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
        acts = [page(reader, each) for each in addresses]
        small, large = measured(acts, rounds=3)
        if large.ms > 2 * small.ms:  # a busy moment, or slow indeed: look longer
            small, large = measured(acts, rounds=15)
        # One more where a page does not hold all: how many there are is asked only then.
        assert large.queries <= min(small.queries + 1, 10), name
        if large.cards == small.cards:  # a page that shows more takes longer, and may
            slow[name] = round(large.ms / small.ms, 2)
    assert len(slow) >= 5
    assert max(slow.values()) <= 2.5, slow
