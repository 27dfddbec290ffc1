"""What changed between two texts, in words that can be read aloud. Knows no Django.

Words are compared as words: a change of one letter shows the whole word, since that is what people
read. Where two texts are so long and so alike in their parts that comparing words would take
seconds, lines are compared, and in the worst case the whole text counts as changed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "added", "taken"]
_WORDS = re.compile(r"\w+(?:[’'-]\w+)*|\s+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
MOST_PAIRS = 60_000  # equal pairs of parts the comparison may have to look at


@dataclass(frozen=True)
class Segment:
    """A stretch of text that is in both (`same`), only in the new (`added`) or only in the old."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Difference:
    """All of both texts in reading order, and how many words came and went."""

    segments: tuple[Segment, ...]
    added: int
    taken: int

    @property
    def is_empty(self) -> bool:
        return all(each.kind == "same" for each in self.segments)


def difference(old: str, new: str) -> Difference:
    """What became of `old` on its way to `new`.

    The segments that are `same` or `taken` are the old text, those `same` or `added` the new one.
    """
    segments = tuple(_joined(_calmed(list(_compared(old, new)))))
    return Difference(
        segments=segments,
        added=_count(segments, "added"),
        taken=_count(segments, "taken"),
    )


def _count(segments: tuple[Segment, ...], kind: Kind) -> int:
    return sum(len(_WORD.findall(each.text)) for each in segments if each.kind == kind)


def _compared(old: str, new: str) -> Iterator[Segment]:
    if old == new:
        yield Segment("same", old)
        return
    for parts in (_WORDS, _LINES):
        before, after = parts.findall(old), parts.findall(new)
        start = _alike(before, after)
        end = _alike(before[start:][::-1], after[start:][::-1])
        before_middle, after_middle = (
            before[start : len(before) - end],
            after[start : len(after) - end],
        )
        if _pairs(before_middle, after_middle) <= MOST_PAIRS:
            yield Segment("same", "".join(before[:start]))
            yield from _aligned(before_middle, after_middle)
            yield Segment("same", "".join(before[len(before) - end :]))
            return
    yield from (Segment("taken", old), Segment("added", new))


def _alike(before: list[str], after: list[str]) -> int:
    """How many parts both begin with."""
    pairs = zip(before, after, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


def _pairs(before: list[str], after: list[str]) -> int:
    there = Counter(after)
    return sum(count * there[part] for part, count in Counter(before).items() if not _is_gap(part))


def _is_gap(part: str) -> bool:
    """A space between words: it is no sign that two texts say the same."""
    return part.isspace() and "\n" not in part


def _aligned(before: list[str], after: list[str]) -> Iterator[Segment]:
    matcher = SequenceMatcher(_is_gap, before, after, autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            yield Segment("same", "".join(before[i1:i2]))
            continue
        yield Segment("taken", "".join(before[i1:i2]))
        yield Segment("added", "".join(after[j1:j2]))


def _calmed(segments: list[Segment]) -> Iterator[Segment]:
    """Let a space between two changes belong to both, or every other word would be crossed out."""
    for place, each in enumerate(segments):
        between = 0 < place < len(segments) - 1
        if each.kind == "same" and between and _is_gap(each.text):
            yield from (Segment("taken", each.text), Segment("added", each.text))
        else:
            yield each


def _joined(segments: Iterator[Segment]) -> Iterator[Segment]:
    """Neighbours as one: between stretches that stay, first all that went, then all that came."""
    for is_same, run in groupby(segments, key=lambda each: each.kind == "same"):
        changes = list(run)
        kinds: tuple[Kind, ...] = ("same",) if is_same else ("taken", "added")
        for kind in kinds:
            text = "".join(each.text for each in changes if each.kind == kind)
            if text:
                yield Segment(kind, text)
