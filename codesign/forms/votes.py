"""Forms in which people vote: ticks, dots, scores, consent. Orders are in rankings.py.

A valid form's `choice` is the vote as it is kept and published (docs/counting.md). Pressing a
button that only helps to fill it in (`do`) shows the form `again`, with everything still in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from codesign.enums import BallotMethod
from codesign.models import Ballot
from codesign.queries.ballot_pages import ShownOption
from codesign.voting_words import METHODS, SCORES, STANCES, choice_in_words, pounds
from portal.forms import Form, Hinted, PlainTextField, say_kindly


@dataclass(frozen=True)
class Line:
    """One option as it stands on the form: with its field, or its box among others."""

    option: ShownOption
    field: BoundField | None = None
    box: BoundWidget | None = None
    place: int | None = None  # where somebody ranked it, from 1


class VoteForm(Form):
    """What all have in common: options in the order shown, and a way to choose none of them.

    `ballot` needs no row: for practice it only says its rule. `choice` is what somebody chose
    before, where they may change it.
    """

    mark_optional = False
    about_nothing: Any = _("I choose none. My vote counts as taking part.")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        ballot: Ballot,
        options: Sequence[ShownOption],
        choice: Any = None,
        objection: str = "",
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.ballot, self.options, self.before = ballot, options, choice
        if initial is None and choice is not None:
            initial = self._initial(choice) | {"reason": objection}
            if not choice:
                initial["nothing"] = True
        super().__init__(data, initial=initial)
        self._ask()
        if self.about_nothing:
            self.fields["nothing"] = forms.BooleanField(label=self.about_nothing, required=False)
        for field in self.fields.values():
            say_kindly(field)

    def _ask(self) -> None:
        """Add the fields that stand for options."""

    def _initial(self, choice: Any) -> dict[str, Any]:
        """Values of fields that say `choice`."""
        raise NotImplementedError

    def _chosen(self) -> Any:
        """The choice that valid fields say."""
        raise NotImplementedError

    @property
    def lines(self) -> list[Line]:
        raise NotImplementedError

    @property
    def first_field(self) -> str:
        """Where an error about the whole choice is shown."""
        return next(iter(self.fields))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.errors or not self.about_nothing:
            return said
        if said.get("nothing") and self._chosen():
            self.add_error(
                "nothing",
                _now("You chose something and ticked “I choose none”. Please do one or the other."),
            )
        elif not said.get("nothing") and not self._chosen():
            self.add_error(
                self.first_field,
                _now("You have chosen nothing yet. If you want that, tick “I choose none”."),
            )
        return said

    @property
    def choice(self) -> Any:
        return self._chosen()

    @property
    def objection(self) -> str:
        return ""

    @property
    def choice_in_words(self) -> list[str]:
        titles = {option.key: option.title for option in self.options}
        return choice_in_words(self.ballot.method, self.choice, titles)

    @property
    def how(self) -> Sequence[Any]:
        """How to fill it in, one idea in each sentence."""
        return METHODS[BallotMethod(self.ballot.method)].how

    def again(self, do: str) -> "VoteForm":
        """The same form with what was typed into this one, right or wrong, after pressing `do`."""
        return type(self)(ballot=self.ballot, options=self.options, initial=self.typed)

    @property
    def typed(self) -> dict[str, Any]:
        data: Any = self.data
        return {
            name: field.widget.value_from_datadict(data, {}, name)  # type: ignore[arg-type]
            for name, field in self.fields.items()
            if name in data
        }

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """Names and values as they were sent, for a page that asks whether one is sure."""
        data: Any = self.data
        return ((name, value) for name in self.fields for value in data.getlist(name))

    def _value(self, name: str) -> Any:
        """What stands in a field now: typed, or set before."""
        if self.is_bound:
            return self.typed.get(name)
        return self.initial.get(name)


class TickForm(VoteForm):
    label = _("Tick all you support")

    def _ask(self) -> None:
        self.fields["chosen"] = forms.MultipleChoiceField(
            label=self.label,
            choices=[(option.key, option.title) for option in self.options],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def _initial(self, choice: Any) -> dict[str, Any]:
        return {"chosen": list(choice)}

    def _chosen(self) -> list[str]:
        ticked = set(self.cleaned_data.get("chosen", ()))
        return [option.key for option in self.options if option.key in ticked]

    @property
    def lines(self) -> list[Line]:
        boxes = self["chosen"].subwidgets
        return [Line(option, box=box) for option, box in zip(self.options, boxes, strict=True)]


class LimitedForm(VoteForm):
    """A vote that gives out something of which there is only so much: dots, or money."""

    @property
    def whole(self) -> int:
        """All there is to give out."""
        raise NotImplementedError

    @property
    def given(self) -> int:
        """How much is given out in the fields now."""
        raise NotImplementedError

    def _left_words(self, left: int, shown: str = "") -> str:
        """What to say when this much is left, or too much is given; `shown` in place of figures."""
        raise NotImplementedError

    @property
    def left_words(self) -> str:
        return self._left_words(self.whole - self.given)

    @property
    def live_words(self) -> dict[str, str]:
        """The same for a browser that counts by itself: it puts the figure in place of {n}."""
        figures = {"left-one": 1, "left-many": 2, "over-one": -1, "over-many": -2}
        return {name: self._left_words(left, "{n}") for name, left in figures.items()}


class BudgetForm(TickForm, LimitedForm):
    label = _("Tick each one you would spend the money on")

    @property
    def whole(self) -> int:
        return int(self.ballot.budget)

    @property
    def given(self) -> int:
        """What all that is ticked costs, in whole pounds."""
        ticked = set(self._value("chosen") or ())
        return sum(option.cost for option in self.options if option.key in ticked)

    @property
    def total_words(self) -> str:
        return _now("What you ticked costs %(total)s. There is %(budget)s.") % {
            "total": pounds(self.given),
            "budget": pounds(self.whole),
        }

    def _left_words(self, left: int, shown: str = "") -> str:
        figure = f"£{shown}" if shown else pounds(abs(left))
        if left < 0:
            return _now(
                "You ticked %(figure)s more than there is. That is allowed: the count finds out "
                "what fits."
            ) % {"figure": figure}
        return _now("%(figure)s left of %(budget)s") % {
            "figure": figure,
            "budget": pounds(self.whole),
        }


class DotsForm(LimitedForm):
    @property
    def whole(self) -> int:
        return int(self.ballot.dots)

    def _ask(self) -> None:
        for option in self.options:
            self.fields[f"dots_{option.key}"] = forms.IntegerField(
                label=option.title,
                required=False,
                min_value=0,
                max_value=self.most,
                error_messages={
                    "max_value": _("Give at most %(limit_value)d dots to one."),
                    "min_value": _("Give no dots or some, but not less than none."),
                },
                widget=forms.NumberInput(
                    attrs={
                        "class": "govuk-input--width-2",
                        "inputmode": "numeric",
                        "data-costs": 1,
                    }
                ),
            )

    def _initial(self, choice: Any) -> dict[str, Any]:
        return {f"dots_{key}": n for key, n in choice.items()}

    def _chosen(self) -> dict[str, int]:
        given = {option.key: self.cleaned_data.get(f"dots_{option.key}") for option in self.options}
        return {key: n for key, n in given.items() if n}

    @property
    def lines(self) -> list[Line]:
        return [Line(option, self[f"dots_{option.key}"]) for option in self.options]

    @property
    def most(self) -> int:
        """How many one option can have."""
        return int(min(self.ballot.most_dots, self.ballot.dots))

    @property
    def given(self) -> int:
        typed = [str(self._value(f"dots_{option.key}") or "") for option in self.options]
        return sum(int(each) for each in typed if each.isdecimal() and len(each) < 4)

    def _left_words(self, left: int, shown: str = "") -> str:
        if left < 0:
            return ngettext(
                "You gave out %(n)s dot too many. You have %(dots)d in all. Please take one back.",
                "You gave out %(n)s dots too many. You have %(dots)d in all. "
                "Please take some back.",
                -left,
            ) % {"n": shown or -left, "dots": self.whole}
        return ngettext("%(n)s dot left", "%(n)s dots left", left) % {"n": shown or left}

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and self.given > self.whole:
            first = next(iter(self._chosen()))
            self.add_error(f"dots_{first}", self.left_words)
        return said


class ScoreForm(VoteForm):
    def _ask(self) -> None:
        words = [(str(n), f"{n}: {word}") for n, word in sorted(SCORES.items(), reverse=True)]
        for option in self.options:
            self.fields[f"score_{option.key}"] = forms.ChoiceField(
                label=option.title,
                required=False,
                choices=[*words, ("", _("I leave this one out"))],
                widget=forms.RadioSelect,
            )

    def _initial(self, choice: Any) -> dict[str, Any]:
        return {f"score_{key}": str(n) for key, n in choice.items()}

    def _chosen(self) -> dict[str, int]:
        given = {
            option.key: self.cleaned_data.get(f"score_{option.key}") for option in self.options
        }
        return {key: int(n) for key, n in given.items() if n}

    @property
    def lines(self) -> list[Line]:
        return [Line(option, self[f"score_{option.key}"]) for option in self.options]


class ConsentForm(VoteForm):
    """To stand aside is to choose nothing, so nothing else is asked."""

    about_nothing = ""
    answer = forms.ChoiceField(
        label=_("Can you live with this?"),
        choices=[(key, Hinted(words, hint)) for key, (words, hint) in STANCES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the four answers.")},
    )
    reason = PlainTextField(
        label=_("If you disagree or object: why?"),
        max_length=2000,
        multiline=True,
        required=False,
    )

    def _ask(self) -> None:
        self.fields["reason"].help_text = (
            _now("Everybody here can read it, without your name.")
            if self.ballot.is_secret
            else _now("Everybody here can read it, with your name.")
        )

    def _initial(self, choice: Any) -> dict[str, Any]:
        return {"answer": choice}

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        missing = not said.get("reason") and "reason" not in self.errors
        if missing and said.get("answer") in {"disagree", "object"}:
            self.add_error("reason", _now("Please say why, so that it can be answered."))
        return said

    def _chosen(self) -> str:
        return str(self.cleaned_data.get("answer", ""))

    @property
    def objection(self) -> str:
        if self.choice not in {"disagree", "object"}:
            return ""
        return str(self.cleaned_data.get("reason", ""))

    @property
    def choice_in_words(self) -> list[str]:
        return [*super().choice_in_words, *([self.objection] if self.objection else [])]

    @property
    def lines(self) -> list[Line]:
        return [Line(option) for option in self.options]
