"""What is already there about the same thing, and how much there is about each."""

from dataclasses import dataclass

from django.db.models import Count, Q

from codesign.enums import ProposalStatus
from codesign.models import Proposal, Workspace
from codesign.queries.lists import supported_among
from codesign.queries.similar import LOOKED_AT, OFFERED, is_close, similar_proposals
from feedback.models import Theme, ThemeProposal
from portal import search
from portal.models import Participant

THEMES_SHOWN = 30


@dataclass(frozen=True)
class Similar:
    """Proposals and themes that may already say what somebody is writing."""

    proposals: list[Proposal]
    themes: list[Theme]
    supported: set[int]

    @property
    def number(self) -> int:
        return len(self.proposals) + len(self.themes)


def similar_to(
    workspace: Workspace, participant: Participant, title: str, why: str, *, but_not: int = 0
) -> Similar:
    """The closest few open proposals of a workspace and themes of its partnership; two queries.

    Words in common are not enough: half of what either is called must stand in the other.
    """
    words = f"{title} {why}"
    themes = search.matching(
        Theme.objects.visible_to(participant)
        .filter(partnership=workspace.partnership_id)
        .select_related("partnership"),
        words,
        any_word=True,
    )[:LOOKED_AT]
    offered = similar_proposals(workspace, participant, title, why, but_not=but_not)
    return Similar(
        proposals=offered,
        themes=[
            each
            for each in themes
            if is_close(title, words, each.name, f"{each.name} {each.summary}")
        ][:OFFERED],
        supported=supported_among(offered),
    )


@dataclass(frozen=True)
class ThemeOnMap:
    """A theme, and how many of a workspace's proposals belong to it."""

    theme: Theme
    proposals: int


@dataclass(frozen=True)
class WorkspaceMap:
    """A workspace's proposals by theme, most first, and how many belong to none."""

    themes: list[ThemeOnMap]
    without: int


def workspace_map(workspace: Workspace) -> WorkspaceMap:
    """What a workspace that the reader may read holds, by theme; two queries."""
    opened = Q(target__workspace=workspace) & ~Q(target__status=ProposalStatus.DRAFT)
    links = ThemeProposal.objects.standing().filter(opened)
    themes = (
        Theme.objects.filter(proposal_links__in=links)
        .annotate(number=Count("proposal_links__target", distinct=True))
        .select_related("partnership")
        .order_by("-number", "name")[:THEMES_SHOWN]
    )
    without = Proposal.objects.opened().filter(workspace=workspace)
    return WorkspaceMap(
        themes=[ThemeOnMap(each, each.number) for each in themes],
        without=without.exclude(pk__in=links.values("target")).count(),
    )
