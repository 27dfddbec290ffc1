"""Who may take part in a workspace and read it: by role, by invitation, with a session's code."""

import pytest

from codesign.enums import OpenTo, SessionStep
from codesign.models import Member, OpenRole, Workspace
from codesign.operations import cards, members, sessions, supports
from codesign.queries.workspaces import access_of, people_to_invite
from portal import live, permissions, record
from portal.enums import Role, Visibility
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from portal.operations import people
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def admit(
    world: World,
    open_to: OpenTo,
    *roles: Role,
    visibility: Visibility = Visibility.PARTNERSHIP,
) -> Workspace:
    return members.set_access(
        workspace=world.workspace,
        open_to=open_to,
        roles=roles,
        visibility=visibility,
        by=world.facilitator,
    )


def ask_in(world: World, *participants: Participant) -> list[Member]:
    return members.invite_to_workspace(
        workspace=world.workspace, participants=participants, by=world.facilitator
    )


def listed(world: World) -> set[Participant]:
    return {each.participant for each in Member.objects.filter(workspace=world.workspace)}


# -- set_access ----------------------------------------------------------------------------------


def test_set_access_to_roles_admits_them_and_those_with_a_duty(world: World) -> None:
    space = admit(world, OpenTo.ROLES, Role.CARER, Role.CARER)
    assert OpenRole.objects.get(workspace=space).role == Role.CARER
    admitted = {name for name, person in world.cast.items() if space.admits(person)}
    assert admitted == {
        "carer",
        "guest",
        "facilitator",
        "moderator",
        "safeguarding_lead",
        "evaluator",
        "admin",
    }


def test_admits_admitted_readers_and_visible_to_agree(world: World) -> None:
    """One rule, asked in four ways."""
    ask_in(world, world.provider)
    everybody = list(world.cast.values())
    for open_to, roles, visibility in (
        (OpenTo.PARTNERSHIP, [], Visibility.PARTNERSHIP),
        (OpenTo.ROLES, [Role.CARER, Role.SERVICE_USER], Visibility.PARTNERSHIP),
        (OpenTo.ROLES, [Role.COMMISSIONER], Visibility.PUBLIC),
        (OpenTo.INVITATION, [], Visibility.PARTNERSHIP),
        (OpenTo.INVITATION, [], Visibility.PUBLIC),
    ):
        space = admit(world, open_to, *roles, visibility=visibility)
        admitted = [person for person in everybody if space.admits(person)]
        assert space.admitted(everybody) == admitted
        readers = [person for person in everybody if space.is_readable_by(person)]
        assert space.readers(everybody) == readers
        assert readers == [
            person for person in everybody if space in Workspace.objects.visible_to(person)
        ]
        assert readers == (everybody if space.is_public else admitted)
        assert space.is_readable_by(None) is space.is_public


def test_set_access_is_recorded_and_announced(world: World) -> None:
    before = live.revision(world.workspace)
    admit(world, OpenTo.ROLES, Role.SERVICE_USER, Role.CARER)
    entry = RecordEntry.objects.get(kind="workspace_access_set")
    assert '"roles":["service_user","carer"]' in entry.line
    assert live.revision(world.workspace) == before + 1


def test_set_access_away_from_roles_forgets_them(world: World) -> None:
    admit(world, OpenTo.ROLES, Role.CARER)
    admit(world, OpenTo.INVITATION, Role.CARER)
    assert not OpenRole.objects.exists()


def test_set_access_to_roles_without_a_role_is_refused(world: World) -> None:
    with pytest.raises(members.UnableToSetAccess, match="at least one role"):
        admit(world, OpenTo.ROLES)
    world.workspace.refresh_from_db()
    assert world.workspace.open_to == OpenTo.PARTNERSHIP


