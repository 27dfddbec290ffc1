"""What a ballot may be: whether its settings, options and roll fit together, in kind words."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from codesign.enums import BallotMethod, ResultsWhen, Secrecy
from codesign.models import Ballot, Proposal
from codesign.queries.ballots import open_ballot_with
from codesign.queries.rolls import SMALLEST_SECRET, sizes_by_role, told_apart
from portal import clock
from portal.enums import Role
from portal.models import Participant
from portal.refusal import Refusal

MOST_OPTIONS = 100
MOST_DOTS = 100
MOST_CARDS = 2000
WHOLE = 100  # percent


def check_not_in_a_vote(proposal: Proposal, refusal: type[Refusal]) -> None:
    """Raise `refusal` while a locked proposal can be chosen in a ballot that is not over yet.

    What people vote on stays as it is: its words, and where it stands.
    """
    ballot = open_ballot_with(proposal)
    if ballot is not None:
        raise refusal(
            _("People vote on this now: “%(question)s”. It stays as it is until the vote ends.")
            % {"question": ballot.question}
        )


def check_rule(
    ballot: Ballot,
    options: Sequence[tuple[Proposal, int]],
    listed: Collection[Participant],
    refusal: type[Refusal],
) -> None:
    """Raise `refusal` unless the settings of a ballot fit together.

    `options` are suggestions and what each costs; `listed` are those who may vote, if not by role.
    """
    if ballot.closes_at <= ballot.opens_at:
        raise refusal(
            _("The vote has to close after it opens. Please choose a later closing time.")
        )
    if ballot.closes_at <= clock.now():
        raise refusal(_("The closing time is past. Please choose a later one."))
    if ballot.results_when == ResultsWhen.AFTER_VOTING and ballot.secrecy != Secrecy.NAMED:
        raise refusal(_("The results of a secret vote are shown when it has closed, not before."))
    _check_options(ballot, options, refusal)
    _check_method(ballot, [cost for _proposal, cost in options], refusal)
    _check_who(ballot, listed, refusal)


def _check_options(
    ballot: Ballot, options: Sequence[tuple[Proposal, int]], refusal: type[Refusal]
) -> None:
    proposals = [proposal for proposal, _cost in options]
    if any(each.workspace_id != ballot.workspace_id for each in proposals):
        raise refusal(_("Choose only suggestions of this space."))
    if len({each.pk for each in proposals}) != len(proposals):
        raise refusal(_("One suggestion is there twice. Please take it out once."))
    for each in proposals:
        if not each.is_live:
            raise refusal(
                _("“%(title)s” is now “%(status)s”, so people cannot vote on it. Take it out.")
                % {"title": each.shown_title, "status": each.standing}
            )
    if ballot.method == BallotMethod.CONSENT:
        if len(proposals) != 1:
            raise refusal(_("“Can we live with it?” asks about one suggestion. Choose just one."))
    elif len(proposals) < 2:
        raise refusal(_("Choose at least two suggestions, so that there is a choice."))
    if len(proposals) > MOST_OPTIONS:
        raise refusal(_("Choose at most %(most)d suggestions.") % {"most": MOST_OPTIONS})
    if not 1 <= ballot.seats <= len(proposals):
        raise refusal(_("Say how many are to be chosen: at least 1, and not more than there are."))


def _check_method(ballot: Ballot, costs: Sequence[int], refusal: type[Refusal]) -> None:
    if ballot.method == BallotMethod.DOTS and not (
        1 <= ballot.most_dots <= ballot.dots <= MOST_DOTS
    ):
        raise refusal(
            _("Give each person 1 to %(most)d dots, and let no more of them go on one suggestion.")
            % {"most": MOST_DOTS}
        )
    if ballot.method == BallotMethod.BUDGET:
        if ballot.budget < 1:
            raise refusal(_("Say how much money there is to spend."))
        if any(cost < 1 for cost in costs):
            raise refusal(_("Say what each suggestion costs, in whole pounds."))
        if any(cost > ballot.budget for cost in costs):
            raise refusal(_("A suggestion costs more than there is to spend. Take it out."))
    _check_by_role(ballot.shares, refusal)
    _check_by_role(ballot.quorums, refusal)
    if not 0 <= ballot.pass_share <= WHOLE:
        raise refusal(_("The share that has to be reached is from 0 to 100 percent."))


def _check_by_role(numbers: Mapping[str, Any], refusal: type[Refusal]) -> None:
    for role, number in numbers.items():
        if role not in Role.values or isinstance(number, bool) or not isinstance(number, int):
            raise refusal(_("Give a whole number for each role."))
        if number < 1:
            raise refusal(_("Give each role a number from 1 up, or leave the role out."))


def _check_who(ballot: Ballot, listed: Collection[Participant], refusal: type[Refusal]) -> None:
    if ballot.secrecy == Secrecy.CARDS:
        _check_by_role(ballot.cards, refusal)
        if ballot.roles or listed:
            raise refusal(_("With paper cards, whoever holds a card may vote. List nobody."))
        if not 1 <= sum(ballot.cards.values()) <= MOST_CARDS:
            raise refusal(
                _("Say how many cards to print, at most %(most)d in all.") % {"most": MOST_CARDS}
            )
        return
    if ballot.cards:
        raise refusal(_("Cards are only for votes with paper cards."))
    if bool(ballot.roles) == bool(listed):
        raise refusal(_("Say who may vote: people of some roles, or the people you list."))
    if not set(ballot.roles) <= set(Role.values):
        raise refusal(_("One of these roles is not there. Please choose again."))
    may_read = {each.pk for each in ballot.workspace.readers(listed) if each.is_here}
    shut_out = [each.display_name for each in listed if each.pk not in may_read]
    if shut_out:
        raise refusal(
            _("Not everybody on your list can read this space. Ask them into it first: %(names)s")
            % {"names": get_text_list(shut_out, _("and"))}
        )


def check_roll(ballot: Ballot, refusal: type[Refusal]) -> None:
    """Raise `refusal` unless a ballot's roll is large enough for its rule, as it would be now."""
    sizes = sizes_by_role(ballot)
    if not sizes.total():
        raise refusal(_("Nobody would be on the list of voters. Please say who may vote."))
    if ballot.is_secret and sizes.total() < SMALLEST_SECRET:
        raise refusal(
            _(
                "A secret vote needs at least %(smallest)d people, or it would be easy to guess "
                "who chose what. There are %(n)d. Ask more people, or hold a named vote."
            )
            % {"smallest": SMALLEST_SECRET, "n": sizes.total()}
        )
    if ballot.quorum > sizes.total():
        raise refusal(
            _("%(quorum)d people have to vote, but only %(n)d may. Please lower that number.")
            % {"quorum": ballot.quorum, "n": sizes.total()}
        )
    for role, quorum in ballot.quorums.items():
        if quorum > sizes[role]:
            raise refusal(
                _("%(quorum)d of “%(role)s” have to vote, but only %(n)d may. Please lower that.")
                % {"quorum": quorum, "role": Role(role).label, "n": sizes[role]}
            )
    _check_shares(ballot, refusal)


def _check_shares(ballot: Ballot, refusal: type[Refusal]) -> None:
    """Every voter's role has a share; in a secret vote each of these roles is large enough."""
    if not ballot.shares:
        return
    sizes = sizes_by_role(ballot)
    if set(sizes) - set(ballot.shares):
        raise refusal(_("Give a share of the money to each role that may vote."))
    if ballot.is_secret and set(ballot.shares) - told_apart(sizes):
        raise refusal(
            _(
                "In a secret vote, each role that has its own share of the money needs at least "
                "%(smallest)d people on the list."
            )
            % {"smallest": SMALLEST_SECRET}
        )
