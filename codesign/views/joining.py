"""Joining a design session: a code, a name to be called by, and in. No account is needed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign import phrases
from codesign.forms.sessions import CodeForm, JoinForm, RejoinForm
from codesign.models import DesignSession
from codesign.operations import sessions as operations
from codesign.queries import sessions as queries
from portal import http, limits, seats
from portal.enums import Role
from portal.http import EASY_READ_COOKIE
from portal.models import Participant

# A whole room may join through one address, so only codes and phrases that are wrong are counted.
WRONG_TRIES = {"most": 10, "seconds": 600}


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
        operations.join_session(session=session, by=known, by_code=True)
        return redirect(session)
    if queries.seat_of(session, known) is not None and session.workspace.admits(known):
        return redirect(session)
    return render(request, "codesign/join_known.html", {"session": session, "known": known})
