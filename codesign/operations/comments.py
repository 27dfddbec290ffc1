"""Writes about comments: points on a proposal, replies to them, answers, and who agrees.

Rows are held in one order, the proposal before its comment, so that no two acts wait for each
other.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import CommentKind
from codesign.models import Comment, CommentSupport, Proposal
from codesign.operations.proposals import count_attention, locked
from codesign.operations.workspaces import check_not_closed, check_open, take_part
from portal import clock, live, notices, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Organisation, Participant, ref
from portal.operations import drafts
from portal.refusal import Refusal


class UnableToCommentOnProposal(Refusal):
    """The proposal is not open to comments."""


class UnableToReplyToComment(Refusal):
    """The comment takes no replies: it is one itself, it is hidden, or its time is over."""


class UnableToMarkAnswered(Refusal):
    """The comment is no question, or what should answer it is no reply to it."""


class UnableToWithdrawComment(Refusal):
    """A moderator has hidden its words, which the author can ask about instead."""


class UnableToSupportComment(Refusal):
    """The comment is one's own, it is hidden, or its proposal is not open."""


@transaction.atomic
def comment_on_proposal(
    *,
    proposal: Proposal,
    text: str,
    by: Participant,
    kind: CommentKind = CommentKind.FOR,
    as_organisation: bool = False,
    entered_by: Participant | None = None,
    channel: Channel = Channel.WEB,
    whose_words: WhoseWords = WhoseWords.OWN,
    consent: str = "",
) -> Comment:
    """Add a point to a proposal; its authors and followers hear of it, and are asked a question.

    `as_organisation` lets somebody speak for their organisation by name. `entered_by` is the worker
    who writes it down for `by`.
    """
    proposal = locked(proposal)
    if entered_by is not None:
        permissions.check(entered_by, "enter_for_somebody", proposal)
    permissions.check(by, "comment_on_proposal", proposal)
    check_open(proposal.workspace, "comment_on_proposal", by, UnableToCommentOnProposal)
    if not proposal.is_live:
        raise UnableToCommentOnProposal(
            _("This suggestion is now “%(status)s”. You can read it, but not add to it.")
            % {"status": proposal.standing}
        )
    comment = Comment.objects.create(
        partnership_id=proposal.partnership_id,
        proposal=proposal,
        kind=kind,
        text=text,
        organisation=_speaks_for(by, proposal, UnableToCommentOnProposal)
        if as_organisation
        else None,
        by=by,
        entered_by=entered_by,
        channel=channel,
        whose_words=whose_words,
        consent=consent,
        created_at=clock.now(),
    )
    proposal.comment_count += 1
    proposal.open_questions += int(comment.is_question)
    count_attention(proposal)
    take_part(proposal.workspace, by)
    drafts.forget_draft(key=f"comment-{proposal.pk}", by=entered_by or by)
    _record(comment)
    live.announce(proposal)
    _tell_of_point(comment)
    return comment


def _speaks_for(by: Participant, proposal: Proposal, refusal: type[Refusal]) -> Organisation:
    """The organisation `by` may speak for. Raises `refusal` for somebody who belongs to none."""
    permissions.check(by, "answer_for_organisation", proposal)
    if by.organisation is None:
        raise refusal(_("You do not belong to an organisation here, so speak for yourself."))
    return by.organisation


def _record(comment: Comment) -> None:
    public = {"proposal": ref(comment.proposal)}
    if comment.reply_to is not None:
        public["reply_to"] = ref(comment.reply_to)
    else:
        public["kind"] = comment.kind
    if comment.organisation is not None:
        public["organisation"] = ref(comment.organisation)
    record.append(
        "comment_added", by=comment.by, subject=comment, public=public, content=_words_of(comment)
    )


def _words_of(comment: Comment) -> dict[str, str]:
    """What the record keeps of it; how somebody agreed that it is entered stays out of copies."""
    return {"text": comment.text}


def _authors(proposal: Proposal) -> list[Participant]:
    return list(Participant.objects.here().filter(pk__in=proposal.author_ids))


