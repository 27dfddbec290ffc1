"""How a decision came about, on one page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codesign.views.decisions import find_decision
from content.queries.decision_story import Story, story_of
from content.queries.packs import audiences_of, may_hold, packs_of
from portal import http
from portal.http import PortalRequest


def find_story(request: PortalRequest, pk: int) -> Story:
    """The story of a published decision that whoever asks may read; or 404."""
    story = story_of(find_decision(request, pk), request.participant)
    if story is None:
        raise Http404
    return story


@require_safe
@http.open_to_visitors
def how_decided(request: PortalRequest, pk: int) -> HttpResponse:
    """How was this decided? From what people said to what happened, top to bottom."""
    story = find_story(request, pk)
    return render(
        request,
        "content/how_decided.html",
        {
            "story": story,
            "decision": story.decision,
            "around": story.around,
            "audiences": [
                each
                for each in reversed(audiences_of(request.participant))
                if may_hold(story.decision, each)
            ],
            "packs": packs_of(story.decision, request.participant),
        },
    )
