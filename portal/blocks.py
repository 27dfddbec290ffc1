"""The few StreamField blocks pages are built from. Settled: a change here needs a migration."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

PICTURES = [
    ("people", _("People")),
    ("talk", _("Talking")),
    ("idea", _("An idea")),
    ("vote", _("Voting")),
    ("decide", _("Deciding")),
    ("change", _("A change")),
    ("told", _("Being told")),
    ("measure", _("Measuring")),
    ("calendar", _("A date")),
    ("phone", _("Phone")),
    ("help", _("Help")),
    ("home", _("Home")),
    ("heart", _("Caring")),
    ("lock", _("Private")),
]


class PictureAndWords(blocks.StructBlock):
    """Easy read: one idea, its picture on the left, its words on the right."""

    picture = blocks.ChoiceBlock(choices=PICTURES, label=_("Picture"))
    words = blocks.CharBlock(
        max_length=160, label=_("Words"), help_text=_("One idea. Short words. About ten of them.")
    )

    class Meta:
        icon = "image"
        template = "portal/blocks/picture_and_words.html"


class Photograph(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt_text = blocks.CharBlock(
        max_length=200,
        required=False,
        label=_("What the picture shows"),
        help_text=_("For people who cannot see it. Leave empty if it is only decoration."),
    )

    class Meta:
        icon = "image"
        template = "portal/blocks/photograph.html"


BODY = [
    (
        "heading",
        blocks.CharBlock(max_length=120, icon="title", template="portal/blocks/heading.html"),
    ),
    (
        "text",
        blocks.RichTextBlock(
            features=["bold", "link", "ol", "ul", "document-link"],
            template="portal/blocks/text.html",
        ),
    ),
    (
        "important",
        blocks.TextBlock(max_length=400, icon="warning", template="portal/blocks/important.html"),
    ),
    ("photograph", Photograph()),
]
EASY_READ = [("idea", PictureAndWords())]