def _tell_of_point(comment: Comment) -> None:
    """The authors are asked a question; whoever follows hears that there is something new."""
    proposal, by, title = comment.proposal, comment.by, comment.proposal.shown_title
    authors = _authors(proposal)
    news = _("New comment on: %(title)s") % {"title": title}
    if comment.is_question:
        asked = _("You are asked a question about: %(title)s") % {"title": title}
        notices.queue(authors, subject=proposal, text=asked, needs_me=True, but_not=by)
    else:
        notices.queue(authors, subject=proposal, text=news, but_not=by)
    told = {author.pk for author in authors}
    listeners = notices.followers(proposal)
    if by is not None:
        listeners += notices.followers_of_role(proposal.partnership_id, by.role)
    others = [each for each in listeners if each.pk not in told]
    notices.queue(others, subject=proposal, text=news, but_not=by)


def _locked_with_proposal(comment: Comment) -> Comment:
    """The comment and its proposal read afresh, both rows held until the transaction ends."""
    proposal = locked(comment.proposal)
    comment = (
        Comment.objects.select_for_update(of=("self",))
        .select_related("by__organisation")
        .get(pk=comment.pk)
    )
    comment.proposal = proposal
    return comment


@transaction.atomic
def reply_to_comment(
    *, comment: Comment, text: str, by: Participant, as_organisation: bool = False
) -> Comment:
    """Answer a point. Whoever made it hears of it, and so do those who follow the proposal.

    An open question may be answered as long as the space is open, whatever became of its proposal;
    other points while the proposal is. Raises UnableToReplyToComment otherwise, for a reply (there
    is one level) and for hidden words.
    """
    comment = _locked_with_proposal(comment)
    proposal = comment.proposal
    permissions.check(by, "reply_to_comment", comment)
    check_open(proposal.workspace, "reply_to_comment", by, UnableToReplyToComment)
    if comment.reply_to_id is not None:
        raise UnableToReplyToComment(_("This is a reply itself. Please reply to the first point."))
    if comment.is_hidden:
        raise UnableToReplyToComment(_("This comment is hidden, so nobody can reply to it."))
    if comment.is_withdrawn:
        raise UnableToReplyToComment(
            _("This comment was taken back by its author, so nobody can reply to it.")
        )
    if not proposal.is_live and (proposal.is_hidden or not comment.is_open_question):
        raise UnableToReplyToComment(
            _("This suggestion is now “%(status)s”. You can read it, but not add to it.")
            % {"status": proposal.standing}
        )
    reply = Comment.objects.create(
        partnership_id=comment.partnership_id,
        proposal=proposal,
        reply_to=comment,
        kind="",
        text=text,
        organisation=_speaks_for(by, proposal, UnableToReplyToComment) if as_organisation else None,
        by=by,
        created_at=clock.now(),
    )
    comment.reply_count += 1
    comment.save(update_fields=["reply_count"])
    proposal.comment_count += 1
    count_attention(proposal)
    take_part(proposal.workspace, by)
    drafts.forget_draft(key=f"reply-{comment.pk}", by=by)
    _record(reply)
    live.announce(proposal)
    _tell_of_reply(reply)
    return reply


def _tell_of_reply(reply: Comment) -> None:
    comment, proposal, by = reply.reply_to, reply.proposal, reply.by
    assert comment is not None
    asker = [comment.by] if comment.by is not None else []
    wording = (
        _("Somebody answered your question about: %(title)s")
        if comment.is_question
        else _("Somebody replied to your comment on: %(title)s")
    )
    title = {"title": proposal.shown_title}
    notices.queue(asker, subject=comment, text=wording % title, but_not=by)
    told = {comment.by_id}
    others = [each for each in notices.followers(proposal) if each.pk not in told]
    notices.queue(others, subject=proposal, text=_("New reply on: %(title)s") % title, but_not=by)


