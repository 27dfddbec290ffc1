"""Writes about people's own calendars: the secret in the address, made anew and taken back."""

import hashlib
import secrets

from django.db import transaction

from codesign.models import CalendarKey
from portal import clock, permissions
from portal.models import Participant


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def make_calendar_key(*, by: Participant) -> str:
    """A new secret (256 bits) for the address of somebody's own calendar; an old one stops.

    It is shown once: only its hash is kept.
    """
    permissions.check(by, "make_calendar_key", by)
    key = secrets.token_urlsafe(32)
    CalendarKey.objects.update_or_create(
        participant=by, defaults={"key_hash": _hash(key), "made_at": clock.now()}
    )
    return key


@transaction.atomic
def revoke_calendar_key(*, by: Participant) -> bool:
    """Make the address of somebody's own calendar worthless. False when there was none."""
    permissions.check(by, "revoke_calendar_key", by)
    gone, _rows = CalendarKey.objects.filter(participant=by).delete()
    return bool(gone)


def whose_calendar(key: str) -> Participant | None:
    """Whose calendar a key opens; None for one that is wrong, old or of somebody who left."""
    found = (
        CalendarKey.objects.filter(key_hash=_hash(key), participant__left_at=None)
        .select_related("participant__partnership")
        .first()
    )
    return found.participant if found else None
