"""Proposals: writing, sharing, supporting, commenting, moving on."""

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import CommentKind, HidingReason, ProposalStatus, StageKind
from codesign.models import Proposal, Support
from codesign.operations import comments, merges, moderation, proposals, supports
from portal import live, permissions, record
from portal.models import Notice, RecordContent, RecordEntry, ref
from portal.refusal import Refusal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def an_open_proposal(world: World, title: str = "A café for carers") -> Proposal:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title=title, why="Nowhere to go on Saturdays.", by=world.carer
    )
    return proposals.open_proposal(proposal=drafted, by=world.carer)


def kinds_about(thing: Proposal) -> list[str]:
    return list(
        RecordEntry.objects.filter(subject=ref(thing))
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def test_draft_proposal_is_seen_by_its_author_alone(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )
    assert drafted.status == ProposalStatus.DRAFT
    assert drafted in Proposal.objects.visible_to(world.carer)
    assert drafted not in Proposal.objects.visible_to(world.provider)
    assert drafted not in Proposal.objects.visible_to(None)
    assert kinds_about(drafted) == []


def test_draft_proposal_is_refused_outside_its_stage(world: World) -> None:
    closed = world.open_workspace("Later", StageKind.DELIVER)
    with pytest.raises(proposals.UnableToDraftProposal, match="Deliver"):
        proposals.draft_proposal(workspace=closed, title="Late", why="Late.", by=world.carer)


def test_open_proposal_records_the_words_and_announces(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )
    before = live.revision(drafted)
    opened = proposals.open_proposal(proposal=drafted, by=world.carer)
    assert opened.status == ProposalStatus.OPEN
    assert kinds_about(opened) == ["proposal_opened"]
    entry = RecordEntry.objects.get(subject=ref(opened))
    assert "A café" not in entry.line
    kept = RecordContent.objects.get(partnership_id=entry.partnership_id, seq=entry.seq)
    assert kept.content == {"title": "A café", "why": "Company."}
    assert live.revision(opened) == before + 1


def test_open_proposal_is_only_for_its_author(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )
    with pytest.raises(permissions.PermissionRefused):
        proposals.open_proposal(proposal=drafted, by=world.facilitator)


def test_open_proposal_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        proposals.open_proposal(proposal=drafted, by=world.carer)
    drafted.refresh_from_db()
    assert drafted.status == ProposalStatus.DRAFT


def test_support_proposal_twice_is_once(world: World) -> None:
    proposal = an_open_proposal(world)
    assert supports.support_proposal(proposal=proposal, by=world.service_user) is True
    assert supports.support_proposal(proposal=proposal, by=world.service_user) is False
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.supports.count()) == (1, 1)
    assert supports.withdraw_support(proposal=proposal, by=world.service_user) is True
    assert supports.withdraw_support(proposal=proposal, by=world.service_user) is False
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.supports.count()) == (0, 0)


def test_support_proposal_refusals(world: World) -> None:
    proposal = an_open_proposal(world)
    with pytest.raises(supports.UnableToSupportProposal, match="your own"):
        supports.support_proposal(proposal=proposal, by=world.carer)
    elsewhere = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        supports.support_proposal(proposal=proposal, by=elsewhere.carer)
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Not now.")
    with pytest.raises(supports.UnableToSupportProposal, match="Parked"):
        supports.support_proposal(proposal=proposal, by=world.service_user)


def test_comment_on_proposal_tells_the_author_not_the_commenter(world: World) -> None:
    proposal = an_open_proposal(world)
    comment = comments.comment_on_proposal(
        proposal=proposal, text="Yes please.", kind=CommentKind.FOR, by=world.service_user
    )
    proposal.refresh_from_db()
    assert proposal.comment_count == 1
    told = set(Notice.objects.filter(subject=ref(proposal)).values_list("participant", flat=True))
    assert told == {world.carer.pk}
    assert "Yes please." not in RecordEntry.objects.get(subject=ref(comment)).line


