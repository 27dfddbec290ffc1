"""Activities: starting one from an agreed suggestion, its words, hosts and dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from codesign.enums import OpenTo, ProposalKind, SignUpState
from codesign.models import Activity, ActivityDate, ProposalActivity
from codesign.operations import activities, activity_dates, proposals, sign_ups
from portal import clock, live, notices, permissions, record
from portal.models import Notice, Participant, RecordEntry, ref
from tests.codesign.activity import an_activity, an_agreed_proposal, in_days, told, words
from tests.world import World

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def world() -> World:
    return World()


def kinds_about(thing: object) -> list[str]:
    about = RecordEntry.objects.filter(subject=ref(thing)).order_by("seq")  # type: ignore[arg-type]
    return list(about.values_list("kind", flat=True))


# Starting.


def test_start_activity_links_records_announces_and_tells_its_supporters(world: World) -> None:
    proposal = an_agreed_proposal(world)
    before = live.revision(proposal)
    Notice.objects.all().delete()
    notices.follow(world.evaluator, proposal)
    notices.follow(world.partner, world.workspace)
    started = activities.start_activity(
        proposal=proposal,
        words=words(),
        first_at=in_days(3),
        minutes=90,
        rrule="",
        capacity=10,
        hosts=[world.service_user],
        by=world.provider,
    )
    date = started.dates.get()
    assert date.ends_at - date.starts_at == timedelta(minutes=90)
    assert ProposalActivity.objects.get().source == proposal
    assert kinds_about(started) == ["activity_started"]
    entry = RecordEntry.objects.get(subject=ref(started))
    assert "café" not in entry.line
    assert live.revision(proposal) == before + 1
    assert live.revision(started) == 1
    for person in (world.carer, world.evaluator, world.partner):
        assert told(person) == ["A suggestion is now an activity you can come to: Carers’ café"]
    assert told(world.service_user) == ["You lead this activity: Carers’ café"]
    assert started in notices_followed(world.service_user)
    assert told(world.provider) == []


def notices_followed(person: Participant) -> list[Activity]:
    followed = person.follows.values_list("subject", flat=True)
    return [each for each in Activity.objects.all() if ref(each) in followed]


def refused(world: World, match: str, **more: object) -> None:
    given: dict[str, object] = {
        "words": words(),
        "first_at": in_days(3),
        "minutes": 60,
        "rrule": "",
        "capacity": None,
        "hosts": [world.carer],
        "by": world.provider,
    }
    given["proposal"] = more.pop("proposal", None) or an_agreed_proposal(world)
    with pytest.raises(activities.UnableToStartActivity, match=match):
        activities.start_activity(**{**given, **more})  # type: ignore[arg-type]
    assert not Activity.objects.filter(proposals__source=given["proposal"]).exists()


def test_start_activity_is_refused_for_what_is_not_agreed_or_no_activity(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace,
        title="Tea",
        why="Tea.",
        kind=ProposalKind.ACTIVITY,
        by=world.carer,
    )
    refused(world, "agreed", proposal=proposals.open_proposal(proposal=drafted, by=world.carer))
    feature = an_agreed_proposal(world)
    feature.kind = ProposalKind.FEATURE
    feature.save()
    refused(world, "agreed", proposal=feature)


@pytest.mark.parametrize(
    ("match", "more"),
    [
        ("still to come", {"first_at": datetime(2020, 1, 1, 14, tzinfo=UTC)}),
        ("how long", {"minutes": 0}),
        ("how long", {"minutes": 1441}),
        ("how often", {"rrule": "FREQ=WEEKLY\nEXDATE:20260101"}),
        ("how often", {"rrule": "FREQ=SECONDLY"}),
        ("who leads", {"hosts": []}),
        ("at least one person", {"capacity": 0}),
        ("Say where", {"words": words(place="")}),
    ],
)
def test_start_activity_refuses_what_cannot_be(world: World, match: str, more: dict) -> None:
    refused(world, match, **more)


def test_start_activity_makes_one_activity_of_a_suggestion(world: World) -> None:
    proposal = ProposalActivity.objects.get(target=an_activity(world)).source
    with pytest.raises(activities.UnableToStartActivity, match="already"):
        activities.start_activity(
            proposal=proposal,
            words=words(),
            first_at=in_days(3),
            minutes=60,
            rrule="",
            capacity=None,
            hosts=[world.carer],
            by=world.provider,
        )


def test_start_activity_takes_no_host_of_another_partnership_or_who_may_not_come_in(
    world: World,
) -> None:
    other = World(slug="other")
    with pytest.raises(permissions.OutsidePartnership):
        an_activity(world, hosts=[other.carer])
    closed = world.open_workspace("Closed")
    closed.open_to = OpenTo.INVITATION
    closed.save()
    proposal = an_agreed_proposal(world)
    proposal.workspace = closed
    proposal.save()
    refused(world, "Maureen cannot come into this space", proposal=proposal, by=world.facilitator)
    refused(world, "people who were asked", proposal=proposal, by=world.provider)


def test_start_activity_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = an_agreed_proposal(world)

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(record, "append", fails)
    with pytest.raises(RuntimeError):
        activities.start_activity(
            proposal=proposal,
            words=words(),
            first_at=in_days(3),
            minutes=60,
            rrule="",
            capacity=None,
            hosts=[world.carer],
            by=world.provider,
        )
    assert not Activity.objects.exists()
    assert not ActivityDate.objects.exists()


def test_start_activity_is_for_its_author_a_provider_or_a_facilitator(world: World) -> None:
    proposal = an_agreed_proposal(world)
    allowed = {
        name for name, who in world.cast.items() if permissions.can(who, "start_activity", proposal)
    }
    assert allowed == {"carer", "provider", "facilitator"}


def test_an_activity_led_by_members_says_so(world: World) -> None:
    assert an_activity(world).is_user_led
    mixed = an_activity(world, "Walks", hosts=[world.carer, world.provider])
    assert not mixed.is_user_led


# Changing.


def test_edit_activity_tells_those_signed_up_and_counts_for_calendars(world: World) -> None:
    activity = an_activity(world)
    date = activity.dates.get()
    sign_ups.sign_up(date=date, by=world.service_user)
    Notice.objects.all().delete()
    changed = activities.edit_activity(
        activity=activity, words=words(place="Town hall"), capacity=None, by=world.carer
    )
    assert (changed.place, changed.sequence) == ("Town hall", 1)
    assert told(world.service_user) == ["Something changed, please read it again: Carers’ café"]
    assert told(world.carer) == []
    entry = RecordEntry.objects.get(subject=ref(activity), kind="activity_changed")
    assert '"changed":["place"]' in entry.line


def test_edit_activity_with_the_same_words_changes_nothing(world: World) -> None:
    activity = an_activity(world)
    same = activities.edit_activity(activity=activity, words=words(), capacity=None, by=world.carer)
    assert same.sequence == 0
    assert kinds_about(activity) == ["activity_started"]


def test_edit_activity_moves_people_up_when_there_are_more_places(world: World) -> None:
    date = an_activity(world, capacity=1).dates.get()
    for person in (world.service_user, world.partner, world.guest):
        sign_ups.sign_up(date=date, by=person)
    activities.edit_activity(activity=date.activity, words=words(), capacity=2, by=world.carer)
    date.refresh_from_db()
    assert (date.coming_count, date.waiting_count) == (2, 1)
    assert date.sign_ups.get(participant=world.partner).state == SignUpState.COMING
    assert any("A place is free" in text for text in told(world.partner))
    activities.edit_activity(activity=date.activity, words=words(), capacity=None, by=world.carer)
    date.refresh_from_db()
    assert (date.coming_count, date.waiting_count) == (3, 0)


def test_edit_activity_never_leaves_more_people_than_places(world: World) -> None:
    date = an_activity(world, capacity=3).dates.get()
    for person in (world.service_user, world.partner):
        sign_ups.sign_up(date=date, by=person)
    with pytest.raises(activities.UnableToEditActivity, match="at least 2 places"):
        activities.edit_activity(activity=date.activity, words=words(), capacity=1, by=world.carer)


def test_add_host_tells_them_records_and_twice_is_once(world: World) -> None:
    activity = an_activity(world)
    Notice.objects.all().delete()
    asked = {"activity": activity, "participant": world.service_user, "by": world.carer}
    assert activities.add_host(**asked)
    assert not activities.add_host(**asked)
    assert told(world.service_user) == ["You lead this activity: Carers’ café"]
    assert kinds_about(activity) == ["activity_started", "host_added"]
    assert permissions.can(world.service_user, "edit_activity", Activity.objects.get())


def test_add_date_tells_followers_and_refuses_what_is_past_or_there(world: World) -> None:
    activity = an_activity(world)
    Notice.objects.all().delete()
    notices.follow(world.partner, activity)
    date = activity_dates.add_date(activity=activity, starts_at=in_days(9), by=world.carer)
    assert kinds_about(date) == ["date_added"]
    assert len(told(world.partner)) == 1
    with pytest.raises(activity_dates.UnableToAddDate, match="already"):
        activity_dates.add_date(activity=activity, starts_at=in_days(9), by=world.carer)
    with pytest.raises(activity_dates.UnableToAddDate, match="to come"):
        activity_dates.add_date(activity=activity, starts_at=in_days(-1), by=world.carer)


def test_cancel_date_tells_everybody_coming_or_waiting_at_once(world: World) -> None:
    date = an_activity(world, capacity=1).dates.get()
    for person in (world.service_user, world.partner):
        sign_ups.sign_up(date=date, by=person)
    Notice.objects.all().delete()
    for _twice in range(2):
        activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    for person in (world.service_user, world.partner):
        assert [n.needs_me for n in Notice.objects.filter(participant=person)] == [True]
        assert "Snow." in told(person)[0]
    assert kinds_about(date) == ["date_cancelled"]


def test_cancel_date_is_refused_once_it_has_begun(world: World) -> None:
    date = an_activity(world).dates.get()
    with (
        clock.at(date.starts_at),
        pytest.raises(activity_dates.UnableToCancelDate, match="has begun"),
    ):
        activity_dates.cancel_date(date=date, reason="Late.", by=world.carer)


def test_end_activity_calls_its_dates_off_and_tells_each_person_once(world: World) -> None:
    activity = an_activity(world)
    activity_dates.add_date(activity=activity, starts_at=in_days(9), by=world.carer)
    for date in activity.dates.all():
        sign_ups.sign_up(date=date, by=world.service_user)
    Notice.objects.all().delete()
    for _twice in range(2):
        activities.end_activity(activity=activity, reason="The hall closed.", by=world.carer)
    assert len(told(world.service_user)) == 1
    assert not activity.dates.standing().exists()
    assert kinds_about(activity)[-1] == "activity_ended"
    activity.refresh_from_db()
    for act, more in (
        (activities.add_host, {"participant": world.guest}),
        (activity_dates.add_date, {"starts_at": in_days(20)}),
        (activities.edit_activity, {"words": words("New"), "capacity": None}),
    ):
        with pytest.raises(Exception, match="has ended"):
            act(activity=activity, by=world.carer, **more)


def test_record_attendance_takes_a_number_and_no_names(world: World) -> None:
    date = an_activity(world).dates.get()
    with pytest.raises(activities.UnableToRecordAttendance, match="not begun"):
        activities.record_attendance(date=date, attended=4, by=world.carer)
    with clock.at(date.starts_at):
        activities.record_attendance(date=date, attended=4, by=world.carer)
        again = activities.record_attendance(date=date, attended=5, by=world.carer)
    assert again.attended == 5
    assert kinds_about(date) == ["attendance_recorded"] * 2


def test_record_attendance_is_refused_for_a_date_called_off(world: World) -> None:
    date = an_activity(world).dates.get()
    activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    with clock.at(date.ends_at), pytest.raises(activities.UnableToRecordAttendance):
        activities.record_attendance(date=date, attended=4, by=world.carer)
