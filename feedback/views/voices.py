"""Pages about voices: saying how it is going, reading it first, answering it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.queries import activities
from feedback.forms.themes import GiveThemeForm
from feedback.forms.voices import (
    TRAP,
    AddToVoiceForm,
    HoldForm,
    HowItWasForm,
    ReplyForm,
    VoiceFilterForm,
    VoiceForm,
    VoiceForSomebodyForm,
    WithdrawForm,
)
from feedback.models import Voice
from feedback.operations import voices as operations
from feedback.queries import voices as queries
from portal import clock, http, limits, permissions
from portal.enums import Channel, WhoseWords
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of
from portal.refusal import Refusal

ANONYMOUS_VOICES = 10  # from one sender
# Taps after a date, from one sender: each person has one a date, and a whole hall, or a college,
# may have a single address. It bounds only who makes people up to tap for.
TAPS = 200
WITHIN = 60 * 60  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@http.open_to_visitors
def leave_voice(request: PortalRequest) -> HttpResponse:
    """Two questions; the answer shows the case code, which is why it is no redirect."""
    for_somebody = request.participant is not None and request.GET.get("for") == "somebody"
    if for_somebody and request.participant is not None:
        permissions.check(request.participant, "enter_voice_for_somebody", request.partnership)
    form_class = VoiceForSomebodyForm if for_somebody else VoiceForm
    form = form_class(
        request.POST or None, partnership=request.partnership, participant=request.participant
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _left(request, form)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                form.fresh_ticket()
                status = refusal.status
    context = {
        "form": form,
        "trap": TRAP,
        "for_somebody": for_somebody,
        "is_open": bool(request.partnership.escalation.strip()),
        "leave_quickly": True,
    }
    return render(request, "feedback/leave_voice.html", context, status=status)


def _left(request: PortalRequest, form: VoiceForm) -> HttpResponse:
    """Leave the voice of a valid form and show its case code, once. Raises Refusal."""
    said = form.cleaned_data
    if isinstance(form, VoiceForSomebodyForm):
        voice, code = operations.leave_voice(
            partnership=request.partnership,
            feature=said["feature"],
            what_helped=said["what_helped"],
            what_should_change=said["what_should_change"],
            by=said["giver"],
            entered_by=request.participant,
            channel=Channel(said["channel"]),
            whose_words=WhoseWords(said["whose_words"]),
            consent=said["consent"],
            seed=form.seed,
        )
    else:
        anonymous = request.participant is None or said["named"] == "no"
        if anonymous:
            limits.count(
                "leave_voice", limits.sender(request), most=ANONYMOUS_VOICES, seconds=WITHIN
            )
        voice, code = operations.leave_voice(
            partnership=request.partnership,
            feature=said["feature"],
            what_helped=said["what_helped"],
            what_should_change=said["what_should_change"],
            by=request.participant,
            anonymous=anonymous,
            seed=form.seed,
        )
    return _thanks(request, voice, code)


def _thanks(request: PortalRequest, voice: Voice, code: str) -> HttpResponse:
    response = render(
        request,
        "feedback/voice_left.html",
        {"voice": voice, "code": code, "leave_quickly": True},
    )
    response["Cache-Control"] = "no-store"  # the code is on it
    return response


@require_POST
def say_how_it_was(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One tap after a date of an activity: a voice, without a name unless the tick says so."""
    date = get_object_or_404(activities.dates_of(request.partnership, request.participant), pk=pk)
    form = HowItWasForm(request.POST)
    if not form.is_valid():
        messages.info(request, _("Please choose one of the three answers once it has begun."))
        return redirect(date)
    limits.count("say_how_it_was", limits.sender(request), most=TAPS, seconds=WITHIN)
    helped, change = form.words
    try:
        voice, code = operations.say_how_it_was(
            date=date,
            what_helped=helped,
            what_should_change=change,
            by=request.participant,
            anonymous=not form.cleaned_data["named"],
            seed=form.seed,
        )
    except (operations.UnableToSayHowItWas, operations.UnableToLeaveVoice) as refusal:
        messages.info(request, str(refusal))
        return redirect(date)
    return _thanks(request, voice, code)


