"""Pages of design sessions: the room, and what facilitators do there. Joining: views/joining.py."""

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign import boards
from codesign.enums import SESSION_STEPS, SessionStep
from codesign.forms.sessions import (
    CardForm,
    CloseForm,
    EnterCardForm,
    HideCardForm,
    OpenSessionForm,
)
from codesign.models import Card, DesignSession
from codesign.operations import cards
from codesign.operations import sessions as operations
from codesign.queries import sessions as queries
from codesign.views.parts import find_workspace
from portal import http, live, permissions
from portal.asking import ask
from portal.enums import Channel, WhoseWords
from portal.http import ParticipantRequest

# -- the room ------------------------------------------------------------------------------------


def _session(request: ParticipantRequest, pk: int) -> DesignSession:
    return get_object_or_404(
        DesignSession.objects.visible_to(request.participant).select_related(
            "partnership", "workspace__partnership"
        ),
        pk=pk,
        partnership=request.partnership,
    )


def _card(request: ParticipantRequest, pk: int) -> Card:
    return get_object_or_404(
        Card.objects.filter(
            session__in=DesignSession.objects.visible_to(request.participant).values("pk")
        ).select_related(
            "session__partnership", "session__workspace__partnership", "by__organisation"
        ),
        pk=pk,
        partnership=request.partnership,
    )


def _audience(request: ParticipantRequest, session: DesignSession) -> boards.Audience:
    return boards.audience_for(
        request.participant,
        session,
        language=get_language() or "",
        easy_read=request.easy_read,
        presenter=request.GET.get("presenter") == "1",
    )


def _room(
    request: ParticipantRequest,
    session: DesignSession,
    card_form: CardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    audience = _audience(request, session)
    seat = queries.seat_of(session, request.participant)
    context = boards.context_for(session, audience) | {
        "seat": seat,
        "my_dots": queries.my_dots(session, request.participant),
        "presenter": audience.kind == "presenter",
        "dot_numbers": range(1, session.dots_each + 1),
        "join_url": _join_url(request, session),
    }
    if card_form is not None:
        context["card_form"] = card_form
    page = "codesign/session.html#room" if request.htmx else "codesign/session.html"
    return render(request, page, context, status=status)


def _join_url(request: HttpRequest, session: DesignSession) -> str:
    if not session.is_open:
        return ""
    return settings.BASE_URL + reverse("codesign:join_code", args=[session.code_shown])


@require_safe
def session(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The room, or what is kept of it once it has closed."""
    return _room(request, _session(request, pk))


@require_safe
def session_board(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The board for the asker's audience; 204 when `?rev=` is what they have already."""
    session = _session(request, pk)
    known = request.GET.get("rev", "")
    if known == str(live.revision(session)):
        return HttpResponse(status=204, headers={"X-Rev": known})
    rev, html = boards.fragment(session, _audience(request, session))
    return HttpResponse(html, headers={"X-Rev": str(rev)})


@require_POST
def join_session(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Take a seat, for somebody who came by a link and not by a code."""
    session = _session(request, pk)
    operations.join_session(session=session, by=request.participant)
    return redirect(session)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def open_session(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Open a session; the next page is its room, with the code."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "open_session", workspace)
    form = OpenSessionForm(request.POST or None)
    return ask(
        request,
        "codesign/session_open.html",
        form,
        {"workspace": workspace},
        act=lambda: operations.open_session(
            workspace=workspace, by=request.participant, **form.cleaned_data
        ),
        done="",
    )


# -- what people do in the room ------------------------------------------------------------------


def _back(request: ParticipantRequest, session: DesignSession) -> HttpResponse:
    presenter = "?presenter=1" if request.POST.get("presenter") == "1" else ""
    return redirect(session.get_absolute_url() + presenter)


@require_POST
@http.once
def add_card(request: ParticipantRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    form = CardForm(request.POST)
    if form.is_valid():
        try:
            cards.add_card(session=session, text=form.cleaned_data["text"], by=request.participant)
        except cards.UnableToAddCard as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(request, session)
    session.refresh_from_db()
    return _room(request, session, form, status=422)


@require_POST
@http.once
def place_dot(request: ParticipantRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    try:
        cards.place_dot(card=card, by=request.participant)
    except cards.UnableToPlaceDot as refusal:
        messages.error(request, str(refusal))
    return _back(request, card.session)


@require_POST
@http.once
def take_dot_back(request: ParticipantRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    try:
        cards.take_dot_back(card=card, by=request.participant)
    except cards.UnableToPlaceDot as refusal:
        messages.error(request, str(refusal))
    return _back(request, card.session)


# -- what facilitators do ------------------------------------------------------------------------


@require_POST
@http.once
def move_session(request: ParticipantRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    step = request.POST.get("step", "")
    if step not in SESSION_STEPS:
        raise Http404
    try:
        operations.move_session(session=session, step=SessionStep(step), by=request.participant)
    except operations.UnableToMoveSession as refusal:
        messages.error(request, str(refusal))
    return _back(request, session)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def enter_card(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Type in a card for somebody in the room, or from paper."""
    session = _session(request, pk)
    permissions.check(request.participant, "enter_for_somebody", session)
    form = EnterCardForm(request.POST or None, session=session)
    return ask(
        request,
        "codesign/session_enter_card.html",
        form,
        {"session": session},
        act=lambda: cards.add_card(
            session=session,
            text=form.cleaned_data["text"],
            by=form.cleaned_data["by"],
            entered_by=request.participant,
            channel=Channel(form.cleaned_data["channel"]),
            whose_words=WhoseWords(form.cleaned_data["whose_words"]),
        ),
        done=_("The card is on the board."),
        to=request.path,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hide_card(request: ParticipantRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    permissions.check(request.participant, "hide_card", card)
    form = HideCardForm(request.POST or None)
    return ask(
        request,
        "codesign/session_hide_card.html",
        form,
        {"session": card.session, "card": card},
        act=lambda: cards.hide_card(
            card=card, by=request.participant, reason=form.cleaned_data["reason"]
        ),
        done="",
        to=card.session,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def close_session(request: ParticipantRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    permissions.check(request.participant, "close_session", session)
    if not session.is_open:
        return redirect(session)
    form = CloseForm(request.POST or None, session=session)
    return ask(
        request,
        "codesign/session_close.html",
        form,
        {"session": session},
        act=lambda: operations.close_session(
            session=session,
            chosen=form.cleaned_data["chosen"],
            closing_words=form.cleaned_data["closing_words"],
            by=request.participant,
        ),
        done=_("The session is closed. Its minutes are below."),
        to=session,
    )


@require_safe
def join_sheet(request: ParticipantRequest, pk: int) -> HttpResponse:
    """A sheet to print: the question, the address, the code, and a QR code of both."""
    session = _session(request, pk)
    permissions.check(request.participant, "move_session", session)
    if not session.is_open:
        return redirect(session)
    return render(
        request,
        "codesign/join_sheet.html",
        {
            "session": session,
            "join_url": _join_url(request, session),
            "address": settings.BASE_URL + reverse("codesign:join"),
        },
    )


@require_safe
def join_qr(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The join address as a QR code, drawn as SVG."""
    session = _session(request, pk)
    if not session.is_open:
        raise Http404
    drawing = io.BytesIO()
    segno.make(_join_url(request, session), error="m", micro=False).save(
        drawing, kind="svg", scale=8, border=4, light="#ffffff", xmldecl=False
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
