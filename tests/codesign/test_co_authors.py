"""Writing a suggestion together, and what providers estimate."""

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import (
    OpenTo,
    RoughCost,
    RoughEffort,
)
from codesign.models import CoAuthor
from codesign.operations import members, proposals, texts
from portal import clock, permissions
from portal.enums import Role, Visibility
from portal.models import Notice, RecordEntry, ref
from tests.codesign.amended import an_amendment, edited
from tests.codesign.test_proposals import an_open_proposal, kinds_about
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_invite_co_author_who_says_yes_may_do_what_the_author_may(world: World) -> None:
    proposal = an_open_proposal(world)
    with pytest.raises(permissions.PermissionRefused):
        texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.service_user)
    asked = texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.carer)
    assert Notice.objects.get(participant=world.partner).needs_me
    with pytest.raises(texts.UnableToInviteCoAuthor, match="asked already"):
        texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.carer)
    with pytest.raises(permissions.PermissionRefused):
        edited(proposal, "Too early.", world.partner)
    with pytest.raises(permissions.PermissionRefused):
        texts.answer_co_author_invitation(co_author=asked, accept=True, by=world.provider)
    texts.answer_co_author_invitation(co_author=asked, accept=True, by=world.partner)
    assert edited(proposal, "With two hands.", world.partner).version == 2
    made = an_amendment(world, proposal, "Third.")
    assert Notice.objects.filter(participant=world.partner, subject=ref(made)).exists()
    texts.decline_amendment(amendment=made, answer="No.", by=world.partner)
    with pytest.raises(texts.UnableToInviteCoAuthor, match="already"):
        texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.carer)
    with pytest.raises(texts.UnableToAnswerCoAuthorInvitation):
        texts.answer_co_author_invitation(co_author=asked, accept=False, by=world.partner)
    proposals.withdraw_proposal(proposal=proposal, by=world.partner, reason="We agreed to.")
    assert kinds_about(proposal)[1:3] == ["co_author_invited", "co_author_answered"]


def test_who_says_no_may_be_asked_again(world: World) -> None:
    proposal = an_open_proposal(world)
    asked = texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.carer)
    texts.answer_co_author_invitation(co_author=asked, accept=False, by=world.partner)
    with pytest.raises(permissions.PermissionRefused):
        edited(proposal, "No.", world.partner)
    again = texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.carer)
    assert (again.pk, again.is_waiting) == (asked.pk, True)


def test_invite_co_author_refusals(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )
    with pytest.raises(texts.UnableToInviteCoAuthor, match="Share"):
        texts.invite_co_author(proposal=drafted, participant=world.partner, by=world.carer)
    proposal = an_open_proposal(world)
    with pytest.raises(texts.UnableToInviteCoAuthor, match="already"):
        texts.invite_co_author(proposal=proposal, participant=world.carer, by=world.carer)
    with pytest.raises(permissions.OutsidePartnership):
        texts.invite_co_author(
            proposal=proposal, participant=World(slug="other").carer, by=world.carer
        )


def test_a_co_author_is_found_by_name_among_those_on_the_page_of_people(world: World) -> None:
    proposal = an_open_proposal(world)
    client = signed_in(world.carer)
    url = reverse("codesign:invite_co_author", args=["norfolk", proposal.pk])
    asked = client.get(url).content.decode()
    assert "Funmi" not in asked
    assert "Is it one of these?" not in asked
    found = client.post(url, {"who": "a"})
    assert found.status_code == 422
    assert "Sam, " in found.content.decode()
    assert "Maureen, " not in found.content.decode()  # herself
    for data, said in (
        ({"who": ""}, "Write a name, or a part of it."),
        ({"who": "Kite"}, "We found nobody of that name"),
        ({"participant": world.guest.pk}, "We cannot find that person here."),
    ):
        page = client.post(url, data)
        assert page.status_code == 422
        assert said in page.content.decode()
    assert client.post(url, {"who": "a", "participant": world.partner.pk}).status_code == 302
    assert client.post(url, {"who": "priya"}).status_code == 302  # only one is called that
    asked_now = set(CoAuthor.objects.values_list("participant", flat=True))
    assert asked_now == {world.partner.pk, world.provider.pk}


def test_a_co_author_of_a_restricted_space_is_somebody_it_admits(world: World) -> None:
    proposal = an_open_proposal(world)
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER, Role.PROVIDER],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    url = reverse("codesign:invite_co_author", args=["norfolk", proposal.pk])
    found = signed_in(world.carer).post(url, {"who": "r"}).content.decode()
    assert "Priya, " in found
    assert "Frances, " in found  # runs it
    none = signed_in(world.carer).post(url, {"who": "sam"}).content.decode()
    assert "We found nobody of that name" in none


def test_estimate_proposal_is_for_providers_and_shown_with_their_name(world: World) -> None:
    proposal = an_open_proposal(world)
    guess = {"cost": RoughCost.SMALL, "effort": RoughEffort.WEEKS, "words": "Two volunteers."}
    with pytest.raises(permissions.PermissionRefused):
        texts.estimate_proposal(proposal=proposal, by=world.carer, **guess)
    with clock.at(clock.now()):
        texts.estimate_proposal(proposal=proposal, by=world.provider, **guess)
    assert kinds_about(proposal)[-1] == "proposal_estimated"
    assert "Two volunteers" not in RecordEntry.objects.get(kind="proposal_estimated").line
    page = Client().get(proposal.get_absolute_url()).content.decode()
    for words in ("Under £500 a year", "Weeks", "Two volunteers.", "Priya"):
        assert words in page
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="No.")
    with pytest.raises(texts.UnableToEstimateProposal):
        texts.estimate_proposal(proposal=proposal, by=world.provider, **guess)
