"""F24: clocks that are a day off, a server's clock that steps back, and summer time.

Deadlines are the server's, in UTC, and never before what the record already holds.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from codesign.enums import BallotState
from codesign.operations import closing, votes
from portal import clock, record
from portal.operations import record as record_operations
from tests.codesign.ballot import a_space, an_open_ballot, new_code, voting
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("off", [timedelta(days=-1), timedelta(days=1)], ids=["behind", "ahead"])
def test_a_browsers_clock_is_never_asked(world: World, off: timedelta) -> None:
    """Whatever date a browser sends along, the page says what the server's clock says."""
    ballot = an_open_ballot(world)
    theirs = (clock.now() + off * 30).strftime("%a, %d %b %Y %H:%M:%S GMT")
    client: Client = signed_in(world.carer)
    page = client.get(ballot.get_absolute_url(), headers={"date": theirs})
    assert page.status_code == 200
    assert ballot.state_at(record.time(world.partnership.pk)) == BallotState.OPEN


def test_a_server_clock_that_steps_back_reopens_nothing(world: World) -> None:
    ballot = an_open_ballot(world, closes_at=clock.now() + 2 * HOUR)
    voting(ballot, [(world.carer, ["1"])])
    before_the_end = ballot.closes_at - HOUR
    with clock.at(ballot.closes_at + timedelta(days=1)):
        record_operations.checkpoint_record(partnership=world.partnership)  # as happens daily
    with clock.at(before_the_end):  # and then the clock is put right
        assert ballot.state_at(clock.now()) == BallotState.OPEN  # control: by the clock alone
        with pytest.raises(votes.UnableToCastBallot, match="has closed"):
            votes.cast_ballot(ballot=ballot, choice=["2"], by=world.partner, code=new_code())
        assert closing.close_due_ballots() == 1
    ballot.refresh_from_db()
    assert (ballot.state, ballot.result["ballots"]) == (BallotState.CLOSED, 1)
    assert ballot.closed_at >= ballot.closes_at


def test_control_by_the_clock_alone_a_vote_gets_in_after_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "time", lambda _partnership: clock.now())
    ballot = an_open_ballot(world, closes_at=clock.now() + 2 * HOUR)
    with clock.at(ballot.closes_at + timedelta(days=1)):
        record_operations.checkpoint_record(partnership=world.partnership)
    with clock.at(ballot.closes_at - HOUR):
        votes.cast_ballot(ballot=ballot, choice=["2"], by=world.partner, code=new_code())


def test_a_server_clock_a_day_ahead_for_a_moment_closes_only_what_it_counted(
    world: World,
) -> None:
    ballot = an_open_ballot(world)
    with clock.at(clock.now() + timedelta(days=1)):
        assert closing.close_due_ballots() == 0
    votes.cast_ballot(ballot=ballot, choice=["2"], by=world.partner, code=new_code())
    with clock.at(ballot.closes_at):
        assert closing.close_due_ballots() == 1  # control: the clock is what ends it


def test_the_records_time_is_now_or_what_it_holds_and_now_where_it_holds_nothing(
    world: World,
) -> None:
    now = clock.now()
    with clock.at(now + HOUR):
        record_operations.checkpoint_record(partnership=world.partnership)
    with clock.at(now):
        assert record.time(world.partnership.pk) == now + HOUR
        assert record.time(0) == now
    with clock.at(now + 2 * HOUR):
        assert record.time(world.partnership.pk) == now + 2 * HOUR


@pytest.mark.parametrize(
    ("closes", "hours"),
    [
        (datetime(2027, 3, 28, 3, 0, tzinfo=LONDON), 2),  # an hour is left out that night
        (datetime(2027, 10, 31, 3, 0, tzinfo=LONDON), 4),  # an hour comes twice
    ],
    ids=["spring", "autumn"],
)
def test_a_ballot_over_the_change_of_the_clocks_lasts_until_the_moment_that_was_said(
    world: World, closes: datetime, hours: int
) -> None:
    midnight = closes.replace(hour=0)
    utc = closes.astimezone(UTC)
    assert utc - midnight.astimezone(UTC) == hours * HOUR
    with clock.at(midnight.astimezone(UTC)):
        space = a_space(world)
        ballot = an_open_ballot(world, space=space, opens_at=clock.now(), closes_at=closes)
        ballot.refresh_from_db()
    with clock.at(utc - timedelta(seconds=1)):
        votes.cast_ballot(ballot=ballot, choice=["1"], by=world.carer, code=new_code())
    with clock.at(utc), pytest.raises(votes.UnableToCastBallot, match="has closed"):
        votes.cast_ballot(ballot=ballot, choice=["2"], by=world.carer, code=new_code())
    assert ballot.closes_at == closes == utc


def test_a_ballot_opens_by_the_servers_clock_to_the_second(world: World) -> None:
    opens = clock.now() + HOUR
    ballot = an_open_ballot(world, opens_at=opens)
    with (
        clock.at(opens - timedelta(seconds=1)),
        pytest.raises(votes.UnableToCastBallot, match="not begun"),
    ):
        votes.cast_ballot(ballot=ballot, choice=["1"], by=world.carer, code=new_code())
    with clock.at(opens):
        votes.cast_ballot(ballot=ballot, choice=["1"], by=world.carer, code=new_code())
