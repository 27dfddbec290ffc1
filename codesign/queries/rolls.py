"""Reads about who may vote: the roll, somebody's seat in it, paper cards, and codes of votes."""

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from codesign import voting_cards
from codesign.enums import BallotState, Secrecy
from codesign.models import Ballot, NamedVote, Objection, RollEntry
from portal import record
from portal.disclosure import SMALLEST_SHOWN
from portal.enums import Role
from portal.models import Participant

VOTE_SALT = "throughline.vote"
CARD_SALT = "throughline.voting-card"
SMALLEST_SECRET = SMALLEST_SHOWN  # people on a roll below which no vote is secret


@dataclass(frozen=True)
class Seat:
    """Where somebody stands in a ballot. `choice` is theirs to see and change: named ballots only.

    `why_not` says in a sentence why they may not vote now; empty if they may. `helped_by` is who
    entered their vote for them, so that nobody's vote is entered behind their back.
    """

    on_roll: bool
    voted: bool
    choice: Any
    may_vote: bool
    why_not: str
    objection: str = ""
    helped_by: Participant | None = None


@dataclass(frozen=True)
class Card:
    """A paper card: the code printed on it, in groups of four, and whose role it counts for."""

    code: str
    role: str


class NotOurCode(ValueError):
    """A code that this server did not give out for this ballot."""


# Who is on it.


def would_be_on_roll(ballot: Ballot) -> list[Participant]:
    """Who may vote if it is opened now, by name; nobody where paper cards are the roll.

    By role: people with an account whom the space admits. Or else those who are listed, also
    without an account: somebody enters their vote for them.
    """
    if ballot.secrecy == Secrecy.CARDS:
        return []
    here = Participant.objects.here().filter(partnership=ballot.partnership_id)
    if ballot.roles:
        here = here.filter(role__in=ballot.roles, user__isnull=False)
        return ballot.workspace.admitted(here.order_by("display_name", "pk"))
    if ballot.pk is None:
        return []
    listed = here.filter(pk__in=ballot.listed.values("pk"))
    return ballot.workspace.readers(listed.order_by("display_name", "pk"))


def sizes_by_role(ballot: Ballot) -> Counter[str]:
    """How many of each role are on the roll: as it is fixed, or as it would be in a draft."""
    if ballot.is_opened:
        return Counter(ballot.roll.values_list("role", flat=True))
    if ballot.secrecy == Secrecy.CARDS:
        return Counter(ballot.cards)
    return Counter(person.role for person in would_be_on_roll(ballot))


def told_apart(sizes: Counter[str]) -> set[str]:
    """The roles large enough that a secret vote may say which one it is from."""
    return {role for role, size in sizes.items() if size >= SMALLEST_SECRET}


def is_told_apart(ballot: Ballot, role: str) -> bool:
    """Whether a secret vote in an opened ballot says that it is from this role.

    As the roll was at the opening: one person more never makes those who vote afterwards stand out.
    """
    return ballot.roll.filter(role=role, added_because="").count() >= SMALLEST_SECRET


def people_on(ballot: Ballot) -> list[Participant]:
    """Those on the roll who are still here."""
    return list(Participant.objects.here().filter(roll_entries__ballot=ballot))


def yet_to_vote(ballot: Ballot) -> list[Participant]:
    """Those on the roll who have not voted and are still here, by name: only for reminding them."""
    waiting = Participant.objects.here().filter(
        roll_entries__ballot=ballot, roll_entries__voted=False
    )
    return list(waiting.order_by("display_name", "pk"))


def to_be_helped(ballot: Ballot) -> list[Participant]:
    """Those for whom a worker may enter a vote, by name: still here, and on the roll.

    Of a secret ballot also those who have voted: whoever closes it early while a few have voted
    must not know who they are.
    """
    if not ballot.is_secret:
        return yet_to_vote(ballot)
    return list(
        Participant.objects.here()
        .filter(roll_entries__ballot=ballot)
        .order_by("display_name", "pk")
    )


def why_closed(ballot: Ballot, state: BallotState) -> str:
    """Why nobody can vote in a ballot that stands like this; empty where they can."""
    if state == BallotState.OPEN:
        return ""
    if state == BallotState.ANNULLED:
        return _("This vote was annulled.")
    if state in {BallotState.DRAFT, BallotState.COMING}:
        return _("This vote has not begun yet.")
    return _("This vote has closed, so no more votes can be taken.")


def seat_of(ballot: Ballot, participant: Participant | None) -> Seat:
    """Where somebody stands in a ballot; four queries at most."""
    entry = None
    if participant is not None and participant.is_here:
        mine = ballot.roll.filter(participant=participant)
        entry = mine.select_related("helped_by__organisation").first()
    if participant is None or entry is None:
        not_on_it = _(
            "You are not on the list of those who may vote here. You can read everything."
        )
        return Seat(False, False, None, False, not_on_it)
    choice, objection = None, ""
    if entry.voted and not ballot.is_secret:
        vote = NamedVote.objects.get(ballot=ballot, voter=participant)
        choice = vote.choice
        reason = Objection.objects.filter(ballot=ballot, code=vote.code).first()
        objection = reason.words if reason else ""
    why_not = why_closed(ballot, ballot.state_at(record.time(ballot.partnership_id)))
    if not why_not and entry.voted and ballot.is_secret:
        why_not = _("You have voted. A secret vote is final.")
    return Seat(True, entry.voted, choice, not why_not, why_not, objection, entry.helped_by)


def helper_of(ballot: Ballot, participant: Participant | None) -> Participant | None:
    """Who entered somebody's vote for them, for that person to know; None if nobody did."""
    if participant is None:
        return None
    mine = ballot.roll.filter(participant=participant, helped_by__isnull=False)
    entry = mine.select_related("helped_by").first()
    return entry.helped_by if entry else None


# Paper cards.


def card_codes(ballot: Ballot) -> list[Card]:
    """The codes of its cards, made anew each time from our secret key: they are stored nowhere."""
    if ballot.secrecy != Secrecy.CARDS:
        return []
    cards = []
    for role in Role.values:
        for number in range(ballot.cards.get(role, 0)):
            seed = salted_hmac(CARD_SALT, f"{ballot.pk}:{role}:{number}", algorithm="sha256")
            cards.append(Card(voting_cards.code_from(seed.digest()), role))
    return cards


def ballot_of_card(code: str) -> tuple[Ballot, RollEntry] | None:
    """The ballot a typed code belongs to, and its place on the roll; None for any other code.

    Whoever asks counts wrong codes against the sender (portal.limits).
    """
    found = voting_cards.hash_of(code)
    entry = (
        RollEntry.objects.filter(card=found)
        .select_related("ballot__partnership", "ballot__workspace")
        .first()
        if found
        else None
    )
    return (entry.ballot, entry) if entry else None


# Codes of votes.


def _signer(ballot: Ballot) -> signing.Signer:
    return signing.Signer(salt=f"{VOTE_SALT}.{ballot.pk}")


def fresh_code(ballot: Ballot) -> str:
    """A new code for a voting form of this ballot, signed; there is nobody in it."""
    return _signer(ballot).sign(secrets.token_hex(16))


def read_code(ballot: Ballot, signed: str) -> str:
    """The plain code that `fresh_code` signed. Raises NotOurCode."""
    try:
        return _signer(ballot).unsign(signed)
    except signing.BadSignature:
        raise NotOurCode from None
