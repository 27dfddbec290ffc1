"""Ballots that hypothesis makes up, and ballots with everything renamed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from codesign.counting.ballots import Ballot, Ballots, Option

IDS = ("tea", "walk", "song", "bus", "garden")


@st.composite
def ballots(
    draw: st.DrawFn, method: str, choice: Callable[[tuple[str, ...]], st.SearchStrategy[Any]]
) -> Ballots:
    ids = IDS[: draw(st.integers(1, len(IDS)))]
    options = tuple(Option(each, cost=draw(st.integers(1, 60))) for each in ids)
    cast = draw(st.lists(st.builds(Ballot, choice(ids), st.integers(1, 3)), min_size=0, max_size=9))
    return Ballots(
        method,
        options,
        tuple(cast),
        lot=tuple(draw(st.permutations(ids))),
        seats=draw(st.integers(1, 3)),
        budget=draw(st.integers(1, 120)),
    )


def some(ids: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Options in any order, some of them or none."""
    return st.permutations(ids).flatmap(
        lambda order: st.integers(0, len(ids)).map(lambda n: tuple(order[:n]))
    )


def levels(ids: tuple[str, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    """A ranking in which some options may share a place."""

    def joined(order: tuple[str, ...], cuts: list[bool]) -> tuple[Any, ...]:
        groups: list[list[str]] = []
        for option, cut in zip(order, cuts, strict=False):
            if cut or not groups:
                groups.append([option])
            else:
                groups[-1].append(option)
        return tuple(tuple(g) if len(g) > 1 else g[0] for g in groups)

    return st.builds(joined, some(ids), st.lists(st.booleans(), min_size=5, max_size=5))


def dots(ids: tuple[str, ...]) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(ids), st.integers(0, 2))


def scores(ids: tuple[str, ...]) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(ids), st.integers(1, 5))


def pairs(ids: tuple[str, ...]) -> st.SearchStrategy[tuple[tuple[str, ...], ...]]:
    two = st.permutations(ids).map(lambda order: tuple(order[:2]))
    return st.lists(two, max_size=4).map(tuple) if len(ids) > 1 else st.just(())


EVERY = {
    "tick": some,
    "dots": dots,
    "score": scores,
    "pairs": pairs,
    "rank_one": levels,
    "rank_several": some,
    "budget": some,
    "greedy": some,
}


def renamed(value: Any) -> Any:
    """The same with every option under another name, which sorts the other way round."""
    if isinstance(value, Ballots):
        return replace(
            value,
            options=tuple(replace(each, id=renamed(each.id)) for each in value.options),
            ballots=tuple(replace(each, choice=renamed(each.choice)) for each in value.ballots),
            lot=renamed(value.lot),
        )
    if isinstance(value, tuple):
        return tuple(renamed(each) for each in value)
    if isinstance(value, dict):
        return {renamed(key): each for key, each in value.items()}
    return "zyxwv"[IDS.index(value)]
