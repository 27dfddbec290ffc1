"""Forms about measures and reviews."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.models import ServiceFeature
from feedback.enums import Direction, Verdict, WhatNext
from feedback.models import Measure
from feedback.queries.measures import month_in_words, next_month
from portal import clock
from portal.forms import Form, Hinted, PlainTextField
from portal.models import Partnership

MONTHS_OFFERED = 36


class MeasureForm(Form):
    """What is counted every month, and how."""

    name = PlainTextField(
        label=_("What do you call it?"),
        max_length=120,
        help_text=_("For example: Carers who got a full break."),
    )
    definition = PlainTextField(
        label=_("What exactly is counted?"),
        max_length=2000,
        multiline=True,
        help_text=_("So that two people would count the same. Say what does not count, too."),
    )
    unit = PlainTextField(
        label=_("In what?"),
        max_length=40,
        help_text=_("The word after the number: carers, visits, per cent."),
    )
    counts_people = forms.ChoiceField(
        label=_("Is it a number of people?"),
        choices=[
            (
                "yes",
                Hinted(_("Yes"), _("Outside the service, small numbers are hidden or rounded.")),
            ),
            ("no", _("No")),
        ],
        initial="yes",
        widget=forms.RadioSelect,
    )
    direction = forms.ChoiceField(
        label=_("Which way is better?"), choices=Direction, widget=forms.RadioSelect
    )
    source = PlainTextField(
        label=_("Where do the numbers come from?"),
        max_length=200,
        help_text=_("For example: the visit log, checked every quarter."),
    )
    feature = forms.ModelChoiceField(
        label=_("Which part of the service is it about?"),
        queryset=ServiceFeature.objects.none(),
        required=False,
        empty_label=_("The service as a whole"),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["feature"].queryset = ServiceFeature.objects.filter(
            partnership=partnership
        ).order_by("name")

    def clean_counts_people(self) -> bool:
        return self.cleaned_data["counts_people"] == "yes"


def value_field(measure: Measure, label: Any) -> forms.DecimalField:
    """Where a reading is typed; whole numbers where people are counted."""
    return forms.DecimalField(
        label=label,
        help_text=measure.unit,
        max_digits=12,
        decimal_places=0 if measure.counts_people else 3,
        min_value=0 if measure.counts_people else None,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}),
        error_messages={
            "max_decimal_places": _("This measure counts people, so write a whole number.")
            if measure.counts_people
            else _("Write three decimal places at most."),
            "min_value": _("Write 0 or more."),
        },
    )


class ObservationForm(Form):
    """One month's reading, for a month that has none yet."""

    month = forms.ChoiceField(label=_("Which month?"))

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (f"{month:%Y-%m-%d}", month_in_words(month)) for month in months_without(measure)
        ]
        self.fields["value"] = value_field(measure, _("What was counted?"))

    def clean_month(self) -> date:
        return date.fromisoformat(self.cleaned_data["month"])


def months_without(measure: Measure) -> list[date]:
    """The months of the last three years that have no reading yet, the latest full month first.

    The month that still runs comes last: what is counted in it is not whole yet.
    """
    this = clock.today().replace(day=1)
    month = date(this.year - MONTHS_OFFERED // 12, this.month, 1)
    months = []
    while month < this:
        months.append(month)
        month = next_month(month)
    seen = set(measure.observations.values_list("month", flat=True))
    return [each for each in [*reversed(months), this] if each not in seen]


class CorrectionForm(Form):
    """A new number in the place of a wrong one."""

    why = PlainTextField(
        label=_("Why was the number wrong?"),
        max_length=300,
        help_text=_("Everyone who sees the measure can read this."),
    )

    field_order = ["value", "why"]

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = value_field(measure, _now("What is the right number?"))
        self.order_fields(self.field_order)


class ReviewForm(Form):
    """Did it help?"""

    verdict = forms.ChoiceField(
        label=_("What did you find?"), choices=Verdict, widget=forms.RadioSelect
    )
    words = PlainTextField(
        label=_("Did it help? Say it in words"),
        max_length=4000,
        multiline=True,
        help_text=_("What you looked at, what you saw, and what you cannot know."),
    )
    participants_say = PlainTextField(
        label=_("What do the people it was for say?"),
        max_length=4000,
        multiline=True,
        required=False,
        help_text=_("Their own verdict. It stands beside yours and is never mixed with it."),
    )
    what_next = forms.ChoiceField(
        label=_("What happens next?"), choices=WhatNext, widget=forms.RadioSelect
    )
