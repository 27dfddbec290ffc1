"""Forms about assessment: what suggestions are judged by, and one assessor's judgement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.models import Assessment, Criterion
from codesign.operations.assessments import MOST_CRITERIA, CriterionWords, usual_criteria
from portal.forms import Form, PlainTextField

WORDS = tuple(CriterionWords.__dataclass_fields__)  # of one criterion, in the order of the page
SPARE = 2  # empty rows to add to


class CriteriaForm(Form):
    """One row of four fields for each criterion. A row that is left empty is left out."""

    mark_optional = False

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [{name: getattr(each, name) for name in WORDS} for each in criteria] or [
            vars(each) for each in usual_criteria()
        ]
        self.numbers = range(1, min(len(shown) + SPARE, MOST_CRITERIA) + 1)
        for number, said in zip(self.numbers, [*shown, {}, {}], strict=False):
            for name, field in _row(number).items():
                field.initial = said.get(name, "")
                self.fields[f"{name}_{number}"] = field

    @property
    def rows(self) -> list[tuple[int, list[BoundField]]]:
        return [
            (number, [self[f"{name}_{number}"] for name in WORDS])  # type: ignore[misc]
            for number in self.numbers
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in self.numbers:
            said = {name: cleaned.get(f"{name}_{number}") for name in WORDS}
            if any(said.values()):
                for name in (name for name, text in said.items() if not text):
                    if f"{name}_{number}" not in self.errors:
                        self.add_error(
                            f"{name}_{number}",
                            _now("Please fill in this too, or empty all of question %(number)d.")
                            % {"number": number},
                        )
        return cleaned

    @property
    def criteria(self) -> list[CriterionWords]:
        said = [
            {name: self.cleaned_data[f"{name}_{number}"] for name in WORDS}
            for number in self.numbers
        ]
        return [CriterionWords(**each) for each in said if any(each.values())]


def _row(number: int) -> dict[str, forms.Field]:
    """The fields of one row. Their labels carry the number: an error names the row it is in."""
    at = {"number": number}
    return {
        "name": PlainTextField(
            label=_now("Short name of question %(number)d") % at, max_length=60, required=False
        ),
        "question": PlainTextField(
            label=_now("Question %(number)d in full") % at, max_length=200, required=False
        ),
        "low": PlainTextField(
            label=_now("What a 1 means in question %(number)d") % at, max_length=120, required=False
        ),
        "high": PlainTextField(
            label=_now("What a 5 means in question %(number)d") % at, max_length=120, required=False
        ),
    }


class AssessmentForm(Form):
    """A number from 1 to 5 and a reason for each criterion; nothing is chosen beforehand."""

    words = PlainTextField(
        label=_("Is there anything else to say about the whole?"),
        max_length=2000,
        multiline=True,
        required=False,
        help_text=_("For example what would have to change for it to work."),
    )

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[Criterion],
        mine: Assessment | None = None,
        **kwargs: Any,
    ) -> None:
        self.criteria = list(criteria)
        said = {each.criterion_id: each for each in mine.scores.all()} if mine else {}
        if mine is not None:
            kwargs["initial"] = {"words": mine.words}
        super().__init__(*args, **kwargs)
        for each in self.criteria:
            earlier = said.get(each.pk)
            self.fields[f"score_{each.pk}"] = forms.TypedChoiceField(
                label=f"{each.name}: {each.question}",
                choices=[
                    (1, _now("1: %(words)s") % {"words": each.low}),
                    *((number, str(number)) for number in (2, 3, 4)),
                    (5, _now("5: %(words)s") % {"words": each.high}),
                ],
                coerce=int,
                widget=forms.RadioSelect,
                initial=earlier.score if earlier else None,
                error_messages={
                    "required": _now("Please choose a number for “%(name)s”.") % {"name": each.name}
                },
            )
            self.fields[f"reason_{each.pk}"] = PlainTextField(
                label=_now("Why, for “%(name)s”?") % {"name": each.name},
                max_length=500,
                multiline=True,
                initial=earlier.reason if earlier else "",
                error_messages={
                    "required": _now("Please give your reason for “%(name)s”.")
                    % {"name": each.name}
                },
            )
        self.order_fields([name for name in self.fields if name != "words"])

    @property
    def scores(self) -> Mapping[int, tuple[int, str]]:
        return {
            each.pk: (
                self.cleaned_data[f"score_{each.pk}"],
                self.cleaned_data[f"reason_{each.pk}"],
            )
            for each in self.criteria
        }
