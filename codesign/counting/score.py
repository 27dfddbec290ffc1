"""A temperature check: how people feel about each option, from 1 to 5, each step with a word."""

from collections import Counter
from fractions import Fraction

from codesign.counting.ballots import BadBallots, Ballots, Number, known, points
from codesign.counting.results import Result, Standing, in_order

VARIANT = "score-1"
RULE = (
    "Each person gives any option a score from 1 to 5, or leaves it out; the options with the "
    "highest average among those who scored them are chosen, and where averages are equal the one "
    "that more people scored comes first, then a lot drawn before counting."
)
LOWEST, HIGHEST = 1, 5


def count(ballots: Ballots) -> Result:
    """Leaving an option out is not a low score. Raises BadBallots."""
    given: dict[str, Counter[int]] = {option: Counter() for option in ballots.ids}
    for ballot in ballots.ballots:
        scores = points(ballot.choice)
        known(ballots, scores)
        for option, score in scores.items():
            if not LOWEST <= score <= HIGHEST:
                raise BadBallots(f"A ballot has a score that is not from {LOWEST} to {HIGHEST}.")
            given[option][score] += ballot.number

    def people(option: str) -> int:
        return given[option].total()

    def average(option: str) -> Number:
        total = sum(score * number for score, number in given[option].items())
        return Fraction(total, people(option)) if total else 0

    ordered, ties = in_order(ballots, ballots.ids, average, ("more people", people))
    return Result(
        method="score",
        variant=VARIANT,
        rule=RULE,
        options=ballots.ids,
        ballots=ballots.cast,
        winners=tuple(option for option in ordered if people(option))[: ballots.seats],
        standings=tuple(
            Standing(
                option,
                average(option),
                {
                    "people": people(option),
                    **{str(n): given[option][n] for n in range(LOWEST, HIGHEST + 1)},
                },
            )
            for option in ordered
        ),
        ties=ties,
    )
