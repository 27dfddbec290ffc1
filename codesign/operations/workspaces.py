"""Writes about workspaces: opening one under its partnership's page, its words, the next round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from codesign.enums import OpenTo, StageKind
from codesign.models import Criterion, Member, OpenRole, Stage, TakingPart, Workspace
from codesign.permissions import STAGE_OPENS
from codesign.queries.workspaces import under_way_in, words_of
from portal import clock, live, notices, permissions, record
from portal.enums import Role, Visibility
from portal.models import Participant, ref
from portal.refusal import Refusal

Blocks = Iterable[tuple[str, object]]


class UnableToOpenWorkspace(Refusal):
    """The stages do not follow each other, or no role was named where only some may take part."""


class UnableToCloseWorkspace(Refusal):
    """It is closed already, or something in it is under way and has to end first."""


class UnableToReopenWorkspace(Refusal):
    """It is not closed."""


class UnableToDuplicateWorkspace(Refusal):
    """The space has no stages, so there is nothing to plan the next round by."""


def check_open(workspace: Workspace, act: str, by: Participant, refusal: type[Refusal]) -> None:
    """Raise `refusal` unless the workspace admits `by` and its stage opens `act`.

    The message says what is open. An act that no stage opens (see STAGE_OPENS) is open in each.
    """
    check_admitted(workspace, by, refusal)
    stage = workspace.stage
    if stage is None:
        raise refusal(_("This space is not open at the moment. You can still read everything."))
    if act in STAGE_OPENS and stage.kind not in STAGE_OPENS[act]:
        raise refusal(
            _("This space is now in the stage “%(stage)s”. You can still read everything.")
            % {"stage": stage.get_kind_display()}
        )


def check_not_closed(workspace: Workspace, refusal: type[Refusal]) -> None:
    """Raise `refusal` where the workspace was closed: it takes nothing new until it is reopened."""
    if workspace.is_closed:
        raise refusal(_("This space is closed. You can still read everything in it."))


def check_admitted(workspace: Workspace, by: Participant, refusal: type[Refusal]) -> None:
    """Raise `refusal` unless the workspace is not closed and admits `by`, whatever its stage."""
    check_not_closed(workspace, refusal)
    if not workspace.admits(by):
        raise refusal(_("This space is for the people who were asked into it. You can read it."))


def take_part(workspace: Workspace, by: Participant) -> None:
    """Count somebody among those who take part here; twice is once."""
    TakingPart.objects.bulk_create(
        [TakingPart(workspace=workspace, participant=by, since=clock.now())],
        ignore_conflicts=True,
    )


def locked(workspace: Workspace) -> Workspace:
    """The workspace read afresh, its row held until the transaction ends."""
    found: Workspace = (
        Workspace.objects.select_for_update(of=("self",))
        .select_related("partnership")
        .get(pk=workspace.pk)
    )
    return found


def keep_revision(workspace: Workspace) -> None:
    """Let Wagtail's editor begin from the workspace as it now is.

    The editor opens the newest revision of a page. One from before would bring back what has been
    changed since, so it is followed by another.
    """
    current = Workspace.objects.get(pk=workspace.pk)
    if current.latest_revision_id is not None:
        current.save_revision().publish()


@dataclass(frozen=True)
class StageDates:
    """A stage to be: its kind, its first day and its last."""

    kind: StageKind
    opens_on: date
    closes_on: date


@transaction.atomic
def open_workspace(
    *,
    parent: Page,
    title: str,
    question: str,
    stages: Sequence[StageDates],
    by: Participant,
    body: Blocks = (),
    easy_read: Blocks = (),
    visibility: Visibility = Visibility.PARTNERSHIP,
    open_to: OpenTo = OpenTo.PARTNERSHIP,
    roles: Iterable[Role] = (),
) -> Workspace:
    """Open a co-design space with its question and stages under the partnership's page `parent`.

    Raises UnableToOpenWorkspace when a stage ends before it begins or two share a day, and when it
    is to be open to some roles but none is named.
    """
    permissions.check(by, "open_workspace", by.partnership)
    permissions.check(by, "open_workspace", parent.specific.partnership)
    in_order = sorted(stages, key=lambda s: s.opens_on)
    backwards = any(s.closes_on < s.opens_on for s in in_order)
    overlap = any(b.opens_on <= a.closes_on for a, b in pairwise(in_order))
    if backwards or overlap:
        raise UnableToOpenWorkspace(
            _("Two stages share a day, or one ends before it begins. Please check the dates.")
        )
    named = in_order_of_roles(roles) if open_to == OpenTo.ROLES else []
    if open_to == OpenTo.ROLES and not named:
        raise UnableToOpenWorkspace(_("Choose at least one role that can take part."))
    now = clock.now()
    workspace = Workspace(
        title=title,
        slug=_free_slug(parent, title),
        partnership=by.partnership,
        question=question,
        visibility=visibility,
        open_to=open_to,
        body=list(body),
        easy_read=list(easy_read),
        first_published_at=now,
        last_published_at=now,
    )
    workspace.stages = [
        Stage(kind=s.kind, opens_on=s.opens_on, closes_on=s.closes_on, sort_order=n)
        for n, s in enumerate(in_order)
    ]
    parent.add_child(instance=workspace)
    OpenRole.objects.bulk_create(OpenRole(workspace=workspace, role=role) for role in named)
    record.append(
        "workspace_opened",
        by=by,
        subject=workspace,
        public={
            "visibility": visibility,
            "open_to": open_to,
            "roles": named,
            "stages": [
                {"kind": s.kind, "opens": s.opens_on.isoformat(), "closes": s.closes_on.isoformat()}
                for s in in_order
            ],
        },
        content={
            "title": title,
            "question": question,
            "introduction": words_of(workspace.body) or "",
        },
    )
    return workspace


def in_order_of_roles(roles: Iterable[Role]) -> list[str]:
    """Each of these roles once, in the order of `Role`."""
    named = set(roles)
    return [role.value for role in Role if role in named]


def _free_slug(parent: Page, title: str) -> str:
    """An address for `title` that no sibling has yet."""
    base = slugify(title)[:60] or "workspace"
    slug, number = base, 1
    while not Page._slug_is_available(slug, parent):
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def edit_workspace(
    *,
    workspace: Workspace,
    title: str,
    question: str,
    by: Participant,
    body: Blocks | None = None,
) -> Workspace:
    """Change what a workspace says about itself. Its address stays; so does `body` where None."""
    workspace = locked(workspace)
    permissions.check(by, "edit_workspace", workspace)
    workspace.title = workspace.draft_title = title
    workspace.question = question
    if body is not None:
        workspace.body = list(body)
    workspace.last_published_at = clock.now()
    workspace.save()
    keep_revision(workspace)
    record.append(
        "workspace_edited",
        by=by,
        subject=workspace,
        content={
            "title": title,
            "question": question,
            "introduction": words_of(workspace.body) or "",
        },
    )
    return workspace


@transaction.atomic
def duplicate_workspace(
    *,
    workspace: Workspace,
    title: str,
    starts_on: date,
    by: Participant,
    visibility: Visibility = Visibility.PARTNERSHIP,
) -> Workspace:
    """Open the next round of a workspace, with the same framing and nobody's words.

    The question, the introduction, the easy-read twin, the stages with their lengths, who may take
    part and the criteria are copied. Those who follow the round before or took part in it are told.
    Raises UnableToDuplicateWorkspace where there are no stages to copy.
    """
    before = locked(workspace)
    permissions.check(by, "duplicate_workspace", before)
    stages = sorted(before.stages.all(), key=lambda s: s.opens_on)
    if not stages:
        raise UnableToDuplicateWorkspace(_("This space has no stages, so it cannot be repeated."))
    later = starts_on - stages[0].opens_on
    made = open_workspace(
        parent=before.get_parent(),
        title=title,
        question=before.question,
        stages=[
            StageDates(StageKind(s.kind), s.opens_on + later, s.closes_on + later) for s in stages
        ],
        by=by,
        body=[(block.block_type, block.value) for block in before.body],
        easy_read=[(block.block_type, block.value) for block in before.easy_read],
        visibility=visibility,
        open_to=OpenTo(before.open_to),
        roles=[Role(each.role) for each in before.open_roles.all()],
    )
    made.continues = before
    Workspace.objects.filter(pk=made.pk).update(continues=before)
    invited = before.members.filter(invited_by__isnull=False, participant__left_at=None)
    Member.objects.bulk_create(
        Member(workspace=made, participant_id=person, invited_by=by, since=clock.now())
        for person in invited.values_list("participant_id", flat=True)
    )
    Criterion.objects.bulk_create(
        Criterion(
            workspace=made,
            name=each.name,
            question=each.question,
            low=each.low,
            high=each.high,
            place=each.place,
        )
        for each in before.criteria.all()
    )
    record.append("workspace_duplicated", by=by, subject=made, public={"continues": ref(before)})
    notices.queue(
        people_of(before),
        subject=made,
        text=_("The next round of “%(before)s” is being prepared: %(title)s")
        % {"before": before.title, "title": title},
        but_not=by,
    )
    return made


@transaction.atomic
def close_workspace(*, workspace: Workspace, reason: str, by: Participant) -> Workspace:
    """Close a space that is finished or was a mistake. Nothing is removed, and it can be reopened.

    Whoever could read it still can. It takes nothing new; activities that came of it go on. Those
    who follow it or took part are told. Raises UnableToCloseWorkspace when it is closed already,
    and while something in it is under way (see queries.workspaces.under_way_in).
    """
    workspace = locked(workspace)
    permissions.check(by, "close_workspace", workspace)
    if workspace.is_closed:
        raise UnableToCloseWorkspace(_("This space is closed already."))
    for each in under_way_in(workspace):
        raise UnableToCloseWorkspace(
            _("“%(title)s” is still open in this space. Close it first, then close the space.")
            % {"title": each}
        )
    workspace.closed_at, workspace.closed_by, workspace.closed_reason = clock.now(), by, reason
    _keep_whether_closed(workspace)
    record.append("workspace_closed", by=by, subject=workspace, content={"reason": reason})
    live.announce(workspace)
    notices.queue(
        people_of(workspace),
        subject=workspace,
        text=_("“%(title)s” was closed, because: %(reason)s You can still read everything in it.")
        % {"title": workspace.title, "reason": reason},
        but_not=by,
    )
    return workspace


@transaction.atomic
def reopen_workspace(*, workspace: Workspace, reason: str, by: Participant) -> Workspace:
    """Open a closed space again: its stages count from now as if it had never been closed.

    The same people are told. Raises UnableToReopenWorkspace when it is not closed.
    """
    workspace = locked(workspace)
    permissions.check(by, "reopen_workspace", workspace)
    if not workspace.is_closed:
        raise UnableToReopenWorkspace(_("This space is not closed."))
    workspace.closed_at, workspace.closed_by, workspace.closed_reason = None, None, ""
    workspace.reopened_at = clock.now()
    _keep_whether_closed(workspace)
    record.append("workspace_reopened", by=by, subject=workspace, content={"reason": reason})
    live.announce(workspace)
    notices.queue(
        people_of(workspace),
        subject=workspace,
        text=_("“%(title)s” is open again, because: %(reason)s")
        % {"title": workspace.title, "reason": reason},
        but_not=by,
    )
    return workspace


def _keep_whether_closed(workspace: Workspace) -> None:
    workspace.save(update_fields=["closed_at", "closed_by", "closed_reason", "reopened_at"])
    keep_revision(workspace)


def people_of(workspace: Workspace) -> QuerySet[Participant]:
    """Those here who follow a workspace, were asked into it, or have taken part in it."""
    here = Participant.objects.here()
    return (
        here.filter(follows__subject=ref(workspace))
        | here.filter(takes_part_in__workspace=workspace)
        | here.filter(memberships__workspace=workspace)
    ).distinct()
