"""Taking a merge apart again: everybody is where they would be without it, and counts are exact."""

from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from codesign.enums import ProposalStatus
from codesign.models import CoAuthor, Proposal, ProposalMerge, Support
from codesign.operations import merges, proposals, supports, taking_apart, workspaces
from codesign.operations.proposals import UnableToMoveProposal
from codesign.queries.concerned import with_merged
from codesign.queries.merges import kin_of, moves_of
from content.trail import trail_of
from portal import live, permissions, record
from portal.enums import Role
from portal.models import Participant, RecordEntry, ref
from tests.codesign.test_merges import by_somebody, told
from tests.codesign.test_proposals import an_open_proposal, kinds_about
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def into(world: World) -> Proposal:
    return an_open_proposal(world)


@pytest.fixture
def tea(world: World) -> Proposal:
    return by_somebody(world, world.partner)


def merge(world: World, *them: Proposal, into: Proposal) -> None:
    merges.merge_proposals(proposals=them, into=into, by=world.facilitator, reason="The same wish.")


def take_apart(world: World, proposal: Proposal, by: Participant | None = None) -> ProposalMerge:
    return taking_apart.take_merge_apart(
        proposal=proposal, by=by or world.facilitator, reason="Two wishes after all."
    )


def back(proposal: Proposal, *people: Participant) -> None:
    for person in people:
        supports.support_proposal(proposal=proposal, by=person)


def names(proposal: Proposal) -> set[str]:
    """Who supports it. All three counters say what a count of the rows says."""
    proposal.refresh_from_db()
    rows = list(proposal.supports.select_related("participant"))
    assert proposal.support_count == len(rows)
    assert Counter(proposal.role_support) == Counter(each.role for each in rows)
    recounted = proposal.common_ground
    supports.recount_support(proposal)
    assert proposal.common_ground == recounted
    return {each.participant.display_name for each in rows}


def test_take_merge_apart_brings_everybody_back_to_where_they_were(
    world: World, into: Proposal, tea: Proposal
) -> None:
    back(tea, world.guest, world.service_user, world.evaluator)
    back(into, world.service_user, world.provider)
    Participant.objects.filter(pk=world.guest.pk).update(role=Role.COMMISSIONER)
    proposals.shortlist_proposal(proposal=tea, by=world.facilitator, reason="Wanted.")
    merge(world, tea, into=into)
    assert names(into) == {"Blue Kite", "Eve", "Funmi", "Priya", "Sam"}
    back(into, world.commissioner)  # after the merge
    before = live.revision(into)
    link = take_apart(world, tea)
    # Sam supported both; Colin came later; Funmi came as the author of what was merged.
    assert names(into) == {"Priya", "Sam", "Colin"}
    assert names(tea) == {"Blue Kite", "Sam", "Eve"}
    assert tea.role_support["carer"] == 1  # as it was then
    assert (tea.status, tea.status_reason) == (ProposalStatus.SHORTLISTED, "Two wishes after all.")
    assert (link.why, link.removal_reason, link.removed_by) == (
        "The same wish.",
        "Two wishes after all.",
        world.facilitator,
    )
    assert kinds_about(tea)[-1] == "merge_taken_apart"
    entry = RecordEntry.objects.get(subject=ref(tea), kind="merge_taken_apart")
    assert f'"from":"{ref(into)}"' in entry.line
    assert "Two wishes" not in entry.line
    assert live.revision(into) > before
    assert told("stands on its own again") == {
        "Blue Kite": False,
        "Funmi": False,
        "Sam": False,
        "Eve": False,
    }
    assert told("is its own again") == {"Maureen": False, "Priya": False, "Colin": False}
    assert [each.reason for each in moves_of(tea)][-1] == "Two wishes after all."
    assert with_merged([into.pk]) == {into.pk}  # a decision no longer answers those of the other


def test_whoever_asks_for_the_other_themselves_stays_with_it(
    world: World, into: Proposal, tea: Proposal
) -> None:
    back(tea, world.guest, world.service_user, world.evaluator)
    merge(world, tea, into=into)
    assert supports.support_proposal(proposal=into, by=world.guest) is False  # there already
    assert supports.keep_support(proposal=into, by=world.service_user) is True
    supports.withdraw_support(proposal=into, by=world.evaluator)
    take_apart(world, tea)
    assert names(into) == {"Blue Kite", "Sam"}
    assert names(tea) == {"Blue Kite", "Sam", "Eve"}


def test_whoever_stands_behind_two_that_were_merged_stays_for_the_other(
    world: World, into: Proposal, tea: Proposal
) -> None:
    lunch = by_somebody(world, world.service_user, "Lunch together")
    back(tea, world.guest, world.service_user)
    back(lunch, world.guest)
    merge(world, tea, lunch, into=into)
    take_apart(world, tea)
    assert names(into) == {"Blue Kite", "Sam"}  # Sam wrote what is still merged
    take_apart(world, lunch)
    assert names(into) == set()
    assert Support.objects.filter(came_by__isnull=False).count() == 0


