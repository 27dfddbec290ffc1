"""Counts of people in the reader's language, once they have passed the disclosure gate."""

from django.utils.translation import gettext_lazy as _

from portal.disclosure import Certainty, Count, shown

WORDING = {
    Certainty.NONE: _("none"),
    Certainty.HIDDEN: _("fewer than {smallest}"),
    Certainty.ABOUT: _("about {value}"),
    Certainty.EXACT: "{value}",
}


def in_words(count: Count) -> str:
    """A count that has passed the gate."""
    return count.worded(str(WORDING[count.certainty]))


def count_in_words(n: int, *, exact: bool = False) -> str:
    """A true count, through the gate. `exact` as in `portal.disclosure.shown`."""
    return in_words(shown(n, exact=exact))
