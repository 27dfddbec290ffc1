"""Did enough people vote? The same for every way of voting: if not, nothing is chosen.

Where ballots say their voter's role, each role's quorum is counted from them. Where they do not, as
in a secret vote, the roll alone knows who voted, and says no more than which roles fell short.
"""

from collections import Counter
from dataclasses import replace

from codesign.counting.ballots import Ballots
from codesign.counting.results import Result, Unmet, gettext_noop

RULE = (
    "Nothing is chosen unless as many people voted as were fixed beforehand, in all and in each "
    "role; somebody whose ballot chooses nothing has voted."
)


def is_set(ballots: Ballots) -> bool:
    return bool(ballots.quorum or any(ballots.quorums.values()))


def missing(ballots: Ballots) -> tuple[Unmet, ...]:
    """What is short of a quorum; empty if enough people voted."""
    found = []
    if ballots.cast < ballots.quorum:
        found.append(
            Unmet(
                gettext_noop("%(voted)d voted, and at least %(needed)d must."),
                {"voted": ballots.cast, "needed": ballots.quorum},
            )
        )
    roles: Counter[str] = Counter()
    for ballot in ballots.ballots:
        roles[ballot.role] += ballot.number
    counted = any(roles)
    for role, quorum in sorted(ballots.quorums.items()):
        if counted and roles[role] < quorum:
            found.append(
                Unmet(
                    gettext_noop(
                        "%(voted)d voted in the role %(role)s, and at least %(needed)d must."
                    ),
                    {"voted": roles[role], "needed": quorum},
                    role,
                )
            )
        elif role in ballots.short:
            found.append(
                Unmet(
                    gettext_noop("Too few voted in the role %(role)s: at least %(needed)d must."),
                    {"needed": quorum},
                    role,
                )
            )
    return tuple(found)


def applied(result: Result, why: tuple[Unmet, ...]) -> Result:
    """The result when too few voted: nothing is chosen; what was counted is still to be seen."""
    return replace(
        result,
        winners=(),
        cost=None if result.cost is None else 0,
        unmet=(*why, *result.unmet),
        beside=applied(result.beside, why) if result.beside else None,
    )
