"""Forms that set a ballot up: how people vote, and then only what that way of voting needs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import BallotMethod, ResultsWhen, Secrecy
from codesign.models import Ballot, Proposal
from codesign.operations.ballots import BallotWords, OptionFor
from codesign.voting_words import METHODS, RESULTS_WHEN, SECRECY
from portal import clock
from portal.enums import Role
from portal.forms import DateField, Form, Hinted, PlainTextField, say_kindly
from portal.models import Participant

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


class MethodForm(Form):
    """The first question: in which way should people vote?"""

    page_heading_field = "method"
    method = forms.ChoiceField(
        label=_("How should people vote?"),
        choices=[(each.value, Hinted(each.label, METHODS[each].about)) for each in BallotMethod],
        widget=forms.RadioSelect,
    )


class TimeField(forms.TimeField):
    """A time of day, as 14:30 or 14.30."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%H:%M", "%H.%M", "%H:%M:%S"])
        attrs = {"type": "time", "class": "govuk-input--width-5"}
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs=attrs))
        kwargs.setdefault("error_messages", {"invalid": _("Please write a time like 14:30.")})
        super().__init__(**kwargs)


def _number(label: Any, *, least: int = 0, most: int = MOST, hint: Any = "", **more: Any) -> Any:
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


class BallotForm(Form):
    """A ballot's question and rule. `proposals` and `people` are those to choose from here.

    Others are found by their words or names: the page looks for them, and keeps what is written.
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
    seats = _number(_("How many are to be chosen?"), least=1, most=100, initial=1)
    dots = _number(_("How many dots has each person?"), least=1, most=100, initial=10)
    most_dots = _number(_("How many of them at most on one?"), least=1, most=100, initial=5)
    budget = _number(_("How many pounds are there to spend?"), least=1, hint=_("Whole pounds."))
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
    quorum = _number(
        _("How many have to vote so that it counts?"),
        required=False,
        hint=_("Leave it empty if any number is enough."),
    )
    pass_share = _number(
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

    def __init__(
        self,
        *args: Any,
        method: BallotMethod,
        proposals: Sequence[Proposal],
        people: Sequence[Participant],
        ballot: Ballot | None = None,
        shortlisted: Iterable[int] = (),
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.method, self.proposals, self.people = method, proposals, people
        if initial is None:
            initial = _initial_of(ballot) if ballot is not None else _initial_days()
            if ballot is None:
                initial |= {f"option_{pk}": True for pk in shortlisted}
        super().__init__(*args, initial=initial, **kwargs)
        for name in SOMETIMES - set(NEEDS[method]):
            del self.fields[name]
        self._ask_options()
        self._ask_by_role()
        self.fields["listed"].choices = [  # type: ignore[attr-defined]
            (str(each.pk), f"{each.display_name}, {each.get_role_display()}") for each in people
        ]
        for field in self.fields.values():
            say_kindly(field)

    def _ask_options(self) -> None:
        for proposal in self.proposals:
            self.fields[f"option_{proposal.pk}"] = forms.BooleanField(
                label=proposal.shown_title, required=False
            )
            if self.method == BallotMethod.BUDGET:
                title = {"title": proposal.shown_title}
                self.fields[f"cost_{proposal.pk}"] = _number(
                    _now("What does “%(title)s” cost, in whole pounds?") % title, required=False
                )

    def _ask_by_role(self) -> None:
        """How many cards, how many voters at least, and which part of a budget, role by role."""
        for role in Role:
            self.fields[f"cards_{role}"] = _number(role.label, most=2000, required=False)
            self.fields[f"quorum_{role}"] = _number(role.label, required=False)
            if self.method == BallotMethod.BUDGET:
                self.fields[f"share_{role}"] = _number(role.label, most=1000, required=False)

    def _by_role(self, what: str) -> dict[str, int]:
        given = {role.value: self.cleaned_data.get(f"{what}_{role}") for role in Role}
        return {role: n for role, n in given.items() if n}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        picked = [each for each in self.proposals if said.get(f"option_{each.pk}")]
        if self.method == BallotMethod.CONSENT and len(picked) != 1 and self.proposals:
            self._about_options(_now("Choose exactly one way forward to ask about."))
        elif self.method != BallotMethod.CONSENT and len(picked) < 2:
            self._about_options(_now("Choose at least two that people can choose between."))
        if self.method == BallotMethod.BUDGET:
            for each in picked:
                name = f"cost_{each.pk}"
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _now("Please write what it costs."))
        self._clean_who(said)
        self._clean_times(said)
        if (said.get("most_dots") or 0) > (said.get("dots") or MOST):
            self.add_error("most_dots", _now("Nobody has as many dots as that."))
        return said

    def _about_options(self, words: str) -> None:
        """An error about the options as a whole stands at the first of them."""
        self.add_error(f"option_{self.proposals[0].pk}" if self.proposals else "find", words)

    def _clean_who(self, said: dict[str, Any]) -> None:
        who, has_cards = said.get("who"), said.get("secrecy") == Secrecy.CARDS
        if who is not None and said.get("secrecy") and (who == "cards") != has_cards:
            self.add_error(
                "who",
                _now("Paper cards go with a secret vote with paper cards, and with no other."),
            )
        elif who == "roles" and not said.get("roles"):
            self.add_error("roles", _now("Choose at least one role."))
        elif who == "listed" and not said.get("listed"):
            self.add_error("listed", _now("Choose at least one person. Look for them by name."))
        elif who == "cards" and not self._by_role("cards"):
            self.add_error(f"cards_{Role.SERVICE_USER}", _now("Say how many cards you need."))
        if said.get("results_when") == ResultsWhen.AFTER_VOTING and said.get("secrecy") in {
            Secrecy.SECRET,
            Secrecy.CARDS,
        }:
            self.add_error(
                "results_when", _now("How it stands can be shown early in named votes only.")
            )

    def _clean_times(self, said: dict[str, Any]) -> None:
        if {"opens_on", "opens_time", "closes_on", "closes_time"} <= said.keys():
            if self.closes_at <= self.opens_at:
                self.add_error("closes_on", _now("It has to close after it opens."))
            elif self.closes_at <= clock.now():
                self.add_error("closes_on", _now("Choose a day and time that are still to come."))

    def _moment(self, name: str) -> datetime:
        said = self.cleaned_data
        return timezone.make_aware(datetime.combine(said[f"{name}_on"], said[f"{name}_time"]))

    @property
    def opens_at(self) -> datetime:
        return self._moment("opens")

    @property
    def closes_at(self) -> datetime:
        return self._moment("closes")

    @property
    def words(self) -> BallotWords:
        """What a valid form says."""
        said = self.cleaned_data
        more: dict[str, Any] = {
            name: said[name] or 0 for name in NEEDS[self.method] if name != "review_on"
        }
        if said["who"] == "roles":
            more["roles"] = said["roles"]
        return BallotWords(
            question=said["question"],
            about=said["about"],
            method=self.method,
            secrecy=Secrecy(said["secrecy"]),
            results_when=ResultsWhen(said["results_when"]),
            quorum=said["quorum"] or 0,
            quorums=self._by_role("quorum"),
            shares=self._by_role("share"),
            cards=self._by_role("cards") if said["who"] == "cards" else {},
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            review_on=said.get("review_on"),
            **more,
        )

    @property
    def options(self) -> list[OptionFor]:
        said = self.cleaned_data
        return [
            OptionFor(proposal=each, cost=said.get(f"cost_{each.pk}") or 0)
            for each in self.proposals
            if said.get(f"option_{each.pk}")
        ]

    @property
    def listed_people(self) -> list[Participant]:
        said = self.cleaned_data
        chosen = set(said["listed"]) if said["who"] == "listed" else set()
        return [each for each in self.people if str(each.pk) in chosen]

    # -- how the page shows it, part by part ------------------------------------------------------

    def _those(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def about_question(self) -> list[BoundField]:
        return self._those("question", "about")

    @property
    def about_options(self) -> list[BoundField]:
        return [
            field
            for each in self.proposals
            for field in self._those(f"option_{each.pk}", f"cost_{each.pk}")
        ]

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


def _initial_days() -> dict[str, Any]:
    """Two weeks from tomorrow morning, which suits most votes."""
    tomorrow = clock.today() + timedelta(days=1)
    return {
        "opens_on": tomorrow,
        "opens_time": time(9),
        "closes_on": tomorrow + timedelta(days=14),
        "closes_time": time(20),
    }


def _initial_of(ballot: Ballot) -> dict[str, Any]:
    same = ("question", "about", "seats", "dots", "most_dots", "secrecy", "results_when", "roles")
    opens, closes = timezone.localtime(ballot.opens_at), timezone.localtime(ballot.closes_at)
    listed = [str(pk) for pk in ballot.listed.values_list("pk", flat=True)]
    initial: dict[str, Any] = {name: getattr(ballot, name) for name in same}
    for name in ("budget", "quorum", "pass_share", "review_on"):
        initial[name] = getattr(ballot, name) or None
    initial |= {
        "who": "cards" if ballot.cards else "listed" if listed else "roles",
        "listed": listed,
        "opens_on": opens.date(),
        "opens_time": opens.time(),
        "closes_on": closes.date(),
        "closes_time": closes.time(),
    }
    by_role: Mapping[str, Mapping[str, int]] = {
        "cards": ballot.cards,
        "quorum": ballot.quorums,
        "share": ballot.shares,
    }
    for what, numbers in by_role.items():
        initial |= {f"{what}_{role}": n for role, n in numbers.items()}
    for option in ballot.options.all():
        initial[f"option_{option.proposal_id}"] = True
        initial[f"cost_{option.proposal_id}"] = option.cost or None
    return initial
