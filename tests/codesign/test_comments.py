"""Comments: points, replies, answers, support, and how they are read."""

import pytest

from codesign.enums import CommentKind, HidingReason, StageKind
from codesign.models import CoAuthor, Comment, CommentSupport, Proposal
from codesign.operations import comments, moderation, proposals
from codesign.queries.lists import ListShow, Wanted, narrowed
from content.queries.waiting import waiting_for
from portal import clock, live, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Notice, RecordContent, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


def a_question(world: World, proposal: Proposal, text: str = "Who would drive?") -> Comment:
    return comments.comment_on_proposal(
        proposal=proposal, text=text, kind=CommentKind.QUESTION, by=world.service_user
    )


def counted(proposal: Proposal) -> tuple[int, int, int]:
    """Comments, open questions, and how much waits, as the list shows them."""
    proposal.refresh_from_db()
    return proposal.comment_count, proposal.open_questions, proposal.attention


def told(text: str) -> dict[str, bool]:
    """Who was told something with these words, by name, and whether it asks for an answer."""
    found = Notice.objects.filter(text__contains=text).select_related("participant")
    return {each.participant.display_name: each.needs_me for each in found}


# --- points ----------------------------------------------------------------------------------


def test_comment_on_proposal_counts_records_and_announces(world: World, proposal: Proposal) -> None:
    assert counted(proposal) == (0, 0, 1)  # nobody has said anything: it waits for somebody
    before = live.revision(proposal)
    point = comments.comment_on_proposal(
        proposal=proposal, text="Parking is hard.", kind=CommentKind.CONCERN, by=world.partner
    )
    assert counted(proposal) == (1, 0, 0)
    entry = RecordEntry.objects.get(subject=ref(point))
    assert entry.kind == "comment_added"
    assert f'"proposal":"{ref(proposal)}"' in entry.line
    assert '"kind":"concern"' in entry.line
    assert "Parking" not in entry.line
    assert RecordContent.objects.get(seq=entry.seq).content == {"text": "Parking is hard."}
    assert live.revision(proposal) == before + 1
    assert told("New comment on") == {"Maureen": False}


def test_comment_on_proposal_a_question_asks_its_author(world: World, proposal: Proposal) -> None:
    a_question(world, proposal)
    assert counted(proposal) == (1, 1, 1)
    assert told("asked a question") == {"Maureen": True}
    assert told("New comment on") == {}


def test_comment_on_proposal_for_an_organisation(world: World, proposal: Proposal) -> None:
    point = comments.comment_on_proposal(
        proposal=proposal,
        text="We have a minibus.",
        kind=CommentKind.EXPERIENCE,
        by=world.provider,
        as_organisation=True,
    )
    assert point.organisation == world.organisation
    line = RecordEntry.objects.get(subject=ref(point)).line
    assert f'"organisation":"{ref(world.organisation)}"' in line
    with pytest.raises(permissions.PermissionRefused):
        comments.comment_on_proposal(
            proposal=proposal, text="Us too.", by=world.carer, as_organisation=True
        )
    with pytest.raises(comments.UnableToCommentOnProposal, match="organisation"):
        comments.comment_on_proposal(
            proposal=proposal, text="Us too.", by=world.commissioner, as_organisation=True
        )


def test_comment_on_proposal_entered_for_somebody(world: World, proposal: Proposal) -> None:
    point = comments.comment_on_proposal(
        proposal=proposal,
        text="I would come.",
        by=world.guest,
        entered_by=world.provider,
        channel=Channel.PHONE,
        whose_words=WhoseWords.SUMMARY,
        consent="Said yes on the phone today.",
    )
    assert (point.by, point.entered_by) == (world.guest, world.provider)
    seq = RecordEntry.objects.get(subject=ref(point)).seq
    # How the person agreed is kept with their words; no copy of the record carries it.
    assert RecordContent.objects.get(seq=seq).content == {"text": "I would come."}
    assert point.consent == "Said yes on the phone today."
    page = signed_in(world.carer).get(proposal.get_absolute_url()).content.decode()
    assert "Written down by Priya. By phone. A worker’s summary." in page
    with pytest.raises(permissions.PermissionRefused):
        comments.comment_on_proposal(
            proposal=proposal, text="x", by=world.guest, entered_by=world.carer
        )


