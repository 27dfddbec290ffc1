"""The service description: every part, how it stands, and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codesign.queries import features
from portal import clock, http
from portal.http import PortalRequest


@require_safe
@http.open_to_visitors
def service(request: PortalRequest) -> HttpResponse:
    """The service as it is today: every part, how it stands, and why."""
    today = clock.today()
    return render(
        request,
        "codesign/service.html",
        {"service": features.service_on(request.partnership, today), "today": today},
    )
