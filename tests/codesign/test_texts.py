"""A proposal's words: versions, changes others suggest, co-authors, estimates."""

import pytest
from django.test import Client
from django.urls import reverse

from codesign.differences import Segment, difference
from codesign.enums import (
    AmendmentStatus,
    OpenTo,
    ProposalStatus,
    RoughCost,
    RoughEffort,
    StageKind,
)
from codesign.models import Amendment, CoAuthor, Proposal
from codesign.operations import comments, members, proposals, supports, texts
from codesign.operations.proposals import ProposalWords, WordsHaveChanged
from portal import clock, live, permissions, record
from portal.enums import Role, Visibility
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal, kinds_about
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def edited(proposal: Proposal, why: str, by: Participant, *, based_on: int = 0, **more) -> Proposal:
    """The proposal with other words for why it matters."""
    words = ProposalWords(title=proposal.title, why=why)
    return proposals.edit_proposal(
        proposal=proposal, words=words, based_on=based_on or proposal.version, by=by, **more
    )


def an_amendment(world: World, proposal: Proposal, why: str = "Sundays too.") -> Amendment:
    return texts.amend_proposal(
        proposal=proposal,
        title=proposal.title,
        why=why,
        reason="Many work on Saturdays.",
        based_on=proposal.version,
        by=world.service_user,
    )


def told(person: Participant) -> list[str]:
    return list(Notice.objects.filter(participant=person).values_list("text", flat=True))


def a_co_author(world: World, proposal: Proposal, person: Participant) -> CoAuthor:
    asked = texts.invite_co_author(proposal=proposal, participant=person, by=world.carer)
    return texts.answer_co_author_invitation(co_author=asked, accept=True, by=person)


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


# --- amendments --------------------------------------------------------------------------------


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


# --- co-authors and estimates ------------------------------------------------------------------


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


# --- pages -------------------------------------------------------------------------------------


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
