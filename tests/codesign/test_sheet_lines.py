"""Paper sheets remember what was printed on them, and a line that was mistyped is put right."""

from collections import Counter

import pytest
from django.urls import reverse

from codesign.enums import ProposalStatus
from codesign.models import EnteredLine, Printing, Proposal, Sheet
from codesign.operations import merges, proposals, sheet_lines, sheets, supports, workspaces
from codesign.operations.sheets import Person, SheetLine
from codesign.queries import sheets as queries
from portal import permissions, record
from portal.enums import Channel, Role
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.sheet import NEW, enter_sheet
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in, words_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def cafe(world: World) -> Proposal:
    return an_open_proposal(world)


@pytest.fixture
def bus(world: World) -> Proposal:
    return an_open_proposal(world, "A bus")


def printed(world: World, *them: Proposal, copies: int = 1) -> Printing:
    return sheets.print_sheets(
        workspace=world.workspace, proposals=them, copies=copies, by=world.carer
    )


def correct(
    world: World, line: EnteredLine, says: SheetLine, by: Participant | None = None
) -> EnteredLine:
    return sheet_lines.correct_line(
        line=line, says=says, reason="I took the wrong box.", by=by or world.provider
    )


def counted(proposal: Proposal) -> set[str]:
    """Who supports it; the counters say what a count of the rows says."""
    proposal.refresh_from_db()
    rows = list(proposal.supports.select_related("participant"))
    assert proposal.support_count == len(rows)
    kept = {role: n for role, n in proposal.role_support.items() if n}
    assert kept == dict(Counter(each.role for each in rows))
    return {each.participant.display_name for each in rows}


def line_of(sheet: Sheet, place: int = 1) -> EnteredLine:
    return sheet.entered_lines.get(place=place)


# -- what was printed ------------------------------------------------------------------------------


def test_print_sheets_keeps_what_stands_on_them(
    world: World, cafe: Proposal, bus: Proposal
) -> None:
    made = printed(world, bus, cafe, copies=3)
    numbers = [each.number for each in made.sheets.all()]
    assert len(set(numbers)) == 3
    an_open_proposal(world, "A choir")
    proposals.edit_proposal(
        proposal=bus,
        words=proposals.ProposalWords("A minibus", "To get there."),
        based_on=1,
        by=world.carer,
    )
    proposals.park_proposal(proposal=cafe, by=world.facilitator, reason="Later.")
    for number in numbers:
        found = queries.printing_of(world.workspace, number.lower().replace("-", " "))
        assert found == made
        listed = queries.proposals_printed(found)
        assert [(each.pk, each.is_reworded) for each in listed] == [  # type: ignore[attr-defined]
            (bus.pk, True),
            (cafe.pk, False),
        ]
    assert queries.printing_of(world.open_workspace("Another"), numbers[0]) is None
    assert queries.printing_of(world.workspace, "T1") is None


def test_print_sheets_refusals(world: World, cafe: Proposal) -> None:
    home, world.workspace = world.workspace, world.open_workspace("Another")
    with pytest.raises(sheets.UnableToPrintSheets, match="another space"):
        printed(world, cafe)
    world.workspace = home
    with pytest.raises(permissions.OutsidePartnership):
        sheets.print_sheets(
            workspace=home, proposals=[cafe], copies=1, by=World(slug="other").carer
        )
    workspaces.close_workspace(workspace=home, reason="Done.", by=world.facilitator)
    home.refresh_from_db()
    with pytest.raises(sheets.UnableToPrintSheets, match="closed"):
        printed(world, cafe)
    assert not Printing.objects.exists()


