"""Reads a file of ballots, whichever of the formats it is in, and a file of agreement."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from codesign.counting import pabulib, preflib, published, scottish_csv
from codesign.counting.ballots import BadBallots, Ballots
from codesign.counting.common_ground import AGREE, DISAGREE, PASS
from codesign.counting.methods import named

RANKINGS = ("rank_one", "rank_several")
RANKED = (".soc", ".soi", ".toc", ".toi")
_NOT_OPTIONS = ("participant", "n-comments", "n-votes", "n-agree", "n-disagree", "xid")
_GROUPS = ("group-id", "group", "role")
_VOTES = {"1": AGREE, "-1": DISAGREE, "0": PASS, "": 0}


class Rows(Protocol):
    """What csv.reader gives: the rows of a table, and the line it has come to."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


def ballots(path: Path, *, method: str | None = None, seats: int | None = None) -> Ballots:
    """The ballots in a file, by the method and for the places that the file says or that are given.

    Raises BadBallots if there is anything that cannot be counted.
    """
    chosen = named(method) if method else None
    try:
        found = _found(_text(path), path.suffix.lower(), chosen, seats)
    except csv.Error as problem:
        raise BadBallots(f"{path} is not a table: {problem}.") from problem
    if chosen and (chosen in RANKINGS) != (found.method in RANKINGS):
        raise BadBallots(f"These ballots are not of the kind that {chosen} counts.")
    if seats is not None:
        found = replace(found, seats=seats)
    return replace(found, method=chosen) if chosen else found


def _found(text: str, kind: str, chosen: str | None, seats: int | None) -> Ballots:
    if kind == ".pb":
        return pabulib.read(text, method=chosen if chosen not in RANKINGS else None)
    if kind in RANKED:
        return preflib.read(text, seats=seats)
    if kind == ".csv":
        return scottish_csv.read(text, seats=seats)
    if kind == ".json":
        return published.read(text)
    raise BadBallots(
        "The name of the file should end in .pb, .soc, .soi, .toc, .toi, .csv or .json."
    )


def agreement(path: Path) -> tuple[list[str], list[tuple[str, bytes]]]:
    """The statements of a file of agreement, and each grouped person's group and votes.

    The file has a heading line, a column with the group (people without one are left out), and a
    column for each statement: 1 agrees, -1 disagrees, 0 passes, empty was not asked. Raises
    BadBallots.
    """
    try:
        return _agreement(csv.reader(io.StringIO(_text(path), newline="")))
    except csv.Error as problem:
        raise BadBallots(f"{path} is not a table: {problem}.") from problem


def _agreement(rows: Rows) -> tuple[list[str], list[tuple[str, bytes]]]:
    heading = [name.strip() for name in next(rows, [])]
    at = next((heading.index(name) for name in _GROUPS if name in heading), None)
    if at is None:
        raise BadBallots("The file has no column named group-id, group or role.")
    columns = [n for n, name in enumerate(heading) if n != at and name not in _NOT_OPTIONS]
    statements = [heading[n] for n in columns]
    if not statements or len(set(statements)) != len(statements):
        raise BadBallots("The file needs a column for each statement, each with its own name.")
    found = []
    for row in rows:
        if len(row) > at and (group := row[at].strip()):
            found.append((group, _votes(row, columns, rows.line_num)))
    return statements, found


def _votes(row: list[str], columns: Sequence[int], line: int) -> bytes:
    if len(row) <= columns[-1]:
        raise BadBallots(f"Line {line} is shorter than the heading.")
    try:
        return bytes([_VOTES[row[n].strip()] for n in columns])
    except KeyError as other:
        raise BadBallots(f"Line {line} has {other} where 1, -1, 0 or nothing should be.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise BadBallots(f"{path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError:
        raise BadBallots(f"{path} is not text in UTF-8.") from None
