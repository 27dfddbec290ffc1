"""How the roles voted in a ballot, as a dated snapshot: every count of people through the gate.

It is taken once, at the close, from the true counts, and only what may be shown is kept. Roles of
which fewer than eight voted are not told apart: they have a line, and no numbers, not even that
nobody of them chose something.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from codesign.counting.common_ground import NOT_HEARD, Heard, common_ground
from codesign.counting.consent import AGREE
from codesign.enums import PRIORITISING, RANKED, BallotMethod
from codesign.models import Ballot
from codesign.queries.rolls import is_told_apart
from portal.disclosure import SMALLEST_SHOWN, Certainty, Count, shown
from portal.enums import Role

LIKED = 4  # a score from which somebody supports an option; DISLIKED and less is against it
DISLIKED = 2

Vote = tuple[str, Any]  # its voter's role, and the choice


@dataclass(frozen=True)
class RoleTurnout:
    role: Role
    voted: Count
    on_roll: Count


@dataclass(frozen=True)
class Support:
    """How many of each role stand behind an option (its key); roles in the order of the turnout.

    None where a role's count is kept back, so that nobody of another one is found out.
    """

    option: str
    counts: list[Count | None]


@dataclass(frozen=True)
class Ground:
    """How an option stands between the roles: `percent` of the common ground that there could be.

    `standing` says of each role that it supports, opposes, is unsure or was not heard enough, in
    the words of codesign.counting.common_ground.
    """

    option: str
    percent: int
    standing: dict[Role, str]
    supported_by_all: bool


@dataclass(frozen=True)
class ByRole:
    """What a closed ballot says about roles.

    `ground` is empty where its method asks no support, and where a role is kept back
    (`ground_kept_back`).
    """

    turnout: list[RoleTurnout]
    support: list[Support]
    ground: list[Ground]
    ground_kept_back: bool


def turnout_of(ballot: Ballot) -> list[RoleTurnout]:
    """How many of each role are on the roll and have voted, as it is now; one query."""
    roll = list(ballot.roll.values_list("role", "voted"))
    sizes = Counter(role for role, _voted in roll)
    voted = Counter(role for role, has_voted in roll if has_voted)
    return [RoleTurnout(role, shown(voted[role]), shown(sizes[role])) for role in _in_order(sizes)]


def snapshot(ballot: Ballot, votes: Iterable[Vote]) -> dict[str, Any]:
    """What `by_role_of` reads later, for the votes of a ballot that is being closed."""
    turnout = turnout_of(ballot)
    roles = [each.role for each in turnout]
    of_role: dict[str, list[Any]] = {role: [] for role in roles}
    for role, choice in votes:
        if role in of_role and choice not in ([], {}, ""):  # what is left empty abstains
            of_role[role].append(choice)
    options = [each.key for each in ballot.options.all()]
    method = BallotMethod(ballot.method)
    hidden = _hidden(ballot)
    return {
        "turnout": [
            {"role": each.role, "voted": _kept(each.voted), "on_roll": _kept(each.on_roll)}
            for each in turnout
        ],
        "support": [
            {
                "option": option,
                "counts": [
                    hidden[role]
                    if role in hidden
                    else _kept(shown(sum(_stance(method, each, option) > 0 for each in chosen)))
                    for role, chosen in of_role.items()
                ],
            }
            for option in options
        ],
        "ground": _ground(method, options, of_role)
        if method in PRIORITISING and None not in hidden.values()
        else [],
    }


def _hidden(ballot: Ballot) -> dict[str, dict[str, Any] | None]:
    """The roles that are not told apart, each with what is kept in place of its counts.

    Too few of them voted, or in secret could. The list of a secret vote says exactly what all of
    them chose together. What the roles that are shown did not choose is then what the hidden ones
    did, so those have to be eight too, or one more is kept back with them.
    """
    voted: Counter[str] = Counter()
    for role, has_voted in ballot.roll.values_list("role", "voted"):
        voted[role] += has_voted
    few = {role for role, n in voted.items() if n < SMALLEST_SHOWN}
    back = set()
    if ballot.is_secret:
        back = {role for role in set(voted) - few if not is_told_apart(ballot, role)}
        for role in sorted(set(voted) - few - back, key=lambda role: (voted[role], role)):
            if 0 < sum(voted[each] for each in few | back) < SMALLEST_SHOWN:
                back.add(role)
    fewer = _kept(Count(None, Certainty.HIDDEN))
    return dict.fromkeys(few, fewer) | dict.fromkeys(back)


def _ground(
    method: BallotMethod, options: list[str], of_role: dict[str, list[Any]]
) -> list[dict[str, Any]]:
    """Common ground between the roles of which enough people voted; the others were not heard."""
    heard = {role: chosen for role, chosen in of_role.items() if len(chosen) >= SMALLEST_SHOWN}
    tallies = {
        option: {role: _heard(method, chosen, option) for role, chosen in heard.items()}
        for option in options
    }
    return [
        {
            "option": each.option,
            "percent": round(100 * each.score),
            "standing": {role: each.standing.get(role, NOT_HEARD) for role in of_role},
            "supported_by_all": each.supported_by_all and len(heard) == len(of_role),
        }
        for each in common_ground(tallies, SMALLEST_SHOWN)
    ]


def _heard(method: BallotMethod, chosen: list[Any], option: str) -> Heard:
    stances = [
        _stance(method, each, option)
        for each in chosen
        if method != BallotMethod.SCORE or option in each  # who gave no score said nothing
    ]
    agree = sum(stance > 0 for stance in stances)
    return Heard(agree, sum(stance < 0 for stance in stances), len(stances))


def _stance(method: BallotMethod, choice: Any, option: str) -> int:
    """1 for who supports an option, -1 for who is against it, 0 for neither."""
    if method == BallotMethod.CONSENT:
        return int(choice == AGREE)
    if method == BallotMethod.SCORE:
        score = choice.get(option, LIKED - 1)
        return int(score >= LIKED) - int(score <= DISLIKED)
    if method in RANKED:
        return int(choice[0] == option)
    if method == BallotMethod.PAIRS:
        picked = sum(pair[0] == option for pair in choice)
        return int(picked > sum(pair[1] == option for pair in choice))
    return int(option in choice)


def _in_order(roles: Iterable[str]) -> list[Role]:
    there = set(roles)
    return [role for role in Role if role in there]


def _kept(count: Count) -> dict[str, Any]:
    return {"value": count.value, "certainty": count.certainty.name}


def _read(kept: dict[str, Any]) -> Count:
    return Count(kept["value"], Certainty[kept["certainty"]])


def by_role_of(ballot: Ballot) -> ByRole | None:
    """The snapshot of a closed ballot; None while it is not closed."""
    if ballot.by_role is None:
        return None
    kept = ballot.by_role
    return ByRole(
        turnout=[
            RoleTurnout(Role(each["role"]), _read(each["voted"]), _read(each["on_roll"]))
            for each in kept["turnout"]
        ],
        support=[
            Support(each["option"], [count and _read(count) for count in each["counts"]])
            for each in kept["support"]
        ],
        ground=[
            Ground(
                each["option"],
                each["percent"],
                {Role(role): how for role, how in each["standing"].items()},
                each["supported_by_all"],
            )
            for each in kept["ground"]
        ],
        ground_kept_back=ballot.method in PRIORITISING and not kept["ground"],
    )
