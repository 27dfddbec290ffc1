"""Forms for typing in a paper sheet, and for putting right a line that was mistyped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import ProposalStatus
from codesign.forms.entering import ROLES
from codesign.forms.people import name_and_role
from codesign.models import EnteredLine, Proposal, Workspace
from codesign.operations.sheets import Person, SheetLine, sheet_number, typed_in_before
from codesign.phrases import printed_number
from codesign.queries import sheets as queries
from portal.enums import Channel, Role
from portal.forms import Form, PlainTextField
from portal.models import Participant

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

    def __init__(
        self,
        *args: Any,
        workspace: Workspace,
        shows_another_list: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.shows_another_list = shows_another_list

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
        if self.shows_another_list:
            raise forms.ValidationError(
                _(
                    "Other suggestions were printed on this sheet. They are shown now. Please "
                    "check every tick, and enter it again."
                )
            )
        return number


class TickField(forms.ModelMultipleChoiceField):
    """Suggestions as they are printed on the sheet: number, then title; and what became of them."""

    def label_from_instance(self, obj: Any) -> str:
        label = f"{obj.pk}: {obj.shown_title}"
        if obj.status == ProposalStatus.MERGED:
            return _now("%(suggestion)s. It was merged, and a tick counts where it lives on.") % {
                "suggestion": label
            }
        if not obj.is_live:
            return _now("%(suggestion)s. It is now “%(status)s”, so a tick does not count.") % {
                "suggestion": label,
                "status": obj.standing,
            }
        if getattr(obj, "is_reworded", False):
            return _now("%(suggestion)s. The words have changed since it was printed.") % {
                "suggestion": label
            }
        return label


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
        self.alike = self.find_namesakes(namesakes)
        if self.alike:
            self.fields["who"].choices = [  # type: ignore[attr-defined]
                *((str(each.pk), name_and_role(each)) for each in self.alike),
                ("new", _("No, somebody else")),
            ]
        else:
            del self.fields["who"]

    def find_namesakes(self, namesakes: Mapping[str, list[Participant]]) -> list[Participant]:
        """Those who are called like whoever is typed."""
        return namesakes.get(self._typed("name").lower(), [])

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
        self.check_person(said)
        if not said.get("ticks") and not said.get("idea"):
            self.add_error(
                "idea", _("This line has no tick and no idea. Add one, or empty the name.")
            )
        return said

    def check_person(self, said: dict[str, Any]) -> None:
        """Somebody new needs a role, and of namesakes one is chosen."""
        if not said.get("role") and said.get("who") in {None, "", "new"}:
            self.add_error("role", _("Please choose a role for this line."))
        if self.alike and not said.get("who"):
            self.add_error("who", _("Somebody is called the same. Please say who it is."))

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


class CorrectLineForm(SheetLineForm):
    """A line as it was typed in, to be put right. It may say nothing, if nothing was written."""

    reason = PlainTextField(
        label=_("What was wrong?"),
        max_length=300,
        help_text=_("For example: I ticked the wrong box. The person can read this."),
    )

    def __init__(
        self, *args: Any, line: EnteredLine, proposals: Sequence[Proposal], **kwargs: Any
    ) -> None:
        self.corrected = line
        self.ticked_before = {each.pk for each in line.ticks.all()}
        initial = {
            "name": line.participant.display_name,
            "role": line.participant.role,
            "ticks": list(self.ticked_before),
            "idea": line.idea.title if line.idea else "",
            "why": line.idea.why if line.idea else "",
        }
        super().__init__(*args, proposals=proposals, initial=initial, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    @property
    def is_same_person(self) -> bool:
        typed = self._typed("name").casefold()
        return typed == self.corrected.participant.display_name.casefold()

    def find_namesakes(self, namesakes: Mapping[str, list[Participant]]) -> list[Participant]:
        """Nobody else is asked about while the name is as it was."""
        return [] if self.is_same_person else super().find_namesakes(namesakes)

    def clean(self) -> dict[str, Any]:
        said = super(SheetLineForm, self).clean() or self.cleaned_data
        if not said.get("name") and "name" not in self.errors:
            self.add_error("name", _now("Please write a name or a nickname for this line."))
        if not self.is_same_person:
            self.check_person(said)
        return said

    @property
    def line(self) -> SheetLine:
        said = super().line
        if not self.is_same_person:
            return said
        return replace(said, person=Person(self.corrected.participant))


def _lines_asked(data: QueryDict) -> int:
    """How many lines the posted page had, and five more if that was asked for."""
    typed = data.get("lines", "")
    lines = int(typed) if typed.isdecimal() and len(typed) < 4 else FIRST_LINES
    return max(1, min(MOST_LINES, lines + (MORE_LINES if "more" in data else 0)))


class WholeSheet:
    """The sheet's form and those of its lines, which are right or wrong together.

    With `is_printed` it is known which `proposals` stand on the paper, whatever the page showed.

    Asking for more lines keeps everything typed, and says nothing yet about what is missing.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        workspace: Workspace,
        proposals: Sequence[Proposal],
        is_printed: bool = False,
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
            shows_another_list=is_printed
            and posted.getlist("proposals") != [str(each.pk) for each in proposals],
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
