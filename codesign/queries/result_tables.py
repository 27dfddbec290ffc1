"""A result's figures as tables and as a picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.counting.ballots import Number
from codesign.counting.results import Result, Standing, plain
from codesign.enums import BallotMethod
from codesign.voting_words import pounds
from portal import charts


@dataclass(frozen=True)
class Row:
    """A line of a table. `url`: the page of what it is about."""

    name: str
    cells: list[str]
    chosen: bool = False
    url: str = ""


@dataclass(frozen=True)
class Table:
    caption: str
    head: list[str]
    rows: list[Row]

    @property
    def is_wide(self) -> bool:
        """Whether a phone would have columns out of sight."""
        return len(self.head) > 3

    @property
    def lines(self) -> list[tuple[Row, list[tuple[str, str]]]]:
        """Each row with its cells, each cell behind what stands over its column."""
        return [(row, list(zip(self.head, row.cells, strict=True))) for row in self.rows]


def number(figure: Number) -> str:
    """A whole number, or one with two decimals."""
    shown = plain(figure)
    return f"{shown:,}" if isinstance(shown, int) else f"{shown:,.2f}"


# The columns of the table of figures, by method: what stands above, and a line's cell.
Column = tuple[Promise, Callable[[Standing, Result], str]]
_COLUMNS: dict[BallotMethod, list[Column]] = {
    BallotMethod.TICK: [
        (gettext_lazy("People who ticked it"), lambda each, result: number(each.figure)),
    ],
    BallotMethod.DOTS: [
        (gettext_lazy("Dots"), lambda each, result: number(each.figure)),
        (gettext_lazy("People who gave dots"), lambda each, result: number(each.parts["people"])),
    ],
    BallotMethod.SCORE: [
        (gettext_lazy("Average, from 1 to 5"), lambda each, result: number(each.figure)),
        (gettext_lazy("People who scored it"), lambda each, result: number(each.parts["people"])),
    ],
    BallotMethod.CONSENT: [
        (gettext_lazy("Agree"), lambda each, result: number(each.parts["agree"])),
        (gettext_lazy("Stand aside"), lambda each, result: number(each.parts["abstain"])),
        (gettext_lazy("Disagree"), lambda each, result: number(each.parts["disagree"])),
        (gettext_lazy("Object"), lambda each, result: number(each.parts["object"])),
    ],
    BallotMethod.RANK_ONE: [
        (gettext_lazy("Others it beats"), lambda each, result: number(each.figure)),
    ],
    BallotMethod.RANK_SEVERAL: [
        (gettext_lazy("Votes in the end"), lambda each, result: number(each.figure)),
        (
            gettext_lazy("First choices"),
            lambda each, result: number(
                result.rounds[0].votes.get(each.option, 0) if result.rounds else 0
            ),
        ),
    ],
    BallotMethod.BUDGET: [
        (gettext_lazy("People who ticked it"), lambda each, result: number(each.figure)),
        (gettext_lazy("Cost"), lambda each, result: pounds(each.parts["cost"])),
    ],
    BallotMethod.PAIRS: [
        (gettext_lazy("Score, from 0 to 100"), lambda each, result: number(each.figure)),
        (gettext_lazy("Came first"), lambda each, result: number(each.parts["picked"])),
        (gettext_lazy("Came second"), lambda each, result: number(each.parts["passed_over"])),
    ],
}


def figures(
    caption: str,
    kind: BallotMethod,
    result: Result,
    titles: Mapping[str, str],
    pages: Mapping[str, str] | None = None,
) -> Table:
    """Where each option ended; with `pages`, a line leads to its option's own."""
    columns = _COLUMNS[kind]
    return Table(
        caption,
        [str(words) for words, _cell in columns],
        [
            Row(
                titles[each.option],
                [cell(each, result) for _words, cell in columns],
                each.option in result.winners,
                pages[each.option] if pages else "",
            )
            for each in result.standings
        ],
    )


def picture(kind: BallotMethod, result: Result, titles: Mapping[str, str]) -> charts.Svg | None:
    if kind == BallotMethod.CONSENT:
        columns = _COLUMNS[kind]
        [standing] = result.standings
        names = ("agree", "abstain", "disagree", "object")
        drawn = [
            charts.Bar(str(words), float(standing.parts[name]), number(standing.parts[name]))
            for name, (words, _cell) in zip(names, columns, strict=True)
        ]
    else:
        drawn = [
            charts.Bar(
                titles[each.option],
                float(each.figure),
                _beside(kind, result, each),
                full=each.option in result.winners,
            )
            for each in result.standings
        ]
    said = ". ".join(f"{each.label}: {each.words}" for each in drawn)
    return charts.bars(
        drawn,
        title=str(_COLUMNS[kind][0][0]),
        description=said,
        mark=float(result.facts["quota"]) if kind == BallotMethod.RANK_SEVERAL else None,
    )


def _beside(kind: BallotMethod, result: Result, standing: Standing) -> str:
    """The words beside a bar: its figure, and whether it was chosen."""
    n = number(standing.figure)
    if standing.option not in result.winners:
        return n
    if kind == BallotMethod.RANK_SEVERAL and len(result.winners) > 1:
        place = result.winners.index(standing.option) + 1
        return _("%(n)s, place %(place)d") % {"n": n, "place": place}
    return _("%(n)s, chosen") % {"n": n}


def about_picture(kind: BallotMethod, result: Result) -> str:
    """What the bars are, where their lengths alone would mislead: a vote above the quota goes on to
    the next wish, so whoever is chosen last keeps more of them than the first.
    """
    if kind != BallotMethod.RANK_SEVERAL or not result.winners:
        return ""
    return _(
        "The bars are votes in the end, in the order in which the places were filled. The line is "
        "what a place needs: %(quota)s. Votes above it went on to the next wish while places were "
        "free, so a longer bar does not mean that more people wanted it."
    ) % {"quota": number(result.facts["quota"])}


def rounds(result: Result, titles: Mapping[str, str]) -> Table:
    """Votes after each round: a line for each option, a column for each round."""
    numbers = range(1, len(result.rounds) + 1)
    return Table(
        _("Votes after each round. A place needs %(quota)s.")
        % {"quota": number(result.facts["quota"])},
        [_("Round %(n)d") % {"n": n} for n in numbers],
        [
            Row(
                titles[standing.option],
                [number(each.votes.get(standing.option, 0)) for each in result.rounds],
                standing.option in result.winners,
            )
            for standing in result.standings
        ],
    )


def pairwise(result: Result, titles: Mapping[str, str]) -> Table | None:
    if not result.pairwise:
        return None
    rows = zip(result.options, result.pairwise, strict=True)
    return Table(
        _("How many put the one in the line above the one in the column"),
        [titles[key] for key in result.options],
        [
            Row(
                titles[key],
                [
                    "–" if other == key else str(n)
                    for other, n in zip(result.options, row, strict=True)
                ],
                key in result.winners,
            )
            for key, row in rows
        ],
    )
