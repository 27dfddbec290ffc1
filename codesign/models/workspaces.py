"""Workspaces: co-design spaces, each a Wagtail page under its partnership, and their stages."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, PageManager
from wagtail.query import PageQuerySet

from codesign.enums import OpenTo, StageKind
from portal import clock
from portal.enums import Duty, Role, Visibility
from portal.models import DutyHeld, Participant, Partnership, ReadablePage

# Whoever runs, guards or evaluates what happens here comes into every space of the partnership.
EVERYWHERE = (
    Duty.FACILITATOR,
    Duty.MODERATOR,
    Duty.SAFEGUARDING_LEAD,
    Duty.EVALUATOR,
    Duty.PARTNERSHIP_ADMIN,
)


class WorkspaceQuerySet(PageQuerySet):
    def visible_to(self, participant: Participant | None) -> "WorkspaceQuerySet":
        """Published workspaces somebody may read: public ones, and those that admit them."""
        live = self.live()
        public = Q(visibility=Visibility.PUBLIC, partnership__visibility=Visibility.PUBLIC)
        if participant is None:
            return live.filter(public)
        here = live.filter(partnership_id=participant.partnership_id)
        if participant.has_duty(*EVERYWHERE):
            return here
        return here.filter(
            public
            | Q(open_to=OpenTo.PARTNERSHIP)
            | Q(open_to=OpenTo.ROLES)
            & Exists(OpenRole.objects.filter(workspace=OuterRef("pk"), role=participant.role))
            | Exists(Member.objects.filter(workspace=OuterRef("pk"), participant=participant))
        )


class Workspace(ReadablePage):
    """A co-design space with a question and dated stages."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="workspaces"
    )
    question = models.CharField(
        max_length=200,
        help_text=_("What this space is to answer, as people would ask it. End with “?”."),
    )
    visibility = models.CharField(
        max_length=16,
        choices=Visibility,
        default=Visibility.PARTNERSHIP,
        help_text=_("Who may read what is written here. Only the partnership, unless you choose."),
    )
    open_to = models.CharField(
        max_length=12,
        choices=OpenTo,
        default=OpenTo.PARTNERSHIP,
        help_text=_("Who may take part. Others may read only what is public."),
    )
    continues = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="continued_in",
        help_text=_("The round before this one, if it goes on from there."),
    )
    # While it is closed: nothing new is taken, everything stays readable.
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        Participant,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    closed_reason = models.CharField(max_length=300, blank=True, editable=False)
    # When it was last opened again after it had been closed.
    reopened_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PageManager.from_queryset(WorkspaceQuerySet)()

    content_panels = [
        *ReadablePage.content_panels[:1],
        FieldPanel("partnership", help_text=_("The partnership this space belongs to.")),
        FieldPanel("question"),
        FieldPanel("visibility"),
        FieldPanel("open_to"),
        InlinePanel(
            "stages",
            heading=_("Stages"),
            help_text=_("What happens when. Each stage ends on the day before the next begins."),
        ),
        *ReadablePage.content_panels[1:],
    ]
    parent_page_types = ["content.PartnershipPage"]
    subpage_types: list[str] = []
    view = "content.views.pages.workspace"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, closed_reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_reason="")),
                name="workspace_closed_by_at_why",
            )
        ]

    def with_content_json(self, content: dict[str, Any]) -> "Workspace":
        """An editor's draft from before never closes or opens a space: only its operations do."""
        drafted: Workspace = super().with_content_json(content)
        for name in ("closed_at", "closed_by_id", "closed_reason", "reopened_at"):
            setattr(drafted, name, getattr(self, name))
        return drafted

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC and self.partnership.is_public

    @property
    def space(self) -> "Workspace":
        """What a workspace's own record entries belong to; things in it answer alike."""
        return self

    def admits(self, participant: Participant) -> bool:
        """Whether somebody of the partnership may take part here."""
        if self.open_to == OpenTo.PARTNERSHIP or participant.has_duty(*EVERYWHERE):
            return True
        if self.open_to == OpenTo.ROLES and any(
            each.role == participant.role for each in self.open_roles.all()
        ):
            return True
        return self.members.filter(participant=participant).exists()

    def admitted(self, people: Iterable[Participant]) -> list[Participant]:
        """Those of `people` who may take part here, in their order: `admits` for many at once.

        One query, or none where the space is open to the whole partnership.
        """
        here = [each for each in people if each.partnership_id == self.partnership_id]
        if self.open_to == OpenTo.PARTNERSHIP:
            return here
        listed = Member.objects.filter(workspace=self, participant=OuterRef("pk"))
        on_duty = DutyHeld.objects.filter(participant=OuterRef("pk"), duty__in=EVERYWHERE)
        asked = Q(Exists(listed)) | Q(Exists(on_duty))
        if self.open_to == OpenTo.ROLES:
            asked |= Q(role__in=self.open_roles.values("role"))
        let_in = set(
            Participant.objects.filter(asked, pk__in=[each.pk for each in here]).values_list(
                "pk", flat=True
            )
        )
        return [each for each in here if each.pk in let_in]

    def readers(self, people: Iterable[Participant]) -> list[Participant]:
        """Those of `people` who may read what stands here, in their order; one query at most.

        The same rule as `visible_to`, asked about many people at once.
        """
        if not self.live:
            return []
        if self.is_public:
            return [each for each in people if each.partnership_id == self.partnership_id]
        return self.admitted(people)

    def is_readable_by(self, participant: Participant | None) -> bool:
        """Whether one of its people, or a visitor (None), may read it, by the same rule."""
        if not self.live:
            return False
        return self.is_public or (participant is not None and self.admits(participant))

    @cached_property
    def stage(self) -> "Stage | None":
        """The stage today falls in; None before the first, after the last, and in a closed space.

        What no stage opens is shut, so this is where a closed space takes nothing more.
        """
        if self.is_closed:
            return None
        today = clock.today()
        return next((s for s in self.stages.all() if s.opens_on <= today <= s.closes_on), None)

    @cached_property
    def next_stage(self) -> "Stage | None":
        if self.is_closed:
            return None
        today = clock.today()
        return next((s for s in self.stages.all() if s.opens_on > today), None)

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}{self.slug}/"

    def clean(self) -> None:
        super().clean()
        parent = self.get_parent() if self.pk else None
        if parent is not None and parent.specific.partnership != self.partnership:
            raise ValidationError(_("This page stands under another partnership’s page."))
        stages = sorted(self.stages.all(), key=lambda s: s.opens_on)
        for earlier, later in pairwise(stages):
            if later.opens_on <= earlier.closes_on:
                raise ValidationError(
                    _("Two stages share a day. Begin each after the one before has ended.")
                )


