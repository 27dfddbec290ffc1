"""Words of objections and corrections that a moderator hides: withheld, and never deleted."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from codesign.enums import BallotMethod, HidingReason, Secrecy
from codesign.models import Correction, Hiding, Objection
from codesign.operations import moderation, objections, votes
from codesign.operations.moderation import UnableToHide, UnableToReport
from codesign.queries import moderation as queries
from content import evidence, evidence_files
from content.enums import Audience, PackState
from portal import live, permissions, record, record_export, verify_record
from portal.enums import Duty, Role
from portal.models import Notice, Participant, RecordEntry, ref
from tests.codesign.ballot import an_open_ballot, closed, new_code, voting
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

WHY = "It names somebody."
HIDE: dict[str, Callable[..., Hiding]] = {
    "objection": moderation.hide_objection,
    "correction": moderation.hide_correction,
}
REPORT: dict[str, Callable[..., Any]] = {
    "objection": moderation.report_objection,
    "correction": moderation.report_correction,
}
KINDS = pytest.mark.parametrize("kind", list(HIDE))


@pytest.fixture
def things() -> Things:
    return Things(World())


def words_of(things: Things, kind: str) -> Objection | Correction:
    found: Objection | Correction = getattr(things, kind)
    return type(found).objects.get(pk=found.pk)


def hide(things: Things, kind: str) -> Hiding:
    return HIDE[kind](
        **{kind: words_of(things, kind)},
        reason=HidingReason.NAMED,
        why=WHY,
        by=things.world.moderator,
    )


def report(things: Things, kind: str, by: Participant) -> Any:
    return REPORT[kind](
        **{kind: words_of(things, kind)}, reason=HidingReason.NAMED, words="Look.", by=by
    )


def pages(things: Things, kind: str) -> list[tuple[str, str]]:
    """What everybody of the partnership, a facilitator and the moderator read of it, by address."""
    about = words_of(things, kind)
    place, world = about.thing.get_absolute_url(), things.world
    answer = reverse(f"codesign:answer_{kind}", args=[world.slug, about.pk])
    read = [(world.carer, place), (world.moderator, place), (world.facilitator, answer)]
    return [(url, signed_in(who).get(url).content.decode()) for who, url in read]


@KINDS
def test_hide_keeps_the_row_withholds_the_words_and_tells_the_author(
    things: Things, kind: str
) -> None:
    about = words_of(things, kind)
    for url, page in pages(things, kind):
        assert about.words in page, url  # the control
    before = live.revision(about.thing)
    hiding = hide(things, kind)
    assert hide(things, kind) == hiding, "twice is once"
    for url, page in pages(things, kind):
        assert about.words not in page, url
        assert "A moderator hid these words." in page, url
        assert WHY in page, url
    hidden = words_of(things, kind)
    assert (hidden.words, hidden.is_hidden) == (about.words, True)
    assert about.words not in str(hidden)
    assert live.revision(about.thing) == before + 1
    told = Notice.objects.get(subject=ref(hiding), needs_me=True)
    assert told.participant == about.by
    assert WHY in told.text
    own = signed_in(things.world.service_user)
    assert about.words in own.get(hiding.get_absolute_url()).content.decode()
    assert signed_in(things.world.carer).get(hiding.get_absolute_url()).status_code == 403
    [entry] = RecordEntry.objects.filter(kind=f"{kind}_hidden")
    assert entry.subject == ref(about)
    log = reverse("codesign:moderation_log", args=[things.world.slug])
    page = signed_in(things.world.carer).get(log).content.decode()
    assert str(queries.HIDDEN[kind]) in page
    assert about.words not in page


@KINDS
def test_hide_is_all_or_nothing(things: Things, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise DatabaseError

    had = Hiding.objects.count()
    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(DatabaseError):
        hide(things, kind)
    assert not words_of(things, kind).is_hidden
    assert Hiding.objects.count() == had


@KINDS
def test_ask_again_puts_the_words_back(things: Things, kind: str) -> None:
    other = things.world.person(Role.PARTNER, Duty.MODERATOR)
    hiding = hide(things, kind)
    moderation.ask_again(hiding=hiding, words="It is my own name.", by=things.world.service_user)
    queue = reverse("codesign:moderation_queue", args=[things.world.slug])
    assert "It is my own name." in signed_in(other).get(queue).content.decode()
    moderation.answer_asking(hiding=hiding, put_back=True, why="It is.", by=other)
    about = words_of(things, kind)
    assert not about.is_hidden
    for url, page in pages(things, kind):
        assert about.words in page, url


@KINDS
def test_report_waits_for_a_moderator_and_is_answered_by_hiding(things: Things, kind: str) -> None:
    waiting = queries.waiting_count(things.world.partnership)
    told = report(things, kind, things.world.carer)
    assert queries.waiting_count(things.world.partnership) == waiting + 1
    moderator = signed_in(things.world.moderator)
    queue = reverse("codesign:moderation_queue", args=[things.world.slug])
    to_hide = reverse(f"codesign:hide_{kind}", args=[things.world.slug, words_of(things, kind).pk])
    assert to_hide in moderator.get(queue).content.decode()
    sent = moderator.post(to_hide, {"reason": "named", "why": WHY})
    assert sent.status_code == 302
    told.refresh_from_db()
    assert (told.outcome, told.answer) == ("hidden", WHY)
    mine = reverse("content:mine", args=[things.world.slug])
    assert WHY in signed_in(things.world.carer).get(mine).content.decode()
    with pytest.raises(UnableToReport, match="hidden already"):
        report(things, kind, things.world.provider)


@KINDS
def test_report_and_hide_refusals(things: Things, kind: str) -> None:
    world = things.world
    with pytest.raises(UnableToReport, match="your own words"):
        report(things, kind, world.service_user)
    for by in (world.carer, world.facilitator):
        with pytest.raises(permissions.PermissionRefused):
            HIDE[kind](**{kind: words_of(things, kind)}, reason=HidingReason.NAMED, why=WHY, by=by)
    elsewhere = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        HIDE[kind](
            **{kind: words_of(things, kind)},
            reason=HidingReason.NAMED,
            why=WHY,
            by=elsewhere.moderator,
        )
    own = type(getattr(things, kind)).objects.filter(pk=getattr(things, kind).pk)
    own.update(by=world.moderator)
    with pytest.raises(UnableToHide, match="your own words"):
        hide(things, kind)


def test_an_objection_that_nobody_reads_yet_is_neither_reported_nor_hidden(things: Things) -> None:
    world = things.world
    ballot = an_open_ballot(world, BallotMethod.CONSENT)
    votes.cast_ballot(
        ballot=ballot, choice="object", by=world.carer, code=new_code(), objection="Too far."
    )
    raised = objections.raise_objection(
        decision=things.draft_decision, words="Too dear.", said_by="", by=world.facilitator
    )
    for early in (ballot.objections.get(), raised):
        for name in ("report", "hide"):
            url = reverse(f"codesign:{name}_objection", args=[world.slug, early.pk])
            assert signed_in(world.moderator).get(url).status_code == 404
        with pytest.raises(UnableToHide, match="Nobody else can read this yet"):
            moderation.hide_objection(
                objection=early, reason=HidingReason.NAMED, why=WHY, by=world.moderator
            )
        with pytest.raises(UnableToReport, match="Nobody else can read this yet"):
            moderation.report_objection(
                objection=early, reason=HidingReason.NAMED, words="", by=world.provider
            )


def test_a_hidden_objection_of_nobody_in_particular_still_needs_its_answer(things: Things) -> None:
    world = things.world
    people = [world.person(Role.CARER) for _each in range(8)]
    ballot = an_open_ballot(world, BallotMethod.CONSENT, secrecy=Secrecy.SECRET, listed=people)
    voting(ballot, [(person, "agree") for person in people[1:]])
    votes.cast_ballot(
        ballot=ballot, choice="object", by=people[0], code=new_code(), objection="Ann is late."
    )
    objection = closed(world, ballot).objections.get()
    hiding = moderation.hide_objection(
        objection=objection, reason=HidingReason.NAMED, why=WHY, by=world.moderator
    )
    assert not Notice.objects.filter(subject=ref(hiding)).exists(), "nobody knows whose it is"
    assert "Ann is late." not in Client().get(ballot.get_absolute_url()).content.decode()
    answered = objections.answer_objection(
        objection=Objection.objects.get(pk=objection.pk), answer="We see.", by=world.facilitator
    )
    assert answered.is_answered


@KINDS
def test_hidden_words_are_in_no_copy_of_the_record_and_no_evidence(
    things: Things, kind: str, tmp_path: Path
) -> None:
    about = words_of(things, kind)

    def copy() -> str:
        out = tmp_path / "record.zip"
        with out.open("wb") as file:
            record_export.write(things.world.partnership, file, reader=things.world.carer)
        assert verify_record.main([str(out)]) == 0, "it verifies all the same"
        return "".join(text.decode() for text in verify_record.read_export(out).values())

    assert about.words in copy()  # the control
    hide(things, kind)
    assert about.words not in copy()
    story = evidence_files.story_or_refuse(things.decision, things.world.carer)
    assert about.words not in evidence_files.page_of(story)
    pack = evidence.make_evidence_pack(
        decision=things.decision, audience=Audience.PARTNERSHIP, by=things.world.carer
    )
    assert evidence.build_pack(pack.pk) == PackState.READY
    with zipfile.ZipFile(pack.path) as archive:
        said = json.dumps(json.loads(archive.read("decision.json")))
    assert about.words not in said


@pytest.mark.parametrize("number", [1, 3])
def test_moderation_queue_takes_the_same_queries_for_one_objection_and_for_three(
    things: Things, django_assert_num_queries: Any, number: int
) -> None:
    world = things.world
    moderation.answer_report(report=things.report, answer="It stays.", by=world.moderator)
    ballot = an_open_ballot(world, BallotMethod.CONSENT)
    for n, person in enumerate([world.carer, world.partner, world.commissioner][:number]):
        votes.cast_ballot(
            ballot=ballot, choice="object", by=person, code=new_code(), objection=f"No {n}."
        )
    for objection in closed(world, ballot).objections.all():
        moderation.report_objection(
            objection=objection, reason=HidingReason.NAMED, words="", by=world.service_user
        )
    with django_assert_num_queries(7):
        queue = queries.moderation_queue(world.partnership)
        places = [f"{each.words.space} {each.words.get_absolute_url()}" for each in queue.items]
    assert len(places) == number
