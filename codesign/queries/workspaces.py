"""Reads about workspaces: their stages in words, who may take part, and what stands in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from itertools import pairwise

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue

from codesign.enums import OpenTo, ProposalStatus, StageKind
from codesign.models import (
    ActivityDate,
    Ballot,
    Decision,
    DesignSession,
    Member,
    Proposal,
    Stage,
    StageMove,
    StatementRound,
    TakingPart,
    Workspace,
)
from codesign.permissions import STAGE_OPENS
from codesign.queries.ballot_pages import mark_voted
from codesign.queries.ballots import open_in
from codesign.queries.moves import Moved, moved
from codesign.queries.sessions import Present
from codesign.queries.statements import Asked, asked_in, rounds_of
from portal import clock, sanitise
from portal.counts import count_in_words
from portal.enums import Role
from portal.models import Participant, Partnership

TOP = 5
OFFERED = 30  # people to ask in, on one page; a name finds the others

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
    """One stage as a step on the page. `place` is `past`, `now` or `next`; `then`: what follows."""

    stage: Stage
    place: str
    about: Promise
    can_do: Promise
    then: str


@dataclass(frozen=True)
class Access:
    """Who may take part in a workspace and who may read it, each in a sentence."""

    take_part: str
    read: str


@dataclass(frozen=True)
class WorkspacePage:
    """Everything a workspace's page shows besides its own words and what was heard.

    `may_take_part` is about whoever looks; a visitor may not. `people` is who takes part, by role,
    fit for them to see. `before` and `after` are the rounds around this one that they may read.
    """

    stages: list[StageShown]
    access: Access
    may_take_part: bool
    can_suggest: bool
    proposals: list[Proposal]
    newest: list[Proposal]
    ballots: list[Ballot]
    open_sessions: list[DesignSession]
    past_sessions: list[DesignSession]
    decisions: list[Decision]
    people: list[Present]
    moves: list[StageMove]
    dates: list[ActivityDate]
    before: Workspace | None
    after: list[Workspace]
    closings: list[Moved]
    asked: Asked | None
    rounds: list[StatementRound]


ROLES_IN_PLURAL: dict[Role, Promise] = {
    Role.SERVICE_USER: _("people who use the service"),
    Role.CARER: _("carers"),
    Role.PROVIDER: _("providers"),
    Role.COMMISSIONER: _("commissioners"),
    Role.PARTNER: _("partners"),
}

ROUNDS = {
    2: _("second round"),
    3: _("third round"),
    4: _("fourth round"),
    5: _("fifth round"),
    6: _("sixth round"),
}


@dataclass(frozen=True)
class NextRound:
    """What a round after a workspace would be called, and its first day."""

    title: str
    starts_on: date


def next_round_of(workspace: Workspace) -> NextRound:
    """The number of the round goes on; it begins when the last stage is over, never in the past.

    A query for each round before.
    """
    number, before, seen = 2, workspace.continues, {workspace.pk}
    while before is not None and before.pk not in seen:
        number += 1
        seen.add(before.pk)
        before = before.continues
    name = workspace.title
    for each in ROUNDS.values():
        name = name.removesuffix(f", {each}")
    name = re.sub(r", [^,]*\d+$", "", name) if number > max(ROUNDS) + 1 else name
    words = ROUNDS.get(number) or gettext("round %(number)d") % {"number": number}
    last = max((stage.closes_on for stage in workspace.stages.all()), default=None)
    follows = last + timedelta(days=1) if last else clock.today()
    return NextRound(
        title=f"{name[: 120 - len(words) - 2]}, {words}", starts_on=max(follows, clock.today())
    )


def workspaces_of(partnership: Partnership, participant: Participant | None) -> QuerySet[Workspace]:
    """The workspaces of a partnership somebody may read, closed ones last; two queries."""
    found: QuerySet[Workspace] = (
        Workspace.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("partnership")
        .prefetch_related("stages")
        .order_by(F("closed_at").desc(nulls_first=True), "path")
    )
    return found


def closed_spaces_of(
    partnership: Partnership, participant: Participant | None
) -> QuerySet[Workspace]:
    """Those of them that are closed, the last one closed first."""
    return workspaces_of(partnership, participant).filter(closed_at__isnull=False)


def under_way_in(workspace: Workspace) -> list[DesignSession | StatementRound | Ballot]:
    """What has to end before a space can be closed: sessions, rounds of statements, ballots.

    Whatever else may be under way in a space is added here; it has words for itself and an address.
    """
    is_open = {"workspace": workspace, "closed_at": None}
    sessions = DesignSession.objects.filter(**is_open).select_related("partnership")
    rounds = StatementRound.objects.filter(**is_open).select_related("partnership")
    return [*sessions.order_by("pk"), *rounds.order_by("pk"), *open_in(workspace)]


def stages_of(workspace: Workspace, today: date | None = None) -> list[StageShown]:
    """The stages in order of time, each with its words and whether it is past, now or next."""
    day = today or clock.today()
    shown = []
    stages = sorted(workspace.stages.all(), key=lambda s: s.opens_on)
    for stage, following in pairwise([*stages, None]):
        assert stage is not None
        place = "now" if stage.is_on(day) else "past" if stage.closes_on < day else "next"
        place = "past" if workspace.is_closed else place
        about, can_do = STAGE_WORDS[StageKind(stage.kind)]
        if stage.kind == StageKind.SUGGEST and workspace.open_to != OpenTo.PARTNERSHIP:
            about = _("Everyone in this space can suggest what could be done.")
        shown.append(StageShown(stage, place, about, can_do, _what_follows(following)))
    return shown


def _what_follows(stage: Stage | None) -> str:
    if stage is None:
        return gettext("This is the last stage.")
    return gettext("Then comes: %(stage)s, from %(day)s.") % {
        "stage": stage.get_kind_display(),
        "day": date_format(stage.opens_on, "j F Y"),
    }


def _in_a_sentence(words: Iterable[Promise]) -> str:
    """Words as a sentence begins with them: `Carers and people who use the service`."""
    joined = get_text_list([str(each) for each in words], gettext("and"))
    return joined[:1].upper() + joined[1:]


def access_of(workspace: Workspace) -> Access:
    """Who may take part and who may read, in words; one query where it is open to some roles."""
    take_part = gettext("Everybody in the partnership can take part.")
    read = gettext("Only people in the partnership can read this.")
    if workspace.open_to != OpenTo.PARTNERSHIP:
        take_part = gettext("People who were asked in can take part.")
        read = gettext("Only those who can take part can read this.")
    if workspace.open_to == OpenTo.ROLES:
        named = {each.role for each in workspace.open_roles.all()}
        take_part = gettext("%(roles)s can take part here. So can people who were asked in.") % {
            "roles": _in_a_sentence(ROLES_IN_PLURAL[role] for role in Role if role in named)
        }
    if workspace.is_public:
        read = gettext("Everyone can read this.")
    return Access(take_part, read)


def people_by_role(workspace: Workspace, participant: Participant | None) -> list[Present]:
    """Who has taken part, by role: exact for those who work for the service, gated for others."""
    rows = TakingPart.objects.filter(workspace=workspace).values_list("participant__role")
    counts = dict(rows.annotate(n=Count("pk")).order_by())
    exact = participant is not None and participant.is_staff
    return [
        Present(role, count_in_words(counts[role], exact=exact)) for role in Role if role in counts
    ]


def workspace_page(workspace: Workspace, participant: Participant | None) -> WorkspacePage:
    """What `participant` (None: a visitor) may see in a workspace; thirteen queries at most."""
    sessions = DesignSession.objects.filter(workspace=workspace).select_related("partnership")
    stage = workspace.stage
    may_take_part = participant is not None and workspace.admits(participant)
    opens = stage is not None and stage.kind in STAGE_OPENS["draft_proposal"]
    proposals = (
        Proposal.objects.visible_to(participant)
        .filter(workspace=workspace, hidden_at=None)
        .exclude(
            status__in=[
                ProposalStatus.DRAFT,
                ProposalStatus.MERGED,
                ProposalStatus.SPLIT,
                ProposalStatus.WITHDRAWN,
            ]
        )
        .select_related("partnership", "by__organisation")
    )
    rounds = list(
        Workspace.objects.visible_to(participant)
        .filter(Q(continues=workspace) | Q(pk=workspace.continues_id))
        .select_related("partnership")
        .order_by("pk")
    )
    asked = list(rounds_of(workspace, participant)[:TOP])
    return WorkspacePage(
        stages=stages_of(workspace),
        access=access_of(workspace),
        may_take_part=may_take_part,
        can_suggest=opens and (may_take_part or participant is None),
        proposals=list(proposals.order_by("-support_count", "-pk")[:TOP]),
        newest=list(proposals.order_by("-pk")[:TOP]),
        ballots=ballots_in(workspace, participant),
        open_sessions=list(sessions.filter(closed_at=None).order_by("-pk")[:TOP]),
        past_sessions=list(sessions.filter(closed_at__isnull=False).order_by("-closed_at")[:TOP]),
        decisions=list(
            Decision.objects.visible_to(participant)
            .filter(workspace=workspace)
            .select_related("partnership")
            .order_by("-published_at")[:TOP]
        ),
        people=people_by_role(workspace, participant),
        moves=list(
            StageMove.objects.filter(workspace=workspace)
            .select_related("by__organisation")
            .order_by("-pk")[:TOP]
        ),
        dates=list(
            ActivityDate.objects.standing()
            .to_come()
            .filter(activity__workspace=workspace, activity__ended_at=None)
            .select_related("activity__partnership")[:TOP]
        ),
        before=next((each for each in rounds if each.pk == workspace.continues_id), None),
        after=[each for each in rounds if each.continues_id == workspace.pk],
        closings=moved(workspace, "workspace_closed", "workspace_reopened")
        if workspace.is_closed or workspace.reopened_at is not None
        else [],
        asked=asked_in(workspace, asked),
        rounds=[each for each in asked if not each.is_open],
    )


def ballots_in(workspace: Workspace, participant: Participant | None) -> list[Ballot]:
    """Votes of a space that are open or to come; another query if there are any."""
    found = list(open_in(workspace).select_related("workspace")[:TOP])
    if found:
        mark_voted(found, participant)
    return found


def members_of(workspace: Workspace) -> QuerySet[Member]:
    """Those on a workspace's list: asked in by somebody, or come with a session's code."""
    return Member.objects.filter(workspace=workspace, participant__left_at=None).select_related(
        "participant__organisation", "invited_by"
    )


def people_to_invite(workspace: Workspace, named: str = "") -> QuerySet[Participant]:
    """People of the partnership who are not on the list; with `named`, those called so."""
    listed = Member.objects.filter(workspace=workspace, participant=OuterRef("pk"))
    found = (
        Participant.objects.here()
        .filter(~Exists(listed), partnership=workspace.partnership_id)
        .select_related("organisation")
        .order_by("display_name", "pk")
    )
    if workspace.open_to == OpenTo.ROLES:
        found = found.exclude(role__in=workspace.open_roles.values("role"))
    return found.filter(display_name__icontains=named) if named else found


def blocks_of(words: str) -> list[tuple[str, object]]:
    """A page's body from plain words: one block of text, every character shown and none obeyed."""
    html = sanitise.plain(words)
    return [("text", str(html))] if html else []


def words_of(body: StreamValue) -> str | None:
    """The plain words a body was made from by `blocks_of`; None where it is more than that.

    A body with headings or pictures is for Wagtail's editor: in plain words they would be lost.
    """
    if not body:
        return ""
    if len(body) > 1 or body[0].block_type != "text":
        return None
    html = body[0].value.source
    lines = html.replace("</p><p>", "\n\n").replace("<br>", "\n")
    words = unescape(re.sub("<[^>]*>", "", lines))
    return words if _same(html, sanitise.plain(words)) else None


def _same(html: str, other: str) -> bool:
    """Whether two texts differ at most in how a link is marked up."""
    bare = [re.sub(r"<a [^>]*>", "<a>", each) for each in (html, other)]
    return bare[0] == bare[1]
