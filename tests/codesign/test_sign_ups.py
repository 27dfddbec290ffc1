"""Sign-ups: coming, waiting, moving up, being reminded; and saying afterwards how it was."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from codesign.enums import OpenTo, SignUpState
from codesign.models import ActivityDate, SignUp
from codesign.operations import activity_dates, sign_ups
from feedback.models import Voice
from feedback.operations import voices
from portal import clock, permissions
from portal.enums import Visibility
from portal.models import Notice, Participant, RecordEntry
from portal.operations import people
from tests.codesign.activity import a_date
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return World()


def counts(date: ActivityDate) -> tuple[int, int]:
    """What is shown: coming, waiting. The rows must say the same."""
    date.refresh_from_db()
    rows = [
        SignUp.objects.filter(date=date, state=state).count()
        for state in (SignUpState.COMING, SignUpState.WAITING)
    ]
    assert rows == [date.coming_count, date.waiting_count]
    return date.coming_count, date.waiting_count


def told(person: Participant) -> list[str]:
    found = Notice.objects.filter(participant=person, subject__startswith="activitydate:")
    return list(found.order_by("pk").values_list("text", flat=True))


def test_sign_up_counts_once_and_is_not_in_the_record(world: World) -> None:
    date = a_date(world)
    before = RecordEntry.objects.count()
    first = sign_ups.sign_up(date=date, by=world.service_user)
    again = sign_ups.sign_up(date=date, by=world.service_user)
    assert first.state == again.state == SignUpState.COMING
    assert counts(date) == (1, 0)
    assert RecordEntry.objects.count() == before
    assert told(world.service_user) == []


def test_sign_up_where_it_is_full_waits_and_moves_up_in_order(world: World) -> None:
    date = a_date(world, capacity=1)
    for person in (world.service_user, world.partner, world.guest):
        sign_ups.sign_up(date=date, by=person)
    assert counts(date) == (1, 2)
    assert sign_ups.cancel_sign_up(date=date, by=world.service_user)
    assert counts(date) == (1, 1)
    assert SignUp.objects.get(participant=world.partner).state == SignUpState.COMING
    [notice] = Notice.objects.filter(participant=world.partner, subject=f"activitydate:{date.pk}")
    assert notice.needs_me
    assert notice.text.startswith("A place is free and it is yours: Carers’ café")
    assert notice.text.endswith(", 2 pm. Cannot come? Please say so.")
    assert told(world.guest) == []


def test_who_cancels_and_comes_back_goes_to_the_end_of_the_line(world: World) -> None:
    date = a_date(world, capacity=1)
    for person in (world.service_user, world.partner, world.guest):
        sign_ups.sign_up(date=date, by=person)
    sign_ups.cancel_sign_up(date=date, by=world.partner)
    sign_ups.sign_up(date=date, by=world.partner)
    assert counts(date) == (1, 2)
    sign_ups.cancel_sign_up(date=date, by=world.service_user)
    assert SignUp.objects.get(participant=world.guest).state == SignUpState.COMING
    assert SignUp.objects.get(participant=world.partner).state == SignUpState.WAITING


def test_cancel_sign_up_of_nothing_is_no_error(world: World) -> None:
    date = a_date(world)
    assert not sign_ups.cancel_sign_up(date=date, by=world.service_user)
    sign_ups.sign_up(date=date, by=world.service_user)
    assert sign_ups.cancel_sign_up(date=date, by=world.service_user)
    assert not sign_ups.cancel_sign_up(date=date, by=world.service_user)
    assert counts(date) == (0, 0)


def test_sign_up_is_refused_kindly_once_it_has_begun_or_was_called_off(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.partner)
    with clock.at(date.starts_at):
        with pytest.raises(sign_ups.UnableToSignUp, match="begun already"):
            sign_ups.sign_up(date=date, by=world.service_user)
        with pytest.raises(sign_ups.UnableToCancelSignUp, match="begun already"):
            sign_ups.cancel_sign_up(date=date, by=world.partner)
    activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    with pytest.raises(sign_ups.UnableToSignUp, match="called off"):
        sign_ups.sign_up(date=date, by=world.service_user)


def test_sign_up_is_refused_across_the_wall_and_outside_a_space(world: World) -> None:
    date = a_date(world)
    with pytest.raises(permissions.OutsidePartnership):
        sign_ups.sign_up(date=date, by=World(slug="other").carer)
    space = date.activity.workspace
    space.open_to = OpenTo.INVITATION
    space.save()
    with pytest.raises(sign_ups.UnableToSignUp, match="asked into its space"):
        sign_ups.sign_up(date=date, by=world.service_user)
    # Anybody may read it, so it is shown, but without a button that would be refused.
    text = signed_in(world.service_user).get(date.get_absolute_url()).content.decode()
    assert "I’m coming" not in text


def test_sign_up_writes_nothing_when_its_counts_cannot_be_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    date = a_date(world)

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("portal.live.announce", fails)
    with pytest.raises(RuntimeError):
        sign_ups.sign_up(date=date, by=world.service_user)
    assert counts(date) == (0, 0)


def test_somebody_who_leaves_gives_their_place_to_who_waits(world: World) -> None:
    date = a_date(world, capacity=1)
    sign_ups.sign_up(date=date, by=world.service_user)
    sign_ups.sign_up(date=date, by=world.partner)
    people.remove_participant(participant=world.service_user, by=world.admin, reason="Moved away.")
    assert counts(date) == (1, 0)
    assert SignUp.objects.get(participant=world.partner).state == SignUpState.COMING


# Reminders.


def test_remind_of_dates_reminds_once_the_day_before(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user, remind=True)
    sign_ups.sign_up(date=date, by=world.partner)
    assert sign_ups.remind_of_dates() == 0
    with clock.at(date.starts_at - timedelta(hours=20)):
        assert sign_ups.remind_of_dates() == 1
        assert sign_ups.remind_of_dates() == 0
    [notice] = Notice.objects.filter(participant=world.service_user, text__startswith="Tomorrow")
    assert notice.needs_me
    assert told(world.partner) == []


def test_nobody_is_reminded_of_what_they_cancelled_or_what_was_called_off(world: World) -> None:
    date, other = a_date(world), a_date(world, title="Walks")
    for each in (date, other):
        sign_ups.sign_up(date=each, by=world.service_user, remind=True)
    sign_ups.cancel_sign_up(date=date, by=world.service_user)
    activity_dates.cancel_date(date=other, reason="Snow.", by=world.carer)
    with clock.at(date.starts_at - timedelta(hours=1)):
        assert sign_ups.remind_of_dates() == 0


def test_a_reminder_can_be_switched_on_and_off_and_stays_as_it_is_otherwise(world: World) -> None:
    date = a_date(world)
    client = signed_in(world.service_user)
    url = reverse("codesign:sign_up", args=["norfolk", date.pk])
    seen = []
    for data in ({}, {"remind": "on"}, {}, {"remind": "off"}):
        assert client.post(url, data).status_code == 302
        seen.append(SignUp.objects.get().remind)
    assert seen == [False, True, True, False]


def test_the_sweep_reminds_and_asks_how_it_was(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user, remind=True)
    for moment in (date.starts_at - timedelta(hours=2), date.ends_at, date.ends_at):
        with clock.at(moment):
            call_command("send_notices")
    first, second = told(world.service_user)
    assert first.startswith("Tomorrow or today")
    assert second.startswith("Was it any good?")


def test_nobody_is_asked_about_a_date_long_ago(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    with clock.at(date.ends_at + timedelta(days=8)):
        assert sign_ups.ask_how_it_was() == 0


# Pages.


@pytest.mark.parametrize(
    ("back", "where"),
    [
        ("front", "/norfolk/#sign-up-"),
        ("week", "/p/norfolk/whats-on/?week="),
        ("activity", "/p/norfolk/activities/"),
        ("", "/p/norfolk/activity-dates/"),
        ("https://evil.example/", "/p/norfolk/activity-dates/"),
    ],
)
def test_sign_up_without_javascript_leads_back_to_where_the_tap_was(
    world: World, back: str, where: str
) -> None:
    date = a_date(world)
    client = signed_in(world.service_user)
    for name in ("codesign:sign_up", "codesign:cancel_sign_up"):
        response = client.post(reverse(name, args=["norfolk", date.pk]), {"back": back})
        assert response.status_code == 302
        assert response.url.startswith(where)


def test_sign_up_with_htmx_answers_with_the_part_alone(world: World) -> None:
    date = a_date(world)
    response = signed_in(world.service_user).post(
        reverse("codesign:sign_up", args=["norfolk", date.pk]),
        {"back": "front"},
        headers={"HX-Request": "true"},
    )
    text = response.content.decode()
    assert "You are coming" in text
    assert "<html" not in text


def test_the_page_says_ones_place_in_the_line(world: World) -> None:
    date = a_date(world, capacity=1)
    for person in (world.service_user, world.partner, world.guest):
        sign_ups.sign_up(date=date, by=person)
    text = signed_in(world.guest).get(date.get_absolute_url()).content.decode()
    assert "You are number 2 on the list." in text
    assert "Waiting: 2." in text


@pytest.mark.parametrize("others", [1, 3])
def test_a_date_costs_its_host_the_same_for_one_and_for_three(
    world: World, others: int, django_assert_num_queries: object
) -> None:
    date = a_date(world)
    for person in (world.service_user, world.partner, world.guest)[:others]:
        sign_ups.sign_up(date=date, by=person)
    client = signed_in(world.carer)
    client.get(date.get_absolute_url())
    with django_assert_num_queries(11):  # type: ignore[operator]
        client.get(date.get_absolute_url())


# Afterwards.


def say(client: Client, date: ActivityDate, answer: str, **more: str) -> str:
    response = client.post(
        reverse("feedback:say_how_it_was", args=["norfolk", date.pk]),
        {"answer": answer, "once": "a" * 32, **more},
        follow=True,
    )
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("answer", "helped", "change"),
    [
        ("yes", "It was good.", ""),
        ("fair", "It was all right.", ""),
        ("no", "", "It was not good."),
    ],
)
def test_one_tap_becomes_a_voice_without_a_name(
    world: World, answer: str, helped: str, change: str
) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    client = signed_in(world.service_user)
    with clock.at(date.ends_at):
        assert "Was it any good?" in client.get(date.get_absolute_url()).content.decode()
        for _twice in range(2):
            assert "Thank you. We have it." in say(client, date, answer)
    voice = Voice.objects.get()
    assert (voice.what_helped, voice.what_should_change) == (helped, change)
    assert voice.activity == date.activity
    assert voice.by is None
    assert not voice.is_published


def test_each_person_answers_once_for_each_date_and_nothing_says_which_voice(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    sign_ups.sign_up(date=date, by=world.partner)
    client = signed_in(world.service_user)
    with clock.at(date.ends_at):
        say(client, date, "yes")
        before = SignUp.objects.filter(participant=world.service_user).values().get()
        text = say(client, date, "no", once="b" * 32)
        assert "You have answered. Thank you." in text
        assert "Was it any good?" not in text
        assert "Was it any good?" in signed_in(world.partner).get(date.get_absolute_url()).text
    assert Voice.objects.get().what_helped == "It was good."
    # The mark is a plain yes: no number and no moment that would lead to the voice.
    assert SignUp.objects.filter(participant=world.service_user).values().get() == before
    assert before["answered"] is True
    assert before["at"] < date.starts_at


def test_who_was_not_coming_is_not_asked_but_can_tell_us(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    sign_ups.cancel_sign_up(date=date, by=world.service_user)
    with clock.at(date.ends_at):
        for person in (world.service_user, world.partner):
            client = signed_in(person)
            text = client.get(date.get_absolute_url()).text
            assert "Was it any good?" not in text
            assert reverse("feedback:leave_voice", args=["norfolk"]) in text
            assert "We ask those who said that they were coming." in say(client, date, "yes")
    assert not Voice.objects.exists()


def test_say_how_it_was_marks_nothing_when_the_voice_cannot_be_kept(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    world.partnership.escalation = ""
    world.partnership.save()
    with clock.at(date.ends_at):
        assert "We cannot take this yet." in say(signed_in(world.service_user), date, "yes")
    assert not SignUp.objects.get().answered


def test_the_tick_for_ones_name_stands_above_the_buttons(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    with clock.at(date.ends_at):
        text = signed_in(world.service_user).get(date.get_absolute_url()).text
    assert text.index("Show my name with it") < text.index('name="answer"')


def test_who_has_answered_is_not_asked_by_the_sweep(world: World) -> None:
    date = a_date(world)
    for person in (world.service_user, world.partner):
        sign_ups.sign_up(date=date, by=person)
    with clock.at(date.ends_at):
        say(signed_in(world.service_user), date, "yes")
        assert sign_ups.ask_how_it_was() == 1
    assert told(world.service_user) == []


def test_one_tap_with_the_tick_has_a_name(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    with clock.at(date.ends_at):
        say(signed_in(world.service_user), date, "yes", named="yes")
    assert Voice.objects.get().by == world.service_user


def test_how_it_was_is_not_asked_before_it_begins_nor_of_what_was_called_off(world: World) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    client = signed_in(world.service_user)
    assert "Please choose one of the three" in say(client, date, "yes")
    activity_dates.cancel_date(date=date, reason="Snow.", by=world.carer)
    with clock.at(date.ends_at):
        assert "Please choose one of the three" in say(client, date, "yes")
        assert "Was it any good?" not in client.get(date.get_absolute_url()).content.decode()
    assert not Voice.objects.exists()


@pytest.mark.parametrize("data", [{"answer": "maybe"}, {"once": ""}, {"once": "x" * 99}])
def test_an_answer_that_is_none_of_the_three_is_no_voice(world: World, data: dict) -> None:
    date = a_date(world)
    sign_ups.sign_up(date=date, by=world.service_user)
    url = reverse("feedback:say_how_it_was", args=["norfolk", date.pk])
    with clock.at(date.ends_at):
        response = signed_in(world.service_user).post(
            url, {"answer": "yes", "once": "a" * 32} | data
        )
    assert response.status_code == 302
    assert not Voice.objects.exists()


def test_leave_voice_takes_no_activity_of_another_partnership(world: World) -> None:
    other = a_date(World(slug="other"))
    with pytest.raises(permissions.OutsidePartnership):
        voices.leave_voice(
            partnership=world.partnership,
            activity=other.activity,
            what_helped="Tea.",
            what_should_change="",
            by=world.carer,
        )


def test_a_voice_names_its_activity_only_to_those_who_may_read_it(world: World) -> None:
    date = a_date(world)
    voice, _code = voices.leave_voice(
        partnership=world.partnership,
        activity=date.activity,
        what_helped="It was good.",
        what_should_change="",
    )
    voices.publish_voice(voice=voice, by=world.moderator)
    url = voice.get_absolute_url()
    assert date.activity.title in Client().get(url).content.decode()
    trail = reverse("content:trail", args=["norfolk", "activity", date.activity_id])
    assert "It was good." in Client().get(trail).content.decode()
    space = date.activity.workspace
    space.open_to, space.visibility = OpenTo.INVITATION, Visibility.PARTNERSHIP
    space.save()
    for client in (Client(), signed_in(world.partner)):
        assert date.activity.title not in client.get(url).content.decode()
