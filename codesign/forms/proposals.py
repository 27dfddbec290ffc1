"""Forms about proposals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import ProposalKind, ProposalStatus
from codesign.models import Proposal, ServiceFeature
from codesign.operations.proposals import WHY, has_reactions
from portal.forms import Form, PlainTextField


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


class NewProposalForm(ProposalForm):
    """What somebody writes first. The kind comes along where a page already knows it."""

    kind = forms.ChoiceField(choices=ProposalKind, required=False, widget=forms.HiddenInput)


class ProposalWordsForm(ProposalForm):
    """All that the authors say in a proposal, and the version they began from."""

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
    for_whom = PlainTextField(
        label=_("Who is it for?"),
        max_length=200,
        required=False,
        help_text=_("For example: “Carers who cannot leave the house for long”."),
    )
    easy_read = PlainTextField(
        label=_("Easy-read version"),
        max_length=2000,
        multiline=True,
        required=False,
        help_text=_("Short words. One idea on each line. It is shown to those who use easy read."),
    )
    reason = PlainTextField(
        label=_("Why do you change it?"),
        max_length=300,
        required=False,
        help_text=_("Everybody can read this. Those who support it are told, and may think again."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000_000)

    def __init__(self, *args: object, proposal: Proposal, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        features = proposal.partnership.features.all()
        self.fields["feature"].queryset = features  # type: ignore[attr-defined]
        self.proposal = proposal
        if proposal.status == ProposalStatus.DRAFT:
            del self.fields["reason"]
        elif has_reactions(proposal):
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = WHY

    def clean_title(self) -> str:
        """One that was a change to another suggestion is not called like that one."""
        title: str = self.cleaned_data["title"]
        origin = self.proposal.origin
        if origin is not None and title == origin.proposal.title:
            raise forms.ValidationError(
                _("The other suggestion has this title already. Say what is different in yours.")
            )
        return title


class ReasonForm(Form):
    """Every act that changes where something stands asks for its reason, and shows it."""

    reason = PlainTextField(
        label=_("Why?"),
        max_length=300,
        multiline=True,
        help_text=_("Everybody can read this. The author and those who took part are told."),
    )
