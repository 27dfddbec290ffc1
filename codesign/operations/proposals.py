"""Writes about proposals: drafting, opening, moving on, support and comments."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from codesign.enums import (
    LIVE_PROPOSALS,
    PROPOSAL_MOVES,
    CommentKind,
    ProposalKind,
    ProposalStatus,
)
from codesign.models import Comment, Proposal, ProposalMerge, ServiceFeature, Support, Workspace
from codesign.permissions import STAGE_OPENS
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


class UnableToSupportProposal(Refusal):
    """The proposal is not open to support."""


class UnableToCommentOnProposal(Refusal):
    """The proposal is not open to comments."""


def _check_stage(workspace: Workspace, act: str, refusal: type[Refusal]) -> None:
    """Raise `refusal` unless the workspace's stage opens `act`; the message says what is open."""
    stage = workspace.stage
    if stage is None:
        raise refusal(_("This space is not open at the moment. You can still read everything."))
    if stage.kind not in STAGE_OPENS[act]:
        raise refusal(
            _("This space is now in the stage “%(stage)s”. You can still read everything.")
            % {"stage": stage.get_kind_display()}
        )


def _locked(proposal: Proposal) -> Proposal:
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
        _check_stage(workspace, "draft_proposal", UnableToDraftProposal)
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
    proposal = _locked(proposal)
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


def _move(proposal: Proposal, to: ProposalStatus, *, reason: str = "", **fields: Any) -> Proposal:
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


def _record_move(kind: str, proposal: Proposal, *, by: Participant, **public: str) -> None:
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
    proposal = _locked(proposal)
    permissions.check(by, "open_proposal", proposal)
    if proposal.channel != Channel.SESSION:
        _check_stage(proposal.workspace, "open_proposal", UnableToMoveProposal)
    _move(proposal, ProposalStatus.OPEN, opened_at=clock.now())
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
    proposal = _locked(proposal)
    permissions.check(by, "shortlist_proposal", proposal)
    _move(proposal, ProposalStatus.SHORTLISTED, reason=reason)
    _record_move("proposal_shortlisted", proposal, by=by)
    _tell(proposal, _("Shortlisted: %(title)s"), by=by)
    return proposal


@transaction.atomic
def park_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """Set a proposal aside for now, with the reason. It keeps its place and can come back."""
    proposal = _locked(proposal)
    permissions.check(by, "park_proposal", proposal)
    _move(proposal, ProposalStatus.PARKED, reason=reason)
    _record_move("proposal_parked", proposal, by=by)
    _tell(proposal, _("Parked for now: %(title)s"), by=by)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """The author takes their proposal back. It stays readable, with the reason."""
    proposal = _locked(proposal)
    permissions.check(by, "withdraw_proposal", proposal)
    _move(proposal, ProposalStatus.WITHDRAWN, reason=reason)
    _record_move("proposal_withdrawn", proposal, by=by)
    _tell(proposal, _("Withdrawn by its author: %(title)s"), by=by)
    return proposal


@transaction.atomic
def reopen_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """Bring a parked, withdrawn or refused proposal back into the open."""
    proposal = _locked(proposal)
    permissions.check(by, "reopen_proposal", proposal)
    if proposal.status == ProposalStatus.DRAFT:
        raise UnableToMoveProposal(_("This is still a draft. Its author can share it."))
    _move(proposal, ProposalStatus.OPEN, reason=reason)
    _record_move("proposal_reopened", proposal, by=by)
    _tell(proposal, _("Open again: %(title)s"), by=by)
    return proposal


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
    _move(proposal, ProposalStatus.MERGED, reason=reason)
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
            Support(proposal=into, participant_id=person, at=at)
            for person, at in proposal.supports.exclude(participant=into.by).values_list(
                "participant_id", "at"
            )
        ],
        ignore_conflicts=True,
    )
    Proposal.objects.filter(pk=into.pk).update(support_count=into.supports.count())
    _record_move("proposal_merged", proposal, by=by, into=ref(into))
    live.announce(into)
    _tell(proposal, _("Merged with a similar suggestion: %(title)s"), by=by)
    return link


def _tell(proposal: Proposal, text: str, *, by: Participant) -> None:
    notices.queue(
        people_of(proposal), subject=proposal, text=text % {"title": proposal.title}, but_not=by
    )


