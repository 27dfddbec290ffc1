"""Reads about ballots: lists of them, what to mind before opening one, options to show.

The roll is in rolls.py, results are in ballot_results.py, published files in ballot_files.py.
"""

import hashlib

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from codesign.enums import BallotMethod, Secrecy
from codesign.models import Ballot, BallotOption, Proposal, RollEntry, Workspace
from codesign.queries.rolls import SMALLEST_SECRET, sizes_by_role, told_apart, would_be_on_roll
from portal import clock, permissions
from portal.enums import Role
from portal.models import Participant, Partnership


def ballots_of(partnership: Partnership, participant: Participant | None) -> QuerySet[Ballot]:
    """Opened ballots somebody may read, with what a list shows; the newest first."""
    return (
        Ballot.objects.visible_to(participant)
        .filter(partnership=partnership)
        .select_related("workspace__partnership", "partnership")
        .order_by("-closes_at", "-pk")
    )


def drafts_for(partnership: Partnership, participant: Participant | None) -> QuerySet[Ballot]:
    """Drafts, for those who may set ballots up; nothing for anybody else."""
    if not permissions.can(participant, "draft_ballot", partnership):
        return Ballot.objects.none()
    return (
        Ballot.objects.filter(partnership=partnership, opened_at=None)
        .select_related("workspace__partnership", "partnership")
        .order_by("-pk")
    )


def waiting_for(participant: Participant) -> QuerySet[Ballot]:
    """Ballots open now in which they may vote and have not, the first to close first."""
    to_vote = RollEntry.objects.filter(ballot=OuterRef("pk"), participant=participant, voted=False)
    return (
        Ballot.objects.visible_to(participant)
        .open_for_votes(clock.now())
        .filter(Exists(to_vote))
        .annotate(voted=Value(False))  # as its card asks
        .select_related("workspace__partnership", "partnership")
        .order_by("closes_at", "pk")
    )


def open_in(workspace: Workspace) -> QuerySet[Ballot]:
    """Ballots of a space that are opened and not over yet, the first to close first."""
    return (
        Ballot.objects.opened()
        .filter(workspace=workspace, closed_at=None, annulled_at=None)
        .select_related("partnership")
        .order_by("closes_at", "pk")
    )


def has_open_ballot(workspace: Workspace) -> bool:
    """Whether a ballot here is opened and not counted or annulled yet: such a space stays open."""
    return open_in(workspace).exists()


def open_ballot_with(proposal: Proposal) -> Ballot | None:
    """The ballot in which people choose about a proposal now, if there is one."""
    return (
        Ballot.objects.opened()
        .filter(options__proposal=proposal, closed_at=None, annulled_at=None)
        .order_by("pk")
        .first()
    )


def warnings(ballot: Ballot) -> list[str]:
    """What to think of before opening it, each in a sentence."""
    found = []
    sizes = sizes_by_role(ballot)
    if ballot.is_secret:
        found.append(
            _(
                "If everybody chooses the same, the result shows how each person voted, "
                "secret or not."
            )
        )
        if small := set(sizes) - told_apart(sizes):
            found.append(
                _(
                    "Fewer than %(smallest)d people of these roles may vote, so the result "
                    "does not show how these roles voted: %(roles)s."
                )
                % {"smallest": SMALLEST_SECRET, "roles": _roles(small)}
            )
    if 0 < sizes.total() < SMALLEST_SECRET and ballot.secrecy == Secrecy.NAMED:
        found.append(_("Few people may vote. Think whether each feels free to say what they want."))
    if ballot.secrecy != Secrecy.CARDS:
        without = [each for each in would_be_on_roll(ballot) if each.user_id is None]
        if without:
            names = get_text_list([each.display_name for each in without], _("and"))
            found.append(
                _("These people may have no way to vote by themselves. Help them: %(names)s.")
                % {"names": names}
            )
    if missing := [role for role in Role if role not in sizes]:
        found.append(_("Nobody of these roles may vote: %(roles)s.") % {"roles": _roles(missing)})
    if ballot.method == BallotMethod.CONSENT and ballot.review_on is None:
        found.append(_("No day is set on which you look again at what was agreed."))
    return found


def _roles(roles: set[str] | list[Role]) -> str:
    names = [str(role.label) for role in Role if role in roles]
    return str(get_text_list(names, _("and")))


def shuffled(ballot: Ballot, voter_key: str) -> list[BallotOption]:
    """The options in an order of this voter's own, the same each time they look.

    `voter_key` is anything that stays the same for one voter, such as their reference.
    """

    def place(option: BallotOption) -> bytes:
        return hashlib.sha256(f"{ballot.pk}:{voter_key}:{option.key}".encode()).digest()

    return sorted(ballot.options.select_related("proposal"), key=place)
