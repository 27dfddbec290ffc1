"""Pages about a suggestion’s words: writing, editing, versions, changes others suggest."""

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import (
    ProposalStatus,
)
from codesign.models import Amendment, Proposal
from codesign.operations import proposals, supports, texts
from portal import clock
from tests.codesign.amended import a_co_author, an_amendment, edited
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_suggestion_is_shared_now_or_kept_as_a_draft(world: World) -> None:
    carer = signed_in(world.carer)
    new = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    page = carer.get(new).content.decode()
    assert "Share it now" in page
    assert "Save as a draft" in page
    words = {"title": "A tea dance", "why": "Company."}
    kept = carer.post(new, words | {"then": "keep"}, follow=True)
    assert "Only you see it until you share it" in kept.content.decode()
    shared = carer.post(new, words | {"then": "share", "kind": "activity"}, follow=True)
    assert "Your suggestion is now open" in shared.content.decode()
    found = Proposal.objects.order_by("pk")
    assert [each.status for each in found] == [ProposalStatus.DRAFT, ProposalStatus.OPEN]
    assert [each.kind for each in found] == ["feature", "activity"]
    assert [each.version for each in found] == [0, 1]


def test_a_suggestion_with_a_mistake_comes_back_with_its_words(world: World) -> None:
    new = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    answer = signed_in(world.carer).post(new, {"title": "A tea dance", "then": "share"})
    assert answer.status_code == 422
    assert 'value="A tea dance"' in answer.content.decode()
    assert not Proposal.objects.exists()


def test_more_is_said_on_the_edit_page_and_shown(world: World) -> None:
    proposal = an_open_proposal(world)
    carer = signed_in(world.carer)
    url = reverse("codesign:edit_proposal", args=["norfolk", proposal.pk])
    words = {
        "title": proposal.title,
        "why": proposal.why,
        "kind": "activity",
        "feature": world.feature.pk,
        "for_whom": "Carers who work",
        "easy_read": "We meet.\nWe drink tea.",
        "based_on": 1,
    }
    assert "Why do you change it? (optional)" in carer.get(url).content.decode()
    assert carer.post(url, words).status_code == 302
    page = carer.get(proposal.get_absolute_url()).content.decode()
    for shown in ("Activity", "Short breaks", "Carers who work"):
        assert shown in page
    assert "<li>We drink tea.</li>" not in page
    carer.cookies["easy-read"] = "1"
    assert "<li>We drink tea.</li>" in (carer.get(proposal.get_absolute_url()).content.decode())
    supports.support_proposal(proposal=proposal, by=world.service_user)
    assert "Why do you change it? (optional)" not in carer.get(url).content.decode()
    refused = carer.post(url, words | {"why": "Other words.", "based_on": 2})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["reason"]
    assert 'id="id_reason_error"' in refused.content.decode()
    assert "Please say why" in refused.content.decode()
    assert "Other words." in refused.content.decode()


def test_the_difference_is_said_and_not_only_shown(world: World) -> None:
    proposal = an_open_proposal(world)
    edited(proposal, "Nowhere to go on Sundays.", world.carer)
    page = Client().get(reverse("codesign:difference", args=["norfolk", proposal.pk, 1, 2]))
    text = page.content.decode()
    assert "1 word added, 1 word taken out." in " ".join(text.split())
    assert "added: </span>Sundays" in text
    assert "taken out: </span>Saturdays" in text
    for wrong in ((2, 1), (1, 1), (1, 9)):
        url = reverse("codesign:difference", args=["norfolk", proposal.pk, *wrong])
        assert Client().get(url).status_code == 404


def test_a_change_is_suggested_and_answered_by_posting_forms(world: World) -> None:
    proposal = an_open_proposal(world)
    carer, neighbour = signed_in(world.carer), signed_in(world.service_user)
    url = reverse("codesign:amend_proposal", args=["norfolk", proposal.pk])
    page = neighbour.get(url)
    assert "Nowhere to go on Saturdays." in page.content.decode()
    form = page.context["form"]
    words = {name: form[name].value() or "" for name in form.fields}
    same = neighbour.post(url, words | {"reason": "No reason."})
    assert same.status_code == 422
    sent = neighbour.post(url, words | {"why": "Sundays too.", "reason": "Work.", "once": "x"})
    again = neighbour.post(url, words | {"why": "Sundays too.", "reason": "Work.", "once": "x"})
    made = Amendment.objects.get()
    assert sent.headers["Location"] == again.headers["Location"] == made.get_absolute_url()
    assert "Yes, or yes with other words" in carer.get(made.get_absolute_url()).content.decode()
    accept = reverse("codesign:accept_amendment", args=["norfolk", made.pk])
    form = carer.get(accept).context["form"]
    taken = {name: form[name].value() or "" for name in form.fields}
    edited(proposal, "Changed meanwhile.", world.carer, reason="Clearer.")
    overtaken = carer.post(accept, taken)
    assert overtaken.status_code == 409
    assert "Changed meanwhile." in overtaken.content.decode()
    form = overtaken.context["form"]
    done = carer.post(accept, {name: form[name].value() or "" for name in form.fields})
    assert done.headers["Location"] == proposal.get_absolute_url()
    proposal.refresh_from_db()
    assert (proposal.why, proposal.version) == ("Sundays too.", 3)


def test_hidden_words_stand_nowhere_and_cannot_be_changed(world: World) -> None:
    proposal = an_open_proposal(world)
    edited(proposal, "Nowhere to go on Sundays.", world.carer)
    made = an_amendment(world, proposal, "Nowhere to go on Mondays.")
    Proposal.objects.filter(pk=proposal.pk).update(
        hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="It names a worker."
    )
    pages = (
        proposal.get_absolute_url(),
        reverse("codesign:versions", args=["norfolk", proposal.pk]),
        reverse("codesign:difference", args=["norfolk", proposal.pk, 1, 2]),
        made.get_absolute_url(),
    )
    for url in pages:
        for client in (Client(), signed_in(world.partner), signed_in(world.carer)):
            text = client.get(url).content.decode()
            assert "It names a worker." in text, url
            assert "A café for carers" not in text, url
            assert "Nowhere to go" not in text, url
    with pytest.raises(proposals.UnableToEditProposal, match="hidden"):
        edited(proposal, "Other words.", world.carer, based_on=2, reason="Clean.")
    for view in ("edit_proposal", "amend_proposal"):
        url = reverse(f"codesign:{view}", args=["norfolk", proposal.pk])
        who = world.carer if view == "edit_proposal" else world.partner
        answer = signed_in(who).get(url)
        assert answer.status_code == 409
        assert "Nowhere to go" not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_versions_page_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    proposal = an_open_proposal(world)
    for number in range(count):
        made = an_amendment(world, proposal, f"Words {number}.")
        texts.accept_amendment(
            amendment=made, title=made.title, why=made.why, based_on=number + 1, by=world.carer
        )
        proposal.refresh_from_db()
    client = signed_in(world.partner)
    url = reverse("codesign:versions", args=["norfolk", proposal.pk])
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url)


@pytest.mark.parametrize("count", [1, 3])
def test_proposal_page_takes_the_same_queries_with_changes_suggested(
    world: World, count: int, django_assert_num_queries
) -> None:
    proposal = an_open_proposal(world)
    for number in range(count):
        an_amendment(world, proposal, f"Words {number}.")
        a_co_author(world, proposal, world.person(world.partner.role))
    client = signed_in(world.partner)
    client.get(proposal.get_absolute_url())
    with django_assert_num_queries(11):
        client.get(proposal.get_absolute_url())
