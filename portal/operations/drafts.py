"""Writes about drafts: what somebody has begun to write and not yet sent.

A draft belongs to one person and one form, named by its key. The operation that takes the words in
forgets the draft in its own transaction, so nobody is ever offered what they have sent already.
"""

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock, permissions
from portal.models import Draft, Participant
from portal.refusal import Refusal

MOST_DRAFTS = 50  # of one person; beyond that the oldest goes
MOST_FIELDS = 20
MOST_CHARACTERS = 40_000  # of all fields together
_KEY = re.compile(r"[a-z]+(?:-[a-z0-9]+){0,5}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What no database keeps: a draft with one loses that character and nothing else.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class UnableToKeepDraft(Refusal):
    """There is too much of it, or it is no form of ours."""


@transaction.atomic
def keep_draft(*, key: str, fields: Mapping[str, str], by: Participant) -> bool:
    """Keep the words in one form for one person, in place of what was kept there before.

    Returns whether anything is kept: empty fields are forgotten. Raises UnableToKeepDraft for a key
    or fields that no form of ours has, or more words than any form takes.
    """
    permissions.check(by, "keep_draft", by.partnership)
    kept = {name: _UNKEEPABLE.sub("", words) for name, words in fields.items()}
    known = _KEY.fullmatch(key) and len(key) <= 80 and all(_FIELD.fullmatch(name) for name in kept)
    if not known or len(kept) > MOST_FIELDS:
        raise UnableToKeepDraft(_("We do not know this form."))
    if sum(map(len, kept.values())) > MOST_CHARACTERS:
        raise UnableToKeepDraft(_("There are too many words to keep. Please send a shorter text."))
    if not any(words.strip() for name, words in kept.items() if name != "based_on"):
        forget_draft(key=key, by=by)
        return False
    Draft.objects.update_or_create(
        participant=by, key=key, defaults={"fields": kept, "kept_at": clock.now()}
    )
    newest = Draft.objects.filter(participant=by).order_by("-kept_at", "-pk")
    too_many = list(newest.values_list("pk", flat=True)[MOST_DRAFTS:])
    if too_many:
        Draft.objects.filter(pk__in=too_many).delete()
    return True


@transaction.atomic
def forget_draft(*, key: str, by: Participant) -> None:
    """Forget what was kept of a form: it was sent, or its writer throws it away."""
    Draft.objects.filter(participant=by, key=key).delete()


def kept(participant: Participant | None, key: str) -> dict[str, str]:
    """What somebody has begun to write in a form, by field: for its `initial`. Empty if nothing."""
    if participant is None:
        return {}
    found = Draft.objects.filter(participant=participant, key=key).first()
    return dict(found.fields) if found else {}
