"""Forms in which people put things in order: by numbers, or two at a time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.forms.votes import Line, VoteForm
from codesign.queries.ballot_pages import ShownOption


class RankForm(VoteForm):
    """Numbers from the best down, typed or moved. Those without a number are left out."""

    moved, pressed = "", ""  # the key of the option that was moved last, and which way

    def _ask(self) -> None:
        for option in self.options:
            self.fields[f"rank_{option.key}"] = forms.IntegerField(
                label=_now("Number for “%(title)s”") % {"title": option.title},
                required=False,
                min_value=1,
                max_value=999,
                error_messages=dict.fromkeys(
                    ("min_value", "max_value"), _("Please write a number from 1 up.")
                ),
                widget=forms.NumberInput(
                    attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}
                ),
            )

    def _initial(self, choice: Any) -> dict[str, Any]:
        return {f"rank_{key}": place for place, key in enumerate(choice, 1)}

    def _numbered(self) -> list[str]:
        """Keys of those with a number, the lowest first; where two are the same, as shown."""
        typed = {
            option.key: str(self._value(f"rank_{option.key}") or "").strip()
            for option in self.options
        }
        numbers = {
            key: int(number)
            for key, number in typed.items()
            if number.isdecimal() and len(number) < 4
        }
        return sorted(numbers, key=lambda key: numbers[key])

    def _chosen(self) -> list[str]:
        return self._numbered()

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        first: dict[int, str] = {}
        for option in self.options:
            number = said.get(f"rank_{option.key}")
            if number is None:
                continue
            if number in first:
                self.add_error(
                    f"rank_{option.key}",
                    _now("“%(one)s” and “%(other)s” have the same number. Give each its own.")
                    % {"one": first[number], "other": option.title},
                )
            first.setdefault(number, option.title)
        return said

    @property
    def lines(self) -> list[Line]:
        """Those with a number first, in order."""
        ranked = self._numbered()
        by_key = {option.key: option for option in self.options}
        rest = [option for option in self.options if option.key not in ranked]
        return [
            *(
                Line(by_key[key], self[f"rank_{key}"], place=place)
                for place, key in enumerate(ranked, 1)
            ),
            *(Line(option, self[f"rank_{option.key}"]) for option in rest),
        ]

    def again(self, do: str) -> "RankForm":
        """`up-3`, `down-3`, `in-3`, `out-3` move option 3; anything else only puts all in order."""
        ranked = self._numbered()
        act, _dash, key = do.partition("-")
        if key in {option.key for option in self.options}:
            ranked = moved(ranked, act, key)
        made = type(self)(ballot=self.ballot, options=self.options, initial=self._initial(ranked))
        made.moved, made.pressed = key, "up" if act == "in" else act
        return made

    @property
    def moved_words(self) -> str:
        """Where the option that was moved stands now."""
        title = next((each.title for each in self.options if each.key == self.moved), "")
        if not title:
            return ""
        if self.moved not in (ranked := self._numbered()):
            return self.out_words.format(title=title)
        return self.place_words.format(title=title, n=ranked.index(self.moved) + 1)

    @property
    def place_words(self) -> str:
        return _now("“{title}” is number {n} now.")

    @property
    def out_words(self) -> str:
        return _now("“{title}” has no number now.")


def moved(ranked: Sequence[str], act: str, key: str) -> list[str]:
    """An order after one option was moved a place `up` or `down`, or taken `out`.

    One without a place comes in last, whichever way it is moved.
    """
    order = list(ranked)
    if key not in order:
        return order if act == "out" else [*order, key]
    place = order.index(key)
    order.remove(key)
    if act == "out":
        return order
    order.insert(max(0, place - 1) if act == "up" else place + 1, key)
    return order


@dataclass(frozen=True)
class Pair:
    """Two options to choose between, and what the two buttons send."""

    one: ShownOption
    other: ShownOption

    @property
    def first(self) -> str:
        return f"{self.one.key}>{self.other.key}"

    @property
    def second(self) -> str:
        return f"{self.other.key}>{self.one.key}"

    @property
    def neither(self) -> str:
        return f"{self.one.key}={self.other.key}"

    @property
    def sides(self) -> list[tuple[ShownOption, str]]:
        return [(self.one, self.first), (self.other, self.second)]


class PairsForm(VoteForm):
    """Two at a time. What was said so far travels in the page, so nothing has to be kept for it.

    `told` is one text for each pair that was shown: `1>3` where 1 was picked, `1=3` for neither.
    """

    about_nothing = ""

    def _initial(self, choice: Any) -> dict[str, Any]:
        return {"told": [f"{picked}>{other}" for picked, other in choice]}

    @property
    def told(self) -> list[str]:
        data: Any = self.data
        said = self.initial.get("told", [])
        if self.is_bound:
            said = [*data.getlist("told"), *data.getlist("pick")]
        return list(_once_each(said, {option.key for option in self.options}))

    @property
    def pair(self) -> Pair | None:
        """The next two: those that were shown least so far; None when all pairs were."""
        shown: dict[str, int] = dict.fromkeys((option.key for option in self.options), 0)
        asked = set()
        for each in self.told:
            keys = re.split("[>=]", each)
            asked.add(frozenset(keys))
            for key in keys:
                shown[key] += 1
        left = [
            Pair(one, other)
            for one, other in combinations(self.options, 2)
            if frozenset({one.key, other.key}) not in asked
        ]
        return min(
            left,
            key=lambda pair: shown[pair.one.key] + shown[pair.other.key],
            default=None,
        )

    @property
    def progress(self) -> str:
        pairs = len(self.options) * (len(self.options) - 1) // 2
        return _now("%(done)d of %(pairs)d pairs") % {"done": len(self.told), "pairs": pairs}

    def again(self, do: str) -> "PairsForm":
        told = self.told
        if do == "undo":
            told = told[:-1]
        elif do == "restart":
            told = []
        return type(self)(ballot=self.ballot, options=self.options, initial={"told": told})

    def clean(self) -> dict[str, Any]:
        if not self.told:
            self.add_error(None, _now("Please choose in at least one pair first."))
        return self.cleaned_data

    def _chosen(self) -> list[list[str]]:
        return [each.split(">") for each in self.told if ">" in each]

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        return (("told", each) for each in self.told)

    @property
    def lines(self) -> list[Line]:
        return [Line(option) for option in self.options]


def _once_each(said: Iterable[str], keys: set[str]) -> Iterator[str]:
    """Answers about two known options, the first for each two; others do not come from our page."""
    asked = set()
    for each in said:
        found = re.fullmatch("([0-9]{1,5})([>=])([0-9]{1,5})", each)
        if found is None or not {found[1], found[3]} <= keys or found[1] == found[3]:
            continue
        pair = frozenset({found[1], found[3]})
        if pair not in asked:
            asked.add(pair)
            yield each
