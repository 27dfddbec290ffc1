"""The board of a design session as a fragment: one renderer, three ways in.

The page includes it, a GET answers with it, and the hub sends it. It is made for an audience,
never for one person: what is personal stands in the page, outside the board.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.enums import SESSION_STEPS, SessionStep
from codesign.forms.sessions import CardForm
from codesign.models import DesignSession
from codesign.queries import sessions as queries
from portal import hub, permissions
from portal.hub import Audience
from portal.models import Participant

TEMPLATE = "codesign/session_board.html"
LANGUAGES = {code for code, _name in settings.LANGUAGES}


def audience_for(
    participant: Participant,
    session: DesignSession,
    *,
    language: str,
    easy_read: bool,
    presenter: bool = False,
) -> Audience:
    """Which audience somebody belongs to. Only a facilitator can be one or a presenter."""
    kind = "participant"
    if permissions.can(participant, "see_whole_board", session):
        kind = "presenter" if presenter else "facilitator"
    if language not in LANGUAGES:
        language = settings.LANGUAGE_CODE
    return Audience(kind, language, easy_read)


def context_for(session: DesignSession, audience: Audience) -> dict[str, object]:
    """What the fragment is rendered from; the page adds its request, and so its tokens."""
    asked = {"presenter": "1"} if audience.kind == "presenter" else {}
    watched = asked | {"language": audience.language}
    if audience.easy_read:
        watched["easy"] = "1"
    url = reverse("codesign:session_board", args=[session.partnership.slug, session.pk])
    board = queries.board(session, facilitates=audience.kind == "facilitator")
    back, onward = _around(session)
    return {
        "board": board,
        "help": _help(session, audience),
        "message": _message(session, board),
        "steps": SESSION_STEPS,
        "step_back": back,
        "step_next": onward,
        "session": session,
        "audience": audience,
        "card_form": CardForm(),
        "live_url": f"{url}?{urlencode(asked)}" if asked else url,
        "live_socket": f"/live/session/{session.pk}/?{urlencode(watched)}",
    }


def _around(session: DesignSession) -> tuple[SessionStep | None, SessionStep | None]:
    """The step before and the step after the one the room is at."""
    if not session.is_open:
        return None, None
    here = SESSION_STEPS.index(SessionStep(session.step))
    before = SESSION_STEPS[here - 1] if here else None
    after = SESSION_STEPS[here + 1] if here + 1 < len(SESSION_STEPS) else None
    return before, after


def _help(session: DesignSession, audience: Audience) -> str:
    """What can be done now, in a sentence or two."""
    step = SessionStep(session.step)
    if audience.easy_read:
        easy = {
            SessionStep.WELCOME: _("Hello! We start soon."),
            SessionStep.SHARE: _("Write your idea. Press the button."),
            SessionStep.CHOOSE: _("Which ideas do you like? Add a dot."),
            SessionStep.CLOSED: _("The meeting is over. Thank you!"),
        }
        return easy[step]
    plain = {
        SessionStep.WELCOME: _("Welcome. Please wait here: the first step begins soon."),
        SessionStep.SHARE: _("What would help? Add as many ideas as you like, one on each card."),
        SessionStep.CHOOSE: _(
            "Place your dots on the ideas that matter most to you. You can put more than one dot "
            "on the same idea. Totals stay hidden until the session closes."
        ),
        SessionStep.CLOSED: _("This session has closed. Thank you to everybody who took part."),
    }
    return plain[step]


def _message(session: DesignSession, board: queries.Board) -> str:
    """What a screen reader says when the board has changed."""
    match SessionStep(session.step):
        case SessionStep.WELCOME:
            return _("Welcome. The first step begins soon.")
        case SessionStep.SHARE:
            count = len(board.cards)
            return ngettext(
                "%(count)d idea on the board", "%(count)d ideas on the board", count
            ) % {"count": count}
        case SessionStep.CHOOSE:
            return _("The group is choosing now. Place your dots.")
        case SessionStep.CLOSED:
            return _("The session has closed.")


def fragment(session: DesignSession, audience: Audience) -> tuple[int, str]:
    """The board for an audience as HTML, with the revision it shows."""
    with translation.override(audience.language):
        context = context_for(session, audience)
        board = context["board"]
        assert isinstance(board, queries.Board)
        return board.rev, render_to_string(TEMPLATE, context)


def render(topic: str, audience: Audience) -> tuple[int, str]:
    """`fragment` of the topic `designsession:<pk>`, for the hub."""
    session = DesignSession.objects.select_related("partnership", "workspace").get(
        pk=int(topic.partition(":")[2])
    )
    return fragment(session, audience)


hub.register("designsession", render)