def test_a_sheet_is_typed_in_as_it_was_printed_whatever_the_list_holds_since(
    world: World, cafe: Proposal, bus: Proposal
) -> None:
    [number] = [each.number for each in printed(world, bus, cafe).sheets.all()]
    for each in range(9):
        an_open_proposal(world, f"Newer {each}")
    proposals.park_proposal(proposal=cafe, by=world.facilitator, reason="Later.")
    client = signed_in(world.provider)
    url = reverse("codesign:enter_sheet", args=["norfolk", world.workspace.pk])
    assert "What is the number of the sheet?" in words_on(client, url)
    page = words_on(client, f"{url}?number={number}")
    assert "The suggestions below are those that stand on it." in page
    assert f"{bus.pk}: A bus" in page
    assert "It is now “Parked”, so a tick does not count." in page
    assert "Newer" not in page
    sent = {
        "number": number,
        "channel": "paper",
        "consent": "It says so.",
        "lines": "1",
        "proposals": [bus.pk, cafe.pk],
        "line0-name": "Blue Bird",
        "line0-role": "carer",
        "line0-ticks": [bus.pk, cafe.pk],
    }
    # A page that showed another list: ticks for it are looked at again before they count.
    another = client.post(url, sent | {"proposals": [bus.pk]})
    assert another.status_code == 422
    assert "Other suggestions were printed on this sheet." in another.content.decode()
    assert not Sheet.objects.exists()
    assert client.post(url, sent).status_code == 302
    assert counted(bus) == {"Blue Bird"}
    assert counted(cafe) == set()
    assert set(line_of(Sheet.objects.get()).ticks.all()) == {bus, cafe}  # what the paper says


def test_a_tick_for_what_was_merged_counts_where_it_lives_on(
    world: World, cafe: Proposal, bus: Proposal
) -> None:
    merges.merge_proposals(proposals=[bus], into=cafe, by=world.facilitator, reason="Same.")
    sheet = enter_sheet(world, SheetLine(NEW, [bus, cafe]), SheetLine(Person(world.guest), [bus]))
    assert counted(cafe) == {"Blue Bird", "Blue Kite"}
    assert counted(bus) == set()
    correct(world, line_of(sheet), SheetLine(Person(line_of(sheet).participant), [cafe]))
    assert counted(cafe) == {"Blue Bird", "Blue Kite"}  # the other tick brings them there too
    correct(world, line_of(sheet, 2), SheetLine(Person(world.guest)))
    assert counted(cafe) == {"Blue Bird"}


# -- putting a line right --------------------------------------------------------------------------


def test_correct_line_moves_ticks_and_counts_at_once(
    world: World, cafe: Proposal, bus: Proposal
) -> None:
    choir = an_open_proposal(world, "A choir")
    supports.support_proposal(proposal=choir, by=world.guest)
    sheet = enter_sheet(world, SheetLine(Person(world.guest), [cafe, choir]), SheetLine(NEW, [bus]))
    before = sheet.lines
    line = correct(world, line_of(sheet), SheetLine(Person(world.guest), [bus]))
    assert counted(cafe) == set()
    assert counted(bus) == {"Blue Kite", "Blue Bird"}
    assert counted(choir) == {"Blue Kite"}  # given in another way
    assert set(line.ticks.all()) == {bus}
    assert (line.corrected_by, sheet.lines) == (world.provider, before)
    entry = RecordEntry.objects.get(subject=ref(sheet), kind="sheet_corrected")
    for part in ('"line":1', '"supports_added":1', '"supports_taken_back":1'):
        assert part in entry.line
    content = RecordContent.objects.get(partnership_id=world.partnership.pk, seq=entry.seq).content
    assert content["reason"] == "I took the wrong box."
    assert content["was"]["ticks"] == [ref(cafe), ref(choir)]
    assert content["now"]["ticks"] == [ref(bus)]
    told = Notice.objects.get(participant=world.guest, text__contains="wrong box")
    assert told.words.startswith("Priya corrected what a paper sheet says you said")
    correct(world, line_of(sheet), SheetLine(Person(world.guest)), by=world.facilitator)
    assert counted(bus) == {"Blue Bird"}
    assert RecordEntry.objects.filter(subject=ref(sheet), kind="sheet_corrected").count() == 2


