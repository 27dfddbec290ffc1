"""Moderation: reporting words, answering a report, hiding."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from codesign.enums import CommentKind, HidingReason
from codesign.models import Comment, Hiding, Proposal, Report
from codesign.operations import comments, moderation, proposals
from portal import live, permissions, record
from portal.enums import Channel, Duty, Role
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.moderated import a_comment, hide, kinds, report, told
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in, words_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    cache.clear()
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


@pytest.fixture
def comment(world: World, proposal: Proposal) -> Comment:
    return a_comment(world, proposal)


@pytest.fixture
def second(world: World) -> Participant:
    """Another moderator."""
    return world.person(Role.PARTNER, Duty.MODERATOR, name="Nadia")


# -- reporting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["proposal", "comment"])
def test_report_tells_the_moderators_and_never_who_it_was(
    world: World, kind: str, request: pytest.FixtureRequest
) -> None:
    thing = request.getfixturevalue(kind)
    made = report(thing, world.partner)
    assert made.about == thing
    assert kinds(made) == ["words_reported"]
    line = RecordEntry.objects.get(subject=ref(made)).line
    assert ref(world.partner) not in line
    assert "Look." not in line
    assert not RecordContent.objects.filter(content__icontains="Look.").exists()
    notice = Notice.objects.get(participant=world.moderator, needs_me=True)
    assert world.partner.display_name not in notice.text
    author = world.carer if kind == "proposal" else world.service_user
    assert not any("reported" in text for text in told(author))


def test_report_is_refused_for_ones_own_or_hidden_words_and_twice(
    world: World, proposal: Proposal, comment: Comment
) -> None:
    with pytest.raises(moderation.UnableToReport, match="your own"):
        report(comment, world.service_user)
    report(comment, world.partner)
    with pytest.raises(moderation.UnableToReport, match="already"):
        report(comment, world.partner)
    report(comment, world.provider)  # somebody else may
    hide(comment, world.moderator)
    with pytest.raises(moderation.UnableToReport, match="hidden already"):
        report(comment, world.partner)
    draft = proposals.draft_proposal(workspace=world.workspace, title="A", why="B", by=world.carer)
    with pytest.raises(moderation.UnableToReport):
        report(draft, world.partner)
    with pytest.raises(permissions.OutsidePartnership):
        report(proposal, World(slug="other").carer)


def test_report_again_after_an_answer(world: World, comment: Comment) -> None:
    moderation.answer_report(report=report(comment, world.partner), answer="x", by=world.moderator)
    assert report(comment, world.partner).handled_at is None


def test_report_proposal_page(world: World, proposal: Proposal) -> None:
    client = signed_in(world.service_user)
    url = reverse("codesign:report_proposal", args=["norfolk", proposal.pk])
    assert f'href="{url}"' in client.get(proposal.get_absolute_url()).content.decode()
    assert f'href="{url}"' not in (
        signed_in(world.carer).get(proposal.get_absolute_url()).content.decode()
    )
    wrong = client.post(url, {"words": "Something is wrong."})
    assert wrong.status_code == 422
    assert "Something is wrong." in wrong.content.decode()
    assert client.post(url, {"reason": "harm", "words": ""}).status_code == 302
    again = client.post(url, {"reason": "harm", "words": ""})
    assert (again.status_code, Report.objects.count()) == (422, 1)
    assert "You have reported this already" in again.content.decode()


def test_report_is_limited_and_keeps_the_words(world: World, comment: Comment) -> None:
    client = signed_in(world.partner)
    url = reverse("codesign:report_comment", args=["norfolk", comment.pk])
    sent = {"reason": "harm", "words": "It names my mother."}
    answers = [client.post(url, sent) for _each in range(21)]
    assert [answer.status_code for answer in answers] == [302, *[422] * 19, 429]
    page = answers[-1].content.decode()
    assert "You have tried many times" in page
    assert "It names my mother." in page
    assert Report.objects.count() == 1


# -- answering a report ----------------------------------------------------------------------------


def test_answer_report_answers_all_about_the_same_words(
    world: World, proposal: Proposal, comment: Comment
) -> None:
    first, other = report(comment, world.partner), report(comment, world.provider)
    elsewhere = report(proposal, world.partner)
    closed = moderation.answer_report(report=first, answer="It is a view.", by=world.moderator)
    assert {each.pk for each in closed} == {first.pk, other.pk}
    for each in (first, other):
        each.refresh_from_db()
        assert (each.outcome, each.answer, each.handled_by) == (
            "left",
            "It is a view.",
            world.moderator,
        )
        assert kinds(each) == ["words_reported", "report_answered"]
    elsewhere.refresh_from_db()
    assert elsewhere.handled_at is None
    assert any("It is a view." in text for text in told(world.partner))
    assert any("It is a view." in text for text in told(world.provider))
    comment.refresh_from_db()
    assert not comment.is_hidden


def test_answer_report_refusals(world: World, proposal: Proposal, second: Participant) -> None:
    about_mine = report(
        comments.comment_on_proposal(proposal=proposal, text="Mine.", by=second), world.partner
    )
    assert not any("reported" in text for text in told(second))
    with pytest.raises(permissions.PermissionRefused):
        moderation.answer_report(report=about_mine, answer="x", by=world.facilitator)
    with pytest.raises(moderation.UnableToAnswerReport, match="your own"):
        moderation.answer_report(report=about_mine, answer="x", by=second)
    moderation.answer_report(report=about_mine, answer="x", by=world.moderator)
    with pytest.raises(moderation.UnableToAnswerReport, match="meanwhile"):
        moderation.answer_report(report=about_mine, answer="y", by=world.moderator)


# -- hiding ----------------------------------------------------------------------------------------


def test_hide_comment_shows_the_reason_and_tells_everybody_concerned(
    world: World, proposal: Proposal, comment: Comment
) -> None:
    before = live.revision(proposal)
    reported = report(comment, world.partner)
    hiding = hide(comment, world.moderator)
    comment.refresh_from_db()
    assert comment.is_hidden
    assert comment.hidden_by == world.moderator
    assert comment.hidden_reason == f"{HidingReason.NAMED.label}. Please leave names out."
    assert (hiding.reason, hiding.why, hiding.about) == (
        "named",
        "Please leave names out.",
        comment,
    )
    assert kinds(comment) == ["comment_added", "comment_hidden"]
    entry = RecordEntry.objects.get(subject=ref(comment), kind="comment_hidden")
    assert '"reason":"named"' in entry.line
    assert "leave names out" not in entry.line
    assert live.revision(proposal) > before
    reported.refresh_from_db()
    assert (reported.outcome, reported.handled_by) == ("hidden", world.moderator)
    assert any("What you reported was hidden" in text for text in told(world.partner))
    notice = Notice.objects.get(participant=world.service_user, needs_me=True)
    assert "You can ask us to look again" in notice.text
    assert notice.url == hiding.get_absolute_url()
    page = words_on(Client(), proposal.get_absolute_url())
    assert "Anna again." not in page
    assert "Please leave names out." in page


def test_hide_proposal_keeps_its_place(world: World, proposal: Proposal) -> None:
    hide(proposal, world.moderator)
    proposal.refresh_from_db()
    assert (proposal.is_hidden, proposal.status) == (True, "open")
    assert kinds(proposal) == ["proposal_opened", "proposal_hidden"]
    assert Notice.objects.filter(participant=world.carer, needs_me=True).exists()
    page = words_on(Client(), proposal.get_absolute_url())
    assert "Nowhere to go on Saturdays." not in page
    assert "Please leave names out." in page


def test_hide_twice_is_once(world: World, comment: Comment, second: Participant) -> None:
    first = hide(comment, world.moderator)
    assert hide(comment, second, "Other words.") == first
    assert Hiding.objects.count() == 1
    comment.refresh_from_db()
    assert comment.hidden_by == world.moderator


def test_hide_refusals(world: World, proposal: Proposal, comment: Comment) -> None:
    with pytest.raises(permissions.PermissionRefused):
        hide(comment, world.facilitator)
    with pytest.raises(permissions.OutsidePartnership):
        hide(comment, World(slug="other").moderator)
    mine = comments.comment_on_proposal(proposal=proposal, text="Mine.", by=world.moderator)
    with pytest.raises(moderation.UnableToHide, match="your own"):
        hide(mine, world.moderator)
    draft = proposals.draft_proposal(workspace=world.workspace, title="A", why="B", by=world.carer)
    with pytest.raises(moderation.UnableToHide):
        hide(draft, world.moderator)


def test_hide_writes_nothing_when_the_record_fails(
    world: World, comment: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        hide(comment, world.moderator)
    comment.refresh_from_db()
    assert not comment.is_hidden
    assert not Hiding.objects.exists()


def test_a_hidden_question_waits_for_no_answer_until_it_is_back(
    world: World, proposal: Proposal
) -> None:
    question = a_comment(world, proposal, CommentKind.QUESTION, "Where is Anna?")
    a_comment(world, proposal, CommentKind.QUESTION, "When?")
    proposal.refresh_from_db()
    assert (proposal.open_questions, proposal.attention) == (2, 2)
    hiding = hide(question, world.moderator)
    proposal.refresh_from_db()
    assert (proposal.open_questions, proposal.attention, proposal.comment_count) == (1, 1, 2)
    moderation.ask_again(hiding=hiding, words="Please.", by=world.service_user)
    moderation.answer_asking(hiding=hiding, put_back=True, why="Fine.", by=world.moderator)
    proposal.refresh_from_db()
    assert (proposal.open_questions, proposal.attention) == (2, 2)


def test_whoever_wrote_it_down_for_somebody_hears_of_it_too(
    world: World, proposal: Proposal
) -> None:
    comment = comments.comment_on_proposal(
        proposal=proposal,
        text="Said by phone.",
        by=world.guest,
        entered_by=world.provider,
        channel=Channel.PHONE,
        consent="By phone.",
    )
    hiding = hide(comment, world.moderator)
    assert any("was hidden" in text for text in told(world.provider))
    moderation.ask_again(hiding=hiding, words="They meant somebody else.", by=world.provider)
    hiding.refresh_from_db()
    assert hiding.asked_words == "They meant somebody else."


def test_hide_comment_page(world: World, comment: Comment) -> None:
    report(comment, world.partner, "It names Anna.")
    client = signed_in(world.moderator)
    url = reverse("codesign:hide_comment", args=["norfolk", comment.pk])
    page = client.get(url).content.decode()
    assert "It names Anna." in page
    assert 'value="named"' in page
    wrong = client.post(url, {"why": "Some words."})
    assert wrong.status_code == 422
    assert "Some words." in wrong.content.decode()
    done = client.post(url, {"reason": "named", "why": "Some words."})
    assert (done.status_code, done["Location"]) == (302, comment.get_absolute_url())