def test_set_access_keeps_those_in_who_have_taken_part(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    supports.support_proposal(proposal=proposal, by=world.provider)
    space = admit(world, OpenTo.ROLES, Role.PROVIDER)
    assert listed(world) == {world.carer, world.service_user}
    assert space.admits(world.carer)
    assert not space.admits(world.commissioner)


def test_set_access_tells_those_taking_part_when_everyone_can_read_it_or_no_longer(
    world: World,
) -> None:
    an_open_proposal(world)
    admit(world, OpenTo.PARTNERSHIP, visibility=Visibility.PARTNERSHIP)
    assert "no longer be read" in Notice.objects.get(participant=world.carer).text
    admit(world, OpenTo.PARTNERSHIP, visibility=Visibility.PARTNERSHIP)
    assert Notice.objects.filter(participant=world.carer).count() == 1
    admit(world, OpenTo.PARTNERSHIP, visibility=Visibility.PUBLIC)
    text = Notice.objects.filter(participant=world.carer).latest("pk").text
    assert text.startswith("Everyone can now read")


def test_set_access_is_for_facilitators_of_the_partnership(world: World) -> None:
    words = {"open_to": OpenTo.INVITATION, "visibility": Visibility.PUBLIC}
    with pytest.raises(permissions.PermissionRefused):
        members.set_access(workspace=world.workspace, by=world.commissioner, **words)
    other = World(slug="other").facilitator
    with pytest.raises(permissions.OutsidePartnership):
        members.set_access(workspace=world.workspace, by=other, **words)


@pytest.mark.parametrize(
    ("open_to", "visibility", "take_part", "read"),
    [
        (OpenTo.PARTNERSHIP, Visibility.PUBLIC, "Everybody in the partnership", "Everyone"),
        (OpenTo.PARTNERSHIP, Visibility.PARTNERSHIP, "Everybody", "Only people in the"),
        (OpenTo.ROLES, Visibility.PARTNERSHIP, "Carers and", "Only those who"),
        (OpenTo.INVITATION, Visibility.PARTNERSHIP, "People who were asked", "Only those who"),
    ],
)
def test_access_of_says_who_may_take_part_and_read(
    world: World, open_to: OpenTo, visibility: Visibility, take_part: str, read: str
) -> None:
    said = access_of(admit(world, open_to, Role.CARER, Role.PROVIDER, visibility=visibility))
    assert said.take_part.startswith(take_part)
    assert said.read.startswith(read)


# -- invite and remove ---------------------------------------------------------------------------


def test_invite_to_workspace_admits_records_and_tells(world: World) -> None:
    space = admit(world, OpenTo.INVITATION)
    assert [each.participant for each in ask_in(world, world.carer, world.guest)] == [
        world.carer,
        world.guest,
    ]
    assert space.admits(world.carer)
    assert Member.objects.filter(invited_by=world.facilitator).count() == 2
    lines = [e.line for e in RecordEntry.objects.filter(kind="workspace_member_invited")]
    assert len(lines) == 2
    assert f'"participant":"{ref(world.carer)}"' in lines[0]
    assert "You were asked to take part" in Notice.objects.get(participant=world.carer).text


def test_invite_to_workspace_twice_is_once(world: World) -> None:
    ask_in(world, world.carer)
    assert [each.participant for each in ask_in(world, world.carer, world.provider)] == [
        world.provider
    ]
    assert Notice.objects.filter(participant=world.carer).count() == 1


def test_invite_to_workspace_is_refused_for_nobody_and_for_those_who_left(world: World) -> None:
    with pytest.raises(members.UnableToInviteToWorkspace, match="at least one"):
        ask_in(world)
    people.remove_participant(participant=world.carer, reason="Moved away.", by=world.admin)
    world.carer.refresh_from_db()
    with pytest.raises(members.UnableToInviteToWorkspace, match="has left"):
        ask_in(world, world.provider, world.carer)
    assert not Member.objects.exists()


def test_invite_to_workspace_is_inside_the_partnership_and_for_facilitators(world: World) -> None:
    other = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        ask_in(world, other.carer)
    for by, refusal in (
        (world.provider, permissions.PermissionRefused),
        (other.facilitator, permissions.OutsidePartnership),
    ):
        with pytest.raises(refusal):
            members.invite_to_workspace(
                workspace=world.workspace, participants=[world.carer], by=by
            )


def test_invite_to_workspace_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        ask_in(world, world.carer)
    assert not Member.objects.exists()
    assert not Notice.objects.exists()


def test_remove_from_workspace_takes_back_tells_and_records_why(world: World) -> None:
    space = admit(world, OpenTo.INVITATION)
    ask_in(world, world.carer)
    before = live.revision(space)
    members.remove_from_workspace(
        workspace=space, participant=world.carer, reason="A mix-up.", by=world.facilitator
    )
    assert not space.admits(world.carer)
    assert live.revision(space) == before + 1
    entry = RecordEntry.objects.get(kind="workspace_member_removed")
    assert "mix-up" not in entry.line
    assert RecordContent.objects.get(seq=entry.seq).content == {"reason": "A mix-up."}
    told = Notice.objects.filter(participant=world.carer).latest("pk")
    assert told.text.endswith("because: A mix-up.")
    assert told.subject == ref(world.partnership)  # the space itself they cannot open any more


def test_remove_from_workspace_of_somebody_not_listed_is_refused(world: World) -> None:
    with pytest.raises(members.UnableToRemoveFromWorkspace, match="Maureen is not on this list"):
        members.remove_from_workspace(
            workspace=world.workspace, participant=world.carer, reason="No.", by=world.facilitator
        )
    ask_in(world, world.carer)
    with pytest.raises(permissions.PermissionRefused):
        members.remove_from_workspace(
            workspace=world.workspace, participant=world.carer, reason="No.", by=world.carer
        )


def test_people_to_invite_are_those_who_are_not_in_anyway(world: World) -> None:
    ask_in(world, world.provider)
    space = admit(world, OpenTo.ROLES, Role.CARER)
    offered = set(people_to_invite(space))
    assert {world.service_user, world.commissioner} <= offered
    assert not {world.provider, world.carer, world.guest} & offered
    assert list(people_to_invite(space, "coli")) == [world.commissioner]


# -- with a session's code -----------------------------------------------------------------------


def open_session(world: World) -> sessions.DesignSession:
    session = sessions.open_session(
        workspace=world.workspace, title="Tea", question="What helps?", by=world.facilitator
    )
    return sessions.move_session(session=session, step=SessionStep.SHARE, by=world.facilitator)


def test_join_session_by_its_code_lets_somebody_into_the_space(world: World) -> None:
    space = admit(world, OpenTo.INVITATION)
    session = open_session(world)
    sessions.join_session(session=session, by=world.carer, by_code=True)
    member = Member.objects.get(workspace=space)
    assert (member.participant, member.invited_by) == (world.carer, None)
    cards.add_card(session=session, text="A café", by=world.carer)


def test_join_session_by_its_code_lists_nobody_where_the_space_is_open_anyway(world: World) -> None:
    sessions.join_session(session=open_session(world), by=world.carer, by_code=True)
    assert not Member.objects.exists()


def test_join_session_without_the_code_is_refused_to_those_the_space_does_not_admit(
    world: World,
) -> None:
    admit(world, OpenTo.ROLES, Role.PROVIDER, visibility=Visibility.PUBLIC)
    session = open_session(world)
    with pytest.raises(sessions.UnableToJoinSession, match="If you were given a code"):
        sessions.join_session(session=session, by=world.carer)
    sessions.join_session(session=session, by=world.provider)


def test_join_as_guest_lets_the_guest_into_the_space_until_taken_off_its_list(
    world: World,
) -> None:
    space = admit(world, OpenTo.INVITATION)
    session = open_session(world)
    guest, phrase = sessions.join_as_guest(
        session=session, display_name="Red Boat", role=Role.CARER
    )
    assert listed(world) == {guest}
    assert space in Workspace.objects.visible_to(guest)
    assert sessions.rejoin(session=session, phrase=phrase) == guest
    members.remove_from_workspace(
        workspace=space, participant=guest, reason="A mix-up.", by=world.facilitator
    )
    with pytest.raises(sessions.UnableToJoinSession):
        sessions.rejoin(session=session, phrase=phrase)


def test_cards_and_dots_are_for_those_whom_the_space_still_admits(world: World) -> None:
    space = admit(world, OpenTo.INVITATION, visibility=Visibility.PUBLIC)
    session = open_session(world)
    sessions.join_session(session=session, by=world.carer, by_code=True)
    card = cards.add_card(session=session, text="A café", by=world.carer)
    sessions.move_session(session=session, step=SessionStep.CHOOSE, by=world.facilitator)
    cards.place_dot(card=card, by=world.carer)
    members.remove_from_workspace(
        workspace=space, participant=world.carer, reason="A mix-up.", by=world.facilitator
    )
    for act in (cards.place_dot, cards.take_dot_back):
        with pytest.raises(cards.UnableToPlaceDot, match="asked into it"):
            act(card=card, by=world.carer)
    sessions.move_session(session=session, step=SessionStep.SHARE, by=world.facilitator)
    with pytest.raises(cards.UnableToAddCard, match="asked into it"):
        cards.add_card(session=session, text="Another", by=world.carer)
    with pytest.raises(cards.UnableToAddCard, match="asked into it"):
        cards.add_card(session=session, text="Another", by=None, entered_by=world.provider)
