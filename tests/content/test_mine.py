"""Somebody's own page: what waits for them, what they said, what became of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from codesign.enums import CommentKind, HidingReason, OpenTo
from codesign.models import Activity, ActivityDate, Proposal, SignUp, Workspace
from codesign.operations import assessments, comments, moderation, proposals, sign_ups
from feedback.operations import voices
from portal import clock, notices
from portal.enums import Duty, Role
from portal.models import Draft, Participant
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


def page_of(person: Participant, kind: str = "") -> str:
    name, args = ("content:all_mine", [kind]) if kind else ("content:mine", [])
    response = signed_in(person).get(reverse(name, args=[person.partnership.slug, *args]))
    assert response.status_code == 200
    return response.content.decode()


def suggest(world: World, title: str = "A tea dance", by: Participant | None = None) -> Proposal:
    who = by or world.carer
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title=title, why="Company.", by=who
    )
    return proposals.open_proposal(proposal=drafted, by=who)


def an_activity_date(world: World, *, days: int) -> ActivityDate:
    """A date as it would be made by its host, `days` from now."""
    at = clock.now() + timedelta(days=days)
    activity = Activity.objects.create(
        partnership=world.partnership,
        workspace=world.workspace,
        title="Knitting",
        about="We knit.",
        interest="craft",
        place="The library",
        first_at=at,
        minutes=60,
        started_by=world.facilitator,
    )
    return ActivityDate.objects.create(
        partnership=world.partnership,
        activity=activity,
        starts_at=at,
        ends_at=at + timedelta(hours=1),
    )


def test_somebody_new_reads_that_nothing_waits_and_where_to_begin() -> None:
    page = page_of(World().carer)
    assert "Nothing just now." in page
    assert "Nothing under your name yet." in page
    assert "Delete my account" in page


def test_a_guest_has_a_page_too() -> None:
    world = World()
    page = page_of(world.guest)
    assert "Nothing just now." in page
    assert "Delete my account" not in page


def test_what_waits_is_asked_and_what_is_answered_is_not() -> None:
    world = World()
    proposal = suggest(world)
    comments.comment_on_proposal(
        proposal=proposal,
        text="Who brings the music?",
        by=world.service_user,
        kind=CommentKind.QUESTION,
    )
    page = page_of(world.carer)
    assert "Questions about your suggestions" in page
    assert "Who brings the music?" in page
    assert "Who brings the music?" not in page_of(world.provider)


def test_drafts_and_kept_words_lead_back_to_their_forms() -> None:
    world = World()
    proposal = suggest(world)
    draft = proposals.draft_proposal(
        workspace=world.workspace, title="Half an idea", why="Because", by=world.carer
    )
    for key, words in (
        (f"comment-{proposal.pk}", "I began to say"),
        (f"proposal-new-{world.workspace.pk}", "A new thing"),
        ("somewhere-else-1", "Not known"),
        ("comment-x", "Odd"),
    ):
        Draft.objects.create(participant=world.carer, key=key, fields={"text": words, "n": 3})
    page = page_of(world.carer)
    assert "Half an idea" in page
    assert draft.get_absolute_url() in page
    assert "I began to say" in page
    assert proposal.get_absolute_url() in page
    assert "A new thing" in page
    assert reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk]) in page
    assert "Not known" not in page
    assert "Odd" not in page
    assert "Half an idea" not in page_of(world.service_user)


def test_dates_to_come_and_dates_to_tell_about() -> None:
    world = World()
    soon = an_activity_date(world, days=2)
    sign_ups.sign_up(date=soon, by=world.carer)
    page = page_of(world.carer)
    assert "You have a place, or wait for one" in page
    assert soon.get_absolute_url() in page
    over = an_activity_date(world, days=1)
    sign_ups.sign_up(date=over, by=world.carer)
    with clock.at(clock.now() + timedelta(days=1, hours=3)):
        assert "Was it any good?" in page_of(world.carer)
        assert "You have answered. Thank you." not in page_of(world.carer)
        voices.say_how_it_was(
            date=over,
            what_helped="The talking.",
            what_should_change="",
            by=world.carer,
            anonymous=True,
            seed="",
        )
        page = page_of(world.carer)
        assert "Was it any good?" not in page
        assert "You have answered. Thank you." in page
    with clock.at(clock.now() + timedelta(days=30)):
        assert "Was it any good?" not in page_of(world.carer)


def test_moderators_see_how_much_there_is_to_read() -> None:
    things = Things(World())
    assert "1 voice to read" in page_of(things.world.moderator)
    assert "to read" not in page_of(things.world.carer)


def test_what_was_said_and_what_became_of_it() -> None:
    things = Things(World())
    world = things.world
    page = page_of(world.carer)
    assert "Your suggestions" in page
    assert things.proposal.title in page
    assert "A tea dance" in page  # a card in a session
    assert "you suggested" in page  # told back, because
    answers = page_of(world.carer, "answers")
    assert "A decision was made" in answers


def test_the_decision_on_ones_own_suggestion_waits_until_it_is_read() -> None:
    things = Things(World())
    told = things.world.carer.notices.get(subject=f"decision:{things.decision.pk}")
    assert told.needs_me
    assert "New for you" in page_of(things.world.carer)


def test_each_kind_has_pages_of_its_own() -> None:
    world = World()
    for number in range(23):
        suggest(world, f"Idea {number:02}")
    page = page_of(world.carer)
    assert "Idea 22" in page
    assert "Idea 17" not in page
    assert reverse("content:all_mine", args=["norfolk", "proposals"]) in page
    everything = page_of(world.carer, "proposals")
    assert "Idea 03" in everything
    assert "Idea 02" not in everything
    assert "?before=" in everything
    nothing = reverse("content:all_mine", args=["norfolk", "secrets"])
    assert signed_in(world.carer).get(nothing).status_code == 404
    for kind in ("comments", "amendments", "voices", "cards"):
        assert "Nothing yet." in page_of(world.service_user, kind)


def test_what_stands_in_a_space_one_may_no_longer_read_is_not_shown() -> None:
    things = Things(World(visibility="partnership"))
    world = things.world
    Workspace.objects.filter(pk=world.workspace.pk).update(open_to=OpenTo.INVITATION)
    page = page_of(world.carer)
    assert things.proposal.title not in page
    assert "A decision was made" not in page
    assert "An answer in a space that you can no longer see" in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    many: int, django_assert_num_queries: object
) -> None:
    world = World()
    for number in range(many):
        proposal = suggest(world, f"Idea {number}")
        comments.comment_on_proposal(
            proposal=proposal, text="Why?", by=world.service_user, kind=CommentKind.QUESTION
        )
        comments.comment_on_proposal(proposal=proposal, text="Yes", by=world.carer)
        proposals.draft_proposal(workspace=world.workspace, title="Draft", why="", by=world.carer)
        sign_ups.sign_up(date=an_activity_date(world, days=number + 1), by=world.carer)
        notices.queue([world.carer], subject=world.feature, text="Look", needs_me=True)
    client = signed_in(world.carer)
    url = reverse("content:mine", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(25):  # type: ignore[operator]
        client.get(url)
    assert SignUp.objects.filter(participant=world.carer).count() == many


def test_the_page_is_a_click_away_and_where_one_lands_after_signing_in() -> None:
    world = World()
    url = reverse("content:mine", args=["norfolk"])
    client = signed_in(world.carer)
    assert f'href="{url}"' in client.get("/norfolk/").content.decode()
    assert client.get(reverse("portal:mine"))["Location"] == url


def test_nobody_else_sees_a_page() -> None:
    World()
    other = World(slug="other")
    url = reverse("content:mine", args=["norfolk"])
    assert signed_in(other.carer).get(url).status_code == 404


def test_hidden_words_and_words_put_back_are_called_so() -> None:
    world = World()
    other = world.person(Role.PARTNER, Duty.MODERATOR)
    proposal = suggest(world)
    comment = comments.comment_on_proposal(proposal=proposal, text="Anna.", by=world.carer)
    reason = HidingReason.NAMED
    moderation.report_comment(comment=comment, reason=reason, words="", by=world.partner)
    hiding = moderation.hide_comment(
        comment=comment, reason=reason, why="Names.", by=world.moderator
    )
    assert "The words were hidden" in page_of(world.partner)
    told = reverse("portal:notices", args=["norfolk"])
    news = signed_in(world.carer).get(told).content.decode()
    assert "Your comment on “A tea dance”" in news
    moderation.ask_again(hiding=hiding, words="Anna agreed.", by=world.carer)
    moderation.answer_asking(hiding=hiding, put_back=True, why="Anna agreed.", by=other)
    page = page_of(world.partner)
    assert "The words were hidden, and put back later" in page
    assert "Anna agreed." in page
    moderation.hide_proposal(proposal=proposal, reason=reason, why="Names.", by=world.moderator)
    assert "hidden by a moderator · Breaks" in page_of(world.carer)
    news = signed_in(world.carer).get(told).content.decode()
    assert "Your suggestion that is hidden" in news


def test_many_suggestions_to_assess_are_one_line_with_one_link() -> None:
    world = World()
    assessments.agree_criteria(
        workspace=world.workspace,
        criteria=assessments.usual_criteria(),
        by=world.facilitator,
    )
    for number in range(3):
        suggest(world, f"Idea {number}")
    page, link = page_of(world.provider), reverse("codesign:to_assess", args=["norfolk"])
    assert page.count("/assess/") - page.count(link) == 3
    suggest(world, "Idea 3")
    page = page_of(world.provider)
    assert "4 suggestions wait for what you think" in page
    assert link in page
    assert "Idea 0" not in page
