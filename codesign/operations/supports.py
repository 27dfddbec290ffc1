"""Writes about support: one tap, one person, one proposal."""

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from codesign.models import Proposal, Sheet, Support
from codesign.operations.workspaces import check_open, take_part
from codesign.standing import common_ground
from portal import clock, live, permissions
from portal.enums import Role
from portal.models import Participant
from portal.refusal import Refusal


class UnableToSupportProposal(Refusal):
    """The proposal is not open to support."""


def _locked(proposal: Proposal) -> Proposal:
    """The row, held. Whatever counts its supporters may then be read, changed and saved."""
    return Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)


def _count(proposal: Proposal, role: str, change: int) -> None:
    """Add `change` supporters of a role to the counters of a locked proposal."""
    counts = proposal.role_support
    _save_counts(proposal, {**counts, role: counts.get(role, 0) + change})


def _save_counts(proposal: Proposal, counts: dict[str, int]) -> None:
    proposal.role_support = counts
    proposal.support_count = sum(counts.values())
    proposal.common_ground = common_ground(counts, Role.values)
    proposal.save(update_fields=["role_support", "support_count", "common_ground"])


def recount_support(proposal: Proposal) -> None:
    """Set the counters of a locked proposal from its rows, after many were added at once."""
    roles = Support.objects.filter(proposal=proposal).values_list("role")
    _save_counts(proposal, dict(roles.annotate(n=Count("pk")).order_by()))


@transaction.atomic
def support_proposal(
    *,
    proposal: Proposal,
    by: Participant,
    entered_by: Participant | None = None,
    sheet: Sheet | None = None,
) -> bool:
    """Add one person's support. Returns False when it was there already: never an error.

    Done under the proposal's row lock, with a unique constraint behind it: a double click or two
    devices at once count once, and the counters move only with a row (docs/adr/0003).
    """
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "support_proposal", proposal)
    check_open(proposal.workspace, "support_proposal", by, UnableToSupportProposal)
    if proposal.by_id == by.pk:
        raise UnableToSupportProposal(_("This is your own suggestion, so it has your support."))
    # The row is locked first: one that is being merged or decided takes no more support.
    current = _locked(proposal)
    if not current.is_live:
        raise UnableToSupportProposal(
            _("This suggestion is now “%(status)s”. Support is closed.")
            % {"status": current.get_status_display()}
        )
    if Support.objects.filter(proposal=proposal, participant=by).exists():
        return False
    Support.objects.create(
        proposal=proposal,
        participant=by,
        role=by.role,
        entered_by=entered_by,
        sheet=sheet,
        at=clock.now(),
    )
    _count(current, by.role, 1)
    take_part(proposal.workspace, by)
    live.announce(proposal)
    return True


@transaction.atomic
def withdraw_support(*, proposal: Proposal, by: Participant) -> bool:
    """Take one's support back. Returns False when there was none."""
    permissions.check(by, "withdraw_support", proposal)
    check_open(proposal.workspace, "withdraw_support", by, UnableToSupportProposal)
    current = _locked(proposal)
    if not current.is_live:
        raise UnableToSupportProposal(_("Support is closed, so it stays as it is."))
    mine = Support.objects.filter(proposal=proposal, participant=by).first()
    if mine is None:
        return False
    mine.delete()
    _count(current, mine.role, -1)
    live.announce(proposal)
    return True
