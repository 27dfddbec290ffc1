"""Reads about themes: what is heard most, and what became of one."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from codesign.models import Proposal, Workspace
from codesign.permissions import STAGE_OPENS
from feedback.models import Theme, ThemeAdaptation, ThemeProposal
from portal import clock
from portal.models import Participant, Partnership
from portal.paging import KeysetPage


def themes_by_voices(
    partnership: Partnership,
    participant: Participant | None,
    query: Mapping[str, str],
    *,
    size: int = 20,
) -> KeysetPage[Theme]:
    """A page of themes, those with most voices first. `?before=14-3` goes on after that theme.

    `before` is a count of voices and a primary key; one that is neither is ignored.
    """
    themes = (
        Theme.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("partnership", "by__organisation")
        .order_by("-voice_count", "-pk")
    )
    count, _dash, pk = query.get("before", "").partition("-")
    is_later_page = count.isdecimal() and pk.isdecimal() and len(count) < 10 and len(pk) < 19
    if is_later_page:
        themes = themes.filter(
            Q(voice_count__lt=int(count)) | Q(voice_count=int(count), pk__lt=int(pk))
        )
    found = list(themes[: size + 1])
    older = ""
    if len(found) > size:
        found = found[:size]
        older = f"?before={found[-1].voice_count}-{found[-1].pk}"
    return KeysetPage(items=found, older=older, newest="?" if is_later_page else "")


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
