"""Writes about votes: cast by oneself, with somebody's help, or by a paper card.

`code` is what the voting form carried: the plain code, read with `queries.rolls.read_code`. Whoever
votes holds the ballot's row, so that a vote and the count wait for each other: a vote is counted
exactly if it was committed before. The constraints behind the lock decide all the same.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codesign.counting.consent import ABSTAIN, ANSWERS, DISAGREE, OBJECT
from codesign.enums import RANKED, BallotMethod, ObjectionKind
from codesign.models import Ballot, NamedVote, Objection, RollEntry, SecretVote
from codesign.operations.rolls import locked
from codesign.queries.rolls import ballot_of_card, is_told_apart, why_closed
from portal import live, permissions, record
from portal.enums import Channel
from portal.models import Participant
from portal.refusal import Refusal

Choice = Any  # as in published files: docs/counting.md
HIGHEST_SCORE = 5
CODE = re.compile(r"[0-9a-f]{32}")


class UnableToCastBallot(Refusal):
    """Not on the roll, voted already, not open, or the choice does not fit the rule."""


# What somebody chose.


def checked(ballot: Ballot, choice: Choice) -> Choice:
    """The choice as it is kept and published: in the order of the options, so that no order in
    which boxes were ticked can tell whose vote it is.

    A choice of nothing abstains. Raises UnableToCastBallot for one that does not fit the ballot.
    """
    method = BallotMethod(ballot.method)
    if method == BallotMethod.CONSENT:
        return _answer(choice)
    keys = [each.key for each in ballot.options.all()]
    if method in {BallotMethod.DOTS, BallotMethod.SCORE}:
        return _numbers(ballot, choice, keys)
    if not isinstance(choice, list | tuple):
        raise _unfit()
    if method == BallotMethod.PAIRS:
        return _pairs(choice, keys)
    if any(not isinstance(each, str) or each not in keys for each in choice):
        raise _unfit()
    if len(set(choice)) != len(choice):
        if method in RANKED:
            raise UnableToCastBallot(_("One suggestion has two places. Give it one of them."))
        raise _unfit()
    return list(choice) if method in RANKED else [key for key in keys if key in choice]


def _unfit() -> UnableToCastBallot:
    return UnableToCastBallot(_("This does not fit the vote. Please load the page and try again."))


def _answer(choice: Choice) -> str:
    if choice and choice not in ANSWERS:
        raise _unfit()
    return str(choice or ABSTAIN)


def _numbers(ballot: Ballot, choice: Choice, keys: list[str]) -> dict[str, int]:
    """Dots or scores by option; none at all is left out."""
    if isinstance(choice, list | tuple) and not choice:
        choice = {}
    if not isinstance(choice, Mapping) or not set(choice) <= set(keys):
        raise _unfit()
    for given in choice.values():
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            raise _unfit()
    kept = {key: choice[key] for key in keys if choice.get(key)}
    if ballot.method == BallotMethod.SCORE:
        if any(given > HIGHEST_SCORE for given in kept.values()):
            raise _unfit()
        return kept
    if any(given > ballot.most_dots for given in kept.values()):
        raise UnableToCastBallot(
            _("You can give one suggestion at most %(most)d dots.") % {"most": ballot.most_dots}
        )
    if sum(kept.values()) > ballot.dots:
        raise UnableToCastBallot(
            _("You gave out %(given)d dots, and there are %(dots)d. Please take some back.")
            % {"given": sum(kept.values()), "dots": ballot.dots}
        )
    return kept


def _pairs(choice: Choice, keys: list[str]) -> list[list[str]]:
    picked: dict[frozenset[str], list[str]] = {}
    for pair in choice:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise _unfit()
        if any(not isinstance(each, str) or each not in keys for each in pair):
            raise _unfit()
        if pair[0] == pair[1] or frozenset(pair) in picked:
            raise _unfit()
        picked[frozenset(pair)] = list(pair)
    return sorted(picked.values(), key=lambda pair: [keys.index(each) for each in pair])


def _reason(choice: Choice, objection: str) -> str:
    """The reason beside an answer to consent; empty where none is asked."""
    if choice not in (DISAGREE, OBJECT):  # a choice may be a list, which no set can look up
        return ""
    if not objection.strip():
        raise UnableToCastBallot(_("Please say why, so that it can be answered in writing."))
    return objection


# Casting it.


@transaction.atomic
def cast_ballot(
    *, ballot: Ballot, choice: Choice, by: Participant, code: str, objection: str = ""
) -> str:
    """Vote. A named vote may be changed until the close; a secret one is final.

    Returns the receipt: the code under which the vote stands in the published list. The same post
    twice (the same code) is one vote with the same receipt. Raises UnableToCastBallot.
    """
    ballot = locked(ballot)
    permissions.check(by, "cast_ballot", ballot)
    entry = _entry_of(ballot, by)
    if entry is None:
        raise UnableToCastBallot(_("You are not on the list of those who may vote here."))
    return _cast(ballot, entry, choice, code, objection)


@transaction.atomic
def cast_for_somebody(
    *,
    ballot: Ballot,
    voter: Participant,
    choice: Choice,
    how: Channel,
    by: Participant,
    code: str,
    objection: str = "",
) -> str:
    """Enter the vote of somebody on the roll who asked for help; it says that it was entered.

    One vote each: nobody's vote is changed this way. Raises UnableToCastBallot.
    """
    ballot = locked(ballot)
    permissions.check(by, "cast_for_somebody", ballot)
    if voter.pk == by.pk:
        raise UnableToCastBallot(_("This is you. Please vote on the page of the vote itself."))
    entry = _entry_of(ballot, voter)
    if entry is None:
        raise UnableToCastBallot(_("This person is not on the list of those who may vote here."))
    entry.helped_by, entry.helped_how = by, Channel(how)
    return _cast(ballot, entry, choice, code, objection, may_change=False)


@transaction.atomic
def cast_by_card(*, card: str, choice: Choice, code: str, objection: str = "") -> str:
    """Vote with a paper card's printed code, which works once. Raises UnableToCastBallot."""
    found = ballot_of_card(card)
    if found is None:
        raise UnableToCastBallot(_("We do not know this card. Please check the letters on it."))
    ballot = locked(found[0])
    entry = ballot.roll.get(pk=found[1].pk)  # as it is now that nobody else can vote with it
    return _cast(ballot, entry, choice, code, objection)


