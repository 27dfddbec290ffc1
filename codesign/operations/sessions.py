"""Writes about design sessions: opening, joining, cards, dots, moving on and closing.

Everything that changes a session holds the session's row, so a card or dot counts exactly if it
came before the room moved on or closed.
"""

import textwrap
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from codesign import phrases
from codesign.enums import SESSION_STEPS, SessionStep
from codesign.models import Card, CardProposal, DesignSession, Dot, Proposal, SessionSeat, Workspace
from codesign.operations import proposals
from codesign.queries import sessions as queries
from portal import clock, live, notices, permissions, record
from portal.enums import Channel, Role, WhoseWords
from portal.models import Participant, ref
from portal.operations import people
from portal.refusal import Refusal

TITLE_LENGTH = 120  # characters of a proposal's title


class UnableToOpenSession(Refusal):
    """No free join code was found; trying again finds one."""


class UnableToJoinSession(Refusal):
    """There is no open session with this code, or no seat with this phrase. All read alike."""

    status = 404


class UnableToAddCard(Refusal):
    """The room is at another step, or whoever asks has not joined it."""


class UnableToHideCard(Refusal):
    """The session has closed; its board stays as it was."""


class UnableToPlaceDot(Refusal):
    """The room is not choosing, the card is hidden, or no dot is left."""


class UnableToMoveSession(Refusal):
    """The room moves one step at a time, and not once it has closed."""


class UnableToCloseSession(Refusal):
    """A chosen card is not on this board, or is hidden."""


def _locked(session: DesignSession) -> DesignSession:
    return (
        DesignSession.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .get(pk=session.pk)
    )


def _unable(refusal: type[Refusal], session: DesignSession) -> Refusal:
    """`refusal` with where the room stands now."""
    where = {
        SessionStep.WELCOME: _("The group has not started yet. Please wait for the next step."),
        SessionStep.SHARE: _("The group is sharing ideas now. Dots come in the next step."),
        SessionStep.CHOOSE: _("The group has moved on to choosing. You can still read the cards."),
        SessionStep.CLOSED: _("This session has closed. You can still read everything."),
    }
    return refusal(where[SessionStep(session.step)])


@transaction.atomic
def open_session(
    *, workspace: Workspace, title: str, question: str, by: Participant, dots_each: int = 3
) -> DesignSession:
    """Open a design session in a workspace, with a fresh join code. `dots_each` is 1 to 10."""
    permissions.check(by, "open_session", workspace)
    now = clock.now()
    for _try in range(5):
        try:
            with transaction.atomic():
                session = DesignSession.objects.create(
                    partnership_id=workspace.partnership_id,
                    workspace=workspace,
                    title=title,
                    question=question,
                    code=phrases.new_code(),
                    dots_each=dots_each,
                    opened_by=by,
                    opened_at=now,
                )
            break
        except IntegrityError as error:
            if "code" not in str(error):
                raise
    else:
        raise UnableToOpenSession(_("We could not make a join code. Please try again."))
    _seat(session, by)
    record.append(
        "session_opened",
        by=by,
        subject=session,
        public={"workspace": ref(workspace), "dots_each": dots_each},
        content={"title": title, "question": question},
    )
    live.announce(session)
    notices.queue(
        notices.followers(workspace),
        subject=session,
        text=_("A design session is open now: %(title)s") % {"title": title},
        but_not=by,
    )
    return session


def find_session(code: str) -> DesignSession:
    """The open session of a code as somebody typed it. Raises UnableToJoinSession otherwise."""
    wanted = phrases.read_code(code)
    session = (
        DesignSession.objects.filter(code=wanted).select_related("partnership", "workspace").first()
        if len(wanted) == phrases.CODE_LENGTH
        else None
    )
    if session is None:
        raise UnableToJoinSession(
            _("We cannot find an open session with this code. Please check it and try again.")
        )
    return session


def _seat(
    session: DesignSession, participant: Participant, *, larger_text: bool = False, phrase: str = ""
) -> SessionSeat:
    seat, _new = SessionSeat.objects.get_or_create(
        session=session,
        participant=participant,
        defaults={
            "larger_text": larger_text,
            "rejoin_hash": _phrase_hash(session, phrase) if phrase else "",
            "joined_at": clock.now(),
        },
    )
    return seat


