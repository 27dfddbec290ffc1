"""A participant's own list of notices, and what they hear about."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.enums import DigestRhythm
from portal.forms import Form
from portal.http import ParticipantRequest
from portal.models import Notice
from portal.operations import notices as operations
from portal.paging import page_of


class DigestForm(Form):
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often should we write to you?"),
        choices=DigestRhythm,
        widget=forms.RadioSelect,
    )


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
    """Choose how often to be mailed. E-mails link here, so that stopping is one page away."""
    form = DigestForm(request.POST or None, initial={"rhythm": request.participant.digest})
    if request.method == "POST" and form.is_valid():
        operations.set_digest(
            rhythm=DigestRhythm(form.cleaned_data["rhythm"]), by=request.participant
        )
        messages.success(request, _("Saved."))
        return redirect("portal:notices", request.partnership.slug)
    return render(request, "portal/set_digest.html", {"form": form})
