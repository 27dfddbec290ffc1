"""Reads about themes: what is heard most, and what became of one."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from codesign.models import CoAuthor, Proposal, Workspace
from codesign.permissions import STAGE_OPENS
from feedback.models import Theme, ThemeAdaptation, ThemeProposal
from portal import clock, permissions, search
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


def themes_behind(proposal: Proposal, participant: Participant | None) -> list[ThemeProposal]:
    """The links to the themes that a proposal answers and somebody may read; one query."""
    return list(
        ThemeProposal.objects.standing()
        .filter(target=proposal, source__in=Theme.objects.visible_to(participant))
        .select_related("source__partnership")
        .order_by("pk")
    )


def proposals_to_link(
    theme: Theme, participant: Participant, typed: str, *, size: int = 20
) -> list[Proposal]:
    """Shared proposals that somebody may tie to a theme and that are not tied to it yet.

    With `typed` those with these words, else the newest. Whoever may not tie every proposal gets
    their own.
    """
    tied = ThemeProposal.objects.standing().filter(source=theme)
    found = (
        Proposal.objects.visible_to(participant)
        .opened()
        .filter(partnership=theme.partnership_id, hidden_at=None)
        .exclude(pk__in=tied.values("target"))
        .select_related("partnership", "workspace", "by__organisation")
    )
    if not permissions.can(participant, "link_theme_to_proposal", theme):
        joined = CoAuthor.objects.filter(participant=participant, accepted_at__isnull=False)
        found = found.filter(Q(by=participant) | Q(pk__in=joined.values("proposal")))
    if search.words_of(typed):
        return list(search.matching(found, typed)[:size])
    return list(found.order_by("-pk")[:size])


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
            closed_at=None,
            stages__kind__in=stages,
            stages__opens_on__lte=today,
            stages__closes_on__gte=today,
        )
        .order_by("title")
    )
