"""Who hears about what.

A notice is a line on somebody's own list here. What needs them is mailed at once; the rest waits
for the daily or weekly digest; whoever chose no e-mail gets none. E-mail repeats only what anybody
may read anyway; of everything else it says that there is something, and where. Mailing is a sweep
over notices not yet mailed, so mail being down loses nothing and sends nothing twice.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import clock, references
from portal.brief import in_brief
from portal.enums import DigestRhythm, Role
from portal.models import Checkpoint, Follow, Notice, Participant, Partnership, ref

logger = logging.getLogger("throughline.notices")
STOP_SALT = "throughline.stop-mail"
RHYTHM = {DigestRhythm.DAILY: timedelta(days=1), DigestRhythm.WEEKLY: timedelta(days=7)}
MOST_LINES = 40  # of one e-mail; the others are counted
IN_BRIEF = 300  # characters of a line of an e-mail
WORTH_MAILING = {"mailed_at": None, "read_at": None}

Sweep = Callable[[], object]
sweeps: list[Sweep] = []


def sweep(job: Sweep) -> Sweep:
    """Register work that `manage.py send_notices` does each time before it mails: reminders, say.

    It must bear being run often, and twice at once.
    """
    sweeps.append(job)
    return job


def run_sweeps() -> None:
    """Do what was registered. One that fails keeps neither the others nor the mail waiting."""
    for job in sweeps:
        try:
            job()
        except Exception:  # whatever an app's own work raises
            logger.exception("a sweep failed; the next one tries again")


# Following.


def followers(thing: Model) -> list[Participant]:
    """Those here who wish to hear about a thing."""
    return list(Participant.objects.here().filter(follows__subject=ref(thing)))


def role_subject(role: str) -> str:
    """What a follow of everything that people of a role begin is named by."""
    return f"role:{role}"


def followers_of_role(partnership_id: int, role: str) -> list[Participant]:
    """Those of a partnership who wish to hear what people of `role` begin or say."""
    return list(
        Participant.objects.here().filter(
            partnership_id=partnership_id, follows__subject=role_subject(Role(role))
        )
    )


def follow(participant: Participant, thing: Model) -> None:
    """Begin following; following twice is following once."""
    follow_subject(participant, ref(thing))


def follow_subject(participant: Participant, subject: str) -> None:
    """Begin following what a reference names."""
    Follow.objects.bulk_create(
        [Follow(participant=participant, subject=subject, since=clock.now())],
        ignore_conflicts=True,
    )


# Telling.


def naming(text: str, **words: object) -> str:
    """`text` with these words put in and %(who)s left, for `queue(who=…)`: see `Notice.who`."""
    kept = {name: str(each).replace("%", "%%") for name, each in words.items()}
    return text.replace("%%", "%%%%") % {**kept, "who": "%(who)s"}


def queue(
    people: Iterable[Participant],
    *,
    subject: Model,
    text: str,
    url: str = "",
    needs_me: bool = False,
    but_not: Participant | None = None,
    in_confidence: bool = False,
    who: Participant | None = None,
) -> list[Notice]:
    """Put one line on each person's list, once each, and mail what needs them after commit.

    `url` is where the line leads, if not to the subject's own page. `but_not` is whoever did it:
    nobody is told of their own act. `who` is whom the text names, if anybody: make such a text with
    `naming`, so that it shows the name they have when it is read. With `in_confidence` the line is
    for its reader alone: no e-mail repeats it, even where anybody may read its subject. Where the
    subject stands in a space (`subject.space`), only those hear of it whom the space names among
    its `readers`.
    """
    unique = {person.pk: person for person in people if person.is_here}
    if but_not is not None:
        unique.pop(but_not.pk, None)
    if not unique:
        return []
    space: Any = getattr(subject, "space", None)
    told = unique.values() if space is None else space.readers(unique.values())
    is_public = not in_confidence and bool(getattr(subject, "is_public", False))
    made = Notice.objects.bulk_create(
        Notice(
            partnership_id=person.partnership_id,
            participant=person,
            subject=ref(subject),
            text=text,
            who=who,
            url=url or subject.get_absolute_url(),  # type: ignore[attr-defined]
            needs_me=needs_me,
            is_public=is_public,
            at=clock.now(),
        )
        for person in told
    )
    if needs_me and made:
        transaction.on_commit(_enqueue_urgent, robust=True)
    return made


def _enqueue_urgent() -> None:
    from portal.tasks import mail_urgent  # tasks import this module

    mail_urgent.enqueue()


# Showing.


@dataclass(frozen=True)
class Line:
    """What happened to a thing, newest first; the same words several times are one line."""

    text: str
    url: str
    at: datetime
    times: int
    is_new: bool
    needs_me: bool

    @property
    def in_brief(self) -> str:
        """Its words for an e-mail: on one line, and not too many."""
        return in_brief(self.text, IN_BRIEF)


@dataclass(frozen=True)
class Group:
    """What happened to one thing. No `title`: the reader may no longer see it, nor its lines."""

    title: str
    lines: list[Line]
    can_be_seen: bool = True


def by_thing(notices: Iterable[Notice], things: Mapping[str, Any]) -> list[Group]:
    """Notices under the things they are about, newest first; `things` as `references.find` gave.

    The words of a notice about something its reader may not see any more are left out; so are those
    from before a moderator hid words in it (`words_hidden_at`), since they may repeat them.
    """
    lines: dict[str, dict[str, Line]] = {}
    for notice in sorted(notices, key=lambda each: -each.pk):
        same = lines.setdefault(notice.subject, {})
        hidden_at = getattr(things.get(notice.subject), "words_hidden_at", None)
        if hidden_at is not None and notice.at < hidden_at:
            text = _("News from before a moderator hid the words")
        else:
            text = notice.words
        if text in same:
            line = same[text]
            same[text] = replace(
                line,
                times=line.times + 1,
                is_new=line.is_new or notice.read_at is None,
                needs_me=line.needs_me or notice.needs_me,
            )
        else:
            same[text] = Line(
                text=text,
                url=notice.url,
                at=notice.at,
                times=1,
                is_new=notice.read_at is None,
                needs_me=notice.needs_me,
            )
    groups = []
    for subject, told in lines.items():
        thing = things.get(subject)
        if thing is None and references.parse(subject) is not None:
            groups.append(Group("", [], can_be_seen=False))
        else:
            groups.append(Group(title_of(thing), list(told.values())))
    return groups


def title_of(thing: Any) -> str:
    """What a thing is called on lists of notices and follows; empty for None."""
    if thing is None:
        return ""
    if getattr(thing, "is_hidden", False):
        return _("Words that a moderator has hidden")
    return str(thing)


# Mailing.


def mail_due(*, urgent_only: bool = False) -> int:
    """Send one message to each person with notices due. Returns messages sent.

    Each person's notices are marked and mailed in one transaction: a failed send unmarks them, and
    two sweeps at once cannot both take the same person. One address that fails keeps nobody else
    waiting.
    """
    due = Notice.objects.filter(
        **WORTH_MAILING, participant__user__isnull=False, participant__left_at=None
    ).exclude(participant__digest=DigestRhythm.NEVER)
    if urgent_only:
        due = due.filter(needs_me=True)
    sent = 0
    connection = get_connection()
    for pk in due.values_list("participant_id", flat=True).distinct().order_by():
        try:
            sent += _mail_person(pk, due, connection)
        except (OSError, ValueError):  # what smtplib raises; what an odd address raises
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
    waiting = list(due.filter(participant=person).select_related("who"))
    if not all(notice.needs_me for notice in waiting) and not _digest_is_due(person):
        waiting = [notice for notice in waiting if notice.needs_me]
    if not waiting:  # it is not time yet, or another sweep was here first
        return 0
    Notice.objects.filter(pk__in=[n.pk for n in waiting]).update(mailed_at=clock.now())
    sent = _message(person, waiting, connection).send()
    if not sent:
        transaction.set_rollback(True)
    return sent


def _digest_is_due(person: Participant) -> bool:
    """Whether the last digest is long enough ago. What was mailed at once is no digest."""
    last = (
        Notice.objects.filter(participant=person, mailed_at__isnull=False, needs_me=False)
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


def _may_be_mailed(notice: Notice, things: Mapping[str, Any]) -> bool:
    """Whether anybody may read its words anyway: when it was written, and still."""
    thing = things.get(notice.subject)
    return (
        notice.is_public
        and bool(getattr(thing, "is_public", False))
        and not getattr(thing, "is_hidden", False)
    )


def _message(
    person: Participant, waiting: list[Notice], connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    """Says what is public, by thing; of the rest only that there is something to read, and where.

    The newest fingerprint of the record rides along, so that inboxes are its witnesses.
    """
    partnership: Partnership = person.partnership
    stop = settings.BASE_URL + reverse("portal:stop_mail", args=[stop_token(person)])
    things = references.find({each.subject for each in waiting if each.is_public}, person)
    open_ones = [each for each in waiting if _may_be_mailed(each, things)][:MOST_LINES]
    context = {
        "count": len(waiting),
        "groups": by_thing(open_ones, things),
        "others": len(waiting) - len(open_ones),
        "site": settings.BASE_URL,
        "url": settings.BASE_URL + reverse("portal:notices", args=[partnership.slug]),
        "how_often": settings.BASE_URL + reverse("portal:set_digest", args=[partnership.slug]),
        "stop": stop,
        "checkpoint": Checkpoint.objects.filter(partnership_id=partnership.pk)
        .order_by("-pk")
        .first(),
    }
    subject = ngettext(
        "There is %(count)d thing for you to read",
        "There are %(count)d things for you to read",
        len(waiting),
    ) % {"count": len(waiting)}
    assert person.user is not None
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("portal/mail/notices.txt", context),
        to=[person.user.email],
        # RFC 8058: mail programs offer one tap that stops these messages.
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        connection=connection,
    )
    message.attach_alternative(render_to_string("portal/mail/notices.html", context), "text/html")
    return message