def test_comment_on_proposal_refusals(world: World, proposal: Proposal) -> None:
    elsewhere = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        comments.comment_on_proposal(proposal=proposal, text="x", by=elsewhere.carer)
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Not now.")
    with pytest.raises(comments.UnableToCommentOnProposal, match="Parked"):
        comments.comment_on_proposal(proposal=proposal, text="x", by=world.carer)


def test_comment_on_proposal_outside_its_stage(world: World) -> None:
    proposal = an_open_proposal(world)
    world.workspace.stages.update(kind=StageKind.DELIVER)
    with pytest.raises(comments.UnableToCommentOnProposal, match="Deliver"):
        comments.comment_on_proposal(
            proposal=Proposal.objects.get(pk=proposal.pk), text="x", by=world.carer
        )


def test_comment_on_proposal_writes_nothing_when_the_record_fails(
    world: World, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        a_question(world, proposal)
    assert counted(proposal) == (0, 0, 1)
    assert not Comment.objects.exists()


# --- replies and answers ---------------------------------------------------------------------


def test_reply_to_comment_counts_records_and_tells_who_asked(
    world: World, proposal: Proposal
) -> None:
    question = a_question(world, proposal)
    reply = comments.reply_to_comment(
        comment=question, text="Our driver would.", by=world.provider, as_organisation=True
    )
    question.refresh_from_db()
    assert (reply.reply_to, reply.kind, reply.organisation) == (question, "", world.organisation)
    assert question.reply_count == 1
    assert counted(proposal) == (2, 1, 1)  # an answer alone does not close a question
    line = RecordEntry.objects.get(subject=ref(reply)).line
    assert f'"reply_to":"{ref(question)}"' in line
    assert "driver" not in line
    assert told("answered your question") == {"Sam": False}
    assert told("New reply on") == {"Maureen": False}
    page = signed_in(world.service_user).get(proposal.get_absolute_url()).content.decode()
    assert "Answered for Breakwater Care by" in page


def test_reply_to_comment_refusals(world: World, proposal: Proposal) -> None:
    question = a_question(world, proposal)
    reply = comments.reply_to_comment(comment=question, text="Me.", by=world.carer)
    point = comments.comment_on_proposal(proposal=proposal, text="Good.", by=world.partner)
    with pytest.raises(comments.UnableToReplyToComment, match="first point"):
        comments.reply_to_comment(comment=reply, text="And me.", by=world.partner)
    with pytest.raises(permissions.PermissionRefused):
        comments.reply_to_comment(comment=point, text="x", by=world.carer, as_organisation=True)
    with pytest.raises(comments.UnableToReplyToComment, match="organisation"):
        comments.reply_to_comment(
            comment=point, text="x", by=world.commissioner, as_organisation=True
        )
    with pytest.raises(permissions.OutsidePartnership):
        comments.reply_to_comment(comment=point, text="x", by=World(slug="other").carer)
    hide(point, world)
    with pytest.raises(comments.UnableToReplyToComment, match="hidden"):
        comments.reply_to_comment(comment=point, text="x", by=world.carer)


def hide(comment: Comment, world: World) -> None:
    """As moderation does; what it does besides is tested with it."""
    comment.refresh_from_db()
    comment.hidden_at, comment.hidden_by = comment.created_at, world.moderator
    comment.hidden_reason = "It names a worker."
    comment.save()


def test_reply_to_comment_an_open_question_may_be_answered_after_the_proposal_is_closed(
    world: World, proposal: Proposal
) -> None:
    question = a_question(world, proposal)
    point = comments.comment_on_proposal(proposal=proposal, text="Good.", by=world.partner)
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Not now.")
    comments.reply_to_comment(comment=question, text="Our driver.", by=world.provider)
    with pytest.raises(comments.UnableToReplyToComment, match="Parked"):
        comments.reply_to_comment(comment=point, text="Yes.", by=world.provider)


def test_mark_answered_by_whoever_asked_with_the_reply_that_answered(
    world: World, proposal: Proposal
) -> None:
    question = a_question(world, proposal)
    comments.support_comment(comment=question, by=world.guest)
    reply = comments.reply_to_comment(comment=question, text="Our driver.", by=world.provider)
    before = live.revision(proposal)
    marked = comments.mark_answered(comment=question, answer=reply, by=world.service_user)
    assert (marked.answered_by, marked.answer) == (world.service_user, reply)
    assert counted(proposal) == (2, 0, 0)
    assert live.revision(proposal) == before + 1
    entry = RecordEntry.objects.get(kind="comment_answered")
    assert entry.subject == ref(question)
    assert f'"answer":"{ref(reply)}"' in entry.line
    assert told("was answered") == {"Blue Kite": False}  # and not who marked it
    again = comments.mark_answered(comment=question, by=world.facilitator)
    assert (again.answered_by, counted(proposal)[1]) == (world.service_user, 0)
    page = signed_in(world.guest).get(proposal.get_absolute_url()).content.decode()
    assert "This answered the question" in page
    assert "Sam marked this as answered" in page


def test_mark_answered_by_a_facilitator_tells_who_asked(world: World, proposal: Proposal) -> None:
    question = a_question(world, proposal)
    comments.mark_answered(comment=question, by=world.facilitator)
    assert told("was answered") == {"Sam": False}


def test_mark_answered_refusals(world: World, proposal: Proposal) -> None:
    question, other = a_question(world, proposal), a_question(world, proposal, "How much?")
    point = comments.comment_on_proposal(proposal=proposal, text="Good.", by=world.service_user)
    reply = comments.reply_to_comment(comment=other, text="Little.", by=world.provider)
    for who in (world.partner, world.provider, world.moderator):
        with pytest.raises(permissions.PermissionRefused):
            comments.mark_answered(comment=question, by=who)
    with pytest.raises(comments.UnableToMarkAnswered, match="Only a question"):
        comments.mark_answered(comment=point, by=world.service_user)
    with pytest.raises(comments.UnableToMarkAnswered, match="one of the replies"):
        comments.mark_answered(comment=question, answer=reply, by=world.service_user)
    assert counted(proposal) == (4, 2, 2)


# --- support ---------------------------------------------------------------------------------


def test_support_comment_twice_is_once(world: World, proposal: Proposal) -> None:
    point = comments.comment_on_proposal(proposal=proposal, text="Good.", by=world.service_user)
    before = live.revision(proposal)
    assert comments.support_comment(comment=point, by=world.carer) is True
    assert comments.support_comment(comment=point, by=world.carer) is False
    point.refresh_from_db()
    assert (point.support_count, point.supports.count()) == (1, 1)
    assert live.revision(proposal) == before + 1
    assert comments.withdraw_comment_support(comment=point, by=world.carer) is True
    assert comments.withdraw_comment_support(comment=point, by=world.carer) is False
    point.refresh_from_db()
    assert (point.support_count, point.supports.count()) == (0, 0)
    assert world.workspace.taking_part.filter(participant=world.carer).exists()


def test_support_comment_refusals(world: World, proposal: Proposal) -> None:
    point = comments.comment_on_proposal(proposal=proposal, text="Good.", by=world.service_user)
    with pytest.raises(comments.UnableToSupportComment, match="your own"):
        comments.support_comment(comment=point, by=world.service_user)
    with pytest.raises(permissions.OutsidePartnership):
        comments.support_comment(comment=point, by=World(slug="other").carer)
    hide(point, world)
    with pytest.raises(comments.UnableToSupportComment, match="hidden"):
        comments.support_comment(comment=point, by=world.carer)
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Not now.")
    point = Comment.objects.get(pk=point.pk)
    for act in (comments.support_comment, comments.withdraw_comment_support):
        with pytest.raises(comments.UnableToSupportComment, match="Parked"):
            act(comment=point, by=world.carer)
    assert not CommentSupport.objects.exists()


def test_mark_answered_by_the_authors_of_the_proposal(world: World, proposal: Proposal) -> None:
    first, second = a_question(world, proposal), a_question(world, proposal, "How much?")
    assert comments.mark_answered(comment=first, by=world.carer).answered_by == world.carer
    CoAuthor.objects.create(proposal=proposal, participant=world.partner, invited_by=world.carer)
    with pytest.raises(permissions.PermissionRefused):  # asked, but has not said yes
        comments.mark_answered(comment=second, by=world.partner)
    CoAuthor.objects.update(accepted_at=clock.now())
    comments.mark_answered(comment=second, by=world.partner)
    assert counted(proposal) == (2, 0, 0)
    point = comments.comment_on_proposal(proposal=proposal, text="Good.", by=world.service_user)
    with pytest.raises(permissions.PermissionRefused):  # nothing else of others' words is theirs
        comments.withdraw_comment(comment=point, by=world.carer)


def test_a_question_does_not_wait_for_the_author_who_replied_last(
    world: World, proposal: Proposal
) -> None:
    def waits() -> bool:
        found = narrowed(world.workspace, world.carer, Wanted(show=ListShow.WAITING)).exists()
        asked = [each.text for part in waiting_for(world.carer) for each in part.items]
        assert ("Who would drive?" in asked) is found
        return found

    question = a_question(world, proposal)
    assert waits()
    reply = comments.reply_to_comment(comment=question, text="A minibus.", by=world.carer)
    assert not waits()
    comments.reply_to_comment(comment=question, text="Which one?", by=world.service_user)
    assert waits()
    again = comments.reply_to_comment(comment=question, text="Ours.", by=world.carer)
    assert not waits()
    comments.withdraw_comment(comment=again, by=world.carer)
    assert waits()
    assert reply.pk < again.pk


def test_withdraw_comment_takes_the_words_and_leaves_the_place(
    world: World, proposal: Proposal
) -> None:
    question = a_question(world, proposal)
    comments.reply_to_comment(comment=question, text="A minibus.", by=world.provider)
    assert counted(proposal) == (2, 1, 1)
    before = live.revision(proposal)
    comments.withdraw_comment(comment=question, by=world.service_user)
    comments.withdraw_comment(comment=question, by=world.service_user)  # twice is once
    question.refresh_from_db()
    assert (question.text, question.is_withdrawn, question.reply_count) == ("", True, 1)
    assert counted(proposal) == (2, 0, 0)
    assert live.revision(proposal) == before + 1
    entries = RecordEntry.objects.filter(subject=ref(question)).order_by("seq")
    kinds = [each.kind for each in entries]
    assert kinds == ["comment_added", "comment_withdrawn", "words_erased"]
    assert not RecordContent.objects.filter(content__icontains="drive").exists()
    assert str(record.in_words("comment_withdrawn")) == "A comment was taken back by its author"
    assert "drive" not in str(question)


def test_withdraw_comment_refusals(world: World, proposal: Proposal) -> None:
    question = a_question(world, proposal)
    for who in (world.carer, world.facilitator, world.moderator):
        with pytest.raises(permissions.PermissionRefused):
            comments.withdraw_comment(comment=question, by=who)
    reason = HidingReason.NAMED
    moderation.hide_comment(comment=question, reason=reason, why="Names.", by=world.moderator)
    with pytest.raises(comments.UnableToWithdrawComment):
        comments.withdraw_comment(comment=question, by=world.service_user)
    gone = a_question(world, proposal)
    comments.withdraw_comment(comment=gone, by=world.service_user)
    with pytest.raises(comments.UnableToReplyToComment, match="taken back"):
        comments.reply_to_comment(comment=gone, text="Us.", by=world.carer)
    with pytest.raises(comments.UnableToSupportComment, match="taken back"):
        comments.support_comment(comment=gone, by=world.carer)
    with pytest.raises(comments.UnableToMarkAnswered):
        comments.mark_answered(comment=gone, by=world.facilitator)
    with pytest.raises(moderation.UnableToHide, match="taken back"):
        moderation.hide_comment(comment=gone, reason=reason, why="No.", by=world.moderator)
    with pytest.raises(moderation.UnableToReport, match="taken back"):
        moderation.report_comment(comment=gone, reason=reason, words="", by=world.carer)
    # Hiding and putting back another question counts no words that were taken back.
    other = a_question(world, proposal, "How much?")
    moderation.hide_comment(comment=other, reason=reason, why="Names.", by=world.moderator)
    assert counted(proposal)[1] == 0
