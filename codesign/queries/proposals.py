"""Reads about proposals."""

from dataclasses import dataclass

from codesign.models import Proposal, Support
from portal.enums import Role
from portal.models import Participant


def supported_by(participant: Participant | None, proposals: list[Proposal]) -> set[int]:
    """Which of these the participant supports, as ids."""
    if participant is None:
        return set()
    return set(
        Support.objects.filter(participant=participant, proposal__in=proposals).values_list(
            "proposal_id", flat=True
        )
    )


@dataclass(frozen=True)
class RoleSupport:
    """How many of one role support a proposal: a true count, for the disclosure gate."""

    role: Role
    count: int


def support_by_role(proposal: Proposal) -> list[RoleSupport]:
    """True counts for every role, also those that gave none; as they had it when they did."""
    return [RoleSupport(role=role, count=proposal.role_support.get(role, 0)) for role in Role]
