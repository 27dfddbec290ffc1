"""Writes about proposals: drafting, opening and moving on."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import PROPOSAL_MOVES, ProposalKind, ProposalStatus
from codesign.models import Proposal, ProposalVersion, ServiceFeature, Workspace
from codesign.operations.workspaces import check_open, take_part
from portal import clock, live, notices, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToDraftProposal(Refusal):
    """The workspace takes no suggestions now."""


class UnableToEditProposal(Refusal):
    """The proposal is open; others have read it as it is."""


class UnableToMoveProposal(Refusal):
    """The proposal's status does not allow it (see enums.PROPOSAL_MOVES)."""


def locked(proposal: Proposal) -> Proposal:
    """The proposal read afresh, its row held until the transaction ends."""
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .get(pk=proposal.pk)
    )


@transaction.atomic
def draft_proposal(
    *,
    workspace: Workspace,
    title: str,
    why: str,
    by: Participant,
    kind: ProposalKind = ProposalKind.FEATURE,
    feature: ServiceFeature | None = None,
    entered_by: Participant | None = None,
    channel: Channel = Channel.WEB,
    whose_words: WhoseWords = WhoseWords.OWN,
    consent: str = "",
) -> Proposal:
    """Write down a proposal that only its author sees.

    `entered_by` is the worker who writes it down for `by`. Raises UnableToDraftProposal when the
    workspace takes no suggestions now, except in a design session, which brings its own.
    """
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", workspace)
    permissions.check(by, "draft_proposal", workspace)
    if channel != Channel.SESSION:
        check_open(workspace, "draft_proposal", by, UnableToDraftProposal)
    if feature is not None and feature.partnership_id != workspace.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that part of the service here."))
    now = clock.now()
    return Proposal.objects.create(
        partnership_id=workspace.partnership_id,
        workspace=workspace,
        feature=feature,
        kind=kind,
        title=title,
        why=why,
        by=by,
        by_role=by.role,
        entered_by=entered_by,
        channel=channel,
        whose_words=whose_words,
        consent=consent,
        created_at=now,
        status_at=now,
    )


@transaction.atomic
def edit_proposal(
    *,
    proposal: Proposal,
    title: str,
    why: str,
    kind: ProposalKind,
    feature: ServiceFeature | None,
    by: Participant,
) -> Proposal:
    """Change the words of a draft. Raises UnableToEditProposal once it has been opened."""
    proposal = locked(proposal)
    permissions.check(by, "edit_proposal", proposal)
    if proposal.status != ProposalStatus.DRAFT:
        raise UnableToEditProposal(
            _("People have read this as it is, so the words stay. Add a comment to say more.")
        )
    if feature is not None and feature.partnership_id != proposal.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that part of the service here."))
    proposal.title, proposal.why = title, why
    proposal.kind, proposal.feature = kind, feature
    proposal.save(update_fields=["title", "why", "kind", "feature"])
    return proposal


def move(proposal: Proposal, to: ProposalStatus, *, reason: str = "", **fields: Any) -> Proposal:
    """Set the status of a locked proposal. Raises UnableToMoveProposal where the table says no."""
    if to not in PROPOSAL_MOVES[ProposalStatus(proposal.status)]:
        raise UnableToMoveProposal(
            _("This suggestion is now “%(status)s”, so that cannot be done. Reload to see it.")
            % {"status": proposal.get_status_display()}
        )
    proposal.status = to
    proposal.status_at = clock.now()
    proposal.status_reason = reason
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["status", "status_at", "status_reason", *fields])
    return proposal


def keep_version(proposal: Proposal, *, by: Participant, reason: str = "", **more: Any) -> None:
    """Keep the words of a locked proposal as its next version."""
    proposal.version += 1
    proposal.save(update_fields=["version"])
    ProposalVersion.objects.create(
        proposal=proposal,
        number=proposal.version,
        title=proposal.title,
        why=proposal.why,
        for_whom=proposal.for_whom,
        easy_read=proposal.easy_read,
        reason=reason,
        by=by,
        at=clock.now(),
        **more,
    )


