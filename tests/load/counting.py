"""How long counting takes. `make load-counting` prints the limit and what was measured.

Time is that of the processor, the best of some rounds, so that a busy machine does not blur it.
Ends with 1 if a limit does not hold.
"""

import random
import sys
import time
from collections.abc import Callable

from codesign.counting.ballots import Ballot, Ballots, Option
from codesign.counting.common_ground import AGREE, DISAGREE, PASS, common_ground, tally
from codesign.counting.methods import count

ROUNDS = 5
SEED = 20


def ranked(method: str, seats: int = 1) -> Ballots:
    """10,000 people each rank all of 20 options, no two quite alike."""
    draw = random.Random(SEED)
    options = [f"option {n}" for n in range(20)]
    return Ballots(
        method,
        tuple(Option(each) for each in options),
        tuple(Ballot(tuple(draw.sample(options, 20))) for _n in range(10_000)),
        seats=seats,
    )


def projects() -> Ballots:
    """5,000 people tick up to 12 of 100 projects, some of them liked much more than others."""
    draw = random.Random(SEED)
    options = [f"project {n}" for n in range(100)]
    liked = [draw.random() ** 2 + 0.02 for _each in options]
    return Ballots(
        "budget",
        tuple(Option(each, cost=draw.randint(5_000, 100_000)) for each in options),
        tuple(
            Ballot(tuple(dict.fromkeys(draw.choices(options, liked, k=draw.randint(1, 12)))))
            for _n in range(5_000)
        ),
        budget=1_000_000,
    )


def agreement() -> tuple[list[str], list[tuple[str, bytes]]]:
    """30,000 people in five roles about 200 options."""
    draw = random.Random(SEED)
    votes = [0, AGREE, DISAGREE, PASS]
    rows = [(draw.choice("abcde"), bytes(draw.choices(votes, k=200))) for _n in range(30_000)]
    return [str(n) for n in range(200)], rows


def best_of(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _round in range(rounds):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    one, several, spending = ranked("rank_one"), ranked("rank_several", 5), projects()
    statements, rows = agreement()
    slow = 0
    for name, limit, act in (
        ("10,000 rankings of 20 options, Schulze", 0.2, lambda: count(one)),
        ("10,000 rankings of 20 options, five places by transfers", 0.2, lambda: count(several)),
        ("5,000 voters, 100 projects, Equal Shares complete", 1.0, lambda: count(spending)),
        (
            "30,000 people, 200 options, common ground",
            0.1,
            lambda: common_ground(tally(statements, rows)),
        ),
    ):
        taken = best_of(act)
        slow += taken > limit
        print(f"{name}: {taken:.3f} s, at most {limit} s{'' if taken <= limit else ': TOO SLOW'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
