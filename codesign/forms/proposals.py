"""Forms about proposals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import CommentKind, ProposalKind
from codesign.models import Proposal, ServiceFeature
from portal.forms import Form, PlainTextField
from portal.models import Partnership


class ProposalForm(Form):
    """Two fields to begin with: what, and why it matters. The rest can wait."""

    title = PlainTextField(
        label=_("What would help?"),
        max_length=120,
        help_text=_(
            "One sentence is enough. For example: “A café morning for carers on Saturdays”."
        ),
    )
    why = PlainTextField(
        label=_("Why does it matter?"),
        max_length=4000,
        multiline=True,
        help_text=_("What is it like now, and what would be better? Use your own words."),
    )
    kind = forms.ChoiceField(
        label=_("What sort of idea is it?"),
        choices=ProposalKind,
        initial=ProposalKind.FEATURE,
        widget=forms.RadioSelect,
    )
    feature = forms.ModelChoiceField(
        label=_("Is it about a part of the service?"),
        queryset=ServiceFeature.objects.none(),
        required=False,
        empty_label=_("No, or I do not know"),
    )

    def __init__(self, *args: object, partnership: Partnership, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feature"].queryset = partnership.features.all()  # type: ignore[attr-defined]


class CommentForm(Form):
    kind = forms.ChoiceField(
        label=_("What kind of point is it?"), choices=CommentKind, initial=CommentKind.FOR
    )
    text = PlainTextField(label=_("Your point"), max_length=2000, multiline=True)


class ReasonForm(Form):
    """Every act that changes where something stands asks for its reason, and shows it."""

    reason = PlainTextField(
        label=_("Why?"),
        max_length=300,
        multiline=True,
        help_text=_("Everybody can read this. The author and those who took part are told."),
    )


class MergeForm(ReasonForm):
    """Which proposal this one should live on in."""

    into = forms.ModelChoiceField(
        label=_("Merge into which suggestion?"), queryset=Proposal.objects.none()
    )
    field_order = ["into", "reason"]

    def __init__(self, *args: object, proposal: Proposal, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        siblings = Proposal.objects.filter(workspace=proposal.workspace_id).live()
        self.fields["into"].queryset = siblings.exclude(pk=proposal.pk).order_by("title")  # type: ignore[attr-defined]
