"""Writes that join proposals or take them apart; nobody's words, support or place are lost."""

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import LIVE_PROPOSALS, ProposalStatus
from codesign.models import Proposal, ProposalMerge, Support
from codesign.operations.proposals import UnableToMoveProposal, move, record_move, tell
from codesign.operations.supports import recount_support
from portal import clock, live, permissions
from portal.models import Participant, ref


@transaction.atomic
def merge_proposal(
    *, proposal: Proposal, into: Proposal, by: Participant, reason: str
) -> ProposalMerge:
    """Let `proposal` live on in `into`. Its supporters are carried over, none counted twice.

    The words, comments and support of `proposal` stay where they are, readable. Raises
    UnableToMoveProposal for a proposal into itself, into another workspace, or into one that is
    not open.
    """
    locked = {
        each.pk: each
        for each in Proposal.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .filter(pk__in=[proposal.pk, into.pk])
        .order_by("pk")
    }
    proposal, into = locked[proposal.pk], locked[into.pk]
    permissions.check(by, "merge_proposal", proposal)
    permissions.check(by, "merge_proposal", into)
    if proposal.pk == into.pk or proposal.workspace_id != into.workspace_id:
        raise UnableToMoveProposal(_("Choose another suggestion of the same space to merge into."))
    if into.status not in LIVE_PROPOSALS:
        raise UnableToMoveProposal(_("The suggestion to merge into is not open any more."))
    move(proposal, ProposalStatus.MERGED, reason=reason)
    link = ProposalMerge.objects.create(
        partnership_id=by.partnership_id,
        source=proposal,
        target=into,
        why=reason[:500],
        made_by=by,
        made_at=clock.now(),
    )
    Support.objects.bulk_create(
        [
            Support(proposal=into, participant_id=person, role=role, at=at)
            for person, role, at in proposal.supports.exclude(participant=into.by).values_list(
                "participant_id", "role", "at"
            )
        ],
        ignore_conflicts=True,
    )
    recount_support(into)
    record_move("proposal_merged", proposal, by=by, into=ref(into))
    live.announce(into)
    tell(proposal, _("Merged with a similar suggestion: %(title)s"), by=by)
    return link
