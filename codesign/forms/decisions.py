"""Forms about decisions: what was decided, about which proposal what, and what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import Outcome
from codesign.models import Ballot, Criterion, Decision, Proposal
from codesign.operations.decisions import DecisionWords, OutcomeFor, Rests
from codesign.queries.evidence import Known
from portal import clock
from portal.forms import DateField, Form, Hinted, PlainTextField

NOTHING_YET = ("", _("Not part of this decision"))
NO_SCORE = ("", _("No score"))


class _Earlier(forms.ModelChoiceField):
    """An earlier decision, by its title and its day."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({date_format(localdate(obj.published_at), 'j F Y')})"


class _Ballots(forms.ModelMultipleChoiceField):
    """Votes that were counted, each with its day."""

    def label_from_instance(self, obj: Any) -> Any:
        day = date_format(localdate(obj.closed_at), "j F Y")
        return Hinted(obj.question, _now("Counted on %(day)s") % {"day": day})


@dataclass(frozen=True)
class AboutOne:
    """A suggestion in the form: its fields, and what is known about it."""

    proposal: Proposal
    outcome: BoundField
    reason: BoundField
    scores: list[BoundField]
    known: list[Known]


class DecisionForm(Form):
    """A decision's words, and one outcome with its reason for each of `proposals`.

    Others are found by their words: the page looks for them, and keeps what is written. `known` is
    what is known about each proposal (queries.evidence), `criteria` what they are judged by.
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
    ballots = _Ballots(
        label=_("Which votes does it rest on?"),
        queryset=Ballot.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each objection in them needs an answer before the decision is published."),
    )
    how = PlainTextField(
        label=_("How was it decided?"),
        max_length=2000,
        multiline=True,
        help_text=_("At which meeting, in which way: by agreement, by a vote, by whom."),
    )
    dissent = PlainTextField(
        label=_("Did anybody disagree?"),
        max_length=4000,
        multiline=True,
        required=False,
        help_text=_("In their own words."),
    )
    conditions = PlainTextField(
        label=_("Does it hold only on some conditions?"),
        max_length=4000,
        multiline=True,
        required=False,
        help_text=_("For example: only if the hall can be had on Thursdays."),
    )
    costs = PlainTextField(
        label=_("What does it cost, and who pays?"),
        max_length=2000,
        multiline=True,
        required=False,
    )
    review_on = DateField(label=_("When will you look at this decision again?"))
    reviews = _Earlier(
        label=_("Does it look again at an earlier decision?"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("No"),
        help_text=_("This is then that decision’s review."),
    )
    replaces = _Earlier(
        label=_("Does it take the place of an earlier decision?"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("No"),
        help_text=_("The earlier one stays readable, and says that it was replaced."),
    )
    based_on = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    find = PlainTextField(
        label=_("Look for other suggestions by their words"),
        max_length=200,
        required=False,
        help_text=_("Leave it empty to see those on the shortlist."),
    )

    def __init__(
        self,
        *args: object,
        proposals: Sequence[Proposal],
        ballots: QuerySet[Ballot],
        earlier: QuerySet[Decision],
        criteria: Sequence[Criterion] = (),
        known: Mapping[int, list[Known]] | None = None,
        found_none: bool = False,
        **kwargs: Any,
    ) -> None:
        self.proposals, self.criteria, self.found_none = proposals, criteria, found_none
        self.known = known or {}
        super().__init__(*args, **kwargs)
        self.fields["ballots"].queryset = ballots  # type: ignore[attr-defined]
        for name in ("reviews", "replaces"):
            self.fields[name].queryset = earlier  # type: ignore[attr-defined]
        for proposal in self.proposals:
            title = {"title": proposal.shown_title}
            self.fields[f"outcome_{proposal.pk}"] = forms.ChoiceField(
                label=_now("“%(title)s”") % title,
                choices=[NOTHING_YET, *Outcome.choices],
                required=False,
            )
            self.fields[f"reason_{proposal.pk}"] = PlainTextField(
                label=_now("Reason for “%(title)s”") % title,
                max_length=500,
                multiline=True,
                required=False,
            )
            for criterion in criteria:
                self.fields[f"score_{proposal.pk}_{criterion.pk}"] = forms.TypedChoiceField(
                    label=criterion.name,
                    help_text=criterion.question,
                    choices=[
                        NO_SCORE,
                        (1, _now("1: %(words)s") % {"words": criterion.low}),
                        *((number, str(number)) for number in (2, 3, 4)),
                        (5, _now("5: %(words)s") % {"words": criterion.high}),
                    ],
                    coerce=int,
                    empty_value=None,
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
    def about_proposals(self) -> list[AboutOne]:
        return [
            AboutOne(
                proposal=each,
                outcome=self[f"outcome_{each.pk}"],  # type: ignore[arg-type]
                reason=self[f"reason_{each.pk}"],  # type: ignore[arg-type]
                scores=[self[f"score_{each.pk}_{c.pk}"] for c in self.criteria],  # type: ignore[misc]
                known=self.known.get(each.pk, []),
            )
            for each in self.proposals
        ]

    @property
    def first_words(self) -> list[BoundField]:
        """What was decided and why: before the suggestions."""
        return [self[name] for name in ("title", "what", "reasons")]  # type: ignore[misc]

    @property
    def more_words(self) -> list[BoundField]:
        """What it rests on and what comes of it: after the suggestions."""
        names = ["evidence", "ballots", "how", "dissent", "conditions", "costs", "review_on"]
        if not self.fields["ballots"].queryset:  # type: ignore[attr-defined]
            names.remove("ballots")
        if self.fields["reviews"].queryset:  # type: ignore[attr-defined]
            names += ["reviews", "replaces"]
        return [self[name] for name in names]  # type: ignore[misc]

    @property
    def words(self) -> DecisionWords:
        return DecisionWords(
            **{name: self.cleaned_data[name] for name in DecisionWords.__dataclass_fields__}
        )

    @property
    def rests(self) -> Rests:
        said = self.cleaned_data
        return Rests(
            ballots=list(said["ballots"]), replaces=said["replaces"], reviews=said["reviews"]
        )

    @property
    def outcomes(self) -> list[OutcomeFor]:
        said = self.cleaned_data
        return [
            OutcomeFor(
                proposal=proposal,
                outcome=Outcome(said[f"outcome_{proposal.pk}"]),
                reason=said[f"reason_{proposal.pk}"],
                scores={
                    each.pk: score
                    for each in self.criteria
                    if (score := said[f"score_{proposal.pk}_{each.pk}"]) is not None
                },
            )
            for proposal in self.proposals
            if said[f"outcome_{proposal.pk}"]
        ]


def as_typed(decision: Decision) -> dict[str, Any]:
    """A draft as the form shows it: for its `initial`."""
    typed: dict[str, Any] = {
        name: getattr(decision, name) for name in DecisionWords.__dataclass_fields__
    }
    typed |= {
        "reviews": decision.reviews_id,
        "replaces": decision.replaces_id,
        "ballots": [each.source_id for each in decision.ballots_weighed.standing()],
    }
    for each in decision.outcomes.prefetch_related("scores"):
        typed[f"outcome_{each.source_id}"] = each.outcome
        typed[f"reason_{each.source_id}"] = each.why
        for given in each.scores.all():
            typed[f"score_{each.source_id}_{given.criterion_id}"] = given.score
    return typed


class ObjectionForm(Form):
    """An objection that somebody told those who decide."""

    words = PlainTextField(
        label=_("What is the objection?"),
        max_length=2000,
        multiline=True,
        help_text=_("In the words of whoever objects."),
    )
    said_by = PlainTextField(
        label=_("Who says so?"),
        max_length=120,
        required=False,
        help_text=_("As they want to be called. Leave it empty if they do not want to be named."),
    )


class CorrectionForm(Form):
    """What somebody thinks a published decision gets wrong."""

    words = PlainTextField(
        label=_("What is wrong, and what would be right?"),
        max_length=2000,
        multiline=True,
        help_text=_("Everybody in the partnership can read this, and the answer to it."),
    )


class CorrectionAnswerForm(Form):
    """An answer for everybody to read."""

    answer = PlainTextField(
        label=_("Your answer"),
        max_length=2000,
        multiline=True,
        help_text=_("Everybody who reads the decision can read it."),
    )


class KeptForm(Form):
    """What was done about something that was promised."""

    words = PlainTextField(label=_("What was done?"), max_length=300)


class RequireConfirmationForm(Form):
    """Whether a second person confirms each decision of a partnership."""

    required = forms.TypedChoiceField(
        label=_("Does a second person confirm each decision before it is published?"),
        choices=[
            (
                "yes",
                Hinted(
                    _("Yes"),
                    _("A commissioner or another facilitator reads it and confirms it first."),
                ),
            ),
            ("no", Hinted(_("No"), _("Whoever wrote a decision can publish it."))),
        ],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
