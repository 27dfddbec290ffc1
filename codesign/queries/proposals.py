"""Reads about proposals."""

from dataclasses import dataclass

from django.db.models import QuerySet

from codesign.models import Comment, Proposal, Support, Workspace
from portal.enums import Role
from portal.models import Participant


def proposals_in(
    workspace: Workspace, participant: Participant | None, *, status: str = ""
) -> QuerySet[Proposal]:
    """A workspace's proposals somebody may read; with `status`, only those."""
    found = (
        Proposal.objects.visible_to(participant)
        .filter(workspace=workspace)
        .select_related("partnership", "by__organisation", "feature")
    )
    return found.filter(status=status) if status else found


def supported_by(participant: Participant | None, proposals: list[Proposal]) -> set[int]:
    """Which of these the participant supports, as ids."""
    if participant is None:
        return set()
    return set(
        Support.objects.filter(participant=participant, proposal__in=proposals).values_list(
            "proposal_id", flat=True
        )
    )


def comments_on(proposal: Proposal) -> QuerySet[Comment]:
    """Every comment, oldest first; hidden ones keep their place and show their reason."""
    return (
        Comment.objects.filter(proposal=proposal)
        .select_related("by__organisation", "entered_by", "hidden_by")
        .order_by("pk")
    )


@dataclass(frozen=True)
class RoleSupport:
    """How many of one role support a proposal: a true count, for the disclosure gate."""

    role: Role
    count: int


def support_by_role(proposal: Proposal) -> list[RoleSupport]:
    """True counts for every role, also those that gave none."""
    counts = dict.fromkeys(Role, 0)
    for role in Support.objects.filter(proposal=proposal).values_list(
        "participant__role", flat=True
    ):
        counts[Role(role)] += 1
    return [RoleSupport(role=role, count=count) for role, count in counts.items()]
