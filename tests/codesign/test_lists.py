"""Lists of proposals: what is found, in which order, page by page, by whom, at what cost."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codesign.enums import CommentKind, ProposalKind
from codesign.models import CoAuthor, Proposal
from codesign.operations import comments, proposals, supports
from codesign.queries import lists
from codesign.queries.lists import ListOrder, ListShow, Wanted
from feedback.operations import themes
from portal import clock
from portal.enums import Duty, Role
from portal.models import Participant
from portal.paging import KeysetPage, page_of, wheel_of
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def suggest(
    world: World,
    title: str = "A café",
    *,
    why: str = "Company.",
    by: Participant | None = None,
    **more: Any,
) -> Proposal:
    by = by or world.carer
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title=title, why=why, by=by, **more
    )
    return proposals.open_proposal(proposal=drafted, by=by)


def address(world: World, query: str = "") -> str:
    return reverse("codesign:proposals", args=[world.slug, world.workspace.pk]) + query


def titles(world: World, who: Participant | None, **wanted: Any) -> list[str]:
    found = lists.proposals_page(world.workspace, who, Wanted(**wanted), {})
    return [each.title for each in found.items]


def read(world: World, who: Participant | None, query: str = "") -> str:
    client = signed_in(who) if who else Client()
    response = client.get(address(world, query))
    assert response.status_code == 200
    return response.content.decode()


# -- what is listed -------------------------------------------------------------------------------


def test_filters_leave_what_was_asked_for(world: World) -> None:
    suggest(world, "Open feature", feature=world.feature)
    suggest(world, "An activity", kind=ProposalKind.ACTIVITY, by=world.provider)
    parked = suggest(world, "Parked rule", kind=ProposalKind.RULE)
    proposals.park_proposal(proposal=parked, by=world.facilitator, reason="Not now.")
    assert titles(world, world.carer, status="parked") == ["Parked rule"]
    assert titles(world, world.carer, kind="activity") == ["An activity"]
    assert titles(world, world.carer, role="provider") == ["An activity"]
    assert titles(world, None, picked={"feature": world.feature.pk}) == ["Open feature"]
    assert titles(world, None, kind="rule", status="open") == []


def test_theme_is_a_filter_that_feedback_brings(world: World) -> None:
    theme = themes.name_theme(
        partnership=world.partnership, name="Too short", summary="Short.", by=world.provider
    )
    about = suggest(world, "Longer breaks")
    suggest(world, "A café")
    link = themes.link_theme_to_proposal(
        theme=theme, proposal=about, by=world.carer, why="It asks for it."
    )
    assert titles(world, world.carer, picked={"theme": theme.pk}) == ["Longer breaks"]
    page = read(world, world.carer, f"?theme={theme.pk}")
    assert "Longer breaks" in page
    assert "A café" not in page
    assert f'<option value="{theme.pk}" selected>Too short</option>' in page
    type(link).objects.filter(pk=link.pk).update(
        removed_at=clock.now(), removed_by=world.carer, removal_reason="No."
    )
    assert titles(world, world.carer, picked={"theme": theme.pk}) == []


def test_drafts_are_listed_for_their_author_alone_and_only_among_their_own(world: World) -> None:
    proposals.draft_proposal(workspace=world.workspace, title="Draft", why="W.", by=world.carer)
    suggest(world, "Shared")
    suggest(world, "Another's", by=world.service_user)
    assert titles(world, world.carer, show=ListShow.MINE) == ["Shared", "Draft"]
    assert titles(world, world.service_user, show=ListShow.MINE) == ["Another's"]
    for who in (world.carer, world.facilitator, None):
        assert "Draft" not in titles(world, who)


def test_mine_are_those_written_with_others_too(world: World) -> None:
    shared = suggest(world, "Written together", by=world.service_user)
    invited = suggest(world, "Only asked", by=world.service_user)
    for proposal, accepted in ((shared, clock.now()), (invited, None)):
        CoAuthor.objects.create(
            proposal=proposal,
            participant=world.carer,
            invited_by=world.service_user,
            accepted_at=accepted,
        )
    assert titles(world, world.carer, show=ListShow.MINE) == ["Written together"]
    assert titles(world, world.carer, show=ListShow.WAITING) == ["Only asked"]


def test_waiting_are_questions_on_mine_and_for_staff_on_anybodys(world: World) -> None:
    mine = suggest(world, "Mine")
    theirs = suggest(world, "Theirs", by=world.service_user)
    suggest(world, "Quiet")
    for each in (mine, theirs):
        comments.comment_on_proposal(
            proposal=each, text="When?", by=world.partner, kind=CommentKind.QUESTION
        )
    assert titles(world, world.carer, show=ListShow.WAITING) == ["Mine"]
    assert titles(world, world.service_user, show=ListShow.WAITING) == ["Theirs"]
    assert titles(world, world.provider, show=ListShow.WAITING) == ["Theirs", "Mine"]
    assert titles(world, world.partner, show=ListShow.WAITING) == []


def test_a_list_holds_nothing_of_another_workspace_or_partnership(world: World) -> None:
    suggest(world, "Here")
    other = World(slug="other")
    suggest(other, "There")
    assert titles(world, world.carer) == ["Here"]
    url = reverse("codesign:proposals", args=["norfolk", other.workspace.pk])
    assert signed_in(world.carer).get(url).status_code == 404


def test_hidden_words_give_way_to_the_reason_and_are_not_found(world: World) -> None:
    proposal = suggest(world, "Call Mr Smith a crook", why="Slander about Smith.")
    Proposal.objects.filter(pk=proposal.pk).update(
        hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="It blames by name."
    )
    for who in (None, world.carer, world.facilitator):
        page = read(world, who)
        assert "Smith" not in page
        assert "It blames by name." in page
        assert "Smith a crook" not in read(world, who, "?q=crook")
        assert titles(world, who, q="crook") == []


# -- order ----------------------------------------------------------------------------------------


def test_orders(world: World) -> None:
    old, loved, shared, asked = (suggest(world, t) for t in ("Old", "Loved", "Shared", "Asked"))
    for _each in range(4):
        supports.support_proposal(proposal=loved, by=world.person(Role.PARTNER))
    for person in (world.service_user, world.provider, world.commissioner):
        supports.support_proposal(proposal=shared, by=person)
    comments.comment_on_proposal(proposal=old, text="Yes.", by=world.service_user)
    for _each in range(2):
        comments.comment_on_proposal(
            proposal=asked, text="When?", by=world.service_user, kind=CommentKind.QUESTION
        )
    assert titles(world, None) == ["Asked", "Shared", "Loved", "Old"]
    assert titles(world, None, order=ListOrder.SUPPORTED) == ["Loved", "Shared", "Asked", "Old"]
    assert titles(world, None, order=ListOrder.COMMON_GROUND)[:2] == ["Shared", "Loved"]
    assert titles(world, None, order=ListOrder.ATTENTION)[0] == "Asked"
    assert titles(world, None, order=ListOrder.ATTENTION)[-1] == "Old"


def walk(world: World, who: Participant | None, wanted: Wanted) -> list[KeysetPage[Proposal]]:
    """Every page from the first on, following the links."""
    pages, query = [], ""
    while not pages or query:
        pages.append(lists.proposals_page(world.workspace, who, wanted, QueryDict(query[1:])))
        query = pages[-1].older
    return pages


@pytest.mark.parametrize("order", ListOrder)
def test_pages_of_every_order_hold_each_proposal_once(world: World, order: ListOrder) -> None:
    for number in range(45):
        suggest(world, f"Idea {number}")
    Proposal.objects.filter(title__endswith="3").update(support_count=7, attention=3)
    pages = walk(world, world.carer, Wanted(order=order))
    assert [len(page.items) for page in pages] == [20, 20, 5]
    assert len({each.pk for page in pages for each in page.items}) == 45
    assert [bool(page.newest) for page in pages] == [False, True, True]
    assert all(page.by_time == (order == ListOrder.NEWEST) for page in pages)


def test_pages_keep_the_filters_in_their_links(world: World) -> None:
    for number in range(21):
        suggest(world, f"Idea {number}")
    page = read(world, world.carer, "?status=open&order=supported&before=x")
    assert 'href="?status=open&amp;order=supported&amp;before=0-' in page
    assert "status=open&amp;order=common" in page


def test_a_wheel_begins_with_each_item_equally_often(world: World) -> None:
    made = [suggest(world, f"Idea {number}").pk for number in range(7)]
    rows = lists.narrowed(world.workspace, None, Wanted())
    first = Counter(wheel_of(rows, {}, share=(turn + 0.5) / 140).items[0].pk for turn in range(140))
    assert first == dict.fromkeys(made, 20)
    around = [each.pk for each in wheel_of(rows, {}, share=0.999999).items]
    assert sorted(around) == sorted(made)


def test_the_fair_order_puts_each_proposal_first_equally_often_over_many_people(
    world: World,
) -> None:
    """Shares are drawn evenly: over 8,000 person-days and 8 places, within what chance allows."""
    people, places = 400, 8
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    drawn: Counter[int] = Counter()
    for day in range(20):
        with clock.at(start + timedelta(days=day)):
            for pk in range(1, people + 1):
                share = lists.share_of(Participant(pk=pk), world.workspace)
                assert 0 <= share < 1
                drawn[int(share * places)] += 1
    expected = people * 20 / places
    chi_squared = sum((n - expected) ** 2 / expected for n in drawn.values())
    assert chi_squared < 24.3  # one chance in a thousand, with seven degrees of freedom


def test_the_fair_order_stays_for_a_day_and_differs_between_people(world: World) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def share(person: Participant | None, when: datetime) -> float:
        with clock.at(when):
            return lists.share_of(person, world.workspace)

    assert share(world.carer, noon) == share(world.carer, noon + timedelta(hours=3))
    assert share(world.carer, noon) != share(world.carer, noon + timedelta(days=1))
    assert share(world.carer, noon) != share(world.provider, noon)
    assert share(None, noon) != share(world.provider, noon)


def test_a_wheel_without_items_or_with_odd_links_is_read_from_its_start(world: World) -> None:
    rows = lists.narrowed(world.workspace, None, Wanted())
    assert wheel_of(rows, {}, share=0.5).items == []
    suggest(world)
    for query in ({"start": "x", "before": "1-1"}, {"start": "5"}, {"start": "5", "before": "-"}):
        assert len(wheel_of(rows, query, share=0.5).items) == 1


def test_page_of_by_a_moment_pages_and_ignores_what_names_no_place(world: World) -> None:
    for number in range(5):
        suggest(world, f"Idea {number}")
    rows = lists.narrowed(world.workspace, None, Wanted())
    first = page_of(rows, {}, size=2, by="opened_at")
    second = page_of(rows, QueryDict(first.older[1:]), size=2, by="opened_at")
    shown = [each.title for each in [*first.items, *second.items]]
    assert shown == ["Idea 4", "Idea 3", "Idea 2", "Idea 1"]
    for odd in ("x", "-", "9" * 30, "999999999999999999-1", "1-", "٣-1"):
        assert page_of(rows, {"before": odd}, size=2, by="opened_at").items == first.items
    assert page_of(rows, {"before": "999999999999999999-1"}, size=2, by="attention").items


# -- cost -----------------------------------------------------------------------------------------

ADDRESSES = {
    "": 8,
    "?q=idea": 8,
    "?status=open": 8,
    "?kind=feature": 8,
    "?feature=1": 8,
    "?theme=1": 8,
    "?role=carer": 8,
    "?show=mine": 8,
    "?show=waiting": 8,
    "?order=supported": 8,
    "?order=common": 8,
    "?order=attention": 8,
    "?order=fair": 9,
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("query", ADDRESSES)
def test_every_filter_and_order_takes_the_same_queries(
    world: World, query: str, count: int, django_assert_num_queries: Any
) -> None:
    theme = themes.name_theme(
        partnership=world.partnership, name="Short", summary="Short.", by=world.provider
    )
    for number in range(count):
        made = suggest(world, f"Idea {number}", feature=world.feature)
        themes.link_theme_to_proposal(theme=theme, proposal=made, by=world.carer, why="Yes.")
        supports.support_proposal(proposal=made, by=world.service_user)
        comments.comment_on_proposal(
            proposal=made, text="When?", by=world.provider, kind=CommentKind.QUESTION
        )
    cost = ADDRESSES[query]
    query = query.replace("theme=1", f"theme={theme.pk}")
    query = query.replace("feature=1", f"feature={world.feature.pk}")
    client = signed_in(world.carer)
    client.get(address(world, query))
    with django_assert_num_queries(cost):
        page = client.get(address(world, query)).content.decode()
    assert page.count('class="tl-card"') == count


def test_staff_pay_no_more_than_the_budget(
    world: World, django_assert_max_num_queries: Any
) -> None:
    suggest(world)
    client = signed_in(world.person(Role.PROVIDER, Duty.FACILITATOR))
    client.get(address(world))
    with django_assert_max_num_queries(10):
        client.get(address(world))


# -- the page -------------------------------------------------------------------------------------


def test_support_from_a_list_leads_back_to_the_same_place_in_it(world: World) -> None:
    proposal = suggest(world)
    url = reverse("codesign:support_proposal", args=["norfolk", proposal.pk])
    client = signed_in(world.service_user)
    response = client.post(url, {"back": "list", "query": "status=open&before=3-4"})
    place = f"{address(world)}?status=open&before=3-4#proposal-{proposal.pk}"
    assert response.headers["Location"] == place
    odd = client.post(url, {"back": "list", "query": "//evil.example/\r\nX: y"})
    assert odd.headers["Location"].startswith(address(world) + "?%2F%2Fevil.example")
    assert "\n" not in odd.headers["Location"]


def test_support_in_place_shows_the_new_count(world: World) -> None:
    proposal = suggest(world)
    client = signed_in(world.service_user)
    for name, words in (("support_proposal", "Supporters: 1"), ("withdraw_support", "none")):
        url = reverse(f"codesign:{name}", args=["norfolk", proposal.pk])
        page = client.post(url, {"back": "list"}, headers={"HX-Request": "true"}).content.decode()
        assert words in page
        assert "<html" not in page


def test_what_nobody_can_have_chosen_is_said_and_left_out(world: World) -> None:
    suggest(world)
    page = read(world, world.carer, "?kind=nonsense&order=nonsense&theme=x&role=carer")
    assert "Please choose from the list." in page
    assert "A café" in page


def test_visitors_are_not_asked_whose(world: World) -> None:
    suggest(world)
    assert "wait for my answer" not in read(world, None)
    assert "wait for my answer" in read(world, world.carer)
    assert "A café" in read(world, None, "?show=mine")


def test_a_support_asks_the_database_eight_times_at_most(world: World) -> None:
    supports.support_proposal(proposal=suggest(world, "First"), by=world.service_user)
    proposal = suggest(world)
    url = reverse("codesign:support_proposal", args=["norfolk", proposal.pk])
    client = signed_in(world.service_user)
    for again in (False, True):
        with CaptureQueriesContext(connection) as captured:
            client.post(url, {"back": "list"})
        asked = [each for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= (5 if again else 8)
    proposal.refresh_from_db()
    assert proposal.support_count == 1


def test_a_list_that_is_narrowed_says_how_many_there_are(
    world: World, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(22):
        suggest(world, f"Idea {number}", feature=world.feature)
    client = signed_in(world.carer)
    assert "22 suggestions" not in client.get(address(world)).content.decode()
    for query in ("?status=open", "?q=idea", "?status=open&order=fair", "?show=mine"):
        client.get(address(world, query))
        with django_assert_max_num_queries(10):
            page = client.get(address(world, query)).content.decode()
        assert "<strong>22 suggestions</strong>" in page, query
    onward = re.search(
        r'href="(\?[^"]*before=[^"]*)"',
        client.get(address(world, "?status=open&order=fair")).content.decode(),
    )
    assert onward
    with django_assert_max_num_queries(10):
        page = client.get(address(world, unescape(onward[1]))).content.decode()
    assert "<strong>22 suggestions</strong>" in page
    assert "<strong>1 suggestion</strong>" in client.get(address(world, "?q=21")).content.decode()
    monkeypatch.setattr(lists, "MOST_COUNTED", 21)
    page = client.get(address(world, "?status=open")).content.decode()
    assert "<strong>More than 21 suggestions</strong>" in page
