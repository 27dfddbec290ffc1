"""Pages of activities: what is on, one activity, one date, and the forms of those who lead it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from codesign.enums import Interest, OpenTo, ProposalKind
from codesign.models import Activity, ActivityDate
from codesign.operations import activities, activity_dates, proposals, sign_ups, supports
from codesign.queries import whats_on
from portal import clock
from portal.enums import Role, Visibility
from portal.models import Participant
from portal.notices import title_of
from tests.codesign.activity import an_activity, an_agreed_proposal, in_days
from tests.codesign.ballot import a_secret_ballot, an_open_ballot, voting
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def world() -> World:
    return World()


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
        an_open_ballot(world)
    with django_assert_num_queries(9):  # type: ignore[operator]
        found = whats_on.five_minutes(world.partnership, world.service_user)
    assert found is not None
    assert len(found.dates) == len(found.votes) == things
    assert len(found.ideas.proposals) == things
    assert whats_on.five_minutes(world.partnership, None) is None


def test_the_front_page_names_the_next_days_and_no_week(world: World) -> None:
    date = an_activity(world, first_at=in_days(7)).dates.get()  # never in this week
    text = signed_in(world.service_user).get("/norfolk/").content.decode()
    assert date.get_absolute_url() in text
    assert "Coming up" in text
    assert "this week" not in text


def test_five_minutes_offer_a_vote_to_those_on_its_roll_who_have_not_voted(world: World) -> None:
    secret, (voter, waits, *_others) = a_secret_ballot(world)
    coming = an_open_ballot(world, opens_at=in_days(30), closes_at=in_days(40))
    voting(secret, [(voter, ["1"])])
    address = reverse("codesign:cast_ballot", args=["norfolk", secret.pk])

    def offered(person: Participant | None) -> bool:
        client = signed_in(person) if person else Client()
        text = client.get("/norfolk/").content.decode()
        assert coming.get_absolute_url() not in text
        assert (secret.get_absolute_url() in text) == (address in text)
        return address in text

    assert offered(waits)
    assert not offered(voter)
    assert not offered(world.carer)  # not on its roll
    assert not offered(World(slug="other").carer)
    assert not offered(None)
    with clock.at(secret.closes_at):
        assert not offered(waits)


def test_five_minutes_offer_the_space_about_activities_first(world: World) -> None:
    newest = world.open_workspace("Where the money goes")
    found = whats_on.five_minutes(world.partnership, world.carer)
    assert found is not None
    assert found.ideas.spaces == [newest, world.workspace]
    drafted = proposals.draft_proposal(
        workspace=world.workspace,
        title="Tea",
        why="Tea.",
        kind=ProposalKind.ACTIVITY,
        by=world.carer,
    )
    proposals.open_proposal(proposal=drafted, by=world.carer)
    found = whats_on.five_minutes(world.partnership, world.carer)
    assert found is not None
    assert found.ideas.spaces == [world.workspace, newest]


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
