"""A result in words: the counting itself knows none; here its figures become sentences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from codesign.counting.ballots import Number
from codesign.counting.common_ground import NOT_HEARD, OPPOSED, UNSURE
from codesign.counting.results import Result, Round, Standing, plain
from codesign.enums import BallotMethod
from codesign.models import Ballot
from codesign.queries.ballot_pages import ShownOption
from codesign.queries.by_role import ByRole, Ground
from codesign.voting_words import pounds
from portal import charts
from portal.disclosure import Certainty, Count


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


@dataclass(frozen=True)
class ShownResult:
    """A result for people: one sentence, why not more, then the figures, a picture and the steps.

    `only_here` and `only_there` compare with the plain way of sharing out a budget.
    """

    sentence: str
    unmet: tuple[str, ...]
    figures: Table
    picture: charts.Svg | None
    steps: list[str] = field(default_factory=list)
    rounds: Table | None = None
    pairwise: Table | None = None
    beside: Table | None = None
    only_here: list[str] = field(default_factory=list)
    only_there: list[str] = field(default_factory=list)
    ties: list[str] = field(default_factory=list)


def shown_result(
    method: str, result: Result, options: Mapping[str, ShownOption], *, is_final: bool = True
) -> ShownResult:
    """A result of `method` in words. Not `is_final`: how it stands before the end."""
    kind = BallotMethod(method)
    titles = {key: option.title for key, option in options.items()}
    head = [str(words) for words, _cell in _COLUMNS[kind]]
    rows = [
        Row(
            titles[each.option],
            [cell(each, result) for _words, cell in _COLUMNS[kind]],
            each.option in result.winners,
            options[each.option].page,
        )
        for each in result.standings
    ]
    beside = result.beside
    return ShownResult(
        sentence=_sentence(kind, result, titles) if is_final else _so_far(result),
        unmet=result.unmet,
        figures=Table(_("How each one ended") if is_final else _("How it stands"), head, rows),
        picture=_picture(kind, result, titles),
        steps=[_step(each, titles) for each in result.rounds if kind != BallotMethod.CONSENT],
        rounds=_rounds(result, titles) if kind == BallotMethod.RANK_SEVERAL else None,
        pairwise=_pairwise(result, titles),
        beside=_beside(beside, titles) if beside else None,
        only_here=_those(result.winners, beside.winners, titles) if beside else [],
        only_there=_those(beside.winners, result.winners, titles) if beside else [],
        ties=[_tie(each.options, each.first, each.settled_by, titles) for each in result.ties],
    )


def number(figure: Number) -> str:
    """A whole number, or one with two decimals."""
    shown = plain(figure)
    return f"{shown:,}" if isinstance(shown, int) else f"{shown:,.2f}"


def _in_quotes(keys: Iterable[str], titles: Mapping[str, str]) -> str:
    return str(get_text_list([f"“{titles[key]}”" for key in keys], _("and")))


def _so_far(result: Result) -> str:
    return ngettext(
        "%(n)d person has voted so far. This can still change.",
        "%(n)d people have voted so far. This can still change.",
        result.ballots,
    ) % {"n": result.ballots}


def _sentence(kind: BallotMethod, result: Result, titles: Mapping[str, str]) -> str:
    """What was decided, in one sentence."""
    if kind == BallotMethod.CONSENT:
        return _agreed(result, titles)
    if not result.winners:
        return _("Nothing was chosen.")
    chosen = _in_quotes(result.winners, titles)
    by_key = {each.option: each for each in result.standings}
    if len(result.winners) > 1 or kind in {BallotMethod.BUDGET, BallotMethod.RANK_SEVERAL}:
        if kind == BallotMethod.BUDGET:
            return _("%(chosen)s: the money goes to these. They cost %(cost)s of %(budget)s.") % {
                "chosen": chosen,
                "cost": _pounds(result.cost or 0),
                "budget": _pounds(result.facts["budget"]),
            }
        return _("These were chosen: %(chosen)s.") % {"chosen": chosen}
    first = by_key[result.winners[0]]
    return _("%(chosen)s was chosen: %(why)s.") % {
        "chosen": chosen,
        "why": _why(kind, first, result),
    }


def _why(kind: BallotMethod, first: Standing, result: Result) -> str:
    """What put the first before all others, as the end of a sentence."""
    words: dict[str, object] = {"n": number(first.figure), "cast": result.ballots}
    if kind == BallotMethod.TICK:
        return _("%(n)s of %(cast)s ticked it") % words
    if kind == BallotMethod.DOTS:
        return _("%(n)s dots from %(people)s of %(cast)s people") % {
            **words,
            "people": number(first.parts["people"]),
        }
    if kind == BallotMethod.SCORE:
        return _("%(n)s of 5 on average, by %(people)s people") % {
            **words,
            "people": number(first.parts["people"]),
        }
    if kind == BallotMethod.PAIRS:
        picked, passed = first.parts["picked"], first.parts["passed_over"]
        return _("it came first in %(picked)s of %(all)s pairs") % {
            "picked": number(picked),
            "all": number(picked + passed),
        }
    if result.facts.get("beats_every_other"):
        return _("against each other one, more people put it above")
    return _("no one beats all others, and Schulze’s rule puts it first")


def _agreed(result: Result, titles: Mapping[str, str]) -> str:
    answers = {name: number(n) for name, n in result.standings[0].parts.items()}
    how = _(
        "%(agree)s agree, %(abstain)s stand aside, %(disagree)s disagree and %(object)s object"
    ) % {name: answers.get(name, "0") for name in ("agree", "abstain", "disagree", "object")}
    title = _in_quotes(result.options, titles)
    if result.winners:
        return _("%(title)s was agreed: %(how)s.") % {"title": title, "how": how}
    return _("%(title)s was not agreed: %(how)s.") % {"title": title, "how": how}


def _pounds(amount: Number) -> str:
    return pounds(int(amount))


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
        (gettext_lazy("Cost"), lambda each, result: _pounds(each.parts["cost"])),
    ],
    BallotMethod.PAIRS: [
        (gettext_lazy("Score, from 0 to 100"), lambda each, result: number(each.figure)),
        (gettext_lazy("Came first"), lambda each, result: number(each.parts["picked"])),
        (gettext_lazy("Came second"), lambda each, result: number(each.parts["passed_over"])),
    ],
}


def _picture(kind: BallotMethod, result: Result, titles: Mapping[str, str]) -> charts.Svg | None:
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
                _("%(n)s, chosen") % {"n": number(each.figure)}
                if each.option in result.winners
                else number(each.figure),
                full=each.option in result.winners,
            )
            for each in result.standings
        ]
    said = ". ".join(f"{each.label}: {each.words}" for each in drawn)
    return charts.bars(drawn, title=str(_COLUMNS[kind][0][0]), description=said)


def _step(each: Round, titles: Mapping[str, str]) -> str:
    """One step of a count as a sentence."""
    title = titles.get(each.option, each.option)
    words = {
        "first choices": _("First choices are counted."),
        "surplus": _("“%(title)s” has more than it needs. The rest is passed on."),
        "taken out": _("“%(title)s” has the fewest votes and is taken out."),
        "bought": _("“%(title)s” is bought by those who ticked it, for %(cost)s."),
        "taken with what was left": _("“%(title)s” is taken with what was left, for %(cost)s."),
        "taken": _("“%(title)s” is taken, for %(cost)s."),
    }[each.act] % {"title": title, "cost": _pounds(each.figures.get("cost", 0))}
    if "left" in each.figures:
        words += " " + _("%(left)s is left.") % {"left": _pounds(each.figures["left"])}
    elif each.chosen:
        words += " " + _("Chosen now: %(chosen)s.") % {"chosen": _in_quotes(each.chosen, titles)}
    return words


def _rounds(result: Result, titles: Mapping[str, str]) -> Table:
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


def _pairwise(result: Result, titles: Mapping[str, str]) -> Table | None:
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


def _beside(beside: Result, titles: Mapping[str, str]) -> Table:
    return Table(
        _("What the plain way would have chosen: most ticks first, as long as the money lasts"),
        [str(words) for words, _cell in _COLUMNS[BallotMethod.BUDGET]],
        [
            Row(
                titles[each.option],
                [cell(each, beside) for _words, cell in _COLUMNS[BallotMethod.BUDGET]],
                each.option in beside.winners,
            )
            for each in beside.standings
        ],
    )


def _those(keys: Sequence[str], but_not: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    return [titles[key] for key in keys if key not in but_not]


def _tie(options: Sequence[str], first: str, by: str, titles: Mapping[str, str]) -> str:
    reasons = {
        "lot": _("the lot decided"),
        "more people": _("more people chose it"),
        "shown more often": _("it was shown more often"),
        "an earlier round": _("it was ahead in an earlier round"),
        "lower cost": _("it costs less"),
        "more votes": _("more people ticked it"),
    }
    return _("%(those)s were equal. “%(first)s” was taken first: %(why)s.") % {
        "those": _in_quotes(options, titles),
        "first": titles[first],
        "why": reasons.get(by, by),
    }


@dataclass(frozen=True)
class ShownRoles:
    """How the roles voted, through the gate. Empty parts say nothing and are not shown."""

    turnout: Table
    support: Table | None
    common_ground: list[str]


def shown_roles(found: ByRole | None, options: Mapping[str, ShownOption]) -> ShownRoles | None:
    """The snapshot taken at the close, in words; None where there is none."""
    if found is None:
        return None
    rows = [
        Row(str(each.role.label), [_in_words(each.voted), _in_words(each.on_roll)])
        for each in found.turnout
    ]
    support = None
    if found.support:
        support = Table(
            _("How many of each role wanted it"),
            [str(each.role.label) for each in found.turnout],
            [
                Row(
                    options[each.option].title,
                    [_in_words(count) if count else _("not shown") for count in each.counts],
                )
                for each in found.support
            ],
        )
    return ShownRoles(
        Table(_("Who voted, by role"), [_("Voted"), _("Could vote")], rows),
        support,
        [_ground(each, options[each.option].title) for each in found.ground],
    )


def _ground(each: Ground, title: str) -> str:
    if each.supported_by_all:
        return _("“%(title)s”: every role supports it. Common ground: %(percent)d of 100.") % {
            "title": title,
            "percent": each.percent,
        }
    reasons = {
        NOT_HEARD: _("not heard enough"),
        OPPOSED: _("opposed"),
        UNSURE: _("unsure"),
    }
    against = [
        f"{role.label} ({reasons[how]})" for role, how in each.standing.items() if how in reasons
    ]
    return _("“%(title)s”: %(roles)s. Common ground: %(percent)d of 100.") % {
        "title": title,
        "roles": get_text_list(against, _("and")),
        "percent": each.percent,
    }


def _in_words(count: Count) -> str:
    wording = {
        Certainty.NONE: _("none"),
        Certainty.HIDDEN: _("fewer than {smallest}"),
        Certainty.ABOUT: _("about {value}"),
        Certainty.EXACT: "{value}",
    }
    return count.worded(wording[count.certainty])


def kept_result(ballot: Ballot, options: Mapping[str, ShownOption]) -> ShownResult:
    """A result as it was kept at the close, where our program no longer counts by its rule."""
    kept: dict[str, Any] = ballot.result or {}
    titles = {key: option.title for key, option in options.items()}
    winners = kept.get("winners", [])
    rows = [
        Row(
            titles[each["option"]],
            [f"{each['figure']:,}"],
            each["option"] in winners,
            options[each["option"]].page,
        )
        for each in kept.get("standings", [])
    ]
    said = _("Nothing was chosen.")
    if winners:
        said = _("These were chosen: %(chosen)s.") % {"chosen": _in_quotes(winners, titles)}
    return ShownResult(
        sentence=said,
        unmet=(_("This was counted by a rule that our program no longer has."),),
        figures=Table(_("How each one ended"), [_("Figure")], rows),
        picture=None,
    )
