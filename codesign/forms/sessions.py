"""Forms of design sessions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.models import Card, DesignSession
from codesign.queries import sessions as queries
from portal.enums import Channel, Role, WhoseWords
from portal.forms import Form, Hinted, PlainTextField
from portal.models import Participant

# Plain words: somebody new does not know what a commissioner is.
ROLE_CHOICES = [
    (Role.SERVICE_USER, Hinted(_("I use the service"), _("Or I may use it one day."))),
    (Role.CARER, Hinted(_("I look after someone"), _("A relative, a friend or a neighbour."))),
    (Role.PROVIDER, Hinted(_("I work for the service"), _("As staff or as a volunteer."))),
    (Role.COMMISSIONER, Hinted(_("I plan or pay for services"), _("For a council or the NHS."))),
    (Role.PARTNER, Hinted(_("I come from another group"), _("A charity, a club or a funder."))),
]


class OpenSessionForm(Form):
    title = PlainTextField(
        label=_("What is the session called?"),
        max_length=120,
        help_text=_("For example: “Breaks in summer”."),
    )
    question = PlainTextField(
        label=_("What question should the group answer?"),
        max_length=200,
        help_text=_("One plain question. It stays on everybody’s screen."),
    )
    dots_each = forms.IntegerField(
        label=_("How many dots does each person get?"),
        min_value=1,
        max_value=10,
        initial=3,
        help_text=_("People place dots on the ideas they like best. Three is usual."),
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
    )


class CodeForm(Form):
    """One field. Case, spaces and hyphens do not matter."""

    page_heading_field = "code"
    code = PlainTextField(
        label=_("Join a session"),
        max_length=20,
        help_text=_("Type the code you were given. It looks like 7K3-QDP."),
        widget=forms.TextInput(
            attrs={
                "class": "tl-code govuk-input--width-10",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class JoinForm(Form):
    """Who somebody is for this session. No account, no e-mail."""

    display_name = PlainTextField(
        label=_("What should we call you?"),
        max_length=60,
        help_text=_("Keep this name or write another. It need not be your real name."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Which is closest to you?"),
        choices=ROLE_CHOICES,
        widget=forms.RadioSelect,
        help_text=_("People see this next to what you write."),
    )
    easy_read = forms.BooleanField(label=_("I would like easy words"), required=False)
    larger_text = forms.BooleanField(label=_("I would like larger text"), required=False)


class RejoinForm(Form):
    """The three words that bring a guest back."""

    phrase = PlainTextField(
        label=_("Your three words"),
        max_length=80,
        help_text=_("You were given them when you joined. For example: “kettle moon garden”."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


class CardForm(Form):
    text = PlainTextField(
        label=_("Your idea"),
        max_length=280,
        multiline=True,
        help_text=_("One idea on each card. Up to 280 letters."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EnterCardForm(CardForm):
    """A card that a facilitator types in for somebody."""

    by = forms.ModelChoiceField(
        label=_("Whose idea is it?"),
        queryset=Participant.objects.none(),
        required=False,
        empty_label=_("Somebody who is not on this list"),
    )
    channel = forms.ChoiceField(
        label=_("How did they give it?"),
        choices=[
            (Channel.IN_PERSON, _("They said it")),
            (Channel.PAPER, _("They wrote it on paper")),
        ],
        initial=Channel.IN_PERSON,
        widget=forms.RadioSelect,
    )
    whose_words = forms.ChoiceField(
        label=_("Whose words are these?"),
        choices=WhoseWords,
        initial=WhoseWords.OWN,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, session: DesignSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("The idea")
        self.fields["by"].queryset = queries.people_to_enter_for(session)  # type: ignore[attr-defined]


class HideCardForm(Form):
    reason = PlainTextField(
        label=_("Why is this card taken off the board?"),
        max_length=300,
        multiline=True,
        help_text=_("Everybody in the session can read this, and its author is told."),
    )


class CardChoice(forms.ModelMultipleChoiceField):
    """Cards as check boxes, each with its dots."""

    def label_from_instance(self, obj: Any) -> Any:
        return Hinted(obj.text, _("Dots: %(dots)d") % {"dots": obj.dot_count})


class CloseForm(Form):
    """What the group chose, and a last word. Everybody in the room is told."""

    chosen = CardChoice(
        label=_("Which ideas did the group choose?"),
        queryset=Card.objects.none(),
        required=False,
        help_text=_("Each becomes a suggestion that people can support. You can choose none."),
        widget=forms.CheckboxSelectMultiple,
    )
    closing_words = PlainTextField(
        label=_("Closing words"),
        max_length=2000,
        multiline=True,
        required=False,
        help_text=_("What did you agree, and what happens next? This goes into the minutes."),
    )

    def __init__(self, *args: Any, session: DesignSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cards = Card.objects.filter(session=session, hidden_at=None)
        self.fields["chosen"].queryset = cards.order_by("-dot_count", "pk")  # type: ignore[attr-defined]
