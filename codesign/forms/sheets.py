"""Forms for entering what somebody else said, and for typing in a paper sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from codesign.enums import CommentKind, ProposalKind
from codesign.models import Proposal, ServiceFeature, Workspace
from codesign.operations.sheets import Given, Person, SheetLine, sheet_number, typed_in_before
from codesign.phrases import printed_number
from codesign.queries import sheets as queries
from portal.enums import Channel, Role, WhoseWords
from portal.forms import Form, PlainTextField
from portal.models import Participant, Partnership

# Those a worker enters for. People who work for the service write for themselves.
ROLES = [(role.value, role.label) for role in (Role.SERVICE_USER, Role.CARER, Role.PARTNER)]
CHANNELS = [
    (Channel.IN_PERSON.value, _("In a conversation")),
    (Channel.PHONE.value, _("By phone")),
    (Channel.PAPER.value, _("On paper")),
]


class EnterForm(Form):
    """How it reached the worker, and how the person agreed. `name` and `role` are for somebody new.

    `person` is who was chosen, or None.
    """

    name = PlainTextField(
        label=_("Name or nickname"),
        max_length=60,
        help_text=_("What the person wants to be called. It does not have to be their real name."),
    )
    role = forms.ChoiceField(
        label=_("Which side do they speak from?"), choices=ROLES, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(
        label=_("How did it reach you?"), choices=CHANNELS, widget=forms.RadioSelect
    )
    whose_words = forms.ChoiceField(
        label=_("Whose words are these?"), choices=WhoseWords, widget=forms.RadioSelect
    )
    consent = PlainTextField(
        label=_("How did the person agree that you enter this?"),
        max_length=200,
        help_text=_("For example: on the phone on 3 May, after I read it back."),
    )

    def __init__(self, *args: Any, person: Participant | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = person
        if person is not None:
            del self.fields["name"], self.fields["role"]

    @property
    def person(self) -> Person:
        """Whom a valid form is for."""
        if self.chosen is not None:
            return Person(self.chosen)
        return Person(name=self.cleaned_data["name"], role=Role(self.cleaned_data["role"]))

    @property
    def given(self) -> Given:
        said = self.cleaned_data
        whose = WhoseWords(said.get("whose_words", WhoseWords.OWN))
        return Given(Channel(said["channel"]), said["consent"], whose)


class EnterProposalForm(EnterForm):
    title = PlainTextField(label=_("What would help?"), max_length=120)
    why = PlainTextField(label=_("Why does it matter?"), max_length=4000, multiline=True)
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
    field_order = ["name", "role", "title", "why", "kind", "feature"]

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feature"].queryset = partnership.features.all()  # type: ignore[attr-defined]


class EnterCommentForm(EnterForm):
    kind = forms.ChoiceField(
        label=_("What kind of point is it?"), choices=CommentKind, initial=CommentKind.FOR
    )
    text = PlainTextField(label=_("Their point"), max_length=2000, multiline=True)
    field_order = ["name", "role", "kind", "text"]


class EnterSupportForm(EnterForm):
    """A tap holds no words, so nobody asks whose they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["whose_words"]


# -- a whole sheet ---------------------------------------------------------------------------------

FIRST_LINES = 5
MORE_LINES = 5
MOST_LINES = 60