def _entry_of(ballot: Ballot, voter: Participant) -> RollEntry | None:
    """Somebody's place on the roll of a locked ballot, unless they have left meanwhile."""
    return ballot.roll.filter(participant=voter, participant__left_at=None).first()


def _is_again(ballot: Ballot, entry: RollEntry, choice: Choice, code: str) -> bool:
    """Whether this very vote has been taken: a double click, or a reply that was lost."""
    if ballot.is_secret:
        kept = [
            *SecretVote.objects.filter(ballot=ballot, code=code).values_list("choice", flat=True),
            *ballot.counted_votes.filter(code=code).values_list("choice", flat=True),
        ]
    else:
        mine = NamedVote.objects.filter(ballot=ballot, voter=entry.participant_id, code=code)
        kept = list(mine.values_list("choice", flat=True))
    return choice in kept


def _cast(
    ballot: Ballot,
    entry: RollEntry,
    choice: Choice,
    code: str,
    objection: str,
    *,
    may_change: bool = True,
) -> str:
    """One vote in a locked ballot. Returns its code."""
    choice = checked(ballot, choice)
    if entry.voted and _is_again(ballot, entry, choice, code):
        return code
    state = ballot.state_at(record.time(ballot.partnership_id))
    if why_not := why_closed(ballot, state):
        raise UnableToCastBallot(why_not)
    if entry.voted:
        _check_may_change(ballot, entry, may_change)
    if not CODE.fullmatch(code):
        raise _unfit()
    objection = _reason(choice, objection)
    if ballot.is_secret:
        _write_secret(ballot, entry, choice, code)
    else:
        code = _write_named(ballot, entry, choice, code)
    _keep_reason(ballot, entry, choice, code, objection)
    live.announce(ballot)
    return code


def _check_may_change(ballot: Ballot, entry: RollEntry, may_change: bool) -> None:
    """Raise UnableToCastBallot for a second vote, unless it is one's own, by name."""
    if entry.card:
        raise UnableToCastBallot(_("This card has been used. Each card is one vote."))
    if not may_change:
        raise UnableToCastBallot(_("This person has voted already."))
    if ballot.is_secret:
        raise UnableToCastBallot(_("You have already voted. A secret vote is final."))


def _mark(entry: RollEntry) -> bool:
    """Mark on the roll that this vote was cast. Returns False when it was marked already."""
    marked = RollEntry.objects.filter(pk=entry.pk, voted=False).update(
        voted=True, helped_by=entry.helped_by, helped_how=entry.helped_how
    )
    return bool(marked)


def _write_secret(ballot: Ballot, entry: RollEntry, choice: Choice, code: str) -> None:
    """The mark and the vote, in one transaction; nothing in either leads to the other."""
    if not _mark(entry):
        raise UnableToCastBallot(_("You have already voted. A secret vote is final."))
    try:
        with transaction.atomic():
            SecretVote.objects.create(
                code=code,
                ballot=ballot,
                role=entry.role if is_told_apart(ballot, entry.role) else "",
                choice=choice,
            )
    except IntegrityError:  # a form that was handed on, with its code
        raise _unfit() from None


def _write_named(ballot: Ballot, entry: RollEntry, choice: Choice, code: str) -> str:
    """Somebody's vote by name: a new one, or what they choose now instead. Returns its code."""
    _mark(entry)
    mine = {"ballot": ballot, "voter_id": entry.participant_id}
    if NamedVote.objects.filter(**mine).update(choice=choice):
        return NamedVote.objects.get(**mine).code
    try:
        with transaction.atomic():
            NamedVote.objects.create(**mine, code=code, role=entry.role, choice=choice)
    except IntegrityError:
        raise _unfit() from None
    return code


def _keep_reason(
    ballot: Ballot, entry: RollEntry, choice: Choice, code: str, objection: str
) -> None:
    """Keep the reason against beside its vote; who has changed their mind takes it along."""
    if ballot.method != BallotMethod.CONSENT:
        return
    if not objection:
        Objection.objects.filter(ballot=ballot, code=code).delete()
        return
    Objection.objects.update_or_create(
        ballot=ballot,
        code=code,
        defaults={
            "partnership_id": ballot.partnership_id,
            "kind": ObjectionKind(choice),
            "words": objection,
            "by_id": None if ballot.is_secret else entry.participant_id,
        },
    )
