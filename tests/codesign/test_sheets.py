"""Paper sheets: printing, typing in, listing."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from codesign import phrases
from codesign.models import Proposal, Sheet, Support
from codesign.operations import sheets, supports
from codesign.operations.sheets import Person, SheetLine
from codesign.queries import sheets as queries
from portal import permissions, record
from portal.enums import Channel, Role
from portal.models import Participant, RecordEntry, ref
from tests.codesign.sheet import NEW, enter_sheet
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in, words_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


def test_enter_sheet_enters_people_ticks_and_ideas(world: World, proposal: Proposal) -> None:
    other = an_open_proposal(world, "A bus")
    supports.support_proposal(proposal=proposal, by=world.service_user)
    sheet = enter_sheet(
        world,
        SheetLine(NEW, [proposal, other]),
        SheetLine(Person(name="Ann", role=Role.CARER), [other], idea="A bench", why="Legs."),
        SheetLine(Person(world.service_user), [proposal, other]),  # the first one stands already
        SheetLine(Person(world.carer), [proposal]),  # her own suggestion
        number=" k7f-m2x ",
    )
    assert (sheet.number, sheet.lines, sheet.supports.count()) == ("K7F-M2X", 4, 4)
    for each, count in ((proposal, 2), (other, 3)):
        each.refresh_from_db()
        assert each.support_count == each.supports.count() == count
    idea = Proposal.objects.get(title="A bench")
    assert (idea.by.display_name, idea.entered_by, idea.channel) == (  # type: ignore[union-attr]
        "Ann",
        world.provider,
        Channel.PAPER,
    )
    entry = RecordEntry.objects.get(subject=ref(sheet))
    assert entry.kind == "sheet_entered"
    for part in ('"lines":4', '"supports":4', '"ideas":1'):
        assert part in entry.line
    assert "It says so" not in entry.line


def test_enter_sheet_twice_says_when_and_by_whom(world: World, proposal: Proposal) -> None:
    enter_sheet(world, SheetLine(NEW, [proposal]))
    with pytest.raises(sheets.UnableToEnterSheet, match=r"typed in on .* by Priya"):
        enter_sheet(world, SheetLine(NEW, [proposal]), number="K7F-m2x", by=world.facilitator)
    assert (Sheet.objects.count(), proposal.supports.count()) == (1, 1)
    world.workspace = world.open_workspace("Another space")
    enter_sheet(world, SheetLine(NEW, idea="A bench"))  # numbers are a space's own


def test_enter_sheet_refusals_undo_everything(world: World, proposal: Proposal) -> None:
    before = Participant.objects.count()
    with pytest.raises(sheets.UnableToEnterSheet, match="at least one line"):
        enter_sheet(world)
    with pytest.raises(permissions.PermissionRefused):
        enter_sheet(world, SheetLine(NEW, [proposal]), by=world.carer)
    elsewhere = world.open_workspace("Another space")
    home, world.workspace = world.workspace, elsewhere
    foreign = an_open_proposal(world)
    world.workspace = home
    with pytest.raises(sheets.UnableToEnterSheet, match="another space") as refused:
        enter_sheet(world, SheetLine(NEW, [proposal]), SheetLine(NEW, [foreign]))
    assert refused.value.line == 1
    with pytest.raises(sheets.UnableToEnterSheet, match="works for the service") as refused:
        enter_sheet(world, SheetLine(NEW, [proposal]), SheetLine(Person(world.commissioner)))
    assert refused.value.line == 1
    assert (Sheet.objects.count(), Support.objects.count()) == (0, 0)
    assert Participant.objects.count() == before


def test_enter_sheet_writes_nothing_when_the_record_fails(
    world: World, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = record.append

    def broken(kind: str, **about: object) -> object:
        if kind == "sheet_entered":
            raise RuntimeError("no record")
        return append(kind, **about)  # type: ignore[arg-type]

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        enter_sheet(world, SheetLine(NEW, [proposal]))
    assert (Sheet.objects.count(), Support.objects.count()) == (0, 0)


def posted(proposal: Proposal, **more: object) -> dict[str, object]:
    return {
        "number": "T1",
        "not_printed_here": "on",
        "channel": "paper",
        "consent": "It says so.",
        "lines": "2",
        "proposals": [proposal.pk],
        "line0-name": "Blue Bird",
        "line0-role": "carer",
        "line0-ticks": [proposal.pk],
        "line1-name": "Ann",
        "line1-role": "service_user",
        "line1-idea": "A bench",
    } | more


@pytest.fixture
def url(world: World) -> str:
    return reverse("codesign:enter_sheet", args=["norfolk", world.workspace.pk])


def test_enter_sheet_page(world: World, proposal: Proposal, url: str) -> None:
    client = signed_in(world.provider)
    page = words_on(client, f"{url}?number=T1")
    assert f"{proposal.pk}: A café for carers" in page
    done = client.post(url, posted(proposal))
    assert done.status_code == 302
    listed = words_on(client, done["Location"])
    assert "Sheet T1 is typed in: 2 lines." in listed
    assert "1 support was new." in listed
    assert "Priya" in listed
    again = client.post(url, posted(proposal))
    assert again.status_code == 422
    assert "This sheet was typed in on" in again.content.decode()
    assert "Blue Bird" in again.content.decode()
    assert (Sheet.objects.count(), proposal.supports.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": ""}, "Please answer “Sheet number”."),
        ({"consent": ""}, "Please answer “How did people agree that you type it in?”."),
        ({"line1-name": ""}, "Please write a name or a nickname for this line."),
        ({"line0-role": ""}, "Please choose a role for this line."),
        ({"line1-idea": ""}, "This line has no tick and no idea."),
        ({"line1-idea": "x" * 121}, "too long"),
        ({"line0-name": "Priya", "line0-ticks": ["0"]}, "Please choose from the list."),
    ],
)
def test_mistakes_come_back_line_by_line_with_every_word(
    world: World, proposal: Proposal, url: str, wrong: dict[str, object], said: str
) -> None:
    sent = posted(proposal, **wrong)
    response = signed_in(world.provider).post(url, sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    for words in ("line0-name", "line1-name", "line1-idea", "consent", "number"):
        assert f'value="{sent[words]}"' in page or not sent[words]
    assert not Sheet.objects.exists()


def test_five_more_lines_keep_every_word_and_complain_of_nothing(
    world: World, proposal: Proposal, url: str
) -> None:
    response = signed_in(world.provider).post(
        url, posted(proposal, number="", more="1", **{"line0-role": ""})
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" not in page
    assert 'name="line6-name"' in page
    assert 'name="line7-name"' not in page
    for words in ("Blue Bird", "Ann", "A bench", "It says so."):
        assert f'value="{words}"' in page
    assert (
        f'value="{proposal.pk}" class="govuk-checkboxes__input" id="id_line0-ticks_0"' in page
        or ("checked" in page)
    )
    most = signed_in(world.provider).post(url, posted(proposal, more="1", lines="999"))
    assert 'name="line59-name"' in most.content.decode()
    assert 'name="line60-name"' not in most.content.decode()


def test_a_namesake_is_asked_about(world: World, proposal: Proposal, url: str) -> None:
    client = signed_in(world.provider)
    sent = posted(proposal, **{"line0-name": "blue kite", "line0-role": ""})
    asked = client.post(url, sent)
    assert asked.status_code == 422
    assert "Somebody is called the same." in asked.content.decode()
    before = Participant.objects.count()
    same = client.post(url, sent | {"line0-who": world.guest.pk})
    assert same.status_code == 302
    assert proposal.supports.get().participant == world.guest
    assert Participant.objects.count() == before + 1  # Ann
    new = sent | {"number": "T2", "line0-who": "new", "line0-role": "carer", "line1-who": "new"}
    assert client.post(url, new).status_code == 302
    assert Participant.objects.filter(display_name__iexact="blue kite").count() == 2


def test_supporter_sheet_prints_numbers_of_their_own(world: World, proposal: Proposal) -> None:
    client = signed_in(world.carer)
    url = reverse("codesign:supporter_sheet", args=["norfolk", world.workspace.pk])
    assert f'href="{url}"' in client.get(world.workspace.get_absolute_url()).content.decode()
    make = reverse("codesign:print_sheets", args=["norfolk", world.workspace.pk])
    assert make in client.get(url).content.decode()
    sent = {"proposals": [proposal.pk], "copies": "3", "once": "p"}
    response = client.post(make, sent, follow=True)
    numbers = response.context["numbers"]
    assert len(set(numbers)) == 3
    page = response.content.decode()
    for number in numbers:
        assert number in page
    assert page.count("tl-sheet") == 3
    assert "A café for carers" in page
    assert client.post(make, sent, follow=True).context["numbers"] == numbers
    before = client.get(url).content.decode()
    assert response.redirect_chain[-1][0] in before
    for typed, copies in (("999", 20), ("none", 1)):
        made = client.post(make, sent | {"copies": typed, "once": typed}, follow=True)
        assert len(made.context["numbers"]) == copies
    qr = client.get(reverse("codesign:sheet_qr", args=["norfolk", world.workspace.pk]))
    assert qr["Content-Type"] == "image/svg+xml"
    assert b"<svg" in qr.content


def test_a_sheet_holds_the_chosen_or_the_newest_open_suggestions(world: World) -> None:
    made = [an_open_proposal(world, f"Idea {number}") for number in range(10)]
    assert queries.proposals_for_sheet(world.workspace) == made[2:]
    chosen = [str(made[5].pk), str(made[0].pk), "x", "9" * 30]
    assert queries.proposals_for_sheet(world.workspace, chosen) == [made[0], made[5]]
    Proposal.objects.filter(pk=made[9].pk).update(status="parked")
    assert made[9] not in queries.proposals_for_sheet(world.workspace)


@pytest.mark.parametrize("count", [1, 3])
def test_sheets_page_costs_the_same_however_many(
    world: World, proposal: Proposal, django_assert_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        enter_sheet(world, SheetLine(NEW, [proposal]), number=f"T{number}")
    with django_assert_num_queries(1):
        listed = list(queries.sheets_of(world.workspace))
        assert [(each.supported, str(each.entered_by)) for each in listed] == [  # type: ignore[attr-defined]
            (1, "Priya")
        ] * count


def test_a_sheet_number_is_one_that_was_printed_for_this_space(
    world: World, proposal: Proposal, url: str
) -> None:
    client = signed_in(world.provider)
    printed = sheets.print_sheets(
        workspace=world.workspace, proposals=[proposal], copies=1, by=world.provider
    )
    [number] = [each.number for each in printed.sheets.all()]
    wrong = number[:-1] + ("3" if number[-1] == "2" else "2")
    elsewhere = phrases.new_sheet_number(world.workspace.pk + 1)
    sent = posted(proposal)
    del sent["not_printed_here"]
    for typed in ("T1", wrong, elsewhere):
        page = client.post(url, sent | {"number": typed})
        assert page.status_code == 422
        assert "No sheet of this space has this number." in page.content.decode()
    assert client.post(url, sent | {"number": number.replace("-", " ").lower()}).status_code == 302
    assert Sheet.objects.get().number == number