def _phrase_hash(session: DesignSession, phrase: str) -> str:
    value = f"{session.pk}:{phrases.read_phrase(phrase)}"
    return salted_hmac("codesign.rejoin", value, algorithm="sha256").hexdigest()


@transaction.atomic
def join_as_guest(
    *, session: DesignSession, display_name: str, role: Role, larger_text: bool = False
) -> tuple[Participant, str]:
    """Make somebody without an account a participant with a seat in the room.

    Returns them and the phrase that brings them back: only its keyed hash is kept, so this is the
    one moment to show it. Raises UnableToJoinSession once the session has closed.
    """
    session = _locked(session)
    if not session.is_open:
        raise _unable(UnableToJoinSession, session)
    guest = people.join(partnership=session.partnership, role=role, display_name=display_name)
    taken = set(session.seats.exclude(rejoin_hash="").values_list("rejoin_hash", flat=True))
    phrase = phrases.new_phrase()
    while _phrase_hash(session, phrase) in taken:
        phrase = phrases.new_phrase()
    _seat(session, guest, larger_text=larger_text, phrase=phrase)
    live.announce(session)
    return guest, phrase


@transaction.atomic
def join_session(
    *, session: DesignSession, by: Participant, larger_text: bool = False
) -> SessionSeat:
    """Give a participant of the partnership a seat; joining twice is joining once.

    Raises UnableToJoinSession once the session has closed.
    """
    session = _locked(session)
    permissions.check(by, "join_session", session)
    if not session.is_open:
        raise _unable(UnableToJoinSession, session)
    already = queries.seat_of(session, by)
    if already is not None:
        return already
    seat = _seat(session, by, larger_text=larger_text)
    live.announce(session)
    return seat


def rejoin(*, session: DesignSession, phrase: str) -> Participant:
    """The guest a phrase belongs to, to be given their seat again.

    Raises UnableToJoinSession for a phrase that is not known here; the caller limits the tries.
    """
    seat = (
        SessionSeat.objects.filter(
            session=session,
            rejoin_hash=_phrase_hash(session, phrase),
            participant__left_at=None,
            participant__user=None,
        )
        .select_related("participant__partnership")
        .first()
    )
    if seat is None or not session.is_open:
        raise UnableToJoinSession(
            _("We do not know these three words. Please check them and try again.")
        )
    return seat.participant


def _check_seat(session: DesignSession, participant: Participant, refusal: type[Refusal]) -> None:
    if queries.seat_of(session, participant) is None:
        raise refusal(_("Please join the session first."))


@transaction.atomic
def add_card(
    *,
    session: DesignSession,
    text: str,
    by: Participant | None,
    entered_by: Participant | None = None,
    channel: Channel = Channel.WEB,
    whose_words: WhoseWords = WhoseWords.OWN,
) -> Card:
    """Put an idea of at most 280 characters on the board, while the room shares ideas.

    `entered_by` is the facilitator who types it in for somebody in the room or from paper (`by`
    None: for somebody who is not named); they may still do so while the room chooses. Raises
    UnableToAddCard at other steps, or for somebody who has not joined.
    """
    session = _locked(session)
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", session)
    elif by is None:
        raise permissions.PermissionRefused(_("Please say who this is from."))
    if by is not None:
        permissions.check(by, "add_card", session)
    open_at = {SessionStep.SHARE, SessionStep.CHOOSE} if entered_by else {SessionStep.SHARE}
    if session.step not in open_at:
        raise _unable(UnableToAddCard, session)
    if by is not None:
        _check_seat(session, by, UnableToAddCard)
    card = Card.objects.create(
        partnership_id=session.partnership_id,
        session=session,
        text=text,
        by=by,
        entered_by=entered_by,
        channel=channel,
        whose_words=whose_words,
        created_at=clock.now(),
    )
    live.announce(session)
    return card


