"""The questions that set a ballot up, and how its page groups them."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from codesign.enums import BallotMethod, ResultsWhen, Secrecy
from codesign.voting_words import RESULTS_WHEN, SECRECY
from portal.enums import Role
from portal.forms import DateField, Form, Hinted, PlainTextField

NARROW = {"class": "govuk-input--width-5", "inputmode": "numeric"}
MOST = 1_000_000_000

# Which of the fields below a way of voting needs, besides those that all have.
NEEDS: dict[BallotMethod, tuple[str, ...]] = {
    BallotMethod.TICK: ("seats", "pass_share"),
    BallotMethod.DOTS: ("seats", "dots", "most_dots"),
    BallotMethod.SCORE: ("seats",),
    BallotMethod.CONSENT: ("pass_share", "review_on"),
    BallotMethod.RANK_ONE: (),
    BallotMethod.RANK_SEVERAL: ("seats",),
    BallotMethod.BUDGET: ("budget",),
    BallotMethod.PAIRS: ("seats",),
}
SOMETIMES = {name for names in NEEDS.values() for name in names}


class TimeField(forms.TimeField):
    """A time of day, as 14:30 or 14.30."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%H:%M", "%H.%M", "%H:%M:%S"])
        attrs = {"type": "time", "class": "govuk-input--width-5"}
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs=attrs))
        kwargs.setdefault("error_messages", {"invalid": _("Please write a time like 14:30.")})
        super().__init__(**kwargs)


def whole_number(
    label: Any, *, least: int = 0, most: int = MOST, hint: Any = "", **more: Any
) -> Any:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=hint,
        widget=forms.NumberInput(attrs=NARROW),
        error_messages={
            "min_value": _("Please write %(limit_value)d or more."),
            "max_value": _("Please write %(limit_value)d or less."),
        },
        **more,
    )


class BallotQuestions(Form):
    """Those that are always the same.

    BallotForm leaves out what a way of voting does not need, and asks about each role and option.
    """

    mark_optional = False
    question = PlainTextField(
        label=_("What is the question?"),
        max_length=200,
        help_text=_("One plain question. For example: “Which two shall we start with?”"),
    )
    about = PlainTextField(
        label=_("What should people know before they vote?"),
        max_length=4000,
        multiline=True,
        required=False,
        help_text=_("A few short sentences, or nothing."),
    )
    find = PlainTextField(
        label=_("Look for other suggestions by their words"), max_length=200, required=False
    )
    seats = whole_number(_("How many are to be chosen?"), least=1, most=100, initial=1)
    dots = whole_number(_("How many dots has each person?"), least=1, most=100, initial=10)
    most_dots = whole_number(_("How many of them at most on one?"), least=1, most=100, initial=5)
    budget = whole_number(
        _("How many pounds are there to spend?"), least=1, hint=_("Whole pounds.")
    )
    secrecy = forms.ChoiceField(
        label=_("Who can find out how somebody voted?"),
        choices=[(each.value, Hinted(each.label, SECRECY[each])) for each in Secrecy],
        initial=Secrecy.NAMED,
        widget=forms.RadioSelect,
        help_text=_("This cannot be changed once the vote is open."),
    )
    results_when = forms.ChoiceField(
        label=_("When do people see how it stands?"),
        choices=[(each.value, Hinted(each.label, RESULTS_WHEN[each])) for each in ResultsWhen],
        initial=ResultsWhen.AT_CLOSE,
        widget=forms.RadioSelect,
    )
    who = forms.ChoiceField(
        label=_("Who may vote?"),
        choices=[
            (
                "roles",
                Hinted(
                    _("Everybody with these roles"),
                    _("People who are here, have an account and can come into this space."),
                ),
            ),
            (
                "listed",
                Hinted(
                    _("People I choose"),
                    _("Also people without an account, for whom a worker enters the vote."),
                ),
            ),
            (
                "cards",
                Hinted(
                    _("Whoever gets a paper card"), _("Only for secret votes with paper cards.")
                ),
            ),
        ],
        initial="roles",
        widget=forms.RadioSelect,
        help_text=_("The list is fixed when the vote opens. Everybody sees how many are on it."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Which roles?"),
        choices=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("If you chose roles above."),
    )
    listed = forms.MultipleChoiceField(
        label=_("Which people?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("If you choose people."),
    )
    find_person = PlainTextField(
        label=_("Look for people by a part of their name"), max_length=60, required=False
    )
    opens_on = DateField(label=_("On which day does it open?"))
    opens_time = TimeField(label=_("At what time does it open?"))
    closes_on = DateField(label=_("On which day does it close?"))
    closes_time = TimeField(label=_("At what time does it close?"))
    quorum = whole_number(
        _("How many have to vote so that it counts?"),
        required=False,
        hint=_("Leave it empty if any number is enough."),
    )
    pass_share = whole_number(
        _("Which share has to want it, in percent?"),
        most=100,
        required=False,
        hint=_("Leave it empty if none is needed. For “Can we live with it?” more than half must."),
    )
    review_on = DateField(
        label=_("When will you look at this again?"),
        required=False,
        help_text=_("You can leave it empty."),
    )

    # -- how the page shows them, part by part -----------------------------------------------------

    def _those(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def about_question(self) -> list[BoundField]:
        return self._those("question", "about")

    @property
    def about_rule(self) -> list[BoundField]:
        return self._those("seats", "dots", "most_dots", "budget")

    @property
    def about_secrecy(self) -> list[BoundField]:
        return self._those("secrecy", "results_when", "who", "roles")

    @property
    def about_times(self) -> list[BoundField]:
        return self._those("opens_on", "opens_time", "closes_on", "closes_time", "review_on")

    @property
    def about_enough(self) -> list[BoundField]:
        return self._those("quorum", "pass_share")

    def _of_roles(self, what: str) -> list[BoundField]:
        return self._those(*(f"{what}_{role}" for role in Role))

    @property
    def cards_by_role(self) -> list[BoundField]:
        return self._of_roles("cards")

    @property
    def quorum_by_role(self) -> list[BoundField]:
        return self._of_roles("quorum")

    @property
    def share_by_role(self) -> list[BoundField]:
        return self._of_roles("share")

    def _is_filled(self, fields: list[BoundField]) -> bool:
        """Whether there is something in them to see: a number, or what is wrong with one."""
        return any(each.value() or each.errors for each in fields)

    @property
    def has_cards(self) -> bool:
        return self._is_filled(self.cards_by_role)

    @property
    def has_quorums(self) -> bool:
        return self._is_filled(self.quorum_by_role)

    @property
    def has_shares(self) -> bool:
        return self._is_filled(self.share_by_role)
