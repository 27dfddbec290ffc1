"""Reads about what a ballot decided: the recount, turnout, what became of each option."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.counting import methods
from codesign.counting.ballots import BadBallots, Ballots
from codesign.counting.results import Result, Standing
from codesign.enums import BallotMethod, BallotState, ObjectionKind, ResultsWhen
from codesign.models import Ballot, BallotOption, CountedVote
from codesign.queries.ballot_files import file_of, line_of, read, with_votes
from codesign.queries.by_role import RoleTurnout, turnout_of
from codesign.voting_words import pounds, unmet_in_words
from portal.disclosure import Count, shown
from portal.models import Participant


@dataclass(frozen=True)
class Turnout:
    """How many may vote and have; by role only as the gate allows, for everybody."""

    voted: Count
    on_roll: Count
    by_role: list[RoleTurnout]


@dataclass(frozen=True)
class Fate:
    """What became of an option, and why: its count, its round, its share, each in a sentence."""

    chosen: bool
    words: list[str]


def running_result(ballot: Ballot, participant: Participant | None) -> Result | None:
    """The count so far of a named ballot that shows it, to somebody who has voted; or None."""
    shows = ballot.results_when == ResultsWhen.AFTER_VOTING and not ballot.is_secret
    if participant is None or not shows or ballot.state != BallotState.OPEN:
        return None
    if not ballot.roll.filter(participant=participant, voted=True).exists():
        return None
    votes = ballot.named_votes.order_by("code").values_list("code", "choice", "role")
    role = ballot.needs_roles
    lines = [line_of(code, choice, who if role else "") for code, choice, who in votes]
    return methods.count(read(with_votes(ballot, lines)))


def counted(ballot: Ballot) -> Ballots:
    """The published votes of a closed ballot, as the count takes them.

    With the objections that have an answer by now: in the file, which was fixed at the close, none
    has. Raises BadBallots for a rule that we no longer count by.
    """
    answered = ballot.objections.filter(kind=ObjectionKind.OBJECT, answered_at__isnull=False)
    return replace(read(file_of(ballot)), answered=answered.count())


def result_of(ballot: Ballot) -> Result:
    """The published votes counted again. Raises BadBallots for a rule we no longer count by."""
    return methods.count(counted(ballot))


def turnout(ballot: Ballot, reader: Participant | None) -> Turnout:
    """How many have voted by now: in all exactly for people of the partnership."""
    voted = list(ballot.roll.values_list("voted", flat=True))
    exact = reader is not None
    return Turnout(
        shown(sum(voted), exact=exact), shown(len(voted), exact=exact), turnout_of(ballot)
    )


def find_vote(ballot: Ballot, code: str) -> CountedVote | None:
    """The line of the published list with a receipt's code, however it was typed."""
    typed = "".join(each for each in code.lower() if each.isalnum())
    return ballot.counted_votes.filter(code=typed).first() if typed.isascii() else None


# Why an option was chosen, or was not.


def fate_of(ballot: Ballot, option: BallotOption, result: Result | None = None) -> Fate:
    """Why an option of a closed ballot was chosen, or was not.

    `result` is that of the ballot, for who asks about several options: else it is counted again.
    """
    if result is None:
        try:
            result = result_of(ballot)
        except BadBallots:
            unknown = [_("Our program no longer counts by this rule.")]
            return Fate(option.key in ballot.chosen, unknown)
    chosen = option.key in result.winners
    place = [each.option for each in result.standings].index(option.key)
    words = _figures(BallotMethod(ballot.method), ballot, result, result.standings[place])
    if ballot.method in _STEPS:
        words += _steps(result, result.standings[place])
    if ballot.method != BallotMethod.CONSENT:
        words.append(
            _("It came in place %(place)d of %(n)d.")
            % {"place": place + 1, "n": len(result.standings)}
        )
    words += [_tied(each.first == option.key) for each in result.ties if option.key in each.options]
    if not chosen and not result.winners:
        words += unmet_in_words(result.unmet)
    elif not chosen and ballot.method in _SEATED and place < ballot.seats:
        words.append(_("It had too little support to be chosen."))
    elif not chosen and ballot.method in _SEATED:
        words.append(
            ngettext("Only %(n)d could be chosen.", "Only %(n)d could be chosen.", ballot.seats)
            % {"n": ballot.seats}
        )
    return Fate(chosen, words)


_STEPS = {BallotMethod.RANK_SEVERAL, BallotMethod.BUDGET}
_SEATED = {BallotMethod.TICK, BallotMethod.DOTS, BallotMethod.SCORE, BallotMethod.PAIRS}


def _figures(method: BallotMethod, ballot: Ballot, result: Result, standing: Standing) -> list[str]:
    """The count of one option."""
    n: dict[str, object] = {"cast": result.ballots, "figure": _number(standing)}
    parts = {name: int(part) for name, part in standing.parts.items()}
    if method == BallotMethod.TICK:
        words = [_("%(figure)s of the %(cast)d people who voted ticked it.") % n]
        if ballot.pass_share:
            words.append(_("At least %(share)d%% had to tick it.") % {"share": ballot.pass_share})
        return words
    if method == BallotMethod.DOTS:
        return [_("It got %(figure)s dots, from %(people)d people.") % {**n, **parts}]
    if method == BallotMethod.SCORE:
        return [_("It got %(figure)s of 5 on average, from %(people)d people.") % {**n, **parts}]
    if method == BallotMethod.CONSENT:
        return [
            _(
                "%(agree)d agree, %(abstain)d stand aside, %(disagree)d disagree and "
                "%(object)d object."
            )
            % parts
        ]
    if method == BallotMethod.PAIRS:
        return [_("It was picked %(picked)d times and passed over %(passed_over)d times.") % parts]
    if method == BallotMethod.BUDGET:
        return [
            _("%(figure)s of the %(cast)d people who voted ticked it, and it costs %(cost)s.")
            % {**n, "cost": pounds(standing.parts["cost"])}
        ]
    if method == BallotMethod.RANK_ONE:
        return [
            _("Set against each of the others by itself, it wins against %(figure)s of them.") % n
        ]
    return []


def _number(standing: Standing) -> str:
    figure = float(standing.figure)
    return f"{figure:,.0f}" if figure.is_integer() else f"{figure:,.2f}"


def _steps(result: Result, standing: Standing) -> list[str]:
    """In which round it was chosen, bought or taken out."""
    key = standing.option
    for number, each in enumerate(result.rounds, 1):
        if key in each.chosen or (each.option == key and each.act in _TAKEN):
            return [_("It was chosen in step %(number)d of the count.") % {"number": number}]
        if each.option == key and each.act == "taken out":
            return [
                _("It was taken out in step %(number)d of the count, with the fewest votes.")
                % {"number": number}
            ]
    if result.method == BallotMethod.BUDGET:
        return [_("What was left of the money was not enough for it.")] if standing.figure else []
    return [_("All places were filled before it had enough votes.")]


_TAKEN = {"bought", "taken with what was left", "taken"}


def _tied(first: bool) -> str:
    if first:
        return _("It was equal with another one, and came before it by the rule.")
    return _("It was equal with another one, which came before it by the rule.")
