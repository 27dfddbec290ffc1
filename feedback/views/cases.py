"""Coming back with a case code: what became of it, saying more, taking it back.

The code is only ever in the body of a POST: not in an address, a cookie or a session. Each page
here carries it on in a hidden field and must not be kept by the browser.
"""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback import cases
from feedback.forms.voices import AddToVoiceForm, CaseForm, WithdrawForm
from feedback.models import Voice
from feedback.operations import voices as operations
from feedback.queries import voices as queries
from feedback.views.voices import voice_page
from portal import http, limits
from portal.http import PortalRequest
from portal.refusal import Refusal

logger = logging.getLogger("throughline.cases")

CODES_TYPED = 30  # by one sender; a busy drop-in with one address stays below it
WITHIN = 60 * 10  # seconds


def _enter_code(request: PortalRequest, form: CaseForm, status: int = 200) -> HttpResponse:
    """The page that asks for a code; also with the words of somebody who wanted to say more."""
    context = {"form": form, "typed": request.POST.get("text", "")}
    response = render(request, "feedback/case_code.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _case(request: PortalRequest) -> Voice | HttpResponse:
    """The voice whose code was posted, or the answer to a code that opens nothing.

    What is no code, what belongs to another partnership and what never was all read alike.
    """
    form = CaseForm(request.POST)
    if not form.is_valid():
        return _enter_code(request, form, status=422)
    try:
        limits.count("case_code", limits.sender(request), most=CODES_TYPED, seconds=WITHIN)
    except limits.TooManyTries as refusal:
        form.add_error(None, str(refusal))
        return _enter_code(request, form, status=refusal.status)
    voice = queries.case_of(request.partnership, cases.hash_of(form.cleaned_data["code"]))
    if voice is None:
        logger.warning("a case code opened nothing in %s", request.partnership.slug)
        form.add_error(
            "code", _("We cannot find anything with this code. Please check each group.")
        )
        return _enter_code(request, form, status=404)
    return voice


def _case_page(
    request: PortalRequest,
    voice: Voice,
    *,
    add_form: AddToVoiceForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "voice": voice,
        "voice_messages": queries.messages_of(voice, None, is_giver=True),
        "answers": queries.answers_to(voice, None, is_giver=True),
        "is_giver": True,
        "code": request.POST["code"],
        "add_form": add_form or AddToVoiceForm(auto_id="add_%s"),
        "withdraw_form": withdraw_form or WithdrawForm(),
        "done": done,
        "leave_quickly": True,
    }
    response = render(request, "feedback/case.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _in_hand(request: PortalRequest) -> Voice | HttpResponse:
    """The voice of the posted code; or one's own, named by `voice`, for somebody signed in."""
    own = request.POST.get("voice", "")
    if request.participant is None or not own.isdecimal() or len(own) > 18:
        return _case(request)
    return get_object_or_404(
        queries.with_faces(Voice.objects.all()),
        pk=int(own),
        by=request.participant,
        partnership=request.partnership,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.open_to_visitors
def case(request: PortalRequest) -> HttpResponse:
    """Type the code; see what became of what you said."""
    if request.method != "POST":
        return _enter_code(request, CaseForm())
    voice = _case(request)
    return voice if isinstance(voice, HttpResponse) else _case_page(request, voice)


@require_POST
@http.open_to_visitors
def add_to_voice(request: PortalRequest) -> HttpResponse:
    """Say more about it."""
    voice = _in_hand(request)
    if isinstance(voice, HttpResponse):
        return voice
    form = AddToVoiceForm(request.POST, auto_id="add_%s")
    if form.is_valid():
        try:
            operations.add_to_voice(voice=voice, text=form.cleaned_data["text"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            done = _("Thank you. A person reads it before anybody else sees it.")
            if "code" in request.POST:
                return _case_page(request, voice, done=done)
            messages.success(request, done)
            return redirect(voice)
    if "code" in request.POST:
        return _case_page(request, voice, add_form=form, status=422)
    return voice_page(request, voice, add_form=form, status=422)


@require_POST
@http.open_to_visitors
def withdraw_voice(request: PortalRequest) -> HttpResponse:
    """Take it back: the words are erased for good."""
    voice = _in_hand(request)
    if isinstance(voice, HttpResponse):
        return voice
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        if "code" in request.POST:
            return _case_page(request, voice, withdraw_form=form, status=422)
        return voice_page(request, voice, withdraw_form=form, status=422)
    voice = operations.withdraw_voice(voice=voice)
    done = _("You have withdrawn this. Your words are gone.")
    if "code" in request.POST:
        return _case_page(request, voice, done=done)
    messages.success(request, done)
    return redirect(voice)
