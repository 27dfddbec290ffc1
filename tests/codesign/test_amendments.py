"""Changes to a suggestion’s words that others suggest: accepted, declined, taken back."""

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import (
    AmendmentStatus,
    ProposalStatus,
    StageKind,
)
from codesign.models import Proposal
from codesign.operations import proposals, supports, texts
from codesign.operations.proposals import ProposalWords, WordsHaveChanged
from portal import permissions
from portal.models import Notice, RecordEntry, ref
from tests.codesign.amended import an_amendment, edited, told
from tests.codesign.test_proposals import an_open_proposal, kinds_about
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_amend_proposal_waits_for_the_authors_and_asks_them(world: World) -> None:
    proposal = an_open_proposal(world)
    made = an_amendment(world, proposal)
    proposal.refresh_from_db()
    assert (made.status, made.based_on) == (AmendmentStatus.OPEN, 1)
    assert (proposal.open_amendments, proposal.attention) == (1, 1)
    assert proposal.why == "Nowhere to go on Saturdays."
    assert kinds_about(made) == ["amendment_made"]
    assert "Sundays" not in RecordEntry.objects.get(kind="amendment_made").line
    notice = Notice.objects.get(participant=world.carer, subject=ref(made))
    assert notice.needs_me
    assert notice.url == made.get_absolute_url()
    assert world.workspace.taking_part.filter(participant=world.service_user).exists()


def test_amend_proposal_refusals(world: World) -> None:
    proposal = an_open_proposal(world)
    words = {"title": proposal.title, "why": "Other.", "reason": "Why not.", "based_on": 1}
    with pytest.raises(texts.UnableToAmendProposal, match="your own"):
        texts.amend_proposal(proposal=proposal, by=world.carer, **words)
    same = words | {"why": proposal.why}
    with pytest.raises(texts.UnableToAmendProposal, match="as they stand"):
        texts.amend_proposal(proposal=proposal, by=world.partner, **same)
    with pytest.raises(texts.UnableToAmendProposal, match="load the page"):
        texts.amend_proposal(proposal=proposal, by=world.partner, **words | {"based_on": 2})
    with pytest.raises(permissions.OutsidePartnership):
        texts.amend_proposal(proposal=proposal, by=World(slug="other").carer, **words)
    with pytest.raises(permissions.PermissionRefused):
        texts.amend_proposal(
            proposal=proposal, by=world.partner, entered_by=world.service_user, **words
        )
    proposals.withdraw_proposal(proposal=proposal, by=world.carer, reason="No.")
    with pytest.raises(texts.UnableToAmendProposal, match="cannot be changed now"):
        texts.amend_proposal(proposal=proposal, by=world.partner, **words)
    closed = an_open_proposal(world, "Another")
    closed.workspace.stages.update(kind=StageKind.DECIDE)
    with pytest.raises(texts.UnableToAmendProposal, match="Decide"):
        texts.amend_proposal(proposal=closed, by=world.partner, **words)


def test_accept_amendment_makes_a_version_that_credits_its_amender(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.partner)
    made = an_amendment(world, proposal)
    accepted = texts.accept_amendment(
        amendment=made,
        title=made.title,
        why="Sundays too, in the afternoon.",
        based_on=1,
        answer="Good point.",
        by=world.carer,
    )
    proposal.refresh_from_db()
    assert (accepted.status, accepted.answered_by) == (AmendmentStatus.ACCEPTED, world.carer)
    assert proposal.why == "Sundays too, in the afternoon."
    assert (proposal.version, proposal.open_amendments) == (2, 0)
    newest = proposal.versions.get(number=2)
    assert (newest.amendment, newest.reason) == (made, "Many work on Saturdays.")
    assert kinds_about(made) == ["amendment_made", "amendment_accepted"]
    assert kinds_about(proposal)[-1] == "proposal_edited"
    assert Notice.objects.filter(
        participant=world.service_user, subject=ref(made), needs_me=True
    ).exists()
    notice = Notice.objects.get(participant=world.partner, text__contains="take your support back")
    assert notice.url == reverse("codesign:versions", args=["norfolk", proposal.pk])
    page = Client().get(reverse("codesign:versions", args=["norfolk", proposal.pk]))
    assert "Suggested by" in page.content.decode()


