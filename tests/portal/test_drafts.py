"""Drafts: what somebody types is kept for them alone, and is gone once they sent it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from codesign.models import Proposal
from codesign.operations import proposals, texts
from portal import clock
from portal.models import Draft
from portal.operations import drafts
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
URL = "/p/norfolk/drafts/"


@pytest.fixture(autouse=True)
def _counted_afresh() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return World()


def test_keep_draft_is_one_for_each_person_and_form(world: World) -> None:
    assert drafts.keep_draft(key="comment-3", fields={"text": "Yes"}, by=world.carer)
    assert drafts.keep_draft(key="comment-3", fields={"text": "Yes ple"}, by=world.carer)
    drafts.keep_draft(key="comment-3", fields={"text": "No"}, by=world.partner)
    assert drafts.kept(world.carer, "comment-3") == {"text": "Yes ple"}
    assert drafts.kept(world.partner, "comment-3") == {"text": "No"}
    assert drafts.kept(world.provider, "comment-3") == {}
    assert drafts.kept(None, "comment-3") == {}
    assert not drafts.keep_draft(key="comment-3", fields={"text": " "}, by=world.carer)
    assert drafts.kept(world.carer, "comment-3") == {}


def test_keep_draft_with_nothing_but_the_version_is_nothing(world: World) -> None:
    fields = {"based_on": "2", "why": ""}
    assert not drafts.keep_draft(key="proposal-edit-3", fields=fields, by=world.carer)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("", {"text": "a"}),
        ("Comment-3", {"text": "a"}),
        ("comment-3; drop", {"text": "a"}),
        ("a-" + "1" * 90, {"text": "a"}),
        ("comment-3", {"Text!": "a"}),
        ("comment-3", {f"text{n}": "a" for n in range(21)}),
        ("comment-3", {"text": "a" * 40_001}),
    ],
)
def test_keep_draft_refuses_what_no_form_of_ours_sends(world: World, key, fields) -> None:
    with pytest.raises(drafts.UnableToKeepDraft):
        drafts.keep_draft(key=key, fields=fields, by=world.carer)
    assert not Draft.objects.exists()


def test_keep_draft_lets_the_oldest_go(world: World) -> None:
    for number in range(drafts.MOST_DRAFTS + 2):
        with clock.at(clock.now() + timedelta(minutes=number)):
            drafts.keep_draft(key=f"comment-{number}", fields={"text": "a"}, by=world.carer)
    assert Draft.objects.filter(participant=world.carer).count() == drafts.MOST_DRAFTS
    assert drafts.kept(world.carer, "comment-1") == {}
    assert drafts.kept(world.carer, "comment-2") == {"text": "a"}


def test_a_draft_is_posted_and_the_form_comes_back_filled_on_any_device(world: World) -> None:
    key = f"proposal-new-{world.workspace.pk}"
    phone, laptop = signed_in(world.carer), signed_in(world.carer)
    words = {"key": key, "field-title": "A tea dance", "field-why": "Com\0pany\u0301"}
    answer = phone.post(URL, words)
    assert (answer.status_code, answer.content) == (204, b"")
    new = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    page = laptop.get(new).content.decode()
    assert 'value="A tea dance"' in page
    assert "Company\u0301" in page
    assert "We kept the words you had not sent" in page
    assert "A tea dance" not in signed_in(world.partner).get(new).content.decode()
    laptop.post(URL, {"key": key, "back": new})
    assert "A tea dance" not in phone.get(new).content.decode()


def test_throwing_words_away_leads_back_and_nowhere_else(world: World) -> None:
    carer = signed_in(world.carer)
    back = carer.post(URL, {"key": "comment-3", "back": "/p/norfolk/notices/"})
    assert back.headers["Location"] == "/p/norfolk/notices/"
    away = carer.post(URL, {"key": "comment-3", "back": "https://evil.example/"})
    assert away.status_code == 204


def test_only_somebody_of_the_partnership_keeps_drafts(world: World) -> None:
    words = {"key": "comment-3", "field-text": "a"}
    assert Client().post(URL, words).status_code == 302
    assert signed_in(World(slug="other").carer).post(URL, words).status_code == 404
    assert signed_in(world.carer).get(URL).status_code == 405
    assert not Draft.objects.exists()


def test_keeping_is_limited_in_rate_and_size(world: World) -> None:
    carer = signed_in(world.carer)
    long = carer.post(URL, {"key": "comment-3", "field-text": "a" * 40_001})
    assert long.status_code == 409
    answers = {
        carer.post(URL, {"key": "comment-3", "field-text": str(n)}).status_code for n in range(245)
    }
    assert answers == {204, 429}
    assert Draft.objects.count() == 1


def test_words_that_were_sent_are_no_draft(world: World) -> None:
    space = world.workspace.pk
    drafts.keep_draft(key=f"proposal-new-{space}", fields={"title": "A"}, by=world.carer)
    drafts.keep_draft(key=f"proposal-new-{space}", fields={"title": "B"}, by=world.partner)
    proposal = an_open_proposal(world)
    assert drafts.kept(world.carer, f"proposal-new-{space}") == {}
    assert drafts.kept(world.partner, f"proposal-new-{space}") == {"title": "B"}
    edit, amend = f"proposal-edit-{proposal.pk}", f"amend-{proposal.pk}"
    drafts.keep_draft(key=edit, fields={"title": "A"}, by=world.carer)
    drafts.keep_draft(key=amend, fields={"title": "A"}, by=world.partner)
    proposals.edit_proposal(
        proposal=proposal,
        words=proposals.ProposalWords(title="New", why="New."),
        based_on=1,
        by=world.carer,
    )
    texts.amend_proposal(
        proposal=proposal, title="Newer", why="N.", reason="R.", based_on=2, by=world.partner
    )
    assert Draft.objects.count() == 1  # the partner's own suggestion


def test_an_edit_taken_up_again_still_knows_which_version_it_began_from(world: World) -> None:
    """Kept on Monday, changed by a co-author on Tuesday, sent on Wednesday: both are shown."""
    proposal = an_open_proposal(world)
    key = f"proposal-edit-{proposal.pk}"
    kept = {"title": "Mine", "why": "Written on Monday.", "based_on": "1"}
    drafts.keep_draft(key=key, fields=kept, by=world.carer)
    asked = texts.invite_co_author(proposal=proposal, participant=world.partner, by=world.carer)
    texts.answer_co_author_invitation(co_author=asked, accept=True, by=world.partner)
    proposals.edit_proposal(
        proposal=proposal,
        words=proposals.ProposalWords(title="Theirs", why="Written on Tuesday."),
        based_on=1,
        by=world.partner,
    )
    carer = signed_in(world.carer)
    url = reverse("codesign:edit_proposal", args=["norfolk", proposal.pk])
    page = carer.get(url)
    form = page.context["form"]
    words = {name: form[name].value() or "" for name in form.fields}
    assert (words["why"], words["based_on"]) == ("Written on Monday.", "1")
    words["feature"] = ""
    answer = carer.post(url, words)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Written on Monday." in text
    assert "Written on Tuesday." in text
    assert Proposal.objects.get().why == "Written on Tuesday."
    again = answer.context["form"]
    sent = {name: again[name].value() or "" for name in again.fields}
    assert carer.post(url, sent).status_code == 302
    assert Proposal.objects.get().why == "Written on Monday."
