"""Workspaces: co-design spaces, each a Wagtail page under its partnership, and their stages."""

from datetime import date
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, PageManager
from wagtail.query import PageQuerySet

from codesign.enums import StageKind
from portal import clock
from portal.enums import Visibility
from portal.models import Participant, Partnership, ReadablePage


class WorkspaceQuerySet(PageQuerySet):
    def visible_to(self, participant: Participant | None) -> "WorkspaceQuerySet":
        """Published workspaces: all for people of the partnership, public ones for visitors."""
        live = self.live()
        if participant is None:
            return live.filter(
                visibility=Visibility.PUBLIC, partnership__visibility=Visibility.PUBLIC
            )
        return live.filter(partnership_id=participant.partnership_id)


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

    objects = PageManager.from_queryset(WorkspaceQuerySet)()

    content_panels = [
        *ReadablePage.content_panels[:1],
        FieldPanel("partnership", help_text=_("The partnership this space belongs to.")),
        FieldPanel("question"),
        FieldPanel("visibility"),
        InlinePanel(
            "stages",
            heading=_("Stages"),
            help_text=_("What happens when. Each stage ends on the day before the next begins."),
        ),
        *ReadablePage.content_panels[1:],
    ]
    parent_page_types = ["content.PartnershipPage"]
    subpage_types: list[str] = []
    view = "codesign.views.workspaces.workspace"

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC and self.partnership.is_public

    @cached_property
    def stage(self) -> "Stage | None":
        """The stage today falls in, or None before the first and after the last."""
        today = clock.today()
        return next((s for s in self.stages.all() if s.opens_on <= today <= s.closes_on), None)

    @cached_property
    def next_stage(self) -> "Stage | None":
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


class Stage(Orderable):
    """One stretch of a workspace's time, first and last day included."""

    workspace = ParentalKey(Workspace, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=10, choices=StageKind)
    opens_on = models.DateField()
    closes_on = models.DateField()

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
