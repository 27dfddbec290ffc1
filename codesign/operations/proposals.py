"""Writes about proposals: drafting, changing the words, opening and moving on."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.enums import LIVE_PROPOSALS, PROPOSAL_MOVES, ProposalKind, ProposalStatus
from codesign.models import Proposal, ProposalVersion, ServiceFeature, Workspace
from codesign.operations.ballot_rules import check_not_in_a_vote
from codesign.operations.telling import tell, tell_of_new_words
from codesign.operations.workspaces import check_not_closed, check_open, take_part
from portal import clock, live, notices, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Participant, ref
from portal.operations import drafts
from portal.refusal import Refusal

WHY = gettext_lazy("Others have read and answered this. Please say why you change the words.")


class UnableToDraftProposal(Refusal):
    """The workspace takes no suggestions now."""


class UnableToEditProposal(Refusal):
    """The words cannot be changed as asked: too late, hidden, or without a reason."""


class WordsHaveChanged(UnableToEditProposal):
    """Somebody else changed the words since they were read; nothing has been written over them."""


class UnableToMoveProposal(Refusal):
    """The proposal's status does not allow it (see enums.PROPOSAL_MOVES)."""


@dataclass(frozen=True)
class ProposalWords:
    """What the authors of a proposal say in it."""

    title: str
    why: str
    kind: ProposalKind = ProposalKind.FEATURE
    feature: ServiceFeature | None = None
    for_whom: str = ""
    easy_read: str = ""


def locked(proposal: Proposal) -> Proposal:
    """The proposal read afresh, its row held until the transaction ends."""
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .get(pk=proposal.pk)
    )


def _check_feature(feature: ServiceFeature | None, partnership_id: int) -> None:
    if feature is not None and feature.partnership_id != partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that part of the service here."))


@transaction.atomic
def draft_proposal(
    *,
    workspace: Workspace,
    title: str,
    why: str,
    by: Participant,
    kind: ProposalKind = ProposalKind.FEATURE,
    feature: ServiceFeature | None = None,
    for_whom: str = "",
    easy_read: str = "",
    share: bool = False,
    entered_by: Participant | None = None,
    channel: Channel = Channel.WEB,
    whose_words: WhoseWords = WhoseWords.OWN,
    consent: str = "",
) -> Proposal:
    """Write down a proposal that only its author sees; with `share` it is opened at once.

    `entered_by` is the worker who writes it down for `by`. Raises UnableToDraftProposal when the
    workspace takes no suggestions now, except in a design session, which brings its own.
    """
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", workspace)
    permissions.check(by, "draft_proposal", workspace)
    if channel != Channel.SESSION:
        check_open(workspace, "draft_proposal", by, UnableToDraftProposal)
    _check_feature(feature, workspace.partnership_id)
    now = clock.now()
    drafted = Proposal.objects.create(
        partnership_id=workspace.partnership_id,
        workspace=workspace,
        feature=feature,
        kind=kind,
        title=title,
        why=why,
        for_whom=for_whom,
        easy_read=easy_read,
        by=by,
        by_role=by.role,
        entered_by=entered_by,
        channel=channel,
        whose_words=whose_words,
        consent=consent,
        created_at=now,
        status_at=now,
    )
    drafts.forget_draft(key=f"proposal-new-{workspace.pk}", by=entered_by or by)
    return open_proposal(proposal=drafted, by=by) if share else drafted


@transaction.atomic
def edit_proposal(
    *,
    proposal: Proposal,
    words: ProposalWords,
    based_on: int,
    by: Participant,
    reason: str = "",
    entered_by: Participant | None = None,
) -> Proposal:
    """Change the words. Once the proposal is open this makes a version, and supporters are told.

    `based_on` is the version the new words began from. `entered_by` is the worker who puts right
    what they had written down for `by`. Raises WordsHaveChanged when there is a
    newer one by now, and UnableToEditProposal when the stage is over, the words are hidden, or
    others have reacted and no reason is given. Words that are the same change nothing.
    """
    proposal = locked(proposal)
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "edit_proposal", proposal)
    _check_feature(words.feature, proposal.partnership_id)
    if proposal.status != ProposalStatus.DRAFT:
        check_words_open(proposal, by)
        check_based_on(proposal, based_on)
        if not reason and has_reactions(proposal):
            raise UnableToEditProposal(WHY)
    drafts.forget_draft(key=f"proposal-edit-{proposal.pk}", by=by)
    if not _set_words(proposal, words):
        return proposal
    if proposal.status == ProposalStatus.DRAFT:
        return proposal
    writer = entered_by or by
    keep_version(proposal, by=writer, reason=reason)
    record.append(
        "proposal_edited",
        by=writer,
        subject=proposal,
        public={"version": proposal.version, "kind": proposal.kind},
        content={
            "title": proposal.title,
            "why": proposal.why,
            "for_whom": proposal.for_whom,
            "easy_read": proposal.easy_read,
            "reason": reason,
        },
    )
    live.announce(proposal)
    tell_of_new_words(proposal, by=writer)
    return proposal


