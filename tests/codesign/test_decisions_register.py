"""The register of decisions: narrowed, searched, in pages, as files and as a feed."""

import csv
import io
import json
from datetime import timedelta
from xml.etree import ElementTree

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from codesign.enums import OpenTo, Outcome
from codesign.models import Decision
from codesign.operations import lists, members
from codesign.queries import decision_lists as queries
from codesign.queries.decision_lists import DecisionShow, WantedDecisions
from portal import clock, permissions
from portal.enums import Visibility
from portal.models import Participant, RecordEntry, ref
from tests.codesign.test_decisions import a_draft, published
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.limits.count", lambda *args, **kwargs: None)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def three(world: World) -> list[Decision]:
    """Agreed and due for review; parked; and agreed in the place of the parked one."""
    bus = an_open_proposal(world, "A bus")
    with clock.at(clock.now() - timedelta(days=400)):
        old = published(world, bus, title="The bus to Holt")
    parked = published(
        world,
        an_open_proposal(world, "A café"),
        outcome=Outcome.PARKED,
        title="The café",
    )
    newest = published(
        world, parked.outcomes.get().source, replaces=parked, title="The café after all"
    )
    a_draft(world, title="Secret still")
    return [old, parked, newest]


def titles(world: World, who: Participant | None = None, **wanted: object) -> list[str]:
    found = queries.register_page(
        world.partnership,
        who or world.carer,
        WantedDecisions(**wanted),  # type: ignore[arg-type]
        {},
    )
    return [each.title for each in found.items]


def test_decisions_are_narrowed_by_how_they_stand(world: World, three: list[Decision]) -> None:
    old = three[0]
    assert titles(world) == ["The café after all", "The café", "The bus to Holt"]
    assert titles(world, show=DecisionShow.STANDING) == ["The café after all", "The bus to Holt"]
    assert titles(world, show=DecisionShow.REPLACED) == ["The café"]
    assert titles(world, show=DecisionShow.DUE) == ["The bus to Holt"]
    assert titles(world, outcome=Outcome.PARKED) == ["The café"]
    assert titles(world, outcome=Outcome.NOT_AGREED) == []
    assert titles(world, workspace=world.workspace.pk) == titles(world)
    assert titles(world, workspace=world.open_workspace("Elsewhere").pk) == []
    year = timezone.localtime(old.published_at).year
    assert titles(world, year=year) == ["The bus to Holt"]
    published(world, an_open_proposal(world, "Other"), reviews=old, title="The bus, a year on")
    assert titles(world, show=DecisionShow.DUE) == []


def test_decisions_are_found_by_their_words_and_drafts_never(
    world: World, three: list[Decision]
) -> None:
    assert titles(world, q="holt") == ["The bus to Holt"]
    assert sorted(titles(world, q="breaks hours")) == sorted(titles(world))
    assert titles(world, who=world.facilitator, q="secret") == []
    assert titles(world, q="holt", outcome=Outcome.PARKED) == []


def test_decisions_page_asks_by_its_address(world: World, three: list[Decision]) -> None:
    url = reverse("codesign:decisions", args=["norfolk"])
    page = Client().get(url).content.decode()
    for each in three:
        assert each.get_absolute_url() in page
    assert "Secret still" not in page
    assert "Replaced by" in page
    assert "To look at again now" in page
    assert "Take the list with you" not in page, "files are for people of the partnership"
    narrowed = signed_in(world.carer).get(f"{url}?show=replaced").content.decode()
    assert three[1].get_absolute_url() in narrowed
    assert three[0].get_absolute_url() not in narrowed
    odd = Client().get(f"{url}?show=x&year=99999&workspace=-1&outcome=%00&q=zebra")
    assert odd.status_code == 200
    assert "Secret still" in signed_in(world.facilitator).get(url).content.decode()


def test_a_closed_space_is_no_part_of_others_registers(world: World, three: list[Decision]) -> None:
    members.set_access(
        workspace=world.workspace,
        visibility=Visibility.PARTNERSHIP,
        open_to=OpenTo.INVITATION,
        by=world.facilitator,
    )
    url = reverse("codesign:decisions", args=["norfolk"])
    feed = reverse("codesign:decisions_feed", args=["norfolk"])
    for client in (Client(), signed_in(world.service_user)):
        for address in (url, feed):
            assert "The café" not in client.get(address).content.decode()
    assert world.workspace.title not in signed_in(world.service_user).get(url).content.decode()
    assert "The café" in signed_in(world.facilitator).get(url).content.decode()


