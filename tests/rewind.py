"""Putting the test database back after commits that were real.

Most tests run inside a transaction that is rolled back. Races between threads, and browsers talking
to a server, need commits that others see. Emptying the tables afterwards, as Django's
TransactionTestCase does, is no use here: the record's triggers refuse it, and Wagtail's first
pages, which migrations make, would be gone for the tests that follow. So the database is kept as it
was and put back whole; the triggers stay on all the while.
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
    """Tables are kept as COPY writes them, and only those that differ afterwards are put back.

    TRUNCATE of every table would be shorter here, and take seconds.
    """
    before = _copied_out()
    try:
        yield
    finally:
        connection.close()  # whatever state it was left in
        now = _copied_out()
        changed = {table for table in before if before[table] != now[table]}
        models = [model for model in apps.get_models() if model._meta.db_table in changed]
        # Django's foreign keys are checked at the end of a transaction, so the order is free.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT event_object_table FROM information_schema.triggers"
                " WHERE event_manipulation = 'DELETE'"
            )
            refusing = {table for (table,) in cursor.fetchall()}
            for table in changed:
                # TRUNCATE sets off no trigger that is there for each row.
                empty = "TRUNCATE" if table in refusing else "DELETE FROM"
                cursor.execute(f"{empty} {connection.ops.quote_name(table)}")
            for table in changed:
                with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as back:
                    back.write(before[table])
            for sql in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(sql)


def _copied_out() -> dict[str, bytes]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    copies: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as out:
                copies[table] = b"".join(bytes(chunk) for chunk in out)
    return copies
