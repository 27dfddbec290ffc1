"""Reads about workspaces: their stages in words, and what stands in them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from codesign.enums import ProposalStatus, StageKind
from codesign.models import Decision, DesignSession, Proposal, Stage, Workspace
from codesign.permissions import STAGE_OPENS
from portal import clock
from portal.models import Participant, Partnership

TOP = 5

# What a stage is for, and what people can do while it lasts.
STAGE_WORDS: dict[StageKind, tuple[Promise, Promise]] = {
    StageKind.LISTEN: (
        _("We hear how things are now."),
        _("You can tell us what helps and what should change."),
    ),
    StageKind.SUGGEST: (
        _("Everyone can suggest what could be done."),
        _("You can suggest something, support what others suggest, and comment."),
    ),
    StageKind.DEVELOP: (
        _("We work the ideas out together."),
        _("You can suggest something, support what others suggest, and comment."),
    ),
    StageKind.CHOOSE: (
        _("We see which ideas most people want."),
        _("You can support the ideas you want, and comment."),
    ),
    StageKind.DECIDE: (
        _("The partnership decides, and says why."),
        _("You can still comment. Decisions are shown here."),
    ),
    StageKind.DELIVER: (
        _("What was agreed is being done."),
        _("You can tell us how it is going, and see what has changed."),
    ),
}


@dataclass(frozen=True)
class StageShown:
    """One stage as a step on the page. `place` is `past`, `now` or `next`."""

    stage: Stage
    place: str
    about: Promise
    can_do: Promise


@dataclass(frozen=True)
class WorkspacePage:
    """Everything a workspace's page shows besides its own words."""

    stages: list[StageShown]
    can_suggest: bool
    proposals: list[Proposal]
    open_sessions: list[DesignSession]
    past_sessions: list[DesignSession]
    decisions: list[Decision]


def workspaces_of(partnership: Partnership, participant: Participant | None) -> QuerySet[Workspace]:
    """The workspaces of a partnership somebody may read, with their stages; two queries."""
    found: QuerySet[Workspace] = (
        Workspace.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("partnership")
        .prefetch_related("stages")
        .order_by("path")
    )
    return found


def stages_of(workspace: Workspace, today: date | None = None) -> list[StageShown]:
    """The stages in order of time, each with its words and whether it is past, now or next."""
    day = today or clock.today()
    shown = []
    for stage in sorted(workspace.stages.all(), key=lambda s: s.opens_on):
        place = "now" if stage.is_on(day) else "past" if stage.closes_on < day else "next"
        about, can_do = STAGE_WORDS[StageKind(stage.kind)]
        shown.append(StageShown(stage, place, about, can_do))
    return shown


def workspace_page(workspace: Workspace, participant: Participant | None) -> WorkspacePage:
    """What `participant` (None: a visitor) may see in a workspace; five queries."""
    sessions = DesignSession.objects.filter(workspace=workspace).select_related("partnership")
    stage = workspace.stage
    return WorkspacePage(
        stages=stages_of(workspace),
        can_suggest=stage is not None and stage.kind in STAGE_OPENS["draft_proposal"],
        proposals=list(
            Proposal.objects.visible_to(participant)
            .filter(workspace=workspace)
            .exclude(
                status__in=[ProposalStatus.DRAFT, ProposalStatus.MERGED, ProposalStatus.WITHDRAWN]
            )
            .select_related("partnership", "by__organisation")
            .order_by("-support_count", "-pk")[:TOP]
        ),
        open_sessions=list(sessions.filter(closed_at=None).order_by("-pk")[:TOP]),
        past_sessions=list(sessions.filter(closed_at__isnull=False).order_by("-closed_at")[:TOP]),
        decisions=list(
            Decision.objects.visible_to(participant)
            .filter(workspace=workspace)
            .select_related("partnership")
            .order_by("-published_at")[:TOP]
        ),
    )
