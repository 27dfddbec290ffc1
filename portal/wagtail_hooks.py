"""Wagtail, as an editor meets it."""

from django.http import Http404, HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from portal import http
from portal.models import ReadablePage


@hooks.register("before_serve_page")
def stay_inside_the_wall(
    page: Page, request: HttpRequest, args: list[object], kwargs: dict[str, object]
) -> HttpResponse | None:
    """A page of a partnership is served to its people, and to visitors only where it is public.

    A page that is for some of its people only does not exist for the others.
    """
    partnership = getattr(page, "partnership", None)
    if partnership is None:
        return None
    answer = http.enter(request, partnership, visitors=getattr(page, "is_public", True))
    if answer is None and isinstance(page, ReadablePage):
        participant = request.participant  # type: ignore[attr-defined]
        if not page.is_readable_by(participant):
            raise Http404
    return answer
