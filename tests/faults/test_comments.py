"""F01: whatever arrives at once, comments, questions and their supporters are counted as they are.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

from collections.abc import Callable

import pytest

from codesign.enums import CommentKind, ProposalStatus
from codesign.models import Comment, Proposal
from codesign.operations import comments, merges, proposals
from codesign.operations.proposals import UnableToMoveProposal
from portal.enums import Role
from portal.models import Participant
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
