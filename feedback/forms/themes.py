"""Forms for themes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import ProposalKind
from codesign.models import Workspace
from feedback.enums import ThemeKind
from feedback.models import Theme
from portal.forms import Form, PlainTextField
from portal.models import Partnership


class ThemeForm(Form):
    name = PlainTextField(
        label=_("What do you call it?"),
        help_text=_("A few plain words, as people would say it: “Breaks are too short”."),
        max_length=80,
    )
    summary = PlainTextField(
        label=_("What is it about?"),
        help_text=_("One or two sentences."),
        max_length=400,
        multiline=True,
    )
    kind = forms.ChoiceField(
        label=_("What kind of theme is it?"), choices=ThemeKind.choices, widget=forms.RadioSelect
    )


class GiveThemeForm(Form):
    theme = forms.ModelChoiceField(
        label=_("Which theme is this part of?"),
        queryset=Theme.objects.none(),
        empty_label=_("Choose a theme"),
    )
    why = PlainTextField(
        label=_("Why?"),
        help_text=_("A few words on what in it belongs to the theme. Do not quote the person."),
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.filter(  # type: ignore[attr-defined]
            partnership=partnership
        ).order_by("name")


class LinkThemeForm(Form):
    """Which theme a suggestion answers, and how."""

    theme = forms.ModelChoiceField(
        label=_("This suggestion answers the theme"),
        queryset=Theme.objects.none(),
        empty_label=_("Choose a theme"),
    )
    why = PlainTextField(label=_("How does it answer the theme?"), max_length=500)

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.filter(  # type: ignore[attr-defined]
            partnership=partnership
        ).order_by("name")


class TakeThemeAwayForm(Form):
    """Why what somebody said, or a suggestion, is taken off a theme."""

    reason = PlainTextField(label=_("Why does it not belong to this theme?"), max_length=500)


class RaiseProposalForm(Form):
    """A suggestion, and what it has to do with the theme it comes from."""

    title = PlainTextField(
        label=_("What could be done?"),
        help_text=_("One line, such as “A café for carers on Thursdays”."),
        max_length=120,
    )
    why = PlainTextField(
        label=_("Why would it help?"),
        help_text=_("Who would notice, and what would be different for them?"),
        max_length=4000,
        multiline=True,
    )
    kind = forms.ChoiceField(
        label=_("What kind of thing is it?"),
        choices=ProposalKind.choices,
        initial=ProposalKind.FEATURE,
        widget=forms.RadioSelect,
    )
    workspace = forms.ModelChoiceField(
        label=_("Where should people talk about it?"),
        queryset=Workspace.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    link_why = PlainTextField(
        label=_("How does it answer the theme?"), max_length=500, required=False
    )

    def __init__(self, *args: Any, workspaces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workspace"].queryset = workspaces  # type: ignore[attr-defined]
        if len(workspaces) == 1:
            self.fields["workspace"].initial = workspaces[0].pk
