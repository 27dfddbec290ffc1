"""Fixtures that every test may use. Data is made by the portal's own operations: tests/world.py."""

import os
import re
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.conf import settings
from django.test import TransactionTestCase

from tests.kept_database import keeping
from tests.rewind import rewinding

# Each worker of a run has its own corner of Redis: clearing a cache clears its whole database, and
# announcements would be heard next door.
if settings.REDIS_URL and (worker := os.environ.get("PYTEST_XDIST_WORKER", "")):
    number = int(worker.removeprefix("gw"))
    settings.CACHES["default"]["LOCATION"] = re.sub(r"/\d+$", f"/{number + 10}", settings.REDIS_URL)
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"test-{worker}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_use_migrations: bool,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Make test databases by copying, unless one is asked for that is not of today's migrations."""
    asked = django_db_keepdb or django_db_createdb or not django_db_use_migrations
    with nullcontext() if asked else keeping():
        yield


@pytest.fixture(scope="session", autouse=True)
def _put_back_and_not_emptied() -> Iterator[None]:
    """After a test that commits, put back what was there (tests/rewind.py) and empty nothing.

    Holds for whatever makes commits real: `committing`, `transactional_db`, `live_server`.
    """

    def keep(case: type[TransactionTestCase]) -> None:
        case.kept = rewinding()
        case.kept.__enter__()

    def put_back(case: TransactionTestCase) -> None:
        case.kept.__exit__(None, None, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(keep))
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield


@pytest.fixture(autouse=True)
def _every_page_asks_for_its_footer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of queries are those of a page that remembers nothing, and no test sees another's."""
    monkeypatch.setattr("portal.http.FOOTER_LASTS", 0)


@pytest.fixture
def committing(transactional_db: None) -> None:
    """A database in which commits are real, for races and browsers. Put back as it was after."""


@pytest.fixture(scope="session", autouse=True)
def _files_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests upload goes away with them."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
