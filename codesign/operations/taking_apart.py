"""Writes that take a merge apart again: what was brought together goes back to where it came from.

What a merge brought is marked on the rows themselves (`Support.came_by`), so nobody has to guess
who stood where.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import BACK_FROM_MERGE, ProposalStatus
from codesign.models import CoAuthor, Proposal, ProposalMerge, Support
from codesign.operations.merges import behind
from codesign.operations.proposals import UnableToMoveProposal, move, record_move
from codesign.operations.supports import recount_support
from codesign.operations.telling import people_of
from codesign.operations.workspaces import check_not_closed
from portal import clock, live, notices, permissions
from portal.models import Participant, ref

# Where the other may stand. What was decided was decided with all who stood behind it.
TAKES_APART = frozenset(
    {
        ProposalStatus.OPEN,
        ProposalStatus.SHORTLISTED,
        ProposalStatus.PARKED,
        ProposalStatus.WITHDRAWN,
        ProposalStatus.SPLIT,
    }
)


@transaction.atomic
def take_merge_apart(*, proposal: Proposal, by: Participant, reason: str) -> ProposalMerge:
    """Undo the merge of `proposal` into another: it stands where it stood before.

    Whoever the merge brought to the other goes back with it, unless they have supported the other
    themselves since, or stand behind something else that lives on there. Words, comments and later
    support stay where they were given; whoever follows both goes on following both. The link keeps
    when and why it was made and taken apart. Raises UnableToMoveProposal when it is not merged, and
    once the other was merged on or decided about.
    """
    before = _standing_merge(proposal)
    held = {
        each.pk: each
        for each in Proposal.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace", "by")
        .filter(pk__in=[proposal.pk, before.target_id if before else proposal.pk])
        .order_by("pk")
    }
    proposal = held[proposal.pk]
    permissions.check(by, "take_merge_apart", proposal)
    check_not_closed(proposal.workspace, UnableToMoveProposal)
    merge = _standing_merge(proposal)  # as it is now that nobody else can change it
    if merge is None or merge.target_id not in held:
        raise UnableToMoveProposal(
            _("This suggestion is not merged with that one any more. Reload to see it.")
        )
    into = held[merge.target_id]
    if into.status not in TAKES_APART:
        raise UnableToMoveProposal(_cannot_take_apart(into))
    move(proposal, ProposalStatus(merge.status_before), reason=reason, moves=BACK_FROM_MERGE)
    merge.removed_at, merge.removed_by, merge.removal_reason = clock.now(), by, reason[:500]
    merge.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    brought = Support.objects.filter(proposal=into, came_by=merge)
    people = set(brought.values_list("participant_id", flat=True))
    brought.delete()
    carry_over(into, people)
    _ask_no_more(proposal, into, merge)
    record_move("merge_taken_apart", proposal, by=by, **{"from": ref(into)})
    live.announce(into)
    _tell(proposal, into, by=by, reason=reason)
    return merge


def _standing_merge(proposal: Proposal) -> ProposalMerge | None:
    found: ProposalMerge | None = ProposalMerge.objects.standing().filter(source=proposal).first()
    return found


def _cannot_take_apart(into: Proposal) -> str:
    about = {"title": into.shown_title, "status": into.get_status_display()}
    if into.status == ProposalStatus.MERGED:
        return _("“%(title)s” was merged too. Take that merge apart first.") % about
    return _("“%(title)s” is now “%(status)s”, so the merge stays as it is.") % about


def carry_over(into: Proposal, people: Iterable[int]) -> None:
    """Let those of `people` (ids) who stand behind what lives on in `into` support it, and recount.

    Its row must be held. A person behind several such proposals supports it once.
    """
    wanted = set(people)
    for merge in (
        ProposalMerge.objects.standing()
        .filter(target=into)
        .select_related("source__by", "target")
        .order_by("pk")
    ):
        Support.objects.bulk_create(
            [each for each in behind(merge) if each.participant_id in wanted],
            ignore_conflicts=True,
        )
    recount_support(into)


def _ask_no_more(proposal: Proposal, into: Proposal, merge: ProposalMerge) -> None:
    """End what the merge asked the source's authors: who has not answered need not."""
    others = ProposalMerge.objects.standing().filter(target=into).select_related("source")
    still_there = {pk for each in others for pk in each.source.author_ids}
    CoAuthor.objects.filter(
        proposal=into,
        participant__in=proposal.author_ids - still_there,
        invited_by=merge.made_by_id,
        invited_at__gte=merge.made_at,
        accepted_at=None,
        declined_at=None,
    ).update(declined_at=clock.now())


def _tell(proposal: Proposal, into: Proposal, *, by: Participant, reason: str) -> None:
    people = people_of(proposal)
    told = {person.pk for person in people}
    notices.queue(
        people,
        subject=proposal,
        text=_("“%(title)s” stands on its own again, because: %(reason)s")
        % {"title": proposal.shown_title, "reason": reason},
        but_not=by,
    )
    notices.queue(
        [person for person in people_of(into) if person.pk not in told],
        subject=into,
        text=_("A suggestion that lived on in “%(title)s” is its own again, because: %(reason)s")
        % {"title": into.shown_title, "reason": reason},
        but_not=by,
    )
