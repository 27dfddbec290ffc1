"""Writes about support: one tap, one person, one proposal."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from codesign.models import Proposal, Sheet, Support, TakingPart
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


def _hold(proposal: Proposal, by: Participant) -> _Held:
    mine = Support.objects.filter(proposal=OuterRef("pk"), participant=by)
    part = TakingPart.objects.filter(workspace=OuterRef("workspace"), participant=by)
    held = (
        Proposal.objects.select_for_update(of=("self",))
        .annotate(
            is_supported=Exists(mine),
            is_brought=Exists(mine.filter(came_by__isnull=False)),
            takes_part=Exists(part),
        )
        .only("title", "status", "hidden_at", "role_support", "support_count")
        .get(pk=proposal.pk)
    )
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
    devices at once count once, and the counters move only with a row (docs/adr/0003). The
    `proposal` handed in shows the new count.
    """
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "support_proposal", proposal)
    check_open(proposal.workspace, "support_proposal", by, UnableToSupportProposal)
    if proposal.by_id == by.pk:
        raise UnableToSupportProposal(_("This is your own suggestion, so it has your support."))
    # The row is locked first: one that is being merged or decided takes no more support.
    held = _hold(proposal, by)
    current = held.proposal
    if not current.is_live:
        raise UnableToSupportProposal(
            _("This suggestion is now “%(status)s”. Support is closed.")
            % {"status": current.standing}
        )
    added = Support(
        proposal=current,
        participant=by,
        role=by.role,
        entered_by=entered_by,
        sheet=sheet,
        at=clock.now(),
    )
    if held.is_supported or not _is_new(added):
        # Whoever a merge brought here, and who asks for it themselves, stays if it is taken apart.
        if held.is_brought or not held.is_supported:
            Support.objects.filter(proposal=current, participant=by).update(came_by=None)
        proposal.support_count = current.support_count
        return False
    _count(current, by.role, 1)
    proposal.support_count = current.support_count
    if not held.takes_part:
        take_part(proposal.workspace, by)
    live.announce(proposal)
    return True


def _is_new(support: Support) -> bool:
    """Write the row, unless the same tap has done so while this one waited for the lock."""
    try:
        with transaction.atomic():
            support.save(force_insert=True)
    except IntegrityError:
        return False
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
