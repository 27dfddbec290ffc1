"""What the pages of a ballot show: options as they may be seen, and its rule in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.enums import AttachmentKind, BallotMethod, ResultsWhen, Secrecy
from codesign.models import Attachment, Ballot, BallotOption, Proposal, RollEntry
from codesign.queries.ballot_files import shown_title
from codesign.queries.rolls import to_be_helped
from codesign.voting_words import METHODS, RESULTS_WHEN, SECRECY, pounds
from portal import permissions
from portal.enums import Role
from portal.models import Participant

MOST_NOW = 50  # votes that are open or to come, on one page


@dataclass(frozen=True)
class ShownOption:
    """One option as somebody may see it: hidden words have given way, its place has stayed.

    `url` is the suggestion it came from and `page` its own page; empty where the reader has none.
    """

    key: str
    title: str
    what: str
    cost: int = 0
    url: str = ""
    page: str = ""
    picture: str = ""
    picture_words: str = ""
    easy_read: tuple[str, ...] = ()

    @property
    def cost_words(self) -> str:
        return pounds(self.cost)


def shown_options(
    ballot: Ballot, options: Iterable[BallotOption], participant: Participant | None
) -> list[ShownOption]:
    """Options as they may be seen, in the order given; two queries at most.

    Who has only a paper card (None in a private space) gets the words, and no way further in.
    """
    listed = list(options)
    prefetch_related_objects(listed, "proposal")
    goes_in = participant is not None or ballot.is_public
    pictures: dict[int, Attachment] = {}
    if goes_in:
        found = Attachment.objects.filter(
            proposal__in=[each.proposal_id for each in listed if not each.proposal.is_hidden],
            kind=AttachmentKind.PICTURE,
            removed_at=None,
        ).order_by("-pk")
        pictures = {each.proposal_id: each for each in found}
    return [_shown(ballot, each, goes_in, pictures.get(each.proposal_id)) for each in listed]


def _shown(
    ballot: Ballot, option: BallotOption, goes_in: bool, picture: Attachment | None
) -> ShownOption:
    proposal, slug = option.proposal, ballot.partnership.slug
    to: dict[str, Any] = {"url": "", "page": ""}
    if goes_in:
        to["url"] = reverse("codesign:proposal", args=[slug, option.proposal_id])
        if ballot.is_opened:
            to["page"] = reverse("codesign:ballot_option", args=[slug, ballot.pk, option.place])
    if proposal.is_hidden:
        return ShownOption(option.key, shown_title(option), "", option.cost, **to)
    return ShownOption(
        option.key,
        shown_title(option),
        option.what,
        option.cost,
        **to,
        picture=reverse("codesign:attachment", args=[slug, picture.pk]) if picture else "",
        picture_words=picture.words if picture else "",
        easy_read=tuple(line for line in proposal.easy_read.splitlines() if line.strip()),
    )


def rule_in_words(ballot: Ballot) -> list[str]:
    """A ballot's rule, a sentence for each part of it, as a draft or as published."""
    method = BallotMethod(ballot.method)
    words = [str(METHODS[method].about)]
    if method in {BallotMethod.TICK, BallotMethod.DOTS, BallotMethod.SCORE, BallotMethod.PAIRS} | {
        BallotMethod.RANK_SEVERAL
    }:
        words.append(
            ngettext("%(n)d is chosen.", "At most %(n)d are chosen.", ballot.seats)
            % {"n": ballot.seats}
        )
    if method == BallotMethod.DOTS:
        words.append(
            _("Each person has %(dots)d dots and can put at most %(most)d of them on one.")
            % {"dots": ballot.dots, "most": ballot.most_dots}
        )
    if method == BallotMethod.BUDGET:
        words.append(_("There is %(budget)s to spend.") % {"budget": pounds(ballot.budget)})
        if ballot.shares:
            words.append(
                _("The money is shared between the roles in these parts: %(shares)s.")
                % {"shares": _by_role(ballot.shares)}
            )
    if ballot.pass_share:
        words.append(
            _("At least %(share)d%% of those who vote have to want it.")
            % {"share": ballot.pass_share}
        )
    if ballot.quorum:
        words.append(
            ngettext(
                "At least %(n)d person has to vote so that it counts.",
                "At least %(n)d people have to vote so that it counts.",
                ballot.quorum,
            )
            % {"n": ballot.quorum}
        )
    if ballot.quorums:
        words.append(
            _("At least this many of each role have to vote: %(quorums)s.")
            % {"quorums": _by_role(ballot.quorums)}
        )
    if method != BallotMethod.CONSENT:
        words.append(_("Where numbers are equal, a lot drawn before anybody votes decides."))
    words += [
        str(SECRECY[Secrecy(ballot.secrecy)]),
        str(RESULTS_WHEN[ResultsWhen(ballot.results_when)]),
    ]
    return words


