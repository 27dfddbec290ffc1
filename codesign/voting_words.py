"""What each way of voting is, how to do it, and what a choice says, in plain words.

A choice is as votes are kept and published (docs/counting.md). Knows no model.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from codesign.counting.ballots import Number
from codesign.counting.results import Unmet
from codesign.enums import BallotMethod, ResultsWhen, Secrecy
from portal.enums import Role


@dataclass(frozen=True)
class MethodWords:
    """One way of voting. `about`: what it is good for; `how`: one idea in each sentence."""

    about: Promise
    how: tuple[Promise, ...]


METHODS: dict[BallotMethod, MethodWords] = {
    BallotMethod.TICK: MethodWords(
        _("Everybody ticks all they support. The most ticks win. Good when in doubt."),
        (
            _("Read what can be chosen."),
            _("Tick each one you support."),
            _("You can tick as many as you like."),
        ),
    ),
    BallotMethod.DOTS: MethodWords(
        _("Everybody has some dots and gives more of them to what matters more."),
        (
            _("You have a number of dots."),
            _("Give more dots to what you want more."),
            _("You do not have to give them all."),
        ),
    ),
    BallotMethod.SCORE: MethodWords(
        _("Everybody says of each one how much they want it. It takes the temperature."),
        (
            _("Look at one after the other."),
            _("Say how much you want it."),
            _("You can leave any of them out."),
        ),
    ),
    BallotMethod.CONSENT: MethodWords(
        _("One way forward: can all live with it? Whoever objects says why, and is answered."),
        (
            _("Read the way forward."),
            _("Say whether you can live with it."),
            _("If you disagree or object, say why."),
        ),
    ),
    BallotMethod.RANK_ONE: MethodWords(
        _("Everybody puts them in order. The one that most people put above each other one wins."),
        (
            _("Put the one you like best first."),
            _("Then the next best, and so on."),
            _("You can leave some out. They count as last."),
        ),
    ),
    BallotMethod.RANK_SEVERAL: MethodWords(
        _("Everybody puts them in order. Several are chosen, so that most get one they like."),
        (
            _("Put the one you like best first."),
            _("Then the next best, and so on."),
            _("You can leave some out."),
        ),
    ),
    BallotMethod.BUDGET: MethodWords(
        _("There is some money, and each one has a price. Every voter decides over an equal part."),
        (
            _("Each one has a price."),
            _("Tick each one you would spend the money on."),
            _("You can tick more than there is money for. The count finds out what fits."),
        ),
    ),
    BallotMethod.PAIRS: MethodWords(
        _("Two at a time: which first? The easiest for people who find long lists hard."),
        (
            _("You see two things."),
            _("Choose the one that should come first."),
            _("Stop when you have done enough."),
        ),
    ),
}

# What each kind of secrecy means for whoever votes.
SECRECY: dict[Secrecy, Promise] = {
    Secrecy.NAMED: _("People here see who chose what. You can change your vote until the end."),
    Secrecy.SECRET: _("Nobody can see who chose what. A secret vote is final."),
    Secrecy.CARDS: _(
        "People vote with paper cards, without an account. Nobody can see who chose what. A vote "
        "is final."
    ),
}
RESULTS_WHEN: dict[ResultsWhen, Promise] = {
    ResultsWhen.AT_CLOSE: _("Nobody sees how it stands before the end."),
    ResultsWhen.AFTER_VOTING: _("In a named vote, whoever has voted sees how it stands."),
}

SCORES: dict[int, Promise] = {
    1: _("Not at all"),
    2: _("Not much"),
    3: _("In between"),
    4: _("Quite a lot"),
    5: _("Very much"),
}
STANCES: dict[str, tuple[Promise, Promise]] = {
    "agree": (_("I agree"), _("This is a good way forward.")),
    "abstain": (_("I stand aside"), _("I do not want to decide this.")),
    "disagree": (_("I disagree, but it can go on"), _("I see it differently. Say why.")),
    "object": (_("I object"), _("It would do harm. Say what, and it will be answered.")),
}


def pounds(amount: Number) -> str:
    """An amount in whole pounds: `£1,200`."""
    return f"£{int(amount):,}"


def unmet_in_words(unmet: Iterable[Unmet]) -> list[str]:
    """What stands against a decision, each in a sentence in the reader's language."""
    return [
        gettext(each.sentence)
        % {**each.figures, "role": Role(each.role).label if each.role else ""}
        for each in unmet
    ]


def choice_in_words(method: str, choice: Any, titles: Mapping[str, str]) -> list[str]:
    """What somebody chose, one line for each thing; one line that says so if it is nothing."""
    lines = _LINES[BallotMethod(method)](choice, titles)
    return lines or [gettext("Nothing was chosen. It counts as taking part.")]


def _ticked(choice: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    return [titles[key] for key in choice]


def _dots(choice: Mapping[str, int], titles: Mapping[str, str]) -> list[str]:
    words = [
        ngettext("%(title)s: %(n)d dot", "%(title)s: %(n)d dots", n)
        % {"title": titles[key], "n": n}
        for key, n in sorted(choice.items(), key=lambda each: -each[1])
        if n
    ]
    return words


def _scored(choice: Mapping[str, int], titles: Mapping[str, str]) -> list[str]:
    return [
        f"{titles[key]}: {n}, {SCORES[n]}"
        for key, n in sorted(choice.items(), key=lambda each: -each[1])
    ]


def _stance(choice: str, _titles: Mapping[str, str]) -> list[str]:
    return [str(STANCES[choice][0])]


def _ranked(choice: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    return [f"{place}. {titles[key]}" for place, key in enumerate(choice, 1)]


def _pairs(choice: Sequence[Sequence[str]], titles: Mapping[str, str]) -> list[str]:
    return [
        gettext("“%(picked)s” before “%(other)s”")
        % {"picked": titles[picked], "other": titles[other]}
        for picked, other in choice
    ]


_LINES: dict[BallotMethod, Callable[[Any, Mapping[str, str]], list[str]]] = {
    BallotMethod.TICK: _ticked,
    BallotMethod.DOTS: _dots,
    BallotMethod.SCORE: _scored,
    BallotMethod.CONSENT: _stance,
    BallotMethod.RANK_ONE: _ranked,
    BallotMethod.RANK_SEVERAL: _ranked,
    BallotMethod.BUDGET: _ticked,
    BallotMethod.PAIRS: _pairs,
}
