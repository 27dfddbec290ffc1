"""The form above a list: words to look for, and what to narrow it down to; that of proposals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import ProposalKind, ProposalStatus
from codesign.queries.lists import FILTERS, Choices, ListOrder, ListShow, Wanted
from portal.enums import Role
from portal.forms import Form, PlainTextField

ALL = [("", _("All"))]


class ListForm(Form):
    """Sent as an address, so that a list can be kept, shared and gone back to."""

    mark_optional = False

    q = PlainTextField(
        label=_("Look for words"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class ProposalListForm(ListForm):
    """The list of a workspace's proposals.

    `choices` is what the filters offer (queries.lists.choices_in). What nobody can have chosen is
    left out of what is wanted; the page shows the rest.
    """

    status = forms.ChoiceField(
        label=_("Where it stands"),
        required=False,
        choices=[*ALL, *((s, s.label) for s in ProposalStatus if s != ProposalStatus.DRAFT)],
    )
    kind = forms.ChoiceField(
        label=_("What sort of idea"), required=False, choices=[*ALL, *ProposalKind.choices]
    )
    role = forms.ChoiceField(
        label=_("Who suggested it"), required=False, choices=[*ALL, *Role.choices]
    )
    show = forms.ChoiceField(label=_("Whose"), required=False, choices=[*ALL, *ListShow.choices])
    order = forms.ChoiceField(required=False, choices=ListOrder, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, is_visitor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, each in FILTERS.items():
            self.fields[name] = forms.ChoiceField(
                label=each.label, required=False, choices=[*ALL, *choices[name]]
            )
        if is_visitor:
            del self.fields["show"]
        self.order_fields(["q", "show", "status", "kind", *FILTERS, "role", "order"])

    @property
    def wanted(self) -> Wanted:
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            q=said.get("q", ""),
            status=said.get("status", ""),
            kind=said.get("kind", ""),
            role=said.get("role", ""),
            show=said.get("show", ""),
            order=ListOrder(said.get("order") or ListOrder.NEWEST),
            picked={name: int(said[name]) for name in FILTERS if said.get(name)},
        )
