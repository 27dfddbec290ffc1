"""Reads for setting a ballot up: what can be chosen, and who can be put on the list of voters."""

from collections.abc import Collection
from dataclasses import dataclass

from codesign.enums import LIVE_PROPOSALS, ProposalStatus
from codesign.models import Proposal, Workspace
from portal import search
from portal.models import Participant

OFFERED = 40


@dataclass(frozen=True)
class Offered:
    """Suggestions to choose options from; `shortlisted` are the ids of those on the shortlist.

    `found_none`: words were looked for, and no other suggestion has them.
    """

    proposals: list[Proposal]
    shortlisted: set[int]
    found_none: bool = False


def offered(
    workspace: Workspace, chosen: Collection[int], typed: str | None, *, first: bool = False
) -> Offered:
    """The `chosen` (ids) that people can vote on, and others: the shortlist on the `first` page;
    what has the words that were `typed`, or the most supported if they are none; else no others.
    """
    live = Proposal.objects.filter(workspace=workspace).live().select_related("partnership")
    kept = Proposal.objects.filter(workspace=workspace, pk__in=chosen, status__in=LIVE_PROPOSALS)
    proposals = list(kept.select_related("partnership").order_by("-support_count", "pk"))
    others: list[Proposal] = []
    rest = live.exclude(pk__in=[each.pk for each in proposals])
    if first:
        shortlist = rest.filter(status=ProposalStatus.SHORTLISTED)
        others = list(shortlist.order_by("-support_count", "pk")[:OFFERED])
    if typed is not None:
        if search.words_of(typed):
            others = list(search.matching(rest, typed)[:OFFERED])
        else:
            others = list(rest.order_by("-support_count", "pk")[:OFFERED])
    found = [*proposals, *others]
    return Offered(
        found,
        {each.pk for each in found if each.status == ProposalStatus.SHORTLISTED},
        found_none=typed is not None and not others,
    )


def people_offered(
    workspace: Workspace, chosen: Collection[int], typed: str = ""
) -> list[Participant]:
    """Those chosen (ids), and those with a part of their name; nobody else."""
    here = Participant.objects.here().filter(partnership=workspace.partnership_id)
    people = list(here.filter(pk__in=chosen).order_by("display_name", "pk"))
    if typed.strip():
        found = here.filter(display_name__icontains=typed.replace("\x00", "").strip())
        found = found.exclude(pk__in=chosen).order_by("display_name", "pk")
        people += workspace.readers(found[:OFFERED])
    return people
