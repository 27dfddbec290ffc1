"""What of a proposal goes into a file, and in which columns."""

from collections.abc import Iterable, Iterator

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from codesign.models import Proposal
from portal.counts import in_words
from portal.disclosure import Certainty, Count, shown
from portal.enums import Role

Value = str | int | None

# The names a program reads, and the headings a person does.
COLUMNS: dict[str, str | Promise] = {
    "number": gettext_lazy("Number"),
    "address": gettext_lazy("Address"),
    "title": gettext_lazy("What would help"),
    "why": gettext_lazy("Why it matters"),
    "for_whom": gettext_lazy("Who it is for"),
    "hidden_because": gettext_lazy("Hidden, because"),
    "kind": gettext_lazy("What sort of idea"),
    "status": gettext_lazy("Where it stands"),
    "status_reason": gettext_lazy("Why it stands there"),
    "feature": gettext_lazy("Part of the service"),
    "by": gettext_lazy("Suggested by"),
    "by_role": gettext_lazy("Role"),
    "opened": gettext_lazy("Shared on"),
    "supporters": gettext_lazy("Supporters"),
    "comments": gettext_lazy("Comments"),
    "open_questions": gettext_lazy("Questions without an answer"),
    "open_amendments": gettext_lazy("Changes that wait for an answer"),
}


def rows_of(items: Iterable[Proposal], *, exact: bool, host: str) -> Iterator[list[Value]]:
    """A row for each proposal, in the order of COLUMNS.

    Hidden words are left out, and whose they are; the reason is there.

    `exact` gives true counts of supporters: for those who work for the service. `host` is where
    the portal answers, such as `https://portal.example.org`.
    """
    for each in items:
        said = not each.is_hidden
        yield [
            each.pk,
            host + each.get_absolute_url(),
            each.title if said else "",
            each.why if said else "",
            each.for_whom if said else "",
            each.hidden_reason,
            each.get_kind_display(),
            each.get_status_display(),
            each.status_reason,
            each.feature.name if each.feature else "",
            each.by.display_name if each.by and said else "",
            str(Role(each.by_role).label) if each.by_role else "",
            localdate(each.opened_at).isoformat() if each.opened_at else "",
            people(shown(each.support_count, exact=exact)),
            each.comment_count,
            each.open_questions,
            each.open_amendments,
        ]


def people(count: Count) -> Value:
    """A count of people for a cell: the number where it is exact, else words that say what it is.

    A rounded number alone would be taken for a true one, and added up.
    """
    if count.certainty == Certainty.EXACT:
        return count.value
    return in_words(count)
