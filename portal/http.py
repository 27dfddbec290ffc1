"""Requests: where somebody is and as whom, answers to refusals, and posts that count once.

Every URL of ours that concerns a partnership begins `/p/<partnership>/`. The middleware looks the
partnership up, finds out who is asking, and keeps strangers out before the view runs; a view gets
`request.partnership` and `request.participant`, and no slug. A view is for people of the
partnership unless it says `@open_to_visitors`.
"""

import functools
import hashlib
from collections.abc import Callable
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from portal import clock, seats
from portal.models import Notice, Participant, Partnership, PostedOnce, User
from portal.refusal import Refusal

View = Callable[..., HttpResponse]
EASY_READ_COOKIE = "easy-read"
FOOTER, FOOTER_LASTS = "portal.footer", 60  # seconds


class PortalRequest(HttpRequest):
    """What a view of ours may rely on."""

    partnership: Partnership
    participant: Participant | None
    easy_read: bool
    htmx: HtmxDetails
    unread_notices: int


class ParticipantRequest(PortalRequest):
    """A request that the middleware has let through as somebody of the partnership."""

    participant: Participant


def open_to_visitors(view: View) -> View:
    """Let people without a participant in, where the partnership is public.

    The view itself shows them only what `visible_to(None)` and the disclosure gate let through.
    """
    view.open_to_visitors = True  # type: ignore[attr-defined]
    return view


def open_to_strangers(view: View) -> View:
    """Let anybody reach the view, even where the partnership is private: for invitations only.

    The view is handed the partnership as an argument, and the request knows of none, so that no
    page it answers with can show where the stranger stands. The view finds out what they may see.
    """
    view.open_to_strangers = True  # type: ignore[attr-defined]
    return view


def find_participant(
    partnership: Partnership, user: object, cookies: dict[str, str]
) -> Participant | None:
    """Who somebody is in a partnership: by account first, else by their seat as a guest."""
    if isinstance(user, User) and user.is_authenticated:
        member = _member(user, slug=partnership.slug)
        if member is not None:
            member.partnership = partnership
            return member
    guest = seats.seated(cookies, partnership)
    if guest is not None:
        guest.partnership = partnership
    return guest


def _member(user: User, *, slug: str) -> Participant | None:
    """Whom an account stands for in a partnership: with it and their duties, in one query."""
    member = (
        Participant.objects.here()
        .filter(partnership__slug=slug, user=user)
        .select_related("partnership", "organisation")
        .one_with_duties()
    )
    if member is not None:
        member.user = user
    return member


def _account(request: HttpRequest) -> User | None:
    """Who is signed in, not the lazy stand-in for them."""
    if not request.user.is_authenticated:
        return None
    return cast(User, getattr(request.user, "_wrapped", request.user))


def enter(
    request: HttpRequest,
    partnership: Partnership,
    *,
    visitors: bool,
    member: Participant | None = None,
) -> HttpResponse | None:
    """Put partnership and participant on the request, or answer why it cannot go in.

    `member` is who they are here, where the caller knows. Raises Http404 to a signed-in person who
    has no place here: as if it did not exist.
    """
    participant = member or find_participant(partnership, _account(request), request.COOKIES)
    if participant is None and not (visitors and partnership.is_public):
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    # Only now: the page that says "not found" must not name where it was looked for.
    ours = cast(PortalRequest, request)
    ours.partnership = partnership
    ours.participant = participant
    if participant is not None and needs_second_factor(request, participant):
        return ask_for_second_factor()
    return None


def needs_second_factor(request: HttpRequest, participant: Participant) -> bool:
    """Whether this person works for the service and has not yet set up a passkey or codes app."""
    return participant.is_staff and _lacks_second_factor(participant.user)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether whoever is signed in has not yet set up a passkey or codes app."""
    return _lacks_second_factor(request.user)


def _lacks_second_factor(user: object) -> bool:
    # Guests have no account to guard; people of the demo are let in without (settings.DEMO is never
    # on in production).
    if settings.DEMO or not isinstance(user, User):
        return False
    proofs = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return not proofs.exists()


def ask_for_second_factor() -> HttpResponse:
    """Send somebody to set it up, on a page that says why."""
    return redirect(reverse("mfa_index") + "?needed=1")


class PartnershipMiddleware:
    """Finds the partnership and the participant; turns refusals into plain pages."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = cast(PortalRequest, request)
        ours.easy_read = request.COOKIES.get(EASY_READ_COOKIE) == "1"
        ours.participant = None
        ours.unread_notices = cast(int, SimpleLazyObject(lambda: _unread(ours.participant)))
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        slug = kwargs.pop("partnership", None)
        if slug is None:
            return None
        user = _account(request)
        member = _member(user, slug=slug) if user is not None else None
        partnership = (
            member.partnership if member else Partnership.objects.filter(slug=slug).first()
        )
        if partnership is None:
            raise Http404
        if getattr(view, "open_to_strangers", False):
            kwargs["partnership"] = partnership
            return None
        visitors = getattr(view, "open_to_visitors", False)
        return enter(request, partnership, visitors=visitors, member=member)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            if error.status == 404:
                raise Http404 from error
            return render(request, "portal/refused.html", {"refusal": error}, status=error.status)
        return None


def _unread(participant: Participant | None) -> int:
    if participant is None:
        return 0
    return Notice.objects.filter(participant=participant, read_at=None).count()


def _post_key(request: HttpRequest, token: str) -> str:
    """Who sent it, where to, and the form's own key: nobody can spend another's."""
    participant = getattr(request, "participant", None)
    who = (
        f"p{participant.pk}" if participant else request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    )
    return hashlib.sha256(f"{who}|{request.path}|{token}".encode()).hexdigest()


def once(view: View) -> View:
    """Answer the same post once: a double click, a resend or a lost reply changes nothing twice.

    The form carries `{% once %}`. The key is kept in the transaction of the change, so either both
    stand or neither does; a second arrival waits for the first and gets the same answer. Only posts
    that succeed, answering with a redirect, are kept.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get("once", "") if request.method == "POST" else ""
        if not token or len(token) > 64:
            return view(request, *args, **kwargs)
        key = _post_key(request, token)
        try:
            with transaction.atomic():
                kept = PostedOnce.objects.create(key=key, at=clock.now())
                response = view(request, *args, **kwargs)
                if not isinstance(response, HttpResponseRedirect):
                    raise _NotKept(response)
                kept.location = response.url
                kept.save(update_fields=["location"])
                return response
        except _NotKept as answer:
            return answer.response
        except IntegrityError:
            first = PostedOnce.objects.filter(key=key).first()
            if first is None:
                raise
            return redirect(first.location)

    return wrapped


class _NotKept(Exception):
    """Carries an answer that changed nothing out of the transaction, rolling the key back."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Template context that every page has: the footer's links, and whether this is the demo."""
    return {"footer_links": SimpleLazyObject(_footer_links), "demo": settings.DEMO}


def _footer_links() -> list[tuple[str, str]]:
    """Titles and addresses; asked for on every page, so one found is good for a minute."""
    return cache.get_or_set(FOOTER, _find_footer_links, FOOTER_LASTS) or []


def _find_footer_links() -> list[tuple[str, str]]:
    from wagtail.models import Page  # pages are ready only after the apps are

    pages = Page.objects.live().filter(guidancepage__in_footer=True).order_by("path")
    return [(page.title, page.url or "/") for page in pages]
