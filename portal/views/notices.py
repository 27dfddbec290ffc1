"""A participant's own list of notices, and what they hear about."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import references
from portal.enums import DigestRhythm, Role
from portal.forms import Form
from portal.http import ParticipantRequest
from portal.models import Follow, Notice
from portal.notices import by_thing, person_to_stop, role_subject, title_of
from portal.operations import notices as operations
from portal.paging import page_of

# What can be followed, by the word in a reference. People of a role are followed besides.
FOLLOWED = {
    "workspace",
    "proposal",
    "activity",
    "designsession",
    "decision",
    "servicefeature",
    "theme",
    "adaptation",
    "measure",
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
    """What happened that concerns this person, by thing, newest first."""
    mine = Notice.objects.filter(participant=request.participant).select_related("who")
    page = page_of(mine, request.GET, size=30)
    things = references.find({each.subject for each in page.items}, request.participant)
    context = {"page": page, "groups": by_thing(page.items, things)}
    return render(request, "portal/notices.html", context)


@dataclass(frozen=True)
class Followed:
    """One thing somebody follows. No `title`: they may no longer see it, yet can stop."""

    subject: str
    title: str
    url: str


@require_safe
def following(request: ParticipantRequest) -> HttpResponse:
    """Everything this person follows, each with a way to stop; and the roles they could follow."""
    page = page_of(Follow.objects.filter(participant=request.participant), request.GET, size=50)
    things = references.find({each.subject for each in page.items}, request.participant)
    followed = [
        Followed(each.subject, title_of(thing), thing.get_absolute_url() if thing else "")
        for each in page.items
        if not each.subject.startswith("role:")
        for thing in [things.get(each.subject)]
    ]
    heard = set(
        Follow.objects.filter(
            participant=request.participant, subject__in=[role_subject(role) for role in Role]
        ).values_list("subject", flat=True)
    )
    roles = [(role, role_subject(role) in heard) for role in Role]
    context = {"page": page, "followed": followed, "roles": roles}
    return render(request, "portal/notices_following.html", context)


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
    if subject.partition(":")[0] not in FOLLOWED:
        raise Http404
    thing = references.find([subject], request.participant).get(subject)
    if thing is None:
        raise Http404
    return thing


def _back(request: ParticipantRequest, otherwise: str) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = otherwise
    return redirect(target)


@require_POST
def follow(request: ParticipantRequest, subject: str) -> HttpResponse:
    """Hear about a thing from now on."""
    thing = _followed(request, subject)
    operations.follow(thing=thing, by=request.participant)
    return _back(request, thing.get_absolute_url())


@require_POST
def unfollow(request: ParticipantRequest, subject: str) -> HttpResponse:
    """Hear no more about a thing, also one that can no longer be seen."""
    otherwise = reverse("portal:following", args=[request.partnership.slug])
    if not request.participant.follows.filter(subject=subject).exists():
        otherwise = _followed(request, subject).get_absolute_url()
    operations.unfollow(subject=subject, by=request.participant)
    return _back(request, otherwise)


def _role(value: str) -> Role:
    if value not in Role:
        raise Http404
    return Role(value)


@require_POST
def follow_role(request: ParticipantRequest, role: str) -> HttpResponse:
    """Hear what people of a role begin and say."""
    operations.follow_role(role=_role(role), by=request.participant)
    return _back(request, reverse("portal:following", args=[request.partnership.slug]))


@require_POST
def unfollow_role(request: ParticipantRequest, role: str) -> HttpResponse:
    """Hear no more what people of a role begin and say."""
    operations.unfollow_role(role=_role(role), by=request.participant)
    return _back(request, reverse("portal:following", args=[request.partnership.slug]))
