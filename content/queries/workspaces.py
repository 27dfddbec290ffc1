"""Reads for a workspace's front page: what was heard, beside what co-design knows of the space."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from codesign.models import Proposal, Workspace
from codesign.queries.workspaces import WorkspacePage, workspace_page
from feedback.models import Theme, ThemeProposal
from portal.models import Participant

THEMES = 6


@dataclass(frozen=True)
class WorkspaceFront:
    """Everything a workspace's front page shows besides its own words.

    `themes` are those behind this space's proposals first, then the partnership's others; each has
    `is_here` and its true `voice_count`, for the disclosure gate.
    """

    shown: WorkspacePage
    themes: list[Theme]

    @property
    def is_heard_here(self) -> bool:
        """Whether any of it is behind a suggestion of this space, or nothing was heard at all."""
        return not self.themes or any(theme.is_here for theme in self.themes)  # type: ignore[attr-defined]


def workspace_front(workspace: Workspace, participant: Participant | None) -> WorkspaceFront:
    """What `participant` (None: a visitor) may see; one query more than co-design's part."""
    here = ThemeProposal.objects.standing().filter(
        source=OuterRef("pk"),
        target__in=Proposal.objects.opened().filter(workspace=workspace, hidden_at=None),
    )
    return WorkspaceFront(
        shown=workspace_page(workspace, participant),
        themes=list(
            Theme.objects.visible_to(participant)
            .filter(partnership=workspace.partnership_id)
            .annotate(is_here=Exists(here))
            .filter(Q(is_here=True) | Q(voice_count__gt=0))
            .select_related("partnership")
            .order_by("-is_here", "-voice_count", "-pk")[:THEMES]
        ),
    )
