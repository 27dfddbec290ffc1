"""Reads Pabulib's files of participatory budgets: .pb (pabulib.org)."""

import csv
import io
import re
from fractions import Fraction

from codesign.counting.ballots import BadBallots, Ballot, Ballots, Choice, Number, Option

_AMOUNT = re.compile(r"[0-9]{1,18}([.,][0-9]{0,6})?")
_PARTS = ("META", "PROJECTS", "VOTES")
_METHODS = {"greedy": "greedy", "equalshares": "budget", "equalshares/add1": "budget"}


def read(text: str, *, method: str | None = None) -> Ballots:
    """By the rule that the file names, unless `method` says another. Raises BadBallots."""
    meta, projects, votes = _parts(text)
    facts = {row["key"]: row["value"] for row in meta if "key" in row and "value" in row}
    rule = facts.get("rule", "").strip().lower()
    if method is None and rule not in _METHODS:
        raise BadBallots(
            f"The file says its rule is {rule or 'none'!r}, which is not counted here; "
            "name one with --method, such as budget or greedy."
        )
    if "budget" not in facts:
        raise BadBallots("The file does not say what the budget is.")
    kind = facts.get("vote_type", "approval").strip().lower()
    longest = facts.get("max_length", "").strip()
    return Ballots(
        method=method or _METHODS[rule],
        options=tuple(
            Option(
                _cell(row, "project_id"), row.get("name", ""), _money(_cell(row, "cost"), "cost")
            )
            for row in projects
        ),
        ballots=tuple(
            Ballot(_choice(row, kind, int(longest) if longest.isdecimal() else len(projects)))
            for row in votes
        ),
        budget=_money(facts["budget"], "budget"),
    )


def _parts(text: str) -> list[list[dict[str, str]]]:
    """The rows of the file's three parts, each as a mapping from its column names."""
    parts: dict[str, list[dict[str, str]]] = {}
    rows: list[dict[str, str]] = []
    names: list[str] | None = None
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
        if not any(cell.strip() for cell in row):
            continue
        if row[0].strip() in _PARTS and not any(row[1:]):
            rows = parts.setdefault(row[0].strip(), [])
            names = None
        elif names is None:
            names = [name.strip() for name in row]
        else:
            rows.append(dict(zip(names, (cell.strip() for cell in row), strict=False)))
    missing = [part for part in _PARTS if part not in parts]
    if missing:
        raise BadBallots(f"The file has no part {missing[0]}.")
    return [parts[part] for part in _PARTS]


def _cell(row: dict[str, str], name: str) -> str:
    if not row.get(name):
        raise BadBallots(f"A project has no {name}.")
    return row[name]


def _money(words: str, what: str) -> Number:
    if not _AMOUNT.fullmatch(words):
        raise BadBallots(f"The {what} {words!r} is not a number.")
    amount = Fraction(words.replace(",", "."))
    return amount.numerator if amount.denominator == 1 else amount


def _choice(row: dict[str, str], kind: str, longest: int) -> Choice:
    """Ticks, or points: those written beside the options, or by place (the first has the most)."""
    chosen = tuple(each.strip() for each in row.get("vote", "").split(",") if each.strip())
    if kind in ("approval", "choose-1"):
        return chosen
    if kind == "ordinal":
        return {option: longest - place for place, option in enumerate(chosen)}
    if kind not in ("cumulative", "scoring"):
        raise BadBallots(f"Votes of the kind {kind!r} are not counted here.")
    given = [each.strip() for each in row.get("points", "").split(",") if each.strip()]
    if len(given) != len(chosen) or not all(each.isdecimal() for each in given):
        raise BadBallots("A vote does not say how many points go to each project.")
    return dict(zip(chosen, map(int, given), strict=True))
