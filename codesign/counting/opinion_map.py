"""An opinion map: who answers alike. For looking at, from 50 people up; it never decides anything.

People who answered short statements (agree, disagree, pass) become points so that those who answer
alike stand close together: the two directions in which answers differ most (principal components).
Groups of points are found by k-means, as many (2 to 5) as fit best by silhouette. Then all is done
again 20 times, each time leaving a fifth of the people out. Where the same people do not come out
together (mean adjusted Rand index below 0.8), the groups would be made up, and there is no map.

The same answers always give the same map, whatever people are called and in whichever order they
stand: people are put in the order of their answers, and all chance comes from one fixed seed.
"""

import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, dist, fsum, sqrt
from operator import mul
from typing import Generic, TypeVar

from codesign.counting.common_ground import Heard, common_ground, mostly

PersonT = TypeVar("PersonT", bound=Hashable)
StatementT = TypeVar("StatementT", bound=Hashable)
Point = tuple[float, float]
Row = tuple[int | None, ...]  # what one person said to each statement: 1, -1, 0, or None

FEWEST_PEOPLE = 50
FEWEST_ANSWERS = 7  # of one person, or all statements if there are fewer
GROUPS = range(2, 6)
RE_RUNS = 20
STEADY = 0.8
_SEED = 20
_STARTS = 6  # of k-means, the best of which is taken
_STEPS = 300
_COMPARED = 500  # people whose silhouettes are worked out; beyond, every second, third and so on


@dataclass(frozen=True)
class Group(Generic[PersonT, StatementT]):
    """People who answer alike, and what most of them agree and disagree with.

    "Most" as in common ground: the lower bound of the 90% Wilson interval is at least one half.
    What sets the group apart from the others stands first.
    """

    people: tuple[PersonT, ...]
    agrees: tuple[StatementT, ...]
    disagrees: tuple[StatementT, ...]
    heard: Mapping[StatementT, Heard]


@dataclass(frozen=True)
class OpinionMap(Generic[PersonT, StatementT]):
    """Where people stand, in groups from the largest down, and what all groups share.

    `shared` are statements with which most of every group agree, the highest group-aware consensus
    first; `steadiness` is the mean adjusted Rand index of the re-runs, 1 if all are the same.
    """

    points: Mapping[PersonT, Point]
    groups: tuple[Group[PersonT, StatementT], ...]
    shared: tuple[StatementT, ...]
    steadiness: float


def opinion_map(
    statements: Sequence[StatementT], answers: Mapping[PersonT, Mapping[StatementT, int]]
) -> OpinionMap[PersonT, StatementT] | None:
    """The map of these answers: 1 agrees, -1 disagrees, 0 passes, absent was not asked.

    People who answered little are left out. None if fewer than 50 are left, if nobody differs from
    anybody, or if the groups are not steady.
    """
    rows: dict[PersonT, Row] = {}
    for person, said in answers.items():
        row = tuple(said.get(statement) for statement in statements)
        if sum(each is not None for each in row) >= min(FEWEST_ANSWERS, max(1, len(statements))):
            rows[person] = row
    if len(rows) < FEWEST_PEOPLE:
        return None
    people = sorted(rows, key=lambda person: [-2 if n is None else n for n in rows[person]])
    ordered = [rows[person] for person in people]
    points = _points(ordered)
    if len(set(points)) < GROUPS.start:
        return None
    chance = random.Random(_SEED)  # noqa: S311 (a map, not a secret)
    number, groups = _best_groups(points, chance)
    steadiness = _steadiness(ordered, groups, number, chance)
    if steadiness < STEADY:
        return None
    return _described(statements, people, ordered, points, groups, steadiness)


# --- points


