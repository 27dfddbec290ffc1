"""A participant's own list of notices, and what they hear about."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.enums import DigestRhythm
from portal.forms import Form
from portal.http import ParticipantRequest
from portal.models import Notice
from portal.notices import person_to_stop
from portal.operations import notices as operations
from portal.paging import page_of

# What can be followed: the word in a reference, and the table it names.
FOLLOWED = {
    "workspace": "codesign.Workspace",
    "proposal": "codesign.Proposal",
    "designsession": "codesign.DesignSession",
    "decision": "codesign.Decision",
    "servicefeature": "codesign.ServiceFeature",
    "theme": "feedback.Theme",
    "adaptation": "feedback.Adaptation",
    "measure": "feedback.Measure",
}


class DigestForm(Form):
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often should we write to you?"),
        help_text=gettext_lazy(
            "If something needs an answer from you, we write at once, unless you choose no e-mail."
        ),
        choices=DigestRhythm,
        widget=forms.RadioSelect,
    )
    page_heading_field = "rhythm"


@require_safe
def notices(request: ParticipantRequest) -> HttpResponse:
    """What happened that concerns this person, newest first."""
    mine = Notice.objects.filter(participant=request.participant)
    page = page_of(mine, request.GET, size=30)
    return render(request, "portal/notices.html", {"page": page})


@require_POST
def read_notices(request: ParticipantRequest) -> HttpResponse:
    """Mark all as read."""
    operations.read_notices(by=request.participant)
    return redirect("portal:notices", request.partnership.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def set_digest(request: ParticipantRequest) -> HttpResponse:
    """Choose how often to be mailed."""
    form = DigestForm(
        request.POST if request.method == "POST" else None,
        initial={"rhythm": request.participant.digest},
    )
    if request.method == "POST" and form.is_valid():
        operations.set_digest(
            rhythm=DigestRhythm(form.cleaned_data["rhythm"]), by=request.participant
        )
        messages.success(request, _("Saved."))
        return redirect("portal:notices", request.partnership.slug)
    return render(request, "portal/set_digest.html", {"form": form})


@csrf_exempt  # a mail program posts here for its reader (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a person's e-mails without signing in. Looking changes nothing."""
    person = person_to_stop(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        operations.set_digest(rhythm=DigestRhythm.NEVER, by=person)
    stopped = person.digest == DigestRhythm.NEVER
    return render(request, "portal/stop_mail.html", {"person": person, "stopped": stopped})


def _followed(request: ParticipantRequest, subject: str) -> Any:
    """The thing a reference such as `proposal:12` names, where this person may see it; or 404."""
    kind, _colon, number = subject.partition(":")
    if kind not in FOLLOWED or not number.isdecimal() or len(number) > 18:
        raise Http404
    things = apps.get_model(FOLLOWED[kind])._default_manager.all()
    if hasattr(things, "visible_to"):
        things = things.visible_to(request.participant)
    return get_object_or_404(things, pk=int(number), partnership=request.partnership)


def _back(request: ParticipantRequest, thing: Any) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = thing.get_absolute_url()
    return redirect(target)


@require_POST
def follow(request: ParticipantRequest, subject: str) -> HttpResponse:
    """Hear about a thing from now on."""
    thing = _followed(request, subject)
    operations.follow(thing=thing, by=request.participant)
    return _back(request, thing)


@require_POST
def unfollow(request: ParticipantRequest, subject: str) -> HttpResponse:
    """Hear no more about a thing."""
    thing = _followed(request, subject)
    operations.unfollow(thing=thing, by=request.participant)
    return _back(request, thing)
