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
from codesign.forms.ballot_questions import MOST, NEEDS, SOMETIMES, BallotQuestions, whole_number
from codesign.forms.people import name_and_role
from codesign.models import Ballot, Proposal
from codesign.operations.ballots import BallotWords, OptionFor
from codesign.voting_words import METHODS
from portal import clock
from portal.enums import Role
from portal.forms import Form, Hinted, say_kindly
from portal.models import Participant


class MethodForm(Form):
    """The first question: in which way should people vote?"""

    page_heading_field = "method"
    method = forms.ChoiceField(
        label=_("How should people vote?"),
        choices=[(each.value, Hinted(each.label, METHODS[each].about)) for each in BallotMethod],
        widget=forms.RadioSelect,
    )


class BallotForm(BallotQuestions):
    """A ballot's question and rule. `proposals` and `people` are those to choose from here.

    Others are found by their words or names: the page looks for them, and keeps what is written.
    """

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
            (str(each.pk), name_and_role(each)) for each in people
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
                self.fields[f"cost_{proposal.pk}"] = whole_number(
                    _now("What does “%(title)s” cost, in whole pounds?") % title, required=False
                )

    def _ask_by_role(self) -> None:
        """How many cards, how many voters at least, and which part of a budget, role by role."""
        for role in Role:
            self.fields[f"cards_{role}"] = whole_number(role.label, most=2000, required=False)
            self.fields[f"quorum_{role}"] = whole_number(role.label, required=False)
            if self.method == BallotMethod.BUDGET:
                self.fields[f"share_{role}"] = whole_number(role.label, most=1000, required=False)

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
    def about_options(self) -> list[BoundField]:
        return [
            field
            for each in self.proposals
            for field in self._those(f"option_{each.pk}", f"cost_{each.pk}")
        ]

    @property
    def listed_people(self) -> list[Participant]:
        said = self.cleaned_data
        chosen = set(said["listed"]) if said["who"] == "listed" else set()
        return [each for each in self.people if str(each.pk) in chosen]


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
