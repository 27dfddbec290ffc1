"""Finding proposals by words, and what is like one that somebody writes."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from codesign.models import Proposal
from codesign.operations import proposals, supports
from codesign.queries import lists
from codesign.queries.lists import Wanted
from content.queries import similar
from feedback.models import Theme
from feedback.operations import themes
from portal import clock, search
from portal.models import Participant
from tests.codesign.test_lists import suggest, titles
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def name_theme(world: World, name: str, summary: str = "People say so.") -> Theme:
    return themes.name_theme(
        partnership=world.partnership, name=name, summary=summary, by=world.provider
    )


def test_search_finds_word_endings_and_puts_titles_first(world: World) -> None:
    suggest(world, "Something else", why="It would be a break for carers.")
    suggest(world, "Longer breaks", why="Three hours go by on the bus.")
    suggest(world, "A café", why="Company.")
    assert titles(world, world.carer, q="break") == ["Longer breaks", "Something else"]
    assert titles(world, world.carer, q="break bus") == ["Longer breaks"]
    assert titles(world, world.carer, q="longe") == ["Longer breaks"]
    assert titles(world, world.carer, q="   ") == []


def test_search_keeps_to_filters_and_to_what_may_be_read(world: World) -> None:
    suggest(world, "Longer breaks")
    suggest(world, "Breaks at night", by=world.provider)
    proposals.draft_proposal(
        workspace=world.workspace, title="Breaks, a draft", why="W.", by=world.carer
    )
    suggest(World(slug="other"), "Breaks elsewhere")
    assert titles(world, world.carer, q="breaks", role="provider") == ["Breaks at night"]
    assert sorted(titles(world, None, q="breaks")) == ["Breaks at night", "Longer breaks"]


def test_search_shows_the_closest_fifty(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "CLOSEST", 2)
    for number in range(3):
        suggest(world, f"Break {number}")
    page = lists.proposals_page(world.workspace, None, Wanted(q="break"), {})
    assert (len(page.items), page.older, page.newest) == (2, "", "")


@pytest.mark.parametrize(
    "typed", ['"', "a'b", "NEAR(", "x* OR y", "-", "%", "&|!<->:*", "\\", "()"]
)
def test_whatever_is_typed_is_words(world: World, typed: str) -> None:
    suggest(world, "A café")
    url = reverse("codesign:proposals", args=["norfolk", world.workspace.pk])
    assert Client().get(url, {"q": typed}).status_code == 200


def test_the_index_follows_every_write(world: World) -> None:
    proposal = suggest(world, "Tea dance")
    assert titles(world, None, q="dance") == ["Tea dance"]
    Proposal.objects.filter(pk=proposal.pk).update(title="Tea and cake")
    assert titles(world, None, q="dance") == []
    assert titles(world, None, q="cake") == ["Tea and cake"]
    theme = name_theme(world, "Buses are late")
    everything = Theme.objects.filter(partnership=world.partnership)
    assert list(search.matching(everything, "bus")) == [theme]
    Theme.objects.filter(pk=theme.pk).update(name="Trains are late")
    assert list(search.matching(everything, "bus")) == []


def like(world: World, title: str, why: str = "") -> similar.Similar:
    return similar.similar_to(world.workspace, world.service_user, title, why)


def test_similar_offers_what_says_the_same_and_nothing_else(world: World) -> None:
    cafe = suggest(world, "A café morning for carers")
    suggest(world, "Longer breaks for carers")
    suggest(world, "Lifts to the hospital")
    theme = name_theme(world, "Nowhere to meet", "There is no café or hall where carers can meet.")
    name_theme(world, "Parking", "Parking costs too much.")
    found = like(world, "A café on Saturdays")
    assert found.proposals == [cafe]
    assert found.themes == [theme]
    assert like(world, "Somewhere to park the car").number == 1  # the theme about parking
    assert like(world, "More swimming", "Because carers want to swim.").number == 0
    assert like(world, "", "").number == 0


def test_similar_leaves_out_hidden_closed_and_draft_proposals_and_itself(world: World) -> None:
    hidden, parked, own = (suggest(world, f"A café morning, {n}") for n in range(3))
    Proposal.objects.filter(pk=hidden.pk).update(
        hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="Names."
    )
    proposals.park_proposal(proposal=parked, by=world.facilitator, reason="Later.")
    proposals.draft_proposal(
        workspace=world.workspace, title="A café morning", why="W.", by=world.service_user
    )
    suggest(World(slug="other"), "A café morning")
    assert like(world, "A café morning").proposals == [own]
    without = similar.similar_to(world.workspace, world.carer, "A café morning", "", but_not=own.pk)
    assert without.proposals == []


def ask(world: World, who: Participant, **words: str) -> str:
    url = reverse("content:similar", args=["norfolk", world.workspace.pk])
    response = signed_in(who).post(url, words, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


def test_similar_page_offers_support_instead_but_not_of_ones_own_or_twice(world: World) -> None:
    proposal = suggest(world, "A café morning")
    page = ask(world, world.service_user, title="A café morning please")
    assert "Is it one of these?" in page
    assert "Support this instead" in page
    assert "<form" not in page  # it stands inside one
    assert "Support this instead" not in ask(world, world.carer, title="A café morning please")
    supports.support_proposal(proposal=proposal, by=world.service_user)
    page = ask(world, world.service_user, title="A café morning please")
    assert "You support this." in page
    assert "Support this instead" not in page
    assert ask(world, world.carer, title="Nothing like it").strip() == ""


def test_similar_supports_in_place(world: World) -> None:
    proposal = suggest(world, "A café morning")
    url = reverse("codesign:support_proposal", args=["norfolk", proposal.pk])
    page = signed_in(world.service_user).post(
        url, {"back": "similar"}, headers={"HX-Request": "true"}
    )
    assert "You support this now. Supporters: 1" in page.content.decode()
    proposal.refresh_from_db()
    assert proposal.support_count == 1


def share(world: World, title: str, **more: object) -> HttpResponse:
    url = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    data = {"title": title, "why": "For company.", "then": "share", **more}
    return signed_in(world.carer).post(url, data)


def test_whoever_shares_is_shown_once_what_is_like_it(world: World) -> None:
    first = suggest(world, "A café morning", by=world.service_user)
    asked = share(world, "A café morning please", once="a")
    page = asked.content.decode()
    assert asked.status_code == 200
    for words in ("Is it one of these?", "support it instead", "No, share mine", "please"):
        assert words in page
    assert reverse("codesign:support_proposal", args=["norfolk", first.pk]) in page
    assert f'name="seen" value="{first.pk}"' in page
    assert Proposal.objects.count() == 1
    assert share(world, "A café morning please", once="a", seen=first.pk).status_code == 302
    assert Proposal.objects.count() == 2


def test_whoever_shares_is_not_asked_about_nothing_a_draft_or_what_a_script_showed(
    world: World,
) -> None:
    first = suggest(world, "A café morning", by=world.service_user)
    assert share(world, "Lifts to the hospital").status_code == 302
    assert share(world, "A café morning please", then="keep").status_code == 302
    shown = ask(world, world.carer, title="A café morning please")
    assert f'name="seen" value="{first.pk}"' in shown
    # What came since is not seen yet.
    second = suggest(world, "A café morning for all", by=world.service_user)
    assert share(world, "A café morning please", seen=first.pk).status_code == 200
    both = [first.pk, second.pk]
    assert share(world, "A café morning please", seen=both).status_code == 302


def test_a_saved_draft_shows_what_is_like_it_without_a_script(world: World) -> None:
    suggest(world, "A café morning")
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café morning", why="W.", by=world.service_user
    )
    page = signed_in(world.service_user).get(drafted.get_absolute_url()).content.decode()
    assert "Is it one of these?" in page
    support = reverse(
        "codesign:support_proposal",
        args=["norfolk", Proposal.objects.exclude(pk=drafted.pk).get().pk],
    )
    assert f'action="{support}"' in page


def test_workspace_map_shows_themes_by_size_in_picture_and_words(world: World) -> None:
    large, small, none = (name_theme(world, f"Theme {n}") for n in ("large", "small", "none"))
    made = [suggest(world, f"Idea {number}") for number in range(4)]
    for theme, number in ((large, 0), (large, 1), (small, 1)):
        themes.link_theme_to_proposal(
            theme=theme, proposal=made[number], by=world.carer, why="Yes."
        )
    shown = similar.workspace_map(world.workspace)
    assert [(each.theme, each.proposals) for each in shown.themes] == [(large, 2), (small, 1)]
    assert shown.without == 2
    url = reverse("content:workspace_map", args=["norfolk", world.workspace.pk])
    for client in (Client(), signed_in(world.carer)):
        page = client.get(url).content.decode()
        assert "Theme large: 2 suggestions. Theme small: 1 suggestion" in page
        assert "2 suggestions belong to no theme yet." in page
        assert f"?theme={large.pk}" in page
        assert none.name not in page
        assert page.count("<circle") == 2


def test_workspace_map_without_themes_says_so(world: World) -> None:
    suggest(world)
    url = reverse("content:workspace_map", args=["norfolk", world.workspace.pk])
    assert "No suggestion here belongs to a theme yet." in Client().get(url).content.decode()


def test_every_searchable_table_keeps_its_index() -> None:
    """A later migration that remakes a table on SQLite drops its triggers: index it again."""
    world = World()
    made = suggest(world, "Zebra crossing")
    theme = name_theme(world, "Zebra crossings")
    assert list(search.matching(Proposal.objects.all(), "zebra")) == [made]
    assert list(search.matching(Theme.objects.all(), "zebra")) == [theme]
