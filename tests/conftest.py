"""Fixtures that every test may use. Data is made by the portal's own operations: tests/world.py."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.rewind import rewinding


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database in which commits are real, for races and browsers. Put back as it was after.

    Use it instead of the `django_db` mark, not beside it (see tests/rewind.py for why).
    """
    with django_db_blocker.unblock(), rewinding():
        yield
