"""Merging many into one, splitting one into parts: nobody's words, support or place are lost."""

import pytest
from django.urls import reverse

from codesign.enums import CommentKind, ProposalStatus
from codesign.models import CoAuthor, Proposal, ProposalSplit, Support
from codesign.operations import comments, merges, proposals, supports, texts
from codesign.operations.merges import Part
from codesign.operations.proposals import UnableToMoveProposal
from codesign.queries.concerned import people_of_proposals
from codesign.queries.merges import kin_of, moves_of, to_merge
from content.trail import trail_of
from feedback.operations import themes
from portal import live, permissions, record
from portal.enums import Role
from portal.models import Notice, Participant, RecordEntry, ref
from portal.operations import notices as following
from tests.codesign.test_proposals import an_open_proposal, kinds_about
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def into(world: World) -> Proposal:
    return an_open_proposal(world)


def by_somebody(world: World, by: Participant, title: str = "A tea room") -> Proposal:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title=title, why="To sit and talk.", by=by
    )
    return proposals.open_proposal(proposal=drafted, by=by)


def told(text: str) -> dict[str, bool]:
    """Who was told something with these words, by name, and whether it asks for an answer."""
    found = Notice.objects.filter(text__contains=text).select_related("participant")
    return {each.participant.display_name: each.needs_me for each in found}


def supporters(proposal: Proposal) -> dict[str, str]:
    """Names and the roles they had then; the counters must say the same."""
    proposal.refresh_from_db()
    rows = list(proposal.supports.select_related("participant"))
    assert proposal.support_count == len(rows)
    assert sum(proposal.role_support.values()) == len(rows)
    return {each.participant.display_name: each.role for each in rows}


# --- merging ---------------------------------------------------------------------------------


def test_merge_proposals_many_into_one_carries_support_over_without_doubling(
    world: World, into: Proposal
) -> None:
    tea = by_somebody(world, world.partner)
    lunch = by_somebody(world, world.service_user, "Lunch together")
    supports.support_proposal(proposal=into, by=world.guest)
    supports.support_proposal(proposal=tea, by=world.guest)
    supports.support_proposal(proposal=tea, by=world.carer)  # who wrote the one that stays
    supports.support_proposal(proposal=lunch, by=world.provider, entered_by=world.facilitator)
    supports.support_proposal(proposal=lunch, by=world.guest)
    Participant.objects.filter(pk=world.provider.pk).update(role=Role.COMMISSIONER)
    before = live.revision(into)
    links = merges.merge_proposals(
        proposals=[lunch, tea, tea], into=into, by=world.facilitator, reason="The same wish."
    )
    assert [(link.source, link.target, link.why) for link in links] == [
        (tea, into, "The same wish."),
        (lunch, into, "The same wish."),
    ]
    assert supporters(into) == {
        "Blue Kite": "carer",
        "Priya": "provider",  # as it was then
        "Funmi": "partner",  # the authors of what was merged
        "Sam": "service_user",
    }
    carried = Support.objects.get(proposal=into, participant=world.provider)
    assert carried.entered_by == world.facilitator
    assert len(supporters(tea)) == 2  # and it stays where it was
    for merged in (tea, lunch):
        merged.refresh_from_db()
        assert (merged.status, merged.status_reason) == (ProposalStatus.MERGED, "The same wish.")
        assert kinds_about(merged)[-1] == "proposal_merged"
        line = RecordEntry.objects.get(subject=ref(merged), kind="proposal_merged").line
        assert f'"into":"{ref(into)}"' in line
    assert live.revision(into) > before


def test_merge_proposals_asks_the_authors_to_write_on_and_tells_everybody_once(
    world: World, into: Proposal
) -> None:
    tea = by_somebody(world, world.partner)
    supports.support_proposal(proposal=tea, by=world.guest)
    supports.support_proposal(proposal=into, by=world.provider)
    merges.merge_proposals(
        proposals=[tea], into=into, by=world.facilitator, reason="The same wish."
    )
    asked = CoAuthor.objects.get(proposal=into)
    assert (asked.participant, asked.invited_by, asked.is_waiting) == (
        world.partner,
        world.facilitator,
        True,
    )
    assert "co_author_invited" in kinds_about(into)
    assert told("asked to write on together") == {"Funmi": True}
    assert told("now lives on in") == {"Blue Kite": False}
    assert told("Similar suggestions were merged") == {"Maureen": False, "Priya": False}
    texts.answer_co_author_invitation(co_author=asked, accept=True, by=world.partner)
    assert world.partner.pk in Proposal.objects.get(pk=into.pk).author_ids


