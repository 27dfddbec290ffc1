"""Finding by words, with the database's own full-text index: SQLite's FTS5 or PostgreSQL's.

A table becomes searchable by a migration that calls `index` with the columns that hold its words.
Both indexes know English word endings ("breaks" finds "break") and follow every write by
themselves, so no operation has to remember them. Words are looked for as words, never as a query
language: whatever somebody types is safe to pass on.
"""

import re
import unicodedata
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import FloatField, Model, QuerySet
from django.db.models.expressions import RawSQL

Item = TypeVar("Item", bound=Model)
LONGEST = 12  # words looked for at once
# Words that stand in every text find everything, so they are not looked for.
EVERYWHERE = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can for from have i in is it me more my of on or our so that the"
        " their them there they this to us was we what when where which who will with you your",
    )
)


def words_of(typed: str) -> list[str]:
    """The words to look for in what somebody typed: letters and figures only, each once."""
    found = dict.fromkeys(re.findall(r"[^\W_]{2,40}", typed.lower()))
    return [word for word in found if word not in EVERYWHERE][:LONGEST]


_ENDINGS = ("ings", "ing", "ies", "ied", "ers", "er", "es", "ed", "ly", "s", "y")


def _stem(word: str) -> str:
    """A word without its ending and its accents: rough, and the same on every database."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            return plain.removesuffix(ending)
    return plain


def shared(words: str, text: str) -> float:
    """How much of what `words` look for stands in `text`, from 0 to 1. Nothing to look for: 0.

    For telling whether what `matching` finds with `any_word` is worth showing: how close a database
    says a text is means something else on each.
    """
    wanted = {_stem(word) for word in words_of(words)}
    there = {_stem(word) for word in re.findall(r"[^\W_]{2,40}", text.lower())}
    return len(wanted & there) / len(wanted) if wanted else 0.0


def matching(items: QuerySet[Item], typed: str, *, any_word: bool = False) -> QuerySet[Item]:
    """Those of `items` that have the words, best first, each with its `closeness` (0 upwards).

    All words must be there, the last perhaps unfinished; with `any_word` one is enough. Nothing to
    look for finds nothing.
    """
    words = words_of(typed)
    if not words:
        return items.none()
    table = items.model._meta.db_table
    if connections[items.db].vendor == "postgresql":
        query = (" | " if any_word else " & ").join(f"{word}:*" for word in words)
        found = items.extra(
            where=[f"{table}.search @@ to_tsquery('english', %s)"], params=[query]
        ).annotate(
            closeness=RawSQL(
                f"ts_rank({table}.search, to_tsquery('english', %s))", [query], FloatField()
            )
        )
    else:
        query = (" OR " if any_word else " AND ").join(f'"{word}"*' for word in words)
        # bm25 is smaller the better it fits; a title counts more than the rest.
        found = items.extra(
            tables=[f"{table}_search"],
            where=[f"{table}_search.rowid = {table}.id AND {table}_search MATCH %s"],
            params=[query],
        ).annotate(closeness=RawSQL(f"-bm25({table}_search, 4.0, 1.0)", [], FloatField()))
    return found.order_by("-closeness", "-pk")


def index(schema_editor: BaseDatabaseSchemaEditor, table: str, columns: list[str]) -> None:
    """Make a table searchable: for a migration. The first column weighs most.

    Changing the table with a later migration remakes it on SQLite, which drops its triggers: call
    `index` again after it. tests/codesign/test_search.py fails until it is.
    """
    drop(schema_editor, table)
    if schema_editor.connection.vendor == "postgresql":
        weights = "ABCD"
        text = " || ".join(
            f"setweight(to_tsvector('english', coalesce({column}, '')), '{weights[place]}')"
            for place, column in enumerate(columns)
        )
        schema_editor.execute(
            f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS ({text}) STORED"
        )
        schema_editor.execute(f"CREATE INDEX {table}_search ON {table} USING gin (search)")
        return
    names = ", ".join(columns)
    new = ", ".join(f"new.{column}" for column in columns)
    old = ", ".join(f"old.{column}" for column in columns)
    forget = (
        f"INSERT INTO {table}_search ({table}_search, rowid, {names}) "
        f"VALUES ('delete', old.id, {old});"
    )
    keep = f"INSERT INTO {table}_search (rowid, {names}) VALUES (new.id, {new});"
    schema_editor.execute(
        f"CREATE VIRTUAL TABLE {table}_search USING fts5({names}, content='{table}', "
        "content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {table}_search_added AFTER INSERT ON {table} BEGIN {keep} END"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {table}_search_gone AFTER DELETE ON {table} BEGIN {forget} END"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {table}_search_changed AFTER UPDATE OF {names} ON {table} "
        f"BEGIN {forget} {keep} END"
    )
    schema_editor.execute(f"INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')")


def drop(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Undo `index`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS search")
        return
    for moment in ("added", "gone", "changed"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_search_{moment}")
    schema_editor.execute(f"DROP TABLE IF EXISTS {table}_search")


def forwards(table: str, columns: list[str]) -> Any:
    """`index` as the function a RunPython takes."""
    return lambda _apps, schema_editor: index(schema_editor, table, columns)


def backwards(table: str) -> Any:
    return lambda _apps, schema_editor: drop(schema_editor, table)
