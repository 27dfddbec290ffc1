"""Pages and answers that belong to no app: errors, settings of the visit, one's own page."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from portal import http
from portal.http import PortalRequest
from portal.models import Participant, User


@require_safe
@http.open_to_visitors
@cache_control(public=True, max_age=300)
def accent_css(request: PortalRequest) -> HttpResponse:
    """The partnership's one colour as a stylesheet, since no page may carry inline style."""
    return HttpResponse(
        f":root{{--partnership-accent:{request.partnership.accent}}}", content_type="text/css"
    )


@require_POST
def set_easy_read(request: HttpRequest) -> HttpResponse:
    """Switch easy read on or off for this browser, and go back to the page it was asked from."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = redirect(target)
    if request.POST.get("easy_read") == "1":
        response.set_cookie(
            http.EASY_READ_COOKIE,
            "1",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    else:
        response.delete_cookie(http.EASY_READ_COOKIE, samesite="Lax")
    return response


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Where somebody lands after signing in: their own page, or a choice among partnerships."""
    if not isinstance(request.user, User):
        return redirect("account_login")
    places = list(
        Participant.objects.here().filter(user=request.user).select_related("partnership")
    )
    if len(places) == 1:
        return redirect("content:mine", places[0].partnership.slug)
    return render(request, "portal/mine.html", {"places": places})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "portal/not_found.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke on our side: 503 when it is the database that cannot be reached, else 500.

    Touches neither database nor session. Django calls it with the error still in hand, wherever it
    was raised, also in middleware.
    """
    if isinstance(sys.exc_info()[1], OperationalError):
        return render(None, "portal/busy.html", status=503)
    return render(None, "portal/failed.html", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {"title": _("Please send that again")}
    return render(request, "portal/csrf_failed.html", context, status=403)
