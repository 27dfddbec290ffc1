"""Forms that join proposals and take them apart."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.forms.proposals import ReasonForm
from codesign.models import Proposal
from portal.forms import Hinted, PlainTextField, say_kindly

FEWEST_PARTS, MOST_PARTS = 2, 6


class MergeForm(ReasonForm):
    """Which proposals live on in this one: those ticked, found by words and offered as a list.

    Any of `siblings` may be sent; only `offered` are listed, so the list stays short.
    """

    find = PlainTextField(
        label=_("Look for suggestions by their words"), max_length=200, required=False
    )
    proposals = forms.ModelMultipleChoiceField(
        label=_("Which suggestions say the same?"),
        queryset=Proposal.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please tick at least one suggestion.")},
    )
    field_order = ["find", "proposals", "reason"]

    def __init__(
        self,
        *args: object,
        siblings: QuerySet[Proposal],
        offered: list[Proposal],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposals"].queryset = siblings  # type: ignore[attr-defined]
        self.fields["proposals"].choices = [  # type: ignore[attr-defined]
            (each.pk, Hinted(each.title, Truncator(each.why).chars(140))) for each in offered
        ]


class SplitForm(ReasonForm):
    """What a proposal is split into: `parts` pairs of a title and a why; two have to be filled."""

    def __init__(self, *args: object, parts: int = FEWEST_PARTS, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.parts = range(1, min(max(parts, FEWEST_PARTS), MOST_PARTS) + 1)
        for number in self.parts:
            part = {"number": number}
            self.fields[f"title_{number}"] = PlainTextField(
                label=_now("Part %(number)d: what would help?") % part,
                max_length=120,
                required=number <= FEWEST_PARTS,
            )
            self.fields[f"why_{number}"] = PlainTextField(
                label=_now("Part %(number)d: why does it matter?") % part,
                max_length=4000,
                multiline=True,
                required=number <= FEWEST_PARTS,
            )
        for field in self.fields.values():
            say_kindly(field)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def clean(self) -> dict[str, Any]:
        """Beyond the first two parts, one is either written wholly or not at all."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in self.parts[FEWEST_PARTS:]:
            title, why = cleaned.get(f"title_{number}"), cleaned.get(f"why_{number}")
            for name, empty, other in (("title", title == "", why), ("why", why == "", title)):
                if empty and other:
                    self.add_error(
                        f"{name}_{number}",
                        _now("Please fill this in too, or empty this part."),
                    )
        return cleaned

    @property
    def written(self) -> list[tuple[str, str]]:
        """Title and why of each part that was written."""
        pairs = (
            (self.cleaned_data[f"title_{number}"], self.cleaned_data[f"why_{number}"])
            for number in self.parts
        )
        return [(title, why) for title, why in pairs if title]
