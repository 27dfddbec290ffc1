"""Pictures of numbers, drawn on the server as accessible SVG.

A run chart shows readings in the order of time, the middle value as a dashed line, and lettered
notes on the days something was changed. It says nothing by colour alone, takes the page's text
colour, and carries no style or script. Around it the page puts `sentence` in plain words, the
list of notes with the letters of `lettered`, and the same numbers as a table.

Nothing here knows Django: words come in already translated.
"""

import hashlib
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from statistics import median as middle_value
from xml.sax.saxutils import escape

FEWEST_POINTS = 6  # with fewer, a picture suggests more than the numbers can say

WIDTH = 560  # drawing units; at this width in pixels, text is 16 px (narrower screens scroll)
LEFT, RIGHT = 60, 16
PLOT_HEIGHT = 220
LINE = 28  # height of a row of text or of letters


@dataclass(frozen=True, slots=True)
class Point:
    """One reading. `value` None leaves a gap: nothing was counted, or too few to show.

    `label` is the day or month as a person reads it, in their language.
    """

    at: date
    value: float | None
    label: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened on a day and may have changed the numbers."""

    at: date
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The words a chart is made with, in English unless the caller passes others."""

    middle: str = "Middle value: {middle}"
    scale: str = "The scale starts at {start}"
    nothing: str = "Nothing has been counted yet."
    too_few: str = "There are too few counts so far to show how this moves."
    exactly: str = (
        "{first_label} to {last_label}: from {first} to {last} {unit}."
        " The lowest is {lowest}, the highest {highest}, the middle value {middle}."
    )
    about: str = (
        "{first_label} to {last_label}: from about {first} to about {last} {unit}."
        " The lowest is about {lowest}, the highest about {highest},"
        " the middle value about {middle}."
    )


ENGLISH = Wording()


class Svg(str):
    """Markup that this module has drawn, every text in it escaped. Made nowhere else."""

    __slots__ = ()


def lettered(points: Sequence[Point], notes: Iterable[Note]) -> list[tuple[str, Note]]:
    """The notes that the chart of `points` shows, by date, each with its letter: A, B, …

    Notes from before the first point have no place in the picture and are left out.
    """
    shown = sorted((n for n in notes if points and n.at >= points[0].at), key=lambda n: n.at)
    return [(_letter(place), note) for place, note in enumerate(shown)]


def sentence(
    points: Sequence[Point], *, unit: str, about: bool = False, wording: Wording = ENGLISH
) -> str:
    """In plain words, what the chart of `points` shows: no more than the numbers themselves.

    It gives the first and last value but claims no rise or fall, because two single readings
    cannot show one. `about` says that values are rounded. `unit` reads on from a number:
    "carers a month".
    """
    read = _read(points)
    if not read:
        return wording.nothing
    if len(read) < FEWEST_POINTS:
        return wording.too_few
    values = [value for _, value in read]
    return (wording.about if about else wording.exactly).format(
        first_label=read[0][0].label,
        last_label=read[-1][0].label,
        first=_number(values[0]),
        last=_number(values[-1]),
        lowest=_number(min(values)),
        highest=_number(max(values)),
        middle=_number(middle_value(values)),
        unit=unit,
    )


def run_chart(
    points: Sequence[Point],
    *,
    title: str,
    description: str,
    unit: str,
    median: bool = True,
    notes: Sequence[Note] = (),
    wording: Wording = ENGLISH,
) -> Svg | None:
    """The run chart of `points`, or None when fewer than six have a value.

    `points` are in the order of time, one a day at most; else ValueError. `title` and
    `description` are what a screen reader says instead of the picture; neither is drawn.
    `unit` stands above the scale. `median` adds the middle value of the points shown.
    """
    if any(later.at <= earlier.at for earlier, later in pairwise(points)):
        raise ValueError("the points of a chart are not in the order of time")
    read = _read(points)
    if len(read) < FEWEST_POINTS:
        return None
    values = [value for _, value in read]
    marks = lettered(points, notes)
    first = points[0].at.toordinal()
    last = max([points[-1].at, *(note.at for _, note in marks)]).toordinal()
    ticks = _ticks(values)

    def across(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day.toordinal() - first) / (last - first)

    rows = _rows([across(note.at) for _, note in marks])
    top = LINE + LINE * (max(rows, default=-1) + 1) + 8
    bottom = top + PLOT_HEIGHT

    def up(value: float) -> float:
        return bottom - PLOT_HEIGHT * (value - ticks[0]) / (ticks[-1] - ticks[0])

    drawing = [_text(unit, 0, 18)]
    for tick in ticks:
        kind = "axis" if tick == ticks[0] else "grid"
        drawing.append(_line(kind, LEFT, up(tick), WIDTH - RIGHT, up(tick)))
        drawing.append(_text(_number(tick), LEFT - 8, up(tick) + 5.5, anchor="end"))
    for place, (point, anchor) in _labelled(points, across(points[-1].at) - LEFT).items():
        x = across(point.at)
        drawing.append(_line("axis", x, bottom, x, bottom + 6))
        # The first label may hang out to the left, where the scale leaves room for it.
        shift = -LEFT / 2 if place == 0 else 0
        drawing.append(_text(point.label, x + shift, bottom + 24, anchor=anchor))
    heights = [LINE * (row + 1.5) for row in rows]
    for (_, note), y in zip(marks, heights, strict=True):
        drawing.append(_line("note", across(note.at), y, across(note.at), bottom))
    for (letter, note), y in zip(marks, heights, strict=True):
        drawing.append(_badge(letter, across(note.at), y))

    keys = []
    if median:
        middle = middle_value(values)
        drawing.append(_line("median", LEFT, up(middle), WIDTH - RIGHT, up(middle)))
        keys.append((wording.middle.format(middle=_number(middle)), True))
    if ticks[0] != 0:
        keys.append((wording.scale.format(start=_number(ticks[0])), False))
    drawing += _curve([(across(p.at), p.value if p.value is None else up(p.value)) for p in points])
    height = bottom + 2 * LINE
    for text, dashed in keys:
        if dashed:
            drawing.append(_line("median", LEFT, height - 9, LEFT + 44, height - 9))
        drawing.append(_text(text, LEFT + 54 if dashed else LEFT, height - 3.5))
        height += LINE
    return _svg(title, description, drawing, height - LINE + 8 if keys else bottom + 34)


@dataclass(frozen=True, slots=True)
class Circle:
    """One thing in a picture of sizes: what it is called, and how much of it there is."""

    label: str
    size: int


COLUMNS = 2
ACROSS = 288  # the smallest phone shows it all, with text of 16 px
LARGEST, SMALLEST = 64, 20  # radius, drawing units


