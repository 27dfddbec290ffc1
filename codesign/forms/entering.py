"""Forms for entering what one person said."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import CommentKind, ProposalKind
from codesign.models import ServiceFeature
from codesign.operations.sheets import Given, Person
from portal.enums import Channel, Role, WhoseWords
from portal.forms import Form, PlainTextField
from portal.models import Participant, Partnership

# Those a worker enters for. People who work for the service write for themselves.
ROLES = [(role.value, role.label) for role in (Role.SERVICE_USER, Role.CARER, Role.PARTNER)]
CHANNELS = [
    (Channel.IN_PERSON.value, _("In a conversation")),
    (Channel.PHONE.value, _("By phone")),
    (Channel.PAPER.value, _("On paper")),
]


class EnterForm(Form):
    """How it reached the worker, and how the person agreed. `name` and `role` are for somebody new.

    `person` is who was chosen, or None.
    """

    name = PlainTextField(
        label=_("Name or nickname"),
        max_length=60,
        help_text=_("What the person wants to be called. It does not have to be their real name."),
    )
    role = forms.ChoiceField(
        label=_("Which side do they speak from?"), choices=ROLES, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(
        label=_("How did it reach you?"), choices=CHANNELS, widget=forms.RadioSelect
    )
    whose_words = forms.ChoiceField(
        label=_("Whose words are these?"), choices=WhoseWords, widget=forms.RadioSelect
    )
    consent = PlainTextField(
        label=_("How did the person agree that you enter this?"),
        max_length=200,
        help_text=_("For example: on the phone on 3 May, after I read it back."),
    )

    def __init__(self, *args: Any, person: Participant | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = person
        if person is not None:
            del self.fields["name"], self.fields["role"]

    @property
    def person(self) -> Person:
        """Whom a valid form is for."""
        if self.chosen is not None:
            return Person(self.chosen)
        return Person(name=self.cleaned_data["name"], role=Role(self.cleaned_data["role"]))

    @property
    def given(self) -> Given:
        said = self.cleaned_data
        whose = WhoseWords(said.get("whose_words", WhoseWords.OWN))
        return Given(Channel(said["channel"]), said["consent"], whose)


class EnterProposalForm(EnterForm):
    title = PlainTextField(label=_("What would help?"), max_length=120)
    why = PlainTextField(label=_("Why does it matter?"), max_length=4000, multiline=True)
    kind = forms.ChoiceField(
        label=_("What sort of idea is it?"),
        choices=ProposalKind,
        initial=ProposalKind.FEATURE,
        widget=forms.RadioSelect,
    )
    feature = forms.ModelChoiceField(
        label=_("Is it about a part of the service?"),
        queryset=ServiceFeature.objects.none(),
        required=False,
        empty_label=_("No, or I do not know"),
    )
    field_order = ["name", "role", "title", "why", "kind", "feature"]

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feature"].queryset = partnership.features.all()  # type: ignore[attr-defined]


class EnterCommentForm(EnterForm):
    kind = forms.ChoiceField(
        label=_("What kind of point is it?"), choices=CommentKind, initial=CommentKind.FOR
    )
    text = PlainTextField(label=_("Their point"), max_length=2000, multiline=True)
    field_order = ["name", "role", "kind", "text"]


class EnterSupportForm(EnterForm):
    """A tap holds no words, so nobody asks whose they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["whose_words"]