@transaction.atomic
def hide_card(*, card: Card, by: Participant, reason: str) -> Card:
    """Take a card off the board, with a reason that stays listed and that its author is told.

    Hiding twice is hiding once. Raises UnableToHideCard once the session has closed.
    """
    session = _locked(card.session)
    card = Card.objects.select_related("by", "session__partnership").get(pk=card.pk)
    permissions.check(by, "hide_card", card)
    if card.is_hidden:
        return card
    if not session.is_open:
        raise _unable(UnableToHideCard, session)
    # Dots on it go back to the people who placed them.
    Dot.objects.filter(card=card).delete()
    card.dot_count = 0
    card.hidden_at, card.hidden_by, card.hidden_reason = clock.now(), by, reason
    card.save(update_fields=["dot_count", "hidden_at", "hidden_by", "hidden_reason"])
    record.append(
        "card_hidden",
        by=by,
        subject=card,
        public={"session": ref(session)},
        content={"text": card.text, "reason": reason},
    )
    live.announce(session)
    if card.by is not None:
        notices.queue(
            [card.by],
            subject=card,
            text=_("Your idea “%(text)s” was taken off the board: %(reason)s")
            % {"text": card.text, "reason": reason},
            but_not=by,
        )
    return card


@transaction.atomic
def place_dot(*, card: Card, by: Participant) -> bool:
    """Place one more of one's dots on a card.

    A person's dots are numbered 1 to `dots_each`, each number once by constraint, so nobody can
    place more than they have. Raises UnableToPlaceDot when none is left, the card is hidden, the
    room is not choosing, or the person has not joined.
    """
    session = _locked(card.session)
    permissions.check(by, "place_dot", session)
    if session.step != SessionStep.CHOOSE:
        raise _unable(UnableToPlaceDot, session)
    _check_seat(session, by, UnableToPlaceDot)
    if Card.objects.get(pk=card.pk).is_hidden:
        raise UnableToPlaceDot(_("This card was taken off the board."))
    mine = Dot.objects.filter(session=session, participant=by)
    placed = set(mine.values_list("number", flat=True))
    free = [number for number in range(1, session.dots_each + 1) if number not in placed]
    if not free:
        raise UnableToPlaceDot(_("You have placed all your dots. Take one back to move it."))
    Dot.objects.create(session=session, card=card, participant=by, number=free[0])
    Card.objects.filter(pk=card.pk).update(dot_count=F("dot_count") + 1)
    live.announce(session)
    return True


@transaction.atomic
def take_dot_back(*, card: Card, by: Participant) -> bool:
    """Take one of one's dots off a card. Returns False when there was none: never an error."""
    session = _locked(card.session)
    permissions.check(by, "take_dot_back", session)
    if session.step != SessionStep.CHOOSE:
        raise _unable(UnableToPlaceDot, session)
    dot = Dot.objects.filter(card=card, participant=by).order_by("-number").first()
    if dot is None:
        return False
    dot.delete()
    Card.objects.filter(pk=card.pk).update(dot_count=F("dot_count") - 1)
    live.announce(session)
    return True


@transaction.atomic
def move_session(*, session: DesignSession, step: SessionStep, by: Participant) -> DesignSession:
    """Take the room one step on or back. Being there already is no error (a double click)."""
    session = _locked(session)
    permissions.check(by, "move_session", session)
    if not session.is_open:
        raise _unable(UnableToMoveSession, session)
    if step == session.step:
        return session
    if step not in SESSION_STEPS:
        raise UnableToMoveSession(_("To end the session, close it."))
    here, there = SESSION_STEPS.index(SessionStep(session.step)), SESSION_STEPS.index(step)
    if abs(here - there) != 1:
        raise UnableToMoveSession(
            _("The room has moved in the meantime. Please look again, then go one step at a time.")
        )
    session.step = step
    session.save(update_fields=["step"])
    live.announce(session)
    return session


