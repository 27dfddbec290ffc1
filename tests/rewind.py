"""Putting the test database back after commits that were real.

Most tests run inside a transaction that is rolled back. Races between threads, and browsers talking
to a server, need commits that others see. Emptying the tables afterwards, as Django's
TransactionTestCase does, is no use here: the record's triggers refuse it, and Wagtail's first pages,
which migrations make, would be gone for the tests that follow. So the database is kept as it was and
put back whole; the triggers stay on all the while.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, transaction


@contextmanager
def rewinding() -> Iterator[None]:
    """Whatever is committed inside, by any thread, is gone afterwards.

    Threads must have closed their connections, or at least be in no transaction, by the end.
    """
    kept = _kept_in_sqlite if connection.vendor == "sqlite" else _kept_in_postgresql
    with kept():
        yield
    cache.clear()


@contextmanager
def _kept_in_sqlite() -> Iterator[None]:
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)
    try:
        yield
    finally:
        connection.ensure_connection()
        copy.backup(connection.connection)
        copy.close()


@contextmanager
def _kept_in_postgresql() -> Iterator[None]:
    """Rows are kept as COPY writes them. TRUNCATE sets off no trigger that is there for each row."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    quoted = [connection.ops.quote_name(table) for table in tables]
    rows: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        for table in quoted:
            with cursor.copy(f"COPY {table} TO STDOUT") as out:
                rows[table] = b"".join(bytes(chunk) for chunk in out)
    try:
        yield
    finally:
        connection.close()  # whatever state it was left in
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(quoted)} RESTART IDENTITY CASCADE")
            for table, kept in rows.items():
                if kept:
                    with cursor.copy(f"COPY {table} FROM STDIN") as back:
                        back.write(kept)
            for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(sql)
