"""Writes about what a participant hears: following, reading, and how often to be mailed."""

from django.db import transaction
from django.db.models import Model

from portal import clock, notices, permissions
from portal.enums import DigestRhythm
from portal.models import Follow, Notice, Participant, ref


@transaction.atomic
def follow(*, thing: Model, by: Participant) -> None:
    """Hear about a thing from now on."""
    permissions.check(by, "follow", thing)  # type: ignore[arg-type]
    notices.follow(by, thing)


@transaction.atomic
def unfollow(*, thing: Model, by: Participant) -> None:
    """Hear no more about a thing."""
    permissions.check(by, "unfollow", thing)  # type: ignore[arg-type]
    Follow.objects.filter(participant=by, subject=ref(thing)).delete()


@transaction.atomic
def read_notices(*, by: Participant) -> int:
    """Mark everything on one's own list as read. Returns how many were new."""
    return Notice.objects.filter(participant=by, read_at=None).update(read_at=clock.now())


@transaction.atomic
def set_digest(*, rhythm: DigestRhythm, by: Participant) -> None:
    """Choose how often notices are gathered into one e-mail."""
    by.digest = rhythm
    by.save(update_fields=["digest"])
