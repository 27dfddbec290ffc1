"""A merge taken apart, a space closed and a sheet corrected while others act: counts stay exact.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

import threading
from collections.abc import Callable

import pytest

from codesign.enums import ProposalStatus
from codesign.models import DesignSession, Proposal, ProposalMerge, Support, Workspace
from codesign.operations import (
    merges,
    sessions,
    sheet_lines,
    sheets,
    supports,
    taking_apart,
    workspaces,
)
from codesign.operations.sheets import Person, SheetLine
from portal.enums import Channel
from portal.models import RecordEntry
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.test_support import crowd, shown_and_kept, supporting
from tests.faults.together import PATIENCE, at_once, errors_in
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")


def merged(world: World) -> tuple[Proposal, Proposal]:
    """A proposal that eight people supported, merged into another."""
    source, into = an_open_proposal(world), an_open_proposal(world, "A café on Saturdays")
    for person in crowd(world, 8):
        supports.support_proposal(proposal=source, by=person)
    merges.merge_proposals(
        proposals=[source], into=into, by=world.facilitator, reason="The same wish."
    )
    return source, into


def taking(world: World, proposal: Proposal) -> Callable[[], ProposalMerge]:
    return lambda: taking_apart.take_merge_apart(
        proposal=proposal, by=world.facilitator, reason="Two wishes."
    )


def test_support_while_a_merge_is_taken_apart_stays_and_is_counted() -> None:
    world = World()
    source, into = merged(world)
    people = crowd(world, 16)
    outcomes = at_once(
        *[supporting(into, person) for person in people[:8]],
        taking(world, source),
        *[supporting(into, person) for person in people[8:]],
    )
    assert errors_in(outcomes) == []
    assert shown_and_kept(into) == (16, 16)
    assert {each.participant for each in into.supports.all()} == set(people)
    assert sum(into.role_support.values()) == 16
    assert shown_and_kept(source) == (8, 8)
    source.refresh_from_db()
    assert source.status == ProposalStatus.OPEN


def test_control_a_count_from_before_the_merge_is_taken_apart_loses_who_came_meanwhile() -> None:
    world = World()
    source, into = merged(world)
    has_counted, has_supported = threading.Event(), threading.Event()

    def careless() -> None:
        merge = ProposalMerge.objects.get(source=source)
        staying = Support.objects.filter(proposal=into).exclude(came_by=merge).count()
        has_counted.set()
        assert has_supported.wait(PATIENCE)
        Support.objects.filter(proposal=into, came_by=merge).delete()
        Proposal.objects.filter(pk=into.pk).update(support_count=staying)

    def somebody_supports() -> None:
        assert has_counted.wait(PATIENCE)
        supporting(into, world.service_user)()
        has_supported.set()

    assert errors_in(at_once(careless, somebody_supports)) == []
    assert shown_and_kept(into) == (0, 1)  # one is there, and nobody is shown


def test_a_merge_taken_apart_by_two_at_once_is_taken_apart_once() -> None:
    world = World()
    source, into = merged(world)
    outcomes = at_once(*[taking(world, source)] * 4)
    assert len(errors_in(outcomes)) == 3
    assert all("not merged" in str(each) for each in errors_in(outcomes))
    assert RecordEntry.objects.filter(kind="merge_taken_apart").count() == 1
    assert shown_and_kept(into) == (0, 0)


def test_a_session_and_the_closing_of_its_space_wait_for_each_other() -> None:
    """Either the session opens and the space stays open, or the space closes without it."""
    world = World()
    for number in range(6):
        space = world.open_workspace(f"Space {number}")
        outcomes = at_once(
            lambda space=space: sessions.open_session(  # type: ignore[misc]
                workspace=space, title="Kitchen table", question="What?", by=world.facilitator
            ),
            lambda space=space: workspaces.close_workspace(  # type: ignore[misc]
                workspace=space, reason="Done.", by=world.facilitator
            ),
        )
        [refused] = errors_in(outcomes)
        assert isinstance(
            refused, (sessions.UnableToOpenSession, workspaces.UnableToCloseWorkspace)
        )
        is_closed = Workspace.objects.get(pk=space.pk).is_closed
        assert is_closed != DesignSession.objects.filter(workspace=space).exists()


def test_control_looking_for_sessions_without_holding_the_space_closes_one_that_has_a_session() -> (
    None
):
    world = World()
    has_looked, has_opened = threading.Event(), threading.Event()

    def careless() -> None:
        assert not DesignSession.objects.filter(workspace=world.workspace).exists()
        has_looked.set()
        assert has_opened.wait(PATIENCE)
        Workspace.objects.filter(pk=world.workspace.pk).update(
            closed_at=world.facilitator.joined_at,
            closed_by=world.facilitator,
            closed_reason="Done.",
        )

    def opens() -> None:
        assert has_looked.wait(PATIENCE)
        sessions.open_session(
            workspace=world.workspace, title="Kitchen table", question="?", by=world.facilitator
        )
        has_opened.set()

    assert errors_in(at_once(careless, opens)) == []
    assert Workspace.objects.get(pk=world.workspace.pk).is_closed
    assert DesignSession.objects.filter(workspace=world.workspace, closed_at=None).exists()


def test_a_line_corrected_while_others_support_counts_everybody() -> None:
    world = World()
    cafe, bus = an_open_proposal(world), an_open_proposal(world, "A bus")
    sheet = sheets.enter_sheet(
        workspace=world.workspace,
        number="T1",
        channel=Channel.PAPER,
        consent="It says so.",
        lines=[SheetLine(Person(world.guest), [cafe])],
        by=world.provider,
    )
    line = sheet.entered_lines.get()
    people = crowd(world, 8)

    def corrected() -> object:
        return sheet_lines.correct_line(
            line=line,
            says=SheetLine(Person(world.guest), [bus]),
            reason="The wrong box.",
            by=world.provider,
        )

    outcomes = at_once(
        *[supporting(cafe, person) for person in people],
        corrected,
        corrected,
        *[supporting(bus, person) for person in people],
    )
    [refused] = errors_in(outcomes)
    assert "Nothing is different" in str(refused)
    assert shown_and_kept(cafe) == (8, 8)
    assert shown_and_kept(bus) == (9, 9)
