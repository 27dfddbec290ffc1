"""Some dots each, to spread as one likes: the option with the most dots comes first."""

from collections import Counter

from codesign.counting.ballots import BadBallots, Ballots, known, points
from codesign.counting.results import Result, Standing, in_order

VARIANT = "dots-1"
RULE = (
    "Each person spreads a fixed number of dots over the options, no more than a fixed number on "
    "one; the options with the most dots are chosen, and where dots are equal the one that more "
    "people gave dots to comes first, then a lot drawn before counting."
)


def count(ballots: Ballots) -> Result:
    """An option without a dot is never chosen. Raises BadBallots."""
    dots: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for ballot in ballots.ballots:
        given = points(ballot.choice)
        known(ballots, given)
        if sum(given.values()) > ballots.dots:
            raise BadBallots(f"A ballot has more than {ballots.dots} dots.")
        if max(given.values(), default=0) > ballots.most:
            raise BadBallots(f"A ballot has more than {ballots.most} dots on one option.")
        for option, number in given.items():
            dots[option] += number * ballot.number
            people[option] += ballot.number if number else 0
    ordered, ties = in_order(
        ballots,
        ballots.ids,
        lambda option: dots[option],
        ("more people", lambda option: people[option]),
    )
    return Result(
        method="dots",
        variant=VARIANT,
        rule=RULE,
        options=ballots.ids,
        ballots=ballots.cast,
        winners=tuple(option for option in ordered if dots[option])[: ballots.seats],
        standings=tuple(
            Standing(option, dots[option], {"people": people[option]}) for option in ordered
        ),
        ties=ties,
    )
