"""Writes about design sessions: opening, joining, moving on and closing.

Everything that changes a session holds the session's row, so a card or dot counts exactly if it
came before the room moved on or closed.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from codesign import phrases
from codesign.enums import SESSION_STEPS, SessionStep
from codesign.models import Card, CardProposal, DesignSession, Proposal, SessionSeat, Workspace
from codesign.operations import proposals
from codesign.operations.members import let_in
from codesign.operations.workspaces import check_not_closed
from codesign.operations.workspaces import locked as locked_workspace
from codesign.queries import sessions as queries
from portal import clock, live, notices, permissions, record
from portal.brief import in_brief
from portal.enums import Channel, Role, WhoseWords
from portal.models import Participant, ref
from portal.operations import people
from portal.refusal import Refusal

TITLE_LENGTH = 120  # characters of a proposal's title


class UnableToOpenSession(Refusal):
    """The space is closed, or no free join code was found; trying again finds one."""


class UnableToJoinSession(Refusal):
    """There is no open session with this code, or no seat with this phrase. All read alike."""

    status = 404


class UnableToMoveSession(Refusal):
    """The room moves one step at a time, and not once it has closed."""


class UnableToCloseSession(Refusal):
    """A chosen card is not on this board, or is hidden."""


def locked(session: DesignSession) -> DesignSession:
    """The session, its row held until the transaction ends."""
    return (
        DesignSession.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .get(pk=session.pk)
    )


def unable(refusal: type[Refusal], session: DesignSession) -> Refusal:
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
    """Open a design session in a workspace, with a fresh join code. `dots_each` is 1 to 10.

    Raises UnableToOpenSession in a closed workspace, and when no free code was found.
    """
    workspace = locked_workspace(workspace)  # so that nobody closes it meanwhile
    permissions.check(by, "open_session", workspace)
    check_not_closed(workspace, UnableToOpenSession)
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
    session = locked(session)
    if not session.is_open:
        raise unable(UnableToJoinSession, session)
    guest = people.join(partnership=session.partnership, role=role, display_name=display_name)
    let_in(session.workspace, guest)
    taken = set(session.seats.exclude(rejoin_hash="").values_list("rejoin_hash", flat=True))
    phrase = phrases.new_phrase()
    while _phrase_hash(session, phrase) in taken:
        phrase = phrases.new_phrase()
    _seat(session, guest, larger_text=larger_text, phrase=phrase)
    live.announce(session)
    return guest, phrase


@transaction.atomic
def join_session(
    *, session: DesignSession, by: Participant, larger_text: bool = False, by_code: bool = False
) -> SessionSeat:
    """Give a participant of the partnership a seat; joining twice is joining once.

    `by_code`: they came with the join code, which lets them into the session's workspace too.
    Raises UnableToJoinSession once the session has closed, and without the code for somebody whom
    the workspace does not admit.
    """
    session = locked(session)
    permissions.check(by, "join_session", session)
    if not session.is_open:
        raise unable(UnableToJoinSession, session)
    if by_code:
        let_in(session.workspace, by)
    elif not session.workspace.admits(by):
        raise UnableToJoinSession(
            _("This session is for the people of its space. If you were given a code, use it.")
        )
    already = queries.seat_of(session, by)
    if already is not None:
        return already
    seat = _seat(session, by, larger_text=larger_text)
    live.announce(session)
    return seat


def rejoin(*, session: DesignSession, phrase: str) -> Participant:
    """The guest a phrase belongs to, to be given their seat again.

    Raises UnableToJoinSession for a phrase that is not known here, or whose guest was taken off the
    workspace's list since; the caller limits the tries.
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
    if seat is None or not session.is_open or not session.workspace.admits(seat.participant):
        raise UnableToJoinSession(
            _("We do not know these three words. Please check them and try again.")
        )
    return seat.participant


@transaction.atomic
def move_session(*, session: DesignSession, step: SessionStep, by: Participant) -> DesignSession:
    """Take the room one step on or back. Being there already is no error (a double click)."""
    session = locked(session)
    permissions.check(by, "move_session", session)
    if not session.is_open:
        raise unable(UnableToMoveSession, session)
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
    session = locked(session)
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
        title=in_brief(card.text, TITLE_LENGTH),
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
                % {"title": proposal.shown_title},
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
