"""F01: whatever arrives at once, comments, questions and their supporters are counted as they are.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

from collections.abc import Callable

import pytest
from django.db.models import F

from codesign.enums import CommentKind, HidingReason, ProposalStatus
from codesign.models import Comment, Proposal
from codesign.operations import comments, merges, moderation, proposals
from codesign.operations.proposals import UnableToMoveProposal
from portal import clock
from portal.enums import Role
from portal.models import Participant, RecordContent, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

TAPS = 20
CROWD = 16


def crowd(world: World, size: int = CROWD) -> list[Participant]:
    return [world.person(Role.CARER, with_account=False) for _each in range(size)]


def a_point(world: World, kind: CommentKind = CommentKind.QUESTION) -> Comment:
    return comments.comment_on_proposal(
        proposal=an_open_proposal(world), text="Who drives?", kind=kind, by=world.service_user
    )


def fresh(comment: Comment) -> Comment:
    """As somebody who has just loaded the page has it."""
    return Comment.objects.select_related("proposal__workspace").get(pk=comment.pk)


def agreeing(comment: Comment, by: Participant) -> Callable[[], bool]:
    return lambda: comments.support_comment(comment=fresh(comment), by=by)


def shown_and_kept(comment: Comment) -> tuple[int, int]:
    comment.refresh_from_db()
    return comment.support_count, comment.supports.count()


def test_support_comment_by_one_person_many_times_at_once_counts_once() -> None:
    world = World()
    point = a_point(world)
    outcomes = at_once(*[agreeing(point, world.carer)] * TAPS)
    assert sorted(outcomes) == [False] * (TAPS - 1) + [True]
    assert shown_and_kept(point) == (1, 1)


def test_support_comment_by_many_people_at_once_counts_them_all() -> None:
    world = World()
    point = a_point(world)
    assert at_once(*[agreeing(point, each) for each in crowd(world)]) == [True] * CROWD
    assert shown_and_kept(point) == (CROWD, CROWD)


def test_support_and_withdraw_at_once_leave_counter_and_rows_alike() -> None:
    world = World()
    point = a_point(world)
    people = crowd(world, 6)

    def withdraws(person: Participant) -> Callable[[], bool]:
        return lambda: comments.withdraw_comment_support(comment=fresh(point), by=person)

    acts = [act for person in people for act in (agreeing(point, person), withdraws(person))]
    assert errors_in(at_once(*acts * 2)) == []
    shown, kept = shown_and_kept(point)
    assert shown == kept <= len(people)


def test_control_a_counter_read_and_written_back_loses_people() -> None:
    point = a_point(World())
    all_have_read = meeting(CROWD)

    def careless() -> None:
        read = Comment.objects.get(pk=point.pk)
        all_have_read()
        Comment.objects.filter(pk=point.pk).update(support_count=read.support_count + 1)

    assert errors_in(at_once(*[careless] * CROWD)) == []
    assert shown_and_kept(point) == (1, 0)  # of sixteen


def test_points_replies_and_answers_at_once_leave_every_counter_as_the_rows_say() -> None:
    world = World()
    question = a_point(world)
    proposal = question.proposal
    people = crowd(world, 6)

    def asks(person: Participant) -> Callable[[], Comment]:
        return lambda: comments.comment_on_proposal(
            proposal=proposal, text="And when?", kind=CommentKind.QUESTION, by=person
        )

    def replies(person: Participant) -> Callable[[], Comment]:
        return lambda: comments.reply_to_comment(comment=fresh(question), text="Me.", by=person)

    outcomes = at_once(
        *[act for person in people for act in (asks(person), replies(person))],
        *[lambda: comments.mark_answered(comment=fresh(question), by=world.facilitator)] * 3,
        lambda: comments.mark_answered(comment=fresh(question), by=world.service_user),
    )
    assert errors_in(outcomes) == []
    question.refresh_from_db()
    proposal.refresh_from_db()
    assert question.reply_count == question.replies.count() == 6
    assert proposal.comment_count == proposal.comments.count() == 13
    waiting = proposal.comments.filter(kind=CommentKind.QUESTION, answered_at=None).count()
    assert proposal.open_questions == waiting == 6
    assert proposal.attention == 6


def test_control_questions_counted_without_the_lock_are_lost() -> None:
    question = a_point(World())
    all_have_read = meeting(4)

    def careless() -> None:
        read = Proposal.objects.get(pk=question.proposal_id)
        all_have_read()
        read.open_questions += 1
        read.save(update_fields=["open_questions"])

    assert errors_in(at_once(*[careless] * 4)) == []
    question.proposal.refresh_from_db()
    assert question.proposal.open_questions == 2  # of five


def test_two_proposals_merged_into_each_other_at_once_merge_one_way() -> None:
    world = World()
    one, other = an_open_proposal(world), an_open_proposal(world, "A tea room")

    def merging(these: Proposal, into: Proposal) -> Callable[[], object]:
        return lambda: merges.merge_proposals(
            proposals=[these], into=into, by=world.facilitator, reason="The same wish."
        )

    outcomes = at_once(merging(one, other), merging(other, one))
    (refused,) = errors_in(outcomes)
    assert isinstance(refused, UnableToMoveProposal), refused
    statuses = set(Proposal.objects.values_list("status", flat=True))
    assert statuses == {ProposalStatus.OPEN, ProposalStatus.MERGED}


def test_merging_and_splitting_at_once_does_one_of_them() -> None:
    world = World()
    proposal, into = an_open_proposal(world), an_open_proposal(world, "A tea room")
    parts = [merges.Part("Tea", "To talk."), merges.Part("A room", "To rest.")]
    outcomes = at_once(
        lambda: merges.merge_proposals(
            proposals=[proposal], into=into, by=world.facilitator, reason="The same wish."
        ),
        lambda: merges.split_proposal(
            proposal=proposal, parts=parts, by=world.facilitator, reason="Two ideas."
        ),
        lambda: proposals.withdraw_proposal(proposal=proposal, by=world.carer, reason="Mine."),
    )
    refused = errors_in(outcomes)
    assert len(refused) == 2
    assert all(isinstance(each, UnableToMoveProposal) for each in refused), refused
    proposal.refresh_from_db()
    assert proposal.merged_into.exists() + proposal.split_into.exists() <= 1
    assert (proposal.split_into.count() == 2) == (proposal.status == ProposalStatus.SPLIT)


def test_control_a_status_looked_at_and_then_written_is_written_twice() -> None:
    proposal = an_open_proposal(World())
    all_have_looked = meeting(2)

    def careless() -> int:
        is_open = Proposal.objects.get(pk=proposal.pk).is_live
        all_have_looked()
        return Proposal.objects.filter(pk=proposal.pk).update(status="merged") if is_open else 0

    assert at_once(careless, careless) == [1, 1]  # both believe that it was theirs


# withdraw_comment


def withdrawing(comment: Comment) -> Callable[[], Comment]:
    assert comment.by is not None
    by = comment.by
    return lambda: comments.withdraw_comment(comment=fresh(comment), by=by)


def waiting_in(proposal: Proposal) -> tuple[int, int, int]:
    """Open questions as they are shown, as the rows say, and what waits for attention."""
    proposal.refresh_from_db()
    rows = proposal.comments.filter(
        kind=CommentKind.QUESTION, answered_at=None, withdrawn_at=None, hidden_at=None
    )
    return proposal.open_questions, rows.count(), proposal.attention


def two_questions(world: World) -> Comment:
    """The first of two questions about one proposal."""
    question = a_point(world)
    comments.comment_on_proposal(
        proposal=question.proposal, text="And when?", kind=CommentKind.QUESTION, by=world.carer
    )
    return question


def entries(comment: Comment, kind: str) -> int:
    return RecordEntry.objects.filter(subject=ref(comment), kind=kind).count()


def test_withdraw_comment_many_times_at_once_counts_and_records_once() -> None:
    world = World()
    question = two_questions(world)
    assert errors_in(at_once(*[withdrawing(question)] * 8)) == []
    assert waiting_in(question.proposal) == (1, 1, 1)
    assert entries(question, "comment_withdrawn") == entries(question, "words_erased") == 1


def test_control_a_question_looked_at_and_then_withdrawn_is_counted_twice() -> None:
    question = two_questions(World())
    both_have_looked = meeting(2)

    def careless() -> None:
        is_open = Comment.objects.get(pk=question.pk).is_open_question
        both_have_looked()
        if is_open:
            Comment.objects.filter(pk=question.pk).update(withdrawn_at=clock.now(), text="")
            Proposal.objects.filter(pk=question.proposal_id).update(
                open_questions=F("open_questions") - 1
            )

    assert errors_in(at_once(careless, careless)) == []
    shown, rows, _attention = waiting_in(question.proposal)
    assert (shown, rows) == (0, 1)  # nobody looks after the other question any more


def test_withdraw_comment_while_it_is_answered_and_replied_to() -> None:
    world = World()
    question = two_questions(world)
    people = crowd(world, 4)

    def replies(person: Participant) -> Callable[[], Comment]:
        return lambda: comments.reply_to_comment(comment=fresh(question), text="Me.", by=person)

    taken_back, answered, *replied = at_once(
        withdrawing(question),
        lambda: comments.mark_answered(comment=fresh(question), by=world.facilitator),
        *map(replies, people),
    )
    assert errors_in([taken_back]) == []
    for each in errors_in([answered]):
        assert isinstance(each, comments.UnableToMarkAnswered), each
    refused = errors_in(replied)
    assert all(isinstance(each, comments.UnableToReplyToComment) for each in refused), refused
    question.refresh_from_db()
    assert (question.text, question.is_withdrawn) == ("", True)
    assert question.reply_count == question.replies.count() == len(people) - len(refused)
    assert waiting_in(question.proposal) == (1, 1, 1)
    assert not RecordContent.objects.filter(
        seq__in=RecordEntry.objects.filter(subject=ref(question)).values("seq"),
        partnership_id=world.partnership.pk,
    ).exists()


def test_withdraw_comment_while_a_moderator_hides_it_does_one_of_them() -> None:
    world = World()
    question = two_questions(world)
    taken_back, hidden = at_once(
        withdrawing(question),
        lambda: moderation.hide_comment(
            comment=fresh(question), reason=HidingReason.NAMED, why="A name.", by=world.moderator
        ),
    )
    [refused] = errors_in([taken_back, hidden])
    question.refresh_from_db()
    assert question.is_withdrawn is not question.is_hidden
    if question.is_withdrawn:
        assert isinstance(refused, moderation.UnableToHide)
        assert question.text == ""
    else:
        assert isinstance(refused, comments.UnableToWithdrawComment)
        assert question.text == "Who drives?"
    assert waiting_in(question.proposal) == (1, 1, 1)


def test_control_without_the_lock_words_are_both_withdrawn_and_hidden() -> None:
    world = World()
    question = two_questions(world)
    both_have_looked = meeting(2)

    def careless(**change: object) -> None:
        read = Comment.objects.get(pk=question.pk)
        both_have_looked()
        if not (read.is_withdrawn or read.is_hidden):
            Comment.objects.filter(pk=question.pk).update(**change)

    outcomes = at_once(
        lambda: careless(withdrawn_at=clock.now(), text=""),
        lambda: careless(hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="A"),
    )
    assert errors_in(outcomes) == []
    question.refresh_from_db()
    assert question.is_withdrawn
    assert question.is_hidden
