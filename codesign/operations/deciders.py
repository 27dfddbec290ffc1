"""Writes about who decides: each by name and role, with what they have to gain or lose."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import Decider, Decision
from codesign.operations.decisions import UnableToDraftDecision, changing
from portal.enums import Role
from portal.models import Participant

MOST_DECIDERS = 30


@dataclass(frozen=True)
class DeciderWords:
    """Somebody who decides: one of the partnership's people, or anybody by `name`.

    `interest` is what they declared; empty says that they declared none. Role and organisation of a
    participant are theirs, unless something else is said here.
    """

    participant: Participant | None = None
    name: str = ""
    role: Role | None = None
    organisation: str = ""
    interest: str = ""


@transaction.atomic
def set_deciders(
    *, decision: Decision, deciders: Sequence[DeciderWords], by: Participant
) -> Decision:
    """Write down who decides, in place of what was there. Takes back a draft that was sent.

    Raises UnableToDraftDecision for somebody without a name or role, named twice, or of another
    partnership, and for more than MOST_DECIDERS.
    """
    decision = changing(decision, by=by)
    if len(deciders) > MOST_DECIDERS:
        raise UnableToDraftDecision(
            _("Name at most %(most)d people. Say the others in “How was it decided?”.")
            % {"most": MOST_DECIDERS}
        )
    people = [each.participant for each in deciders if each.participant is not None]
    if len({each.pk for each in people}) < len(people):
        raise UnableToDraftDecision(_("Somebody is named twice. Please take one out."))
    if any(each.partnership_id != decision.partnership_id for each in people):
        raise UnableToDraftDecision(_("Choose people of this partnership."))
    decision.deciders.all().delete()
    Decider.objects.bulk_create(
        _decider(decision, each, place) for place, each in enumerate(deciders, 1)
    )
    return decision


def _decider(decision: Decision, said: DeciderWords, place: int) -> Decider:
    person = said.participant
    role = said.role or (Role(person.role) if person else None)
    name = "" if person else said.name.strip()
    if role is None or (person is None and not name):
        raise UnableToDraftDecision(
            _("Say of each person who they are, and which side they are on.")
        )
    organisation = said.organisation
    if person is not None and not organisation and person.organisation is not None:
        organisation = person.organisation.name
    return Decider(
        decision=decision,
        participant=person,
        name=name,
        role=role,
        organisation=organisation,
        interest=said.interest,
        place=place,
    )