def _points(rows: Sequence[Row]) -> list[Point]:
    """Each row's place along the two directions in which rows differ most.

    What somebody was not asked counts as the mean of those who were. Who answered few statements
    would stand near the middle for that alone, and is moved out by as much (as Polis does).
    """
    columns = [_centred(column) for column in zip(*rows, strict=True)]
    spread = [[sum(map(mul, one, other)) for other in columns] for one in columns]
    first = _strongest(spread)
    strength = fsum(map(mul, first, _times(spread, first)))
    second = _strongest(
        [
            [value - strength * a * b for b, value in zip(first, line, strict=True)]
            for a, line in zip(first, spread, strict=True)
        ]
    )
    points = []
    for row, centred in zip(rows, zip(*columns, strict=True), strict=True):
        out = sqrt(len(row) / sum(each is not None for each in row))
        x, y = (out * fsum(map(mul, centred, direction)) for direction in (first, second))
        points.append((round(x, 9), round(y, 9)))
    return points


def _centred(column: Sequence[int | None]) -> list[float]:
    heard = [each for each in column if each is not None]
    mean = sum(heard) / len(heard) if heard else 0.0
    return [0.0 if each is None else each - mean for each in column]


def _strongest(spread: Sequence[Sequence[float]]) -> list[float]:
    """The direction of the most spread, by applying it again and again; nothing if there is none.

    Of the two ways along it, that in which its largest part is more than nothing.
    """
    chance = random.Random(_SEED)  # noqa: S311
    direction = [chance.uniform(0.5, 1) for _line in spread]
    for _step in range(_STEPS):
        onward = _times(spread, direction)
        length = sqrt(fsum(map(mul, onward, onward)))
        if length < 1e-9:
            return [0.0] * len(spread)
        onward = [each / length for each in onward]
        moved = max(abs(a - b) for a, b in zip(onward, direction, strict=True))
        direction = onward
        if moved < 1e-10:
            break
    return direction if max(direction, key=abs) > 0 else [-each for each in direction]


def _times(spread: Sequence[Sequence[float]], direction: Sequence[float]) -> list[float]:
    return [sum(map(mul, line, direction)) for line in spread]


# --- groups of points


def _best_groups(points: Sequence[Point], chance: random.Random) -> tuple[int, list[int]]:
    """How many groups fit best, and which of them each point is in."""
    most = min(GROUPS.stop, len(set(points)) + 1)
    tried = [(number, _grouped(points, number, chance)) for number in range(GROUPS.start, most)]
    return max(tried, key=lambda each: _silhouette(points, each[1]))


def _grouped(points: Sequence[Point], number: int, chance: random.Random) -> list[int]:
    """k-means: the best of a few starts, each from points that lie far apart."""
    best: list[int] = []
    least = float("inf")
    for _start in range(_STARTS):
        middles = _spread_out(points, number, chance)
        groups: list[int] = []
        for _step in range(_STEPS):
            before, groups = groups, [_nearest(point, middles) for point in points]
            if groups == before:
                break
            for n in range(number):
                own = [point for point, group in zip(points, groups, strict=True) if group == n]
                if own:
                    middles[n] = (
                        fsum(x for x, _y in own) / len(own),
                        fsum(y for _x, y in own) / len(own),
                    )
        away = fsum(dist(p, middles[n]) ** 2 for p, n in zip(points, groups, strict=True))
        if away < least:
            best, least = groups, away
    return best


def _spread_out(points: Sequence[Point], number: int, chance: random.Random) -> list[Point]:
    middles = [chance.choice(points)]
    while len(middles) < number:
        away = [min(dist(point, middle) ** 2 for middle in middles) for point in points]
        middles.append(chance.choices(points, away if any(away) else None)[0])
    return middles


def _nearest(point: Point, middles: Sequence[Point]) -> int:
    away = [dist(point, middle) for middle in middles]
    return away.index(min(away))


