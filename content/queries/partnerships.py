"""Reads for a partnership's front page."""

from dataclasses import dataclass

from django.db.models import Count

from codesign.models import Decision, Workspace
from codesign.queries import whats_on, workspaces
from codesign.queries.decisions import decisions_of
from feedback.models import Adaptation, Theme
from portal.enums import Role
from portal.models import Organisation, Participant, Partnership

LATEST = 4
THEMES = 6


@dataclass(frozen=True)
class RoleCount:
    """How many people of one role are here: a true count, for the disclosure gate."""

    role: str
    label: str
    people: int


@dataclass(frozen=True)
class FrontPage:
    """Everything a partnership's front page shows besides its own words."""

    roles: list[RoleCount]
    everyone: int
    organisations: list[Organisation]
    five: whats_on.FiveMinutes | None
    workspaces: list[Workspace]
    changes: list[Adaptation]
    decisions: list[Decision]
    themes: list[Theme]


def front_page(partnership: Partnership, participant: Participant | None) -> FrontPage:
    """What `participant` (None: a visitor) may see of a partnership; eight queries.

    For people of the partnership six or seven more: what they can do in five minutes.
    """
    here = Participant.objects.here().filter(partnership=partnership)
    counts = dict(here.values_list("role").annotate(n=Count("pk")).order_by())
    return FrontPage(
        roles=[RoleCount(role, str(role.label), counts[role]) for role in Role if role in counts],
        everyone=sum(counts.values()),
        organisations=list(partnership.organisations.order_by("name")),
        five=whats_on.five_minutes(partnership, participant),
        workspaces=list(workspaces.workspaces_of(partnership, participant)),
        changes=list(
            Adaptation.objects.visible_to(participant)
            .filter(partnership=partnership)
            .select_related("partnership", "feature")
            .order_by("-published_at", "-pk")[:LATEST]
        ),
        decisions=list(decisions_of(partnership, participant)[:LATEST]),
        themes=list(
            Theme.objects.filter(partnership=partnership, voice_count__gt=0)
            .select_related("partnership")
            .order_by("-voice_count", "-pk")[:THEMES]
        ),
    )
