"""Reads about themes: what is heard most, and what became of one."""

from collections.abc import Mapping

from django.db.models import QuerySet

from codesign.models import Proposal, Workspace
from codesign.permissions import STAGE_OPENS
from feedback.models import Theme, ThemeAdaptation, ThemeProposal
from portal import clock
from portal.models import Participant, Partnership
from portal.paging import KeysetPage, page_of


def themes_by_voices(
    partnership: Partnership, participant: Participant | None, query: Mapping[str, str]
) -> KeysetPage[Theme]:
    """A page of themes, those with most voices first."""
    themes = (
        Theme.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("partnership", "by__organisation")
    )
    return page_of(themes, query, by="voice_count")


def proposals_from(
    theme: Theme, participant: Participant | None, *, size: int = 50
) -> list[ThemeProposal]:
    """The links to proposals raised from a theme that somebody may read, newest first."""
    return list(
        ThemeProposal.objects.standing()
        .filter(source=theme, target__in=Proposal.objects.visible_to(participant))
        .select_related("target__partnership", "target__workspace", "target__by__organisation")
        .order_by("-pk")[:size]
    )


def changes_answering(theme: Theme, *, size: int = 50) -> list[ThemeAdaptation]:
    """The links to published adaptations that answer a theme directly, newest first."""
    return list(
        ThemeAdaptation.objects.standing()
        .filter(source=theme, target__published_at__isnull=False)
        .select_related("target__partnership", "target__feature")
        .order_by("-target__published_at", "-pk")[:size]
    )


def workspaces_taking_proposals(
    partnership: Partnership, participant: Participant | None
) -> QuerySet[Workspace]:
    """Workspaces whose stage today lets people open proposals; none for visitors."""
    if participant is None:
        return Workspace.objects.none()
    today = clock.today()
    stages = STAGE_OPENS["draft_proposal"] & STAGE_OPENS["open_proposal"]
    return (
        Workspace.objects.visible_to(participant)
        .filter(
            partnership=partnership,
            stages__kind__in=stages,
            stages__opens_on__lte=today,
            stages__closes_on__gte=today,
        )
        .order_by("title")
    )
