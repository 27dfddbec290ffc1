"""Seats: how a guest without an account is known again, by one signed cookie a partnership.

The cookie says which participant this is and carries their `seat_nonce`; changing the nonce makes
every copy worthless. It opens nothing in another partnership.
"""

from django.core import signing
from django.http import HttpRequest, HttpResponse

from portal.models import Participant, Partnership

SALT = "throughline.seat"
MAX_AGE = 60 * 60 * 24 * 180  # seconds: a session, and long enough to hear what came of it


def cookie_name(partnership: Partnership) -> str:
    return f"seat-{partnership.slug}"


def give(response: HttpResponse, participant: Participant, *, secure: bool) -> None:
    """Let this browser come back as `participant`."""
    value = signing.dumps([participant.pk, participant.seat_nonce], salt=SALT)
    response.set_cookie(
        cookie_name(participant.partnership),
        value,
        max_age=MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def leave(response: HttpResponse, partnership: Partnership) -> None:
    """Forget the seat in this browser."""
    response.delete_cookie(cookie_name(partnership), samesite="Lax")


def seated(cookies: dict[str, str], partnership: Partnership) -> Participant | None:
    """The guest this browser's cookie names, or None for a missing, forged or worthless cookie."""
    try:
        pk, nonce = signing.loads(
            cookies.get(cookie_name(partnership), ""), salt=SALT, max_age=MAX_AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (
        Participant.objects.here()
        .filter(pk=pk, seat_nonce=nonce, partnership=partnership, user=None)
        .one_with_duties()
    )


def seat_of(request: HttpRequest, partnership: Partnership) -> Participant | None:
    return seated(request.COOKIES, partnership)
