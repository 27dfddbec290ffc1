"""Writes of moderation: words are hidden for a published reason, and their author is told."""

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import Comment
from portal import clock, live, notices, permissions, record
from portal.models import Participant


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
