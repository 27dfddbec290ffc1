"""Reads about design sessions: the board, who is in the room, and one person's own dots."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from codesign.enums import SessionStep
from codesign.models import Card, CardProposal, DesignSession, Dot, SessionSeat
from portal import live
from portal.counts import count_in_words
from portal.enums import Role
from portal.models import Participant


@dataclass(frozen=True)
class Present:
    """How many of a role are in the room, in words fit for whoever reads them."""

    role: Role
    words: str


@dataclass(frozen=True)
class Board:
    """A session's board as one audience sees it.

    `rev` was read before the rest, so the cards are at least as new as it says. `shows_dots` says
    whether totals may be seen: by facilitators always, by everybody once the session has closed;
    then each card's `became` lists its links to proposals.
    """

    rev: int
    cards: list[Card]
    hidden: list[Card]
    people: list[Present]
    shows_dots: bool

    @property
    def people_words(self) -> str:
        return ", ".join(f"{each.role.label}: {each.words}" for each in self.people)


def people_in(session: DesignSession, *, exact: bool) -> list[Present]:
    """Who is in the room, by role: the roles that are there, in the order of `Role`."""
    counts = Counter(
        SessionSeat.objects.filter(session=session).values_list("participant__role", flat=True)
    )
    return [
        Present(role, count_in_words(counts[role], exact=exact)) for role in Role if counts[role]
    ]


def cards_of(session: DesignSession) -> QuerySet[Card]:
    """Every card in the order it was added, with its author."""
    return (
        Card.objects.filter(session=session)
        .select_related("by__organisation", "entered_by")
        .order_by("pk")
    )


def board(session: DesignSession, *, facilitates: bool) -> Board:
    """The board of a session, in four queries (five once it has closed)."""
    rev = live.revision(session)
    closed = session.step == SessionStep.CLOSED
    found = cards_of(session)
    if closed:
        links = CardProposal.objects.standing().select_related("target__partnership")
        found = found.prefetch_related(Prefetch("proposal_links", links, to_attr="became"))
    everything = list(found)
    cards = [card for card in everything if not card.is_hidden]
    if closed:
        _leave_out_hidden(session, cards)
        cards.sort(key=lambda card: -card.dot_count)
    return Board(
        rev=rev,
        cards=cards,
        hidden=[card for card in everything if card.is_hidden],
        people=people_in(session, exact=facilitates),
        shows_dots=closed or facilitates,
    )


def _leave_out_hidden(session: DesignSession, cards: list[Card]) -> None:
    """A suggestion that was hidden began as a card: its words show on neither board nor minutes."""
    for card in cards:
        if any(link.target.is_hidden for link in card.became):  # type: ignore[attr-defined]
            instead = _("An idea whose words a moderator has hidden")
            session.minutes = session.minutes.replace(card.text, instead)
            card.text = instead


@dataclass(frozen=True)
class MyDots:
    """One person's dots: how many are left, and the cards the others are on."""

    left: int
    each: int
    on: list[tuple[Card, int]]


def my_dots(session: DesignSession, participant: Participant) -> MyDots:
    """Where somebody's dots are; two queries at most."""
    placed = Counter(
        Dot.objects.filter(session=session, participant=participant).values_list(
            "card_id", flat=True
        )
    )
    cards = Card.objects.filter(pk__in=list(placed)).order_by("pk") if placed else []
    return MyDots(
        left=session.dots_each - placed.total(),
        each=session.dots_each,
        on=[(card, placed[card.pk]) for card in cards],
    )


def seat_of(session: DesignSession, participant: Participant) -> SessionSeat | None:
    return SessionSeat.objects.filter(session=session, participant=participant).first()


def people_to_enter_for(session: DesignSession) -> QuerySet[Participant]:
    """Those in the room, for whom a worker may write a card down."""
    return Participant.objects.here().filter(seats__session=session).order_by("display_name", "pk")
