"""The board of a design session as a fragment: one renderer, three ways in.

The page includes it, a GET answers with it, and the hub sends it. It is made for an audience,
never for one person: what is personal stands in the page, outside the board.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

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
    return {
        "board": queries.board(session, facilitates=audience.kind == "facilitator"),
        "session": session,
        "audience": audience,
        "card_form": CardForm(),
        "live_url": f"{url}?{urlencode(asked)}" if asked else url,
        "live_socket": f"/live/session/{session.pk}/?{urlencode(watched)}",
    }


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
