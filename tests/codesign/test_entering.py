"""Entering for somebody: a suggestion, a comment, support, by their name or as somebody new."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import CommentKind, OpenTo, StageKind
from codesign.models import Comment, Proposal, Support, Workspace
from codesign.operations import sheets
from codesign.operations.sheets import Given, Person
from codesign.queries import sheets as queries
from portal import permissions
from portal.enums import Channel, Role, WhoseWords
from portal.models import Notice, Participant, RecordEntry, ref
from portal.operations import leaving
from tests.codesign.sheet import NEW
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in, words_on

pytestmark = pytest.mark.django_db

BY_PHONE = Given(Channel.PHONE, "On the phone on 3 May.", WhoseWords.SUMMARY)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    return an_open_proposal(world)


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
