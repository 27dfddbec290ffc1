"""F04: moderators and workers who do the same thing at the same moment.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

from collections.abc import Callable

import pytest
from django.db import connection

from codesign.enums import HidingReason
from codesign.models import Comment, Hiding, Report, Sheet
from codesign.operations import comments, moderation, sheets
from codesign.operations.sheets import Person, SheetLine
from portal.enums import Channel, Duty, Role
from portal.models import Notice, Participant, RecordEntry
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")


def a_comment(world: World) -> Comment:
    return comments.comment_on_proposal(
        proposal=an_open_proposal(world), text="Anna again.", by=world.service_user
    )


def fresh(participant: Participant) -> Participant:
    """The participant as somebody with a page of their own has it."""
    return Participant.objects.select_related("partnership").get(pk=participant.pk)


def reporting(comment: Comment, by: Participant) -> Callable[[], Report]:
    return lambda: moderation.report_comment(
        comment=Comment.objects.select_related("proposal").get(pk=comment.pk),
        reason=HidingReason.NAMED,
        words="",
        by=fresh(by),
    )


def recorded(kind: str) -> int:
    return RecordEntry.objects.filter(kind=kind).count()


def test_report_by_one_person_eight_times_at_once_is_one_report() -> None:
    world = World()
    comment = a_comment(world)
    outcomes = at_once(*[reporting(comment, world.partner)] * 8)
    refused = errors_in(outcomes)
    assert len(refused) == 7
    assert all(isinstance(each, moderation.UnableToReport) for each in refused), refused
    assert (Report.objects.count(), recorded("words_reported")) == (1, 1)


def test_two_moderators_answer_the_same_report_at_once_one_wins_the_other_is_told() -> None:
    world = World()
    second = world.person(Role.PARTNER, Duty.MODERATOR)
    report = reporting(a_comment(world), world.partner)()

    def answering(by: Participant) -> Callable[[], list[Report]]:
        return lambda: moderation.answer_report(
            report=Report.objects.get(pk=report.pk), answer=f"By {by.pk}", by=fresh(by)
        )

    outcomes = at_once(answering(world.moderator), answering(second))
    [refused] = errors_in(outcomes)
    assert isinstance(refused, moderation.UnableToAnswerReport)
    assert "meanwhile" in str(refused)
    report.refresh_from_db()
    assert report.handled_by is not None
    assert report.answer == f"By {report.handled_by.pk}"
    assert recorded("report_answered") == 1
    assert Notice.objects.filter(participant=world.partner, text__contains="It stays").count() == 1


def test_control_a_look_outside_the_lock_lets_both_moderators_answer() -> None:
    world = World()
    report = reporting(a_comment(world), world.partner)()
    both_have_looked = meeting(2)

    def careless() -> bool:
        waits = Report.objects.waiting().filter(pk=report.pk).exists()
        both_have_looked()
        if waits:
            Report.objects.filter(pk=report.pk).update(outcome="left")
        return waits

    assert at_once(careless, careless) == [True, True]


def test_one_hides_while_another_keeps_and_only_one_of_them_did() -> None:
    world = World()
    second = world.person(Role.PARTNER, Duty.MODERATOR)
    comment = a_comment(world)
    report = reporting(comment, world.partner)()
    kept, hidden = at_once(
        lambda: moderation.answer_report(
            report=Report.objects.get(pk=report.pk), answer="It stays.", by=fresh(second)
        ),
        lambda: moderation.hide_comment(
            comment=Comment.objects.select_related("proposal").get(pk=comment.pk),
            reason=HidingReason.NAMED,
            why="No names.",
            by=fresh(world.moderator),
        ),
    )
    assert isinstance(hidden, Hiding)  # who hides knows of more than one report
    report.refresh_from_db()
    if isinstance(kept, moderation.UnableToAnswerReport):
        assert report.outcome == "hidden"
    else:
        assert report.outcome == "left"
    assert recorded("report_answered") == 1


def test_two_hide_at_once_and_it_is_hidden_once() -> None:
    world = World()
    second = world.person(Role.PARTNER, Duty.MODERATOR)
    comment = a_comment(world)

    def hiding(by: Participant) -> Callable[[], Hiding]:
        return lambda: moderation.hide_comment(
            comment=Comment.objects.select_related("proposal").get(pk=comment.pk),
            reason=HidingReason.NAMED,
            why="No names.",
            by=fresh(by),
        )

    first, other = at_once(hiding(world.moderator), hiding(second))
    assert first == other
    assert (Hiding.objects.count(), recorded("comment_hidden")) == (1, 1)


def test_the_same_sheet_typed_in_twice_at_once_is_in_once() -> None:
    world = World()
    proposal = an_open_proposal(world)
    before = Participant.objects.count()

    def entering(by: Participant) -> Callable[[], Sheet]:
        return lambda: sheets.enter_sheet(
            workspace=type(world.workspace).objects.get(pk=world.workspace.pk),
            number="K7F-M2X",
            channel=Channel.PAPER,
            consent="It says so.",
            lines=[SheetLine(Person(name="Ann", role=Role.CARER), [proposal], idea="A bench")],
            by=fresh(by),
        )

    outcomes = at_once(entering(world.provider), entering(world.facilitator))
    [refused] = errors_in(outcomes)
    assert isinstance(refused, sheets.UnableToEnterSheet), refused
    assert "typed in on" in str(refused)
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.supports.count()) == (1, 1)
    assert Participant.objects.count() == before + 1
    assert (Sheet.objects.count(), recorded("sheet_entered")) == (1, 1)


def test_control_without_the_constraint_a_sheet_is_in_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch_sheet (number text)")
    both_have_looked = meeting(2)

    def careless() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM scratch_sheet WHERE number = 'K7F'")
            is_there = cursor.fetchone()
            both_have_looked()
            if not is_there:
                cursor.execute("INSERT INTO scratch_sheet VALUES ('K7F')")

    try:
        assert errors_in(at_once(careless, careless)) == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM scratch_sheet")
            assert cursor.fetchone() == (2,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE scratch_sheet")
