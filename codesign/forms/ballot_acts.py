"""Forms of single acts about a ballot: a reason, an answer, somebody more who may vote."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.forms.people import name_and_role
from portal.forms import Form, PlainTextField
from portal.models import Participant


class AddToRollForm(Form):
    """Somebody more who may vote, and why only now."""

    participant = forms.ModelChoiceField(
        label=_("Who is to be added?"),
        queryset=Participant.objects.none(),
        empty_label=_("Choose"),
    )
    reason = PlainTextField(
        label=_("Why were they not on the list before?"),
        max_length=500,
        multiline=True,
        help_text=_("Everybody on the list is told, with this reason."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["participant"]
        field.queryset = people
        field.label_from_instance = name_and_role


class WhyForm(Form):
    """An act about a whole ballot needs its reason, and shows it."""

    reason = PlainTextField(
        label=_("Why?"),
        max_length=500,
        multiline=True,
        help_text=_("Everybody can read this, and it stands in the record."),
    )


class AnswerForm(Form):
    answer = PlainTextField(
        label=_("Your answer"),
        max_length=4000,
        multiline=True,
        help_text=_("It stands beside the objection for everybody to read, and cannot be changed."),
    )
