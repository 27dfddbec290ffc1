"""Reads about decisions."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from codesign.models import Decision
from portal import permissions
from portal.models import Participant, Partnership


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


def answer_text(decision: Decision) -> str:
    """What everyone concerned is told when a decision is published."""
    return _("A decision was made: %(title)s. %(what)s") % {
        "title": decision.title,
        "what": decision.what,
    }
