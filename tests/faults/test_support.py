"""F01, F04: one support for each person whatever arrives at once, and none lost on the way.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from codesign.enums import ProposalStatus
from codesign.models import Proposal, Support
from codesign.operations import merges, proposals, supports
from portal import clock
from portal.enums import Role
from portal.models import Participant
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import PATIENCE, at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

TAPS = 50
CROWD = 32


def supporting(proposal: Proposal, by: Participant) -> Callable[[], bool]:
    """`by` supports the proposal as somebody who has just loaded its page would."""
    return lambda: supports.support_proposal(
        proposal=Proposal.objects.select_related("workspace").get(pk=proposal.pk), by=by
    )


def crowd(world: World, size: int = CROWD) -> list[Participant]:
    return [world.person(Role.CARER, with_account=False) for _each in range(size)]


def shown_and_kept(proposal: Proposal) -> tuple[int, int]:
    """The counter that people see, and the rows it should count."""
    proposal.refresh_from_db()
    return proposal.support_count, proposal.supports.count()


def test_support_proposal_by_one_person_fifty_times_at_once_counts_once() -> None:
    world = World()
    proposal = an_open_proposal(world)
    outcomes = at_once(*[supporting(proposal, world.service_user)] * TAPS)
    assert sorted(outcomes) == [False] * (TAPS - 1) + [True]
    assert shown_and_kept(proposal) == (1, 1)


def test_control_without_the_constraint_one_person_counts_twice() -> None:
    """Looking first and writing then, where nothing but good manners keeps rows apart."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch_support (proposal int, participant int)")
    all_have_looked = meeting(TAPS)

    def careless() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM scratch_support WHERE proposal = 1 AND participant = 1")
            is_there = cursor.fetchone()
            all_have_looked()
            if not is_there:
                cursor.execute("INSERT INTO scratch_support VALUES (1, 1)")

    try:
        assert errors_in(at_once(*[careless] * TAPS)) == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM scratch_support")
            assert cursor.fetchone() == (TAPS,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE scratch_support")


def test_the_constraint_alone_keeps_one_row_when_all_have_looked_before_anybody_writes() -> None:
    """What the control lacks: the same careless order of steps, and still one row."""
    world = World()
    proposal = an_open_proposal(world)
    all_have_looked = meeting(8)

    def late() -> None:
        is_there = Support.objects.filter(
            proposal=proposal, participant=world.service_user
        ).exists()
        all_have_looked()
        if not is_there:
            Support.objects.bulk_create(
                [Support(proposal=proposal, participant=world.service_user)],
                ignore_conflicts=True,
            )

    assert errors_in(at_once(*[late] * 8)) == []
    assert proposal.supports.count() == 1


def test_support_proposal_by_thirty_two_people_at_once_counts_them_all() -> None:
    world = World()
    proposal = an_open_proposal(world)
    outcomes = at_once(*[supporting(proposal, person) for person in crowd(world)])
    assert outcomes == [True] * CROWD
    assert shown_and_kept(proposal) == (CROWD, CROWD)


def test_control_a_counter_read_and_written_back_loses_people() -> None:
    proposal = an_open_proposal(World())
    all_have_read = meeting(CROWD)

    def careless() -> None:
        read = Proposal.objects.get(pk=proposal.pk)
        all_have_read()
        Proposal.objects.filter(pk=proposal.pk).update(support_count=read.support_count + 1)

    def careful() -> None:
        all_have_read()
        Proposal.objects.filter(pk=proposal.pk).update(support_count=F("support_count") + 1)

    assert errors_in(at_once(*[careless] * CROWD)) == []
    assert shown_and_kept(proposal)[0] == 1  # of thirty-two
    assert errors_in(at_once(*[careful] * CROWD)) == []
    assert shown_and_kept(proposal)[0] == 1 + CROWD


def test_support_and_withdraw_support_at_once_leave_counter_and_rows_alike() -> None:
    world = World()
    proposal = an_open_proposal(world)
    people = crowd(world, 8)

    def withdraws(person: Participant) -> Callable[[], bool]:
        return lambda: supports.withdraw_support(
            proposal=Proposal.objects.select_related("workspace").get(pk=proposal.pk), by=person
        )

    acts = [act for person in people for act in (supporting(proposal, person), withdraws(person))]
    assert errors_in(at_once(*acts * 2)) == []
    shown, kept = shown_and_kept(proposal)
    assert shown == kept <= len(people)


def test_support_while_a_proposal_is_parked_counts_or_is_told() -> None:
    world = World()
    proposal = an_open_proposal(world)
    *outcomes, parked = at_once(
        *[supporting(proposal, person) for person in crowd(world, 16)],
        lambda: proposals.park_proposal(
            proposal=proposal, by=world.facilitator, reason="Not this year."
        ),
    )
    assert parked.status == ProposalStatus.PARKED
    refused = errors_in(outcomes)
    assert all(isinstance(each, supports.UnableToSupportProposal) for each in refused), refused
    assert all("Parked" in str(each) for each in refused)
    counted = outcomes.count(True)
    assert counted + len(refused) == 16
    assert shown_and_kept(proposal) == (counted, counted)


def test_support_while_a_proposal_is_merged_is_carried_over_or_told() -> None:
    world = World()
    proposal = an_open_proposal(world)
    into = an_open_proposal(world, "A café for carers, on Saturdays")
    people = crowd(world, 16)
    *outcomes, _merged = at_once(
        *[supporting(proposal, person) for person in people[:12]],
        *[supporting(into, person) for person in people[8:]],  # four support both
        lambda: merges.merge_proposals(
            proposals=[proposal], into=into, by=world.facilitator, reason="The same wish."
        ),
    )
    refused = errors_in(outcomes)
    assert all(isinstance(each, supports.UnableToSupportProposal) for each in refused), refused
    before = set(proposal.supports.values_list("participant_id", flat=True))
    after = set(into.supports.values_list("participant_id", flat=True))
    told = {person.pk for person, said in zip(people, outcomes[:12], strict=False) if said is True}
    assert before == told  # who was told "counted" is counted
    assert before <= after  # and nobody was lost by the merge
    assert shown_and_kept(into) == (len(after), len(after))


def test_control_support_that_does_not_lock_the_proposal_is_lost_by_a_merge() -> None:
    """Between the look at the status and the write of the row, the merge goes by."""
    world = World()
    proposal = an_open_proposal(world)
    into = an_open_proposal(world, "A café for carers, on Saturdays")
    has_looked, has_merged = threading.Event(), threading.Event()

    def careless() -> None:
        assert Proposal.objects.get(pk=proposal.pk).is_live
        has_looked.set()
        assert has_merged.wait(PATIENCE)
        Support.objects.create(proposal=proposal, participant=world.service_user)

    def merge() -> None:
        assert has_looked.wait(PATIENCE)
        merges.merge_proposals(
            proposals=[proposal], into=into, by=world.facilitator, reason="The same wish."
        )
        has_merged.set()

    assert errors_in(at_once(careless, merge)) == []
    assert proposal.supports.count() == 1
    assert into.supports.count() == 0  # lost


def keeping(proposal: Proposal, by: Participant) -> Callable[[], bool]:
    return lambda: supports.keep_support(
        proposal=Proposal.objects.select_related("workspace").get(pk=proposal.pk), by=by
    )


def test_keep_support_and_withdraw_support_at_once_bring_no_support_back() -> None:
    world = World()
    proposal = an_open_proposal(world)
    people = crowd(world, 8)
    assert all(supporting(proposal, person)() for person in people)

    def withdraws(person: Participant) -> Callable[[], bool]:
        return lambda: supports.withdraw_support(
            proposal=Proposal.objects.select_related("workspace").get(pk=proposal.pk), by=person
        )

    acts = [act for person in people for act in (keeping(proposal, person), withdraws(person))]
    outcomes = at_once(*acts)
    assert errors_in(outcomes) == []
    assert outcomes[1::2] == [True] * len(people)
    assert shown_and_kept(proposal) == (0, 0)


def test_control_support_that_is_read_and_saved_comes_back_uncounted() -> None:
    """Between the look at the row and the save, its owner takes it back: the save makes it anew."""
    world = World()
    proposal = an_open_proposal(world)
    supporting(proposal, world.service_user)()
    has_looked, is_taken_back = threading.Event(), threading.Event()

    def careless() -> None:
        mine = Support.objects.get(proposal=proposal, participant=world.service_user)
        has_looked.set()
        assert is_taken_back.wait(PATIENCE)
        mine.at = clock.now()
        mine.save()

    def takes_back() -> None:
        assert has_looked.wait(PATIENCE)
        supports.withdraw_support(
            proposal=Proposal.objects.select_related("workspace").get(pk=proposal.pk),
            by=world.service_user,
        )
        is_taken_back.set()

    assert errors_in(at_once(careless, takes_back)) == []
    assert shown_and_kept(proposal) == (0, 1)  # one that nobody gave, and nobody counts


def given_at(proposal: Proposal) -> dict[int, datetime]:
    return dict(proposal.supports.values_list("participant_id", "at"))


def test_keep_support_while_a_proposal_is_parked_is_kept_or_told() -> None:
    world = World()
    proposal = an_open_proposal(world)
    people = crowd(world, 12)
    with clock.at(clock.now() - timedelta(days=3)):
        for person in people:
            supporting(proposal, person)()
    before = given_at(proposal)
    *outcomes, parked = at_once(
        *[keeping(proposal, person) for person in people],
        lambda: proposals.park_proposal(
            proposal=proposal, by=world.facilitator, reason="Not this year."
        ),
    )
    assert parked.status == ProposalStatus.PARKED
    refused = errors_in(outcomes)
    assert all(isinstance(each, supports.UnableToSupportProposal) for each in refused), refused
    after = given_at(proposal)
    for person, said in zip(people, outcomes, strict=True):
        assert (after[person.pk] > before[person.pk]) is (said is True)
    assert outcomes.count(True) + len(refused) == len(people)
    assert shown_and_kept(proposal) == (12, 12)


def test_control_support_kept_without_the_lock_is_kept_after_the_end() -> None:
    world = World()
    proposal = an_open_proposal(world)
    with clock.at(clock.now() - timedelta(days=3)):
        supporting(proposal, world.service_user)()
    has_looked, is_parked = threading.Event(), threading.Event()

    def careless() -> None:
        assert Proposal.objects.get(pk=proposal.pk).is_live
        has_looked.set()
        assert is_parked.wait(PATIENCE)
        proposal.supports.update(at=clock.now())

    def parks() -> datetime:
        assert has_looked.wait(PATIENCE)
        proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Not this year.")
        ended = clock.now()
        is_parked.set()
        return ended

    _none, ended = at_once(careless, parks)
    assert given_at(proposal)[world.service_user.pk] > ended
