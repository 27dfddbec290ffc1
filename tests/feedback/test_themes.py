"""Themes: naming one, giving it to voices, counting them, suggesting something about it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from codesign.enums import ProposalKind, ProposalStatus, StageKind
from codesign.models import Proposal
from codesign.operations import proposals
from feedback.enums import ThemeKind
from feedback.models import Theme, ThemeProposal, Voice, VoiceTheme
from feedback.operations import themes, voices
from feedback.queries import themes as queries
from portal import notices, permissions, record
from portal.enums import Role, Visibility
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    return World()


def a_theme(world: World, name: str = "Breaks are too short") -> Theme:
    return themes.name_theme(
        partnership=world.partnership, name=name, summary="Three hours.", by=world.provider
    )


def a_waiting_voice(world: World) -> Voice:
    voice, _code = voices.leave_voice(
        partnership=world.partnership,
        what_helped="",
        what_should_change="Three hours is too short.",
        by=world.carer,
    )
    return voice


def a_voice(world: World) -> Voice:
    return voices.publish_voice(voice=a_waiting_voice(world), by=world.moderator)


def count_of(theme: Theme) -> int:
    theme.refresh_from_db()
    return theme.voice_count


def true_count_of(theme: Theme) -> int:
    links = VoiceTheme.objects.standing().filter(target=theme, source__status="published")
    return links.count()


def entries_about(thing: object) -> list[tuple[str, object]]:
    """Kind and words of each entry about a thing, in order."""
    words = dict(RecordContent.objects.values_list("seq", "content"))
    return [
        (entry.kind, words.get(entry.seq))
        for entry in RecordEntry.objects.filter(subject=ref(thing)).order_by("seq")  # type: ignore[arg-type]
    ]


def signed_in(participant: Participant) -> Client:
    assert participant.user is not None
    Authenticator.objects.get_or_create(user=participant.user, type="totp", data={})
    client = Client()
    client.force_login(participant.user)
    return client


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"feedback:{name}", args=[world.slug, *args])


# name_theme


def test_name_theme_is_recorded_and_only_once(world: World) -> None:
    theme = a_theme(world)
    assert theme.kind == ThemeKind.CONCERN
    assert entries_about(theme) == [
        ("theme_named", {"name": "Breaks are too short", "summary": "Three hours."})
    ]
    with pytest.raises(themes.UnableToNameTheme, match="already"):
        a_theme(world)
    a_theme(World(slug="other"))  # another partnership may use the name


ACTS = ["name_theme", "give_theme", "take_theme_away", "raise_proposal"]


@pytest.mark.parametrize("act", ACTS)
def test_who_may_do_what_with_themes(world: World, act: str) -> None:
    everyone = set(world.cast)
    allowed = everyone if act == "raise_proposal" else {"provider", "facilitator", "evaluator"}
    theme = a_theme(world)
    for name, participant in world.cast.items():
        assert permissions.can(participant, act, theme) is (name in allowed), name
    assert not permissions.can(World(slug="other").provider, act, theme)


# give_theme, take_theme_away


def test_give_theme_counts_once_and_is_recorded(world: World) -> None:
    voice, theme = a_voice(world), a_theme(world)
    link = themes.give_theme(voice=voice, theme=theme, by=world.provider, why="Says so.")
    assert themes.give_theme(voice=voice, theme=theme, by=world.facilitator) == link
    assert count_of(theme) == 1
    assert entries_about(link) == [("link_made", {"why": "Says so."})]
    line = RecordEntry.objects.get(subject=ref(link)).line
    assert f'"from":"{ref(voice)}"' in line
    assert f'"to":"{ref(theme)}"' in line


def test_give_theme_is_refused_to_what_nobody_has_read(world: World) -> None:
    with pytest.raises(themes.UnableToGiveTheme):
        themes.give_theme(voice=a_waiting_voice(world), theme=a_theme(world), by=world.provider)
    with pytest.raises(permissions.PermissionRefused):
        themes.give_theme(voice=a_voice(world), theme=a_theme(world, "B"), by=world.carer)
    other = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        themes.give_theme(voice=a_voice(world), theme=a_theme(other), by=world.provider)
    with pytest.raises(permissions.OutsidePartnership):
        themes.give_theme(voice=a_voice(world), theme=a_theme(world, "C"), by=other.provider)
    assert not VoiceTheme.objects.exists()


def test_take_theme_away_keeps_the_link_with_its_reason(world: World) -> None:
    voice, theme = a_voice(world), a_theme(world)
    link = themes.give_theme(voice=voice, theme=theme, by=world.provider)
    with pytest.raises(themes.UnableToTakeThemeAway):
        themes.take_theme_away(link=link, by=world.provider, reason=" ")
    for _twice in range(2):
        link = themes.take_theme_away(link=link, by=world.evaluator, reason="It is about food.")
    assert (link.removed_by, link.removal_reason) == (world.evaluator, "It is about food.")
    assert count_of(theme) == 0
    assert entries_about(link)[1:] == [("link_removed", {"reason": "It is about food."})]
    again = themes.give_theme(voice=voice, theme=theme, by=world.provider)
    assert again != link
    assert count_of(theme) == 1


def test_counts_follow_what_is_published(world: World) -> None:
    voice, theme = a_voice(world), a_theme(world)
    themes.give_theme(voice=voice, theme=theme, by=world.provider)
    voices.hold_voice(voice=voice, by=world.moderator, reason="Names a worker.")
    assert count_of(theme) == 0
    voices.publish_voice(voice=voice, by=world.moderator)
    assert count_of(theme) == 1
    voices.add_to_voice(voice=voice, text="More.")
    voices.publish_voice(voice=voice, by=world.moderator)
    assert count_of(theme) == 1
    link = VoiceTheme.objects.get()
    voices.hold_voice(voice=voice, by=world.moderator, reason="Again.")
    themes.take_theme_away(link=link, by=world.provider, reason="Not this.")
    assert count_of(theme) == 0
    voices.publish_voice(voice=voice, by=world.moderator)
    assert count_of(theme) == 0


def test_give_theme_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice, theme = a_voice(world), a_theme(world)

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(record, "append", fails)
    with pytest.raises(OSError, match="disk full"):
        themes.give_theme(voice=voice, theme=theme, by=world.provider)
    with pytest.raises(OSError, match="disk full"):
        themes.raise_proposal(
            theme=theme, workspace=world.workspace, title="A", why="B", by=world.carer
        )
    assert count_of(theme) == 0
    assert not VoiceTheme.objects.exists()
    assert not Proposal.objects.exists()


# raise_proposal


def test_raise_proposal_opens_it_and_keeps_the_thread(world: World) -> None:
    theme = a_theme(world)
    notices.follow(world.service_user, theme)
    proposal = themes.raise_proposal(
        theme=theme,
        workspace=world.workspace,
        title="Five hours instead of three",
        why="A hospital trip takes four.",
        kind=ProposalKind.RULE,
        link_why="It is what people asked for.",
        by=world.carer,
    )
    assert (proposal.status, proposal.kind, proposal.by) == ("open", "rule", world.carer)
    link = ThemeProposal.objects.get()
    assert (link.source, link.target, link.made_by) == (theme, proposal, world.carer)
    assert entries_about(link) == [("link_made", {"why": "It is what people asked for."})]
    told = Notice.objects.filter(participant=world.service_user, subject=ref(proposal))
    assert [notice.text for notice in told] == [
        "Something was suggested about “Breaks are too short”."
    ]
    same = themes.link_theme_to_proposal(theme=theme, proposal=proposal, by=world.provider)
    assert same == link


def test_raise_proposal_is_refused_outside_stage_and_wall(world: World) -> None:
    theme, other = a_theme(world), World(slug="other")
    deciding = world.open_workspace("Deciding", stage=StageKind.DECIDE)
    words = {"title": "A café", "why": "Company."}
    with pytest.raises(proposals.UnableToDraftProposal):
        themes.raise_proposal(theme=theme, workspace=deciding, by=world.carer, **words)
    with pytest.raises(permissions.OutsidePartnership):
        themes.raise_proposal(theme=theme, workspace=other.workspace, by=world.carer, **words)
    with pytest.raises(permissions.OutsidePartnership):
        themes.raise_proposal(theme=theme, workspace=world.workspace, by=other.carer, **words)
    assert not ThemeProposal.objects.exists()
    assert not Proposal.objects.exists()
    open_now = queries.workspaces_taking_proposals(world.partnership, world.carer)
    assert list(open_now) == [world.workspace]
    assert not queries.workspaces_taking_proposals(world.partnership, None)


# Pages


def test_the_pages_lead_from_a_voice_to_a_proposal(world: World) -> None:
    voice, provider, carer = a_voice(world), signed_in(world.provider), signed_in(world.carer)
    named = provider.post(
        url(world, "name_theme"), {"name": "Too short", "summary": "Hours.", "kind": "concern"}
    )
    theme = Theme.objects.get()
    assert named["Location"] == theme.get_absolute_url()
    twice = provider.post(
        url(world, "name_theme"), {"name": "Too short", "summary": "Hours.", "kind": "concern"}
    )
    assert twice.status_code == 422
    assert "already" in twice.content.decode()
    missing = provider.post(url(world, "give_theme", voice.pk), {"theme": "", "why": "x"})
    assert missing.status_code == 422
    provider.post(url(world, "give_theme", voice.pk), {"theme": theme.pk, "why": "Says so."})
    page = carer.get(theme.get_absolute_url()).content.decode()
    assert "Three hours is too short." in page
    assert "Voices: 1" in page
    assert "Suggest something about this" in page
    empty = carer.post(url(world, "raise_proposal", theme.pk), {"title": ""})
    assert empty.status_code == 422
    sent = {
        "title": "Five hours",
        "why": "Hospital.",
        "kind": "rule",
        "workspace": world.workspace.pk,
        "once": "one",
    }
    for _double_click in range(2):
        response = carer.post(url(world, "raise_proposal", theme.pk), sent)
        assert response["Location"] == Proposal.objects.get().get_absolute_url()
    assert Proposal.objects.get().status == ProposalStatus.OPEN
    assert "Five hours" in carer.get(theme.get_absolute_url()).content.decode()
    link = VoiceTheme.objects.get()
    why = provider.post(url(world, "take_theme_away", link.pk), {"reason": ""})
    assert why.status_code == 422
    provider.post(url(world, "take_theme_away", link.pk), {"reason": "It is about food."})
    assert count_of(theme) == 0
    assert provider.get(url(world, "take_theme_away", link.pk)).status_code == 404


def test_theme_pages_refuse_who_may_not_and_strangers(world: World) -> None:
    theme, other = a_theme(world), World(slug="other")
    voice = a_voice(world)
    carer, stranger = signed_in(world.carer), signed_in(other.provider)
    assert carer.get(url(world, "name_theme")).status_code == 403
    assert carer.post(url(world, "give_theme", voice.pk), {"theme": theme.pk}).status_code == 403
    assert stranger.get(url(other, "theme", theme.pk)).status_code == 404
    assert stranger.post(url(other, "give_theme", voice.pk)).status_code == 404
    assert stranger.get(url(other, "raise_proposal", theme.pk)).status_code == 404
    hidden = World(slug="hidden", visibility=Visibility.PARTNERSHIP)
    assert Client().get(url(hidden, "themes")).status_code == 302


def test_visitors_see_counts_through_the_gate(world: World) -> None:
    theme = a_theme(world)
    for _each in range(3):
        themes.give_theme(voice=a_voice(world), theme=theme, by=world.provider)
    for address in (url(world, "themes"), theme.get_absolute_url()):
        assert "Voices: fewer than 8" in Client().get(address).content.decode()
        assert "Voices: 3" in signed_in(world.carer).get(address).content.decode()


def test_themes_stand_with_most_voices_first_and_page_on(world: World) -> None:
    names = [f"Theme {number:02}" for number in range(23)]
    for name in names:
        a_theme(world, name)
    voice = a_voice(world)
    themes.give_theme(voice=voice, theme=Theme.objects.get(name="Theme 07"), by=world.provider)
    client = Client()
    first = client.get(url(world, "themes")).content.decode()
    older = re.search(r'href="(\?before=[\d-]+)"', first)
    assert older is not None
    second = client.get(url(world, "themes") + older[1]).content.decode()
    shown = re.findall(r"Theme \d\d", first) + re.findall(r"Theme \d\d", second)
    assert shown[0] == "Theme 07"
    assert sorted(shown) == names
    assert client.get(url(world, "themes") + "?before=x-1").status_code == 200


@pytest.mark.parametrize("how_many", [1, 3])
@pytest.mark.parametrize(("page", "queries_asked"), [("themes", 6), ("theme", 12)])
def test_theme_pages_ask_the_same_number_of_questions(
    world: World,
    page: str,
    queries_asked: int,
    how_many: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    theme = a_theme(world)
    for number in range(how_many):
        a_theme(world, f"Theme {number}")
        themes.give_theme(voice=a_voice(world), theme=theme, by=world.provider)
        themes.raise_proposal(
            theme=theme,
            workspace=world.workspace,
            title=f"Idea {number}",
            why="Because.",
            by=world.person(Role.CARER),
        )
    client = signed_in(world.carer)
    address = url(world, "themes") if page == "themes" else theme.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(queries_asked):
        assert client.get(address).status_code == 200
