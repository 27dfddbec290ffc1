"""Forms about activities."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from codesign import dates
from codesign.enums import Interest, Repeats
from codesign.forms.people import FindsPerson, NameField, PersonField
from codesign.models import Proposal, Workspace
from codesign.operations.activities import LONGEST, ActivityWords
from codesign.queries.people import people_to_ask
from portal.forms import DateField, DateTimeField, Form, PlainTextField
from portal.models import Participant

WORDS = ("title", "about", "interest", "place", "link", "access", "cost", "bring")
MOST = 1000  # people


class ActivityForm(Form):
    """What people read about an activity, and how many can come."""

    title = PlainTextField(label=_("What is it called?"), max_length=120)
    about = PlainTextField(
        label=_("What happens there?"),
        help_text=_("Two or three sentences for somebody who has never come."),
        max_length=4000,
        multiline=True,
    )
    interest = forms.ChoiceField(
        label=_("What is it about?"), choices=Interest, widget=forms.RadioSelect
    )
    place = PlainTextField(
        label=_("Where is it?"),
        help_text=_("The name of the place and its address."),
        max_length=200,
        required=False,
    )
    link = forms.URLField(
        label=_("Link to meet online"),
        help_text=_("Only people who are coming see it. It begins with https://"),
        max_length=200,
        required=False,
        assume_scheme="https",
    )
    access = PlainTextField(
        label=_("How easy is it to get in and take part?"),
        help_text=_("Steps, toilets, parking, a quiet room, sign language, a loop for hearing."),
        max_length=500,
        multiline=True,
        required=False,
    )
    cost = PlainTextField(
        label=_("What does it cost?"),
        help_text=_("For example: free, or £2 for tea."),
        max_length=120,
        required=False,
    )
    bring = PlainTextField(label=_("What should people bring?"), max_length=200, required=False)
    capacity = forms.IntegerField(
        label=_("How many people can come each time?"),
        help_text=_("Leave this empty if there is no limit."),
        min_value=1,
        max_value=MOST,
        required=False,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )

    @property
    def words(self) -> ActivityWords:
        """What a valid form says."""
        said = {name: self.cleaned_data[name] for name in WORDS}
        return ActivityWords(**{**said, "interest": Interest(said["interest"])})


class StartActivityForm(FindsPerson, ActivityForm):
    """The same with its first date, how it repeats and who leads it."""

    first_at = DateTimeField(label=_("When is the first date?"))
    minutes = forms.IntegerField(
        label=_("How many minutes does it last?"),
        help_text=_("Two hours are 120 minutes."),
        min_value=5,
        max_value=LONGEST,
        initial=120,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )
    repeats = forms.ChoiceField(
        label=_("How often?"), choices=Repeats, initial=Repeats.ONCE, widget=forms.RadioSelect
    )
    until = DateField(
        label=_("Until which day?"),
        help_text=_("Leave this empty if it goes on."),
        required=False,
    )
    i_lead = forms.BooleanField(label=_("I lead it"), required=False)
    host_name = NameField(
        label=_("Who else leads it?"),
        help_text=_(
            "Anybody here can lead a group. Write their name, or a part of it. You can add more"
            " people later."
        ),
    )
    host = PersonField()
    person_name = "host_name"
    person = "host"
    needs_person = False

    def __init__(self, *args: Any, proposal: Proposal, by: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.initial.setdefault("title", proposal.title)
        self.initial.setdefault("about", proposal.why)
        self.find_among(people_to_ask(proposal.workspace).exclude(pk=by.pk))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first_at: datetime | None = cleaned.get("first_at")
        until: date | None = cleaned.get("until")
        if first_at and until and until < timezone.localdate(first_at):
            self.add_error("until", _("The last day cannot be before the first."))
        return cleaned

    @property
    def rrule(self) -> str:
        first = timezone.localtime(self.cleaned_data["first_at"])
        return dates.rule_for(self.cleaned_data["repeats"], first, self.cleaned_data["until"])

    @property
    def hosts(self) -> list[Participant]:
        me = [self.by] if self.cleaned_data["i_lead"] else []
        other = self.cleaned_data.get("host")
        return [*me, other] if other else me


class AddHostForm(FindsPerson):
    who = NameField(label=_("Who leads it too?"))
    participant = PersonField()
    mark_optional = False

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find_among(people_to_ask(workspace))


class AddDateForm(Form):
    starts_at = DateTimeField(label=_("When does it begin?"))


class CallOffForm(Form):
    """Why a date or a whole activity does not go on."""

    reason = PlainTextField(
        label=_("Why?"),
        help_text=_("Everybody who was coming gets these words. Say what they can do instead."),
        max_length=300,
        multiline=True,
    )


class AttendanceForm(Form):
    attended = forms.IntegerField(
        label=_("How many people came?"),
        help_text=_("Only the number. No names are needed."),
        min_value=0,
        max_value=MOST * 10,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )
