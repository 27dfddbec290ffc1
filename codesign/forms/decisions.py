"""Forms about decisions: what was decided, and about which proposal what."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import Outcome
from codesign.models import Decision, Proposal
from codesign.operations.decisions import DecisionWords, OutcomeFor
from portal import clock
from portal.forms import DateField, Form, PlainTextField

NOTHING_YET = ("", _("Not part of this decision"))


class DecisionForm(Form):
    """A decision's words, and one outcome with its reason for each of `proposals`.

    Others are found by their words: the page looks for them, and keeps what is written.
    """

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
    find = PlainTextField(
        label=_("Look for other suggestions by their words"),
        max_length=200,
        required=False,
        help_text=_("Leave it empty to see those on the shortlist."),
    )

    def __init__(
        self,
        *args: object,
        proposals: list[Proposal],
        decision: Decision | None = None,
        initial: dict[str, Any] | None = None,
        found_none: bool = False,
        **kwargs: object,
    ) -> None:
        self.proposals, self.found_none = proposals, found_none
        if initial is None and decision is not None:
            initial = {name: getattr(decision, name) for name in DecisionWords.__dataclass_fields__}
            for each in decision.outcomes.all():
                initial[f"outcome_{each.source_id}"] = each.outcome
                initial[f"reason_{each.source_id}"] = each.why
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for proposal in self.proposals:
            self.fields[f"outcome_{proposal.pk}"] = forms.ChoiceField(
                label=_now("“%(title)s”") % {"title": proposal.shown_title},
                choices=[NOTHING_YET, *Outcome.choices],
                required=False,
            )
            self.fields[f"reason_{proposal.pk}"] = PlainTextField(
                label=_now("Reason for “%(title)s”") % {"title": proposal.shown_title},
                max_length=500,
                multiline=True,
                required=False,
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
    def about_it(self) -> list[BoundField]:
        return [self[name] for name in self.base_fields if name != "find"]

    @property
    def about_proposals(self) -> list[BoundField]:
        return [
            self[f"{name}_{proposal.pk}"]
            for proposal in self.proposals
            for name in ("outcome", "reason")
        ]

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
