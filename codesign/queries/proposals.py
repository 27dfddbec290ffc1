"""Reads about one proposal: finding it inside the wall, and what there is around it."""

from dataclasses import dataclass

from django.db import connection

from codesign.models import Amendment, DecisionOutcome, Proposal, Support
from codesign.queries.lists import with_stage
from portal import clock
from portal.enums import Role
from portal.models import Participant, Partnership, ref

# What there may be around a proposal, and its workspace's stage today: one look at a dozen tables.
# Written out, as saying it with querysets takes longer than all else that the page asks.
AROUND = """
    SELECT
    EXISTS (SELECT 1 FROM codesign_coauthor WHERE proposal_id = %(pk)s) AS has_co_authors,
    EXISTS (
        SELECT 1 FROM codesign_attachment WHERE proposal_id = %(pk)s AND removed_at IS NULL
    ) AS has_files,
    EXISTS (SELECT 1 FROM codesign_amendment WHERE proposal_id = %(pk)s) AS has_amendments,
    EXISTS (SELECT 1 FROM codesign_amendment WHERE became_id = %(pk)s) AS has_origin,
    EXISTS (
        SELECT 1 FROM codesign_decisionoutcome AS said
        JOIN codesign_decision AS decision ON decision.id = said.target_id
        WHERE said.source_id = %(pk)s AND decision.published_at IS NOT NULL
    ) AS has_outcomes,
    EXISTS (
        SELECT 1 FROM codesign_ballotoption AS choice
        JOIN codesign_ballot AS ballot ON ballot.id = choice.ballot_id
        WHERE choice.proposal_id = %(pk)s AND ballot.opened_at IS NOT NULL
    ) AS has_ballots,
    EXISTS (
        SELECT 1 FROM codesign_proposalmerge WHERE source_id = %(pk)s OR target_id = %(pk)s
    ) OR EXISTS (
        SELECT 1 FROM codesign_proposalsplit
        WHERE (source_id = %(pk)s OR target_id = %(pk)s) AND removed_at IS NULL
    ) AS has_kin,
    EXISTS (
        SELECT 1 FROM codesign_support WHERE proposal_id = %(pk)s AND participant_id = %(reader)s
    ) AS is_supported,
    EXISTS (
        SELECT 1 FROM portal_follow WHERE subject = %(subject)s AND participant_id = %(reader)s
    ) AS is_followed,
    EXISTS (
        SELECT 1 FROM portal_draft WHERE key = %(draft)s AND participant_id = %(reader)s
    ) AS has_draft,
    (
        SELECT kind FROM codesign_stage
        WHERE workspace_id = %(workspace)s AND %(today)s BETWEEN opens_on AND closes_on
        ORDER BY opens_on LIMIT 1
    ) AS stage_kind
"""


def proposal_to_read(
    partnership: Partnership, participant: Participant | None, pk: int
) -> Proposal | None:
    """A proposal that somebody may read, with its author and its workspace."""
    found = (
        Proposal.objects.filter(partnership=partnership, workspace__partnership=partnership, pk=pk)
        .select_related("workspace", "by__organisation", "feature")
        .first()
    )
    if found is None:
        return None
    found.partnership = found.workspace.partnership = partnership
    return found if found.is_readable_by(participant) else None


def look_around(proposal: Proposal, participant: Participant | None) -> None:
    """Let a proposal know what there is around it, so that its page asks for nothing else.

    `has_…` says whether there is any; `is_supported` and `is_followed` are about `participant`.
    One query; another where it was entered for somebody or estimated, and one for its origin.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            AROUND,
            {
                "pk": proposal.pk,
                "subject": ref(proposal),
                "draft": f"comment-{proposal.pk}",
                "reader": participant.pk if participant else None,
                "workspace": proposal.workspace_id,
                "today": clock.today(),
            },
        )
        names = [column[0] for column in cursor.description]
        known = dict(zip(names, cursor.fetchone(), strict=True))
    with_stage(proposal.workspace, known.pop("stage_kind"))
    for name, there_is in known.items():
        setattr(proposal, name, bool(there_is))
    others = {proposal.entered_by_id, proposal.estimated_by_id} - {None}
    if others:
        people = Participant.objects.select_related("organisation").in_bulk(others)
        proposal.entered_by = people.get(proposal.entered_by_id)
        proposal.estimated_by = people.get(proposal.estimated_by_id)
    if known["has_origin"]:
        proposal.came_from = Amendment.objects.select_related("proposal").get(became=proposal)


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
    """The same for a page's proposal, which knows it (look_around), and what it was split into."""
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
