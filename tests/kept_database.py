"""The migrated test database, kept between runs: migrating takes a minute, copying no time.

What is kept is named by a hash of all that shapes it: every module of ours, with migrations and
triggers, every package with its version, and the database server. So if it is there it is right;
older ones go when a new one is kept.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

PACKAGES = ("portal", "codesign", "feedback", "content")


@contextmanager
def keeping() -> Iterator[None]:
    """Within it a test database is a copy of the one that is kept; or is made, and a copy kept."""
    create = connection.creation.create_test_db

    def copy_or_create(*args: Any, **kwargs: Any) -> str:
        with (settings.VAR_DIR / "test-kept.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # workers of a run: the first makes it, others copy
            kept = _Files() if connection.vendor == "sqlite" else _Databases()
            test, name = connection.creation._get_test_db_name(), kept.start + fingerprint()
            older = kept.names()
            if name in older:
                kept.copy(name, test)
                return str(create(*args, **{**kwargs, "keepdb": True}))
            made = str(create(*args, **kwargs))
            if name == kept.start + fingerprint():  # nobody has edited anything meanwhile
                connection.close()  # nobody may be connected to what is copied
                for each in older:
                    kept.drop(each)
                kept.copy(test, name)
            return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.creation, "create_test_db", copy_or_create)
        yield


def fingerprint(root: Path = settings.BASE_DIR) -> str:
    """Of all that a migrated database comes from."""
    server = sqlite3.sqlite_version
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            server = str(cursor.connection.info.server_version)
    packages = sorted(f"{each.name} {each.version}" for each in metadata.distributions())
    digest = hashlib.sha256(repr((connection.vendor, server, packages)).encode())
    for path in sorted(path for name in PACKAGES for path in (root / name).rglob("*.py")):
        digest.update(f"{path.relative_to(root)} {path.stat().st_size} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class _Files:
    """SQLite's, beside each other."""

    start = str(settings.VAR_DIR / "test-kept-")

    def names(self) -> list[str]:
        return [str(path) for path in settings.VAR_DIR.glob("test-kept-*") if not path.suffix]

    def drop(self, name: str) -> None:
        for end in ("", "-wal", "-shm"):  # a killed run leaves the last two behind
            Path(name + end).unlink(missing_ok=True)

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        shutil.copyfile(source, f"{target}.new")  # there whole or not at all
        Path(f"{target}.new").rename(target)


class _Databases:
    """PostgreSQL's, on one server."""

    start = f"{connection.settings_dict['NAME']}_kept_"

    def names(self) -> list[str]:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return [name for (name,) in cursor.fetchall() if name.startswith(self.start)]

    def drop(self, name: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