@transaction.atomic
def mark_answered(*, comment: Comment, by: Participant, answer: Comment | None = None) -> Comment:
    """Mark a question as answered, by the reply `answer` where one did; twice is once.

    Whoever asked, the proposal's authors and a facilitator may; whoever asked, and whoever wants to
    know too, hears of it.
    Raises UnableToMarkAnswered for what is no question, is hidden, or for a reply to another point.
    """
    comment = _locked_with_proposal(comment)
    proposal = comment.proposal
    permissions.check(by, "mark_answered", comment.asked)
    check_not_closed(proposal.workspace, UnableToMarkAnswered)
    if not comment.is_question or comment.is_hidden or comment.is_withdrawn:
        raise UnableToMarkAnswered(_("Only a question that everybody can read can be answered."))
    if answer is not None and (
        answer.reply_to_id != comment.pk or answer.is_hidden or answer.is_withdrawn
    ):
        raise UnableToMarkAnswered(_("Please choose one of the replies to this question."))
    if comment.answered_at is not None:
        return comment
    comment.answered_at, comment.answered_by, comment.answer = clock.now(), by, answer
    comment.save(update_fields=["answered_at", "answered_by", "answer"])
    proposal.open_questions -= 1
    count_attention(proposal)
    public = {"proposal": ref(proposal)}
    if answer is not None:
        public["answer"] = ref(answer)
    record.append("comment_answered", by=by, subject=comment, public=public)
    live.announce(proposal)
    wanting = Participant.objects.here().filter(
        pk__in=comment.supports.values_list("participant", flat=True)
    )
    notices.queue(
        [*wanting, *([comment.by] if comment.by is not None else [])],
        subject=comment,
        text=_("A question you asked or supported was answered: %(title)s")
        % {"title": proposal.shown_title},
        but_not=by,
    )
    return comment


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: Participant) -> Comment:
    """Take back what one said; twice is once. Its words are erased here and in the record.

    Its place stays, and so do the replies and what was counted; a question waits no longer. One may
    do this at any time. Raises UnableToWithdrawComment while a moderator has hidden it.
    """
    comment = _locked_with_proposal(comment)
    proposal = comment.proposal
    permissions.check(by, "withdraw_comment", comment)
    if comment.is_withdrawn:
        return comment
    if comment.is_hidden:
        raise UnableToWithdrawComment(
            _("A moderator has hidden this, so nobody can read it. You can ask us to look again.")
        )
    proposal.open_questions -= int(comment.is_open_question)
    comment.withdrawn_at, comment.text, comment.consent = clock.now(), "", ""
    comment.save(update_fields=["withdrawn_at", "text", "consent"])
    count_attention(proposal)
    record.append("comment_withdrawn", by=by, subject=comment, public={"proposal": ref(proposal)})
    record.erase([ref(comment)], by=by, subject=comment, reason="taken back by its author")
    live.announce(proposal)
    return comment


def _locked(comment: Comment) -> Comment:
    """The row, held: whatever counts its supporters may then be read, changed and saved."""
    return Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)


def _check_support(act: str, comment: Comment, by: Participant) -> None:
    proposal = comment.proposal
    permissions.check(by, act, comment)
    check_open(proposal.workspace, act, by, UnableToSupportComment)
    if not proposal.is_live:
        raise UnableToSupportComment(
            _("This suggestion is now “%(status)s”, so support stays as it is.")
            % {"status": proposal.standing}
        )


@transaction.atomic
def support_comment(*, comment: Comment, by: Participant) -> bool:
    """Agree with a comment. Returns False when one did already: never an error.

    Done under the comment's row lock with a unique constraint behind it, as support for proposals
    is (docs/adr/0003).
    """
    current = _locked(comment)
    _check_support("support_comment", comment, by)
    if current.by_id == by.pk:
        raise UnableToSupportComment(_("This is your own comment, so it has your support."))
    if current.is_hidden:
        raise UnableToSupportComment(_("This comment is hidden, so nobody can support it."))
    if current.is_withdrawn:
        raise UnableToSupportComment(
            _("This comment was taken back by its author, so nobody can support it.")
        )
    if CommentSupport.objects.filter(comment=current, participant=by).exists():
        return False
    CommentSupport.objects.create(comment=current, participant=by, at=clock.now())
    current.support_count += 1
    current.save(update_fields=["support_count"])
    take_part(comment.proposal.workspace, by)
    live.announce(comment.proposal)
    return True


@transaction.atomic
def withdraw_comment_support(*, comment: Comment, by: Participant) -> bool:
    """Take one's support for a comment back. Returns False when there was none."""
    current = _locked(comment)
    _check_support("withdraw_comment_support", comment, by)
    gone, _rows = CommentSupport.objects.filter(comment=current, participant=by).delete()
    if not gone:
        return False
    current.support_count -= 1
    current.save(update_fields=["support_count"])
    live.announce(comment.proposal)
    return True
