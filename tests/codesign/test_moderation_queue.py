"""The moderators’ queue: oldest first, with a clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from codesign.models import Comment, Proposal, Report, Workspace
from codesign.operations import comments, moderation
from codesign.queries import moderation as queries
from portal import clock
from portal.enums import Duty, Role
from portal.models import Participant
from tests.codesign.moderated import a_comment, hide, report
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


def test_moderation_queue_is_oldest_first_with_a_clock(world: World, second: Participant) -> None:
    monday = timezone.make_aware(datetime.fromisoformat("2026-03-09T09:00"))
    with clock.at(monday):
        world.workspace.stages.update(opens_on=monday.date(), closes_on=monday.date())
        space = Workspace.objects.get(pk=world.workspace.pk)
        world.workspace = space
        proposal = an_open_proposal(world)
        one, two = a_comment(world, proposal), a_comment(world, proposal)
        three = a_comment(world, proposal)
        hiding = hide(three, world.moderator)
        report(two, world.partner)
    with clock.at(monday + timedelta(hours=1)):
        moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    with clock.at(monday + timedelta(hours=2)):
        report(one, world.partner)
        report(two, world.provider)
    with clock.at(monday + timedelta(days=1, hours=1, minutes=1)):
        queue = queries.moderation_queue(world.partnership)
    assert [each.words for each in queue.items] == [two, three, one]
    assert [len(each.reports) for each in queue.items] == [2, 0, 1]
    assert [each.is_late for each in queue.items] == [True, True, False]
    assert (queue.waiting, queue.overdue) == (3, 2)
    assert queries.waiting_count(world.partnership) == 3
    assert queries.moderation_queue(world.partnership, size=1).more == 2


def test_moderation_queue_page_and_menu(world: World, comment: Comment) -> None:
    client = signed_in(world.moderator)
    url = reverse("codesign:moderation_queue", args=["norfolk"])
    assert "Nothing waits." in words_on(client, url)
    report(comment, world.partner, "It names Anna.")
    page = words_on(client, url)
    assert "Reports to answer: 1" in page
    assert "It names Anna." in page
    assert "Anna again." in page
    keep = reverse("codesign:answer_report", args=["norfolk", Report.objects.get().pk])
    assert f'href="{keep}"' in client.get(url).content.decode()
    assert client.post(keep, {"answer": ""}).status_code == 422
    assert client.post(keep, {"answer": "It is praise."}).status_code == 302
    assert client.post(keep, {"answer": "It is praise."}).status_code == 422  # answered meanwhile
    assert "Nothing waits." in words_on(client, url)
    for person in (world.facilitator, world.carer):
        assert signed_in(person).get(url).status_code == 403
        assert "Reports to answer" not in words_on(signed_in(person), "/norfolk/")


def test_moderation_queue_offers_nothing_about_ones_own_words(
    world: World, proposal: Proposal
) -> None:
    mine = comments.comment_on_proposal(proposal=proposal, text="Mine.", by=world.moderator)
    report(mine, world.partner)
    page = signed_in(world.moderator).get(reverse("codesign:moderation_queue", args=["norfolk"]))
    assert "another moderator has to look" in page.content.decode()
    assert reverse("codesign:hide_comment", args=["norfolk", mine.pk]) not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_moderation_queue_costs_the_same_however_much_waits(
    world: World, django_assert_num_queries: Callable, count: int, second: Participant
) -> None:
    proposal = an_open_proposal(world)
    for _each in range(count):
        report(a_comment(world, proposal), world.partner)
        hiding = hide(a_comment(world, proposal), world.moderator)
        moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
        report(an_open_proposal(world), world.partner)
    with django_assert_num_queries(8):
        queue = queries.moderation_queue(world.partnership)
        for each in queue.items:
            assert each.words.get_absolute_url()
            assert each.words.by is not None
        assert queries.own_among(queue.items, world.moderator) == set()
    assert queue.waiting == 3 * count
