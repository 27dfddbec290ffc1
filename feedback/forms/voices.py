"""Forms for saying how it is going, for those who read it first, and for coming back."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from codesign.models import ServiceFeature
from feedback import cases
from feedback.models import Theme
from portal.enums import Channel, WhoseWords
from portal.forms import Form, Hinted, PlainTextField
from portal.models import Participant, Partnership

LONGEST = 4000  # characters
QUICKEST = 3  # seconds in which nobody has read the form and written a sentence
TRAP = "leave_this_empty"
TICKET_SALT = "throughline.voice"


def new_ticket() -> str:
    """A signed seed with the time it was given out: says how long the form was open."""
    return signing.dumps(cases.new_seed(), salt=TICKET_SALT)


class VoiceForm(Form):
    """Two questions. `seed`, once valid, makes sending the same form twice one voice."""

    feature = forms.ModelChoiceField(
        label=_("Which part of the service is this about?"),
        queryset=ServiceFeature.objects.none(),
        required=False,
        empty_label=_("All of it, or I am not sure"),
    )
    what_helped = PlainTextField(
        label=_("What helped?"),
        help_text=_("Something that made a day easier, however small."),
        max_length=LONGEST,
        multiline=True,
        required=False,
    )
    what_should_change = PlainTextField(
        label=_("What should change?"),
        help_text=_("Something that was hard, missing or could be better."),
        max_length=LONGEST,
        multiline=True,
        required=False,
    )
    named = forms.ChoiceField(
        label=_("Do you want to say who you are?"),
        choices=[
            ("no", Hinted(_("No"), _("Nobody can find out later that it was you."))),
            (
                "yes",
                Hinted(
                    _("Yes, show my display name and role"),
                    _("We tell you when something comes of it."),
                ),
            ),
        ],
        initial="no",
        widget=forms.RadioSelect,
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    mark_optional = False

    def __init__(
        self, *args: Any, partnership: Partnership, participant: Participant | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feature"].queryset = ServiceFeature.objects.filter(  # type: ignore[attr-defined]
            partnership=partnership
        ).order_by("name")
        if participant is None:
            del self.fields["named"]
        self.seed = ""
        self.initial.setdefault("ticket", new_ticket())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get(TRAP):
            self.add_error(
                None,
                _(
                    "A box that people cannot see was filled in, perhaps by your browser. "
                    "Please press Send again."
                ),
            )
        ticket = cleaned.get("ticket", "")
        try:
            self.seed = signing.loads(ticket, salt=TICKET_SALT)
            signing.loads(ticket, salt=TICKET_SALT, max_age=QUICKEST)
        except signing.SignatureExpired:
            pass
        except signing.BadSignature:
            self.fresh_ticket()
            self.add_error(None, _("Something went wrong on the way. Please press Send again."))
        else:
            self.add_error(
                None,
                _("That was very quick. Please look at your words once more, then press Send."),
            )
        return cleaned

    def fresh_ticket(self) -> None:
        """Put a new ticket in the form that goes back with the words still in it."""
        self.data = {**self.data.dict(), "ticket": new_ticket()}  # type: ignore[attr-defined]


class VoiceForSomebodyForm(VoiceForm):
    """The same for a worker who writes down what somebody else said, and how that came about."""

    giver = forms.ModelChoiceField(
        label=_("Who said it?"),
        queryset=Participant.objects.none(),
        required=False,
        empty_label=_("Somebody who did not give a name"),
    )
    channel = forms.ChoiceField(
        label=_("How did it reach you?"),
        choices=[c for c in Channel.choices if c[0] in {"phone", "paper", "in_person"}],
        widget=forms.RadioSelect,
    )
    whose_words = forms.ChoiceField(
        label=_("Whose words are these?"), choices=WhoseWords.choices, widget=forms.RadioSelect
    )
    consent = PlainTextField(
        label=_("How did the person agree that you write this down?"),
        help_text=_("For example: on the phone on 3 May, after I read it back."),
        max_length=200,
    )

    field_order = ["giver", "channel", "whose_words", "consent", "feature"]

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, partnership=partnership, **kwargs)
        self.fields.pop("named", None)
        self.fields["giver"].queryset = (  # type: ignore[attr-defined]
            Participant.objects.here().filter(partnership=partnership).order_by("display_name")
        )


class HowItWasForm(Form):
    """Three buttons after a date of an activity. What the button says is what the person said.

    `once` is the key of the page the tap was made on: a double tap is one voice.
    """

    answer = forms.ChoiceField(
        label=_("Was it any good?"),
        choices=[("yes", _("Yes")), ("fair", _("It was all right")), ("no", _("No"))],
    )
    named = forms.BooleanField(label=_("Show my name with it"), required=False)
    once = forms.RegexField(r"[0-9a-f]{32}", strip=False, widget=forms.HiddenInput)

    @property
    def words(self) -> tuple[str, str]:
        """What helped, and what should change."""
        return {
            "yes": (gettext("It was good."), ""),
            "fair": (gettext("It was all right."), ""),
            "no": ("", gettext("It was not good.")),
        }[self.cleaned_data["answer"]]

    @property
    def seed(self) -> str:
        return f"how-it-was:{self.cleaned_data['once']}"


class VoiceFilterForm(Form):
    """Which voices to list."""

    feature = forms.ModelChoiceField(
        label=_("Part of the service"),
        queryset=ServiceFeature.objects.none(),
        required=False,
        empty_label=_("All parts"),
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=_("All themes"),
    )

    mark_optional = False

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("feature", ServiceFeature), ("theme", Theme)):
            self.fields[name].queryset = model.objects.filter(  # type: ignore[attr-defined]
                partnership=partnership
            ).order_by("name")


class HoldForm(Form):
    reason = PlainTextField(
        label=_("Why is this held?"),
        help_text=_("Only moderators and safeguarding leads see your reason."),
        max_length=300,
        multiline=True,
    )


class ReplyForm(Form):
    text = PlainTextField(
        label=_("Your reply"),
        help_text=_("The person sees it, and so does everyone who can read what they said."),
        max_length=LONGEST,
        multiline=True,
    )


class CaseForm(Form):
    """Typed by POST only: a code never stands in an address."""

    code = PlainTextField(
        label=_("Your case code"),
        help_text=_("24 letters and digits. Spaces, hyphens and capitals do not matter."),
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "govuk-input--width-30",
            }
        ),
    )


class AddToVoiceForm(Form):
    text = PlainTextField(
        label=_("Do you want to add something?"),
        help_text=_("A person reads it before anybody else sees it."),
        max_length=LONGEST,
        multiline=True,
    )


class WithdrawForm(Form):
    sure = forms.BooleanField(label=_("Yes, erase my words. I know that nobody can undo this."))