def circles(things: Sequence[Circle], *, title: str, description: str) -> Svg | None:
    """A circle for each thing, its area by its size, the number in it and its name below.

    They stand in rows in the order given. `title` and `description` are as in `run_chart`; the page
    puts the same numbers beside it as a list. None when there is nothing to draw; a size below one
    raises ValueError.
    """
    if not things:
        return None
    if min(each.size for each in things) < 1:
        raise ValueError("a circle stands for one thing at least")
    most = max(each.size for each in things)
    drawing: list[str] = []
    top = 8.0
    for begin in range(0, len(things), COLUMNS):
        row = things[begin : begin + COLUMNS]
        radii = [max(SMALLEST, LARGEST * math.sqrt(each.size / most)) for each in row]
        names = [_broken(each.label) for each in row]
        middle = top + max(radii)
        for place, (each, radius, lines) in enumerate(zip(row, radii, names, strict=True)):
            x = ACROSS * (place + 0.5) / COLUMNS
            drawing.append(
                '<circle class="tl-chart__circle" fill="Canvas" stroke="currentColor"'
                f' stroke-width="3" cx="{x:.1f}" cy="{middle:.1f}" r="{radius:.1f}"/>'
            )
            drawing.append(_text(_number(each.size), x, middle + 5.5, anchor="middle"))
            below = middle + max(radii) + 22
            drawing += [
                _text(line, x, below + 20 * number, anchor="middle")
                for number, line in enumerate(lines)
            ]
        top = middle + max(radii) + 22 + 20 * max(map(len, names)) + 8
    return _svg(title, description, drawing, top, width=ACROSS)


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing in a picture of amounts, with the amount in words beside its bar.

    `full` bars are filled and others only outlined, for what was chosen and what was not.
    """

    label: str
    size: float
    words: str
    full: bool = False


BAR_HEIGHT = 24


def bars(
    things: Sequence[Bar], *, title: str, description: str, mark: float | None = None
) -> Svg | None:
    """A lying bar for each thing, its name above and its amount in words behind it.

    They stand in the order given, on a scale that begins at zero; at `mark` a line crosses each.
    `title` and `description` are as
    in `run_chart`; the page puts the same numbers beside it as a table. None when there is nothing
    to draw; a size below zero raises ValueError.
    """
    if not things:
        return None
    if min(each.size for each in things) < 0:
        raise ValueError("a bar is never shorter than nothing")
    most = max(mark or 0, *(each.size for each in things)) or 1
    longest = max(40.0, ACROSS - 16 - 8.5 * max(len(each.words) for each in things))
    drawing: list[str] = []
    y = 4.0
    for each in things:
        for line in textwrap.wrap(each.label, width=32, max_lines=2, placeholder=" …") or [""]:
            drawing.append(_text(line, 2, y + 16))
            y += 20
        long = max(2.0, longest * each.size / most)
        drawing.append(
            f'<rect class="tl-chart__bar{" tl-chart__bar--full" if each.full else ""}"'
            f' fill="{"currentColor" if each.full else "Canvas"}" stroke="currentColor"'
            ' stroke-width="2"'
            f' x="3" y="{y + 4:.1f}" width="{long:.1f}" height="{BAR_HEIGHT - 4}"/>'
        )
        ends = long
        if mark is not None:
            at = longest * mark / most
            ends = max(long, at)
            drawing.append(_line("axis", at + 3, y + 1, at + 3, y + BAR_HEIGHT + 3))
        drawing.append(_text(each.words, ends + 11, y + BAR_HEIGHT - 5))
        y += BAR_HEIGHT + 16
    return _svg(title, description, drawing, y, width=ACROSS)


def _broken(label: str) -> list[str]:
    """A name in at most three lines that fit under a circle; what is left out leaves three dots."""
    return textwrap.wrap(label, width=16, max_lines=3, placeholder=" …") or [""]


@dataclass(frozen=True, slots=True)
class Cloud:
    """Marks that belong together, each at a place from 0 to 100 across and up; and their name."""

    label: str
    marks: Sequence[tuple[float, float]]


MAP_HEIGHT = 260
MARK = 8  # half the width of a mark, drawing units


def clouds(groups: Sequence[Cloud], *, title: str, description: str) -> Svg | None:
    """Groups of marks on a plain, each group with a shape of its own and a key below.

    `title` and `description` are as in `run_chart`. The axes mean nothing by themselves, so none
    is drawn. None when there is no mark; more groups than there are shapes raise ValueError.
    """
    if len(groups) > len(_SHAPES):
        raise ValueError("there are more groups than shapes")
    if not any(group.marks for group in groups):
        return None
    inset = 2 * MARK
    drawing = [
        '<rect class="tl-chart__axis" fill="none" stroke="currentColor" stroke-width="2"'
        f' x="1" y="1" width="{ACROSS - 2}" height="{MAP_HEIGHT - 2}"/>'
    ]
    for number, group in enumerate(groups):
        drawing += [
            _mark(
                number,
                inset + (ACROSS - 2 * inset) * across / 100,
                MAP_HEIGHT - inset - (MAP_HEIGHT - 2 * inset) * up / 100,
            )
            for across, up in group.marks
        ]
    top = MAP_HEIGHT + 12.0
    for number, group in enumerate(groups):
        lines = textwrap.wrap(group.label, width=28) or [""]
        drawing.append(_mark(number, MARK + 4, top + 11))
        drawing += [_text(line, 36, top + 17 + 20 * place) for place, line in enumerate(lines)]
        top += 20 * len(lines) + 10
    return _svg(title, description, drawing, top, width=ACROSS)


# Around a mark's middle, as a path; every second shape is filled, so that it tells them apart too.
_SHAPES = (
    f"m-{MARK} 0a{MARK} {MARK} 0 1 0 {2 * MARK} 0a{MARK} {MARK} 0 1 0 -{2 * MARK} 0z",  # circle
    f"m-{MARK} -{MARK}h{2 * MARK}v{2 * MARK}h-{2 * MARK}z",  # square
    f"m0 -{MARK + 1}l{MARK + 1} {2 * MARK}h-{2 * MARK + 2}z",  # triangle
    f"m0 -{MARK + 2}l{MARK + 2} {MARK + 2}l-{MARK + 2} {MARK + 2}l-{MARK + 2} -{MARK + 2}z",
    f"m-{MARK} -{MARK}l{2 * MARK} {2 * MARK}m0 -{2 * MARK}l-{2 * MARK} {2 * MARK}",  # cross
)


def _mark(number: int, x: float, y: float) -> str:
    fill = "currentColor" if number % 2 else "Canvas"
    return (
        f'<path class="tl-chart__mark tl-chart__mark--{number + 1}" fill="{fill}"'
        f' stroke="currentColor" stroke-width="3" d="M{x:.1f} {y:.1f}{_SHAPES[number]}"/>'
    )


def _read(points: Iterable[Point]) -> list[tuple[Point, float]]:
    return [(point, point.value) for point in points if point.value is not None]


def _letter(place: int) -> str:
    """A to Z, then AA, AB, …"""
    before, own = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + own)


def _number(value: float) -> str:
    """Up to one decimal place, thousands set apart."""
    short = round(value, 1)
    return f"{short:,.0f}" if short == int(short) else f"{short:,.1f}"


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers that span `values`, from zero unless that would flatten the picture."""
    low, high = min(values), max(values)
    if low == high or 0 <= low <= high / 2:
        low, high = min(low, 0), max(high, 0)
    span = high - low or 1
    whole = all(value == int(value) for value in values)
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= span / 4)
    step = max(step, 1) if whole else step
    start, end = math.floor(low / step), math.ceil((low + span) / step)
    return [round(place * step, 10) for place in range(start, end + 1)]


