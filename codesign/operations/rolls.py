"""Writes about who may vote: a roll that grows while open, its cards, and telling those on it."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from codesign.enums import BallotState, Secrecy
from codesign.models import Ballot, RollEntry
from codesign.queries.rolls import Card, card_codes, people_on, why_closed, yet_to_vote
from portal import clock, live, notices, permissions, record
from portal.models import Participant
from portal.refusal import Refusal

ONE_DAY = timedelta(days=1)


class UnableToAddToRoll(Refusal):
    """They are on it already, may not be, or the ballot is not open; or no reason was given."""


class UnableToRemindVoters(Refusal):
    """It is not open, or a reminder went out within a day."""


class UnableToPrintCards(Refusal):
    """The ballot has no cards, or its roll is not fixed yet."""


def locked(ballot: Ballot) -> Ballot:
    """The ballot read afresh, its row held until the transaction ends."""
    return (
        Ballot.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace__partnership", "repeats")
        .get(pk=ballot.pk)
    )


def followers_of(ballot: Ballot) -> list[Participant]:
    """Those who wish to hear about it, its space, or what can be chosen in it."""
    proposals = [each.proposal for each in ballot.options.select_related("proposal")]
    followed: list[Model] = [ballot, ballot.workspace, *proposals]
    people = [person for thing in followed for person in notices.followers(thing)]
    return list({person.pk: person for person in people}.values())


@transaction.atomic
def add_to_roll(
    *, ballot: Ballot, participant: Participant, reason: str, by: Participant
) -> RollEntry:
    """Let one more person vote; the roll is re-opened for it, and all on it are told why.

    Nobody is ever taken off: then the ballot is annulled and repeated. Raises UnableToAddToRoll.
    """
    ballot = locked(ballot)
    permissions.check(by, "add_to_roll", ballot)
    permissions.check(by, "add_to_roll", participant)
    state = ballot.state_at(record.time(ballot.partnership_id))
    if state not in {BallotState.COMING, BallotState.OPEN}:
        raise UnableToAddToRoll(why_closed(ballot, state))
    if ballot.secrecy == Secrecy.CARDS:
        raise UnableToAddToRoll(_("In this vote each paper card is one vote. Nobody can be added."))
    if not reason.strip():
        raise UnableToAddToRoll(_("Please say why. Everybody who may vote will read it."))
    if not participant.is_here or not ballot.workspace.readers([participant]):
        raise UnableToAddToRoll(_("This person cannot read this space. Ask them into it first."))
    if ballot.shares and participant.role not in ballot.shares:
        raise UnableToAddToRoll(_("No share of the money was set for this person’s role."))
    if ballot.roll.filter(participant=participant).exists():
        raise UnableToAddToRoll(_("This person may vote already."))
    entry = RollEntry.objects.create(
        ballot=ballot,
        participant=participant,
        role=participant.role,
        added_because=reason,
    )
    record.append(
        "roll_reopened",
        by=by,
        subject=ballot,
        public={"roll": ballot.roll.count()},
        content={"reason": reason},
    )
    live.announce(ballot)
    notices.queue(
        [participant],
        subject=ballot,
        text=_("You can vote now: %(question)s") % {"question": ballot.question},
        needs_me=True,
        but_not=by,
    )
    notices.queue(
        [each for each in people_on(ballot) if each.pk != participant.pk],
        subject=ballot,
        text=_("One more person may vote in “%(question)s”, because: %(reason)s")
        % {"question": ballot.question, "reason": reason},
        but_not=by,
    )
    return entry


@transaction.atomic
def remind_voters(*, ballot: Ballot, by: Participant) -> int:
    """Remind those who have not voted; at most once a day. Returns how many.

    Raises UnableToRemindVoters.
    """
    ballot = locked(ballot)
    permissions.check(by, "remind_voters", ballot)
    now = record.time(ballot.partnership_id)
    state = ballot.state_at(now)
    if state != BallotState.OPEN:
        raise UnableToRemindVoters(why_closed(ballot, state))
    if ballot.reminded_at is not None and now - ballot.reminded_at < ONE_DAY:
        raise UnableToRemindVoters(
            _("A reminder went out within the last day. Please wait until tomorrow.")
        )
    return _remind(ballot)


@transaction.atomic
def print_cards(*, ballot: Ballot, by: Participant) -> list[Card]:
    """The cards of a ballot, to print; that they were printed is recorded.

    Raises UnableToPrintCards.
    """
    ballot = locked(ballot)
    permissions.check(by, "print_cards", ballot)
    if ballot.secrecy != Secrecy.CARDS:
        raise UnableToPrintCards(_("This vote has no paper cards."))
    if not ballot.is_opened:
        raise UnableToPrintCards(_("Open the vote first. Then its cards can be printed."))
    state = ballot.state_at(record.time(ballot.partnership_id))
    if state not in {BallotState.COMING, BallotState.OPEN}:
        raise UnableToPrintCards(why_closed(ballot, state))
    cards = card_codes(ballot)
    record.append("cards_printed", by=by, subject=ballot, public={"count": len(cards)})
    return cards


# Telling those on the roll. Nobody else ever learns who has voted and who has not.


def tell_open(ballot: Ballot, *, but_not: Participant | None = None) -> None:
    """Tell everybody on the roll of a locked ballot that they can vote now; once."""
    ballot.told_open_at = record.time(ballot.partnership_id)
    ballot.save(update_fields=["told_open_at"])
    _tell_voters(ballot, people_on(ballot), _("You can vote now: %(question)s"), but_not=but_not)


def _remind(ballot: Ballot) -> int:
    ballot.reminded_at = record.time(ballot.partnership_id)
    ballot.save(update_fields=["reminded_at"])
    waiting = yet_to_vote(ballot)
    _tell_voters(ballot, waiting, _("You can still vote, but not for long: %(question)s"))
    return len(waiting)


def _tell_voters(
    ballot: Ballot, people: Iterable[Participant], text: str, but_not: Participant | None = None
) -> None:
    notices.queue(
        people,
        subject=ballot,
        text=text % {"question": ballot.question},
        needs_me=True,
        in_confidence=True,
        but_not=but_not,
    )


@notices.sweep
def tell_open_ballots() -> int:
    """Tell those on the roll of each ballot that has begun by itself. Returns how many ballots."""
    untold = Ballot.objects.opened().filter(told_open_at=None, closed_at=None, annulled_at=None)
    told = 0
    for waiting in untold.order_by("pk"):
        with transaction.atomic():
            ballot = locked(waiting)
            now = record.time(ballot.partnership_id)
            if ballot.told_open_at is None and ballot.state_at(now) == BallotState.OPEN:
                tell_open(ballot)
                told += 1
    return told


@notices.sweep
def remind_due_voters() -> int:
    """A day before the end, remind those who have not voted. Returns how many ballots.

    Not where voting began, or a reminder went out, within a day before.
    """
    now = clock.now()
    soon = Ballot.objects.open_for_votes(now).filter(closes_at__lte=now + ONE_DAY)
    reminded = 0
    for waiting in soon.order_by("pk"):
        with transaction.atomic():
            ballot = locked(waiting)
            now = record.time(ballot.partnership_id)
            last = ballot.reminded_at or ballot.opens_at
            if ballot.state_at(now) == BallotState.OPEN and now - last >= ONE_DAY:
                _remind(ballot)
                reminded += 1
    return reminded
