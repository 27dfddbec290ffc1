"""What every Wagtail page of ours has: a body, and an easy-read twin beside it."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from portal import blocks
from portal.models.people import Participant


class ReadablePage(Page):
    """Abstract base: plain words, and the same in easy read for those who switch to it.

    `view` is the dotted path of the function that shows the page: `view(request, page)`. A name and
    not an import, as models know nothing of views.
    """

    view: ClassVar[str]

    body = StreamField(
        blocks.BODY,
        blank=True,
        verbose_name=_("Text"),
        help_text=_("Plain words, short sentences. One thought in each paragraph."),
    )
    easy_read = StreamField(
        blocks.EASY_READ,
        blank=True,
        verbose_name=_("Easy read"),
        help_text=_("The same page again: one idea in each line, with a picture beside it."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("easy_read")], heading=_("Easy-read twin")),
    ]
    show_in_menus_default = False

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = import_string(self.view)(request, self)
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """An editor's preview: the page as a visitor would see it."""
        return self.serve(request)

    def is_readable_by(self, participant: Participant | None) -> bool:
        """Whether somebody of its partnership, or a visitor (None), may read the page."""
        return True

    @property
    def has_easy_read(self) -> bool:
        return bool(self.easy_read)
