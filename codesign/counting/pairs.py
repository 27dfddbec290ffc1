"""Which first? Two pictures at a time: an option's score is how often it was picked."""

from collections import Counter
from fractions import Fraction

from codesign.counting.ballots import BadBallots, Ballots, Number, known
from codesign.counting.results import Result, Standing, in_order

VARIANT = "pairs-1"
RULE = (
    "Each person picks one of two options, as often as they like; an option picked W times and "
    "passed over L times scores 100 × (W + 1) / (W + L + 2), the highest scores are chosen, and "
    "where scores are equal the one shown more often comes first, then a lot drawn before counting."
)


def count(ballots: Ballots) -> Result:
    """An option never picked is never chosen. Raises BadBallots."""
    picked: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for ballot in ballots.ballots:
        if not isinstance(ballot.choice, tuple):
            raise BadBallots("A ballot is not a list of pairs.")
        for pair in ballot.choice:
            if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
                raise BadBallots("A ballot has a pair that is not two different options.")
            known(ballots, pair)
            picked[pair[0]] += ballot.number
            passed[pair[1]] += ballot.number

    def shown(option: str) -> int:
        return picked[option] + passed[option]

    def score(option: str) -> Number:
        return Fraction(100 * (picked[option] + 1), shown(option) + 2)

    ordered, ties = in_order(ballots, ballots.ids, score, ("shown more often", shown))
    return Result(
        method="pairs",
        variant=VARIANT,
        rule=RULE,
        options=ballots.ids,
        ballots=ballots.cast,
        winners=tuple(option for option in ordered if picked[option])[: ballots.seats],
        standings=tuple(
            Standing(
                option,
                score(option),
                {"picked": picked[option], "passed_over": passed[option]},
            )
            for option in ordered
        ),
        ties=ties,
    )
