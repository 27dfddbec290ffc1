"""Keeping what somebody types: a page's script posts here, and so does "Throw these words away"."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal import limits
from portal.http import ParticipantRequest
from portal.operations import drafts as operations

FIELD = "field-"
MOST_KEPT = 240  # times in ten minutes: somebody who types without a pause is kept every 3 seconds


@require_POST
def keep_draft(request: ParticipantRequest) -> HttpResponse:
    """Keep the fields of one form for whoever is signed in; with none of them, forget it.

    `key` names the form and `field-<name>` its fields. Answers 204, or leads `back`.
    """
    limits.count("keep_draft", str(request.participant.pk), most=MOST_KEPT, seconds=600)
    fields = {
        name.removeprefix(FIELD): request.POST.get(name, "")
        for name in request.POST
        if name.startswith(FIELD)
    }
    operations.keep_draft(key=request.POST.get("key", ""), fields=fields, by=request.participant)
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect(back)
    return HttpResponse(status=204)
