"""Forms about adaptations: what is different now, or what cannot be done, and because of what."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import FeatureStatus, ProposalStatus
from codesign.models import Decision, Proposal, ServiceFeature
from feedback.enums import AdaptationKind
from feedback.models import Adaptation, Measure, Theme
from feedback.operations.adaptations import AdaptationWords
from portal import clock
from portal.forms import DateField, Form, PlainTextField
from portal.models import Participant, Partnership

MOST_OFFERED = 20  # of each kind of source; what the page was asked about is always among them
CHANGES = [choice for choice in AdaptationKind.choices if choice[0] != AdaptationKind.CANNOT]


class ChangeFilterForm(Form):
    """Which entries of the change log to list."""

    kind = forms.ChoiceField(
        label=_("What was done"),
        choices=[("", _("Everything")), *AdaptationKind.choices],
        required=False,
    )
    feature = forms.ModelChoiceField(
        label=_("Part of the service"),
        queryset=ServiceFeature.objects.none(),
        required=False,
        empty_label=_("All parts"),
    )

    mark_optional = False

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["feature"].queryset = ServiceFeature.objects.filter(
            partnership=partnership
        ).order_by("name")


class AdaptationForm(Form):
    """One entry of the change log, and what it came from.

    `sources` are the decisions, proposals and themes it starts with; they are always offered, as
    far as `by` may read them.
    """

    kind = forms.ChoiceField(label=_("What did you do?"), choices=CHANGES, widget=forms.RadioSelect)
    feature = forms.ModelChoiceField(
        label=_("Which part of the service is it about?"),
        queryset=ServiceFeature.objects.none(),
        empty_label=_("Choose one"),
    )
    title = PlainTextField(
        label=_("Say it in one line"),
        max_length=120,
        help_text=_("For example: Save up your hours and take a whole day."),
    )
    what = PlainTextField(
        label=_("What is different now?"),
        max_length=4000,
        multiline=True,
        help_text=_("In a few plain sentences. Everyone it concerns will get exactly these words."),
    )
    why = PlainTextField(
        label=_("Why?"),
        max_length=4000,
        multiline=True,
        help_text=_("Begin with what people told you."),
    )
    from_day = DateField(label=_("From which day?"))
    decisions = forms.ModelMultipleChoiceField(
        label=_("Which decisions does it carry out?"),
        queryset=Decision.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    proposals = forms.ModelMultipleChoiceField(
        label=_("Which suggestions does it answer?"),
        queryset=Proposal.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Which themes does it answer?"),
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    no_source_reason = PlainTextField(
        label=_("If nobody asked for it: where did it come from?"),
        max_length=300,
        required=False,
        help_text=_("For example: a new rule, or the money ran out."),
    )
    feature_status = forms.ChoiceField(
        label=_("How does this part of the service stand then?"),
        choices=[("", _("Its description stays as it is")), *FeatureStatus.choices],
        required=False,
    )
    feature_words = PlainTextField(
        label=_("What is this part of the service like then?"),
        max_length=2000,
        multiline=True,
        required=False,
        help_text=_("Goes into the service description. Leave it empty if that stays as it is."),
    )
    measure = forms.ModelChoiceField(
        label=_("Which measure should show it?"),
        queryset=Measure.objects.none(),
        required=False,
        empty_label=_("None of them"),
    )
    expected = PlainTextField(
        label=_("What do you expect to see, and by when?"),
        max_length=1000,
        multiline=True,
        required=False,
        help_text=_("You cannot change this once it is published. That keeps us honest."),
    )

    def __init__(
        self,
        *args: Any,
        by: Participant,
        is_refusal: bool = False,
        adaptation: Adaptation | None = None,
        sources: dict[str, list[int]] | None = None,
        **kwargs: Any,
    ) -> None:
        partnership = by.partnership
        chosen = sources or {}
        initial: dict[str, Any] = {"from_day": clock.today(), **chosen}
        if adaptation is not None:
            initial = {
                name: getattr(adaptation, name)
                for name in AdaptationWords.__annotations__
                if name != "kind" or not is_refusal
            }
            for name in ("decisions", "proposals", "themes"):
                links = getattr(adaptation, f"{name[:-1]}_links").filter(removed_at=None)
                chosen[name] = initial[name] = list(links.values_list("source_id", flat=True))
        super().__init__(*args, initial=initial, **kwargs)
        self.is_refusal = is_refusal
        fields: dict[str, Any] = self.fields
        for name, model in (("feature", ServiceFeature), ("measure", Measure)):
            fields[name].queryset = model.objects.filter(partnership=partnership).order_by("name")
        offered = {
            "decisions": Decision.objects.visible_to(by)
            .filter(partnership=partnership)
            .order_by("-published_at"),
            "proposals": Proposal.objects.visible_to(by)
            .filter(partnership=partnership)
            .filter(Q(hidden_at=None) | Q(pk__in=chosen.get("proposals", [])))
            .exclude(status__in=[ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN])
            .order_by("-status_at", "-pk"),
            "themes": Theme.objects.filter(partnership=partnership).order_by("-voice_count", "-pk"),
        }
        for name, found in offered.items():
            latest = list(found.values_list("pk", flat=True)[:MOST_OFFERED])
            fields[name].queryset = found.filter(pk__in=[*latest, *chosen.get(name, [])])
            if not latest and not chosen.get(name):
                del fields[name]
        if is_refusal:
            self._ask_about_refusal()

    def _ask_about_refusal(self) -> None:
        """“We can’t, because …” changes nothing, so there is nothing to date, describe or count."""
        for name in ("kind", "from_day", "feature_status", "feature_words", "measure", "expected"):
            del self.fields[name]
        for name, label, hint in (
            ("title", None, _("For example: We can’t pay for a week away.")),
            ("what", _("What can’t you do?"), _("And what can people do instead?")),
            ("why", _("We can’t, because …"), _("The honest reason, in plain words.")),
            ("decisions", _("Which decisions does it come from?"), None),
            ("no_source_reason", _("If nobody asked for it: why do you say it?"), ""),
        ):
            field = self.fields.get(name)
            if field is not None:
                field.label = label or field.label
                field.help_text = field.help_text if hint is None else hint

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("feature_status") and not cleaned.get("feature_words"):
            self.add_error(
                "feature_words", _now("Say what it is like then, for the service description.")
            )
        return cleaned

    @property
    def words(self) -> dict[str, Any]:
        """The operation's arguments but `by`."""
        if self.is_refusal:
            return {
                "kind": AdaptationKind.CANNOT,
                "from_day": clock.today(),
                "feature_status": "",
                "feature_words": "",
                "measure": None,
                "expected": "",
                **self.cleaned_data,
            }
        words = dict(self.cleaned_data)
        if not words["feature_status"]:
            words["feature_words"] = ""
        return words
