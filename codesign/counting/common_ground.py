"""Common ground across roles: what every role can support, however many people each has.

For a role, with A who agree, D who disagree and S who were heard (agree, disagree or pass), p =
(A + 0.5) / (S + 1), and likewise for D. An option's score is the geometric mean over the roles of
p(agree) × (1 − p(disagree)), so that a large group cannot outvote a small one. Group-aware
consensus, the product over the roles of (A + 1) / (S + 2), stands beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

RULE = (
    "For each role p = (A + 0.5) / (S + 1), with A who agree (or disagree) of S who were heard; "
    "the score is the geometric mean over the roles of p(agree) × (1 − p(disagree)); an option is "
    "supported by every role only if in each enough people were heard and the lower bound of the "
    "90% Wilson interval (z = 1.6449) of the share who agree is at least one half."
)
AGREE, DISAGREE, PASS = 1, 2, 4  # how a vote stands in a row of votes, a byte each; 0 if none
Z_SQUARED = Fraction(270_554, 100_000)  # of the 90% interval, two-sided
SUPPORTS, NOT_HEARD, OPPOSED, UNSURE = "supports", "not heard enough", "opposed", "unsure"


@dataclass(frozen=True)
class Heard:
    """How the people of one role answered about one option."""

    agree: int
    disagree: int
    seen: int


@dataclass(frozen=True)
class Ground:
    """How an option stands between the roles. `standing` says it of each role in a word or two."""

    option: str
    groups: Mapping[str, Heard]
    standing: Mapping[str, str]
    score: float
    group_aware: float

    @property
    def supported_by_all(self) -> bool:
        return not self.blocked_by

    @property
    def blocked_by(self) -> tuple[str, ...]:
        return tuple(group for group, how in self.standing.items() if how != SUPPORTS)

    def as_data(self) -> dict[str, Any]:
        return {
            "id": self.option,
            "groups": {
                group: {
                    "agree": heard.agree,
                    "disagree": heard.disagree,
                    "seen": heard.seen,
                    "standing": self.standing[group],
                }
                for group, heard in self.groups.items()
            },
            "score": self.score,
            "group_aware": self.group_aware,
            "supported_by_all": self.supported_by_all,
            "blocked_by": list(self.blocked_by),
        }


def common_ground(
    tallies: Mapping[str, Mapping[str, Heard]], quorums: int | Mapping[str, int] = 1
) -> list[Ground]:
    """Options from the highest score down; what is equal, by group-aware consensus, then as given.

    `tallies` is by option and role, with the same roles for every option; `quorums` is how many
    must have been heard in each role.
    """
    ordered: list[tuple[Fraction, Fraction, Ground]] = []
    for option, groups in tallies.items():
        product, aware = _products(groups.values())
        standing = {
            group: _standing(heard, quorums if isinstance(quorums, int) else quorums.get(group, 1))
            for group, heard in groups.items()
        }
        score = float(product) ** (1 / len(groups)) if groups else 0.0
        ordered.append((product, aware, Ground(option, groups, standing, score, float(aware))))
    ordered.sort(key=lambda each: each[:2], reverse=True)
    return [ground for _product, _aware, ground in ordered]


def _products(groups: Iterable[Heard]) -> tuple[Fraction, Fraction]:
    """What the score is the root of, and group-aware consensus. Exact, as they make the order."""
    over = under = over_aware = under_aware = 1
    for heard in groups:
        over *= (2 * heard.agree + 1) * (2 * heard.seen + 1 - 2 * heard.disagree)
        under *= (2 * heard.seen + 2) ** 2
        over_aware *= heard.agree + 1
        under_aware *= heard.seen + 2
    return Fraction(over, under), Fraction(over_aware, under_aware)


def _standing(heard: Heard, quorum: int) -> str:
    if heard.seen < quorum or not heard.seen:
        return NOT_HEARD
    if mostly(heard.agree, heard.seen):
        return SUPPORTS
    return OPPOSED if heard.disagree > heard.agree else UNSURE


def mostly(agree: int, seen: int) -> bool:
    """Whether the Wilson lower bound of agree / seen is at least one half.

    That interval holds every share which the test at its z does not reject, so that its lower end
    is at least one half just when (A − S/2)² ≥ z² S/4 and A is at least half.
    """
    ahead = 2 * agree - seen
    return ahead >= 0 and ahead * ahead >= Z_SQUARED * seen


def tally(options: Sequence[str], rows: Iterable[tuple[str, bytes]]) -> dict[str, dict[str, Heard]]:
    """Count rows of votes: the role of a person, and a byte for each option.

    Each option's votes are taken together as one large number, whose bits are then counted.
    """
    together: dict[str, list[bytes]] = {}
    for group, row in rows:
        together.setdefault(group, []).append(row)
    width = len(options)
    tallies: dict[str, dict[str, Heard]] = {option: {} for option in options}
    for group in sorted(together):
        number = len(together[group])
        votes = b"".join(together[group])
        if len(votes) != number * width:
            raise ValueError("A row of votes must have one for each option.")
        agrees = int.from_bytes(bytes([AGREE]) * number)
        disagrees, passes = agrees * DISAGREE, agrees * PASS
        for place, option in enumerate(options):
            column = int.from_bytes(votes[place::width])
            agree, disagree = (column & agrees).bit_count(), (column & disagrees).bit_count()
            tallies[option][group] = Heard(
                agree, disagree, agree + disagree + (column & passes).bit_count()
            )
    return tallies