def _set_words(proposal: Proposal, words: ProposalWords) -> bool:
    """Write the words onto a locked proposal. Returns False when they are the same."""
    new = {
        "title": words.title,
        "why": words.why,
        "kind": words.kind,
        "feature_id": words.feature.pk if words.feature else None,
        "for_whom": words.for_whom,
        "easy_read": words.easy_read,
    }
    if all(getattr(proposal, name) == value for name, value in new.items()):
        return False
    for name, value in new.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["title", "why", "kind", "feature", "for_whom", "easy_read"])
    return True


def check_words_open(proposal: Proposal, by: Participant) -> None:
    """Raise UnableToEditProposal unless the words of an opened proposal may change now."""
    check_open(proposal.workspace, "edit_proposal", by, UnableToEditProposal)
    if proposal.is_hidden:
        raise UnableToEditProposal(
            _("These words are hidden, so they cannot be changed now. Its author can ask again.")
        )
    if not proposal.is_live:
        raise UnableToEditProposal(
            _("This suggestion is now “%(status)s”, so its words stay as they are.")
            % {"status": proposal.get_status_display()}
        )
    check_not_in_a_vote(proposal, UnableToEditProposal)


def check_based_on(proposal: Proposal, based_on: int) -> None:
    """Raise WordsHaveChanged unless `based_on` is the newest version of a locked proposal."""
    if based_on != proposal.version:
        raise WordsHaveChanged(
            _("Somebody changed the words while you were writing. Nothing is lost: see both below.")
        )


def has_reactions(proposal: Proposal) -> bool:
    """Whether anybody has supported, commented on or suggested a change to it."""
    return bool(proposal.support_count or proposal.comment_count or proposal.amendments.exists())


def count_attention(proposal: Proposal) -> None:
    """Set what waits for an answer from the counters of a locked proposal, and save all of them.

    Open questions and amendments wait; a live proposal nobody has commented on waits for somebody.
    """
    waiting = proposal.open_questions + proposal.open_amendments
    proposal.attention = waiting or int(proposal.is_live and proposal.comment_count == 0)
    proposal.save(update_fields=["comment_count", "open_questions", "open_amendments", "attention"])


def move(
    proposal: Proposal,
    to: ProposalStatus,
    *,
    reason: str = "",
    moves: Mapping[ProposalStatus, Container[ProposalStatus]] = PROPOSAL_MOVES,
    **fields: Any,
) -> Proposal:
    """Set the status of a locked proposal.

    Raises UnableToMoveProposal where the table says no, and while people vote on it.
    """
    if to not in moves.get(ProposalStatus(proposal.status), ()):
        raise UnableToMoveProposal(
            _("This suggestion is now “%(status)s”, so that cannot be done. Reload to see it.")
            % {"status": proposal.get_status_display()}
        )
    if to not in LIVE_PROPOSALS:
        check_not_in_a_vote(proposal, UnableToMoveProposal)
    proposal.status = to
    proposal.status_at = clock.now()
    proposal.status_reason = reason
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["status", "status_at", "status_reason", *fields])
    count_attention(proposal)
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


def record_move(kind: str, proposal: Proposal, *, by: Participant, **public: Any) -> None:
    record.append(
        kind,
        by=by,
        subject=proposal,
        public={"status": proposal.status, **public},
        content={"reason": proposal.status_reason},
    )
    live.announce(proposal)


@transaction.atomic
def open_proposal(*, proposal: Proposal, by: Participant) -> Proposal:
    """Show a draft to everybody, who may then support it and comment.

    Raises UnableToMoveProposal while it is called like the proposal it was a change to.
    """
    proposal = locked(proposal)
    permissions.check(by, "open_proposal", proposal)
    if proposal.has_borrowed_title:
        raise UnableToMoveProposal(_("Give it a title of its own first, so that people see which."))
    if proposal.channel != Channel.SESSION:
        check_open(proposal.workspace, "open_proposal", by, UnableToMoveProposal)
    move(proposal, ProposalStatus.OPEN, opened_at=clock.now())
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
        [
            *notices.followers(proposal.workspace),
            *notices.followers_of_role(proposal.partnership_id, proposal.by_role or by.role),
        ],
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
    check_not_closed(proposal.workspace, UnableToMoveProposal)
    if proposal.is_hidden:
        raise UnableToMoveProposal(
            _("These words are hidden. It can be shortlisted when they are back.")
        )
    move(proposal, ProposalStatus.SHORTLISTED, reason=reason)
    record_move("proposal_shortlisted", proposal, by=by)
    tell(proposal, _("Shortlisted: %(title)s"), by=by)
    return proposal


@transaction.atomic
def park_proposal(*, proposal: Proposal, by: Participant, reason: str) -> Proposal:
    """Set a proposal aside for now, with the reason. It keeps its place and can come back."""
    proposal = locked(proposal)
    permissions.check(by, "park_proposal", proposal)
    check_not_closed(proposal.workspace, UnableToMoveProposal)
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
    check_not_closed(proposal.workspace, UnableToMoveProposal)
    if proposal.status == ProposalStatus.DRAFT:
        raise UnableToMoveProposal(_("This is still a draft. Its author can share it."))
    move(proposal, ProposalStatus.OPEN, reason=reason)
    record_move("proposal_reopened", proposal, by=by)
    tell(proposal, _("Open again: %(title)s"), by=by)
    return proposal