class SheetForm(Form):
    """What holds for the whole sheet."""

    number = PlainTextField(
        label=_("Sheet number"),
        max_length=20,
        help_text=_("It is printed at the top. Each sheet can be typed in once."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
    )
    not_printed_here = forms.BooleanField(
        label=_("This sheet was not printed here"),
        help_text=_("Then give it a number of your own."),
        required=False,
    )
    channel = forms.ChoiceField(
        label=_("How did the sheet reach you?"),
        choices=[
            (Channel.PAPER.value, _("People filled it in themselves")),
            (Channel.IN_PERSON.value, _("Somebody filled it in while talking with them")),
        ],
        initial=Channel.PAPER,
        widget=forms.RadioSelect,
    )
    consent = PlainTextField(
        label=_("How did people agree that you type it in?"),
        max_length=200,
        help_text=_("For example: it says so on the sheet, and I said it at the café on 3 May."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace

    def clean_number(self) -> str:
        """Told before anything else is asked: the same sheet is not worth another look."""
        typed = self.cleaned_data["number"]
        printed = printed_number(typed, self.workspace.pk)
        number = printed or sheet_number(typed)
        before = queries.sheet_with(self.workspace, number)
        if before is not None:
            raise forms.ValidationError(typed_in_before(before))
        ticked = self.fields["not_printed_here"].widget.value_from_datadict(
            self.data, self.files, self.add_prefix("not_printed_here")
        )
        if printed is None and not ticked:
            raise forms.ValidationError(
                _(
                    "No sheet of this space has this number. It looks like WJN-997. Please look "
                    "again, or tick that the sheet was not printed here."
                )
            )
        return number


class TickField(forms.ModelMultipleChoiceField):
    """Suggestions as they are printed on the sheet: number, then title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.pk}: {obj.title}"


class SheetLineForm(Form):
    """One person's line. `who` is asked only where somebody is called the same already."""

    mark_optional = False

    name = PlainTextField(
        label=_("Name or nickname"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *ROLES], required=False)
    who = forms.ChoiceField(
        label=_("Somebody is called the same. Is it this person?"),
        required=False,
        widget=forms.RadioSelect,
    )
    ticks = TickField(
        label=_("What did they tick?"),
        queryset=Proposal.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    idea = PlainTextField(label=_("Their own idea, if they wrote one"), max_length=120)
    why = PlainTextField(
        label=_("Why it matters, if they said so"), max_length=4000, multiline=True, required=False
    )

    def __init__(
        self,
        *args: Any,
        proposals: Sequence[Proposal],
        namesakes: Mapping[str, list[Participant]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["idea"].required = False
        self.fields["why"].widget.attrs["rows"] = 2
        ticks = self.fields["ticks"]
        ticks.queryset = Proposal.objects.filter(pk__in=[each.pk for each in proposals])  # type: ignore[attr-defined]
        ticks.choices = [(each.pk, ticks.label_from_instance(each)) for each in proposals]  # type: ignore[attr-defined]
        if not proposals:
            del self.fields["ticks"]
        self.alike = namesakes.get(self._typed("name").lower(), [])
        if self.alike:
            self.fields["who"].choices = [  # type: ignore[attr-defined]
                *(
                    (str(each.pk), f"{each.display_name}, {each.get_role_display()}")
                    for each in self.alike
                ),
                ("new", _("No, somebody else")),
            ]
        else:
            del self.fields["who"]

    def _typed(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), "")).strip()
        return str(self.initial.get(name, "")).strip()

    @property
    def is_empty(self) -> bool:
        said = self.cleaned_data
        return not any(said.get(each) for each in ("name", "ticks", "idea", "why"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors or self.is_empty:
            return said
        if not said.get("name"):
            self.add_error("name", _("Please write a name or a nickname for this line."))
        if not said.get("role") and said.get("who") in {None, "", "new"}:
            self.add_error("role", _("Please choose a role for this line."))
        if self.alike and not said.get("who"):
            self.add_error("who", _("Somebody is called the same. Please say who it is."))
        if not said.get("ticks") and not said.get("idea"):
            self.add_error(
                "idea", _("This line has no tick and no idea. Add one, or empty the name.")
            )
        return said

    @property
    def line(self) -> SheetLine:
        """What a valid, filled line says."""
        said = self.cleaned_data
        same = next((each for each in self.alike if str(each.pk) == said.get("who")), None)
        new = Person(name=said["name"], role=Role(said["role"] or Role.SERVICE_USER))
        return SheetLine(
            person=new if same is None else Person(same),
            supports=list(said.get("ticks") or []),
            idea=said["idea"],
            why=said["why"],
        )


def _lines_asked(data: QueryDict) -> int:
    """How many lines the posted page had, and five more if that was asked for."""
    typed = data.get("lines", "")
    lines = int(typed) if typed.isdecimal() and len(typed) < 4 else FIRST_LINES
    return max(1, min(MOST_LINES, lines + (MORE_LINES if "more" in data else 0)))


class WholeSheet:
    """The sheet's form and those of its lines, which are right or wrong together.

    Asking for more lines keeps everything typed, and says nothing yet about what is missing.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        workspace: Workspace,
        proposals: Sequence[Proposal],
        number: str = "",
    ) -> None:
        posted = data if data is not None else QueryDict()
        self.wants_more = "more" in posted
        self.count = _lines_asked(posted)
        self.proposals = proposals
        is_sent = data is not None and not self.wants_more
        typed = [posted.get(f"line{at}-name", "") for at in range(self.count)]
        namesakes = queries.namesakes(workspace.partnership, typed)
        self.head = SheetForm(
            posted if is_sent else None,
            initial={"number": number} | self._kept(SheetForm(workspace=workspace), posted),
            workspace=workspace,
        )
        self.lines = [
            self._line(at, posted, is_sent=is_sent, namesakes=namesakes) for at in range(self.count)
        ]

    def _line(
        self,
        at: int,
        posted: QueryDict,
        *,
        is_sent: bool,
        namesakes: Mapping[str, list[Participant]],
    ) -> SheetLineForm:
        prefix = f"line{at}"
        about: dict[str, Any] = {"proposals": self.proposals, "namesakes": namesakes}
        if is_sent:
            return SheetLineForm(posted, prefix=prefix, **about)
        empty = SheetLineForm(prefix=prefix, **about)
        return SheetLineForm(prefix=prefix, initial=self._kept(empty, posted), **about)

    def _kept(self, form: Form, posted: QueryDict) -> dict[str, Any]:
        """What was typed into a form, whether it is right or not."""
        return {
            name: field.widget.value_from_datadict(posted, {}, form.add_prefix(name))  # type: ignore[arg-type]
            for name, field in form.fields.items()
            if form.add_prefix(name) in posted
        }

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), *(each.is_valid() for each in self.lines)])

    @property
    def filled(self) -> list[SheetLineForm]:
        """The lines somebody wrote on."""
        return [each for each in self.lines if not each.is_empty]

    @property
    def has_errors(self) -> bool:
        return any(each.errors for each in (self.head, *self.lines))
