"""Reads and writes ballots as the portal publishes them: JSON, described in docs/counting.md."""

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from codesign.counting.ballots import BadBallots, Ballot, Ballots, Choice, Number, Option
from codesign.counting.methods import VARIANTS, named, rule_of

FORMAT = "throughline-ballots/1"
_FRACTION = re.compile(r"[0-9]{1,18}(/[1-9][0-9]{0,17})?")
_NUMBERS = ("seats", "dots", "most", "quorum", "pass_share", "answered")
_BY_ROLE = ("shares", "quorums")
_TEXTS = ("ballot", "question")


def read(text: str) -> Ballots:
    """Raises BadBallots, also if the file was counted by another variant of its rule than ours."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadBallots("The file is not JSON.") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadBallots(f"The file does not say that its format is {FORMAT}.")
    for key in ("method", "variant", "rule", "options", "lot", "ballots"):
        if key not in data:
            raise BadBallots(f"The file has no {key!r}.")
    method = named(_text(data["method"], "method"))
    if data["variant"] != VARIANTS[method]:
        raise BadBallots(
            f"The rule of this vote is {data['variant']!r}, and this program counts by "
            f"{VARIANTS[method]!r}. Take the version that published it."
        )
    names = _object(data.get("names", {}), "names")
    return Ballots(
        method=method,
        options=tuple(_option(each, names) for each in _list(data["options"], "options")),
        lot=tuple(_text(each, "lot") for each in _list(data["lot"], "lot")),
        ballots=tuple(_ballot(each, method) for each in _list(data["ballots"], "ballots")),
        budget=_number(data.get("budget", 0), "budget"),
        short=tuple(_text(each, "short") for each in _list(data.get("short", []), "short")),
        **_settings(data),
    )


def _settings(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {key: _whole(data[key], key) for key in _NUMBERS if key in data}
    found.update({key: _by_role(data[key], key) for key in _BY_ROLE if key in data})
    found.update({key: _text(data[key], key) for key in _TEXTS if key in data})
    return found


def write(ballots: Ballots) -> dict[str, Any]:
    """The JSON of `ballots`, with every option's place in the lot and the rule in words.

    What people called things stands apart, in `names` and `question`, so that it can be erased from
    a file and the rest still be the same.
    """
    method = named(ballots.method)
    data: dict[str, Any] = {
        "format": FORMAT,
        "method": method,
        "variant": VARIANTS[method],
        "rule": rule_of(ballots),
        "options": [_as_option(each) for each in ballots.options],
        "lot": list(ballots.lot or ballots.ids),
        "ballots": [_as_ballot(each) for each in ballots.ballots],
    }
    plain = Ballots(method, (), ())
    for key in ("budget", *_NUMBERS, *_BY_ROLE, "short", *_TEXTS):
        if getattr(ballots, key) != getattr(plain, key):
            data[key] = _as_written(getattr(ballots, key))
    if names := {option.id: option.name for option in ballots.options if option.name}:
        data["names"] = names
    return data


def _as_option(option: Option) -> dict[str, Any]:
    data: dict[str, Any] = {"id": option.id}
    if option.cost:
        data["cost"] = _as_written(option.cost)
    if option.proposal:
        data["proposal"] = option.proposal
    return data


def _as_ballot(ballot: Ballot) -> dict[str, Any]:
    data: dict[str, Any] = {"choice": _as_written(ballot.choice)}
    if ballot.code:
        data["code"] = ballot.code
    if ballot.number != 1:
        data["number"] = ballot.number
    if ballot.role:
        data["role"] = ballot.role
    return data


def _as_written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_written(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _as_written(each) for key, each in value.items()}
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return value


def _option(data: Any, names: dict[str, Any]) -> Option:
    if not isinstance(data, dict):
        raise BadBallots("An option should be an object with an id.")
    option = _text(data.get("id"), "id")
    return Option(
        option,
        _text(names.get(option, data.get("name", "")), "name"),
        _number(data.get("cost", 0), "cost"),
        _text(data.get("proposal", ""), "proposal"),
    )


def _ballot(data: Any, method: str) -> Ballot:
    if not isinstance(data, dict) or "choice" not in data:
        raise BadBallots("A ballot should be an object with a choice.")
    choice: Choice
    given = data["choice"]
    if isinstance(given, dict):
        choice = {option: _whole(number, "choice") for option, number in given.items()}
    elif isinstance(given, list):
        choice = tuple(
            tuple(_text(each, "choice") for each in level)
            if isinstance(level, list)
            else _text(level, "choice")
            for level in given
        )
    else:
        choice = _text(given, "choice")
    return Ballot(
        choice,
        _whole(data.get("number", 1), "number"),
        _text(data.get("role", ""), "role"),
        _text(data.get("code", ""), "code"),
    )


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadBallots(f"{what!r} should be a list.")
    return value


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadBallots(f"{what!r} should be an object.")
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise BadBallots(f"{what!r} should be text.")
    return value


def _whole(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadBallots(f"{what!r} should be a whole number.")
    return value


def _number(value: Any, what: str) -> Number:
    """A whole number, or a fraction in text such as "5/2"."""
    if isinstance(value, str):
        if not _FRACTION.fullmatch(value):
            raise BadBallots(f"{what!r} should be a number.")
        return Fraction(value)
    return _whole(value, what)


def _by_role(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadBallots(f"{what!r} should be an object with a number for each role.")
    read_one = _whole if what == "quorums" else _number
    return {role: read_one(each, what) for role, each in value.items()}
