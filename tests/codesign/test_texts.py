"""A suggestion’s words: differences, editing, versions, support that is kept."""

import pytest
from django.urls import reverse

from codesign.differences import Segment, difference
from codesign.enums import (
    ProposalStatus,
    StageKind,
)
from codesign.models import Proposal
from codesign.operations import comments, proposals, supports
from codesign.operations.proposals import ProposalWords, WordsHaveChanged
from portal import live, permissions, record
from portal.models import Notice, RecordContent, RecordEntry
from tests.codesign.amended import a_co_author, an_amendment, edited, told
from tests.codesign.test_proposals import an_open_proposal, kinds_about
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


# --- the difference, pure ----------------------------------------------------------------------


def parts(old: str, new: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in difference(old, new).segments]


def test_difference_crosses_out_whole_words_and_keeps_their_order() -> None:
    assert parts("Three hours a week.", "Four hours a week, or more.") == [
        ("taken", "Three"),
        ("added", "Four"),
        ("same", " hours a week"),
        ("added", ", or more"),
        ("same", "."),
    ]
    assert parts("the old grey cat", "a new brown dog") == [
        ("taken", "the old grey cat"),
        ("added", "a new brown dog"),
    ]


def test_difference_counts_words_not_marks() -> None:
    found = difference("A café.", "A café, on Saturdays!")
    assert (found.added, found.taken) == (2, 0)
    assert not found.is_empty
    assert difference("The same.", "The same.").segments == (Segment("same", "The same."),)
    assert difference("", "").is_empty


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "All new."),
        ("All gone.", ""),
        ("One.\n\nTwo.\n", "One.\n\nThree.\n\nTwo.\n"),
        ("a " * 2000, "b " * 2000),
        ("a b " * 1000, "b a " * 1000),
        ("." * 4000, "." * 1999 + "!" + "." * 2000),
        ("Зал 好的 e\u0301", "Зал 好 e"),
        ("a\nb\n" * 1000, "b\na\n" * 1000),
    ],
)
def test_difference_loses_no_character_and_takes_no_time(old: str, new: str) -> None:
    segments = difference(old, new).segments
    assert "".join(each.text for each in segments if each.kind != "added") == old
    assert "".join(each.text for each in segments if each.kind != "taken") == new


# --- editing -----------------------------------------------------------------------------------


def test_edit_proposal_of_a_draft_makes_no_version(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )
    saved = edited(drafted, "Company, and cake.", world.carer)
    assert (saved.why, saved.version, kinds_about(saved)) == ("Company, and cake.", 0, [])


def test_edit_proposal_keeps_the_earlier_words_as_a_version(world: World) -> None:
    proposal = an_open_proposal(world)
    before = live.revision(proposal)
    saved = edited(proposal, "Nowhere to go on Sundays.", world.carer)
    assert (saved.version, saved.status) == (2, ProposalStatus.OPEN)
    first, second = saved.versions.all()
    assert first.why == "Nowhere to go on Saturdays."
    assert (second.why, second.by) == ("Nowhere to go on Sundays.", world.carer)
    assert kinds_about(saved) == ["proposal_opened", "proposal_edited"]
    entry = RecordEntry.objects.get(kind="proposal_edited")
    assert "Sundays" not in entry.line
    kept = RecordContent.objects.get(partnership_id=entry.partnership_id, seq=entry.seq)
    assert kept.content["why"] == "Nowhere to go on Sundays."
    assert live.revision(proposal) == before + 1


def test_edit_proposal_with_the_same_words_changes_nothing(world: World) -> None:
    proposal = an_open_proposal(world)
    assert edited(proposal, proposal.why, world.carer).version == 1
    assert kinds_about(proposal) == ["proposal_opened"]


@pytest.mark.parametrize("reaction", ["support", "comment", "amendment"])
def test_edit_proposal_asks_for_a_reason_once_others_have_reacted(
    world: World, reaction: str
) -> None:
    proposal = an_open_proposal(world)
    if reaction == "support":
        supports.support_proposal(proposal=proposal, by=world.service_user)
    elif reaction == "comment":
        comments.comment_on_proposal(proposal=proposal, text="Yes.", by=world.service_user)
    else:
        an_amendment(world, proposal)
    with pytest.raises(proposals.UnableToEditProposal, match="say why"):
        edited(proposal, "Other words.", world.carer)
    saved = edited(proposal, "Other words.", world.carer, reason="It was unclear.")
    assert saved.versions.last().reason == "It was unclear."


