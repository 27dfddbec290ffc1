"""Where the story of a decision once stood on a page of its own."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from codesign.views.decisions import find_decision
from portal import http
from portal.http import PortalRequest


@require_safe
@http.open_to_visitors
def how_decided(request: PortalRequest, pk: int) -> HttpResponse:
    """How was this decided? The decision's own page says it; this address still leads there."""
    return redirect(find_decision(request, pk))
