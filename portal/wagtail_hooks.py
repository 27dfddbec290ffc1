"""Wagtail, as an editor meets it."""

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from portal import http


@hooks.register("before_serve_page")
def stay_inside_the_wall(
    page: Page, request: HttpRequest, args: list[object], kwargs: dict[str, object]
) -> HttpResponse | None:
    """A page of a partnership is served to its people, and to visitors only where it is public."""
    partnership = getattr(page, "partnership", None)
    if partnership is None:
        return None
    return http.enter(request, partnership, visitors=getattr(page, "is_public", True))
