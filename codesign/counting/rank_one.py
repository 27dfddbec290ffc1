"""A single choice by ranking: the option that beats every other, or else Schulze's rule."""

from collections import Counter
from collections.abc import Sequence

from codesign.counting.ballots import Ballots, Level, flat, known, ranking
from codesign.counting.results import Result, Standing, Tie

VARIANT = "schulze-winning-votes-1"
RULE = (
    "Each person ranks as many options as they like, and those left out stand equal below the "
    "rest; an option that more people put above than below each other one wins, and if there is "
    "none Schulze's rule decides (strongest paths, a link as strong as the number who prefer its "
    "winner), and what is equal even so by a lot drawn before counting."
)
Table = Sequence[Sequence[int]]


def count(ballots: Ballots) -> Result:
    """All options in order, the winner first; no winner if no ballot ranks. Raises BadBallots."""
    papers: Counter[tuple[Level, ...]] = Counter()
    for ballot in ballots.ballots:
        papers[ranking(ballot.choice)] += ballot.number  # type: ignore[index]
    known(ballots, {option for paper in papers for option in flat(paper)})
    papers.pop((), None)
    ids = ballots.ids
    table = pairwise(ids, papers)
    strength = strongest_paths(table)
    ordered, ties = _in_order(ballots, strength)
    size = range(len(ids))
    wins = {ids[a]: sum(table[a][b] > table[b][a] for b in size if a != b) for a in size}
    condorcet = [option for option in ids if wins[option] == len(ids) - 1]
    return Result(
        method="rank_one",
        variant=VARIANT,
        rule=RULE,
        options=ids,
        ballots=ballots.cast,
        winners=tuple(ordered[:1]) if papers else (),
        standings=tuple(Standing(option, wins[option]) for option in ordered),
        ties=ties if papers else (),
        pairwise=tuple(tuple(row) for row in table),
        facts={
            "blank": ballots.cast - sum(papers.values()),
            "beats_every_other": len(condorcet) if papers else 0,
        },
    )


def pairwise(ids: Sequence[str], papers: Counter[tuple[Level, ...]]) -> list[list[int]]:
    """How many people put the option of a row above the option of a column.

    A row is one large number with a field for each column, so that one addition counts a ballot's
    preference against all others at once.
    """
    width = max(1, sum(papers.values()).bit_length())
    unit = {option: 1 << (width * place) for place, option in enumerate(ids)}
    everyone = sum(unit.values())
    rows = dict.fromkeys(ids, 0)
    for paper, number in papers.items():
        below = everyone
        for level in paper:
            if isinstance(level, str):
                below -= unit[level]
                rows[level] += below if number == 1 else below * number
            else:
                below -= sum(unit[option] for option in level)
                for option in level:
                    rows[option] += below * number
    field = (1 << width) - 1
    return [[rows[a] >> (width * place) & field for place in range(len(ids))] for a in ids]


def strongest_paths(table: Table) -> list[list[int]]:
    """The strength of the strongest path from each option to each other."""
    size = range(len(table))
    paths = [[table[a][b] if table[a][b] > table[b][a] else 0 for b in size] for a in size]
    for via in size:
        onward = paths[via]
        for a in size:
            first = paths[a][via]
            if first and a != via:
                row = paths[a]
                for b in size:
                    if b != a:
                        through = first if first < onward[b] else onward[b]
                        row[b] = max(row[b], through)
    return paths


def _in_order(ballots: Ballots, strength: Table) -> tuple[list[str], tuple[Tie, ...]]:
    """By Schulze's rule: again and again the option that no other remaining one beats."""
    ids = ballots.ids
    left = sorted(range(len(ids)), key=lambda n: ballots.place[ids[n]])
    ordered: list[str] = []
    ties: list[Tie] = []
    shown: set[int] = set()
    while left:
        best = [a for a in left if all(strength[a][b] >= strength[b][a] for b in left)]
        if len(best) > 1 and not shown.issuperset(best):
            ties.append(Tie(tuple(ids[n] for n in best), ids[best[0]], "lot"))
            shown.update(best)
        ordered.append(ids[best[0]])
        left.remove(best[0])
    return ordered, tuple(ties)
