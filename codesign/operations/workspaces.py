"""Writes about workspaces: opening one under its partnership's page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from codesign.enums import OpenTo, StageKind
from codesign.models import OpenRole, Stage, TakingPart, Workspace
from codesign.permissions import STAGE_OPENS
from portal import clock, permissions, record
from portal.enums import Role, Visibility
from portal.models import Participant
from portal.refusal import Refusal


class UnableToOpenWorkspace(Refusal):
    """The stages do not follow each other."""


def check_open(workspace: Workspace, act: str, by: Participant, refusal: type[Refusal]) -> None:
    """Raise `refusal` unless the workspace admits `by` and its stage opens `act`.

    The message says what is open. An act that no stage opens (see STAGE_OPENS) is open in each.
    """
    if not workspace.admits(by):
        raise refusal(_("This space is for the people who were asked into it. You can read it."))
    stage = workspace.stage
    if stage is None:
        raise refusal(_("This space is not open at the moment. You can still read everything."))
    if act in STAGE_OPENS and stage.kind not in STAGE_OPENS[act]:
        raise refusal(
            _("This space is now in the stage “%(stage)s”. You can still read everything.")
            % {"stage": stage.get_kind_display()}
        )


def take_part(workspace: Workspace, by: Participant) -> None:
    """Count somebody among those who take part here; twice is once."""
    TakingPart.objects.bulk_create(
        [TakingPart(workspace=workspace, participant=by, since=clock.now())],
        ignore_conflicts=True,
    )


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
    body: Iterable[tuple[str, object]] = (),
    easy_read: Iterable[tuple[str, object]] = (),
    visibility: Visibility = Visibility.PARTNERSHIP,
    open_to: OpenTo = OpenTo.PARTNERSHIP,
    roles: Iterable[Role] = (),
) -> Workspace:
    """Open a co-design space with its question and stages under the partnership's page `parent`.

    Raises UnableToOpenWorkspace when a stage ends before it begins or two share a day.
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
    OpenRole.objects.bulk_create(OpenRole(workspace=workspace, role=role) for role in roles)
    record.append(
        "workspace_opened",
        by=by,
        subject=workspace,
        public={
            "visibility": visibility,
            "open_to": open_to,
            "stages": [
                {"kind": s.kind, "opens": s.opens_on.isoformat(), "closes": s.closes_on.isoformat()}
                for s in in_order
            ],
        },
        content={"title": title, "question": question},
    )
    return workspace


def _free_slug(parent: Page, title: str) -> str:
    """An address for `title` that no sibling has yet."""
    base = slugify(title)[:60] or "workspace"
    slug, number = base, 1
    while not Page._slug_is_available(slug, parent):
        number += 1
        slug = f"{base}-{number}"
    return slug