def test_accept_amendment_refusals(world: World) -> None:
    proposal = an_open_proposal(world)
    made = an_amendment(world, proposal)
    words = {"title": made.title, "why": made.why, "based_on": 1}
    for person in (world.service_user, world.facilitator, world.provider):
        with pytest.raises(permissions.PermissionRefused):
            texts.accept_amendment(amendment=made, by=person, **words)
    with pytest.raises(texts.UnableToAnswerAmendment, match="as they stand"):
        texts.accept_amendment(amendment=made, by=world.carer, **words | {"why": proposal.why})
    edited(proposal, "Changed meanwhile.", world.carer, reason="Clearer.")
    with pytest.raises(WordsHaveChanged):
        texts.accept_amendment(amendment=made, by=world.carer, **words)
    texts.accept_amendment(amendment=made, by=world.carer, **words | {"based_on": 2})
    with pytest.raises(texts.UnableToAnswerAmendment, match="Accepted"):
        texts.accept_amendment(amendment=made, by=world.carer, **words | {"based_on": 3})
    with pytest.raises(texts.UnableToAnswerAmendment, match="Accepted"):
        texts.decline_amendment(amendment=made, answer="No.", by=world.carer)


def test_a_declined_amendment_stays_and_can_become_a_proposal(world: World) -> None:
    proposal = an_open_proposal(world)
    made = an_amendment(world, proposal)
    with pytest.raises(texts.UnableToRaiseAmendment):
        texts.raise_amendment(amendment=made, by=world.service_user)
    with pytest.raises(texts.UnableToAnswerAmendment, match="say why"):
        texts.decline_amendment(amendment=made, answer="", by=world.carer)
    texts.decline_amendment(amendment=made, answer="Nobody can run it.", by=world.carer)
    proposal.refresh_from_db()
    assert (proposal.open_amendments, proposal.version) == (0, 1)
    assert "Nobody can run it." in (Client().get(proposal.get_absolute_url()).content.decode())
    assert any("suggestion of its own" in each for each in told(world.service_user))
    with pytest.raises(permissions.PermissionRefused):
        texts.raise_amendment(amendment=made, by=world.carer)
    raised = texts.raise_amendment(amendment=made, by=world.service_user)
    assert (raised.status, raised.by) == (ProposalStatus.DRAFT, world.service_user)
    assert texts.raise_amendment(amendment=made, by=world.service_user) == raised
    assert Proposal.objects.count() == 2
    made.refresh_from_db()
    assert made.became == raised
    assert kinds_about(made) == ["amendment_made", "amendment_declined", "amendment_raised"]
    shown = Client().get(made.get_absolute_url()).content.decode()
    assert "It became a suggestion of its own" not in shown  # it is still a draft
    with pytest.raises(proposals.UnableToMoveProposal, match="title of its own"):
        proposals.open_proposal(proposal=raised, by=world.service_user)
    own = ProposalWords(title="A café on Sundays", why=raised.why)
    proposals.edit_proposal(proposal=raised, words=own, based_on=0, by=world.service_user)
    proposals.open_proposal(proposal=raised, by=world.service_user)
    for page in (made, proposal):
        shown = Client().get(page.get_absolute_url()).content.decode()
        assert "It became a suggestion of its own" in shown
        assert "A café on Sundays" in shown
    shown = Client().get(raised.get_absolute_url()).content.decode()
    assert "It began as a change to another suggestion" in shown
    assert made.get_absolute_url() in shown


def test_a_raised_amendment_is_asked_for_a_title_of_its_own(world: World) -> None:
    proposal = an_open_proposal(world)
    made = an_amendment(world, proposal)
    texts.decline_amendment(amendment=made, answer="Nobody can run it.", by=world.carer)
    client = signed_in(world.service_user)
    answer = client.post(reverse("codesign:raise_amendment", args=["norfolk", made.pk]))
    raised = Proposal.objects.latest("pk")
    url = reverse("codesign:edit_proposal", args=["norfolk", raised.pk])
    assert answer.headers["Location"] == url
    assert proposal.title in client.get(url).content.decode()
    assert "Share this suggestion" not in client.get(raised.get_absolute_url()).content.decode()
    words = {"title": proposal.title, "why": raised.why, "kind": "feature", "based_on": 0}
    refused = client.post(url, words)
    assert refused.status_code == 422
    assert "The other suggestion has this title already." in refused.content.decode()
    assert client.post(url, words | {"title": "A café on Sundays"}).status_code == 302
    assert "Share this suggestion" in client.get(raised.get_absolute_url()).content.decode()


def test_withdraw_amendment_is_for_whoever_made_it(world: World) -> None:
    proposal = an_open_proposal(world)
    made = an_amendment(world, proposal)
    with pytest.raises(permissions.PermissionRefused):
        texts.withdraw_amendment(amendment=made, by=world.carer)
    gone = texts.withdraw_amendment(amendment=made, by=world.service_user)
    assert gone.status == AmendmentStatus.WITHDRAWN
    proposal.refresh_from_db()
    assert (proposal.open_amendments, proposal.attention) == (0, 1)
    with pytest.raises(texts.UnableToAnswerAmendment, match="Taken back"):
        texts.withdraw_amendment(amendment=made, by=world.service_user)
