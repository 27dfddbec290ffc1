"""Who may do what: one table of data for the whole portal.

An act is named like the operation that performs it. Each app declares its rows once, in its own
`permissions.py`; `check` raises and `can` tells a template. An act without a row is refused to
everyone, and nothing is ever allowed across a partnership's wall.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from portal.enums import Duty, Role
from portal.models import Participant
from portal.refusal import Refusal

EVERYONE = frozenset(Role)
STAFF = frozenset({Role.PROVIDER, Role.COMMISSIONER})


class Walled(Protocol):
    """Anything that stands inside one partnership."""

    @property
    def partnership_id(self) -> int: ...


class PermissionRefused(Refusal):
    """The act is not among those this participant may do (answered with 403)."""

    status = 403


class OutsidePartnership(Refusal):
    """The thing belongs to another partnership. Answered with 404: it is as if it did not exist."""

    status = 404


@dataclass(frozen=True)
class Allow:
    """One row: the act is allowed to any of these roles, or to holders of any of these duties.

    `author` allows it besides to whoever the thing says it `is_by`: its author, or its host.
    """

    roles: frozenset[Role] = frozenset()
    duties: frozenset[Duty] = frozenset()
    author: bool = False

    def permits(self, participant: Participant, thing: Walled) -> bool:
        return (
            participant.role in self.roles
            or not self.duties.isdisjoint(participant.duties)
            or (self.author and _is_by(thing, participant))
        )


def _is_by(thing: Walled, participant: Participant) -> bool:
    said: bool = getattr(thing, "is_by", lambda _participant: False)(participant)
    return said


TABLE: dict[str, Allow] = {}


def allow(
    roles: Iterable[Role] = (), duties: Iterable[Duty] = (), *, author: bool = False
) -> Allow:
    """An `Allow` from any iterables, for tables that read well."""
    return Allow(frozenset(roles), frozenset(duties), author)


def declare(rows: dict[str, Allow]) -> None:
    """Add an app's rows. An act declared twice is a programming error: raises ValueError."""
    twice = TABLE.keys() & rows.keys()
    if twice:
        raise ValueError(f"declared twice: {sorted(twice)}")
    TABLE.update(rows)


def can(participant: Participant | None, act: str, thing: Walled) -> bool:
    """Whether `participant` may do `act` to `thing`."""
    row = TABLE.get(act)
    return (
        participant is not None
        and row is not None
        and participant.is_here
        and participant.partnership_id == thing.partnership_id
        and row.permits(participant, thing)
    )


def check(participant: Participant, act: str, thing: Walled) -> None:
    """Raise unless `participant` may do `act` to `thing`.

    Raises OutsidePartnership across the wall, PermissionRefused otherwise.
    """
    if participant.partnership_id != thing.partnership_id:
        raise OutsidePartnership(_("We cannot find that here."))
    if not can(participant, act, thing):
        raise PermissionRefused(
            _("You cannot do this with your role here. If you think you should, ask a facilitator.")
        )


declare(
    {
        "invite_participant": allow(duties=[Duty.PARTNERSHIP_ADMIN, Duty.FACILITATOR]),
        "revoke_invitation": allow(duties=[Duty.PARTNERSHIP_ADMIN, Duty.FACILITATOR]),
        "grant_duty": allow(duties=[Duty.PARTNERSHIP_ADMIN]),
        "remove_duty": allow(duties=[Duty.PARTNERSHIP_ADMIN]),
        "remove_participant": allow(duties=[Duty.PARTNERSHIP_ADMIN]),
        "follow": allow(EVERYONE),
        "unfollow": allow(EVERYONE),
        "read_notices": allow(EVERYONE),
        "set_digest": allow(EVERYONE),
        "follow_role": allow(EVERYONE),
        "unfollow_role": allow(EVERYONE),
        "keep_draft": allow(EVERYONE),
        "delete_guest": allow(EVERYONE),
        "export_record": allow(EVERYONE),
    }
)
