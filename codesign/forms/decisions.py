"""Forms about decisions: what was decided, and about which proposal what."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import LIVE_PROPOSALS, Outcome
from codesign.models import Decision, Proposal, Workspace
from codesign.operations.decisions import DecisionWords, OutcomeFor
from portal import clock
from portal.forms import DateField, Form, PlainTextField

NOTHING_YET = ("", _("Not part of this decision"))


class DecisionForm(Form):
    """A decision's words, and one outcome with its reason for each proposal it could be about."""

    title = PlainTextField(label=_("What is this decision called?"), max_length=120)
    what = PlainTextField(
        label=_("What was decided?"),
        max_length=4000,
        multiline=True,
        help_text=_("In two or three plain sentences. This is what everyone concerned will read."),
    )
    reasons = PlainTextField(label=_("Why?"), max_length=8000, multiline=True)
    evidence = PlainTextField(
        label=_("What was weighed?"),
        max_length=8000,
        multiline=True,
        help_text=_("What people said, figures, costs, and what is not known."),
    )
    deciders = PlainTextField(
        label=_("Who decided?"),
        max_length=2000,
        multiline=True,
        help_text=_("Names of roles and organisations, and any interest they have in it."),
    )
    dissent = PlainTextField(
        label=_("Did anybody disagree?"),
        max_length=4000,
        multiline=True,
        required=False,
        help_text=_("In their own words."),
    )
    review_on = DateField(label=_("When will you look at this decision again?"))

    def __init__(
        self,
        *args: object,
        workspace: Workspace,
        decision: Decision | None = None,
        **kwargs: object,
    ) -> None:
        self.proposals = list(
            Proposal.objects.filter(workspace=workspace, status__in=LIVE_PROPOSALS).order_by(
                "-support_count", "pk"
            )
        )
        said = {}
        if decision is not None:
            said = {each.source_id: each for each in decision.outcomes.all()}
            kwargs["initial"] = {
                name: getattr(decision, name) for name in DecisionWords.__dataclass_fields__
            }
        super().__init__(*args, **kwargs)
        for proposal in self.proposals:
            earlier = said.get(proposal.pk)
            self.fields[f"outcome_{proposal.pk}"] = forms.ChoiceField(
                label=_now("“%(title)s”") % {"title": proposal.shown_title},
                choices=[NOTHING_YET, *Outcome.choices],
                required=False,
                initial=earlier.outcome if earlier else "",
            )
            self.fields[f"reason_{proposal.pk}"] = PlainTextField(
                label=_now("Reason for “%(title)s”") % {"title": proposal.shown_title},
                max_length=500,
                multiline=True,
                required=False,
                initial=earlier.why if earlier else "",
            )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        for proposal in self.proposals:
            if cleaned.get(f"outcome_{proposal.pk}") and not cleaned.get(f"reason_{proposal.pk}"):
                self.add_error(
                    f"reason_{proposal.pk}", _now("Give a reason. People will want to know why.")
                )
        review_on = cleaned.get("review_on")
        if review_on is not None and review_on <= clock.today():
            self.add_error("review_on", _now("Choose a day that is still to come."))
        return cleaned

    @property
    def words(self) -> DecisionWords:
        return DecisionWords(
            **{name: self.cleaned_data[name] for name in DecisionWords.__dataclass_fields__}
        )

    @property
    def outcomes(self) -> list[OutcomeFor]:
        return [
            OutcomeFor(
                proposal=proposal,
                outcome=Outcome(self.cleaned_data[f"outcome_{proposal.pk}"]),
                reason=self.cleaned_data[f"reason_{proposal.pk}"],
            )
            for proposal in self.proposals
            if self.cleaned_data[f"outcome_{proposal.pk}"]
        ]
