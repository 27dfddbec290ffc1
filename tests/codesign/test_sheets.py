"""Entering for somebody, and paper sheets: printing, typing in, listing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from codesign import phrases
from codesign.enums import CommentKind, OpenTo, StageKind
from codesign.models import Comment, Proposal, Sheet, Support, Workspace
from codesign.operations import sheets, supports
from codesign.operations.sheets import Given, Person, SheetLine
from codesign.queries import sheets as queries
from portal import permissions, record
from portal.enums import Channel, Role, WhoseWords
from portal.models import Notice, Participant, RecordEntry, ref
from portal.operations import leaving
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

BY_PHONE = Given(Channel.PHONE, "On the phone on 3 May.", WhoseWords.SUMMARY)
NEW = Person(name="Blue Bird", role=Role.SERVICE_USER)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


def enter_sheet(world: World, *lines: SheetLine, number: str = "K7F-M2X", **more: object) -> Sheet:
    given = {
        "workspace": world.workspace,
        "number": number,
        "channel": Channel.PAPER,
        "consent": "It says so on the sheet.",
        "lines": lines,
        "by": world.provider,
    }
    return sheets.enter_sheet(**(given | more))  # type: ignore[arg-type]


def words_on(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


# -- for somebody ----------------------------------------------------------------------------------


def test_enter_proposal_is_shared_and_says_what_it_is(world: World) -> None:
    made = sheets.enter_proposal(
        workspace=world.workspace,
        person=Person(world.guest),
        title="A bench",
        why="My legs.",
        given=BY_PHONE,
        by=world.provider,
    )
    assert (made.status, made.by, made.by_role) == ("open", world.guest, Role.CARER)
    assert (made.entered_by, made.channel, made.whose_words, made.consent) == (
        world.provider,
        Channel.PHONE,
        WhoseWords.SUMMARY,
        "On the phone on 3 May.",
    )
    assert RecordEntry.objects.filter(subject=ref(made), kind="proposal_opened").exists()
    notice = Notice.objects.get(participant=world.guest, needs_me=True)
    assert notice.words == "Priya wrote down your suggestion: A bench"
    page = words_on(Client(), made.get_absolute_url())
    assert "Written down by Priya. By phone. A worker’s summary." in page


def test_enter_comment_for_somebody_new_makes_a_guest(world: World, proposal: Proposal) -> None:
    made = sheets.enter_comment(
        proposal=proposal,
        person=NEW,
        kind=CommentKind.CONCERN,
        text="Too far.",
        given=BY_PHONE,
        by=world.provider,
    )
    assert made.by is not None
    assert (made.by.display_name, made.by.role, made.by.is_guest) == (
        "Blue Bird",
        Role.SERVICE_USER,
        True,
    )
    assert (made.entered_by, made.channel, made.consent) == (
        world.provider,
        Channel.PHONE,
        "On the phone on 3 May.",
    )
    joined = RecordEntry.objects.get(subject=ref(made.by), kind="participant_joined")
    assert f'"by":"{ref(world.provider)}"' in joined.line
    proposal.refresh_from_db()
    assert proposal.comment_count == 1


def test_enter_support_counts_fully_and_once(world: World, proposal: Proposal) -> None:
    def enter() -> bool:
        return sheets.enter_support(
            proposal=proposal,
            person=Person(world.service_user),
            given=BY_PHONE,
            by=world.facilitator,
        )

    assert enter() is True
    assert enter() is False
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.role_support) == (1, {"service_user": 1})
    assert Support.objects.get(proposal=proposal).entered_by == world.facilitator
    entry = RecordEntry.objects.get(subject=ref(proposal), kind="support_entered")
    assert "3 May" not in entry.line
    assert ref(world.service_user) not in entry.line
    assert Notice.objects.filter(participant=world.service_user, needs_me=True).count() == 1


def test_entering_refusals(world: World, proposal: Proposal) -> None:
    def enter(person: Person, by: Participant, given: Given = BY_PHONE) -> bool:
        return sheets.enter_support(proposal=proposal, person=person, given=given, by=by)

    with pytest.raises(permissions.PermissionRefused):
        enter(NEW, world.carer)
    with pytest.raises(sheets.UnableToEnter, match="works for the service"):
        enter(Person(world.commissioner), world.provider)
    with pytest.raises(sheets.UnableToEnter, match="works for the service"):
        enter(Person(world.facilitator), world.facilitator)
    with pytest.raises(sheets.UnableToEnter, match="write for themselves"):
        enter(Person(name="X", role=Role.COMMISSIONER), world.provider)
    with pytest.raises(sheets.UnableToEnter, match="name or a nickname"):
        enter(Person(name=" "), world.provider)
    with pytest.raises(sheets.UnableToEnter, match="agreed"):
        enter(NEW, world.provider, Given(Channel.PHONE, " "))
    with pytest.raises(sheets.UnableToEnter, match="their own suggestion"):
        enter(Person(world.carer), world.provider)
    with pytest.raises(permissions.OutsidePartnership):
        enter(Person(World(slug="other").carer), world.provider)
    before = Participant.objects.count()
    with pytest.raises(Exception, match="Deliver"):
        sheets.enter_proposal(
            workspace=world.open_workspace("Later", StageKind.DELIVER),
            person=NEW,
            title="Late",
            why="Late.",
            given=BY_PHONE,
            by=world.provider,
        )
    assert Participant.objects.count() == before  # nobody new was left behind


def test_somebody_new_comes_into_a_space_for_invited_people(world: World) -> None:
    Workspace.objects.filter(pk=world.workspace.pk).update(open_to=OpenTo.INVITATION)
    space = Workspace.objects.get(pk=world.workspace.pk)
    words = {"title": "A bench", "why": "Legs.", "given": BY_PHONE, "by": world.facilitator}
    made = sheets.enter_proposal(workspace=space, person=NEW, **words)  # type: ignore[arg-type]
    assert made.by is not None
    assert space.admits(made.by)
    words["by"] = world.provider  # who is not in it
    with pytest.raises(sheets.UnableToEnter, match="asked into it"):
        sheets.enter_proposal(workspace=space, person=NEW, **words)  # type: ignore[arg-type]


def test_enter_pages_find_somebody_by_name_or_take_somebody_new(
    world: World, proposal: Proposal
) -> None:
    client = signed_in(world.provider)
    url = reverse("codesign:enter_comment", args=["norfolk", proposal.pk])
    assert f'href="{url}"' in client.get(proposal.get_absolute_url()).content.decode()
    found = client.get(url, {"who": "ite"}).content.decode()
    assert f"?person={world.guest.pk}" in found
    assert "Nobody here has such a name." in words_on(client, f"{url}?who=Priya")
    said = {
        "kind": "for",
        "text": "It is near the bus.",
        "channel": "phone",
        "whose_words": "own",
        "consent": "",
    }
    wrong = client.post(f"{url}?person={world.guest.pk}", said)
    assert wrong.status_code == 422
    assert "It is near the bus." in wrong.content.decode()
    assert not Comment.objects.exists()
    done = client.post(f"{url}?person={world.guest.pk}", said | {"consent": "By phone."})
    assert done.status_code == 302
    assert Comment.objects.get().by == world.guest
    new = {"consent": "By phone.", "name": "Blue Bird", "role": "carer"}
    assert client.post(f"{url}?person=new", said | new).status_code == 302
    assert Comment.objects.latest("pk").by.display_name == "Blue Bird"  # type: ignore[union-attr]
    assert client.get(f"{url}?person={world.commissioner.pk}").status_code == 404
    assert client.get(f"{url}?person=many").status_code == 404
    elsewhere = World(slug="other")
    assert client.get(f"{url}?person={elsewhere.carer.pk}").status_code == 404
    assert signed_in(world.carer).get(url).status_code == 403


def test_enter_proposal_and_support_pages(world: World, proposal: Proposal) -> None:
    client = signed_in(world.facilitator)
    given = {"channel": "in_person", "whose_words": "own", "consent": "At the café."}
    url = reverse("codesign:enter_proposal", args=["norfolk", world.workspace.pk])
    assert f'href="{url}"' in client.get(world.workspace.get_absolute_url()).content.decode()
    words = {"title": "A bench", "why": "Legs.", "kind": "activity", "feature": world.feature.pk}
    assert client.post(f"{url}?person={world.guest.pk}", given | words).status_code == 302
    made = Proposal.objects.latest("pk")
    assert (made.by, made.kind, made.feature) == (world.guest, "activity", world.feature)
    url = reverse("codesign:enter_support", args=["norfolk", proposal.pk])
    for _each in range(2):
        assert client.post(f"{url}?person={world.guest.pk}", given).status_code == 302
    assert proposal.supports.count() == 1
    own = client.post(f"{url}?person={world.carer.pk}", given)
    assert own.status_code == 422
    assert "their own suggestion" in own.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_finding_people_costs_the_same_however_many(
    world: World, proposal: Proposal, django_assert_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        world.person(Role.CARER, name=f"Kim {number}")
    with django_assert_num_queries(1):
        found = queries.find_people(world.partnership, "kim")
        assert [bool(each.organisation) for each in found.people] == [False] * count


# -- a whole sheet ---------------------------------------------------------------------------------


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


def test_notices_name_no_worker_who_has_deleted_their_account(
    world: World, proposal: Proposal
) -> None:
    given = {"given": BY_PHONE, "by": world.provider, "person": Person(world.guest)}
    made = sheets.enter_proposal(
        workspace=world.workspace,
        title="100% of %(who)s wrote down",
        why="x",
        **given,  # type: ignore[arg-type]
    )
    sheets.enter_comment(
        proposal=proposal,
        kind=CommentKind.FOR,
        text="x",
        **given,  # type: ignore[arg-type]
    )
    sheets.enter_support(proposal=proposal, **given)  # type: ignore[arg-type]
    page = reverse("portal:notices", args=["norfolk"])
    before = words_on(signed_in(world.guest), page)
    assert before.count("Priya") == 3
    assert f"Priya wrote down your suggestion: {made.title}" in before
    assert world.provider.user is not None
    leaving.delete_account(user=world.provider.user)
    after = words_on(signed_in(world.guest), page)
    assert "Priya" not in after
    assert f"Somebody who left (1) wrote down your suggestion: {made.title}" in after
    assert after.count("Somebody who left (1)") == 3
    assert not Notice.objects.filter(text__contains="Priya").exists()