def test_take_merge_apart_may_be_done_again_and_again(
    world: World, into: Proposal, tea: Proposal
) -> None:
    back(tea, world.guest)
    for _round in range(3):
        merge(world, tea, into=into)
        assert names(into) == {"Blue Kite", "Funmi"}
        take_apart(world, tea)
        assert names(into) == set()
    assert len(kin_of(into).apart) == 3
    assert kin_of(into).merged == []
    assert names(tea) == {"Blue Kite"}


def test_an_author_who_has_not_answered_is_asked_no_more(
    world: World, into: Proposal, tea: Proposal
) -> None:
    merge(world, tea, into=into)
    assert CoAuthor.objects.get(proposal=into).is_waiting
    take_apart(world, tea)
    assert not CoAuthor.objects.get(proposal=into).is_waiting


def test_take_merge_apart_refusals(world: World, into: Proposal, tea: Proposal) -> None:
    with pytest.raises(UnableToMoveProposal, match="not merged"):
        take_apart(world, tea)
    merge(world, tea, into=into)
    for who in (world.carer, world.partner, world.provider, world.moderator):
        with pytest.raises(permissions.PermissionRefused):
            take_apart(world, tea, by=who)
    with pytest.raises(permissions.OutsidePartnership):
        take_apart(world, tea, by=World(slug="other").facilitator)
    last = an_open_proposal(world, "Everything")
    merge(world, into, into=last)
    with pytest.raises(UnableToMoveProposal, match="Take that merge apart first"):
        take_apart(world, tea)
    take_apart(world, into)
    Proposal.objects.filter(pk=into.pk).update(status=ProposalStatus.AGREED)
    with pytest.raises(UnableToMoveProposal, match="Agreed"):
        take_apart(world, tea)
    Proposal.objects.filter(pk=into.pk).update(status=ProposalStatus.PARKED)
    workspaces.close_workspace(workspace=world.workspace, reason="Done.", by=world.facilitator)
    with pytest.raises(UnableToMoveProposal, match="closed"):
        take_apart(world, tea)
    workspaces.reopen_workspace(workspace=world.workspace, reason="Not done.", by=world.facilitator)
    assert take_apart(world, tea).removed_at is not None
    with pytest.raises(UnableToMoveProposal, match="not merged"):
        take_apart(world, tea)


def test_no_other_act_moves_a_merged_suggestion(
    world: World, into: Proposal, tea: Proposal
) -> None:
    merge(world, tea, into=into)
    for act in (proposals.reopen_proposal, proposals.shortlist_proposal):
        with pytest.raises(UnableToMoveProposal, match="Merged"):
            act(proposal=tea, by=world.facilitator, reason="Because.")


def test_take_merge_apart_writes_nothing_when_the_record_fails(
    world: World, into: Proposal, tea: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    back(tea, world.guest)
    merge(world, tea, into=into)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        take_apart(world, tea)
    tea.refresh_from_db()
    assert tea.status == ProposalStatus.MERGED
    assert names(into) == {"Blue Kite", "Funmi"}
    assert kin_of(into).merged == [tea]


def test_taking_apart_by_posting_a_form_and_what_both_pages_say_then(
    world: World, into: Proposal, tea: Proposal
) -> None:
    merge(world, tea, into=into)
    url = reverse("codesign:take_merge_apart", args=["norfolk", tea.pk])
    client = signed_in(world.facilitator)
    for page in (into, tea):
        assert url in client.get(page.get_absolute_url()).content.decode()
        assert url not in signed_in(world.carer).get(page.get_absolute_url()).content.decode()
    assert "goes back with it" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    sent = {"reason": "Tea is no <b>café</b>.", "once": "t"}
    assert client.post(url, sent)["Location"] == tea.get_absolute_url()
    assert client.post(url, sent)["Location"] == tea.get_absolute_url()
    again = client.post(url, {"reason": "Once more."})
    assert again.status_code == 422
    assert "not merged" in again.content.decode()
    for page in (into, tea):
        words = signed_in(world.guest).get(page.get_absolute_url()).content.decode()
        assert "Was merged once, and taken apart again" in words
        assert "The same wish." in words
        assert "Tea is no &lt;b&gt;café&lt;/b&gt;." in words
        assert url not in words
    trail = trail_of("proposal", into.pk, partnership=world.partnership, participant=world.guest)
    assert trail is not None
    assert [link.removal_reason for link in trail.removed] == ["Tea is no <b>café</b>."]


def test_a_merge_from_before_can_be_taken_apart_too(
    world: World, into: Proposal, tea: Proposal
) -> None:
    """The migration finds what a merge brought, which is marked on the rows since."""
    back(tea, world.guest, world.service_user)
    back(into, world.service_user)
    proposals.shortlist_proposal(proposal=tea, by=world.facilitator, reason="Wanted.")
    merge(world, tea, into=into)
    Support.objects.update(came_by=None)
    ProposalMerge.objects.update(status_before=ProposalStatus.OPEN)
    import_module("codesign.migrations.0007_spaces_sheets_merges").fill(apps, None)
    take_apart(world, tea)
    assert names(into) == {"Sam"}
    tea.refresh_from_db()
    assert tea.status == ProposalStatus.SHORTLISTED
