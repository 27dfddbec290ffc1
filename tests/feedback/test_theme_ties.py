"""Themes tied to suggestions that are there already: tying, taking off again, who hears of it."""

import pytest
from django.urls import reverse

from codesign.enums import OpenTo
from codesign.models import Proposal, Workspace
from codesign.operations import proposals
from content.queries.similar import workspace_map
from content.trail import trail_of
from feedback.models import Theme, ThemeProposal
from feedback.operations import themes
from feedback.queries.concerned import themes_behind
from portal import notices, permissions, record
from portal.enums import Visibility
from portal.models import Follow, Notice, RecordEntry, ref
from tests.feedback.said import a_published_voice, kinds_about, signed_in, url, words_about
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


# unlink_theme_from_proposal


@pytest.fixture
def link(world: World, theme: Theme, proposal: Proposal) -> ThemeProposal:
    return themes.link_theme_to_proposal(
        theme=theme, proposal=proposal, by=world.provider, why="It gives two more hours."
    )


def test_unlink_theme_from_proposal_keeps_the_tie_with_its_reason(
    world: World, theme: Theme, proposal: Proposal, link: ThemeProposal
) -> None:
    assert themes_behind([proposal.pk]) == {theme.pk}
    for by, reason in ((world.evaluator, "It is about food."), (world.provider, "Again.")):
        themes.unlink_theme_from_proposal(link=link, by=by, reason=reason)
    link.refresh_from_db()
    assert (link.removed_by, link.removal_reason) == (world.evaluator, "It is about food.")
    assert kinds_about(link) == ["link_made", "link_removed"]
    assert words_about(link)[1] == {"reason": "It is about food."}
    line = RecordEntry.objects.get(subject=ref(link), kind="link_removed").line
    assert f'"from":"{ref(theme)}"' in line
    assert f'"to":"{ref(proposal)}"' in line
    assert "food" not in line
    assert themes_behind([proposal.pk]) == set()  # nobody is told because of it any more
    again = themes.link_theme_to_proposal(theme=theme, proposal=proposal, by=world.provider)
    assert again != link


def test_a_trail_no_longer_follows_the_tie_and_says_who_took_it_away(
    world: World, theme: Theme, proposal: Proposal, link: ThemeProposal
) -> None:
    def trail() -> object:
        return trail_of("theme", theme.pk, partnership=world.partnership, participant=world.carer)

    before = trail()
    assert [step.ref for step in before.after] == [ref(proposal)]  # type: ignore[attr-defined]
    themes.unlink_theme_from_proposal(link=link, by=world.provider, reason="It is about food.")
    after = trail()
    assert after.after == ()  # type: ignore[attr-defined]
    [tie] = after.removed  # type: ignore[attr-defined]
    assert (tie.source, tie.target) == (ref(theme), ref(proposal))
    assert (tie.removed_by, tie.removal_reason) == (world.provider, "It is about food.")


def test_what_counts_suggestions_of_a_theme_counts_one_less(
    world: World, theme: Theme, proposal: Proposal, link: ThemeProposal
) -> None:
    def counted() -> list[tuple[Theme, int]]:
        shown = workspace_map(world.workspace)
        return [(each.theme, each.proposals) for each in shown.themes]

    assert counted() == [(theme, 1)]
    themes.unlink_theme_from_proposal(link=link, by=world.provider, reason="It is about food.")
    assert counted() == []


def test_who_may_take_a_suggestion_off_a_theme(
    world: World, proposal: Proposal, link: ThemeProposal
) -> None:
    may = {
        name
        for name, each in world.cast.items()
        if permissions.can(each, "unlink_theme_from_proposal", proposal)
    }
    assert may == {"carer", "provider", "facilitator", "evaluator"}  # whoever may tie them
    for by, refusal in (
        (world.service_user, permissions.PermissionRefused),
        (World(slug="other").provider, permissions.OutsidePartnership),
    ):
        with pytest.raises(refusal):
            themes.unlink_theme_from_proposal(link=link, by=by, reason="No.")
    with pytest.raises(themes.UnableToUnlinkTheme, match="say why"):
        themes.unlink_theme_from_proposal(link=link, by=world.provider, reason=" ")
    Workspace.objects.filter(pk=world.workspace.pk).update(
        open_to=OpenTo.INVITATION, visibility=Visibility.PARTNERSHIP
    )
    with pytest.raises(permissions.OutsidePartnership):
        themes.unlink_theme_from_proposal(link=link, by=world.provider, reason="No.")
    link.refresh_from_db()
    assert link.removed_at is None


def test_unlink_theme_from_proposal_writes_nothing_when_the_record_fails(
    world: World, link: ThemeProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(record, "append", fails)
    with pytest.raises(OSError, match="disk full"):
        themes.unlink_theme_from_proposal(link=link, by=world.provider, reason="No.")
    link.refresh_from_db()
    assert (link.removed_at, link.removal_reason) == (None, "")


def test_a_suggestion_is_taken_off_from_its_own_page_and_from_the_themes(
    world: World, theme: Theme, proposal: Proposal, link: ThemeProposal
) -> None:
    address = url(world, "unlink_theme_from_proposal", link.pk)
    provider, user = signed_in(world.provider), signed_in(world.service_user)
    for page in (theme.get_absolute_url(), proposal.get_absolute_url()):
        assert address in provider.get(page).content.decode()
        assert address not in user.get(page).content.decode()
    assert user.post(address, {"reason": "No."}).status_code == 403
    asked = provider.get(address).content.decode()
    assert "Take it off the theme “Too short”" in asked
    assert "Five hours" in asked
    assert provider.post(address, {"reason": " "}).status_code == 422
    for _double_click in range(2):
        sent = provider.post(address, {"reason": "<b>It is about food.</b>", "once": "one"})
        assert sent["Location"] == proposal.get_absolute_url()
    assert theme.name not in provider.get(proposal.get_absolute_url()).content.decode()
    assert "Five hours" not in provider.get(theme.get_absolute_url()).content.decode()
    told = provider.get(f"/p/norfolk/trail/theme/{theme.pk}/").content.decode()
    assert "&lt;b&gt;It is about food.&lt;/b&gt;" in told
    assert provider.get(address).status_code == 404


def test_its_author_takes_their_own_suggestion_off_a_theme(
    world: World, proposal: Proposal, link: ThemeProposal
) -> None:
    carer = signed_in(world.carer)
    address = url(world, "unlink_theme_from_proposal", link.pk)
    assert address in carer.get(proposal.get_absolute_url()).content.decode()
    assert carer.post(address, {"reason": "I meant the other."}).status_code == 302
    link.refresh_from_db()
    assert link.removed_by == world.carer