def test_merge_proposals_asks_nobody_who_writes_it_already_and_carries_followers_over(
    world: World, into: Proposal
) -> None:
    mine = by_somebody(world, world.carer)
    following.follow(thing=mine, by=world.evaluator)
    merges.merge_proposals(proposals=[mine], into=into, by=world.facilitator, reason="The same.")
    assert not CoAuthor.objects.exists()
    assert supporters(into) == {}
    assert world.evaluator.follows.filter(subject=ref(into)).count() == 1


def test_merge_proposals_keeps_sources_authors_and_comments_in_sight(
    world: World, into: Proposal
) -> None:
    tea = by_somebody(world, world.partner)
    comments.comment_on_proposal(proposal=tea, text="I know a place.", by=world.service_user)
    theme = themes.name_theme(
        partnership=world.partnership, name="Company", summary="x", by=world.provider
    )
    themes.link_theme_to_proposal(theme=theme, proposal=tea, by=world.partner, why="It asks.")
    merges.merge_proposals(proposals=[tea], into=into, by=world.facilitator, reason="The same.")
    page = signed_in(world.carer).get(into.get_absolute_url()).content.decode()
    assert "Also suggested by" in page
    assert "Funmi" in page
    assert "1 more comment, on “A tea room”" in page
    theirs = signed_in(world.carer).get(tea.get_absolute_url()).content.decode()
    assert "It lives on in" in theirs
    assert into.get_absolute_url() in theirs
    assert "I know a place." in theirs
    trail = trail_of("proposal", into.pk, partnership=world.partnership, participant=world.carer)
    assert trail is not None
    assert {step.ref for step in trail.before} == {ref(theme), ref(tea)}


def test_those_behind_what_was_merged_twice_over_are_still_concerned(
    world: World, into: Proposal
) -> None:
    first = by_somebody(world, world.partner, "A bench")
    comments.comment_on_proposal(proposal=first, text="In the shade.", by=world.service_user)
    second = by_somebody(world, world.guest)
    merges.merge_proposals(proposals=[first], into=second, by=world.facilitator, reason="Same.")
    merges.merge_proposals(proposals=[second], into=into, by=world.facilitator, reason="Same.")
    concerned = {each.participant for each in people_of_proposals([into.pk])}
    assert {world.partner, world.guest, world.service_user} <= concerned


def test_merge_proposals_refusals(world: World, into: Proposal) -> None:
    tea = by_somebody(world, world.partner)
    elsewhere = proposals.open_proposal(
        proposal=proposals.draft_proposal(
            workspace=world.open_workspace("Another"), title="x", why="x", by=world.carer
        ),
        by=world.carer,
    )

    def merge(*them: Proposal, to: Proposal = into, by: Participant = world.facilitator) -> None:
        merges.merge_proposals(proposals=them, into=to, by=by, reason="Because.")

    for who in (world.carer, world.provider, world.moderator):
        with pytest.raises(permissions.PermissionRefused):
            merge(tea, by=who)
    with pytest.raises(permissions.OutsidePartnership):
        merge(tea, by=World(slug="other").facilitator)
    for them in ([], [into], [tea, into], [elsewhere], [tea, elsewhere]):
        with pytest.raises(UnableToMoveProposal, match="another suggestion of the same space"):
            merge(*them)
    proposals.park_proposal(proposal=tea, by=world.facilitator, reason="Not now.")
    with pytest.raises(UnableToMoveProposal, match="not open any more"):
        merge(into, to=tea)
    with pytest.raises(UnableToMoveProposal, match="Parked"):
        merge(tea)
    assert kin_of(into).merged == []


