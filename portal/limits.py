"""How often one sender may try: codes, anonymous posts, invitations."""

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.refusal import Refusal

logger = logging.getLogger("throughline.limits")


class TooManyTries(Refusal):
    """Answered with 429."""

    status = 429


def address(request: HttpRequest) -> str:
    """Where a request comes from: to count by, never to store.

    X-Forwarded-For is believed only as far as TRUSTED_PROXIES of our own stand in front of us, and
    read from the right, since everything further left can be forged.
    """
    found = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        hops = [hop for hop in hops if hop]
        if len(hops) >= settings.TRUSTED_PROXIES:
            found = hops[-settings.TRUSTED_PROXIES]
    return found


def sender(request: HttpRequest) -> str:
    """A keyed hash of the sender's address; the address itself is never stored."""
    return salted_hmac("throughline.limits", address(request)).hexdigest()[:20]


def check(act: str, who: str, *, most: int) -> None:
    """Raise TooManyTries when `most` tries of `act` by `who` have been counted already.

    For acts of which only the failed tries count: a whole room may join through one address.
    """
    if cache.get(f"limit:{act}:{who}", 0) >= most:
        logger.warning("too many tries: %s", act)
        raise _too_many()


def count(act: str, who: str, *, most: int, seconds: int) -> None:
    """Count one try of `act` by `who`; raise TooManyTries past `most` within `seconds`."""
    key = f"limit:{act}:{who}"
    cache.add(key, 0, seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return
    if tries > most:
        logger.warning("too many tries: %s", act)
        raise _too_many()


def _too_many() -> TooManyTries:
    return TooManyTries(
        _("You have tried many times in a short while. Please wait a few minutes and try again.")
    )
