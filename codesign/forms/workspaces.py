"""Forms of workspaces: what they ask, how long their stages take, who may come in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import OpenTo, StageKind
from codesign.framings import FRAMINGS, Framing, days_of
from codesign.models import Workspace
from codesign.operations.workspaces import StageDates
from codesign.queries import workspaces as queries
from portal import clock
from portal.enums import Role, Visibility
from portal.forms import DateField, Form, Hinted, PlainTextField
from portal.models import Participant

LONGEST = 104  # weeks of one stage


class FramingForm(Form):
    """What sort of question the new space is about."""

    page_heading_field = "framing"
    framing = forms.ChoiceField(
        label=_("What is the new space for?"),
        choices=[(each.key, Hinted(each.name, each.about)) for each in FRAMINGS.values()],
        widget=forms.RadioSelect,
        help_text=_("Each gives you words and dates to begin with. You can change all of them."),
    )


class WorkspaceForm(Form):
    """What a workspace says about itself. `words` None: its body is no plain text and stays."""

    mark_optional = False
    title = PlainTextField(
        label=_("What is the space called?"),
        max_length=120,
        help_text=_("A few words. For example: “Breaks that really are a break”."),
    )
    question = PlainTextField(
        label=_("What question should it answer?"),
        max_length=200,
        help_text=_("One plain question, as people would ask it."),
    )
    introduction = PlainTextField(
        label=_("What should people know before they begin?"),
        max_length=4000,
        multiline=True,
        required=False,
        help_text=_("A few short sentences. Leave a line empty to begin a new paragraph."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class EditWorkspaceForm(WorkspaceForm):
    """The same for a workspace that is there: a body made in the page editor is not asked for."""

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        words = queries.words_of(workspace.body)
        initial = {
            "title": workspace.title,
            "question": workspace.question,
            "introduction": words or "",
        }
        super().__init__(*args, initial=initial, **kwargs)
        if words is None:
            del self.fields["introduction"]

    @property
    def body(self) -> list[tuple[str, object]] | None:
        """The new body, or None to leave it."""
        if "introduction" not in self.fields:
            return None
        return queries.blocks_of(self.cleaned_data["introduction"])


class AccessForm(Form):
    """Who may take part, and who may read."""

    mark_optional = False
    open_to = forms.ChoiceField(
        label=_("Who can take part?"),
        choices=OpenTo,
        initial=OpenTo.PARTNERSHIP,
        widget=forms.RadioSelect,
        help_text=_("Facilitators, moderators and others with a duty come into every space."),
    )
    roles = forms.MultipleChoiceField(
        label=_("If only some roles: which?"),
        choices=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Others do not see the space, unless they are asked in."),
    )
    visibility = forms.ChoiceField(
        label=_("Who can read it?"),
        choices=[
            (
                Visibility.PARTNERSHIP,
                Hinted(_("Only the people who can take part"), _("It stays private.")),
            ),
            (
                Visibility.PUBLIC,
                Hinted(
                    _("Everyone"), _("Also people outside the partnership, without an account.")
                ),
            ),
        ],
        initial=Visibility.PARTNERSHIP,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("open_to") == OpenTo.ROLES and not cleaned.get("roles"):
            self.add_error("roles", _now("Choose at least one role that can take part."))
        return cleaned

    @property
    def access(self) -> dict[str, Any]:
        """The arguments of an operation that sets them."""
        said = self.cleaned_data
        return {
            "open_to": OpenTo(said["open_to"]),
            "roles": [Role(role) for role in said["roles"]],
            "visibility": Visibility(said["visibility"]),
        }


def check_to_come(form: Form, name: str) -> None:
    """Add an error to a day that is past."""
    day = form.cleaned_data.get(name)  # type: ignore[attr-defined]
    if day is not None and day < clock.today():
        form.add_error(name, _now("Choose today or a day to come."))  # type: ignore[attr-defined]


class OpenWorkspaceForm(WorkspaceForm, AccessForm):
    """Everything a new workspace needs, begun with the words and lengths of a framing."""

    starts_on = DateField(label=_("On which day does it begin?"))

    def __init__(self, *args: Any, framing: Framing, **kwargs: Any) -> None:
        initial = {
            "title": str(framing.title),
            "question": str(framing.question),
            "introduction": str(framing.introduction),
            "starts_on": clock.today(),
        }
        super().__init__(*args, initial=initial, **kwargs)
        for kind in StageKind:
            about, _can_do = queries.STAGE_WORDS[kind]
            self.fields[f"weeks_{kind}"] = field = forms.IntegerField(
                label=_now("%(stage)s: how many weeks?") % {"stage": kind.label},
                min_value=0,
                max_value=LONGEST,
                required=False,
                initial=framing.weeks.get(kind),
                help_text=str(about),
                widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
            )
            field.error_messages["invalid"] = _now("Please write a whole number of weeks.")

    @property
    def week_fields(self) -> list[Any]:
        return [self[f"weeks_{kind}"] for kind in StageKind]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_to_come(self, "starts_on")
        weeks = [f"weeks_{kind}" for kind in StageKind]
        if not any(cleaned.get(name) or name in self.errors for name in weeks):
            self.add_error(weeks[0], _now("Give at least one stage some weeks."))
        return cleaned

    @property
    def stages(self) -> list[StageDates]:
        said = self.cleaned_data
        weeks = [(kind, said[f"weeks_{kind}"] or 0) for kind in StageKind]
        return [StageDates(*each) for each in days_of(said["starts_on"], weeks)]


class MoveStageForm(Form):
    """Another day and why. `planned_for` is the day as whoever asks has read it."""

    day = DateField(label=_("Which day instead?"))
    reason = PlainTextField(
        label=_("Why?"),
        max_length=300,
        multiline=True,
        help_text=_("Everybody who takes part here is told, and can read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    planned_for = forms.DateField(widget=forms.HiddenInput)


class MoveEndForm(MoveStageForm):
    """The same for the last day of all."""


class DuplicateForm(Form):
    """The next round: what it is called, when it begins, and who may read it."""

    title = PlainTextField(label=_("What is the next round called?"), max_length=120)
    starts_on = DateField(
        label=_("On which day does it begin?"),
        help_text=_("It opens by itself on this day. Until then people can only read it."),
    )
    visibility = forms.ChoiceField(
        label=_("Who can read it?"),
        choices=AccessForm.base_fields["visibility"].choices,  # type: ignore[attr-defined]
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check_to_come(self, "starts_on")
        return cleaned


class FindPeopleForm(Form):
    """A name, or a part of one."""

    mark_optional = False
    named = PlainTextField(
        label=_("Find somebody by name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


class InviteToWorkspaceForm(Form):
    """Which people to ask in. Those of `offered` are shown; anybody of the partnership is taken."""

    participants = forms.ModelMultipleChoiceField(
        label=_("Whom do you want to ask in?"),
        queryset=Participant.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    def __init__(
        self, *args: Any, workspace: Workspace, offered: list[Participant], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["participants"]
        field.queryset = queries.people_to_invite(workspace)
        field.choices = [
            (person.pk, Hinted(person.display_name, _role_and_organisation(person)))
            for person in offered
        ]


def _role_and_organisation(person: Participant) -> str:
    role = person.get_role_display()
    return f"{role}, {person.organisation.name}" if person.organisation else role


class RemoveMemberForm(Form):
    reason = PlainTextField(
        label=_("Why?"),
        max_length=300,
        multiline=True,
        help_text=_("They are told. Be brief and kind."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