def test_hide_comment_keeps_its_place_and_tells_its_author(world: World) -> None:
    proposal = an_open_proposal(world)
    comment = comments.comment_on_proposal(
        proposal=proposal, text="Names a nurse.", by=world.service_user
    )
    with pytest.raises(permissions.PermissionRefused):
        moderation.hide_comment(comment=comment, reason=HidingReason.NAMED, why="x", by=world.carer)
    moderation.hide_comment(
        comment=comment, reason=HidingReason.NAMED, why="It names a worker.", by=world.moderator
    )
    page = signed_in(world.carer).get(proposal.get_absolute_url()).content.decode()
    assert "Names a nurse." not in page
    assert "It names a worker." in page
    assert Notice.objects.filter(participant=world.service_user, needs_me=True).exists()


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (proposals.shortlist_proposal, ProposalStatus.SHORTLISTED),
        (proposals.park_proposal, ProposalStatus.PARKED),
    ],
)
def test_facilitators_move_a_proposal_with_a_reason(world: World, act, status) -> None:
    proposal = an_open_proposal(world)
    with pytest.raises(permissions.PermissionRefused):
        act(proposal=proposal, by=world.carer, reason="Because.")
    moved = act(proposal=proposal, by=world.facilitator, reason="Because.")
    assert (moved.status, moved.status_reason) == (status, "Because.")
    assert len(kinds_about(proposal)) == 2


def test_withdraw_and_reopen_proposal(world: World) -> None:
    proposal = an_open_proposal(world)
    proposals.withdraw_proposal(proposal=proposal, by=world.carer, reason="I changed my mind.")
    with pytest.raises(proposals.UnableToMoveProposal):
        proposals.withdraw_proposal(proposal=proposal, by=world.carer, reason="Again.")
    reopened = proposals.reopen_proposal(
        proposal=proposal, by=world.facilitator, reason="Asked for."
    )
    assert reopened.status == ProposalStatus.OPEN


# --- pages -----------------------------------------------------------------------------------


def test_a_suggestion_is_written_shared_and_supported_by_posting_forms(world: World) -> None:
    carer, neighbour = signed_in(world.carer), signed_in(world.service_user)
    new = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    answer = carer.post(
        new, {"title": "A café", "why": "Company.", "kind": "activity", "feature": "", "once": "k1"}
    )
    proposal = Proposal.objects.get()
    assert answer.headers["Location"] == proposal.get_absolute_url()
    again = carer.post(
        new, {"title": "A café", "why": "Company.", "kind": "activity", "feature": "", "once": "k1"}
    )
    assert again.headers["Location"] == proposal.get_absolute_url()
    assert Proposal.objects.count() == 1
    carer.post(reverse("codesign:open_proposal", args=["norfolk", proposal.pk]))
    page = neighbour.get(proposal.get_absolute_url())
    assert "Company." in page.content.decode()
    neighbour.post(reverse("codesign:support_proposal", args=["norfolk", proposal.pk]))
    assert Support.objects.filter(proposal=proposal, participant=world.service_user).exists()
    part = neighbour.post(
        reverse("codesign:withdraw_support", args=["norfolk", proposal.pk]),
        headers={"hx-request": "true"},
    )
    assert "<html" not in part.content.decode()
    assert not Support.objects.filter(proposal=proposal).exists()


def test_a_comment_with_a_mistake_comes_back_with_its_words(world: World) -> None:
    proposal = an_open_proposal(world)
    answer = signed_in(world.service_user).post(
        reverse("codesign:comment_on_proposal", args=["norfolk", proposal.pk]),
        {"kind": "for", "text": "x" * 2001},
    )
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()
    assert "There is a problem" in answer.content.decode()


def test_visitors_see_open_proposals_with_counts_behind_the_gate(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    page = Client().get(proposal.get_absolute_url()).content.decode()
    assert "Supporters: fewer than 8" in page
    assert (
        "Supporters: 1" in signed_in(world.carer).get(proposal.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_proposals_page_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        an_open_proposal(world, f"Idea {number}")
    client = signed_in(world.service_user)
    url = reverse("codesign:proposals", args=["norfolk", world.workspace.pk])
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url)


@pytest.mark.parametrize("count", [1, 3])
def test_proposal_page_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    proposal = an_open_proposal(world)
    for number in range(count):
        comments.comment_on_proposal(
            proposal=proposal, text=f"Point {number}", by=world.service_user
        )
    client = signed_in(world.service_user)
    client.get(proposal.get_absolute_url())
    with django_assert_num_queries(9):
        client.get(proposal.get_absolute_url())


def test_every_refusal_says_something(world: World) -> None:
    proposal = an_open_proposal(world)
    with pytest.raises(Refusal) as refusal:
        merges.merge_proposals(
            proposals=[proposal], into=proposal, by=world.facilitator, reason="x"
        )
    assert "another suggestion" in str(refusal.value)