def _labelled(points: Sequence[Point], room: float) -> dict[int, tuple[Point, str]]:
    """Which points get their label drawn, by place, and where the text is anchored.

    `room` is the way from the first point to the last. The last label ends at its point and its
    neighbour is centred, so a step must hold one and a half labels.
    """
    last = len(points) - 1
    widest = 8.5 * max(len(point.label) for point in points) + 8
    count = max(1, min(3, int(room / (1.5 * widest))))
    places = {round(last * part / count) for part in range(count + 1)}
    return {
        place: (points[place], "start" if place == 0 else "end" if place == last else "middle")
        for place in sorted(places)
    }


def _rows(xs: Sequence[float]) -> list[int]:
    """In which row each letter stands, so that letters close together do not overlap."""
    ends: list[float] = []
    rows = []
    for x in xs:
        row = next((row for row, end in enumerate(ends) if x - end >= LINE), len(ends))
        ends[row : row + 1] = [x]
        rows.append(row)
    return rows


# The page's stylesheet may say more, by class; the attributes alone already make a whole picture.
# currentColor and Canvas are the page's text and background, whatever colours a person has chosen.
_STROKES = {
    "grid": 'stroke="currentColor" stroke-width="0.5"',
    "axis": 'stroke="currentColor" stroke-width="2"',
    "median": 'stroke="currentColor" stroke-width="2" stroke-dasharray="8 6"',
    "note": 'stroke="currentColor" stroke-width="2" stroke-dasharray="1 4" stroke-linecap="round"',
}


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line class="tl-chart__{kind}" {_STROKES[kind]} {ends}/>'


def _text(text: str, x: float, y: float, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_safe(text)}</text>'


def _badge(letter: str, x: float, y: float) -> str:
    return (
        '<circle class="tl-chart__letter" fill="Canvas" stroke="currentColor" stroke-width="2"'
        f' cx="{x:.1f}" cy="{y:.1f}" r="12"/>'
        '<text class="tl-chart__letter-text" font-weight="700" text-anchor="middle"'
        f' x="{x:.1f}" y="{y + 5.5:.1f}">{letter}</text>'
    )


def _curve(places: Sequence[tuple[float, float | None]]) -> list[str]:
    """A line through neighbouring points, broken at gaps, and a dot for each."""
    lines, dots = [], []
    for known, run in groupby(places, lambda place: place[1] is not None):
        if known:
            here = [(x, y) for x, y in run if y is not None]
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in here)
            lines.append(
                '<path class="tl-chart__line" fill="none" stroke="currentColor"'
                f' stroke-width="3" stroke-linejoin="round" d="{path}"/>'
            )
            dots += [
                '<circle class="tl-chart__dot" fill="Canvas" stroke="currentColor"'
                f' stroke-width="3" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
                for x, y in here
            ]
    return lines + dots


def _svg(
    title: str, description: str, drawing: Sequence[str], height: float, *, width: int = WIDTH
) -> Svg:
    inside = "".join(drawing)
    own = hashlib.sha256("\0".join([title, description, inside]).encode("utf-8", "replace"))
    name = f"chart-{own.hexdigest()[:12]}"  # two charts on a page need names of their own
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}"'
        f' width="{width}" height="{height:.0f}" font-family="system-ui, sans-serif"'
        ' font-size="16" fill="currentColor" role="img"'
        f' aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{_safe(title)}</title>'
        f'<desc id="{name}-desc">{_safe(description)}</desc>{inside}</svg>'
    )


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _safe(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), {'"': "&quot;", "'": "&#x27;"})
