"""The pages editors write: home, a partnership's front page, guidance."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from portal.models import Partnership, ReadablePage


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