def test_pages_of_the_register_follow_each_other(world: World) -> None:
    for number in range(22):
        published(world, an_open_proposal(world, f"Idea {number}"), title=f"Decision {number}")
    client = signed_in(world.carer)
    url = reverse("codesign:decisions", args=["norfolk"])
    first = client.get(url).context["page"]
    second = client.get(url + first.older).context["page"]
    found = [each.title for each in (*first.items, *second.items)]
    assert found == [f"Decision {number}" for number in range(21, -1, -1)]


# as files


def taken(who: Participant, file_format: str, query: str = "") -> bytes:
    url = reverse("codesign:export_decisions", args=["norfolk", file_format])
    response = signed_in(who).post(url + query)
    assert response.status_code == 200
    assert f'.{file_format}"' in response.headers["Content-Disposition"]
    return b"".join(response)


def test_export_decisions_says_the_same_in_three_files(world: World, three: list[Decision]) -> None:
    rows = list(csv.DictReader(io.StringIO(taken(world.carer, "csv").decode("utf-8-sig"))))
    objects = json.loads(taken(world.carer, "json"))["decisions"]
    book = openpyxl.load_workbook(io.BytesIO(taken(world.carer, "xlsx")))
    headings, *cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    expected = ["The café after all", "The café", "The bus to Holt"]
    assert [row["Decision"] for row in rows] == expected
    assert [each["title"] for each in objects] == expected
    assert [row[headings.index("Decision")] for row in cells] == expected
    newest, parked, _old = objects
    assert newest["replaces"] == parked["number"] == three[1].pk
    assert parked["replaced_by"] == str(three[2].pk)
    assert parked["outcomes"] == "Parked: A café. It was asked for most."
    assert newest["fingerprint"] == three[2].fingerprint
    assert set(objects[0]) == set(queries.COLUMNS)
    one = json.loads(taken(world.carer, "json", "?show=replaced"))["decisions"]
    assert [each["title"] for each in one] == ["The café"]


def test_export_decisions_is_in_the_record(world: World, three: list[Decision]) -> None:
    taken(world.carer, "csv", "?q=café")
    entry = RecordEntry.objects.get(kind="decisions_exported")
    assert entry.subject == ref(world.partnership)
    public = json.loads(entry.line)["public"]
    assert (public["format"], public["decisions"], public["by"]) == ("csv", 2, ref(world.carer))
    assert "café" not in entry.line


def test_export_decisions_refusals(world: World) -> None:
    elsewhere = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        lists.export_decisions(
            partnership=world.partnership, file_format="csv", count=0, by=elsewhere.carer
        )
    url = reverse("codesign:export_decisions", args=["norfolk", "csv"])
    assert Client().post(url).status_code == 302
    odd = reverse("codesign:export_decisions", args=["norfolk", "exe"])
    assert signed_in(world.carer).post(odd).status_code == 404
    assert not RecordEntry.objects.filter(kind="decisions_exported").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_export_decisions_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        published(world, an_open_proposal(world, f"Idea {number}"))
    found = queries.narrowed(world.partnership, world.carer, WantedDecisions())
    with django_assert_num_queries(5):
        rows = list(queries.rows_of(queries.with_lines(found), host="https://portal.example.org"))
    assert len(rows) == count


# as a feed


def test_decisions_feed_names_the_newest_first_and_its_later_changes(
    world: World, three: list[Decision]
) -> None:
    response = Client().get(reverse("codesign:decisions_feed", args=["norfolk"]))
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall("a:entry", ATOM)
    assert [each.findtext("a:title", "", ATOM) for each in entries] == [
        "The café after all",
        "The café",
        "The bus to Holt",
    ]
    ids = [each.findtext("a:id", "", ATOM) for each in entries]
    assert len(set(ids)) == 3
    assert all(each.startswith("tag:") for each in ids)
    assert three[2].published_at is not None
    parked = entries[1]
    assert parked.findtext("a:updated", "", ATOM) > parked.findtext("a:published", "", ATOM)
    assert "Two hours is travel and no rest." in entries[0].findtext("a:summary", "", ATOM)


@pytest.mark.parametrize("count", [1, 3])
def test_decisions_feed_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        published(world, an_open_proposal(world, f"Idea {number}"))
    url = reverse("codesign:decisions_feed", args=["norfolk"])
    with django_assert_num_queries(2):
        Client().get(url)
