"""What is counted: the options, the ballots, and what was fixed before anybody voted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

Level = str | tuple[str, ...]  # an option, or several that a voter put on the same place
Choice = str | tuple[Level, ...] | Mapping[str, int]
Number = int | Fraction

MOST_BALLOTS = 10_000_000


class BadBallots(ValueError):
    """The ballots cannot be counted as they stand. Its message is a sentence for people."""


@dataclass(frozen=True)
class Option:
    """What can be chosen."""

    id: str
    name: str = ""
    cost: Number = 0
    proposal: str = ""  # what stands for its suggestion in the record, if it was one

    def __str__(self) -> str:
        return self.name or self.id


@dataclass(frozen=True)
class Ballot:
    """What one person chose, or `number` people alike.

    `choice` is, for tick, budget and greedy: the options ticked; for dots and score: an option's
    dots or score; for ranking: options from the best down, those on the same place in a tuple of
    their own; for pairs: tuples of (the one picked, the other); for consent: one word.
    A ballot that chooses nothing abstains: it counts as cast and changes nothing.
    """

    choice: Choice
    number: int = 1
    role: str = ""
    code: str = ""  # by which its voter can find it again


@dataclass(frozen=True)
class Ballots:
    """All that a count needs. Raises BadBallots if its parts do not fit together."""

    method: str
    options: tuple[Option, ...]
    ballots: tuple[Ballot, ...]
    lot: tuple[str, ...] = ()  # every option once, the luckiest first; as listed if empty
    seats: int = 1
    budget: Number = 0
    shares: Mapping[str, Number] = field(default_factory=dict)  # of the budget, by role
    dots: int = 10
    most: int = 5  # dots on one option
    quorum: int = 0  # how many have to vote
    quorums: Mapping[str, int] = field(default_factory=dict)  # the same, by role
    short: tuple[str, ...] = ()  # roles of which too few voted, as the roll says
    pass_share: int = 0  # percent that ticks or agreement must reach; 0 if none is set
    answered: int = 0  # objections that have a written answer
    ballot: str = ""  # what stands for this vote in the record
    question: str = ""

    def __post_init__(self) -> None:
        ids = [option.id for option in self.options]
        if len(set(ids)) != len(ids):
            raise BadBallots("Two options have the same name.")
        if self.lot and sorted(self.lot) != sorted(ids):
            raise BadBallots("The lot must hold every option once, and nothing else.")
        if self.seats < 1:
            raise BadBallots("At least one has to be chosen: seats must be 1 or more.")
        if any(ballot.number < 1 for ballot in self.ballots):
            raise BadBallots("A ballot is cast by one person or more, not by fewer.")
        if self.cast > MOST_BALLOTS:
            raise BadBallots(f"There are more than {MOST_BALLOTS:,} ballots.")
        if self.budget < 0 or any(option.cost < 0 for option in self.options):
            raise BadBallots("Money cannot be less than nothing.")
        if any(share < 0 for share in self.shares.values()):
            raise BadBallots("A share of the budget cannot be less than nothing.")
        if self.quorum < 0 or any(quorum < 0 for quorum in self.quorums.values()):
            raise BadBallots("A quorum cannot be less than nobody.")
        if not 0 <= self.pass_share <= 100:
            raise BadBallots("The share that has to be reached is from 0 to 100 percent.")
        if not set(self.short) <= set(self.quorums):
            raise BadBallots("A role cannot fall short of a quorum that it does not have.")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each option stands in the lot: the lowest wins."""
        return {option: place for place, option in enumerate(self.lot or self.ids)}

    @cached_property
    def cast(self) -> int:
        return sum(ballot.number for ballot in self.ballots)


def ticks(choice: Choice) -> tuple[str, ...]:
    """The options somebody ticked, or gave at least a point. Raises BadBallots if it is neither."""
    if isinstance(choice, Mapping):
        return tuple(option for option, points in choice.items() if points > 0)
    if isinstance(choice, tuple) and all(isinstance(each, str) for each in choice):
        if len(set(choice)) != len(choice):
            raise BadBallots("A ballot ticks the same option twice.")
        return choice  # type: ignore[return-value]  # each was looked at
    raise BadBallots("A ballot is not a list of options.")


def points(choice: Choice) -> Mapping[str, int]:
    """What somebody gave each option. Raises BadBallots if it is not that."""
    if not isinstance(choice, Mapping):
        raise BadBallots("A ballot does not say how much it gives to which option.")
    for given in choice.values():
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            raise BadBallots("A ballot gives something that is not a whole number from 0 up.")
    return choice


def ranking(choice: Choice) -> tuple[Level, ...]:
    """Options from the best down. Raises BadBallots if one stands there twice."""
    if not isinstance(choice, tuple):
        raise BadBallots("A ballot is not a list of options from the best down.")
    named = flat(choice)
    if len(set(named)) != len(named):
        raise BadBallots("A ballot ranks the same option twice.")
    return choice


def flat(levels: Iterable[Level]) -> list[str]:
    named: list[str] = []
    for level in levels:
        if isinstance(level, str):
            named.append(level)
        else:
            named.extend(level)
    return named


def known(ballots: Ballots, named: Iterable[str]) -> None:
    """Raises BadBallots if one of `named` is not an option."""
    for option in named:
        if option not in ballots.place:
            raise BadBallots(f"A ballot chooses {option!r}, which is not an option.")
