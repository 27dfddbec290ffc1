"""Forms about a proposal's words: suggested changes, co-authors, files, and what it may cost."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from codesign.enums import RoughCost, RoughEffort
from codesign.forms.people import FindsPerson, NameField, PersonField
from codesign.forms.proposals import ProposalForm
from portal.forms import Form, PlainTextField
from portal.models import Participant


class AmendmentForm(ProposalForm):
    """The whole words as they would be, and why they would be better."""

    reason = PlainTextField(
        label=_("Why would this be better?"),
        max_length=300,
        multiline=True,
        help_text=_("The authors read this and answer you. Everybody can read it."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000_000)


class AcceptAmendmentForm(ProposalForm):
    """The words as the authors take them up: as suggested, or adjusted."""

    answer = PlainTextField(
        label=_("A word to whoever suggested it"),
        max_length=300,
        multiline=True,
        required=False,
        help_text=_("Everybody can read this."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000_000)


class DeclineAmendmentForm(Form):
    answer = PlainTextField(
        label=_("Why not?"),
        max_length=300,
        multiline=True,
        help_text=_("Whoever suggested it is told. Everybody can read your reason."),
    )


class CoAuthorForm(FindsPerson):
    who = NameField(
        label=_("Who should write this with you?"),
        help_text=_(
            "Write their name, or a part of it. They are asked first. Who says yes can change the"
            " words as you can."
        ),
    )
    participant = PersonField()
    page_heading_field = "who"
    mark_optional = False

    def __init__(self, *args: object, people: QuerySet[Participant], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.find_among(people)


class EstimateForm(Form):
    """A provider's rough guess. Bands and plain words, since it is a guess."""

    cost = forms.ChoiceField(
        label=_("What might it cost in a year?"), choices=RoughCost, widget=forms.RadioSelect
    )
    effort = forms.ChoiceField(
        label=_("How long might it take to set up?"), choices=RoughEffort, widget=forms.RadioSelect
    )
    words = PlainTextField(
        label=_("What is your guess based on?"),
        max_length=500,
        multiline=True,
        required=False,
    )


class FileForm(Form):
    upload = forms.FileField(
        label=_("Picture or document"),
        help_text=_(
            "A JPEG, PNG, WebP or GIF picture; or a PDF, Word (.docx), OpenDocument (.odt) or text "
            "file. At most 10 MB. Where and when a photo was taken is removed."
        ),
        widget=forms.FileInput,
    )
    words = PlainTextField(
        label=_("What does the picture show, or what is the document?"),
        max_length=300,
        help_text=_("This is read aloud to people who cannot see it. One sentence is enough."),
    )