def test_correct_line_gives_what_it_brought_to_whoever_it_was(
    world: World, cafe: Proposal, bus: Proposal
) -> None:
    sheet = enter_sheet(world, SheetLine(NEW, [cafe, bus], idea="A bench", why="Legs."))
    supports.support_proposal(proposal=bus, by=world.guest)
    idea = Proposal.objects.get(title="A bench")
    supports.support_proposal(proposal=idea, by=world.guest)
    line = correct(
        world, line_of(sheet), SheetLine(Person(world.guest), [cafe, bus], "A bench", "Legs.")
    )
    assert counted(cafe) == counted(bus) == {"Blue Kite"}
    assert counted(idea) == set()  # nobody supports their own
    assert (idea.by, idea.by_role, line.participant) == (world.guest, "carer", world.guest)
    told = Notice.objects.filter(text__contains="wrong box").values_list(
        "participant__display_name"
    )
    assert {name for [name] in told} == {"Blue Bird", "Blue Kite"}


def test_correct_line_puts_an_ideas_words_right_as_a_version(world: World) -> None:
    sheet = enter_sheet(world, SheetLine(NEW, idea="A brench", why="Legs."))
    giver = Person(line_of(sheet).participant)
    idea = line_of(sheet).idea
    assert idea is not None
    supports.support_proposal(proposal=idea, by=world.guest)
    correct(world, line_of(sheet), SheetLine(giver, idea="A bench", why="My legs."))
    idea.refresh_from_db()
    assert (idea.title, idea.why, idea.version, idea.by) == (
        "A bench",
        "My legs.",
        2,
        giver.participant,
    )
    newest = idea.versions.last()
    assert newest is not None
    assert (newest.by, newest.reason) == (world.provider, "I took the wrong box.")
    assert counted(idea) == {"Blue Kite"}
    with pytest.raises(sheet_lines.UnableToCorrectLine, match="not taken away"):
        correct(world, line_of(sheet), SheetLine(giver))


def test_correct_line_adds_an_idea_that_was_left_out(world: World, cafe: Proposal) -> None:
    sheet = enter_sheet(world, SheetLine(NEW, [cafe]))
    giver = line_of(sheet).participant
    correct(world, line_of(sheet), SheetLine(Person(giver), [cafe], "A bench", "Legs."))
    made = Proposal.objects.get(title="A bench")
    assert (made.by, made.entered_by, made.channel) == (giver, world.provider, Channel.PAPER)
    assert line_of(sheet).idea == made
    assert counted(cafe) == {"Blue Bird"}


def test_a_tick_on_another_sheet_keeps_what_this_one_gives_up(world: World, cafe: Proposal) -> None:
    first = enter_sheet(world, SheetLine(Person(world.guest), [cafe]))
    enter_sheet(world, SheetLine(Person(world.guest), [cafe]), number="T2")
    correct(world, line_of(first), SheetLine(Person(world.guest)))
    assert counted(cafe) == {"Blue Kite"}
    second = Sheet.objects.get(number="T2")
    assert cafe.supports.get().sheet == second
    correct(world, line_of(second), SheetLine(Person(world.guest)))
    assert counted(cafe) == set()


def test_correct_line_refusals_write_nothing(world: World, cafe: Proposal, bus: Proposal) -> None:
    sheet = enter_sheet(world, SheetLine(Person(world.guest), [cafe, bus]))
    line = line_of(sheet)
    same = SheetLine(Person(world.guest), [cafe, bus])
    with pytest.raises(sheet_lines.UnableToCorrectLine, match="Nothing is different"):
        correct(world, line, same)
    another = world.person(Role.PROVIDER)
    for who in (world.carer, world.moderator, another):
        with pytest.raises(permissions.PermissionRefused):
            correct(world, line, SheetLine(Person(world.guest)), by=who)
    with pytest.raises(permissions.OutsidePartnership):
        correct(world, line, same, by=World(slug="other").facilitator)
    with pytest.raises(sheet_lines.UnableToCorrectLine, match="works for the service"):
        correct(world, line, SheetLine(Person(world.commissioner), [cafe]))
    Proposal.objects.filter(pk=bus.pk).update(status=ProposalStatus.PARKED)
    with pytest.raises(sheet_lines.UnableToCorrectLine, match="Parked"):
        correct(world, line, SheetLine(Person(world.guest)))
    assert counted(cafe) == counted(bus) == {"Blue Kite"}
    workspaces.close_workspace(workspace=world.workspace, reason="x", by=world.facilitator)
    with pytest.raises(sheet_lines.UnableToCorrectLine, match="closed"):
        correct(world, line, SheetLine(Person(world.guest), [bus]))
    assert set(line_of(sheet).ticks.all()) == {cafe, bus}
    assert not RecordEntry.objects.filter(kind="sheet_corrected").exists()


