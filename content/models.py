"""The pages editors write: home, a partnership's front page, guidance. And evidence packs."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from codesign.models import Decision
from content.enums import UNFINISHED, Audience, PackState
from portal import clock
from portal.models import Participant, Partnership, ReadablePage


class HomePage(ReadablePage):
    """What this is, the open partnerships, and the latest changes made because people spoke."""

    strapline = models.CharField(
        max_length=200, help_text=_("One sentence for somebody who has never been here.")
    )

    content_panels = [
        *ReadablePage.content_panels[:1],
        FieldPanel("strapline"),
        *ReadablePage.content_panels[1:],
    ]
    view = "content.views.pages.home"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.PartnershipPage", "content.GuidancePage"]
    max_count = 1


class PartnershipPage(ReadablePage):
    """A partnership's front page: its question, who is in it, and how to take part."""

    partnership = models.OneToOneField(
        Partnership,
        on_delete=models.PROTECT,
        related_name="page",
        help_text=_("The partnership this page is the front door of."),
    )

    content_panels = [
        *ReadablePage.content_panels[:1],
        FieldPanel("partnership"),
        *ReadablePage.content_panels[1:],
    ]
    view = "content.views.pages.partnership"
    parent_page_types = ["content.HomePage"]
    subpage_types = ["codesign.Workspace"]


class GuidancePage(ReadablePage):
    """Help, the accessibility statement, the privacy notice: pages that explain."""

    in_footer = models.BooleanField(
        _("Show in the footer"),
        default=False,
        help_text=_("On every page, at the bottom. For help, accessibility and privacy."),
    )

    view = "content.views.pages.guidance"
    parent_page_types = ["content.HomePage", "content.GuidancePage"]
    subpage_types = ["content.GuidancePage"]
    settings_panels = [*ReadablePage.settings_panels, FieldPanel("in_footer")]


class EvidencePack(models.Model):
    """A decision with everything behind it as one zip, made for an audience after it was asked for.

    `done` is in percent, `size` in bytes, `sha256` in hex. The file lies outside the media folder:
    only a view that asks who wants it hands it out.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="packs")
    audience = models.CharField(max_length=12, choices=Audience)
    state = models.CharField(max_length=8, choices=PackState, default=PackState.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "audience"],
                condition=Q(state__in=UNFINISHED),
                name="pack_made_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=PackState.READY)
                | (Q(ready_at__isnull=False, done=100) & ~Q(sha256="")),
                name="pack_ready_with_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {self.get_audience_display()}"

    @property
    def is_ready(self) -> bool:
        return self.state == PackState.READY

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def path(self) -> Path:
        """Where its file lies, once it is ready."""
        return Path(settings.VAR_DIR) / "evidence" / f"pack-{self.pk}.zip"

    def get_absolute_url(self) -> str:
        return reverse("content:evidence_pack", args=[self.partnership.slug, self.pk])
