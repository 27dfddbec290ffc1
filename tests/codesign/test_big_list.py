"""A list costs what its page costs, however long it is. `make load-codesign` measures it all."""

import pytest

from tests.load.codesign import Browser, list_address, lists_of, measured, page, two_workspaces

pytestmark = pytest.mark.django_db


def test_four_thousand_proposals_list_as_fast_as_fifty() -> None:
    world, few, many = two_workspaces(4_000, each=(1, 0))
    reader = Browser(world.carer)
    slow = {}
    for name, query in lists_of(world).items():
        addresses = [list_address(each) + query for each in (few, many)]
        small, large = measured([page(reader, each) for each in addresses], rounds=3)
        assert large.queries <= small.queries <= 10, name
        slow[name] = round(large.ms / small.ms, 2)
    assert max(slow.values()) <= 2.5, slow
