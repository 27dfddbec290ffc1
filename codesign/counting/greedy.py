"""The most votes first, as long as the money lasts: how most places share out a budget."""

from collections import Counter
from collections.abc import Iterable, Mapping

from codesign.counting.ballots import BadBallots, Ballots, Number, known, points, ticks
from codesign.counting.results import Result, Round, Standing, in_order

VARIANT = "greedy-1"
RULE = (
    "Options are taken from the most votes (or points) down, and one that costs more than what is "
    "left is passed over; where votes are equal the lower cost comes first, then a lot drawn "
    "before counting."
)


def count(ballots: Ballots) -> Result:
    """An option without a vote is never chosen. Raises BadBallots."""
    votes: Counter[str] = Counter()
    for ballot in ballots.ballots:
        if isinstance(ballot.choice, Mapping):
            given = points(ballot.choice)
        else:
            given = dict.fromkeys(ticks(ballot.choice), 1)
        known(ballots, given)
        for option, number in given.items():
            votes[option] += number * ballot.number
    return by_votes(ballots, votes)


def by_votes(ballots: Ballots, votes: Mapping[str, int]) -> Result:
    cost = costs(ballots)
    ordered, ties = in_order(
        ballots,
        ballots.ids,
        lambda option: votes.get(option, 0),
        ("lower cost", lambda option: -cost[option]),
    )
    rounds = as_money_lasts((each for each in ordered if votes.get(each)), cost, ballots.budget)
    winners = tuple(each.option for each in rounds)
    return Result(
        method="greedy",
        variant=VARIANT,
        rule=RULE,
        options=ballots.ids,
        ballots=ballots.cast,
        winners=winners,
        standings=tuple(
            Standing(option, votes.get(option, 0), {"cost": cost[option]}) for option in ordered
        ),
        rounds=rounds,
        ties=ties,
        cost=sum(cost[option] for option in winners),
        facts={"budget": ballots.budget},
    )


def costs(ballots: Ballots) -> dict[str, Number]:
    """What each option costs. Raises BadBallots if one costs nothing or there is no budget."""
    if not ballots.budget:
        raise BadBallots("There is no budget to share out.")
    for option in ballots.options:
        if not option.cost:
            raise BadBallots(f"What {option.id!r} costs is missing.")
    return {option.id: option.cost for option in ballots.options}


def as_money_lasts(
    ordered: Iterable[str], cost: Mapping[str, Number], money: Number, act: str = "taken"
) -> tuple[Round, ...]:
    """The options that fit, one after the other, and the money left after each."""
    rounds = []
    for option in ordered:
        if cost[option] <= money:
            money -= cost[option]
            rounds.append(
                Round(act, option, chosen=(option,), figures={"cost": cost[option], "left": money})
            )
    return tuple(rounds)
