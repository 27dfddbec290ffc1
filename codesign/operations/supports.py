"""Writes about support: one tap, one person, one proposal."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
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


@dataclass(frozen=True)
class _Held:
    """A proposal whose row is held: its counters may be read, changed and saved.

    Whether somebody supports it, whether a merge brought that support here, and whether they take
    part in its workspace is as it was when they asked, before they waited for others.
    """

    proposal: Proposal
    is_supported: bool
    is_brought: bool
    takes_part: bool


# Written out, as saying it with querysets takes longer than all else that a tap asks.
HELD = """
    SELECT id, title, status, hidden_at, role_support, support_count,
    EXISTS (
        SELECT 1 FROM codesign_support
        WHERE proposal_id = codesign_proposal.id AND participant_id = %(by)s
    ) AS is_supported,
    EXISTS (
        SELECT 1 FROM codesign_support
        WHERE proposal_id = codesign_proposal.id AND participant_id = %(by)s
        AND came_by_id IS NOT NULL
    ) AS is_brought,
    EXISTS (
        SELECT 1 FROM codesign_takingpart
        WHERE workspace_id = codesign_proposal.workspace_id AND participant_id = %(by)s
    ) AS takes_part
    FROM codesign_proposal WHERE id = %(pk)s
"""


def _hold(proposal: Proposal, by: Participant) -> _Held:
    locks = connection.features.has_select_for_update
    sql = f"{HELD} {connection.ops.for_update_sql()}" if locks else HELD
    held: Any = Proposal.objects.raw(sql, {"pk": proposal.pk, "by": by.pk})[0]
    return _Held(held, held.is_supported, held.is_brought, held.takes_part)


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


def support_proposal(
    *,
    proposal: Proposal,
    by: Participant,
    entered_by: Participant | None = None,
    sheet: Sheet | None = None,
) -> bool:
    """Add one person's support. Returns False when it was there already: never an error.

    Done under the proposal's row lock, with a unique constraint behind it: a double click or two
    devices at once count once, and the counters move only with a row (docs/adr/0003). The
    `proposal` handed in shows the new count.
    """
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "support_proposal", proposal)
    check_open(proposal.workspace, "support_proposal", by, UnableToSupportProposal)
    if proposal.by_id == by.pk:
        raise UnableToSupportProposal(_("This is your own suggestion, so it has your support."))
    added = Support(proposal=proposal, participant=by, role=by.role)
    added.entered_by, added.sheet = entered_by, sheet
    try:
        return _add(added, proposal, by)
    except IntegrityError:  # the same tap came first, while this one waited for the row
        return _add(added, proposal, by)


@transaction.atomic
def _add(added: Support, proposal: Proposal, by: Participant) -> bool:
    """Write a support and count it. False if it is there; IntegrityError if it has just come."""
    # The row is locked first: one that is being merged or decided takes no more support.
    held = _hold(proposal, by)
    current = held.proposal
    if not current.is_live:
        raise UnableToSupportProposal(
            _("This suggestion is now “%(status)s”. Support is closed.")
            % {"status": current.standing}
        )
    if held.is_supported:
        # Whoever a merge brought here, and who asks for it themselves, stays if it is taken apart.
        if held.is_brought:
            Support.objects.filter(proposal=current, participant=by).update(came_by=None)
        proposal.support_count = current.support_count
        return False
    added.at = clock.now()
    added.save(force_insert=True)
    _count(current, by.role, 1)
    proposal.support_count = current.support_count
    if not held.takes_part:
        take_part(proposal.workspace, by)
    live.announce(proposal)
    return True


@transaction.atomic
def withdraw_support(*, proposal: Proposal, by: Participant) -> bool:
    """Take one's support back. Returns False when there was none.

    The `proposal` handed in shows the new count.
    """
    permissions.check(by, "withdraw_support", proposal)
    check_open(proposal.workspace, "withdraw_support", by, UnableToSupportProposal)
    current = _hold(proposal, by).proposal
    proposal.support_count = current.support_count
    if not current.is_live:
        raise UnableToSupportProposal(_("Support is closed, so it stays as it is."))
    mine = Support.objects.filter(proposal=proposal, participant=by).first()
    if mine is None:
        return False
    _take_away(current, mine)
    proposal.support_count = current.support_count
    return True


def _take_away(proposal: Proposal, support: Support) -> None:
    """Remove a row of a locked proposal, and count one supporter less."""
    support.delete()
    _count(proposal, support.role, -1)
    live.announce(proposal)


def take_back_entered(*, proposal: Proposal, participant: Participant, sheet: Sheet) -> bool:
    """Take back a support that was typed in from a sheet by mistake; inside a transaction.

    One that reached the proposal in another way stays: False then. Raises UnableToSupportProposal
    once support for the proposal is closed.
    """
    current = _hold(proposal, participant).proposal
    entered = Support.objects.filter(
        proposal=current, participant=participant, sheet=sheet, came_by=None
    ).first()
    if entered is None:
        return False
    if not current.is_live:
        raise UnableToSupportProposal(
            _("“%(title)s” is now “%(status)s”, so support for it stays as it is.")
            % {"title": current.shown_title, "status": current.standing}
        )
    _take_away(current, entered)
    return True


@transaction.atomic
def keep_support(*, proposal: Proposal, by: Participant) -> bool:
    """Say that one still supports a proposal after its words changed. False without one's support.

    It stands as given now. Nothing else changes, so the record says nothing and nobody is told.
    """
    permissions.check(by, "keep_support", proposal)
    check_open(proposal.workspace, "support_proposal", by, UnableToSupportProposal)
    if not _hold(proposal, by).proposal.is_live:
        raise UnableToSupportProposal(_("Support is closed, so it stays as it is."))
    mine = Support.objects.filter(proposal=proposal, participant=by)
    return bool(mine.update(at=clock.now(), came_by=None))
