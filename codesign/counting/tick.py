"""Tick any you support: the option that most people ticked comes first."""

from collections import Counter

from codesign.counting.ballots import Ballots, known, ticks
from codesign.counting.results import Result, Standing, Unmet, gettext_noop, in_order

VARIANT = "tick-2"
RULE = (
    "Each person ticks any options they support; the options with the most ticks are chosen, but "
    "none that a smaller share of those who voted ticked than was fixed beforehand, if one was; "
    "and equal numbers are put in order by a lot drawn before counting."
)


def count(ballots: Ballots) -> Result:
    """An option nobody ticked is never chosen. All who voted count, also who ticked nothing.

    Raises BadBallots.
    """
    ticked: Counter[str] = Counter()
    for ballot in ballots.ballots:
        chosen = ticks(ballot.choice)
        known(ballots, chosen)
        for option in chosen:
            ticked[option] += ballot.number
    ordered, ties = in_order(ballots, ballots.ids, lambda option: ticked[option])
    wanted = [option for option in ordered if ticked[option]]
    enough = [each for each in wanted if 100 * ticked[each] >= ballots.pass_share * ballots.cast]
    too_few = Unmet(
        gettext_noop("No option was ticked by at least %(share)d%% of those who voted."),
        {"share": ballots.pass_share},
    )
    return Result(
        method="tick",
        variant=VARIANT,
        rule=RULE,
        options=ballots.ids,
        ballots=ballots.cast,
        winners=tuple(enough[: ballots.seats]),
        standings=tuple(Standing(option, ticked[option]) for option in ordered),
        ties=ties,
        unmet=(too_few,) if wanted and not enough else (),
    )