def _silhouette(points: Sequence[Point], groups: Sequence[int]) -> float:
    """How much closer points are to their own group than to the next: from -1 to 1, on average."""
    every = slice(None, None, -(-len(points) // _COMPARED))
    points, groups = points[every], groups[every]
    sizes = Counter(groups)
    if len(sizes) < GROUPS.start:
        return -1.0
    total = 0.0
    for point, own in zip(points, groups, strict=True):
        away = dict.fromkeys(sizes, 0.0)
        for other, group in zip(points, groups, strict=True):
            away[group] += dist(point, other)
        if sizes[own] > 1:
            inside = away[own] / (sizes[own] - 1)
            outside = min(away[group] / sizes[group] for group in sizes if group != own)
            total += (outside - inside) / (max(inside, outside) or 1.0)
    return total / len(points)


def _steadiness(
    rows: Sequence[Row], groups: Sequence[int], number: int, chance: random.Random
) -> float:
    """How alike the groups are when a fifth of the people are left out, averaged over re-runs."""
    total = 0.0
    for _run in range(RE_RUNS):
        kept = sorted(chance.sample(range(len(rows)), len(rows) * 4 // 5))
        again = _grouped(_points([rows[n] for n in kept]), number, chance)
        total += rand_index([groups[n] for n in kept], again)
    return total / RE_RUNS


def rand_index(one: Sequence[int], other: Sequence[int]) -> float:
    """The adjusted Rand index: 1 if both put the same together, about 0 if by chance alone."""
    together = sum(comb(n, 2) for n in Counter(zip(one, other, strict=True)).values())
    in_one = sum(comb(n, 2) for n in Counter(one).values())
    in_other = sum(comb(n, 2) for n in Counter(other).values())
    by_chance = in_one * in_other / (comb(len(one), 2) or 1)
    most = (in_one + in_other) / 2
    return (together - by_chance) / (most - by_chance) if most != by_chance else 1.0


# --- in words


def _described(
    statements: Sequence[StatementT],
    people: Sequence[PersonT],
    rows: Sequence[Row],
    points: Sequence[Point],
    groups: Sequence[int],
    steadiness: float,
) -> OpinionMap[PersonT, StatementT]:
    sizes = Counter(groups)
    order = sorted(sizes, key=lambda n: (-sizes[n], groups.index(n)))
    heard = [
        [
            _heard(row[place] for row, n in zip(rows, groups, strict=True) if n == group)
            for place in range(len(statements))
        ]
        for group in order
    ]
    # Common ground names its options and roles in text: their places here.
    tallies = {
        str(place): {str(n): each[place] for n, each in enumerate(heard)}
        for place in range(len(statements))
    }
    grounds = sorted(common_ground(tallies), key=lambda ground: -ground.group_aware)
    return OpinionMap(
        points=dict(zip(people, points, strict=True)),
        groups=tuple(
            _group(
                statements,
                tuple(p for p, n in zip(people, groups, strict=True) if n == group),
                heard[at],
                [each for n, each in enumerate(heard) if n != at],
            )
            for at, group in enumerate(order)
        ),
        shared=tuple(statements[int(each.option)] for each in grounds if each.supported_by_all),
        steadiness=steadiness,
    )


def _heard(votes: Iterable[int | None]) -> Heard:
    said = Counter(votes)
    return Heard(said[1], said[-1], said[1] + said[-1] + said[0])


def _group(
    statements: Sequence[StatementT],
    people: tuple[PersonT, ...],
    own: Sequence[Heard],
    others: Sequence[Sequence[Heard]],
) -> Group[PersonT, StatementT]:
    def apart(place: int, of: Callable[[Heard], int]) -> float:
        seen = sum(each[place].seen for each in others)
        elsewhere = (sum(of(each[place]) for each in others) + 0.5) / (seen + 1)
        return elsewhere - (of(own[place]) + 0.5) / (own[place].seen + 1)

    def most(of: Callable[[Heard], int]) -> tuple[StatementT, ...]:
        places = [n for n, each in enumerate(own) if each.seen and mostly(of(each), each.seen)]
        return tuple(statements[n] for n in sorted(places, key=lambda n: apart(n, of)))

    return Group(
        people=people,
        agrees=most(lambda heard: heard.agree),
        disagrees=most(lambda heard: heard.disagree),
        heard=dict(zip(statements, own, strict=True)),
    )
