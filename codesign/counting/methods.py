"""Every way of counting, by its name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from codesign.counting import (
    budget,
    consent,
    dots,
    greedy,
    pairs,
    quorum,
    rank_one,
    rank_several,
    score,
    tick,
)
from codesign.counting.ballots import BadBallots, Ballots
from codesign.counting.results import Result

_MODULES: tuple[Any, ...] = (
    tick,
    dots,
    score,
    consent,
    pairs,
    rank_one,
    rank_several,
    budget,
    greedy,
)
METHODS: dict[str, Callable[[Ballots], Result]] = {
    each.__name__.rpartition(".")[2]: each.count for each in _MODULES
}
VARIANTS: dict[str, str] = {
    name: each.VARIANT for name, each in zip(METHODS, _MODULES, strict=True)
}
RULES: dict[str, str] = {name: each.RULE for name, each in zip(METHODS, _MODULES, strict=True)}
OTHER_NAMES = {
    "approval": "tick",
    "cumulative": "dots",
    "condorcet": "rank_one",
    "schulze": "rank_one",
    "stv": "rank_several",
    "equal_shares": "budget",
    "equalshares": "budget",
    "mes": "budget",
}


def named(method: str) -> str:
    """The house's name of a method. Raises BadBallots if there is none."""
    name = method.strip().lower().replace("-", "_").replace(" ", "_")
    name = OTHER_NAMES.get(name, name)
    if name not in METHODS:
        raise BadBallots(f"There is no method {method!r}. There are: {', '.join(METHODS)}.")
    return name


def rule_of(ballots: Ballots) -> str:
    """The whole rule of a vote in words, with that about its quorum if it has one."""
    rule = RULES[named(ballots.method)]
    return f"{rule} {quorum.RULE}" if quorum.is_set(ballots) else rule


def count(ballots: Ballots) -> Result:
    """What the ballots decide by their method, if enough people voted. Raises BadBallots."""
    result = replace(METHODS[named(ballots.method)](ballots), rule=rule_of(ballots))
    why = quorum.missing(ballots)
    return quorum.applied(result, why) if why else result
