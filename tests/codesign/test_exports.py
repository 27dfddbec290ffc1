"""Lists as files: what stands in them, for whom, and what never does."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from codesign import exports
from codesign.models import Proposal
from codesign.operations import lists as operations
from codesign.operations import proposals, supports
from codesign.queries import lists as queries
from codesign.queries.lists import Wanted
from portal import clock, permissions, record
from portal.enums import Role
from portal.models import Participant, RecordEntry, ref
from tests.codesign.test_lists import suggest
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.limits.count", lambda *args, **kwargs: None)


@pytest.fixture
def world() -> World:
    return World()


def taken(world: World, who: Participant, file_format: str, query: str = "") -> bytes:
    url = reverse("codesign:export_proposals", args=["norfolk", world.workspace.pk, file_format])
    response = signed_in(who).post(url + query)
    assert response.status_code == 200
    assert f'.{file_format}"' in response.headers["Content-Disposition"]
    return b"".join(response)


def as_rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))


def as_objects(file: bytes) -> list[dict[str, Any]]:
    return json.loads(file)["proposals"]


def test_export_proposals_is_in_the_record_without_anybodys_words(world: World) -> None:
    suggest(world, "A café")
    taken(world, world.carer, "csv", "?q=café")
    entry = RecordEntry.objects.get(kind="proposals_exported")
    assert entry.subject == ref(world.workspace)
    line = json.loads(entry.line)
    assert line["public"]["format"] == "csv"
    assert line["public"]["proposals"] == 1
    assert line["public"]["by"] == ref(world.carer)
    assert "café" not in entry.line
    assert record.in_words(entry.kind) == "A list of suggestions was downloaded"


def test_export_proposals_refusals(world: World) -> None:
    elsewhere = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        operations.export_proposals(
            workspace=world.workspace, file_format="csv", count=0, by=elsewhere.carer
        )
    url = reverse("codesign:export_proposals", args=["norfolk", world.workspace.pk, "csv"])
    assert Client().post(url).status_code == 302
    assert signed_in(world.carer).get(url).status_code == 405
    odd = reverse("codesign:export_proposals", args=["norfolk", world.workspace.pk, "exe"])
    assert signed_in(world.carer).post(odd).status_code == 404
    assert not RecordEntry.objects.filter(kind="proposals_exported").exists()


def test_the_three_files_say_the_same(world: World) -> None:
    suggest(world, "A café", feature=world.feature)
    suggest(world, "Longer breaks", by=world.provider)
    rows = as_rows(taken(world, world.provider, "csv"))
    objects = as_objects(taken(world, world.provider, "json"))
    book = openpyxl.load_workbook(io.BytesIO(taken(world, world.provider, "xlsx")))
    headings, *cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert [row["What would help"] for row in rows] == ["Longer breaks", "A café"]
    assert [each["title"] for each in objects] == ["Longer breaks", "A café"]
    assert [row[headings.index("What would help")] for row in cells] == ["Longer breaks", "A café"]
    assert rows[1]["Part of the service"] == objects[1]["feature"] == "Short breaks"
    assert objects[0]["by_role"] == rows[0]["Role"] == "Provider"
    assert objects[1]["address"].endswith(Proposal.objects.get(title="A café").get_absolute_url())
    assert list(rows[0]) == headings


def test_a_day_in_a_file_is_the_day_here(world: World) -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in a British summer
    Proposal.objects.filter(pk=suggest(world, "A café").pk).update(opened_at=late)
    [row] = as_rows(taken(world, world.carer, "csv"))
    assert row["Shared on"] == "2026-07-01"


def test_filters_hold_for_files_too(world: World) -> None:
    suggest(world, "A café")
    suggest(world, "By a provider", by=world.provider)
    rows = as_rows(taken(world, world.carer, "csv", "?role=provider"))
    assert [row["What would help"] for row in rows] == ["By a provider"]


def test_drafts_and_hidden_words_are_never_in_a_file(world: World) -> None:
    proposals.draft_proposal(
        workspace=world.workspace, title="Secret draft", why="W.", by=world.carer
    )
    hidden = suggest(world, "Smith is a crook", why="About Smith.")
    Proposal.objects.filter(pk=hidden.pk).update(
        hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="It blames by name."
    )
    for who in (world.carer, world.moderator, world.provider):
        for query in ("", "?show=mine", "?q=crook"):
            for file_format in ("csv", "json"):
                file = taken(world, who, file_format, query).decode()
                assert "Secret draft" not in file
                assert "Smith" not in file
    assert "It blames by name." in taken(world, world.carer, "csv").decode()


@pytest.mark.parametrize(("number", "gated"), [(0, "none"), (3, "fewer than 8"), (12, "about 10")])
def test_supporters_pass_the_gate_for_all_but_staff(world: World, number: int, gated: str) -> None:
    proposal = suggest(world)
    for _each in range(number):
        person = world.person(Role.CARER, with_account=False)
        supports.support_proposal(proposal=proposal, by=person)
    assert as_objects(taken(world, world.carer, "json"))[0]["supporters"] == gated
    exact = as_objects(taken(world, world.provider, "json"))[0]["supporters"]
    assert exact == (number or "none")


def test_nothing_in_a_file_is_run_as_a_formula(world: World) -> None:
    suggest(world, '=HYPERLINK("http://evil.example")', why="@SUM(1)\n+1")
    row = as_rows(taken(world, world.carer, "csv"))[0]
    assert row["What would help"].startswith("'=HYPERLINK")
    assert row["Why it matters"].startswith("'@SUM")
    book = openpyxl.load_workbook(io.BytesIO(taken(world, world.carer, "xlsx")))
    cell = book.active["C2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://evil.example")')
    assert cell.hyperlink is None


def test_a_file_is_written_in_batches_and_holds_everything(
    world: World, django_assert_num_queries: Any
) -> None:
    for number in range(7):
        suggest(world, f"Idea {number}")
    items = queries.to_export(world.workspace, world.carer, Wanted())
    with django_assert_num_queries(4):
        found = [each.title for each in queries.in_batches(items, 2)]
    assert found == [f"Idea {number}" for number in range(6, -1, -1)]


def test_a_spreadsheet_takes_long_texts_and_odd_titles() -> None:
    rows = [["x" * 40_000, 5, None]]
    with exports.as_xlsx("A/B: [x]?*'\\", ["One", "Two", "Three"], iter(rows)) as file:
        sheet = openpyxl.load_workbook(file).active
    assert sheet.title == "AB x"
    assert len(sheet["A2"].value) == exports.LONGEST_CELL
    assert (sheet["B2"].value, sheet["C2"].value) == (5, None)
    with exports.as_xlsx("***", ["One"], []) as file:
        assert openpyxl.load_workbook(file).active.title == "1"


def test_an_empty_list_is_a_file_all_the_same(world: World) -> None:
    assert as_objects(taken(world, world.carer, "json")) == []
    assert as_rows(taken(world, world.carer, "csv")) == []


def test_proposals_print_shows_all_of_them_with_people_gated_for_visitors(world: World) -> None:
    for number in range(25):
        suggest(world, f"Idea {number}")
    supports.support_proposal(proposal=Proposal.objects.get(title="Idea 3"), by=world.service_user)
    url = reverse("codesign:proposals_print", args=["norfolk", world.workspace.pk])
    page = signed_in(world.carer).get(url).content.decode()
    assert "25 suggestions, as they stood on" in page
    assert page.count("tl-printed__item") == 25
    assert "Supporters: 1." in page
    seen = Client().get(url).content.decode()
    assert "Supporters: fewer than 8." in seen
    assert "Supporters: 1." not in seen
    some = Client().get(url + "?q=nothing").content.decode()
    assert "Nothing here fits what you asked for." in some


def test_proposals_print_says_where_it_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PRINTED", 2)
    for number in range(3):
        suggest(world, f"Idea {number}")
    url = reverse("codesign:proposals_print", args=["norfolk", world.workspace.pk])
    page = Client().get(url + "?order=fair").content.decode()
    assert "There are more than these 2" in page
    assert page.count("tl-printed__item") == 2
