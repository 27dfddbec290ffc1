"""Never over capacity, and every counter exact, whatever arrives at once.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from codesign.enums import SignUpState
from codesign.models import ActivityDate, SignUp
from codesign.operations import activities, activity_dates, sign_ups
from feedback.models import Voice
from feedback.operations import voices
from portal import clock
from portal.enums import Role
from portal.models import Notice, Participant
from tests.codesign.activity import a_date, words
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

CROWD = 50
PLACES = 10


def crowd(world: World, size: int) -> list[Participant]:
    return [world.person(Role.CARER, with_account=False) for _each in range(size)]


def coming(date: ActivityDate, by: Participant) -> Callable[[], SignUp]:
    """`by` taps "I’m coming" as somebody who has just loaded the page would."""
    return lambda: sign_ups.sign_up(date=ActivityDate.objects.get(pk=date.pk), by=by)


def cancelling(date: ActivityDate, by: Participant) -> Callable[[], bool]:
    return lambda: sign_ups.cancel_sign_up(date=ActivityDate.objects.get(pk=date.pk), by=by)


def shown_and_kept(date: ActivityDate) -> tuple[tuple[int, int], tuple[int, int]]:
    """The counters people see, and the rows they should count: coming and waiting."""
    date.refresh_from_db()
    kept = tuple(
        SignUp.objects.filter(date=date, state=state).count()
        for state in (SignUpState.COMING, SignUpState.WAITING)
    )
    return (date.coming_count, date.waiting_count), kept  # type: ignore[return-value]


def test_fifty_people_for_ten_places_at_once_fill_ten_and_forty_wait() -> None:
    world = World()
    date = a_date(world, capacity=PLACES)
    outcomes = at_once(*[coming(date, person) for person in crowd(world, CROWD)])
    assert errors_in(outcomes) == []
    assert shown_and_kept(date) == ((PLACES, CROWD - PLACES), (PLACES, CROWD - PLACES))
    # Everybody was told the truth at the moment of their tap.
    assert [each.state for each in outcomes].count(SignUpState.COMING) == PLACES


def test_control_looking_first_and_writing_then_lets_in_more_than_there_are_places() -> None:
    world = World()
    date = a_date(world, capacity=PLACES)
    all_have_looked = meeting(CROWD)

    def careless(person: Participant) -> Callable[[], None]:
        def act() -> None:
            full = SignUp.objects.filter(date=date).count() >= PLACES
            all_have_looked()
            if not full:
                SignUp.objects.create(
                    date=date, participant=person, state=SignUpState.COMING, at=clock.now()
                )

        return act

    assert errors_in(at_once(*[careless(person) for person in crowd(world, CROWD)])) == []
    assert shown_and_kept(date)[1][0] == CROWD  # for ten places


def test_a_double_click_counts_once() -> None:
    world = World()
    date = a_date(world, capacity=PLACES)
    outcomes = at_once(*[coming(date, world.service_user)] * 20)
    assert errors_in(outcomes) == []
    assert shown_and_kept(date) == ((1, 0), (1, 0))


def test_who_cancels_and_who_comes_at_once_leave_no_place_empty_and_none_too_many() -> None:
    world = World()
    date = a_date(world, capacity=PLACES)
    here, new = crowd(world, PLACES), crowd(world, 16)
    for person in here:
        sign_ups.sign_up(date=date, by=person)
    outcomes = at_once(
        *[cancelling(date, person) for person in here[:6]],
        *[coming(date, person) for person in new],
    )
    assert errors_in(outcomes) == []
    assert shown_and_kept(date) == ((PLACES, 10), (PLACES, 10))
    # Whoever moved up from the list was told, once each; who got a place at once was not.
    moved = Notice.objects.filter(text__startswith="A place is free")
    at_first = [each.state for each in outcomes[6:]].count(SignUpState.COMING)
    assert moved.count() == 6 - at_first
    assert moved.values("participant").distinct().count() == moved.count()


def test_control_counters_read_and_written_back_lose_people() -> None:
    world = World()
    date = a_date(world)
    all_have_read = meeting(16)

    def careless() -> None:
        read = ActivityDate.objects.get(pk=date.pk)
        all_have_read()
        ActivityDate.objects.filter(pk=date.pk).update(coming_count=read.coming_count + 1)

    assert errors_in(at_once(*[careless] * 16)) == []
    assert shown_and_kept(date)[0] == (1, 0)  # of sixteen


def test_more_places_while_people_sign_up_fill_exactly_those() -> None:
    """The number of places is read after the date is held, or the old one would be used."""
    world = World()
    date = a_date(world, capacity=2)
    people = crowd(world, 16)
    outcomes = at_once(
        *[coming(date, person) for person in people],
        lambda: activities.edit_activity(
            activity=date.activity, words=words(), capacity=9, by=world.carer
        ),
    )
    assert errors_in(outcomes) == []
    assert shown_and_kept(date) == ((9, 7), (9, 7))


def test_fewer_places_while_people_sign_up_are_kept_or_refused() -> None:
    world = World()
    date = a_date(world, capacity=12)
    *outcomes, edited = at_once(
        *[coming(date, person) for person in crowd(world, 16)],
        lambda: activities.edit_activity(
            activity=date.activity, words=words(), capacity=4, by=world.carer
        ),
    )
    assert errors_in(outcomes) == []
    places = 12 if isinstance(edited, activities.UnableToEditActivity) else 4
    assert shown_and_kept(date) == ((places, 16 - places), (places, 16 - places))


def test_a_date_called_off_while_people_sign_up_tells_everybody_who_got_in() -> None:
    world = World()
    date = a_date(world, capacity=PLACES)
    people = crowd(world, 16)
    *outcomes, _off = at_once(
        *[coming(date, person) for person in people],
        lambda: activity_dates.cancel_date(
            date=ActivityDate.objects.get(pk=date.pk), reason="Snow.", by=world.carer
        ),
    )
    refused = errors_in(outcomes)
    assert all(isinstance(each, sign_ups.UnableToSignUp) for each in refused), refused
    told = set(
        Notice.objects.filter(text__startswith="Called off").values_list("participant", flat=True)
    )
    came_in = {
        person.pk
        for person, said in zip(people, outcomes, strict=True)
        if not isinstance(said, Exception)
    }
    assert told == came_in


def test_two_sweeps_at_once_remind_each_person_once() -> None:
    world = World()
    date = a_date(world)
    people = crowd(world, 6)
    for person in people:
        sign_ups.sign_up(date=date, by=person, remind=True)
    ActivityDate.objects.filter(pk=date.pk).update(
        starts_at=clock.now() + sign_ups.REMIND_BEFORE / 2
    )
    outcomes = at_once(*[sign_ups.remind_of_dates] * 4)
    assert errors_in(outcomes) == []
    assert sum(outcomes) == len(people)
    assert Notice.objects.filter(text__startswith="Tomorrow").count() == len(people)


def over_and_been_to(world: World) -> ActivityDate:
    """A date that is over, to which the service user was coming."""
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    ActivityDate.objects.filter(pk=date.pk).update(
        starts_at=clock.now() - timedelta(hours=2), ends_at=clock.now() - timedelta(hours=1)
    )
    return date


def saying(world: World, date: ActivityDate, seed: str) -> Callable[[], object]:
    return lambda: voices.say_how_it_was(
        date=date,
        what_helped="It was good.",
        what_should_change="",
        by=world.service_user,
        anonymous=True,
        seed=seed,
    )


def test_one_person_with_many_pages_open_says_how_it_was_once() -> None:
    world = World()
    date = over_and_been_to(world)
    outcomes = at_once(*[saying(world, date, f"page {number}") for number in range(8)])
    refused = errors_in(outcomes)
    assert len(refused) == 7
    assert all(isinstance(each, voices.UnableToSayHowItWas) for each in refused), refused
    assert Voice.objects.count() == 1


def test_a_double_tap_is_one_voice_and_no_error() -> None:
    world = World()
    date = over_and_been_to(world)
    outcomes = at_once(*[saying(world, date, "the same page")] * 8)
    assert errors_in(outcomes) == []
    assert len({code for _voice, code in outcomes}) == 1
    assert Voice.objects.count() == 1


def test_control_looking_for_the_mark_without_the_row_takes_every_answer() -> None:
    world = World()
    date = over_and_been_to(world)
    all_have_looked = meeting(8)

    def careless() -> None:
        mine = SignUp.objects.get(date=date, participant=world.service_user)
        all_have_looked()
        if not mine.answered:
            SignUp.objects.filter(pk=mine.pk).update(answered=True)
            voices.leave_voice(
                partnership=world.partnership, what_helped="It was good.", what_should_change=""
            )

    assert errors_in(at_once(*[careless] * 8)) == []
    assert Voice.objects.count() == 8  # of one person


def test_two_people_starting_the_same_activity_start_one() -> None:
    world = World()
    activity = a_date(world).activity
    proposal = activity.proposals.get().source
    activity.proposals.all().delete()

    def start() -> object:
        return activities.start_activity(
            proposal=proposal,
            words=words(),
            first_at=activity.first_at,
            minutes=60,
            rrule="",
            capacity=None,
            hosts=[world.carer],
            by=world.provider,
        )

    outcomes = at_once(start, start)
    [refused] = errors_in(outcomes)
    assert isinstance(refused, activities.UnableToStartActivity)
