"""Writing down which words not everybody in a partnership knows, and plainer ones for them."""

from collections.abc import Mapping

from django.db import transaction

from portal import permissions, record
from portal.models import Participant, Partnership


@transaction.atomic
def set_hard_words(*, partnership: Partnership, words: Mapping[str, str], by: Participant) -> None:
    """Let these be the partnership's own hard words, each with plainer ones; twice is once."""
    held = Partnership.objects.select_for_update().get(pk=partnership.pk)
    permissions.check(by, "set_hard_words", held)
    if held.hard_words == words:
        return
    held.hard_words = dict(words)
    held.save(update_fields=["hard_words"])
    record.append("hard_words_set", by=by, subject=held, content={"words": dict(words)})
