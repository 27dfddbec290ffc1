"""Ballots that hypothesis makes up, and ballots with everything renamed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from codesign.counting.ballots import Ballot, Ballots, Option
from codesign.counting.consent import ANSWERS

IDS = ("tea", "walk", "song", "bus", "garden")
ROLES = ("carer", "provider")


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


@st.composite
def whole_votes(draw: st.DrawFn, method: str) -> Ballots:
    """Ballots of any method with everything that can be fixed before a vote, and everything said.

    Roles stand on all votes or on none; then `short` may be what the roll says.
    """
    if method == "consent":
        votes = draw(st.lists(st.builds(Ballot, st.sampled_from(ANSWERS)), max_size=12))
        base = Ballots(method, (Option("tea"),), tuple(votes), lot=("tea",))
    else:
        base = draw(ballots(method, EVERY[method]))
    told = draw(st.booleans())
    quorums = draw(st.dictionaries(st.sampled_from(ROLES), st.integers(0, 6)))
    shares = st.fractions(min_value="1/9", max_value=3, max_denominator=9)
    return replace(
        base,
        ballots=tuple(
            replace(each, role=draw(st.sampled_from(ROLES)) if told else "", code=f"{n:04x}")
            for n, each in enumerate(base.ballots)
        ),
        options=tuple(
            replace(each, name=draw(st.text(max_size=3)), proposal=draw(st.sampled_from(("", "x"))))
            for each in base.options
        ),
        quorum=draw(st.integers(0, 12)),
        quorums=quorums,
        short=tuple(sorted(role for role in quorums if draw(st.integers(0, 3)) == 0)),
        pass_share=draw(st.integers(0, 100)) if method in ("tick", "consent") else 0,
        answered=draw(st.integers(0, 3)) if method == "consent" else 0,
        shares=draw(st.fixed_dictionaries(dict.fromkeys(ROLES, shares)))
        if told and method == "budget" and draw(st.booleans())
        else {},
        ballot=draw(st.sampled_from(("", "ballot:7"))),
        question=draw(st.text(max_size=3)),
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
    return value if value in ANSWERS else "zyxwv"[IDS.index(value)]