def _by_role(numbers: dict[str, int]) -> str:
    return ", ".join(f"{role.label} {numbers[role]}" for role in Role if role in numbers)


def by_time(found: QuerySet[Ballot]) -> tuple[list[Ballot], QuerySet[Ballot]]:
    """Those that are not over yet, the first to close first; and those that are."""
    is_over = Q(closed_at__isnull=False) | Q(annulled_at__isnull=False)
    now = found.exclude(is_over).order_by("closes_at", "pk")[:MOST_NOW]
    return list(now), found.filter(is_over)


def mark_voted(ballots: Iterable[Ballot], participant: Participant | None) -> None:
    """Tell each ballot on whose roll somebody is whether they have `voted`; one query."""
    listed = list(ballots)
    mine: dict[int, bool] = {}
    if participant is not None:
        entries = RollEntry.objects.filter(
            ballot__in=[each.pk for each in listed], participant=participant
        )
        mine = dict(entries.values_list("ballot", "voted"))
    for each in listed:
        each.voted = mine.get(each.pk)  # type: ignore[attr-defined]


def repeat_of(ballot: Ballot, participant: Participant | None) -> Ballot | None:
    """The vote in which one that does not hold was held again, if the reader may see it."""
    if not ballot.may_be_repeated:
        return None
    found = Ballot.objects.filter(repeats=ballot).select_related("partnership")
    if not permissions.can(participant, "draft_ballot", ballot):
        found = found.filter(opened_at__isnull=False)
    return found.first()


@dataclass(frozen=True)
class Choice:
    """A suggestion as an option of a published ballot. `was_chosen` is None until it is counted."""

    option: BallotOption
    was_chosen: bool | None


def choices_about(proposal: Proposal) -> list[Choice]:
    """The votes in which a suggestion stands, the newest first.

    One query, or none where it knows that there are none (queries.proposals.look_around).
    """
    if not getattr(proposal, "has_ballots", True):
        return []
    options = (
        BallotOption.objects.filter(proposal=proposal, ballot__opened_at__isnull=False)
        .select_related("ballot__partnership")
        .order_by("-ballot_id")
    )
    return [
        Choice(
            each,
            each.key in each.ballot.chosen
            if each.ballot.closed_at and not each.ballot.annulled_at
            else None,
        )
        for each in options
    ]


def not_on_roll(ballot: Ballot) -> QuerySet[Participant]:
    """People here who could be added to the list of those who may vote."""
    return (
        Participant.objects.here()
        .filter(partnership=ballot.partnership_id)
        .exclude(roll_entries__ballot=ballot)
        .order_by("display_name", "pk")
    )


MOST_FOUND = 20


@dataclass(frozen=True)
class Found:
    """Those on the roll whose name holds what was typed; `more`: there are others still."""

    people: list[Participant]
    more: bool


def people_to_help(ballot: Ballot, typed: str) -> Found:
    """People for whom a vote may be entered, by a part of their name; nobody for no name.

    Never a whole list: who has voted and who has not is nobody's business at a glance.
    """
    part = typed.strip().lower()
    if not part:
        return Found([], more=False)
    found = [each for each in to_be_helped(ballot) if part in each.display_name.lower()]
    return Found(found[:MOST_FOUND], more=len(found) > MOST_FOUND)
