"""Choosing somebody by a part of their name: who is here is never one long list."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.queries.people import MOST_FOUND
from portal.forms import Form, PlainTextField
from portal.models import Participant


def name_and_role(person: Participant) -> str:
    """Somebody as one of several to choose from."""
    return f"{person.display_name}, {person.get_role_display()}"


class NameField(PlainTextField):
    """A part of somebody's name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Write their name, or a part of it."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=60, required=False, **kwargs)


class PersonField(forms.ModelChoiceField):
    """Which of the people of that name: with their role and organisation."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("Is it one of these?"),
            queryset=Participant.objects.none(),
            required=False,
            empty_label=None,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": gettext_lazy("We cannot find that person here.")},
            **kwargs,
        )

    def label_from_instance(self, obj: Participant) -> str:  # type: ignore[override]
        called = name_and_role(obj)
        return f"{called}, {obj.organisation.name}" if obj.organisation else called


class FindsPerson(Form):
    """A form that asks for a name, and offers those of that name to choose from.

    `person_name` names its NameField, `person` its PersonField, which is shown once there is
    somebody to choose. A whole name that only one person has needs no choosing.
    """

    person_name = "who"
    person = "participant"
    needs_person = True

    def find_among(self, people: QuerySet[Participant]) -> None:
        """Offer those of `people` whose name holds what was typed. For the end of `__init__`."""
        typed = str(self.data.get(self.add_prefix(self.person_name), "")).strip()
        typed = typed.replace("\x00", "")[:60]
        found = people.filter(display_name__icontains=typed) if typed else people.none()
        self.found = list(found[: MOST_FOUND + 1])
        chosen = self.fields[self.person]
        assert isinstance(chosen, PersonField)
        if not self.found and not self.data.get(self.add_prefix(self.person)):
            del self.fields[self.person]
            return
        chosen.queryset = people
        offered = self.found[:MOST_FOUND]
        chosen.widget.choices = [(each.pk, chosen.label_from_instance(each)) for each in offered]  # type: ignore[attr-defined]
        if len(self.found) > MOST_FOUND:
            chosen.help_text = _("There are more. Write more of the name to find them.")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        typed = said.get(self.person_name, "")
        if self.person in self.errors or self.person_name in self.errors:
            return said
        said[self.person] = said.get(self.person) or self._only(typed)
        if said[self.person]:
            return said
        if self.found:
            self.add_error(self.person, _("Choose who you mean."))
        elif typed:
            self.add_error(
                self.person_name,
                _("We found nobody of that name who could do this. Try a part of it."),
            )
        elif self.needs_person:
            self.add_error(self.person_name, _("Write a name, or a part of it."))
        return said

    def _only(self, typed: str) -> Participant | None:
        alike = [each for each in self.found if each.display_name.lower() == typed.lower()]
        return alike[0] if typed and len(alike) == 1 else None
