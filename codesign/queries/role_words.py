"""How the roles voted, in words: the snapshot of by_role.py as its readers see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from codesign.counting.common_ground import NOT_HEARD, OPPOSED, UNSURE
from codesign.queries.ballot_pages import ShownOption
from codesign.queries.by_role import ByRole, Ground
from codesign.queries.result_tables import Row, Table
from portal.counts import in_words


@dataclass(frozen=True)
class ShownRoles:
    """How the roles voted, through the gate. Empty parts say nothing and are not shown.

    `no_common_ground` says why the common ground is not there where one would look for it.
    """

    turnout: Table
    support: Table | None
    common_ground: list[str]
    no_common_ground: str = ""


def shown_roles(found: ByRole | None, options: Mapping[str, ShownOption]) -> ShownRoles | None:
    """The snapshot taken at the close, in words; None where there is none."""
    if found is None:
        return None
    rows = [
        Row(str(each.role.label), [in_words(each.voted), in_words(each.on_roll)])
        for each in found.turnout
    ]
    support = None
    if found.support:
        support = Table(
            _("How many of each role wanted it"),
            [str(each.role.label) for each in found.turnout],
            [
                Row(
                    options[each.option].title,
                    [in_words(count) if count else _("not shown") for count in each.counts],
                )
                for each in found.support
            ],
        )
    return ShownRoles(
        Table(_("Who voted, by role"), [_("Voted"), _("Could vote")], rows),
        support,
        [_ground(each, options[each.option].title) for each in found.ground],
        _("Common ground is not shown for this vote: it was secret, and a role in it is small.")
        if found.ground_kept_back
        else "",
    )


def _ground(each: Ground, title: str) -> str:
    if each.supported_by_all:
        return _("“%(title)s”: every role supports it. Common ground: %(percent)d of 100.") % {
            "title": title,
            "percent": each.percent,
        }
    reasons = {
        NOT_HEARD: _("not heard enough"),
        OPPOSED: _("opposed"),
        UNSURE: _("unsure"),
    }
    against = [
        f"{role.label} ({reasons[how]})" for role, how in each.standing.items() if how in reasons
    ]
    return _("“%(title)s”: %(roles)s. Common ground: %(percent)d of 100.") % {
        "title": title,
        "roles": get_text_list(against, _("and")),
        "percent": each.percent,
    }
