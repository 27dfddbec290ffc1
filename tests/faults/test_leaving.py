"""F42: an account is deleted while other things happen. Nothing dangles, no count is wrong."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection, transaction

from codesign.models import Proposal, SignUp, Support
from codesign.operations import leaving as codesign_leaving
from codesign.operations import sign_ups, supports
from content import evidence, evidence_files
from content.enums import Audience, PackState
from content.models import EvidencePack
from content.queries import packs
from portal.enums import Duty, Role
from portal.models import DutyHeld, Participant, RecordEntry, User
from portal.operations import leaving, people
from tests.codesign.test_proposals import an_open_proposal
from tests.content.test_mine import an_activity_date
from tests.content.thread import Thread
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")


def account_of(participant: Participant) -> User:
    assert participant.user is not None
    return participant.user


def admins_left(world: World) -> int:
    return DutyHeld.objects.filter(
        duty=Duty.PARTNERSHIP_ADMIN,
        participant__partnership=world.partnership,
        participant__left_at=None,
    ).count()


def two_admins() -> tuple[World, Participant, Participant]:
    world = World()
    people.grant_duty(participant=world.partner, duty=Duty.PARTNERSHIP_ADMIN, by=world.admin)
    return world, world.admin, world.partner


def test_delete_account_by_the_last_two_admins_at_once_keeps_one() -> None:
    world, one, two = two_admins()
    outcomes = at_once(
        lambda: leaving.delete_account(user=account_of(one)),
        lambda: leaving.delete_account(user=account_of(two)),
    )
    [refusal] = errors_in(outcomes)
    assert isinstance(refusal, leaving.UnableToDeleteAccount)
    assert admins_left(world) == 1


def test_control_without_the_lock_no_admin_is_left() -> None:
    """Looking first and leaving then: each sees the other, and both go."""
    world, one, two = two_admins()
    both_have_looked = meeting(2)

    def careless(participant: Participant) -> None:
        others = DutyHeld.objects.filter(duty=Duty.PARTNERSHIP_ADMIN).exclude(
            participant=participant
        )
        assert others.exists()
        both_have_looked()
        DutyHeld.objects.filter(participant=participant).delete()

    assert errors_in(at_once(lambda: careless(one), lambda: careless(two))) == []
    assert admins_left(world) == 0


def test_delete_account_twice_at_once_is_once() -> None:
    world = World()
    user = account_of(world.carer)
    outcomes = at_once(*[lambda: leaving.delete_account(user=user)] * 4)
    assert errors_in(outcomes) == []
    assert RecordEntry.objects.filter(kind="account_deleted").count() == 1


def test_delete_guest_twice_at_once_is_once_and_two_guests_get_two_names() -> None:
    world = World()
    other = world.person(Role.CARER, with_account=False)
    outcomes = at_once(
        *[lambda: leaving.delete_guest(by=world.guest)] * 3,
        *[lambda: leaving.delete_guest(by=other)] * 3,
        lambda: leaving.delete_account(user=account_of(world.carer)),
    )
    assert errors_in(outcomes) == []
    gone = Participant.objects.exclude(left_at=None).values_list("display_name", flat=True)
    assert sorted(gone) == [f"Somebody who left ({number})" for number in (1, 2, 3)]
    assert RecordEntry.objects.filter(kind="guest_deleted").count() == 2


def test_control_whoever_looks_before_holding_the_row_goes_twice() -> None:
    world = World()
    both_have_looked = meeting(2)

    def careless() -> None:
        guest = Participant.objects.select_related("partnership").get(pk=world.guest.pk)
        assert guest.is_here
        both_have_looked()
        with transaction.atomic():
            leaving._take_name_away(guest, leaving.GUEST_DELETED)

    assert errors_in(at_once(careless, careless)) == []
    assert RecordEntry.objects.filter(kind="guest_deleted").count() == 2


def test_delete_account_while_its_owner_supports_leaves_counts_that_are_right() -> None:
    world = World()
    open_ones = [an_open_proposal(world) for _each in range(4)]
    by = Participant.objects.get(pk=world.service_user.pk)
    user = account_of(world.service_user)

    def support(proposal: Proposal) -> bool:
        fresh = Proposal.objects.select_related("workspace").get(pk=proposal.pk)
        return supports.support_proposal(proposal=fresh, by=by)

    outcomes = at_once(
        *[lambda each=each: support(each) for each in open_ones],
        lambda: leaving.delete_account(user=user),
    )
    assert errors_in(outcomes) == []
    for proposal in Proposal.objects.filter(pk__in=[each.pk for each in open_ones]):
        rows = Support.objects.filter(proposal=proposal).count()
        assert (proposal.support_count, sum(proposal.role_support.values())) == (rows, rows)
    assert not User.objects.filter(pk=user.pk).exists()
    connection.check_constraints()


def test_a_place_taken_in_the_moment_of_leaving_is_freed_by_the_next_sweep() -> None:
    world = World()
    date = an_activity_date(world, days=2)
    as_they_were = Participant.objects.get(pk=world.carer.pk)
    leaving.delete_account(user=account_of(world.carer))
    sign_ups.sign_up(date=date, by=as_they_were)  # had passed every check before
    assert codesign_leaving.free_places_of_who_left() == 1
    assert codesign_leaving.free_places_of_who_left() == 0
    assert SignUp.objects.get(participant=world.carer).state == "cancelled"
    date.refresh_from_db()
    assert date.coming_count == 0


def asked_by_who_goes_meanwhile(patch: pytest.MonkeyPatch) -> EvidencePack:
    """A pack that held a name, whose account was deleted before the pack was kept."""
    thread = Thread(World())
    by, user = thread.world.carer, account_of(thread.world.carer)
    both, files_of = meeting(2), evidence_files.files_of

    def files_and_wait(*args: Any) -> evidence_files.Files:
        files = files_of(*args)
        both()  # the name is in them
        both()  # and the account is gone
        return files

    def go() -> None:
        both()
        leaving.delete_account(user=user)
        both()

    def ask() -> EvidencePack:
        return evidence.make_evidence_pack(
            decision=thread.decision, audience=Audience.PARTNERSHIP, by=by
        )

    with patch.context() as meanwhile:
        meanwhile.setattr(evidence_files, "files_of", files_and_wait)
        assert errors_in(at_once(ask, go)) == []
    connection.check_constraints()
    return EvidencePack.objects.select_related("asked_by", "decision__workspace").get()


def timeline_of(pack: EvidencePack) -> str:
    with ZipFile(pack.path) as whole:
        return whole.read("timeline.csv").decode()


@pytest.fixture
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.mark.usefixtures("_own_folder")
def test_delete_account_while_an_evidence_pack_is_made_hands_its_name_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack = asked_by_who_goes_meanwhile(monkeypatch)
    assert (pack.state, pack.asked_by.display_name) == (PackState.FAILED, "Somebody who left (1)")
    frances = Participant.objects.get(display_name="Frances")
    again = evidence.make_evidence_pack(
        decision=pack.decision, audience=Audience.PARTNERSHIP, by=frances
    )
    again.refresh_from_db()
    assert again.is_ready
    assert "Somebody who left (1)" in timeline_of(again)
    assert "Maureen" not in timeline_of(again)


@pytest.mark.usefixtures("_own_folder")
def test_control_where_leaving_takes_nothing_back_a_pack_has_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packs, "TAKEN_BACK", ())
    pack = asked_by_who_goes_meanwhile(monkeypatch)
    assert pack.is_ready
    assert "Maureen" in timeline_of(pack)
