"""Copies of the record: what belongs to a space stays with the people it admits."""

import io
import json
import zipfile

import pytest

from codesign.enums import OpenTo
from codesign.operations import proposals, workspaces
from codesign.operations.workspaces import StageDates
from portal import clock, verify_record
from portal.enums import Role
from portal.models import Participant
from portal.operations.record import export_record
from tests.world import World

pytestmark = pytest.mark.django_db
SECRET = "A quiet room for those who lost somebody"


@pytest.fixture
def world() -> World:
    """A partnership in which carers alone have a space, and somebody suggested something there."""
    world = World()
    day = clock.today()
    space = workspaces.open_workspace(
        parent=world.page,
        title="For carers",
        question="What helps after?",
        stages=[StageDates("suggest", day, day)],
        by=world.facilitator,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER],
    )
    drafted = proposals.draft_proposal(
        workspace=space, title=SECRET, why="It hurts.", by=world.carer
    )
    proposals.open_proposal(proposal=drafted, by=world.carer)
    return world


def copy_for(world: World, who: Participant | None) -> dict[str, bytes]:
    out = io.BytesIO()
    export_record(partnership=world.partnership, out=out, by=who)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("who", ["carer", "facilitator"])
def test_those_whom_the_space_admits_get_its_words(world: World, who: str) -> None:
    files = copy_for(world, getattr(world, who))
    assert SECRET in files["content.jsonl"].decode()
    assert "withheld.jsonl" not in files
    assert verify_record.verify(files).problems == []


@pytest.mark.parametrize("who", ["service_user", "provider", "commissioner"])
def test_others_get_the_entry_without_its_words(world: World, who: str) -> None:
    person = getattr(world, who)
    files = copy_for(world, person)
    assert not any(SECRET in data.decode(errors="replace") for data in files.values())
    found = verify_record.verify(files)
    assert found.problems == []
    assert any("not in this copy" in limit for limit in found.limits)
    kept_back = [json.loads(line)["seq"] for line in files["withheld.jsonl"].splitlines()]
    lines = [json.loads(line) for line in files["record.jsonl"].splitlines()]
    kinds = {line["kind"] for line in lines if line["seq"] in kept_back}
    assert kinds == {"workspace_opened", "proposal_opened"}


def test_a_copy_cannot_call_words_withheld_that_it_gives(world: World) -> None:
    files = copy_for(world, world.provider)
    seq = json.loads(files["content.jsonl"].splitlines()[0])["seq"]
    files["withheld.jsonl"] += verify_record.canonical({"seq": seq}) + b"\n"
    problems = verify_record.verify(files).problems
    assert problems == [f"The words of entry {seq} are noted as withheld, but are not."]


def test_words_left_out_without_a_note_are_missed(world: World) -> None:
    files = copy_for(world, world.provider)
    del files["withheld.jsonl"]
    assert any("are missing" in problem for problem in verify_record.verify(files).problems)


def test_the_operators_copy_is_whole(world: World) -> None:
    assert SECRET in copy_for(world, None)["content.jsonl"].decode()
