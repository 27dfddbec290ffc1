"""Themes tied to suggestions that are there already, and what those who follow a theme hear."""

import pytest
from django.urls import reverse

from codesign.models import Proposal
from codesign.operations import proposals
from feedback.models import Theme, ThemeProposal
from feedback.operations import themes
from portal import notices, permissions
from portal.models import Follow, Notice, ref
from tests.feedback.said import a_published_voice, signed_in, url
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def theme(world: World) -> Theme:
    return themes.name_theme(
        partnership=world.partnership, name="Too short", summary="Hours.", by=world.provider
    )


def a_draft(world: World) -> Proposal:
    return proposals.draft_proposal(
        workspace=world.workspace, title="Five hours", why="Hospital.", by=world.carer
    )


@pytest.fixture
def proposal(world: World) -> Proposal:
    return proposals.open_proposal(proposal=a_draft(world), by=world.carer)


def test_a_theme_can_be_followed_from_its_page(world: World, theme: Theme) -> None:
    client = signed_in(world.service_user)
    page = client.get(theme.get_absolute_url()).content.decode()
    assert "Follow this" in page
    client.post(reverse("portal:follow", args=[world.slug, ref(theme)]))
    assert Follow.objects.filter(subject=ref(theme)).count() == 1
    assert "Stop following" in client.get(theme.get_absolute_url()).content.decode()


def test_followers_hear_of_something_new_people_said(world: World, theme: Theme) -> None:
    for each in (world.service_user, world.provider):
        notices.follow(each, theme)
    voice = a_published_voice(world)
    for _twice in range(2):
        themes.give_theme(voice=voice, theme=theme, by=world.provider)
    told = Notice.objects.get(subject=ref(theme))
    assert told.participant == world.service_user
    assert told.text == "There is something new that people said about “Too short”."


def test_who_may_tie_a_suggestion_to_a_theme(
    world: World, theme: Theme, proposal: Proposal
) -> None:
    may = {
        name
        for name, each in world.cast.items()
        if permissions.can(each, "link_theme_to_proposal", proposal)
    }
    assert may == {"carer", "provider", "facilitator", "evaluator"}  # the carer wrote it
    with pytest.raises(permissions.PermissionRefused):
        themes.link_theme_to_proposal(theme=theme, proposal=proposal, by=world.service_user)
    other = World(slug="other")
    foreign = themes.name_theme(
        partnership=other.partnership, name="A", summary="B", by=other.provider
    )
    with pytest.raises(permissions.OutsidePartnership):
        themes.link_theme_to_proposal(theme=foreign, proposal=proposal, by=world.provider)
    with pytest.raises(themes.UnableToLinkTheme, match="draft"):
        themes.link_theme_to_proposal(theme=theme, proposal=a_draft(world), by=world.carer)
    assert not ThemeProposal.objects.exists()


def test_from_the_theme_to_a_suggestion_and_back(
    world: World, theme: Theme, proposal: Proposal
) -> None:
    client = signed_in(world.provider)
    choose, tie = (
        url(world, "proposals_for_theme", theme.pk),
        url(world, "link_theme_to_proposal", proposal.pk),
    )
    assert choose in client.get(theme.get_absolute_url()).content.decode()
    assert f"{tie}?theme={theme.pk}" in client.get(choose + "?find=hours").content.decode()
    assert tie not in client.get(choose + "?find=zebra").content.decode()
    assert tie in client.get(proposal.get_absolute_url()).content.decode()
    assert f'value="{theme.pk}" selected' in client.get(f"{tie}?theme={theme.pk}").content.decode()
    assert client.post(tie, {"theme": "", "why": "Yes."}).status_code == 422
    sent = {"theme": theme.pk, "why": "It gives two more hours.", "once": "one"}
    assert client.post(tie, sent)["Location"] == proposal.get_absolute_url()
    for address in (proposal.get_absolute_url(), theme.get_absolute_url()):
        assert "It gives two more hours." in client.get(address).content.decode()
    assert theme.name in client.get(proposal.get_absolute_url()).content.decode()
    assert tie not in client.get(choose).content.decode()  # tied already


def test_others_are_offered_only_what_they_wrote(
    world: World, theme: Theme, proposal: Proposal
) -> None:
    choose = url(world, "proposals_for_theme", theme.pk)
    assert "Five hours" in signed_in(world.carer).get(choose).content.decode()
    user = signed_in(world.service_user)
    assert "Five hours" not in user.get(choose).content.decode()
    tie = url(world, "link_theme_to_proposal", proposal.pk)
    assert tie not in user.get(proposal.get_absolute_url()).content.decode()
    assert user.get(tie).status_code == 403
