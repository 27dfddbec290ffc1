"""The form above the register of decisions: words to look for, and what to narrow it down to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import Outcome
from codesign.forms.lists import ALL, ListForm
from codesign.queries.decision_lists import Choices, DecisionShow, WantedDecisions


class DecisionListForm(ListForm):
    workspace = forms.ChoiceField(label=_("Space"), required=False)
    outcome = forms.ChoiceField(
        label=_("What was decided"), required=False, choices=[*ALL, *Outcome.choices]
    )
    show = forms.ChoiceField(
        label=_("How it stands"), required=False, choices=[*ALL, *DecisionShow.choices]
    )
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, spaces: Choices, years: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workspace"].choices = [*ALL, *spaces]  # type: ignore[attr-defined]
        self.fields["year"].choices = [*ALL, *years]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> WantedDecisions:
        self.is_valid()
        said = self.cleaned_data
        return WantedDecisions(
            q=said.get("q", ""),
            workspace=int(said.get("workspace") or 0),
            outcome=said.get("outcome", ""),
            show=said.get("show", ""),
            year=int(said.get("year") or 0),
        )
