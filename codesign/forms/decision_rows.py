"""Forms with several rows about a decision: who decided, and who does what by when.

There are as many rows as are written, and one more. "Add another" asks for one more still, and
keeps what is written; no script is needed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.forms.people import name_and_role
from codesign.models import Commitment, Decider
from codesign.operations.commitments import MOST_COMMITMENTS, CommitmentWords
from codesign.operations.deciders import MOST_DECIDERS, DeciderWords
from portal.enums import Role
from portal.forms import DateField, Form, PlainTextField, say_kindly
from portal.models import Participant


class RowsForm(Form):
    """Rows of the same fields, numbered from 1. A row that is left empty is left out.

    A kind of row says its fields in `fields_of`, and which of them it cannot do without in
    `needed`.
    """

    most: int
    needed: tuple[str, ...]
    mark_optional = False

    def __init__(
        self, *args: Any, rows: Sequence[Mapping[str, Any]] = (), count: int = 0, **kwargs: Any
    ) -> None:
        """`rows` are those written before, `count` how many the page had when it was sent."""
        super().__init__(*args, **kwargs)
        self.numbers = range(1, min(max(len(rows) + 1, count), self.most) + 1)
        for number in self.numbers:
            said = rows[number - 1] if number <= len(rows) else {}
            for name, field in self.fields_of(number).items():
                field.required = False
                field.initial = said.get(name)
                say_kindly(field)
                self.fields[f"{name}_{number}"] = field

    def fields_of(self, number: int) -> dict[str, forms.Field]:
        raise NotImplementedError

    @property
    def takes_more(self) -> bool:
        return len(self.numbers) < self.most

    @property
    def names(self) -> list[str]:
        return list(self.fields_of(1))

    @property
    def rows(self) -> list[tuple[int, list[BoundField]]]:
        names = self.names
        return [
            (number, [self[f"{name}_{number}"] for name in names])  # type: ignore[misc]
            for number in self.numbers
        ]

    def said_in(self, number: int) -> dict[str, Any]:
        return {name: self.cleaned_data.get(f"{name}_{number}") for name in self.names}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in self.numbers:
            said = self.said_in(number)
            wrong = any(f"{name}_{number}" in self.errors for name in said)
            if wrong or not any(said.values()):
                continue
            for name in self.missing_in(said):
                self.add_error(
                    f"{name}_{number}",
                    _now("Please fill this in too, or empty all of row %(number)d.")
                    % {"number": number},
                )
        return cleaned

    def missing_in(self, said: Mapping[str, Any]) -> list[str]:
        return [name for name in self.needed if not said[name]]

    @property
    def written(self) -> list[dict[str, Any]]:
        """What the rows of a valid form say, without the empty ones."""
        said = (self.said_in(number) for number in self.numbers)
        return [row for row in said if any(row.values())]


class DecidersForm(RowsForm):
    """Who decided: chosen from `people`, or named."""

    most = MOST_DECIDERS

    def __init__(self, *args: Any, people: QuerySet[Participant], **kwargs: Any) -> None:
        self.people = people
        self.choices = [
            ("", _("Somebody else, named below")),
            *((each.pk, name_and_role(each)) for each in people),
        ]
        super().__init__(*args, **kwargs)

    def fields_of(self, number: int) -> dict[str, forms.Field]:
        return {
            "person": forms.TypedChoiceField(
                label=_("Somebody of the partnership"),
                choices=self.choices,
                coerce=int,
                empty_value=None,
            ),
            "name": PlainTextField(label=_("Or a name"), max_length=120),
            "role": forms.ChoiceField(
                label=_("Which side are they on?"),
                choices=[("", _("As they are here")), *Role.choices],
            ),
            "organisation": PlainTextField(label=_("For which organisation?"), max_length=120),
            "interest": PlainTextField(
                label=_("What have they to gain or lose by it?"),
                max_length=500,
                help_text=_("As they said it themselves. Leave it empty if there is nothing."),
            ),
        }

    def missing_in(self, said: Mapping[str, Any]) -> list[str]:
        if said["person"]:
            return []
        return [name for name in ("name", "role") if not said[name]]

    @property
    def deciders(self) -> list[DeciderWords]:
        chosen = {each.pk: each for each in self.people}
        return [
            DeciderWords(
                participant=chosen.get(row["person"]),
                name=row["name"],
                role=Role(row["role"]) if row["role"] else None,
                organisation=row["organisation"],
                interest=row["interest"],
            )
            for row in self.written
        ]

    @staticmethod
    def as_typed(deciders: Sequence[Decider]) -> list[dict[str, Any]]:
        return [
            {
                "person": each.participant_id,
                "name": each.name,
                "role": each.role,
                "organisation": each.organisation,
                "interest": each.interest,
            }
            for each in deciders
        ]


class CommitmentsForm(RowsForm):
    """Who does what, by when."""

    most = MOST_COMMITMENTS
    needed = ("what", "who", "by_when")

    def fields_of(self, number: int) -> dict[str, forms.Field]:
        return {
            "what": PlainTextField(label=_("What will be done?"), max_length=300),
            "who": PlainTextField(label=_("Who does it?"), max_length=120),
            "by_when": DateField(label=_("By when?")),
        }

    @property
    def commitments(self) -> list[CommitmentWords]:
        return [CommitmentWords(**row) for row in self.written]

    @staticmethod
    def as_typed(commitments: Sequence[Commitment]) -> list[dict[str, Any]]:
        return [
            {"what": each.what, "who": each.who, "by_when": each.by_when} for each in commitments
        ]
