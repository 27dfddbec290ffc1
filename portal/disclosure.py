"""The only gate through which counts of people are shown to those with no need to know.

The rule is the one NHS England uses for hospital counts: 0 is shown, 1 to 7 are hidden, other
counts are rounded to the nearest 5. Totals are rounded from the true totals, so subtracting
shown cells from a shown total gives no true count: a hidden cell's range can become narrower,
and only in rare tables a single number. At most two dimensions: more would single people out.
Show results as dated snapshots; a live filter would let someone watch one person arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

SMALLEST_SHOWN = 8
ROUNDED_TO = 5


class Certainty(Enum):
    """How a shown number stands to the true count; the value is its English wording.

    Callers that translate look the wording up and fill in `{value}`.
    """

    NONE = "none"
    HIDDEN = "fewer than {smallest}"
    ABOUT = "about {value}"
    EXACT = "{value}"


@dataclass(frozen=True, slots=True)
class Count:
    """A count of people as it may be shown. The true count is not kept in it.

    `value` is the number to draw or to write in a file: exact, rounded, or None when hidden.
    """

    value: int | None
    certainty: Certainty

    @property
    def words(self) -> str:
        """In English: "none", "fewer than 8", "about 15", or "14" for an exact count."""
        return self.worded(self.certainty.value)

    def worded(self, wording: str) -> str:
        """`wording`, a translation of this count's `certainty.value`, with the number put in."""
        return wording.format(value=self.value, smallest=SMALLEST_SHOWN)

    def __str__(self) -> str:
        return self.words


def shown(n: int, *, exact: bool = False) -> Count:
    """What may be shown of a count of `n` people.

    `exact` is for those who need the true number to do their work, and who may see the people
    themselves. Raises ValueError for a number that cannot be a count of people.
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 0:
        raise ValueError(f"{n!r} is not a count of people")
    if n == 0:
        return Count(0, Certainty.NONE)
    if exact:
        return Count(n, Certainty.EXACT)
    if n < SMALLEST_SHOWN:
        return Count(None, Certainty.HIDDEN)
    # A whole count is never exactly half-way between two fives, so "halves up" needs no care.
    return Count((n + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO, Certainty.ABOUT)


@dataclass(frozen=True, slots=True)
class Gated:
    """A two-way table of counts with its totals, all as they may be shown."""

    cells: tuple[tuple[Count, ...], ...]
    row_totals: tuple[Count, ...]
    col_totals: tuple[Count, ...]
    total: Count


def table(rows: Sequence[Sequence[int]], *, exact: bool = False) -> Gated:
    """A table of true counts as it may be shown; each total is rounded from the true total.

    `rows` all have the same length. Raises ValueError when they do not, or when a cell is not
    a whole number: a third dimension has no place here.
    """
    if len({len(row) for row in rows}) > 1:
        raise ValueError("the rows of a table of counts differ in length")
    # The cells are gated first, so that a cell that is no count is refused, not summed.
    cells = tuple(tuple(shown(n, exact=exact) for n in row) for row in rows)
    return Gated(
        cells=cells,
        row_totals=tuple(shown(sum(row), exact=exact) for row in rows),
        col_totals=tuple(shown(sum(col), exact=exact) for col in zip(*rows, strict=True)),
        total=shown(sum(map(sum, rows)), exact=exact),
    )
