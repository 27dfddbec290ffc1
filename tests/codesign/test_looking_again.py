"""Moderation, looking again: an author asks once, somebody else answers."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from codesign.models import Comment, Hiding, Proposal
from codesign.operations import comments, moderation
from portal import permissions
from portal.enums import Duty, Role
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.moderated import a_comment, hide, kinds, report, told
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in, words_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    cache.clear()
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


@pytest.fixture
def comment(world: World, proposal: Proposal) -> Comment:
    return a_comment(world, proposal)


@pytest.fixture
def second(world: World) -> Participant:
    """Another moderator."""
    return world.person(Role.PARTNER, Duty.MODERATOR, name="Nadia")


def test_put_back(world: World, comment: Comment, second: Participant) -> None:
    report(comment, world.partner)
    hiding = hide(comment, world.moderator)
    Notice.objects.all().delete()
    moderation.ask_again(hiding=hiding, words="Anna is my cat.", by=world.service_user)
    assert kinds(hiding) == ["asked_again"]
    assert "cat" not in RecordEntry.objects.get(subject=ref(hiding)).line
    assert not RecordContent.objects.filter(content__icontains="my cat").exists()
    assert len(told(second)) == 1
    assert told(world.moderator) == []  # another one looks
    moderation.answer_asking(hiding=hiding, put_back=True, why="A cat may be named.", by=second)
    comment.refresh_from_db()
    hiding.refresh_from_db()
    assert (comment.hidden_at, comment.hidden_by, comment.hidden_reason) == (None, None, "")
    assert (hiding.answer, hiding.answered_by) == ("put_back", second)
    assert kinds(comment)[-1] == "words_put_back"
    line = RecordEntry.objects.get(subject=ref(comment), kind="words_put_back").line
    assert '"same_moderator":false' in line
    for person in (world.service_user, world.partner, world.moderator):
        assert any("A cat may be named." in text for text in told(person))
    assert Notice.objects.get(participant=world.service_user).needs_me


def test_hiding_stands(world: World, proposal: Proposal, second: Participant) -> None:
    hiding = hide(proposal, world.moderator)
    moderation.ask_again(hiding=hiding, words="Why?", by=world.carer)
    moderation.answer_asking(hiding=hiding, put_back=False, why="It names her.", by=second)
    proposal.refresh_from_db()
    assert proposal.is_hidden
    assert kinds(proposal)[-1] == "hiding_stands"
    assert any("stay hidden: It names her." in text for text in told(world.carer))
    with pytest.raises(moderation.UnableToAskAgain):
        moderation.ask_again(hiding=hiding, words="Again?", by=world.carer)


def test_ask_again_refusals(world: World, comment: Comment, second: Participant) -> None:
    hiding = hide(comment, world.moderator)
    with pytest.raises(permissions.PermissionRefused):
        moderation.ask_again(hiding=hiding, words="x", by=world.carer)
    moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    with pytest.raises(moderation.UnableToAskAgain, match="asked already"):
        moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=second)
    newer = hide(comment, world.moderator)
    assert newer != hiding
    moderation.ask_again(hiding=newer, words="x", by=world.service_user)


def test_answer_asking_refusals(world: World, comment: Comment, second: Participant) -> None:
    hiding = hide(comment, world.moderator)

    def answer(by: Participant) -> Hiding:
        return moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=by)

    with pytest.raises(moderation.UnableToAnswerAsking, match="Nobody has asked"):
        answer(second)
    moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    with pytest.raises(permissions.PermissionRefused):
        answer(world.facilitator)
    with pytest.raises(moderation.UnableToAnswerAsking, match="You hid these words"):
        answer(world.moderator)
    answer(second)
    with pytest.raises(moderation.UnableToAnswerAsking, match="meanwhile"):
        answer(second)


def test_the_only_moderator_may_look_again_and_the_log_says_so(
    world: World, comment: Comment
) -> None:
    hiding = hide(comment, world.moderator)
    moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    assert any("another look" in text for text in told(world.moderator))
    moderation.answer_asking(hiding=hiding, put_back=False, why="Still.", by=world.moderator)
    line = RecordEntry.objects.get(subject=ref(comment), kind="hiding_stands").line
    assert '"same_moderator":true' in line
    log = words_on(Client(), reverse("codesign:moderation_log", args=["norfolk"]))
    assert "There was only one moderator" in log


def test_a_second_moderator_who_wrote_the_words_cannot_look(
    world: World, proposal: Proposal, second: Participant
) -> None:
    mine = comments.comment_on_proposal(proposal=proposal, text="Mine.", by=second)
    hiding = hide(mine, world.moderator)
    moderation.ask_again(hiding=hiding, words="x", by=second)
    with pytest.raises(moderation.UnableToAnswerAsking, match="your own"):
        moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=second)
    moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=world.moderator)


def test_ask_again_and_answer_pages(world: World, comment: Comment, second: Participant) -> None:
    hiding = hide(comment, world.moderator)
    author, url = signed_in(world.service_user), hiding.get_absolute_url()
    page = words_on(author, url)
    assert "Anna again." in page
    assert "Another moderator than the one who hid your words looks again." in page
    assert f'href="{url}"' in author.get(comment.get_absolute_url()).content.decode()
    assert author.post(url, {"words": ""}).status_code == 422
    assert author.post(url, {"words": "Anna is my cat."}).status_code == 302
    assert "Waiting for an answer" in words_on(author, url)
    answering = reverse("codesign:answer_asking", args=["norfolk", hiding.pk])
    assert "another moderator has to look this time" in words_on(
        signed_in(world.moderator), answering
    )
    other = signed_in(second)
    assert "Anna is my cat." in words_on(other, answering)
    wrong = other.post(answering, {"why": "Kept words."})
    assert wrong.status_code == 422
    assert "Kept words." in wrong.content.decode()
    assert other.post(answering, {"put_back": "yes", "why": "Fine."}).status_code == 302
    assert "It was put back" in words_on(author, url)
    assert signed_in(world.carer).get(url).status_code == 403
