"""Writes about comments: points on a proposal."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from codesign.enums import CommentKind
from codesign.models import Comment, Proposal
from codesign.operations.proposals import locked
from codesign.operations.workspaces import check_open, take_part
from portal import clock, live, notices, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToCommentOnProposal(Refusal):
    """The proposal is not open to comments."""


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
    proposal = locked(proposal)
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "comment_on_proposal", proposal)
    check_open(proposal.workspace, "comment_on_proposal", by, UnableToCommentOnProposal)
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
    take_part(proposal.workspace, by)
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