def test_merge_proposals_writes_nothing_when_the_record_fails(
    world: World, into: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea = by_somebody(world, world.partner)
    supports.support_proposal(proposal=tea, by=world.guest)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        merges.merge_proposals(proposals=[tea], into=into, by=world.facilitator, reason="Same.")
    tea.refresh_from_db()
    assert tea.status == ProposalStatus.OPEN
    assert supporters(into) == {}


# --- splitting -------------------------------------------------------------------------------

PARTS = [Part("Tea on Mondays", "To talk."), Part("A quiet room", "To rest.")]


def test_split_proposal_makes_open_parts_of_the_same_author(world: World, into: Proposal) -> None:
    supports.support_proposal(proposal=into, by=world.guest)
    comments.comment_on_proposal(
        proposal=into, text="Where?", kind=CommentKind.QUESTION, by=world.partner
    )
    tea, room = merges.split_proposal(
        proposal=into, parts=PARTS, by=world.facilitator, reason="Two ideas."
    )
    into.refresh_from_db()
    assert (into.status, into.status_reason, into.support_count, into.comment_count) == (
        ProposalStatus.SPLIT,
        "Two ideas.",
        1,
        1,
    )
    assert (tea.title, tea.why, tea.by, tea.by_role, tea.entered_by) == (
        "Tea on Mondays",
        "To talk.",
        world.carer,
        "carer",
        world.facilitator,
    )
    assert (tea.status, tea.version, tea.attention) == (ProposalStatus.OPEN, 1, 1)
    assert tea.versions.get().title == "Tea on Mondays"
    assert kinds_about(tea) == ["proposal_opened"]
    entry = RecordEntry.objects.get(subject=ref(into), kind="proposal_split")
    assert f'"into":["{ref(tea)}","{ref(room)}"]' in entry.line
    links = ProposalSplit.objects.order_by("pk")
    assert [(each.source, each.target) for each in links] == [(into, tea), (into, room)]
    assert told("was split into 2 parts. They are yours") == {"Maureen": True}
    assert told("Support those you want") == {"Blue Kite": False, "Funmi": False}
    assert supporters(tea) == {}  # nobody is made to support a part
    assert supports.support_proposal(proposal=tea, by=world.guest) is True
    assert world.carer.follows.filter(subject=ref(room)).exists()


def test_split_proposal_is_shown_both_ways_and_on_the_trail(world: World, into: Proposal) -> None:
    tea, _room = merges.split_proposal(
        proposal=into, parts=PARTS, by=world.facilitator, reason="Two ideas."
    )
    reader = signed_in(world.guest)
    page = reader.get(into.get_absolute_url()).content.decode()
    assert tea.get_absolute_url() in page
    assert reverse("codesign:support_proposal", args=["norfolk", tea.pk]) in page
    assert "Two ideas." in page
    part = reader.get(tea.get_absolute_url()).content.decode()
    assert "It was part of" in part
    assert into.get_absolute_url() in part
    trail = trail_of("proposal", into.pk, partnership=world.partnership, participant=world.guest)
    assert trail is not None
    assert len(trail.after) == 2
    assert {str(link.leads_to) for link in trail.links} == {"was split into"}


def test_split_proposal_keeps_its_co_authors(world: World, into: Proposal) -> None:
    asked = texts.invite_co_author(proposal=into, participant=world.guest, by=world.carer)
    texts.answer_co_author_invitation(co_author=asked, accept=True, by=world.guest)
    texts.invite_co_author(proposal=into, participant=world.partner, by=world.carer)
    for part in merges.split_proposal(
        proposal=into, parts=PARTS, by=world.facilitator, reason="Two ideas."
    ):
        assert part.author_ids == {world.carer.pk, world.guest.pk}


def test_split_proposal_refusals(world: World, into: Proposal) -> None:
    with pytest.raises(permissions.PermissionRefused):
        merges.split_proposal(proposal=into, parts=PARTS, by=world.carer, reason="Because.")
    with pytest.raises(UnableToMoveProposal, match="two parts"):
        merges.split_proposal(proposal=into, parts=PARTS[:1], by=world.facilitator, reason="x")
    merges.split_proposal(proposal=into, parts=PARTS, by=world.facilitator, reason="x")
    with pytest.raises(UnableToMoveProposal, match="Split"):
        merges.split_proposal(proposal=into, parts=PARTS, by=world.facilitator, reason="x")
    assert Proposal.objects.count() == 3


# --- pages -----------------------------------------------------------------------------------


def test_merging_by_posting_forms_finds_by_words_and_keeps_what_is_ticked(
    world: World, into: Proposal
) -> None:
    tea, gym = (
        by_somebody(world, world.partner, "A café on Sundays"),
        an_open_proposal(world, "Gym"),
    )
    client = signed_in(world.facilitator)
    url = reverse("codesign:merge_proposals", args=["norfolk", into.pk])
    assert url in client.get(into.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    assert "A café on Sundays" in page  # the likest are offered
    assert ">Gym" not in page
    looked = client.post(
        url, {"look": "1", "find": "gym", "proposals": [tea.pk], "reason": "Both say it."}
    ).content.decode()
    assert f'value="{tea.pk}"' in looked
    assert "checked" in looked
    assert f'value="{gym.pk}"' in looked
    assert "Both say it." in looked
    assert "There is a problem" not in looked
    assert Proposal.objects.filter(status=ProposalStatus.MERGED).count() == 0
    none = client.post(url, {"find": "", "reason": "Both say it."})
    assert none.status_code == 422
    assert "tick at least one" in none.content.decode()
    sent = {"proposals": [tea.pk, gym.pk], "reason": "Both say it.", "once": "m"}
    assert client.post(url, sent)["Location"] == into.get_absolute_url()
    assert client.post(url, sent)["Location"] == into.get_absolute_url()
    assert kin_of(into).merged == [tea, gym]


def test_merging_is_refused_with_its_reason_on_the_page(world: World, into: Proposal) -> None:
    tea = by_somebody(world, world.partner)
    proposals.park_proposal(proposal=into, by=world.facilitator, reason="Not now.")
    answer = signed_in(world.facilitator).post(
        reverse("codesign:merge_proposals", args=["norfolk", into.pk]),
        {"proposals": [tea.pk], "reason": "Both say it."},
    )
    assert answer.status_code == 422
    assert "not open any more" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_to_merge_takes_one_query_or_two(
    world: World, into: Proposal, count: int, django_assert_num_queries
) -> None:
    made = [by_somebody(world, world.partner, f"A café, number {n}") for n in range(count)]
    with django_assert_num_queries(1):
        assert set(to_merge(into, "", [])) == set(made)
    with django_assert_num_queries(2):
        assert to_merge(into, "nothing has these words", [str(made[0].pk), "x", "9" * 30]) == [
            made[0]
        ]


def test_splitting_by_posting_forms_makes_room_and_keeps_what_is_written(
    world: World, into: Proposal
) -> None:
    client = signed_in(world.facilitator)
    url = reverse("codesign:split_proposal", args=["norfolk", into.pk])
    assert url in client.get(into.get_absolute_url()).content.decode()
    assert "Part 3" not in client.get(url).content.decode()
    words = {"title_1": "Tea", "why_1": "To talk.", "title_2": "A room", "why_2": "To rest."}
    more = client.post(url, words | {"more": "1", "reason": "Two ideas."}).content.decode()
    assert "Part 3" in more
    assert "To rest." in more
    assert "There is a problem" not in more
    half = client.post(url, words | {"title_3": "Half", "why_3": "", "reason": "Two ideas."})
    assert half.status_code == 422
    assert "empty this part" in half.content.decode()
    full = words | {"title_3": "", "why_3": "", "reason": "Two ideas.", "once": "s"}
    assert client.post(url, full)["Location"] == into.get_absolute_url()
    assert client.post(url, full)["Location"] == into.get_absolute_url()
    assert [each.title for each in kin_of(into).parts] == ["Tea", "A room"]


def test_the_page_tells_every_move_with_its_reason(world: World, into: Proposal) -> None:
    assert moves_of(into) == []
    into = proposals.park_proposal(proposal=into, by=world.facilitator, reason="No room now.")
    into = proposals.reopen_proposal(proposal=into, by=world.carer, reason="We found a room.")
    assert [(each.by, each.reason) for each in moves_of(into)] == [
        (world.facilitator, "No room now."),
        (world.carer, "We found a room."),
    ]
    page = signed_in(world.guest).get(into.get_absolute_url()).content.decode()
    assert "What happened to this suggestion so far" in page
    assert "No room now." in page
    record.erase([ref(into)], by=world.admin, subject=into, reason="Asked for.")
    assert [each.reason for each in moves_of(into)] == ["", ""]


def test_acts_are_offered_to_those_who_may_do_them(world: World, into: Proposal) -> None:
    def offered(who: Participant) -> set[str]:
        page = signed_in(who).get(into.get_absolute_url()).content.decode()
        acts = ("shortlist", "park", "merge", "split", "withdraw", "reopen")
        base = into.get_absolute_url()
        return {act for act in acts if f"{base}{act}/" in page}

    assert offered(world.facilitator) == {"shortlist", "park", "merge", "split"}
    assert offered(world.carer) == {"withdraw"}
    assert offered(world.guest) == set()
    proposals.park_proposal(proposal=into, by=world.facilitator, reason="Not now.")
    assert offered(world.facilitator) == {"reopen"}
    assert offered(world.carer) == {"withdraw", "reopen"}
    proposals.withdraw_proposal(proposal=into, by=world.carer, reason="Done.")
    assert offered(world.carer) == {"reopen"}
    assert offered(world.guest) == set()
