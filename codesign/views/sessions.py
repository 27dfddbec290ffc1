"""Pages of design sessions: joining by code, the room, and what facilitators do there."""

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

from codesign import boards, phrases
from codesign.enums import SESSION_STEPS, SessionStep
from codesign.forms.sessions import (
    CardForm,
    CloseForm,
    CodeForm,
    EnterCardForm,
    HideCardForm,
    JoinForm,
    OpenSessionForm,
    RejoinForm,
)
from codesign.models import Card, DesignSession, Workspace
from codesign.operations import sessions as operations
from codesign.queries import sessions as queries
from portal import http, limits, live, permissions, seats
from portal.enums import Channel, Role, WhoseWords
from portal.http import EASY_READ_COOKIE, ParticipantRequest
from portal.models import Participant
from portal.refusal import Refusal

# A whole room may join through one address, so only codes and phrases that are wrong are counted.
WRONG_TRIES = {"most": 10, "seconds": 600}


# -- joining by code: no partnership is known yet ------------------------------------------------


def _find(request: HttpRequest, code: str) -> DesignSession:
    """The session of a code. Raises UnableToJoinSession, or TooManyTries after many wrong codes."""
    who = limits.sender(request)
    limits.check("join", who, most=WRONG_TRIES["most"])
    try:
        return operations.find_session(code)
    except operations.UnableToJoinSession:
        limits.count("join", who, **WRONG_TRIES)
        raise


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Type a join code."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                session = _find(request, form.cleaned_data["code"])
            except operations.UnableToJoinSession as refusal:
                form.add_error("code", str(refusal))
                status = 404
            else:
                return redirect("codesign:join_code", session.code_shown)
    return render(request, "codesign/join.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def join_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say who one is for this session, or come back with three words."""
    try:
        session = _find(request, code)
    except operations.UnableToJoinSession as refusal:
        asked = CodeForm({"code": code[:20]})
        asked.add_error("code", str(refusal))
        return render(request, "codesign/join.html", {"form": asked}, status=404)
    known = http.find_participant(session.partnership, request.user, request.COOKIES)
    if known is not None:
        return _join_as(request, session, known)
    form = JoinForm(initial={"display_name": phrases.new_nickname()})
    back = RejoinForm()
    if request.method == "POST" and "phrase" in request.POST:
        back = RejoinForm(request.POST)
        if back.is_valid():
            guest = _rejoin(request, session, back)
            if guest is not None:
                response = redirect(session)
                seats.give(response, guest, secure=request.is_secure())
                return response
    elif request.method == "POST":
        form = JoinForm(request.POST)
        if form.is_valid():
            return _join_as_guest(request, session, form)
    return render(
        request,
        "codesign/join_code.html",
        {"session": session, "form": form, "back": back},
        status=422 if form.errors or back.errors else 200,
    )


def _join_as_guest(request: HttpRequest, session: DesignSession, form: JoinForm) -> HttpResponse:
    guest, phrase = operations.join_as_guest(
        session=session,
        display_name=form.cleaned_data["display_name"],
        role=Role(form.cleaned_data["role"]),
        larger_text=form.cleaned_data["larger_text"],
    )
    messages.success(
        request,
        _(
            "You are in the room. Your three words are: %(phrase)s. Write them down. With the code "
            "and these words you can come back if you lose this page."
        )
        % {"phrase": phrase},
    )
    response = redirect(session)
    seats.give(response, guest, secure=request.is_secure())
    if form.cleaned_data["easy_read"]:
        response.set_cookie(
            EASY_READ_COOKIE, "1", httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


def _rejoin(request: HttpRequest, session: DesignSession, form: RejoinForm) -> Participant | None:
    who = limits.sender(request)
    limits.check("rejoin", who, most=WRONG_TRIES["most"])
    try:
        return operations.rejoin(session=session, phrase=form.cleaned_data["phrase"])
    except operations.UnableToJoinSession as refusal:
        limits.count("rejoin", who, **WRONG_TRIES)
        form.add_error("phrase", str(refusal))
        return None


def _join_as(request: HttpRequest, session: DesignSession, known: Participant) -> HttpResponse:
    """Somebody of the partnership needs no new name: one button."""
    if request.method == "POST":
        operations.join_session(session=session, by=known)
        return redirect(session)
    if queries.seat_of(session, known) is not None:
        return redirect(session)
    return render(request, "codesign/join_known.html", {"session": session, "known": known})


# -- the room ------------------------------------------------------------------------------------


def _session(request: ParticipantRequest, pk: int) -> DesignSession:
    return get_object_or_404(
        DesignSession.objects.select_related("partnership", "workspace__partnership"),
        pk=pk,
        partnership=request.partnership,
    )


def _card(request: ParticipantRequest, pk: int) -> Card:
    return get_object_or_404(
        Card.objects.select_related("session__partnership", "by__organisation"),
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
    workspace = get_object_or_404(
        Workspace.objects.visible_to(request.participant).select_related("partnership"),
        pk=workspace_id,
        partnership=request.partnership,
    )
    permissions.check(request.participant, "open_session", workspace)
    form = OpenSessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.open_session(
                workspace=workspace, by=request.participant, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(made)
    return render(
        request,
        "codesign/session_open.html",
        {"workspace": workspace, "form": form},
        status=422 if form.errors else 200,
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
            operations.add_card(
                session=session, text=form.cleaned_data["text"], by=request.participant
            )
        except operations.UnableToAddCard as refusal:
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
        operations.place_dot(card=card, by=request.participant)
    except operations.UnableToPlaceDot as refusal:
        messages.error(request, str(refusal))
    return _back(request, card.session)


@require_POST
@http.once
def take_dot_back(request: ParticipantRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    try:
        operations.take_dot_back(card=card, by=request.participant)
    except operations.UnableToPlaceDot as refusal:
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
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_card(
                session=session,
                text=form.cleaned_data["text"],
                by=form.cleaned_data["by"],
                entered_by=request.participant,
                channel=Channel(form.cleaned_data["channel"]),
                whose_words=WhoseWords(form.cleaned_data["whose_words"]),
            )
        except operations.UnableToAddCard as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The card is on the board."))
            return redirect("codesign:enter_card", request.partnership.slug, session.pk)
    return render(
        request,
        "codesign/session_enter_card.html",
        {"session": session, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hide_card(request: ParticipantRequest, pk: int) -> HttpResponse:
    card = _card(request, pk)
    permissions.check(request.participant, "hide_card", card)
    form = HideCardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.hide_card(
                card=card, by=request.participant, reason=form.cleaned_data["reason"]
            )
        except operations.UnableToHideCard as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(card.session)
    return render(
        request,
        "codesign/session_hide_card.html",
        {"session": card.session, "card": card, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def close_session(request: ParticipantRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    permissions.check(request.participant, "close_session", session)
    if not session.is_open:
        return redirect(session)
    form = CloseForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            operations.close_session(
                session=session,
                chosen=form.cleaned_data["chosen"],
                closing_words=form.cleaned_data["closing_words"],
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The session is closed. Its minutes are below."))
            return redirect(session)
    return render(
        request,
        "codesign/session_close.html",
        {"session": session, "form": form},
        status=422 if form.errors else 200,
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
