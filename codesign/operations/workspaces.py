"""Writes about workspaces: opening one under its partnership's page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from codesign.enums import StageKind
from codesign.models import Stage, Workspace
from portal import clock, permissions, record
from portal.enums import Visibility
from portal.models import Participant
from portal.refusal import Refusal


class UnableToOpenWorkspace(Refusal):
    """The stages do not follow each other."""


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
    record.append(
        "workspace_opened",
        by=by,
        subject=workspace,
        public={
            "visibility": visibility,
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
