"""The hash-chained record: appending, erasing, signing (format: docs/record-format.md).

`append` is called by operations inside the transaction of the change it tells of, so there is never
a change without its entry nor an entry without its change. The words themselves stay outside the
chain: a line holds only a salted commitment to them, and erasing them leaves the chain whole.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portal import clock, verify_record
from portal.models import (
    Checkpoint,
    Participant,
    RecordContent,
    RecordEntry,
    RecordHead,
    ref,
)

Public = dict[str, Any]

# What each kind of entry means, in words for people. Apps add theirs in `queries/record.py`.
PHRASES: dict[str, Any] = {
    "partnership_founded": _("The partnership began"),
    "organisation_added": _("An organisation was added"),
    "participant_invited": _("Somebody was invited"),
    "participant_joined": _("Somebody joined"),
    "participant_returned": _("Somebody came back"),
    "participant_left": _("Somebody left"),
    "account_deleted": _("Somebody deleted their account; what they gave to others stays"),
    "guest_deleted": _(
        "Somebody who took part without an account left for good; what they gave to others stays"
    ),
    "invitation_accepted": _("An invitation was accepted"),
    "invitation_revoked": _("An invitation was taken back"),
    "duty_granted": _("Somebody was given a duty"),
    "duty_removed": _("A duty was taken back"),
    "record_exported": _("The record was downloaded"),
    "words_erased": _("Words were erased, and the record says so"),
}


def in_words(kind: str) -> str:
    """What an entry of this kind means; its own name made readable where nobody has said."""
    return str(PHRASES.get(kind) or kind.replace("_", " ").capitalize())


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def locked_head(partnership_id: int) -> RecordHead:
    """The record's head, its row held until the transaction ends.

    Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the record is written only inside the transaction of the change")
    RecordHead.objects.bulk_create(
        [RecordHead(partnership_id=partnership_id)], ignore_conflicts=True
    )
    return RecordHead.objects.select_for_update().get(partnership_id=partnership_id)


def time(partnership_id: int) -> datetime:
    """Now, but never before what the record already holds.

    Deadlines are judged by it: a server's clock that steps back opens nothing again.
    """
    head = RecordHead.objects.filter(partnership_id=partnership_id).only("last_at").first()
    if head is None or not head.last_at:
        return clock.now()
    return max(clock.now(), datetime.fromisoformat(head.last_at))


def append(
    kind: str,
    *,
    by: Participant | None,
    subject: Model,
    public: Public | None = None,
    content: Public | None = None,
) -> RecordEntry:
    """Add one entry to the record of the subject's partnership.

    kind     what happened, in the past tense: `proposal_opened`.
    by       who did it; None for somebody anonymous or for the portal itself.
    subject  the thing it happened to; it must know its `partnership_id`.
    public   what stands in the line for ever: references, states, counts. Never people's words.
    content  people's words. Kept beside the line with a salt, and erasable. Where the subject says
             it stands in a `space`, they are kept back from copies of those whom it does not admit.

    Raises RuntimeError outside a transaction.
    """
    partnership_id: int = subject.partnership_id  # type: ignore[attr-defined]
    head = locked_head(partnership_id)
    line_public: Public = dict(public or {})
    if by is not None:
        line_public |= {"by": ref(by), "role": by.role}
    salt = secrets.token_bytes(32)
    commit = ""
    if content is not None:
        commit = verify_record.commitment(salt, verify_record.canonical(content))
    # The clock may step back; the record's time never does.
    at = max(_moment(clock.now()), head.last_at)
    line = verify_record.canonical(
        {
            "v": 1,
            "seq": head.size + 1,
            "at": at,
            "kind": kind,
            "subject": ref(subject),
            "public": line_public,
            "commit": commit,
            "prev": head.last_hash,
        }
    )
    leaf = verify_record.leaf_hash(line)
    entry = RecordEntry.objects.create(
        partnership_id=partnership_id,
        seq=head.size + 1,
        at=datetime.fromisoformat(at),
        kind=kind,
        subject=ref(subject),
        line=line.decode(),
    )
    if content is not None:
        RecordContent.objects.create(
            partnership_id=partnership_id,
            seq=head.size + 1,
            salt=salt.hex(),
            content=content,
            space=ref(space) if (space := getattr(subject, "space", None)) is not None else "",
        )
    frontier = verify_record.Frontier.from_hex(head.size, head.frontier)
    frontier.append(leaf)
    head.frontier = frontier.to_hex()
    head.size += 1
    head.last_hash = leaf.hex()
    head.last_at = at
    head.save()
    return entry


def erase(
    subjects: Iterable[str], *, by: Participant | None, subject: Model, reason: str
) -> RecordEntry | None:
    """Delete the words and salts of every entry about `subjects` (references), and say so.

    The erasure is itself an entry, naming the entries whose words are gone, so that nobody can pass
    a deletion off as an erasure. Returns None when there were no words to erase.
    """
    partnership_id: int = subject.partnership_id  # type: ignore[attr-defined]
    locked_head(partnership_id)
    about = RecordEntry.objects.filter(
        partnership_id=partnership_id, subject__in=list(subjects)
    ).values("seq")
    words = RecordContent.objects.filter(partnership_id=partnership_id, seq__in=about)
    seqs = sorted(words.values_list("seq", flat=True))
    if not seqs:
        return None
    words.delete()
    return append("words_erased", by=by, subject=subject, public={"seqs": seqs, "reason": reason})


@cache
def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.RECORD_SIGNING_KEY))


def public_key() -> str:
    """The key that checks our signatures: 32 bytes as hex."""
    return _signing_key().public_key().public_bytes_raw().hex()


def root_of(head: RecordHead) -> str:
    """The tree hash over the whole record, as hex."""
    return verify_record.Frontier.from_hex(head.size, head.frontier).root().hex()


def checkpoint(partnership_id: int, *, origin: str) -> Checkpoint:
    """Sign how long the record is and what its root is now.

    Its short fingerprint is printed in e-mails and on decision pages: inboxes are the witnesses.
    """
    head = locked_head(partnership_id)
    root = root_of(head)
    # Later entries are never dated before a checkpoint that lacks them: the verifier checks it.
    head.last_at = at = max(_moment(clock.now()), head.last_at)
    head.save()
    line = verify_record.checkpoint_line(
        origin=origin, size=head.size, root=root, at=at, key=public_key()
    )
    return Checkpoint.objects.create(
        partnership_id=partnership_id,
        size=head.size,
        line=line.decode(),
        signature=_signing_key().sign(line).hex(),
        fingerprint=verify_record.fingerprint(root),
        at=datetime.fromisoformat(at),
    )
