"""Who hears about what.

A notice is a line on somebody's own list here. E-mail never carries it: a message says only that
there is something to read, and where. What needs an answer is mailed at once; the rest waits for
the daily or weekly digest; whoever chose no e-mail gets none. Mailing is a sweep over notices not
yet mailed, so mail being down loses nothing and sends nothing twice.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from portal import clock
from portal.enums import DigestRhythm
from portal.models import Checkpoint, Follow, Notice, Participant, Partnership, ref

logger = logging.getLogger("throughline.notices")
STOP_SALT = "throughline.stop-mail"
RHYTHM = {DigestRhythm.DAILY: timedelta(days=1), DigestRhythm.WEEKLY: timedelta(days=7)}


def followers(thing: Model) -> list[Participant]:
    """Those here who wish to hear about a thing."""
    return list(Participant.objects.here().filter(follows__subject=ref(thing)))


def queue(
    people: Iterable[Participant],
    *,
    subject: Model,
    text: str,
    needs_me: bool = False,
    but_not: Participant | None = None,
) -> list[Notice]:
    """Put one line on each person's list, once each, and mail what needs an answer after commit.

    `but_not` is whoever did it: nobody is told of their own act.
    """
    unique = {person.pk: person for person in people if person.is_here}
    if but_not is not None:
        unique.pop(but_not.pk, None)
    made = Notice.objects.bulk_create(
        Notice(
            partnership_id=person.partnership_id,
            participant=person,
            subject=ref(subject),
            text=text,
            url=subject.get_absolute_url(),  # type: ignore[attr-defined]
            needs_me=needs_me,
            at=clock.now(),
        )
        for person in unique.values()
    )
    if needs_me and made:
        transaction.on_commit(_enqueue_urgent, robust=True)
    return made


def _enqueue_urgent() -> None:
    from portal.tasks import mail_urgent  # tasks import this module

    mail_urgent.enqueue()


def follow(participant: Participant, thing: Model) -> None:
    """Begin following; following twice is following once."""
    Follow.objects.bulk_create(
        [Follow(participant=participant, subject=ref(thing), since=clock.now())],
        ignore_conflicts=True,
    )


def mail_due(*, urgent_only: bool = False) -> int:
    """Send one content-free message to each person with notices due. Returns messages sent.

    Each person's notices are marked and mailed in one transaction: a failed send unmarks them, and
    two sweeps at once cannot both take the same person. One address that fails keeps nobody else
    waiting.
    """
    due = Notice.objects.filter(
        mailed_at=None, read_at=None, participant__user__isnull=False, participant__left_at=None
    ).exclude(participant__digest=DigestRhythm.NEVER)
    if urgent_only:
        due = due.filter(needs_me=True)
    sent = 0
    connection = get_connection()
    for pk in due.values_list("participant_id", flat=True).distinct().order_by():
        try:
            sent += _mail_person(pk, due, connection)
        except OSError:  # also what smtplib raises
            logger.warning("a message could not be sent; its notices wait for the next sweep")
    return sent


@transaction.atomic
def _mail_person(pk: int, due: QuerySet[Notice], connection: BaseEmailBackend) -> int:
    """Mail one person what of `due` is theirs, if it is time. Returns messages sent: 0 or 1."""
    person = (
        Participant.objects.select_for_update(of=("self",))
        .select_related("user", "partnership")
        .get(pk=pk)
    )
    waiting = list(due.filter(participant=person))
    if not waiting:  # another sweep was here first
        return 0
    if not any(notice.needs_me for notice in waiting) and not _digest_is_due(person):
        return 0
    Notice.objects.filter(pk__in=[n.pk for n in waiting]).update(mailed_at=clock.now())
    return _message(person, len(waiting), connection).send()


def _digest_is_due(person: Participant) -> bool:
    last = (
        Notice.objects.filter(participant=person, mailed_at__isnull=False)
        .order_by("-mailed_at")
        .values_list("mailed_at", flat=True)
        .first()
    )
    return last is None or clock.now() - last >= RHYTHM[DigestRhythm(person.digest)]


def stop_token(person: Participant) -> str:
    """What a message carries so that its reader can stop them without signing in."""
    return signing.dumps(person.pk, salt=STOP_SALT)


def person_to_stop(token: str) -> Participant | None:
    """Whose e-mails a token stops; None for a token that is not ours."""
    try:
        pk = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    return Participant.objects.here().filter(pk=pk).select_related("partnership").first()


def _message(person: Participant, count: int, connection: BaseEmailBackend) -> EmailMessage:
    """Says that there is something to read and where: no title, no words, no other name.

    The newest fingerprint of the record rides along, so that inboxes are its witnesses.
    """
    partnership: Partnership = person.partnership
    stop = settings.BASE_URL + reverse("portal:stop_mail", args=[stop_token(person)])
    body = render_to_string(
        "portal/mail/notices.txt",
        {
            "person": person,
            "count": count,
            "url": settings.BASE_URL + reverse("portal:notices", args=[partnership.slug]),
            "how_often": settings.BASE_URL + reverse("portal:set_digest", args=[partnership.slug]),
            "stop": stop,
            "checkpoint": Checkpoint.objects.filter(partnership_id=partnership.pk)
            .order_by("-pk")
            .first(),
        },
    )
    subject = ngettext(
        "There is %(count)d thing for you to read",
        "There are %(count)d things for you to read",
        count,
    ) % {"count": count}
    assert person.user is not None
    return EmailMessage(
        subject=subject,
        body=body,
        to=[person.user.email],
        # RFC 8058: mail programs offer one tap that stops these messages.
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        connection=connection,
    )
