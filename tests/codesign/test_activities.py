"""Activities: starting one from an agreed suggestion, its words, hosts and dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from codesign import dates
from codesign.enums import Interest, OpenTo, ProposalKind, Repeats, SignUpState
from codesign.models import Activity, ActivityDate, ProposalActivity
from codesign.operations import activities, activity_dates, proposals, sign_ups, supports
from codesign.queries import activities as queries
from codesign.queries import whats_on
from portal import clock, live, notices, permissions, record
from portal.enums import Role, Visibility
from portal.models import Notice, Participant, RecordEntry, ref
from portal.notices import title_of
from tests.codesign.activity import an_activity, an_agreed_proposal, in_days, words
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def world() -> World:
    return World()


def told(person: Participant) -> list[str]:
    return list(
        Notice.objects.filter(participant=person).order_by("pk").values_list("text", flat=True)
    )


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


# Repeating dates.


@pytest.mark.parametrize(
    ("repeats", "rule", "rhythm"),
    [
        (Repeats.ONCE, "", ""),
        (Repeats.WEEKLY, "FREQ=WEEKLY;BYDAY=TH", "Every Thursday"),
        (Repeats.FORTNIGHTLY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "Every 2 weeks on Thursday"),
        (Repeats.MONTHLY, "FREQ=MONTHLY;BYDAY=3TH", "Every month, on the third Thursday"),
    ],
)
def test_a_plain_choice_becomes_a_rule_and_words(repeats: Repeats, rule: str, rhythm: str) -> None:
    first = datetime(2026, 3, 19, 14, tzinfo=LONDON)
    assert dates.rule_for(repeats, first) == rule
    assert queries.rhythm_words(Activity(rrule=rule, first_at=first)) == rhythm


def test_the_fifth_thursday_means_the_last_of_each_month() -> None:
    first = datetime(2026, 1, 29, 14, tzinfo=LONDON)
    rule = dates.rule_for("monthly", first)
    assert rule == "FREQ=MONTHLY;BYDAY=-1TH"
    found = dates.moments(rule, first, LONDON, after=first, before=first + timedelta(days=92))
    assert [f"{each:%d %b}" for each in found] == ["26 Feb", "26 Mar", "30 Apr"]


def test_until_a_date_holds_the_last_day_itself_in_summer_and_winter() -> None:
    for first in (
        datetime(2026, 7, 2, 23, tzinfo=LONDON),
        datetime(2026, 12, 3, 23, tzinfo=LONDON),
    ):
        rule = dates.rule_for("weekly", first, first.date() + timedelta(days=14))
        found = dates.moments(
            rule, first, LONDON, after=first - timedelta(1), before=first + timedelta(days=90)
        )
        assert len(found) == 3
        said = queries.rhythm_words(Activity(rrule=rule, first_at=first))
        assert said.endswith(f"until {first.date() + timedelta(days=14):%-d %B %Y}")


@pytest.mark.parametrize("change", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001
def test_two_in_the_afternoon_stays_two_when_the_clocks_change(change: datetime) -> None:
    first = (change - timedelta(days=10)).replace(hour=14, tzinfo=LONDON)
    rule = dates.rule_for("weekly", first)
    found = dates.moments(
        rule, first, LONDON, after=first - timedelta(1), before=first + timedelta(days=29)
    )
    assert len(found) == 5
    assert {each.astimezone(LONDON).hour for each in found} == {14}
    assert len({each.astimezone(UTC).hour for each in found}) == 2


@pytest.mark.parametrize(
    "rule",
    ["", "weekly", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;;", "FREQ=DAILY;BYSECOND=1"],
)
def test_a_rule_nobody_can_read_is_none(rule: str) -> None:
    assert not dates.is_rule(rule)
    if rule:
        first = datetime(2026, 1, 1, tzinfo=UTC)
        with pytest.raises(ValueError, match="not a rule"):
            dates.moments(rule, first, LONDON, after=first, before=first)


def test_another_programs_rule_is_followed_and_said_in_general_words() -> None:
    first = datetime(2026, 1, 5, 14, tzinfo=LONDON)
    rule = "FREQ=WEEKLY;BYDAY=MO,WE"
    found = dates.moments(rule, first, LONDON, after=first, before=first + timedelta(days=8))
    assert [each.day for each in found] == [7, 12]
    assert queries.rhythm_words(Activity(rrule=rule, first_at=first)) == "On several dates"


def test_dates_stand_twelve_weeks_ahead_and_are_topped_up(world: World) -> None:
    first = in_days(3)
    activity = an_activity(world, first_at=first, rrule=dates.rule_for("weekly", first))
    assert activity.dates.count() == 12
    called_off = activity.dates.first()
    assert called_off is not None
    activity_dates.cancel_date(date=called_off, reason="Snow.", by=world.carer)
    assert activities.top_up_dates() == 0
    with clock.at(clock.now() + timedelta(weeks=2)):
        assert activities.top_up_dates() == 2
        assert activities.top_up_dates() == 0
    called_off.refresh_from_db()
    assert called_off.is_cancelled


def test_the_sweep_tops_up_dates_but_not_those_of_what_has_ended(world: World) -> None:
    first = in_days(3)
    rule = dates.rule_for("weekly", first)
    going, ended = (an_activity(world, t, first_at=first, rrule=rule) for t in ("Going", "Over"))
    activities.end_activity(activity=ended, reason="Nobody came.", by=world.carer)
    with clock.at(clock.now() + timedelta(weeks=1)):
        call_command("send_notices")
    assert going.dates.count() == 13
    assert ended.dates.count() == 12


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


# Pages.


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(name, args=["norfolk", *args]) + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_whats_on_shows_the_week_that_is_asked_for(world: World) -> None:
    date = an_activity(world, first_at=in_days(10)).dates.get()
    week = f"?week={timezone.localdate(date.starts_at):%Y-%m-%d}"
    assert date.get_absolute_url() in page(Client(), "codesign:whats_on", query=week)
    this_week = page(Client(), "codesign:whats_on")
    assert date.get_absolute_url() not in this_week
    assert date.activity.get_absolute_url() in this_week  # on other days


@pytest.mark.parametrize("week", ["", "yesterday", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_whats_on_answers_any_week(world: World, week: str) -> None:
    assert "This week" in page(Client(), "codesign:whats_on", query=f"?week={week}&interest=x")


def test_whats_on_by_interest(world: World) -> None:
    activity = an_activity(world, first_at=in_days(1))
    assert activity.interest == Interest.COMPANY
    assert activity.title in page(Client(), "codesign:whats_on", query="?interest=company")
    assert activity.title not in page(Client(), "codesign:whats_on", query="?interest=food")


def test_whats_on_says_what_is_over_and_names_its_next_date(world: World) -> None:
    first = in_days(3)
    activity = an_activity(world, first_at=first, rrule="FREQ=WEEKLY")
    ended = an_activity(world, "No more dates", first_at=in_days(2))
    gone, following = activity.dates.to_come()[:2]
    sign_ups.sign_up(date=gone, by=world.service_user)
    client = signed_in(world.service_user)
    week = f"?week={timezone.localdate(gone.starts_at):%Y-%m-%d}"
    text = page(client, "codesign:whats_on", query=week)
    assert "This is over" not in text
    assert "On other days" not in text or "Next: " not in text
    with clock.at(gone.ends_at):
        shown = whats_on.whats_on(
            world.partnership, None, week=whats_on.monday_of(f"{gone.starts_at:%Y-%m-%d}")
        )
        text = page(client, "codesign:whats_on", query=week)
        assert "This is over" in page(client, "codesign:activity_date", gone.pk)
    assert [each.title for each in shown.elsewhere] == [activity.title, ended.title]
    assert "This is over" in text
    assert "You are coming" not in text
    assert f"Next: {date_format(timezone.localtime(following.starts_at), 'l j F Y')}" in text


def test_whats_on_names_the_next_date_of_what_is_called_off_this_week(world: World) -> None:
    activity = an_activity(world, first_at=in_days(3), rrule="FREQ=WEEKLY")
    date, following = activity.dates.to_come()[:2]
    activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    found = whats_on.whats_on(
        world.partnership, None, week=whats_on.monday_of(f"{date.starts_at:%Y-%m-%d}")
    )
    [elsewhere] = found.elsewhere
    assert elsewhere.next_at == following.starts_at  # type: ignore[attr-defined]


def test_a_date_called_off_says_so_once_and_offers_nothing(world: World) -> None:
    link = "https://meet.example.org/cafe"
    date = an_activity(world, link=link, place="").dates.get()
    sign_ups.sign_up(date=date, by=world.service_user)
    activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    for who in (world.service_user, world.carer, world.facilitator):
        text = page(signed_in(who), "codesign:activity_date", date.pk)
        assert text.count("Called off") == 1
        assert "Snow." in text
        assert link not in text
        assert "You see the link here" not in text
        assert "Add this date to my calendar" not in text
    assert link not in page(signed_in(world.service_user), "codesign:activity", date.activity_id)


def test_a_facilitator_calls_a_date_off_and_counts_without_reading_names(world: World) -> None:
    date = an_activity(world).dates.get()
    sign_ups.sign_up(date=date, by=world.service_user)
    client = signed_in(world.facilitator)
    text = page(client, "codesign:activity_date", date.pk)
    assert reverse("codesign:cancel_date", args=["norfolk", date.pk]) in text
    assert "Only those who lead this see the names." not in text
    with clock.at(date.starts_at):
        text = page(client, "codesign:activity_date", date.pk)
    assert reverse("codesign:record_attendance", args=["norfolk", date.pk]) in text


def test_a_date_is_called_what_people_would_say(world: World) -> None:
    at = datetime(2026, 11, 24, 18, tzinfo=UTC)
    activity = Activity(title="A choir for both of us")
    for moment, words_of_time in (
        (at, "Tuesday 24 November, 6 pm"),
        (at.replace(month=7, minute=30), "Friday 24 July, 7:30 pm"),  # where the service is
        (at.replace(hour=12), "Tuesday 24 November, noon"),
    ):
        date = ActivityDate(activity=activity, starts_at=moment)
        assert title_of(date) == f"A choir for both of us on {words_of_time}"


def test_whats_on_offers_ideas_to_support_and_where_to_suggest(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace,
        title="A baking club",
        why="Cake.",
        kind=ProposalKind.ACTIVITY,
        by=world.carer,
    )
    idea = proposals.open_proposal(proposal=drafted, by=world.carer)
    text = page(signed_in(world.service_user), "codesign:whats_on")
    assert reverse("codesign:support_proposal", args=["norfolk", idea.pk]) in text
    assert "?kind=activity" in text
    visitor = page(Client(), "codesign:whats_on")
    assert "A baking club" in visitor
    assert "support/" not in visitor
    assert "?kind=activity" not in visitor


def test_visitors_learn_neither_names_nor_numbers_of_who_is_coming(world: World) -> None:
    date = an_activity(world, capacity=3).dates.get()
    sign_ups.sign_up(date=date, by=world.service_user)
    week = f"?week={timezone.localdate(date.starts_at):%Y-%m-%d}"
    for name, args in (("codesign:activity_date", [date.pk]), ("codesign:whats_on", [])):
        text = page(Client(), name, *args, query=week)
        assert "There are places left." in text
        assert "2 places left" not in text
    assert "2 places left" in page(signed_in(world.partner), "codesign:activity_date", date.pk)
    named = page(signed_in(world.carer), "codesign:activity_date", date.pk)
    assert "Only those who lead this see the names." in named
    assert "Sam" in named
    for who in (world.partner, world.provider, world.facilitator):
        assert "Sam" not in page(signed_in(who), "codesign:activity_date", date.pk)


def test_the_link_to_meet_is_for_those_who_come_or_lead(world: World) -> None:
    link = "https://meet.example.org/cafe"
    date = an_activity(world, link=link, place="").dates.get()
    sign_ups.sign_up(date=date, by=world.service_user)
    for name, thing in (("codesign:activity_date", date), ("codesign:activity", date.activity)):
        for who, knows in (
            (world.service_user, True),
            (world.carer, True),
            (world.facilitator, True),
            (world.partner, False),
        ):
            assert (link in page(signed_in(who), name, thing.pk)) is knows
        assert link not in page(Client(), name, thing.pk)


def test_activities_of_a_space_for_some_are_not_there_for_others(world: World) -> None:
    closed = world.open_workspace("Closed")
    closed.open_to, closed.visibility = OpenTo.INVITATION, Visibility.PARTNERSHIP
    closed.save()
    activity = an_activity(world)
    activity.workspace = closed
    activity.save()
    date = activity.dates.get()
    for client in (signed_in(world.partner), Client()):
        assert activity.title not in page(client, "codesign:whats_on")
        for name, pk in (
            ("codesign:activity", activity.pk),
            ("codesign:activity_date", date.pk),
            ("codesign:activity_calendar", activity.pk),
            ("codesign:date_calendar", date.pk),
        ):
            assert client.get(reverse(name, args=["norfolk", pk])).status_code == 404
    assert page(signed_in(world.facilitator), "codesign:activity", activity.pk)


@pytest.mark.parametrize("things", [1, 3])
def test_whats_on_costs_the_same_for_one_and_for_three(
    world: World, things: int, django_assert_num_queries: object
) -> None:
    for number in range(things):
        an_activity(world, f"Group {number}", first_at=in_days(2))
        an_activity(world, f"Later {number}", first_at=in_days(30))
        drafted = proposals.draft_proposal(
            workspace=world.workspace,
            title="Tea",
            why="Tea.",
            kind=ProposalKind.ACTIVITY,
            by=world.carer,
        )
        idea = proposals.open_proposal(proposal=drafted, by=world.carer)
        supports.support_proposal(proposal=idea, by=world.service_user)
    client = signed_in(world.service_user)
    week = f"?week={clock.today() + timedelta(days=2):%Y-%m-%d}"
    assert "I’m coming" in page(client, "codesign:whats_on", query=week)
    with django_assert_num_queries(16):  # type: ignore[operator]
        page(client, "codesign:whats_on", query=week)


@pytest.mark.parametrize("things", [1, 3])
def test_the_page_of_an_activity_costs_the_same_for_one_date_and_for_three(
    world: World, things: int, django_assert_num_queries: object
) -> None:
    activity = an_activity(world)
    for number in range(1, things):
        activity_dates.add_date(activity=activity, starts_at=in_days(3 + number), by=world.carer)
        activities.add_host(activity=activity, participant=world.person(Role.CARER), by=world.carer)
    client = signed_in(world.service_user)
    page(client, "codesign:activity", activity.pk)
    with django_assert_num_queries(16):  # type: ignore[operator]
        page(client, "codesign:activity", activity.pk)


def test_start_activity_by_its_form_with_a_rule_and_hosts(world: World) -> None:
    proposal = an_agreed_proposal(world)
    client = signed_in(world.carer)
    url = reverse("codesign:start_activity", args=["norfolk", proposal.pk])
    assert url in client.get(proposal.get_absolute_url()).content.decode()
    first = timezone.localtime(in_days(3))
    data = {
        "title": "Carers’ café",
        "about": "Tea.",
        "interest": "company",
        "place": "Library",
        "first_at": f"{first:%Y-%m-%dT%H:%M}",
        "minutes": "120",
        "repeats": "weekly",
        "until": f"{first.date() + timedelta(days=14):%Y-%m-%d}",
        "i_lead": "on",
        "host": world.service_user.pk,
        "capacity": "8",
        "once": "a",
    }
    missing = client.post(url, {**data, "place": "", "until": "2020-01-01"})
    assert missing.status_code == 422
    assert "The last day cannot be before the first." in missing.content.decode()
    named = {**data, "host": "", "host_name": "sa"}
    asked = client.post(url, named)
    assert asked.status_code == 422
    assert "Is it one of these?" in asked.content.decode()
    assert "Sam, " in asked.content.decode()
    assert "Funmi" not in asked.content.decode()
    for _twice in range(2):
        response = client.post(url, data)
        assert response.status_code == 302
    activity = Activity.objects.get()
    assert response.url == activity.get_absolute_url()
    assert activity.dates.count() == 3
    assert activity.hosted_by == [world.carer, world.service_user]
    text = client.get(proposal.get_absolute_url()).content.decode()
    assert activity.get_absolute_url() in text
    assert url not in text


def test_those_who_lead_it_change_it_by_its_forms(world: World) -> None:
    activity = an_activity(world)
    date = activity.dates.get()
    client = signed_in(world.carer)

    def post(name: str, pk: int, **data: object) -> None:
        response = client.post(reverse(name, args=["norfolk", pk]), data)
        assert response.status_code == 302, response.content.decode()

    post("codesign:add_date", activity.pk, starts_at=f"{in_days(8):%Y-%m-%dT%H:%M}")
    post("codesign:add_host", activity.pk, who="Funmi")
    post(
        "codesign:edit_activity",
        activity.pk,
        title="Tea for carers",
        about="Tea.",
        interest="food",
        place="Hall",
        capacity="5",
    )
    post("codesign:cancel_date", date.pk, reason="Snow.")
    post("codesign:end_activity", activity.pk, reason="It was time.")
    activity.refresh_from_db()
    assert (activity.title, activity.capacity) == ("Tea for carers", 5)
    assert activity.ended_at is not None
    late = client.post(
        reverse("codesign:add_date", args=["norfolk", activity.pk]),
        {"starts_at": f"{in_days(9):%Y-%m-%dT%H:%M}"},
    )
    assert late.status_code == 422
    assert "has ended" in late.content.decode()


def test_who_leads_it_is_found_by_name_among_those_on_the_page_of_people(world: World) -> None:
    activity = an_activity(world)
    client = signed_in(world.carer)
    url = reverse("codesign:add_host", args=["norfolk", activity.pk])
    assert "Funmi" not in client.get(url).content.decode()
    for data, said in (
        ({"who": ""}, "Write a name, or a part of it."),
        ({"who": "unm"}, "Funmi, "),
        ({"who": "Blue Kite"}, "We found nobody of that name"),
        ({"participant": world.guest.pk}, "We cannot find that person here."),
    ):
        page = client.post(url, data)
        assert page.status_code == 422
        assert said in page.content.decode()
    assert client.post(url, {"who": "unm", "participant": world.partner.pk}).status_code == 302
    assert world.partner in activity.hosted_by


@pytest.mark.parametrize("things", [1, 3])
def test_five_minutes_cost_the_front_page_the_same_for_one_and_for_three(
    world: World, things: int, django_assert_num_queries: object
) -> None:
    for number in range(things):
        an_activity(world, f"Group {number}", first_at=in_days(2))
        drafted = proposals.draft_proposal(
            workspace=world.workspace,
            title=f"Idea {number}",
            why="Tea.",
            kind=ProposalKind.ACTIVITY,
            by=world.carer,
        )
        proposals.open_proposal(proposal=drafted, by=world.carer)
    with django_assert_num_queries(8):  # type: ignore[operator]
        found = whats_on.five_minutes(world.partnership, world.service_user)
    assert found is not None
    assert len(found.dates) == len(found.ideas.proposals) == things
    assert whats_on.five_minutes(world.partnership, None) is None


def test_the_front_page_names_the_next_days_and_no_week(world: World) -> None:
    date = an_activity(world, first_at=in_days(7)).dates.get()  # never in this week
    text = signed_in(world.service_user).get("/norfolk/").content.decode()
    assert date.get_absolute_url() in text
    assert "Coming up" in text
    assert "this week" not in text


def test_five_minutes_leave_out_ones_own_ideas_and_what_one_supports(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace,
        title="Tea",
        why="Tea.",
        kind=ProposalKind.ACTIVITY,
        by=world.carer,
    )
    idea = proposals.open_proposal(proposal=drafted, by=world.carer)
    supports.support_proposal(proposal=idea, by=world.partner)
    for person, offered in ((world.carer, []), (world.partner, []), (world.guest, [idea])):
        found = whats_on.five_minutes(world.partnership, person)
        assert found is not None
        assert found.ideas.proposals == offered
