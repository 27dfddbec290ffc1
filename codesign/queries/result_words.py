"""A result in words: the counting itself knows none; here its figures become sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.counting.results import Result, Round, Standing
from codesign.enums import BallotMethod
from codesign.models import Ballot
from codesign.queries import result_tables as tables
from codesign.queries.ballot_pages import ShownOption
from codesign.queries.result_tables import Row, Table, number
from codesign.voting_words import pounds, unmet_in_words
from portal import charts


@dataclass(frozen=True)
class ShownResult:
    """A result for people: one sentence, why not more, then the figures, a picture and the steps.

    `only_here` and `only_there` compare with the plain way of sharing out a budget.
    """

    sentence: str
    unmet: list[str]
    figures: Table
    picture: charts.Svg | None
    about_picture: str = ""
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
    pages = {key: option.page for key, option in options.items()}
    caption = _("How each one ended") if is_final else _("How it stands")
    plain_way = _(
        "What the plain way would have chosen: most ticks first, as long as the money lasts"
    )
    beside = result.beside
    return ShownResult(
        sentence=_sentence(kind, result, titles) if is_final else _so_far(result),
        unmet=unmet_in_words(result.unmet),
        figures=tables.figures(caption, kind, result, titles, pages),
        picture=tables.picture(kind, result, titles),
        about_picture=tables.about_picture(kind, result),
        steps=[_step(each, titles) for each in result.rounds if kind != BallotMethod.CONSENT],
        rounds=tables.rounds(result, titles) if kind == BallotMethod.RANK_SEVERAL else None,
        pairwise=tables.pairwise(result, titles),
        beside=tables.figures(plain_way, kind, beside, titles) if beside else None,
        only_here=_those(result.winners, beside.winners, titles) if beside else [],
        only_there=_those(beside.winners, result.winners, titles) if beside else [],
        ties=[_tie(each.options, each.first, each.settled_by, titles) for each in result.ties],
    )


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
                "cost": pounds(result.cost or 0),
                "budget": pounds(result.facts["budget"]),
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
    }[each.act] % {"title": title, "cost": pounds(each.figures.get("cost", 0))}
    if "left" in each.figures:
        words += " " + _("%(left)s is left.") % {"left": pounds(each.figures["left"])}
    elif each.chosen:
        words += " " + _("Chosen now: %(chosen)s.") % {"chosen": _in_quotes(each.chosen, titles)}
    return words


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


def kept_result(ballot: Ballot, options: Mapping[str, ShownOption]) -> ShownResult:
    """A result as it was kept at the close: also where our program no longer counts by its rule."""
    kept: dict[str, Any] = ballot.result or {}
    titles = {key: option.title for key, option in options.items()}
    winners = ballot.chosen
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
        unmet=[_("This was counted by a rule that our program no longer has.")],
        figures=Table(_("How each one ended"), [_("Figure")], rows),
        picture=None,
    )
