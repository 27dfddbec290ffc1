"""The public log of moderation, and the published policy."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from codesign.enums import HidingReason, OpenTo
from codesign.models import Comment, Proposal, Workspace
from codesign.operations import moderation
from codesign.queries import moderation as queries
from portal.enums import Duty, Role, Visibility
from portal.models import Participant
from tests.codesign.moderated import a_comment, hide
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


def test_moderation_log_says_what_and_why_but_not_who_nor_the_words(
    world: World, proposal: Proposal, comment: Comment
) -> None:
    hiding = hide(comment, world.moderator)
    hide(proposal, world.moderator, "Please say it without the name.")
    moderation.ask_again(hiding=hiding, words="Anna is my cat.", by=world.service_user)
    url = reverse("codesign:moderation_log", args=["norfolk"])
    log = words_on(Client(), url)
    for words in (
        "A comment was hidden",
        "A suggestion was hidden",
        str(HidingReason.NAMED.label),
        "Please leave names out.",
        "Please say it without the name.",
        "It waits for an answer",
        world.workspace.title,
    ):
        assert words in log
    for words in ("Anna", "Sam", "Maureen", "A café for carers", "Nowhere to go"):
        assert words not in log
    moderation.answer_asking(hiding=hiding, put_back=True, why="A cat.", by=world.moderator)
    assert "It was put back" in words_on(Client(), url)
    assert url in Client().get("/norfolk/").content.decode()


def test_hidden_words_show_the_role_and_not_the_name_of_who_wrote_them(
    world: World, proposal: Proposal, comment: Comment
) -> None:
    """On every page on which they have a place, and in files; the author and moderators know."""
    hide(comment, world.moderator)
    hide(proposal, world.moderator)
    space = ["norfolk", world.workspace.pk]
    about = ["norfolk", "proposal", proposal.pk]
    pages = {
        reverse("codesign:proposal", args=["norfolk", proposal.pk]): ("Maureen", "Sam"),
        reverse("codesign:proposals", args=space): ("Maureen",),
        reverse("codesign:proposals_print", args=space): ("Maureen",),
        reverse("content:trail", args=about): ("Maureen",),
    }
    for reader in (Client(), signed_in(world.partner)):
        for url in pages:
            said = words_on(reader, url)
            assert "Carer" in said, url
            assert "Maureen" not in said, url
            assert "Sam" not in said, url
    partner = signed_in(world.partner)
    for file in (
        partner.post(reverse("codesign:export_proposals", args=[*space, "csv"])),
        partner.get(reverse("content:trail_json", args=about)),
    ):
        content = b"".join(file).decode().lower()
        assert "carer" in content
        assert "maureen" not in content
    for url, names in list(pages.items())[:3]:
        for name in names:
            assert name in words_on(signed_in(world.moderator), url)
    mine = words_on(signed_in(world.carer), next(iter(pages)))
    assert "Maureen" in mine
    assert "Sam" not in mine


def test_moderation_log_keeps_closed_spaces_closed(world: World, second: Participant) -> None:
    world.workspace = world.open_workspace("Only for some")
    Workspace.objects.filter(pk=world.workspace.pk).update(
        open_to=OpenTo.INVITATION, visibility=Visibility.PARTNERSHIP
    )
    world.workspace.members.create(participant=world.carer, invited_by=world.facilitator)
    world.workspace = Workspace.objects.get(pk=world.workspace.pk)
    hide(an_open_proposal(world), world.moderator, "A secret reason.")
    url = reverse("codesign:moderation_log", args=["norfolk"])
    for reader in (Client(), signed_in(world.service_user)):
        log = words_on(reader, url)
        assert "Something in a closed space was hidden" in log
        assert "A secret reason." not in log
        assert "Only for some" not in log
        assert str(HidingReason.NAMED.label) not in log
    assert "A secret reason." in words_on(signed_in(world.carer), url)


def test_moderation_log_of_a_private_partnership_is_private() -> None:
    world = World(slug="quiet", visibility=Visibility.PARTNERSHIP)
    url = reverse("codesign:moderation_log", args=["quiet"])
    assert Client().get(url).status_code == 302
    assert signed_in(world.carer).get(url).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_moderation_log_costs_the_same_however_long(
    world: World, django_assert_num_queries: Callable, count: int
) -> None:
    for _each in range(count):
        proposal = an_open_proposal(world)
        hide(a_comment(world, proposal), world.moderator)
        hide(proposal, world.moderator)
    url = reverse("codesign:moderation_log", args=["norfolk"])
    client = Client()
    client.get(url)
    with django_assert_num_queries(5):
        client.get(url)


def test_moderation_log_in_pages(world: World, proposal: Proposal) -> None:
    for _each in range(21):
        hide(a_comment(world, proposal), world.moderator)
    first = Client().get(reverse("codesign:moderation_log", args=["norfolk"]))
    assert len(first.context["lines"]) == 20
    rest = Client().get(
        reverse("codesign:moderation_log", args=["norfolk"]) + first.context["page"].older
    )
    assert len(rest.context["lines"]) == 1


def test_the_policy_is_the_same_on_the_page_and_in_the_docs(world: World) -> None:
    page = words_on(Client(), reverse("codesign:moderation_policy", args=["norfolk"]))
    docs = Path(settings.BASE_DIR, "docs", "moderation.md").read_text(encoding="utf-8")
    assert set(queries.POLICY) == set(HidingReason)
    for reason, means in queries.POLICY.items():
        for words in (str(reason.label), str(means)):
            assert words in page.replace("&#x27;", "'")
            assert words in " ".join(docs.split())
