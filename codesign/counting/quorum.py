"""Did enough people vote? The same for every way of voting: if not, nothing is chosen.

Where ballots say their voter's role, each role's quorum is counted from them. Where they do not, as
in a secret vote, the roll alone knows who voted, and says no more than which roles fell short.
"""

from collections import Counter
from dataclasses import replace

from codesign.counting.ballots import Ballots
from codesign.counting.results import Result

RULE = (
    "Nothing is chosen unless as many people voted as were fixed beforehand, in all and in each "
    "role; somebody whose ballot chooses nothing has voted."
)


def is_set(ballots: Ballots) -> bool:
    return bool(ballots.quorum or any(ballots.quorums.values()))


def missing(ballots: Ballots) -> tuple[str, ...]:
    """What is short of a quorum, each in a sentence; empty if enough people voted."""
    found = []
    if ballots.cast < ballots.quorum:
        found.append(f"{ballots.cast} voted, and at least {ballots.quorum} must.")
    roles: Counter[str] = Counter()
    for ballot in ballots.ballots:
        roles[ballot.role] += ballot.number
    counted = any(roles)
    for role, quorum in sorted(ballots.quorums.items()):
        named = role.replace("_", " ")
        if counted and roles[role] < quorum:
            found.append(f"{roles[role]} voted in the role {named}, and at least {quorum} must.")
        elif role in ballots.short:
            found.append(f"Too few voted in the role {named}: at least {quorum} must.")
    return tuple(found)


def applied(result: Result, why: tuple[str, ...]) -> Result:
    """The result when too few voted: nothing is chosen; what was counted is still to be seen."""
    return replace(
        result,
        winners=(),
        cost=None if result.cost is None else 0,
        unmet=(*why, *result.unmet),
        beside=applied(result.beside, why) if result.beside else None,
    )
