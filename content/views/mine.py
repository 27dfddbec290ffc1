"""Somebody's own page: across every space, and all they told us."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.queries.mine import all_of, my_page
from portal.http import ParticipantRequest


@require_safe
def mine(request: ParticipantRequest) -> HttpResponse:
    """What waits for this person, what they said, and what became of it."""
    return render(request, "content/mine.html", {"shown": my_page(request.participant)})


@require_safe
def all_mine(request: ParticipantRequest, kind: str) -> HttpResponse:
    """Everything of one kind that this person said, or was told."""
    listed = all_of(kind, request.participant, request.GET)
    if listed is None:
        raise Http404
    return render(request, "content/mine_all.html", {"part": listed.part, "page": listed.page})