@require_safe
@http.open_to_visitors
def voices(request: PortalRequest) -> HttpResponse:
    """What people said, newest first, by part of the service and theme if asked."""
    form = VoiceFilterForm(request.GET, partnership=request.partnership)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = queries.voices_of(
        request.partnership, feature=chosen.get("feature"), theme=chosen.get("theme")
    )
    context = {
        "page": page_of(found, request.GET),
        "filters": form,
        "is_filtered": any(chosen.values()),
    }
    return render(request, "feedback/voices.html", context)


def _voice(request: PortalRequest, pk: int) -> Voice:
    return get_object_or_404(
        queries.with_faces(Voice.objects.visible_to(request.participant)),
        pk=pk,
        partnership=request.partnership,
    )


def voice_page(
    request: PortalRequest,
    voice: Voice,
    *,
    reply_form: ReplyForm | None = None,
    theme_form: GiveThemeForm | None = None,
    add_form: AddToVoiceForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """One voice with whatever form on it was not right."""
    reader = request.participant
    is_giver = reader is not None and voice.by_id == reader.pk
    context = {
        "voice": voice,
        "voice_messages": queries.messages_of(voice, reader, is_giver=is_giver),
        "answers": queries.answers_to(voice, reader, is_giver=is_giver),
        "is_giver": is_giver,
        "may_read_waiting": permissions.can(reader, "read_waiting_voices", voice),
        "reply_form": reply_form or ReplyForm(),
        "theme_form": theme_form or GiveThemeForm(partnership=request.partnership),
        "add_form": add_form or AddToVoiceForm(auto_id="add_%s"),
        "withdraw_form": withdraw_form or WithdrawForm(),
    }
    return render(request, "feedback/voice.html", context, status=status)


@require_safe
@http.open_to_visitors
def voice(request: PortalRequest, pk: int) -> HttpResponse:
    """What one person said, what others made of it, and what it led to."""
    return voice_page(request, _voice(request, pk))


@require_safe
def voice_queue(request: ParticipantRequest) -> HttpResponse:
    """What waits to be read; or, if asked, what is held."""
    permissions.check(request.participant, "read_waiting_voices", request.partnership)
    queue = queries.voice_queue(request.partnership)
    held = request.GET.get("show") == "held"
    context = {
        "queue": queue,
        "held": held,
        "held_page": page_of(queries.held_voices(request.partnership), request.GET)
        if held
        else None,
        "this_week": clock.week_of(clock.now()),
    }
    return render(request, "feedback/voice_queue.html", context)


@require_POST
@http.once
def publish_voice(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Let others read it; then on to the next one that waits."""
    operations.publish_voice(voice=_voice(request, pk), by=request.participant)
    messages.success(request, _("Published. Everyone who can come here can read it now."))
    return redirect("feedback:voice_queue", request.partnership.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def hold_voice(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Keep it from others while somebody checks."""
    voice = _voice(request, pk)
    permissions.check(request.participant, "hold_voice", voice)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.hold_voice(voice=voice, by=request.participant, **form.cleaned_data)
        except operations.UnableToHoldVoice as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Held. Only moderators and safeguarding leads see it."))
            return redirect("feedback:voice_queue", request.partnership.slug)
    context = {"voice": voice, "form": form}
    return render(request, "feedback/voice_hold.html", context, status=422 if form.errors else 200)


@require_POST
@http.once
def reply_to_voice(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Answer whoever said it; a form with a mistake comes back with the words still in it."""
    voice = _voice(request, pk)
    permissions.check(request.participant, "reply_to_voice", voice)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            message = operations.reply_to_voice(
                voice=voice, by=request.participant, text=form.cleaned_data["text"]
            )
        except operations.UnableToReplyToVoice as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your reply is there. The person who said it can see it."))
            return redirect(f"{voice.get_absolute_url()}#message-{message.pk}")
    return voice_page(request, voice, reply_form=form, status=422)
