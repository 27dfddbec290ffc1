"""Writes about the board of a design session: cards and dots.

Each holds the session's row, so a card or dot counts exactly if it came before the room moved on.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from codesign.enums import SessionStep
from codesign.models import Card, DesignSession, Dot
from codesign.operations.sessions import locked, unable
from codesign.operations.workspaces import check_admitted
from codesign.queries import sessions as queries
from portal import clock, live, notices, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToAddCard(Refusal):
    """The room is at another step, or whoever asks has not joined it."""


class UnableToHideCard(Refusal):
    """The session has closed; its board stays as it was."""


class UnableToPlaceDot(Refusal):
    """The room is not choosing, the card is hidden, or no dot is left."""


def _check_seat(session: DesignSession, participant: Participant, refusal: type[Refusal]) -> None:
    if queries.seat_of(session, participant) is None:
        raise refusal(_("Please join the session first."))
    check_admitted(session.workspace, participant, refusal)


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
    session = locked(session)
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", session)
    elif by is None:
        raise permissions.PermissionRefused(_("Please say who this is from."))
    if by is not None:
        permissions.check(by, "add_card", session)
    open_at = {SessionStep.SHARE, SessionStep.CHOOSE} if entered_by else {SessionStep.SHARE}
    if session.step not in open_at:
        raise unable(UnableToAddCard, session)
    if by is not None:
        _check_seat(session, by, UnableToAddCard)
    elif entered_by is not None:
        check_admitted(session.workspace, entered_by, UnableToAddCard)
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
    session = locked(card.session)
    card = Card.objects.select_related("by", "session__partnership").get(pk=card.pk)
    permissions.check(by, "hide_card", card)
    if card.is_hidden:
        return card
    if not session.is_open:
        raise unable(UnableToHideCard, session)
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
    session = locked(card.session)
    permissions.check(by, "place_dot", session)
    if session.step != SessionStep.CHOOSE:
        raise unable(UnableToPlaceDot, session)
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
    session = locked(card.session)
    permissions.check(by, "take_dot_back", session)
    if session.step != SessionStep.CHOOSE:
        raise unable(UnableToPlaceDot, session)
    check_admitted(session.workspace, by, UnableToPlaceDot)
    dot = Dot.objects.filter(card=card, participant=by).order_by("-number").first()
    if dot is None:
        return False
    dot.delete()
    Card.objects.filter(pk=card.pk).update(dot_count=F("dot_count") - 1)
    live.announce(session)
    return True