@transaction.atomic
def support_proposal(*, proposal: Proposal, by: Participant) -> bool:
    """Add one person's support. Returns False when it was there already: never an error.

    Done under the proposal's row lock, with a unique constraint behind it: a double click or two
    devices at once count once, and the counter moves only with a row (docs/adr/0003).
    """
    permissions.check(by, "support_proposal", proposal)
    workspace = proposal.workspace
    _check_stage(workspace, "support_proposal", UnableToSupportProposal)
    if proposal.by_id == by.pk:
        raise UnableToSupportProposal(_("This is your own suggestion, so it has your support."))
    # The row is locked first: one that is being merged or decided takes no more support.
    current = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not current.is_live:
        raise UnableToSupportProposal(
            _("This suggestion is now “%(status)s”. Support is closed.")
            % {"status": current.get_status_display()}
        )
    at: datetime = clock.now()
    if Support.objects.filter(proposal=proposal, participant=by).exists():
        return False
    Support.objects.bulk_create(
        [Support(proposal=proposal, participant=by, at=at)], ignore_conflicts=True
    )
    Proposal.objects.filter(pk=proposal.pk).update(support_count=F("support_count") + 1)
    live.announce(proposal)
    return True


@transaction.atomic
def withdraw_support(*, proposal: Proposal, by: Participant) -> bool:
    """Take one's support back. Returns False when there was none."""
    permissions.check(by, "withdraw_support", proposal)
    _check_stage(proposal.workspace, "withdraw_support", UnableToSupportProposal)
    current = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not current.is_live:
        raise UnableToSupportProposal(_("Support is closed, so it stays as it is."))
    removed, _rows = Support.objects.filter(proposal=proposal, participant=by).delete()
    if not removed:
        return False
    Proposal.objects.filter(pk=proposal.pk).update(support_count=F("support_count") - 1)
    live.announce(proposal)
    return True


@transaction.atomic
def comment_on_proposal(
    *,
    proposal: Proposal,
    text: str,
    by: Participant,
    kind: CommentKind = CommentKind.FOR,
    entered_by: Participant | None = None,
    channel: Channel = Channel.WEB,
    whose_words: WhoseWords = WhoseWords.OWN,
) -> Comment:
    """Add a point to a proposal; its author and followers hear of it."""
    proposal = _locked(proposal)
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "comment_on_proposal", proposal)
    _check_stage(proposal.workspace, "comment_on_proposal", UnableToCommentOnProposal)
    if not proposal.is_live:
        raise UnableToCommentOnProposal(
            _("This suggestion is now “%(status)s”. You can read it, but not add to it.")
            % {"status": proposal.get_status_display()}
        )
    comment = Comment.objects.create(
        partnership_id=proposal.partnership_id,
        proposal=proposal,
        kind=kind,
        text=text,
        by=by,
        entered_by=entered_by,
        channel=channel,
        whose_words=whose_words,
        created_at=clock.now(),
    )
    Proposal.objects.filter(pk=proposal.pk).update(comment_count=F("comment_count") + 1)
    record.append(
        "comment_added",
        by=by,
        subject=comment,
        public={"proposal": ref(proposal), "kind": kind},
        content={"text": text},
    )
    live.announce(proposal)
    listeners = notices.followers(proposal)
    if proposal.by is not None:
        listeners.append(proposal.by)
    notices.queue(
        listeners,
        subject=proposal,
        text=_("New comment on: %(title)s") % {"title": proposal.title},
        but_not=by,
    )
    return comment


@transaction.atomic
def hide_comment(*, comment: Comment, by: Participant, reason: str) -> Comment:
    """Hide a comment's words, with a reason that everybody sees. Its author is told."""
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    permissions.check(by, "hide_comment", comment)
    if comment.is_hidden:
        return comment
    comment.hidden_at = clock.now()
    comment.hidden_by = by
    comment.hidden_reason = reason
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    record.append("comment_hidden", by=by, subject=comment, content={"reason": reason})
    live.announce(comment.proposal)
    if comment.by is not None:
        notices.queue(
            [comment.by],
            subject=comment.proposal,
            text=_("Your comment was hidden: %(reason)s") % {"reason": reason},
            needs_me=True,
            but_not=by,
        )
    return comment