class StageQuerySet(models.QuerySet["Stage"]):
    def on_today(self) -> "StageQuerySet":
        """Those that today falls in, of spaces that are not closed: what `Workspace.stage` says."""
        today = clock.today()
        return self.filter(opens_on__lte=today, closes_on__gte=today, workspace__closed_at=None)


class Stage(Orderable):
    """One stretch of a workspace's time, first and last day included."""

    workspace = ParentalKey(Workspace, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=10, choices=StageKind)
    opens_on = models.DateField()
    closes_on = models.DateField()

    objects = StageQuerySet.as_manager()

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="stage_opens_before_it_closes"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def is_on(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


class OpenRole(models.Model):
    """A role that may take part in a workspace which is open to some roles only."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="open_roles")
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "role"], name="workspace_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.workspace}: {self.get_role_display()}"


class Member(models.Model):
    """Somebody who was invited into a workspace, or came into it with a session's code."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="members")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="memberships"
    )
    invited_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "participant"], name="member_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant} in {self.workspace}"


class TakingPart(models.Model):
    """Somebody has suggested, supported, commented or amended in a workspace at least once.

    Kept in the transaction of that act, so that a page never counts supports to say who is here.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="taking_part")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="takes_part_in"
    )
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "participant"], name="takes_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant} takes part in {self.workspace}"


class StageMove(models.Model):
    """A stage was moved: from which day to which, by whom, and why. Append-only.

    The days are those on which the stage begins. Where `kind` is empty it was the end that was
    moved: the days are the last of the last stage.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="stage_moves")
    kind = models.CharField(max_length=10, choices=StageKind)
    planned_for = models.DateField()
    moved_to = models.DateField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.planned_for} → {self.moved_to}"