def test_correct_line_writes_nothing_when_the_record_fails(
    world: World, cafe: Proposal, bus: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = enter_sheet(world, SheetLine(Person(world.guest), [cafe]))

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        correct(world, line_of(sheet), SheetLine(Person(world.guest), [bus]))
    assert counted(cafe) == {"Blue Kite"}
    assert counted(bus) == set()


def test_correcting_by_posting_a_form(world: World, cafe: Proposal, bus: Proposal) -> None:
    [number] = [each.number for each in printed(world, cafe, bus).sheets.all()]
    sheet = enter_sheet(world, SheetLine(NEW, [cafe]), number=number)
    page = reverse("codesign:sheet", args=["norfolk", sheet.pk])
    url = reverse("codesign:correct_line", args=["norfolk", line_of(sheet).pk])
    client = signed_in(world.provider)
    listed = client.get(reverse("codesign:sheets", args=["norfolk", world.workspace.pk]))
    assert page in listed.content.decode()
    assert url in client.get(page).content.decode()
    moderator = signed_in(world.moderator)
    assert url not in moderator.get(page).content.decode()
    assert moderator.get(url).status_code == 403
    assert signed_in(world.carer).get(page).status_code == 403
    form = client.get(url).content.decode()
    assert 'value="Blue Bird"' in form
    said = {"name": "Blue Bird", "role": "service_user", "ticks": [bus.pk], "idea": "", "why": ""}
    without = client.post(url, said)
    assert without.status_code == 422
    sent = said | {"reason": "The <b>other</b> box.", "once": "x"}
    for _twice in range(2):
        assert client.post(url, sent)["Location"] == page
    assert counted(cafe) == set()
    assert counted(bus) == {"Blue Bird"}
    words = client.get(page).content.decode()
    assert "The &lt;b&gt;other&lt;/b&gt; box." in words
    assert "Corrected on" in words
    renamed = client.post(url, sent | {"name": "Blue Kite", "once": "y"})
    assert renamed.status_code == 422
    assert "Somebody is called the same." in renamed.content.decode()
    chosen = {"name": "Blue Kite", "who": world.guest.pk, "once": "z"}
    assert client.post(url, sent | chosen).status_code == 302
    assert counted(bus) == {"Blue Kite"}


@pytest.mark.parametrize("count", [1, 3])
def test_a_sheets_page_costs_the_same_however_many_lines(
    world: World, cafe: Proposal, django_assert_num_queries: object, count: int
) -> None:
    people = [Person(name=f"Bird {each}", role=Role.CARER) for each in range(count)]
    sheet = enter_sheet(world, *(SheetLine(each, [cafe], "A bench", "x") for each in people))
    with django_assert_num_queries(2):  # type: ignore[operator]
        lines = queries.lines_of(sheet)
        for line in lines:
            assert [str(each.partnership) for each in line.ticks.all()]
            assert line.idea is not None
            assert line.idea.get_absolute_url()
            assert line.participant.organisation is None
    for _each in range(count):
        printed(world, cafe, copies=2)
    with django_assert_num_queries(2):  # type: ignore[operator]
        made = list(queries.printings_of(world.workspace))
        assert [len(each.sheets.all()) for each in made] == [2] * count
