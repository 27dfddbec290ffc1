"""What a moderator hid, and what stands in a closed space, is readable nowhere else.

One browser walks every link it is shown, from every page there is, and reads all of it.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from html import unescape

import pytest
from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from codesign.enums import CommentKind, HidingReason, OpenTo, RoughCost, RoughEffort
from codesign.models import (
    Activity,
    Amendment,
    Attachment,
    Card,
    Comment,
    Decision,
    DesignSession,
    Member,
    Proposal,
    Report,
    Workspace,
)
from codesign.operations import (
    comments,
    members,
    merges,
    moderation,
    proposals,
    sessions,
    sign_ups,
    supports,
    texts,
)
from feedback.operations import themes
from portal import notices
from portal.enums import Duty, Role, Visibility
from portal.models import Answer, Notice, Participant
from portal.refusal import Refusal
from tests.test_url_matrix import NOBODY, ROWS
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

LINK = re.compile(r'(?:href|src|hx-get|data-src)="(/[^"#]*)')
NOT_FOLLOWED = ("/accounts/", "/static/", "/admin", "/demo")
FORMATS = ("csv", "xlsx", "json")


def every_page(things: Things) -> set[str]:
    """The address of every page there is, about each of these things."""
    return {
        reverse(name, args=["norfolk", *row.args(things)])
        for name, row in ROWS.items()
        if row.get != NOBODY
    }


def get(client: Client, url: str) -> tuple[HttpResponse, str]:
    """One page and its text, with whatever it writes undone."""
    with transaction.atomic():
        response = client.get(url)
        content = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response, content.decode(errors="replace")


def walk(client: Client, starts: Iterable[str], most: int = 1000) -> dict[str, str]:
    """What stands on every page that can be reached by links from `starts`, by address."""
    waiting, found = list(dict.fromkeys(starts)), {}
    seen = set(waiting)
    while waiting and len(found) < most:
        url = waiting.pop(0)
        response, text = get(client, url)
        assert response.status_code < 500, url
        if response.status_code in {301, 302}:
            text = f'href="{response.headers["Location"]}"'
        found[url] = unescape(text)
        for link in LINK.findall(text):
            address = unescape(link)
            if address not in seen and not address.startswith(NOT_FOLLOWED):
                seen.add(address)
                waiting.append(address)
    return found


# -- hidden by a moderator -------------------------------------------------------------------------

HIDDEN = re.compile(r"HIDDEN[A-Z]+")


def hide_everything(things: Things) -> None:
    """Give every suggestion words that can be told, let people be told of them, and hide them."""
    world = things.world
    for proposal in Proposal.objects.opened().filter(partnership=world.partnership):
        words = {"title": f"HIDDENTITLE {proposal.pk}", "why": "HIDDENWHY"}
        more = {"for_whom": "HIDDENFOR", "easy_read": "HIDDENEASY"}
        Proposal.objects.filter(pk=proposal.pk).update(
            **words, **more, estimate_words="HIDDENESTIMATE"
        )
        proposal.versions.update(**words, **more, reason="HIDDENREASON")
        proposal.amendments.update(**words, reason="HIDDENREASON")
        proposal.attachments.update(name="HIDDENNAME.txt", words="HIDDENFILE")
    proposal = Proposal.objects.get(pk=things.proposal.pk)
    for person in world.cast.values():
        notices.follow(person, proposal)
    asked = comments.comment_on_proposal(
        proposal=proposal, text="When?", kind=CommentKind.QUESTION, by=world.service_user
    )
    comments.reply_to_comment(comment=asked, text="Soon.", by=world.provider)
    texts.withdraw_amendment(amendment=things.amendment, by=world.service_user)
    for each in Proposal.objects.opened().filter(partnership=world.partnership):
        moderation.hide_proposal(
            proposal=each, reason=HidingReason.NAMED, why="A name.", by=world.moderator
        )
    proposal.refresh_from_db()
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="For now.")


def files_of(client: Client, things: Things) -> dict[str, str]:
    """What somebody can take away or be sent: lists, the record, what is similar, e-mail."""
    found, space = {}, things.world.workspace.pk
    for name, args, data in (
        *(("codesign:export_proposals", [space, each], {}) for each in FORMATS),
        ("portal:export_record", [], {}),
        ("content:similar", [space], {"title": "HIDDENTITLE", "why": "CLOSEDTITLE"}),
    ):
        response = client.post(reverse(name, args=["norfolk", *args]), data)
        content = b"".join(response) if response.streaming else response.content
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                content = b"".join(packed.read(each) for each in packed.namelist())
        found[f"{name} {args}"] = content.decode(errors="replace")
    return found


def leaks_in(found: dict[str, str], words: re.Pattern[str]) -> dict[str, set[str]]:
    return {url: set(words.findall(text)) for url, text in found.items() if words.search(text)}


def letters() -> str:
    """Everything that is mailed now, to anybody."""
    mail.outbox.clear()
    notices.mail_due()
    return "\0".join(
        str(each.body) + "".join(str(text) for text, _kind in each.alternatives)  # type: ignore[attr-defined]
        for each in mail.outbox
    )


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.limits.count", lambda *args, **kwargs: None)


@pytest.mark.parametrize("who", ["visitor", "service_user", "provider", "facilitator"])
def test_hidden_words_are_readable_nowhere(who: str) -> None:
    """By nobody but their author and the moderators: on no page, in no file, by no search."""
    things = Things(World())
    hide_everything(things)
    people = things.world.cast | {
        # The other one wrote some of it down, as parts of what she split.
        "facilitator": things.world.person(Role.PARTNER, Duty.FACILITATOR)
    }
    client = signed_in(people[who]) if who != "visitor" else Client()
    starts = every_page(things) | {"/", "/norfolk/", "/mine/"}
    about = [row for row in ROWS.items() if row[1].args(things) == [things.proposal.pk]]
    for proposal in Proposal.objects.opened():
        starts |= {
            reverse(name, args=["norfolk", proposal.pk]) for name, row in about if row.get != NOBODY
        }
    for name in ("codesign:proposals", "codesign:proposals_print"):
        url = reverse(name, args=["norfolk", things.world.workspace.pk])
        _response, searched = get(client, f"{url}?q=HIDDENWHY")
        assert "tl-card__title" not in searched
        assert "A moderator hid" not in searched
    found = walk(client, sorted(starts))
    assert len(found) > 150
    found |= files_of(client, things) | {"letters": letters()}
    assert not leaks_in(found, HIDDEN)


def test_control_the_walk_finds_words_that_are_not_hidden() -> None:
    things = Things(World())
    Proposal.objects.filter(pk=things.proposal.pk).update(title="HIDDENTITLE", why="HIDDENWHY")
    client = signed_in(things.world.service_user)
    found = walk(client, every_page(things)) | files_of(client, things)
    places = [url for url, text in found.items() if HIDDEN.search(text)]
    assert len(places) > 20


def test_words_that_are_back_are_in_the_copy_of_the_record_again() -> None:
    things = Things(World())
    world, client = things.world, signed_in(things.world.service_user)
    record_copy = "portal:export_record []"
    words = "A café for carers"
    assert words in files_of(client, things)[record_copy]
    hiding = moderation.hide_proposal(
        proposal=things.proposal, reason=HidingReason.NAMED, why="A name.", by=world.moderator
    )
    copy = files_of(client, things)[record_copy]
    assert words not in copy
    assert "A name." in copy
    moderation.ask_again(hiding=hiding, words="It is nobody’s name.", by=world.carer)
    other = world.person(Role.PARTNER, Duty.MODERATOR)
    moderation.answer_asking(hiding=hiding, put_back=True, why="So it is.", by=other)
    assert words in files_of(client, things)[record_copy]


def test_a_card_whose_suggestion_is_hidden_is_hidden_too() -> None:
    things = Things(World())
    world = things.world
    sessions.close_session(
        session=things.session, chosen=[things.card], closing_words="Thanks.", by=world.facilitator
    )
    proposal = Proposal.objects.get(card_links__source=things.card)
    client = signed_in(world.service_user)
    pages = [
        things.session.get_absolute_url(),
        reverse("codesign:session_board", args=["norfolk", things.session.pk]),
        reverse("content:trail", args=["norfolk", "designsession", things.session.pk]),
    ]
    for url in pages:
        assert "A tea dance" in client.get(url).content.decode(), url
    moderation.hide_proposal(
        proposal=proposal, reason=HidingReason.NAMED, why="A name.", by=world.moderator
    )
    for url in pages:
        assert "A tea dance" not in client.get(url).content.decode(), url


def test_what_people_were_told_quotes_hidden_words_no_longer() -> None:
    things = Things(World())
    moderation.hide_proposal(
        proposal=things.agreed_proposal,
        reason=HidingReason.NAMED,
        why="A name.",
        by=things.world.moderator,
    )
    quoted = "“Longer breaks”"
    assert not Answer.objects.filter(because__contains=quoted).exists()
    assert not Answer.objects.filter(text__contains=quoted).exists()
    assert not Notice.objects.filter(text__contains=quoted).exists()
    assert Answer.objects.filter(because__contains="a suggestion that was hidden").exists()


# -- what a hidden suggestion takes ----------------------------------------------------------------


def _acts(things: Things) -> dict[str, Callable[[Proposal], object]]:
    world = things.world
    return {
        "support": lambda p: supports.support_proposal(proposal=p, by=world.commissioner),
        "withdraw": lambda p: supports.withdraw_support(proposal=p, by=world.service_user),
        "comment": lambda p: comments.comment_on_proposal(
            proposal=p, text="Yes.", by=world.commissioner
        ),
        "reply": lambda p: comments.reply_to_comment(
            comment=things.question, text="Us.", by=world.commissioner
        ),
        "agree": lambda p: comments.support_comment(comment=things.question, by=world.commissioner),
        "amend": lambda p: texts.amend_proposal(
            proposal=p, title="B", why="C", reason="D", based_on=1, by=world.commissioner
        ),
        "estimate": lambda p: texts.estimate_proposal(
            proposal=p, cost=RoughCost.SMALL, effort=RoughEffort.DAYS, words="", by=world.provider
        ),
        "invite": lambda p: texts.invite_co_author(
            proposal=p, participant=world.evaluator, by=world.carer
        ),
        "shortlist": lambda p: proposals.shortlist_proposal(
            proposal=p, by=world.facilitator, reason="Good."
        ),
        "merge into it": lambda p: merges.merge_proposals(
            proposals=[things.reworded_proposal], into=p, by=world.facilitator, reason="Same."
        ),
        "merge it": lambda p: merges.merge_proposals(
            proposals=[p], into=things.reworded_proposal, by=world.facilitator, reason="Same."
        ),
        "split": lambda p: merges.split_proposal(
            proposal=p,
            parts=[merges.Part("A", "B"), merges.Part("C", "D")],
            by=world.facilitator,
            reason="Two.",
        ),
        "raise": lambda p: texts.raise_amendment(
            amendment=things.declined_amendment, by=world.service_user
        ),
    }


ACTS = (
    "support",
    "withdraw",
    "comment",
    "reply",
    "agree",
    "amend",
    "estimate",
    "invite",
    "shortlist",
    "merge into it",
    "merge it",
    "split",
    "raise",
)


@pytest.mark.parametrize("act", ACTS)
def test_a_hidden_suggestion_takes_nothing_until_it_is_back(act: str) -> None:
    things = Things(World())
    world = things.world
    do = _acts(things)[act]
    hiding = moderation.hide_proposal(
        proposal=things.proposal, reason=HidingReason.NAMED, why="A name.", by=world.moderator
    )
    proposal = Proposal.objects.get(pk=things.proposal.pk)
    things.question = Comment.objects.get(pk=things.question.pk)
    assert not proposal.is_live
    assert proposal not in Proposal.objects.live()
    with pytest.raises(Refusal) as refused:
        do(proposal)
    assert "Open" not in str(refused.value)
    moderation.ask_again(hiding=hiding, words="Please.", by=world.carer)
    other = world.person(Role.PARTNER, Duty.MODERATOR)
    moderation.answer_asking(hiding=hiding, put_back=True, why="Fine.", by=other)
    things.question = Comment.objects.get(pk=things.question.pk)
    do(Proposal.objects.get(pk=proposal.pk))


def test_a_hidden_suggestion_waits_for_nobody() -> None:
    world = World()
    proposal = proposals.draft_proposal(
        workspace=world.workspace, title="A", why="B", by=world.carer, share=True
    )
    assert proposal.attention == 1
    moderation.hide_proposal(
        proposal=proposal, reason=HidingReason.NAMED, why="A name.", by=world.moderator
    )
    proposal.refresh_from_db()
    assert proposal.attention == 0


# -- spaces that do not admit somebody -------------------------------------------------------------

CLOSED = re.compile(r"CLOSED[A-Z]+|closedplace")


def close_everything(things: Things, *outside: Participant) -> None:
    """Give everything in the space words that can be told, and shut these people out of it."""
    world = things.world
    for each in Proposal.objects.filter(workspace=world.workspace):
        Proposal.objects.filter(pk=each.pk).update(title="CLOSEDTITLE", why="CLOSEDWHY")
        each.versions.update(title="CLOSEDTITLE", why="CLOSEDWHY", reason="CLOSEDREASON")
    Comment.objects.update(text="CLOSEDCOMMENT")
    Amendment.objects.update(title="CLOSEDTITLE", why="CLOSEDWHY", reason="CLOSEDREASON")
    Attachment.objects.update(name="CLOSEDNAME.txt", words="CLOSEDFILE")
    Decision.objects.update(title="CLOSEDDECISION", what="CLOSEDWHAT", reasons="CLOSEDREASONS")
    DesignSession.objects.update(title="CLOSEDSESSION", question="CLOSEDQUESTION")
    Card.objects.update(text="CLOSEDCARD")
    Activity.objects.update(title="CLOSEDACTIVITY", about="CLOSEDABOUT", place="CLOSEDPLACE")
    Workspace.objects.filter(pk=world.workspace.pk).update(
        title="CLOSEDSPACE", question="CLOSEDSPACEQUESTION", slug="closedplace"
    )
    for name in ("proposal", "question", "activity_date", "decision", "session", "activity"):
        setattr(things, name, type(getattr(things, name)).objects.get(pk=getattr(things, name).pk))
    world.workspace = Workspace.objects.get(pk=world.workspace.pk)
    for person in outside:
        for thing in (things.proposal, world.workspace, things.decision, things.activity):
            notices.follow(person, thing)
        sign_ups.sign_up(date=things.activity_date, by=person)
        moderation.report_comment(
            comment=things.question, reason=HidingReason.ADVERT, words="", by=person
        )
    themes.link_theme_to_proposal(
        theme=things.theme, proposal=things.proposal, by=world.carer, why="CLOSEDTIE"
    )
    for each in Report.objects.waiting():
        moderation.answer_report(report=each, answer="CLOSEDANSWER", by=world.moderator)
    comments.reply_to_comment(comment=things.question, text="CLOSEDREPLY", by=world.carer)
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.INVITATION,
        roles=[],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    Member.objects.filter(participant__in=outside).delete()
    things.proposal = Proposal.objects.get(pk=things.proposal.pk)
    comments.comment_on_proposal(proposal=things.proposal, text="CLOSEDNEWS", by=world.service_user)


@pytest.mark.parametrize("role", [Role.CARER, Role.PROVIDER, None])
def test_nothing_of_a_closed_space_is_readable_from_outside(role: Role | None) -> None:
    things = Things(World())
    outside = [things.world.person(role)] if role else []
    close_everything(things, *outside)
    client = signed_in(outside[0]) if outside else Client()
    found = walk(client, sorted(every_page(things) | {"/", "/norfolk/", "/mine/"}))
    found |= files_of(client, things) | {"letters": letters()}
    assert not leaks_in(found, CLOSED)


def test_the_mail_does_not_name_a_closed_space_to_whoever_is_taken_off_its_list() -> None:
    world = World()
    members.invite_to_workspace(
        workspace=world.workspace, participants=[world.partner], by=world.facilitator
    )
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.INVITATION,
        roles=[],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    members.remove_from_workspace(
        workspace=world.workspace,
        participant=world.partner,
        reason="They asked us to.",
        by=world.facilitator,
    )
    posted = letters()
    assert "for you to read" in posted
    assert world.workspace.title not in posted
    assert "They asked us to." not in posted


def test_the_mail_does_not_say_that_somebody_reported_words_or_that_theirs_were_hidden() -> None:
    world = World()
    proposal = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="B", by=world.carer, share=True
    )
    report = moderation.report_proposal(
        proposal=proposal, reason=HidingReason.ADVERT, words="", by=world.service_user
    )
    moderation.answer_report(report=report, answer="It is no advert.", by=world.moderator)
    posted = letters()
    assert "for you to read" in posted
    assert "reported" not in posted
    assert "It is no advert." not in posted


def test_whoever_publishes_a_change_reads_no_titles_of_a_space_that_is_closed_to_them() -> None:
    """Nor are they quoted in what everybody concerned is told."""
    things = Things(World())
    world = things.world
    Proposal.objects.filter(pk=things.agreed_proposal.pk).update(title="CLOSEDTITLE")
    Decision.objects.update(title="CLOSEDDECISION")
    things.theme.proposal_links.all().delete()
    publisher = signed_in(world.person(Role.PROVIDER))
    url = reverse("feedback:publish_adaptation", args=["norfolk", things.draft_adaptation.pk])
    _page, text = get(publisher, url)
    assert CLOSED.findall(text)
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    _page, text = get(publisher, url)
    assert "something in a space that is not open to you" in text
    assert not CLOSED.findall(text)
