"""Reads about decisions."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from codesign.enums import LIVE_PROPOSALS, ProposalStatus
from codesign.models import Decision, Proposal, Workspace
from portal import permissions, search
from portal.models import Participant, Partnership

OFFERED = 20


def decisions_of(partnership: Partnership, participant: Participant | None) -> QuerySet[Decision]:
    """Published decisions somebody may read, newest first."""
    return (
        Decision.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("workspace", "partnership")
        .prefetch_related("outcomes__source")
        .order_by("-published_at")
    )


def drafts_for(partnership: Partnership, participant: Participant | None) -> QuerySet[Decision]:
    """Drafts, for those who may record decisions; nothing for anybody else."""
    if not permissions.can(participant, "draft_decision", partnership):
        return Decision.objects.none()
    return Decision.objects.filter(partnership=partnership, published_at=None).select_related(
        "workspace", "partnership"
    )


def chosen_for_decision(workspace: Workspace, chosen: Collection[int]) -> list[Proposal]:
    """Those of `chosen` (numbers) that can be decided about, the most supported first."""
    found = Proposal.objects.filter(
        workspace=workspace, pk__in=chosen, status__in=LIVE_PROPOSALS
    ).order_by("-support_count", "pk")
    return list(found)


def others_to_decide(workspace: Workspace, typed: str, chosen: Collection[int]) -> list[Proposal]:
    """Some more to decide about: those with `typed` words, or else the shortlist; never many."""
    found = Proposal.objects.filter(workspace=workspace).live().exclude(pk__in=chosen)
    if search.words_of(typed):
        return list(search.matching(found, typed)[:OFFERED])
    shortlist = found.filter(status=ProposalStatus.SHORTLISTED)
    return list(shortlist.order_by("-support_count", "pk")[:OFFERED])


def answer_text(decision: Decision) -> str:
    """What everyone concerned is told when a decision is published."""
    return _("A decision was made: %(title)s. %(what)s") % {
        "title": decision.title,
        "what": decision.what,
    }
