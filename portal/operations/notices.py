"""Writes about what a participant hears: following, reading, and how often to be mailed."""

from django.db import transaction
from django.db.models import Model

from portal import clock, notices, permissions
from portal.enums import DigestRhythm, Role
from portal.models import Follow, Notice, Participant


@transaction.atomic
def follow(*, thing: Model, by: Participant) -> None:
    """Hear about a thing from now on."""
    permissions.check(by, "follow", thing)  # type: ignore[arg-type]
    notices.follow(by, thing)


@transaction.atomic
def unfollow(*, subject: str, by: Participant) -> None:
    """Hear no more about what a reference names, also when one may no longer see it."""
    permissions.check(by, "unfollow", by.partnership)
    Follow.objects.filter(participant=by, subject=subject).delete()


@transaction.atomic
def follow_role(*, role: Role, by: Participant) -> None:
    """Hear from now on what people of a role begin and say here."""
    permissions.check(by, "follow_role", by.partnership)
    notices.follow_subject(by, notices.role_subject(role))


@transaction.atomic
def unfollow_role(*, role: Role, by: Participant) -> None:
    """Hear no more about what people of a role begin and say."""
    permissions.check(by, "unfollow_role", by.partnership)
    Follow.objects.filter(participant=by, subject=notices.role_subject(role)).delete()


@transaction.atomic
def read_notices(*, by: Participant) -> int:
    """Mark everything on one's own list as read. Returns how many were new."""
    return Notice.objects.filter(participant=by, read_at=None).update(read_at=clock.now())


@transaction.atomic
def set_digest(*, rhythm: DigestRhythm, by: Participant) -> None:
    """Choose how often notices are gathered into one e-mail."""
    by.digest = rhythm
    by.save(update_fields=["digest"])