@transaction.atomic
def close_session(
    *, session: DesignSession, chosen: Iterable[Card], closing_words: str, by: Participant
) -> DesignSession:
    """End a session: write its minutes, turn chosen cards into open proposals, tell everybody.

    Closing twice is closing once. Raises UnableToCloseSession for a chosen card that is hidden or
    stands on another board.
    """
    session = _locked(session)
    permissions.check(by, "close_session", session)
    if not session.is_open:
        return session
    cards = list(queries.cards_of(session))
    on_board = {card.pk: card for card in cards if not card.is_hidden}
    wanted = {card.pk for card in chosen}
    if not wanted <= on_board.keys():
        raise UnableToCloseSession(
            _("A card you chose is not on the board any more. Please choose again.")
        )
    picked = [on_board[pk] for pk in sorted(wanted)]
    ranked = sorted(on_board.values(), key=lambda card: (-card.dot_count, card.pk))
    session.minutes = _minutes(session, ranked, wanted, closing_words)
    session.closing_words = closing_words
    session.step, session.code = SessionStep.CLOSED, ""
    session.closed_by, session.closed_at = by, clock.now()
    session.save(
        update_fields=["minutes", "closing_words", "step", "code", "closed_by", "closed_at"]
    )
    made = [(card, _propose(session, card, by)) for card in picked]
    record.append(
        "session_closed",
        by=by,
        subject=session,
        public={
            "cards": [ref(card) for card in ranked],
            "proposals": [ref(proposal) for _card, proposal in made],
        },
        content={
            "closing_words": closing_words,
            "minutes": session.minutes,
            "cards": {ref(card): card.text for card in cards},
        },
    )
    live.announce(session)
    _tell_of_closing(session, made, by)
    return session


def _minutes(
    session: DesignSession, ranked: list[Card], chosen: set[int], closing_words: str
) -> str:
    """Plain text: who was there by role, the question, the cards by dots, what was chosen."""
    here = [f"{each.role.label}: {each.words}" for each in queries.people_in(session, exact=False)]
    ideas = [f"{card.dot_count} – {card.text}" for card in ranked]
    took = [card.text for card in ranked if card.pk in chosen]
    parts = [
        (_("The question"), [session.question]),
        (_("Who was there"), here),
        (_("The ideas, with their dots"), ideas or [_("No ideas were added.")]),
        (_("What the group chose"), took or [_("Nothing was chosen this time.")]),
        (_("Closing words"), [closing_words] if closing_words else []),
    ]
    return "\n\n".join("\n".join([heading, *lines]) for heading, lines in parts if lines)


def _propose(session: DesignSession, card: Card, by: Participant) -> Proposal:
    """An open proposal of the card's author, linked to the card.

    Where the author is not named or has left, whoever closes the session enters it for them, and
    it is shown as that.
    """
    author = card.by if card.by is not None and card.by.is_here else by
    entered_by = card.entered_by if author is card.by else by
    if entered_by is not None and not permissions.can(entered_by, "enter_for_somebody", session):
        entered_by = by  # the worker who typed the card in has left, or has the duty no more
    proposal = proposals.draft_proposal(
        workspace=session.workspace,
        title=textwrap.shorten(card.text, TITLE_LENGTH, placeholder="…"),
        why=_("%(text)s\n\nFrom the design session “%(session)s”, which asked: %(question)s")
        % {"text": card.text, "session": session.title, "question": session.question},
        by=author,
        entered_by=entered_by,
        channel=Channel.SESSION,
        whose_words=WhoseWords(card.whose_words),
    )
    proposal = proposals.open_proposal(proposal=proposal, by=author)
    CardProposal.objects.create(
        partnership_id=session.partnership_id,
        source=card,
        target=proposal,
        why=_("Chosen in the design session “%(session)s”") % {"session": session.title},
        made_by=by,
        made_at=clock.now(),
    )
    record.append("card_chosen", by=by, subject=card, public={"proposal": ref(proposal)})
    return proposal


def _tell_of_closing(
    session: DesignSession, made: list[tuple[Card, Proposal]], by: Participant
) -> None:
    told = set()
    for card, proposal in made:
        if card.by is not None:
            told.add(card.by.pk)
            notices.queue(
                [card.by],
                subject=proposal,
                text=_("The group chose your idea. It is now a suggestion: %(title)s")
                % {"title": proposal.title},
                but_not=by,
            )
    seated = Participant.objects.here().filter(seats__session=session).exclude(pk__in=told)
    notices.queue(
        seated,
        subject=session,
        text=_("“%(title)s” has closed. You can read what was said and chosen.")
        % {"title": session.title},
        but_not=by,
    )
