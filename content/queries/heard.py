"""Who was heard before a decision and who was not, by role, against who is in the service.

Whoever spoke, suggested, supported, commented, met or voted counts once. Every number goes through
the gate for every reader: it is broken down by role.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count as HowMany

from codesign.models import CoAuthor, Comment, RollEntry, SessionSeat, Support
from content.trail_kinds import TrailStep
from portal import disclosure
from portal.counts import count_in_words, in_words
from portal.disclosure import Count
from portal.enums import Role
from portal.models import Participant, Partnership

# Whoever names a theme or opens a session orders what others say.
OWN_WORDS = {"voice", "card", "proposal"}


@dataclass(frozen=True)
class HeardRole:
    """Of one role: how many were heard, and how many are in the partnership, as may be shown."""

    role: Role
    heard: Count
    here: Count

    @property
    def words(self) -> tuple[str, str]:
        """Both numbers as people read them."""
        return in_words(self.heard), in_words(self.here)

    @property
    def is_silent(self) -> bool:
        """Whether the role has people, and nobody of it was heard."""
        return self.heard.value == 0 and self.here.value != 0


@dataclass(frozen=True)
class Heard:
    """A table by role with its totals; `unnamed`: voices left without a name, in words."""

    roles: list[HeardRole]
    heard: Count
    here: Count
    unnamed: str

    @property
    def words(self) -> tuple[str, str]:
        """Both totals as people read them."""
        return in_words(self.heard), in_words(self.here)

    @property
    def silent(self) -> list[Role]:
        """Roles that are in the partnership and were not heard at all."""
        return [each.role for each in self.roles if each.is_silent]


def heard_before(
    partnership: Partnership,
    steps: Iterable[TrailStep],
    *,
    proposals: Collection[int],
    sessions: Collection[int],
    ballots: Collection[int],
) -> Heard:
    """Who was heard on the way to a decision: `steps` are what led to it, the rest are ids.

    Six queries, however many people there are.
    """
    steps = [step for step in steps if step.kind in OWN_WORDS]
    named = {(step.who.pk, step.who.role) for step in steps if step.signed and step.who is not None}
    for found, field in (
        (Support.objects.filter(proposal__in=proposals), "participant"),
        (Comment.objects.filter(proposal__in=proposals, withdrawn_at=None), "by"),
        (CoAuthor.objects.filter(proposal__in=proposals, accepted_at__isnull=False), "participant"),
        (SessionSeat.objects.filter(session__in=sessions), "participant"),
        (RollEntry.objects.filter(ballot__in=ballots, voted=True), "participant"),
    ):
        people = found.filter(**{f"{field}__isnull": False}).order_by()
        named |= set(people.values_list(f"{field}_id", f"{field}__role").distinct())
    heard = Counter(role for _pk, role in named)
    here = dict(
        Participant.objects.here()
        .filter(partnership=partnership)
        .order_by()
        .values_list("role")
        .annotate(n=HowMany("pk"))
    )
    there = [role for role in Role if heard[role] or here.get(role)]
    table = disclosure.table([[heard[role], here.get(role, 0)] for role in there])
    totals = table.col_totals or (disclosure.shown(0), disclosure.shown(0))
    unnamed = sum(step.kind == "voice" and step.signed and step.who is None for step in steps)
    return Heard(
        roles=[HeardRole(role, *cells) for role, cells in zip(there, table.cells, strict=True)],
        heard=totals[0],
        here=totals[1],
        unnamed=count_in_words(unnamed, exact=False),
    )
