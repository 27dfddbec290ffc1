"""Comments: points, replies, answers, support, and how they are read."""

import pytest

from codesign.enums import CommentKind, StageKind
from codesign.models import Comment, CommentSupport, Proposal
from codesign.operations import comments, proposals
from portal import live, permissions, record
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
    assert RecordContent.objects.get(seq=seq).content["consent"] == "Said yes on the phone today."
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
    for who in (world.carer, world.provider, world.moderator):
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
