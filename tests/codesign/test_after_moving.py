"""What somebody reads after moving a suggestion, and where one cannot be opened again."""

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import ProposalStatus
from codesign.models import Proposal
from codesign.operations import merges
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.facilitator)


def to(act: str, proposal: Proposal) -> str:
    return reverse(f"codesign:{act}", args=["norfolk", proposal.pk])


def after(client: Client, act: str, proposal: Proposal, **data: object) -> str:
    response = client.post(to(act, proposal), {"reason": "So it is."} | data, follow=True)
    assert response.redirect_chain
    return str(response.content.decode())


def test_each_move_says_that_it_is_done(world: World, proposal: Proposal, client: Client) -> None:
    assert "It is on the shortlist now." in after(client, "shortlist_proposal", proposal)
    assert "It is parked for now." in after(client, "park_proposal", proposal)
    assert "It is open again." in after(client, "reopen_proposal", proposal)
    carer = signed_in(world.carer)
    assert "Your suggestion is taken back." in after(carer, "withdraw_proposal", proposal)


def test_merging_says_how_it_can_be_undone_and_that_it_is_done(
    world: World, proposal: Proposal, client: Client
) -> None:
    other = an_open_proposal(world, "A tea room")
    page = client.get(to("merge_proposals", proposal)).content.decode()
    assert "you can take them apart again" in page
    assert "They are merged." in after(client, "merge_proposals", proposal, proposals=[other.pk])


def test_splitting_says_that_it_is_done(proposal: Proposal, client: Client) -> None:
    parts = {"title_1": "One", "why_1": "Yes.", "title_2": "Two", "why_2": "Yes."}
    assert "It is split." in after(client, "split_proposal", proposal, **parts)


def test_what_lives_on_elsewhere_shows_no_form_to_open_it_again(
    world: World, proposal: Proposal, client: Client
) -> None:
    merged, split, agreed = (an_open_proposal(world, f"Idea {number}") for number in range(3))
    merges.merge_proposals(
        proposals=[merged], into=proposal, by=world.facilitator, reason="The same."
    )
    [part, _other] = merges.split_proposal(
        proposal=split,
        parts=[merges.Part("One", "Yes."), merges.Part("Two", "Yes.")],
        by=world.facilitator,
        reason="Two ideas.",
    )
    Proposal.objects.filter(pk=agreed.pk).update(status=ProposalStatus.AGREED)
    for each, leads_to in ((merged, proposal), (split, part), (agreed, agreed)):
        for response in (
            client.get(to("reopen_proposal", each)),
            client.post(to("reopen_proposal", each), {"reason": "Again."}),
        ):
            page = response.content.decode()
            assert response.status_code == 409
            assert 'name="reason"' not in page
            assert leads_to.get_absolute_url() in page
    assert signed_in(world.partner).get(to("reopen_proposal", merged)).status_code == 403
