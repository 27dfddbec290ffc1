"""Which form a ballot has, and the forms around it: helping somebody, a card, one's own vote."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import BallotMethod
from codesign.forms.rankings import PairsForm, RankForm
from codesign.forms.votes import (
    BudgetForm,
    ConsentForm,
    DotsForm,
    ScoreForm,
    TickForm,
    VoteForm,
)
from codesign.models import Ballot
from portal.enums import Channel
from portal.forms import Form, PlainTextField
from portal.models import Participant

FORMS: dict[BallotMethod, type[VoteForm]] = {
    BallotMethod.TICK: TickForm,
    BallotMethod.DOTS: DotsForm,
    BallotMethod.SCORE: ScoreForm,
    BallotMethod.CONSENT: ConsentForm,
    BallotMethod.RANK_ONE: RankForm,
    BallotMethod.RANK_SEVERAL: RankForm,
    BallotMethod.BUDGET: BudgetForm,
    BallotMethod.PAIRS: PairsForm,
}


def form_for(ballot: Ballot) -> type[VoteForm]:
    return FORMS[BallotMethod(ballot.method)]


class HelpForm(Form):
    """How a worker came to enter somebody's vote."""

    how = forms.ChoiceField(
        label=_("How do they tell you their choice?"),
        choices=[
            (Channel.IN_PERSON.value, _("They sit beside me")),
            (Channel.PHONE.value, _("By phone")),
            (Channel.PAPER.value, _("On paper")),
        ],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label=_("They asked me to enter it"))

    def __init__(self, *args: Any, voter: Participant, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.voter, self.ballot = voter, ballot
        self.fields["agreed"].label = (
            _now("%(name)s asked me to enter this vote, and knows that I see it.")
            if ballot.is_secret
            else _now("%(name)s asked me to enter this vote.")
        ) % {"name": voter.display_name}
        self.fields["agreed"].error_messages["required"] = _now(
            "Only enter it if they asked you to. Then tick that they did."
        )

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        data: Any = self.data
        return ((name, value) for name in self.fields for value in data.getlist(name))

    def again(self) -> "HelpForm":
        """The same with what was ticked, and nothing said about it yet."""
        said = {name: self.data.get(name) for name in self.fields}
        return type(self)(voter=self.voter, ballot=self.ballot, initial=said)


class CardForm(Form):
    """The code of a voting card. Case, spaces and hyphens do not matter."""

    page_heading_field = "code"
    code = PlainTextField(
        label=_("Vote with a card"),
        max_length=60,
        help_text=_("Type the code that is printed on your card."),
        widget=forms.TextInput(
            attrs={
                "class": "tl-code govuk-input--width-20",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class FindVoteForm(Form):
    """The code of a receipt. It is posted, so that it stands in no address."""

    code = PlainTextField(
        label=_("The code of your vote"),
        max_length=80,
        help_text=_("It looks like 3f9a 04c1 …, and was shown when you voted."),
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-30", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
