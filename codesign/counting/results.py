"""What a count finds: one shape for every way of voting."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from codesign.counting.ballots import Ballots, Number


@dataclass(frozen=True)
class Standing:
    """Where one option ended. `figure` is what the rule orders by; `parts` are what made it."""

    option: str
    figure: Number
    parts: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Round:
    """One step of a count: what was done, about which option, and how all stood afterwards."""

    act: str
    option: str = ""
    votes: Mapping[str, Number] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    figures: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Tie:
    """Options that stood equal, and what put `first` before the others."""

    options: tuple[str, ...]
    first: str
    settled_by: str


def gettext_noop(words: str) -> str:
    """Marks a sentence for the catalogues: whoever shows it translates it, not the count."""
    return words


@dataclass(frozen=True)
class Unmet:
    """One thing that stands against a decision: a sentence, and apart from it what it speaks of.

    Apart, so that it can be said in another language. `str` says it in English, as files do.
    """

    sentence: str  # with places for the figures and the `role`
    figures: Mapping[str, int] = field(default_factory=dict)
    role: str = ""

    def __str__(self) -> str:
        return self.sentence % {**self.figures, "role": self.role.replace("_", " ")}


@dataclass(frozen=True)
class Result:
    """What was chosen, in order, and everything needed to follow why."""

    method: str
    variant: str
    rule: str
    options: tuple[str, ...]
    ballots: int
    winners: tuple[str, ...]
    standings: tuple[Standing, ...] = ()
    rounds: tuple[Round, ...] = ()
    ties: tuple[Tie, ...] = ()
    pairwise: tuple[tuple[int, ...], ...] = ()
    cost: Number | None = None
    facts: Mapping[str, Number] = field(default_factory=dict)
    unmet: tuple[Unmet, ...] = ()  # what stands against a decision
    beside: "Result | None" = None  # the same ballots by another rule, for comparison

    def as_data(self) -> dict[str, Any]:
        """The result as JSON can hold it; what a rule does not have is left out."""
        data: dict[str, Any] = {
            "method": self.method,
            "variant": self.variant,
            "rule": self.rule,
            "options": list(self.options),
            "ballots": self.ballots,
            "winners": list(self.winners),
            "rounds": [_round(each) for each in self.rounds],
            "standings": [
                {"option": each.option, "figure": plain(each.figure), **_plain(each.parts)}
                for each in self.standings
            ],
            "ties": [
                {"options": list(tie.options), "first": tie.first, "settled_by": tie.settled_by}
                for tie in self.ties
            ],
        }
        if self.cost is not None:
            data["cost"] = plain(self.cost)
        if self.pairwise:
            data["pairwise"] = [list(row) for row in self.pairwise]
        if self.facts:
            data["facts"] = _plain(self.facts)
        if self.unmet:
            data["unmet"] = [str(each) for each in self.unmet]
        if self.beside:
            data["beside"] = self.beside.as_data()
        return data


def _round(each: Round) -> dict[str, Any]:
    data: dict[str, Any] = {"act": each.act, **_plain(each.figures)}
    if each.option:
        data["option"] = each.option
    if each.chosen:
        data["chosen"] = list(each.chosen)
    if each.votes:
        data["votes"] = _plain(each.votes)
    return data


def _plain(figures: Mapping[str, Number]) -> dict[str, int | float]:
    return {name: plain(figure) for name, figure in figures.items()}


def plain(figure: Number) -> int | float:
    """A whole number if it is one; or else the nearest that JSON can say."""
    if isinstance(figure, Fraction):
        return figure.numerator if figure.denominator == 1 else float(figure)
    return figure


Reason = tuple[str, Callable[[str], Number]]


def in_order(
    ballots: Ballots, options: Iterable[str], figure: Callable[[str], Number], *next_: Reason
) -> tuple[list[str], tuple[Tie, ...]]:
    """Options from the highest `figure` down, and the ties on the way.

    Where figures are equal the reasons that follow decide in turn, the higher first, and after
    them the lot.
    """
    ordered = sorted(
        options,
        key=lambda option: (
            -figure(option),
            *(-value(option) for _name, value in next_),
            ballots.place[option],
        ),
    )
    ties = []
    groups: dict[Number, list[str]] = {}
    for option in ordered:
        groups.setdefault(figure(option), []).append(option)
    for group in groups.values():
        if len(group) > 1:
            ties.append(Tie(tuple(group), group[0], _settled_by(group, next_)))
    return ordered, tuple(ties)


def _settled_by(group: Sequence[str], reasons: Sequence[Reason]) -> str:
    first, second = group[:2]
    for name, value in reasons:
        if value(first) != value(second):
            return name
    return "lot"
