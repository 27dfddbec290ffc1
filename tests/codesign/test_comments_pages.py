"""Comments as they are read: orders, pages, what each reader sees and may do."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from codesign.enums import CommentKind
from codesign.models import Comment, Proposal
from codesign.operations import comments
from codesign.queries.comments import EACH_SIDE, POINTS, Order, points_on
from portal.enums import Role
from portal.operations import drafts
from tests.codesign.test_comments import a_question, hide
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


# --- reading ---------------------------------------------------------------------------------


def many(world: World, proposal: Proposal, count: int, kind: CommentKind) -> list[Comment]:
    return [
        comments.comment_on_proposal(
            proposal=proposal, text=f"{kind} {number}", kind=kind, by=world.service_user
        )
        for number in range(count)
    ]


def test_points_are_read_newest_most_supported_and_unanswered(
    world: World, proposal: Proposal
) -> None:
    old, new = many(world, proposal, 2, CommentKind.FOR)
    first, second = many(world, proposal, 2, CommentKind.QUESTION)
    comments.support_comment(comment=old, by=world.carer)
    comments.mark_answered(comment=first, by=world.service_user)

    def read(order: str) -> list[Comment]:
        return [
            point.comment for point in points_on(proposal, world.carer, {"comments": order}).items
        ]

    assert read("") == read("nonsense") == read("newest") == [second, first, new, old]
    assert read("supported") == [old, second, first, new]
    assert read("unanswered") == [second]
    hide(second, world)
    assert read("unanswered") == []
    assert read("newest")[0] == second  # it keeps its place


def test_points_for_and_concerns_side_by_side(world: World, proposal: Proposal) -> None:
    good = many(world, proposal, EACH_SIDE + 1, CommentKind.FOR)
    (concern,) = many(world, proposal, 1, CommentKind.CONCERN)
    many(world, proposal, 1, CommentKind.QUESTION)
    comments.support_comment(comment=good[0], by=world.carer)
    pro, con = points_on(proposal, world.carer, {"comments": "sides"}).sides
    assert (pro.kind, pro.points[0].comment, len(pro.points), pro.more) == (
        CommentKind.FOR,
        good[0],
        EACH_SIDE,
        True,
    )
    assert ([point.comment for point in con.points], con.more) == ([concern], False)


def test_side_by_side_says_how_many_points_stand_elsewhere(
    world: World, proposal: Proposal
) -> None:
    many(world, proposal, 1, CommentKind.FOR)
    address = proposal.get_absolute_url() + "?comments=sides"
    client = signed_in(world.carer)
    assert "not shown here" not in client.get(address).content.decode()
    many(world, proposal, 2, CommentKind.QUESTION)
    many(world, proposal, 1, CommentKind.EXPERIENCE)
    page = client.get(address).content.decode()
    assert "3 other comments are not shown here" in page
    assert 'href="?comments=newest#comments"' in page


def test_points_come_in_pages_that_lead_on_and_open_at_a_point(
    world: World, proposal: Proposal
) -> None:
    made = many(world, proposal, POINTS + 2, CommentKind.FOR)
    for order in (Order.NEWEST, Order.SUPPORTED):
        first = points_on(proposal, None, {"comments": order})
        assert len(first.items) == POINTS
        assert first.page.older.endswith("#comments")
        link = QueryDict(first.page.older.removeprefix("?").removesuffix("#comments"))
        assert link["comments"] == order
        rest = points_on(proposal, None, link)
        assert [point.comment for point in rest.items] == [made[1], made[0]]
        assert rest.page.older == ""
    reply = comments.reply_to_comment(comment=made[0], text="Yes.", by=world.carer)
    assert reply.get_absolute_url().endswith(f"?point={made[0].pk}#comment-{reply.pk}")
    opened = points_on(proposal, None, {"point": str(made[0].pk)})
    assert [point.comment for point in opened.items] == [made[0]]
    assert opened.items[0].replies == [reply]


def test_points_are_marked_as_supported_for_their_reader_alone(
    world: World, proposal: Proposal
) -> None:
    (point,) = many(world, proposal, 1, CommentKind.FOR)
    comments.support_comment(comment=point, by=world.carer)
    for who, agreed in ((world.carer, True), (world.partner, False), (None, False)):
        assert points_on(proposal, who, {}).items[0].comment.agreed is agreed


@pytest.mark.parametrize("count", [1, 3])
def test_points_take_two_queries(
    world: World, proposal: Proposal, count: int, django_assert_num_queries
) -> None:
    for point in many(world, proposal, count, CommentKind.QUESTION):
        for _each in range(count):
            comments.reply_to_comment(
                comment=point, text="Us.", by=world.provider, as_organisation=True
            )
    with django_assert_num_queries(2):
        points_on(proposal, world.carer, {})


@pytest.mark.parametrize("count", [1, 3])
def test_proposal_page_with_replies_takes_few_queries(
    world: World, proposal: Proposal, count: int, django_assert_max_num_queries
) -> None:
    for point in many(world, proposal, count, CommentKind.QUESTION):
        for _each in range(count):
            reply = comments.reply_to_comment(
                comment=point, text="Us.", by=world.provider, as_organisation=True
            )
        comments.mark_answered(comment=point, answer=reply, by=world.facilitator)
    client = signed_in(world.service_user)
    client.get(proposal.get_absolute_url())
    with django_assert_max_num_queries(15):
        client.get(proposal.get_absolute_url())


# --- pages -----------------------------------------------------------------------------------


def test_a_question_is_asked_answered_and_marked_by_posting_forms(
    world: World, proposal: Proposal
) -> None:
    asker, worker = signed_in(world.service_user), signed_in(world.provider)
    url = reverse("codesign:comment_on_proposal", args=["norfolk", proposal.pk])
    words = {"kind": "question", "text": "Who would drive?", "once": "a"}
    assert asker.post(url, words)["Location"] == asker.post(url, words)["Location"]
    question = Comment.objects.get()
    page = worker.get(proposal.get_absolute_url()).content.decode()
    address = reverse("codesign:reply_to_comment", args=["norfolk", question.pk])
    assert address in page
    assert "Waits for an answer" in page
    form = worker.get(address).content.decode()
    assert "Who would drive?" in form
    assert "I speak for Breakwater Care" in form
    assert "I speak for" not in asker.get(address).content.decode()
    part = worker.get(address, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "Send your answer" in part
    wrong = worker.post(address, {"text": "y" * 2001, "as_organisation": "on"})
    assert wrong.status_code == 422
    assert "y" * 2001 in wrong.content.decode()
    words = {"text": "Our driver.", "as_organisation": "on", "once": "b"}
    assert worker.post(address, words)["Location"] == worker.post(address, words)["Location"]
    reply = question.replies.get()
    marking = reverse("codesign:mark_answered", args=["norfolk", question.pk])
    assert marking in asker.get(proposal.get_absolute_url()).content.decode()
    assert marking not in worker.get(proposal.get_absolute_url()).content.decode()
    assert asker.post(marking, {"answer": "7" * 30}).status_code == 404
    assert asker.post(marking, {"answer": reply.pk})["Location"] == question.get_absolute_url()
    question.refresh_from_db()
    assert question.answer == reply


def test_one_tap_supports_a_comment_with_and_without_htmx(world: World, proposal: Proposal) -> None:
    (point,) = many(world, proposal, 1, CommentKind.FOR)
    carer = signed_in(world.carer)
    agree = reverse("codesign:support_comment", args=["norfolk", point.pk])
    back = reverse("codesign:withdraw_comment_support", args=["norfolk", point.pk])
    assert agree in carer.get(proposal.get_absolute_url()).content.decode()
    assert carer.post(agree)["Location"] == point.get_absolute_url()
    part = carer.post(agree, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "Agree: 1" in part
    assert back in part
    assert back in carer.get(proposal.get_absolute_url()).content.decode()
    part = carer.post(back, headers={"hx-request": "true"}).content.decode()
    assert agree in part
    author = signed_in(world.service_user).get(proposal.get_absolute_url()).content.decode()
    assert agree not in author


def test_visitors_read_points_with_gated_counts_and_no_forms(
    world: World, proposal: Proposal
) -> None:
    (point,) = many(world, proposal, 1, CommentKind.QUESTION)
    comments.support_comment(comment=point, by=world.carer)
    page = Client().get(proposal.get_absolute_url()).content.decode()
    assert "question 0" in page
    assert "Agree: fewer than 8" in page
    assert "/reply/" not in page
    assert "/answered/" not in page


def test_a_hidden_comment_keeps_its_place_and_says_why(world: World, proposal: Proposal) -> None:
    (point,) = many(world, proposal, 1, CommentKind.FOR)
    reply = comments.reply_to_comment(comment=point, text="Still said.", by=world.carer)
    hide(point, world)
    page = signed_in(world.provider).get(proposal.get_absolute_url()).content.decode()
    assert "for 0" not in page
    assert "It names a worker." in page
    assert reply.text in page
    asked = signed_in(world.provider).get(
        reverse("codesign:reply_to_comment", args=["norfolk", point.pk])
    )
    assert "for 0" not in asked.content.decode()


def test_what_was_begun_comes_back_and_is_gone_once_sent(world: World, proposal: Proposal) -> None:
    question = a_question(world, proposal)
    client = signed_in(world.carer)
    for key, page in (
        (f"comment-{proposal.pk}", proposal.get_absolute_url()),
        (
            f"reply-{question.pk}",
            reverse("codesign:reply_to_comment", args=["norfolk", question.pk]),
        ),
    ):
        drafts.keep_draft(key=key, fields={"text": "Half a thou"}, by=world.carer)
        answer = client.get(page).content.decode()
        assert f'data-draft="{key}"' in answer
        assert "Half a thou" in answer
    comments.comment_on_proposal(proposal=proposal, text="Half a thought.", by=world.carer)
    comments.reply_to_comment(comment=question, text="Half a thought.", by=world.carer)
    assert drafts.kept(world.carer, f"comment-{proposal.pk}") == {}
    assert drafts.kept(world.carer, f"reply-{question.pk}") == {}


def test_comments_of_a_space_one_may_not_read_are_not_found(world: World) -> None:
    """Its pages and acts answer as if the comment did not exist."""
    proposal = an_open_proposal(world)
    point = comments.comment_on_proposal(proposal=proposal, text="Us only.", by=world.carer)
    world.workspace.visibility = "partnership"
    world.workspace.open_to = "roles"
    world.workspace.save()
    world.workspace.open_roles.create(role=Role.CARER)
    outsider = signed_in(world.service_user)
    for name in ("reply_to_comment", "mark_answered", "support_comment"):
        url = reverse(f"codesign:{name}", args=["norfolk", point.pk])
        assert outsider.post(url, {"text": "x"}).status_code == 404, name


def test_the_authors_find_the_button_that_marks_a_question_as_answered(
    world: World, proposal: Proposal
) -> None:
    question = comments.comment_on_proposal(
        proposal=proposal, text="Who drives?", kind=CommentKind.QUESTION, by=world.service_user
    )
    comments.reply_to_comment(comment=question, text="Our minibus.", by=world.provider)
    for who, may in ((world.carer, True), (world.partner, False)):
        page = signed_in(who).get(proposal.get_absolute_url()).content.decode()
        assert ("Mark as answered" in page) is may
        assert ("This answers the question" in page) is may
    marking = reverse("codesign:mark_answered", args=["norfolk", question.pk])
    assert signed_in(world.carer).post(marking).status_code == 302
    question.refresh_from_db()
    assert question.answered_by == world.carer


def test_withdraw_comment_asks_first_and_leaves_its_place(world: World, proposal: Proposal) -> None:
    point = comments.comment_on_proposal(
        proposal=proposal, text="My sister drinks.", by=world.partner
    )
    comments.reply_to_comment(comment=point, text="So sorry.", by=world.carer)
    url = reverse("codesign:withdraw_comment", args=["norfolk", point.pk])
    assert url not in signed_in(world.carer).get(proposal.get_absolute_url()).content.decode()
    assert signed_in(world.carer).post(url).status_code == 403
    client = signed_in(world.partner)
    assert url in client.get(proposal.get_absolute_url()).content.decode()
    assert "You cannot undo this." in client.get(url).content.decode()
    client.post(url)
    for who in (world.partner, world.carer, world.facilitator):
        page = signed_in(who).get(proposal.get_absolute_url()).content.decode()
        assert "Taken back by its author." in page
        assert "So sorry." in page
        assert "My sister drinks." not in page
    answered = signed_in(world.carer).get(
        reverse("codesign:reply_to_comment", args=["norfolk", point.pk])
    )
    assert "My sister drinks." not in answered.content.decode()
    mine = reverse("content:all_mine", args=["norfolk", "comments"])
    assert "#comment-" not in client.get(mine).content.decode()
