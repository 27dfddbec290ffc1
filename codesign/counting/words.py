"""A result as lines of text, for whoever counts at a command line."""

from collections.abc import Iterator, Mapping, Sequence

from codesign.counting.ballots import Ballots, Number
from codesign.counting.common_ground import RULE, Ground
from codesign.counting.results import Result, plain

_ACTS = {
    "first choices": "First choices",
    "surplus": "The surplus of {} is passed on",
    "taken out": "{} is taken out",
    "bought": "{} is bought by those who ticked it",
    "taken": "{} is taken",
    "taken with what was left": "{} is taken with what was left",
    "role": "Those in the role {}",
}


def of_result(result: Result, ballots: Ballots) -> Iterator[str]:
    """Who won, where each option ended, every step, ties, and the rule."""
    called = {option.id: str(option) for option in ballots.options}
    yield f"{result.ballots:,} ballots, {len(result.options)} options, method: {result.method}"
    yield ""
    if result.winners:
        yield "Chosen, in this order:"
        for number, option in enumerate(result.winners, 1):
            yield f"{number:4}. {_both(option, called)}"
    else:
        yield "Nothing is chosen."
    if result.cost is not None:
        yield f"Together they cost {_figure(result.cost)}."
    yield from (f"- {each}" for each in result.unmet)
    if result.facts:
        yield "; ".join(f"{_name(name)}: {_figure(value)}" for name, value in result.facts.items())
    yield ""
    yield "Where each option ended:"
    for each in result.standings:
        parts = ", ".join(f"{_name(name)} {_figure(value)}" for name, value in each.parts.items())
        yield f"{_figure(each.figure):>12}  {called[each.option]}{f' ({parts})' if parts else ''}"
    if result.pairwise:
        yield from _table(result, called)
    if result.rounds:
        yield ""
        yield "Step by step:"
        for number, step in enumerate(result.rounds, 1):
            name = called.get(step.option, step.option)
            yield f"{number:4}. {_ACTS[step.act].format(name)}.{_figures(step.figures)}"
            for option, votes in step.votes.items():
                yield f"{_figure(votes):>18}  {called.get(option, option)}"
            if step.votes and step.chosen:
                yield f"      Chosen: {', '.join(called[option] for option in step.chosen)}."
    if result.ties:
        yield ""
        yield "Ties:"
        for tie in result.ties:
            names = ", ".join(called[option] for option in tie.options)
            yield f"- {names}: {called[tie.first]} by {tie.settled_by}."
    yield ""
    yield f"The rule ({result.variant}): {result.rule}"
    if result.beside:
        yield ""
        yield f"Beside it, by the rule {result.beside.variant}:"
        for option in result.beside.winners:
            yield f"   {' ' if option in result.winners else '*'}  {_both(option, called)}"
        yield "(* is not chosen by the rule of this vote)"


def _table(result: Result, called: dict[str, str]) -> Iterator[str]:
    yield ""
    yield "How many put the option of a line above the option of a column:"
    width = max(6, *(len(str(number)) for row in result.pairwise for number in row)) + 1
    numbers = range(1, len(result.options) + 1)
    yield " " * 5 + "".join(f"{number:>{width}}" for number in numbers)
    for number, (option, row) in enumerate(zip(result.options, result.pairwise, strict=True), 1):
        cells = (f"{'-' if n == number else cell:>{width}}" for n, cell in enumerate(row, 1))
        yield f"{number:4} {''.join(cells)}  {called[option]}"


def of_common_ground(grounds: Sequence[Ground]) -> Iterator[str]:
    """Each option from the best down, and which groups stand against it."""
    for each in grounds:
        groups = ", ".join(
            f"{group}: {heard.agree} agree, {heard.disagree} disagree of {heard.seen} heard"
            for group, heard in each.groups.items()
        )
        verdict = "supported by every group"
        if each.blocked_by:
            verdict = "; ".join(f"{group} {each.standing[group]}" for group in each.blocked_by)
        yield f"{each.score:.3f}  {each.option}  ({groups}; {verdict})"
    yield ""
    yield f"The rule: {RULE}"


def _both(option: str, called: dict[str, str]) -> str:
    return option if called[option] == option else f"{called[option]} ({option})"


def _figures(figures: Mapping[str, Number]) -> str:
    listed = "; ".join(f"{_name(name)} {_figure(value)}" for name, value in figures.items())
    return f" {listed[0].upper()}{listed[1:]}." if listed else ""


def _figure(value: Number) -> str:
    shown = plain(value)
    return f"{shown:,}" if isinstance(shown, int) else f"{shown:,.5f}"


def _name(name: str) -> str:
    return name.replace("_", " ")
