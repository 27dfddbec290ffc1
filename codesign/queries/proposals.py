"""Reads about proposals."""

from dataclasses import dataclass

from codesign.models import DecisionOutcome, Proposal, Support
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


def supported_with_parts(
    proposal: Proposal, parts: list[Proposal], participant: Participant | None
) -> set[int]:
    """The same for a page's proposal, which knows it (texts.noting), and what it was split into."""
    known: bool | None = getattr(proposal, "is_supported", None)
    if known is None or parts:
        return supported_by(participant, [proposal, *parts])
    return {proposal.pk} if known else set()


def outcomes_of(proposal: Proposal) -> list[DecisionOutcome]:
    """What published decisions said about it; no query where it knows there is none."""
    if not getattr(proposal, "has_outcomes", True):
        return []
    return list(
        proposal.outcomes.filter(target__published_at__isnull=False)
        .select_related("target__partnership")
        .order_by("pk")
    )


@dataclass(frozen=True)
class RoleSupport:
    """How many of one role support a proposal: a true count, for the disclosure gate."""

    role: Role
    count: int


def support_by_role(proposal: Proposal) -> list[RoleSupport]:
    """True counts for every role, also those that gave none; as they had it when they did."""
    return [RoleSupport(role=role, count=proposal.role_support.get(role, 0)) for role in Role]