def record_move(kind: str, proposal: Proposal, *, by: Participant, **public: str) -> None:
    record.append(
        kind,
        by=by,
        subject=proposal,
        public={"status": proposal.status, **public},
        content={"reason": proposal.status_reason},
    )
    live.announce(proposal)


def people_of(proposal: Proposal) -> list[Participant]:
    """Those who wrote, supported, commented on or follow a proposal."""
    return list(
        (
            Participant.objects.here().filter(supports__proposal=proposal)
            | Participant.objects.here().filter(comments__proposal=proposal)
            | Participant.objects.here().filter(proposals=proposal)
            | Participant.objects.here().filter(follows__subject=ref(proposal))
        ).distinct()
    )


@transaction.atomic
def open_proposal(*, proposal: Proposal, by: Participant) -> Proposal:
    """Show a draft to everybody, who may then support it and comment."""
    proposal = locked(proposal)
    permissions.check(by, "open_proposal", proposal)
    if proposal.channel != Channel.SESSION:
        check_open(proposal.workspace, "open_proposal", by, UnableToMoveProposal)
    # Nobody has said anything yet, so it waits for somebody who does: attention is 1.
    move(proposal, ProposalStatus.OPEN, opened_at=clock.now(), attention=1)
    keep_version(proposal, by=by)
    take_part(proposal.workspace, by)
    notices.follow(by, proposal)
    record.append(
        "proposal_opened",
        by=by,
        subject=proposal,
        public={
            "workspace": ref(proposal.workspace),
            "kind": proposal.kind,
            "channel": proposal.channel,
        },
        content={"title": proposal.title, "why": proposal.why},
    )
    live.announce(proposal)
    notices.queue(
        notices.followers(proposal.workspace),
        subject=proposal,
        text=_("New suggestion: %(title)s") % {"title": proposal.title},
        but_not=by,
    )
    return proposal


@transaction.atomic
def shortlist_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """Put an open proposal among those to be decided on."""
    proposal = locked(proposal)
    permissions.check(by, "shortlist_proposal", proposal)
    move(proposal, ProposalStatus.SHORTLISTED, reason=reason)
    record_move("proposal_shortlisted", proposal, by=by)
    tell(proposal, _("Shortlisted: %(title)s"), by=by)
    return proposal


@transaction.atomic
def park_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """Set a proposal aside for now, with the reason. It keeps its place and can come back."""
    proposal = locked(proposal)
    permissions.check(by, "park_proposal", proposal)
    move(proposal, ProposalStatus.PARKED, reason=reason)
    record_move("proposal_parked", proposal, by=by)
    tell(proposal, _("Parked for now: %(title)s"), by=by)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """The author takes their proposal back. It stays readable, with the reason."""
    proposal = locked(proposal)
    permissions.check(by, "withdraw_proposal", proposal)
    move(proposal, ProposalStatus.WITHDRAWN, reason=reason)
    record_move("proposal_withdrawn", proposal, by=by)
    tell(proposal, _("Withdrawn by its author: %(title)s"), by=by)
    return proposal


@transaction.atomic
def reopen_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """Bring a parked, withdrawn or refused proposal back into the open."""
    proposal = locked(proposal)
    permissions.check(by, "reopen_proposal", proposal)
    if proposal.status == ProposalStatus.DRAFT:
        raise UnableToMoveProposal(_("This is still a draft. Its author can share it."))
    move(proposal, ProposalStatus.OPEN, reason=reason)
    record_move("proposal_reopened", proposal, by=by)
    tell(proposal, _("Open again: %(title)s"), by=by)
    return proposal


def tell(proposal: Proposal, text: str, *, by: Participant) -> None:
    notices.queue(
        people_of(proposal), subject=proposal, text=text % {"title": proposal.title}, but_not=by
    )
