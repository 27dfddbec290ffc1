"""Moderation: reporting, hiding, asking again, answering; the queue, the log and the policy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from codesign.enums import CommentKind, HidingReason, OpenTo
from codesign.models import Comment, Hiding, Proposal, Report, Workspace
from codesign.operations import comments, moderation, proposals
from codesign.queries import moderation as queries
from portal import clock, live, permissions, record
from portal.enums import Channel, Duty, Role, Visibility
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

Thing = Proposal | Comment


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


def a_comment(
    world: World, proposal: Proposal, kind: CommentKind = CommentKind.FOR, text: str = "Anna again."
) -> Comment:
    return comments.comment_on_proposal(
        proposal=proposal, text=text, kind=kind, by=world.service_user
    )


def report(thing: Thing, by: Participant, words: str = "Look.") -> Report:
    reason = HidingReason.NAMED
    if isinstance(thing, Comment):
        return moderation.report_comment(comment=thing, reason=reason, words=words, by=by)
    return moderation.report_proposal(proposal=thing, reason=reason, words=words, by=by)


def hide(thing: Thing, by: Participant, why: str = "Please leave names out.") -> Hiding:
    reason = HidingReason.NAMED
    if isinstance(thing, Comment):
        return moderation.hide_comment(comment=thing, reason=reason, why=why, by=by)
    return moderation.hide_proposal(proposal=thing, reason=reason, why=why, by=by)


def kinds(thing: Model) -> list[str]:
    return list(
        RecordEntry.objects.filter(subject=ref(thing))
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def told(person: Participant) -> list[str]:
    return list(
        Notice.objects.filter(participant=person).order_by("pk").values_list("text", flat=True)
    )


def words_on(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


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


def test_report_is_limited(world: World, comment: Comment) -> None:
    client = signed_in(world.partner)
    url = reverse("codesign:report_comment", args=["norfolk", comment.pk])
    answers = [client.post(url, {"reason": "no"}).status_code for _each in range(21)]
    assert answers == [422] * 20 + [429]


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


# -- looking again ---------------------------------------------------------------------------------


def test_put_back(world: World, comment: Comment, second: Participant) -> None:
    report(comment, world.partner)
    hiding = hide(comment, world.moderator)
    Notice.objects.all().delete()
    moderation.ask_again(hiding=hiding, words="Anna is my cat.", by=world.service_user)
    assert kinds(hiding) == ["asked_again"]
    assert "cat" not in RecordEntry.objects.get(subject=ref(hiding)).line
    assert not RecordContent.objects.filter(content__icontains="my cat").exists()
    assert len(told(second)) == 1
    assert told(world.moderator) == []  # another one looks
    moderation.answer_asking(hiding=hiding, put_back=True, why="A cat may be named.", by=second)
    comment.refresh_from_db()
    hiding.refresh_from_db()
    assert (comment.hidden_at, comment.hidden_by, comment.hidden_reason) == (None, None, "")
    assert (hiding.answer, hiding.answered_by) == ("put_back", second)
    assert kinds(comment)[-1] == "words_put_back"
    line = RecordEntry.objects.get(subject=ref(comment), kind="words_put_back").line
    assert '"same_moderator":false' in line
    for person in (world.service_user, world.partner, world.moderator):
        assert any("A cat may be named." in text for text in told(person))
    assert Notice.objects.get(participant=world.service_user).needs_me


def test_hiding_stands(world: World, proposal: Proposal, second: Participant) -> None:
    hiding = hide(proposal, world.moderator)
    moderation.ask_again(hiding=hiding, words="Why?", by=world.carer)
    moderation.answer_asking(hiding=hiding, put_back=False, why="It names her.", by=second)
    proposal.refresh_from_db()
    assert proposal.is_hidden
    assert kinds(proposal)[-1] == "hiding_stands"
    assert any("stay hidden: It names her." in text for text in told(world.carer))
    with pytest.raises(moderation.UnableToAskAgain):
        moderation.ask_again(hiding=hiding, words="Again?", by=world.carer)


def test_ask_again_refusals(world: World, comment: Comment, second: Participant) -> None:
    hiding = hide(comment, world.moderator)
    with pytest.raises(permissions.PermissionRefused):
        moderation.ask_again(hiding=hiding, words="x", by=world.carer)
    moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    with pytest.raises(moderation.UnableToAskAgain, match="asked already"):
        moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=second)
    newer = hide(comment, world.moderator)
    assert newer != hiding
    moderation.ask_again(hiding=newer, words="x", by=world.service_user)


def test_answer_asking_refusals(world: World, comment: Comment, second: Participant) -> None:
    hiding = hide(comment, world.moderator)

    def answer(by: Participant) -> Hiding:
        return moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=by)

    with pytest.raises(moderation.UnableToAnswerAsking, match="Nobody has asked"):
        answer(second)
    moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    with pytest.raises(permissions.PermissionRefused):
        answer(world.facilitator)
    with pytest.raises(moderation.UnableToAnswerAsking, match="You hid these words"):
        answer(world.moderator)
    answer(second)
    with pytest.raises(moderation.UnableToAnswerAsking, match="meanwhile"):
        answer(second)


def test_the_only_moderator_may_look_again_and_the_log_says_so(
    world: World, comment: Comment
) -> None:
    hiding = hide(comment, world.moderator)
    moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    assert any("another look" in text for text in told(world.moderator))
    moderation.answer_asking(hiding=hiding, put_back=False, why="Still.", by=world.moderator)
    line = RecordEntry.objects.get(subject=ref(comment), kind="hiding_stands").line
    assert '"same_moderator":true' in line
    log = words_on(Client(), reverse("codesign:moderation_log", args=["norfolk"]))
    assert "There was only one moderator" in log


def test_a_second_moderator_who_wrote_the_words_cannot_look(
    world: World, proposal: Proposal, second: Participant
) -> None:
    mine = comments.comment_on_proposal(proposal=proposal, text="Mine.", by=second)
    hiding = hide(mine, world.moderator)
    moderation.ask_again(hiding=hiding, words="x", by=second)
    with pytest.raises(moderation.UnableToAnswerAsking, match="your own"):
        moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=second)
    moderation.answer_asking(hiding=hiding, put_back=True, why="x", by=world.moderator)


def test_ask_again_and_answer_pages(world: World, comment: Comment, second: Participant) -> None:
    hiding = hide(comment, world.moderator)
    author, url = signed_in(world.service_user), hiding.get_absolute_url()
    page = words_on(author, url)
    assert "Anna again." in page
    assert "Another moderator than the one who hid your words looks again." in page
    assert f'href="{url}"' in author.get(comment.get_absolute_url()).content.decode()
    assert author.post(url, {"words": ""}).status_code == 422
    assert author.post(url, {"words": "Anna is my cat."}).status_code == 302
    assert "Waiting for an answer" in words_on(author, url)
    answering = reverse("codesign:answer_asking", args=["norfolk", hiding.pk])
    assert "another moderator has to look this time" in words_on(
        signed_in(world.moderator), answering
    )
    other = signed_in(second)
    assert "Anna is my cat." in words_on(other, answering)
    wrong = other.post(answering, {"why": "Kept words."})
    assert wrong.status_code == 422
    assert "Kept words." in wrong.content.decode()
    assert other.post(answering, {"put_back": "yes", "why": "Fine."}).status_code == 302
    assert "It was put back" in words_on(author, url)
    assert signed_in(world.carer).get(url).status_code == 403


# -- the queue -------------------------------------------------------------------------------------


def test_moderation_queue_is_oldest_first_with_a_clock(world: World, second: Participant) -> None:
    monday = timezone.make_aware(datetime.fromisoformat("2026-03-09T09:00"))
    with clock.at(monday):
        world.workspace.stages.update(opens_on=monday.date(), closes_on=monday.date())
        space = Workspace.objects.get(pk=world.workspace.pk)
        world.workspace = space
        proposal = an_open_proposal(world)
        one, two = a_comment(world, proposal), a_comment(world, proposal)
        three = a_comment(world, proposal)
        hiding = hide(three, world.moderator)
        report(two, world.partner)
    with clock.at(monday + timedelta(hours=1)):
        moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
    with clock.at(monday + timedelta(hours=2)):
        report(one, world.partner)
        report(two, world.provider)
    with clock.at(monday + timedelta(days=1, hours=1, minutes=1)):
        queue = queries.moderation_queue(world.partnership)
    assert [each.words for each in queue.items] == [two, three, one]
    assert [len(each.reports) for each in queue.items] == [2, 0, 1]
    assert [each.is_late for each in queue.items] == [True, True, False]
    assert (queue.waiting, queue.overdue) == (3, 2)
    assert queries.waiting_count(world.partnership) == 3
    assert queries.moderation_queue(world.partnership, size=1).more == 2


def test_moderation_queue_page_and_menu(world: World, comment: Comment) -> None:
    client = signed_in(world.moderator)
    url = reverse("codesign:moderation_queue", args=["norfolk"])
    assert "Nothing waits." in words_on(client, url)
    report(comment, world.partner, "It names Anna.")
    page = words_on(client, url)
    assert "Reports to answer: 1" in page
    assert "It names Anna." in page
    assert "Anna again." in page
    keep = reverse("codesign:answer_report", args=["norfolk", Report.objects.get().pk])
    assert f'href="{keep}"' in client.get(url).content.decode()
    assert client.post(keep, {"answer": ""}).status_code == 422
    assert client.post(keep, {"answer": "It is praise."}).status_code == 302
    assert client.post(keep, {"answer": "It is praise."}).status_code == 422  # answered meanwhile
    assert "Nothing waits." in words_on(client, url)
    for person in (world.facilitator, world.carer):
        assert signed_in(person).get(url).status_code == 403
        assert "Reports to answer" not in words_on(signed_in(person), "/norfolk/")


def test_moderation_queue_offers_nothing_about_ones_own_words(
    world: World, proposal: Proposal
) -> None:
    mine = comments.comment_on_proposal(proposal=proposal, text="Mine.", by=world.moderator)
    report(mine, world.partner)
    page = signed_in(world.moderator).get(reverse("codesign:moderation_queue", args=["norfolk"]))
    assert "another moderator has to look" in page.content.decode()
    assert reverse("codesign:hide_comment", args=["norfolk", mine.pk]) not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_moderation_queue_costs_the_same_however_much_waits(
    world: World, django_assert_num_queries: Callable, count: int, second: Participant
) -> None:
    proposal = an_open_proposal(world)
    for _each in range(count):
        report(a_comment(world, proposal), world.partner)
        hiding = hide(a_comment(world, proposal), world.moderator)
        moderation.ask_again(hiding=hiding, words="x", by=world.service_user)
        report(an_open_proposal(world), world.partner)
    with django_assert_num_queries(8):
        queue = queries.moderation_queue(world.partnership)
        for each in queue.items:
            assert each.words.get_absolute_url()
            assert each.words.by is not None
        assert queries.own_among(queue.items, world.moderator) == set()
    assert queue.waiting == 3 * count


# -- the log and the policy ------------------------------------------------------------------------


def test_moderation_log_says_what_and_why_but_not_who_nor_the_words(
    world: World, proposal: Proposal, comment: Comment
) -> None:
    hiding = hide(comment, world.moderator)
    hide(proposal, world.moderator, "Please say it without the name.")
    moderation.ask_again(hiding=hiding, words="Anna is my cat.", by=world.service_user)
    url = reverse("codesign:moderation_log", args=["norfolk"])
    log = words_on(Client(), url)
    for words in (
        "A comment was hidden",
        "A suggestion was hidden",
        str(HidingReason.NAMED.label),
        "Please leave names out.",
        "Please say it without the name.",
        "It waits for an answer",
        world.workspace.title,
    ):
        assert words in log
    for words in ("Anna", "Sam", "Maureen", "A café for carers", "Nowhere to go"):
        assert words not in log
    moderation.answer_asking(hiding=hiding, put_back=True, why="A cat.", by=world.moderator)
    assert "It was put back" in words_on(Client(), url)
    assert url in Client().get("/norfolk/").content.decode()


def test_moderation_log_keeps_closed_spaces_closed(world: World, second: Participant) -> None:
    world.workspace = world.open_workspace("Only for some")
    Workspace.objects.filter(pk=world.workspace.pk).update(
        open_to=OpenTo.INVITATION, visibility=Visibility.PARTNERSHIP
    )
    world.workspace.members.create(participant=world.carer, invited_by=world.facilitator)
    world.workspace = Workspace.objects.get(pk=world.workspace.pk)
    hide(an_open_proposal(world), world.moderator, "A secret reason.")
    url = reverse("codesign:moderation_log", args=["norfolk"])
    for reader in (Client(), signed_in(world.service_user)):
        log = words_on(reader, url)
        assert "Something in a closed space was hidden" in log
        assert "A secret reason." not in log
        assert "Only for some" not in log
        assert str(HidingReason.NAMED.label) not in log
    assert "A secret reason." in words_on(signed_in(world.carer), url)


def test_moderation_log_of_a_private_partnership_is_private() -> None:
    world = World(slug="quiet", visibility=Visibility.PARTNERSHIP)
    url = reverse("codesign:moderation_log", args=["quiet"])
    assert Client().get(url).status_code == 302
    assert signed_in(world.carer).get(url).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_moderation_log_costs_the_same_however_long(
    world: World, django_assert_num_queries: Callable, count: int
) -> None:
    for _each in range(count):
        proposal = an_open_proposal(world)
        hide(a_comment(world, proposal), world.moderator)
        hide(proposal, world.moderator)
    url = reverse("codesign:moderation_log", args=["norfolk"])
    client = Client()
    client.get(url)
    with django_assert_num_queries(5):
        client.get(url)


def test_moderation_log_in_pages(world: World, proposal: Proposal) -> None:
    for _each in range(21):
        hide(a_comment(world, proposal), world.moderator)
    first = Client().get(reverse("codesign:moderation_log", args=["norfolk"]))
    assert len(first.context["lines"]) == 20
    rest = Client().get(
        reverse("codesign:moderation_log", args=["norfolk"]) + first.context["page"].older
    )
    assert len(rest.context["lines"]) == 1


def test_the_policy_is_the_same_on_the_page_and_in_the_docs(world: World) -> None:
    page = words_on(Client(), reverse("codesign:moderation_policy", args=["norfolk"]))
    docs = Path(settings.BASE_DIR, "docs", "moderation.md").read_text(encoding="utf-8")
    assert set(queries.POLICY) == set(HidingReason)
    for reason, means in queries.POLICY.items():
        for words in (str(reason.label), str(means)):
            assert words in page.replace("&#x27;", "'")
            assert words in " ".join(docs.split())