def test_edit_proposal_tells_supporters_that_they_may_take_their_support_back(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    comments.comment_on_proposal(proposal=proposal, text="Hm.", by=world.partner)
    Notice.objects.all().delete()
    edited(proposal, "Other words.", world.carer, reason="Clearer.")
    assert [("take your support back" in each) for each in told(world.service_user)] == [True]
    assert [("take your support back" in each) for each in told(world.partner)] == [False]
    assert told(world.carer) == []
    page = signed_in(world.service_user).get(proposal.get_absolute_url()).content.decode()
    assert "after you supported it" in page
    assert reverse("codesign:versions", args=["norfolk", proposal.pk]) in page
    assert "after you supported it" not in (
        signed_in(world.partner).get(proposal.get_absolute_url()).content.decode()
    )


def test_edit_proposal_is_refused_when_the_words_moved_on_and_nothing_is_lost(world: World) -> None:
    proposal = an_open_proposal(world)
    a_co_author(world, proposal, world.partner)
    edited(proposal, "The first to save.", world.carer, based_on=1)
    with pytest.raises(WordsHaveChanged):
        edited(proposal, "The second to save.", world.partner, based_on=1)
    proposal.refresh_from_db()
    assert proposal.why == "The first to save."


def test_edit_proposal_refusals(world: World) -> None:
    proposal = an_open_proposal(world)
    with pytest.raises(permissions.PermissionRefused):
        edited(proposal, "Not mine.", world.facilitator)
    other = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        edited(proposal, "Not ours.", other.carer)
    words = ProposalWords(title="A", why="B", feature=other.feature)
    with pytest.raises(permissions.OutsidePartnership):
        proposals.edit_proposal(proposal=proposal, words=words, based_on=1, by=world.carer)
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Not now.")
    with pytest.raises(proposals.UnableToEditProposal, match="Parked"):
        edited(proposal, "Too late.", world.carer)


def test_edit_proposal_is_refused_when_the_stage_is_over(world: World) -> None:
    proposal = an_open_proposal(world)
    proposal.workspace.stages.update(kind=StageKind.CHOOSE)
    with pytest.raises(proposals.UnableToEditProposal, match="Choose"):
        edited(proposal, "Too late.", world.carer)


def test_edit_proposal_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = an_open_proposal(world)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        edited(proposal, "Lost.", world.carer)
    proposal.refresh_from_db()
    assert (proposal.why, proposal.versions.count()) == ("Nowhere to go on Saturdays.", 1)


def test_support_from_before_the_words_changed_can_be_kept(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    edited(proposal, "Nowhere to go on Sundays.", world.carer, reason="Sundays are worse.")
    client = signed_in(world.service_user)
    before = client.get(proposal.get_absolute_url()).content.decode()
    url = reverse("codesign:keep_support", args=["norfolk", proposal.pk])
    assert "I still support it" in before
    assert url in before
    entries, revision = RecordEntry.objects.count(), live.revision(proposal)
    for _twice in range(2):
        assert client.post(url).status_code == 302
    after = client.get(proposal.get_absolute_url()).content.decode()
    assert "That was after you supported it." not in after
    proposal.refresh_from_db()
    assert proposal.support_count == 1
    assert (RecordEntry.objects.count(), live.revision(proposal)) == (entries, revision)
    assert supports.keep_support(proposal=proposal, by=world.partner) is False
    assert proposal.supports.count() == 1


def test_keep_support_refusals(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    with pytest.raises(permissions.OutsidePartnership):
        supports.keep_support(proposal=proposal, by=World(slug="other").carer)
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Later.")
    with pytest.raises(supports.UnableToSupportProposal, match="closed"):
        supports.keep_support(proposal=proposal, by=world.service_user)
    proposal.workspace.stages.update(kind=StageKind.DECIDE)
    with pytest.raises(supports.UnableToSupportProposal, match="Decide"):
        supports.keep_support(proposal=Proposal.objects.get(), by=world.service_user)
