"""Reads about opinion maps: who answers alike, and what each such group and all of them share.

A map is for looking, and never decides anything. What is kept of it has passed the disclosure
gate: a mark stands for about five people and lies in the middle of theirs, so that nobody is a
point on a map; a group of fewer than SMALLEST_SHOWN is neither drawn nor described.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from django.utils.translation import gettext as _

from codesign.counting.opinion_map import Group, Point, opinion_map
from codesign.enums import Stance
from codesign.models import Statement, StatementAnswer, StatementRound
from portal import charts
from portal.counts import count_in_words
from portal.disclosure import ROUNDED_TO, SMALLEST_SHOWN, shown

VALUES = {Stance.AGREE: 1, Stance.DISAGREE: -1, Stance.PASS: 0}
MOST_NAMED = 5  # statements of one list


# -- making ----------------------------------------------------------------------------------------


def snapshot(rounded: StatementRound) -> dict[str, Any] | None:
    """The map of a round's answers as it may be published; two queries.

    None where there is none: fewer than 50 people, groups that are not steady, or all too small.
    Groups come from the largest down, each with marks from 0 to 100 across and up.
    """
    statements = list(
        Statement.objects.shown().filter(round=rounded).order_by("pk").values_list("pk", flat=True)
    )
    found = opinion_map(statements, _answers_to(statements))
    if found is None:
        return None
    groups = [group for group in found.groups if len(group.people) >= SMALLEST_SHOWN]
    if not groups:
        return None
    marks = _on_paper([_marks([found.points[each] for each in group.people]) for group in groups])
    return {
        "groups": [
            {
                "people": shown(len(group.people)).value,
                "marks": own,
                "agrees": _heard_enough(group, group.agrees),
                "disagrees": _heard_enough(group, group.disagrees),
            }
            for group, own in zip(groups, marks, strict=True)
        ],
        "too_small": len(found.groups) - len(groups),
        "shared": list(found.shared[:MOST_NAMED]),
    }


def _answers_to(statements: Sequence[int]) -> dict[int, dict[int, int]]:
    """What each person (their id) said to each statement (its id): 1, -1 or 0."""
    said: dict[int, dict[int, int]] = defaultdict(dict)
    rows = StatementAnswer.objects.filter(statement__in=statements).order_by("by", "statement")
    for by, statement, stance in rows.values_list("by", "statement", "stance"):
        said[by][statement] = VALUES[Stance(stance)]
    return said


def _heard_enough(group: Group[int, int], statements: Iterable[int]) -> list[int]:
    return [each for each in statements if group.heard[each].seen >= SMALLEST_SHOWN][:MOST_NAMED]


def _marks(points: Sequence[Point]) -> list[Point]:
    """A mark for each five people of a group, in the middle of people who lie side by side."""
    return [
        (
            sum(x for x, _y in handful) / len(handful),
            sum(y for _x, y in handful) / len(handful),
        )
        for handful in _handfuls(points)
    ]


def _handfuls(points: Sequence[Point]) -> list[Sequence[Point]]:
    """People cut into strips from left to right, each strip from below; five or more in each."""
    number = len(points) // ROUNDED_TO
    strips = math.isqrt(number)
    shares = [number // strips + (strip < number % strips) for strip in range(strips)]
    return [
        handful
        for strip, share in zip(_cut(sorted(points), shares), shares, strict=True)
        for handful in _cut(sorted(strip, key=lambda point: point[::-1]), [1] * share)
    ]


def _cut(points: Sequence[Point], shares: Sequence[int]) -> list[Sequence[Point]]:
    """Points in their order as so many pieces, as large as these shares of them all."""
    edges = [len(points) * each // sum(shares) for each in accumulate(shares, initial=0)]
    return [points[begin:end] for begin, end in pairwise(edges)]


def _on_paper(groups: Sequence[Sequence[Point]]) -> list[list[list[int]]]:
    """Marks of all groups as whole numbers from 0 to 100, across and up."""
    everything = [mark for group in groups for mark in group]
    lows = [min(mark[axis] for mark in everything) for axis in (0, 1)]
    spans = [max(mark[axis] for mark in everything) - lows[axis] for axis in (0, 1)]
    return [
        [
            [
                round(100 * (mark[axis] - lows[axis]) / spans[axis]) if spans[axis] else 50
                for axis in (0, 1)
            ]
            for mark in group
        ]
        for group in groups
    ]


# -- showing ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpinionGroup:
    """A group on a map: its name, how many people in gated words, and what most of it says."""

    name: str
    people: str
    agrees: list[Statement]
    disagrees: list[Statement]


@dataclass(frozen=True)
class OpinionMapShown:
    """A map as its page shows it. `too_small` groups are left out of it."""

    picture: charts.Svg | None
    groups: list[OpinionGroup]
    too_small: int
    shared: list[Statement]


def map_of(rounded: StatementRound) -> OpinionMapShown | None:
    """The map published of a closed round; None where there is none. One query."""
    kept = rounded.opinion_map
    if kept is None:
        return None
    statements = {
        each.pk: each for each in Statement.objects.shown().filter(round=rounded).order_by("pk")
    }
    groups = [
        _group(number, each, statements) for number, each in enumerate(kept["groups"], start=1)
    ]
    return OpinionMapShown(
        picture=charts.clouds(
            [
                charts.Cloud(
                    _("%(name)s: %(people)s people") % {"name": group.name, "people": group.people},
                    [(across, up) for across, up in each["marks"]],
                )
                for group, each in zip(groups, kept["groups"], strict=True)
            ],
            title=_("Opinion map: %(question)s") % {"question": rounded.question},
            description=_(
                "Marks that lie close together stand for people who answer alike. What each group"
                " says stands in words below."
            ),
        ),
        groups=groups,
        too_small=kept["too_small"],
        shared=_those(kept["shared"], statements),
    )


def _group(
    number: int, kept: Mapping[str, Any], statements: Mapping[int, Statement]
) -> OpinionGroup:
    return OpinionGroup(
        name=_("Group %(number)d") % {"number": number},
        people=count_in_words(kept["people"], exact=False),
        agrees=_those(kept["agrees"], statements),
        disagrees=_those(kept["disagrees"], statements),
    )


def _those(ids: Iterable[int], statements: Mapping[int, Statement]) -> list[Statement]:
    """Statements in the order named, without those that were taken off since."""
    return [statements[each] for each in ids if each in statements]
