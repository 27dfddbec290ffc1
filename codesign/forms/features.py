"""Forms about the service: choosing days to look at, adding a part, saying how a part stands."""

from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import FeatureStatus
from codesign.models import Decision, FeatureVersion
from portal import clock
from portal.forms import DateField, Form, PlainTextField
from portal.models import Participant, ref

MOST_OFFERED = 30  # decisions, newest first


class DayForm(Form):
    """The day the service is to be read as of."""

    mark_optional = False
    on = DateField(label=_("Show the service as it was, or will be, on"))


class BetweenForm(Form):
    """The two days between which changes are told; `from` is no name Python would take."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = DateField(label=_now("From the end of"))
        self.fields["to"] = DateField(label=_now("To the end of"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from"), cleaned.get("to")
        if first is not None and last is not None and first > last:
            self.add_error("to", _now("Choose a day after the first one."))
        return cleaned


class BecauseFields(TypedDict):
    """What brought a version about, as operations take it."""

    because: str
    because_words: str
    because_url: str


class HowItStandsForm(Form):
    """How a part of the service stands from a day on, and which decision brought that about."""

    status = forms.ChoiceField(
        label=_("How does it stand?"), choices=FeatureStatus, widget=forms.RadioSelect
    )
    words = PlainTextField(
        label=_("What is it like?"),
        max_length=2000,
        multiline=True,
        help_text=_("For somebody who has never used it: when, where, for whom, how to get it."),
    )
    from_day = DateField(label=_("From which day?"))
    decision = forms.ModelChoiceField(
        label=_("Which decision brought this about?"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None of these"),
        help_text=_("People can then follow the link and read why."),
    )

    def __init__(self, *args: Any, by: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decisions = Decision.objects.visible_to(by).order_by("-published_at")
        newest = list(decisions.values_list("pk", flat=True)[:MOST_OFFERED])
        self.fields["decision"].queryset = Decision.objects.filter(  # type: ignore[attr-defined]
            pk__in=newest
        ).select_related("partnership")
        self.fields["from_day"].initial = clock.today()

    @property
    def because(self) -> BecauseFields:
        decision: Decision | None = self.cleaned_data["decision"]
        if decision is None:
            return BecauseFields(because="", because_words="", because_url="")
        return BecauseFields(
            because=ref(decision),
            because_words=decision.title,
            because_url=decision.get_absolute_url(),
        )


class AddFeatureForm(HowItStandsForm):
    name = PlainTextField(
        label=_("What is this part of the service called?"),
        max_length=80,
        help_text=_("As people call it. For example: “Short breaks”."),
    )
    summary = PlainTextField(label=_("Say in one sentence what it is"), max_length=300)
    field_order = ["name", "summary", "status", "words", "from_day", "decision"]


class ChangeFeatureForm(HowItStandsForm):
    """`standing` is how the part stands today: what the form begins with."""

    def __init__(self, *args: Any, standing: FeatureVersion | None, **kwargs: Any) -> None:
        self.standing = standing
        if standing is not None:
            kwargs["initial"] = {"status": standing.status, "words": standing.words}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        said = (cleaned.get("status"), cleaned.get("words"))
        if self.standing is not None and said == (self.standing.status, self.standing.words):
            self.add_error(
                "words", _now("It is described just like this already. Say what is different.")
            )
        return cleaned
