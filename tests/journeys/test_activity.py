"""An activity from its agreement to its last date: start, sign up, wait, cancel, move up, say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from codesign.enums import SignUpState
from codesign.models import Activity, ActivityDate, SignUp
from feedback.models import Voice
from portal import clock
from tests.codesign.activity import an_agreed_proposal, in_days
from tests.journeys.conftest import Sitter, axe_finds_nothing
from tests.world import World


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_sign_up_waiting_list_and_cancel(world: World, sit_down: Sitter, javascript: bool) -> None:
    proposal = an_agreed_proposal(world)
    slug = world.partnership.slug

    # The carer whose idea it was starts it and leads it.
    host = sit_down(world.carer, width=390, javascript=javascript)
    host.open(proposal.get_absolute_url())
    host.follow("Start this activity")
    host.page.get_by_label("Talking and company").check(force=True)
    host.write("Where is it?", "Library, Holt")
    host.write("How many people can come each time?", "1")
    host.write("When is the first date?", f"{timezone.localtime(in_days(2)):%Y-%m-%dT%H:%M}")
    host.page.get_by_label("I lead it").check(force=True)
    if javascript:
        axe_finds_nothing(host.page)
    host.press("Start it and tell everybody")
    host.reads("Led by members")
    date = Activity.objects.get().dates.get()
    if javascript:
        axe_finds_nothing(host.page)

    # One person takes the only place, from what's on; the next one waits.
    first = sit_down(world.service_user, javascript=javascript)
    week = f"?week={timezone.localdate(date.starts_at):%Y-%m-%d}"
    first.open(f"/p/{slug}/whats-on/{week}")
    first.press("I’m coming")
    first.reads("You are coming")
    if javascript:
        axe_finds_nothing(first.page)
    second = sit_down(world.guest, width=390, javascript=javascript)
    second.open(date.get_absolute_url())
    second.press("Join the waiting list")
    second.reads("You are number 1 on the list.")
    if javascript:
        axe_finds_nothing(second.page)
    second.press("Remind me the day before")
    second.reads("We remind you the day before.")

    # The first cannot come after all: the second has the place and is told.
    first.open(date.get_absolute_url())
    first.press("I cannot come")
    first.reads("Join the waiting list")
    second.open(f"/p/{slug}/notices/")
    second.reads("A place is free and it is yours")
    second.follow("A place is free")
    second.reads("You are coming")
    states = dict(SignUp.objects.values_list("participant", "state"))
    assert states == {
        world.service_user.pk: SignUpState.CANCELLED,
        world.guest.pk: SignUpState.COMING,
    }

    # The host sees who comes, and counts them once it has begun; the guest says how it was.
    host.open(date.get_absolute_url())
    host.reads("Only those who lead this see the names.")
    host.reads("Blue Kite")
    ActivityDate.objects.filter(pk=date.pk).update(
        starts_at=clock.now() - timedelta(hours=3), ends_at=clock.now() - timedelta(hours=1)
    )
    host.open(date.get_absolute_url())
    host.follow("Count who came")
    host.write("How many people came?", "2")
    host.press("Save the number")
    host.reads("People who came: 2.")
    second.open(date.get_absolute_url())
    if javascript:
        axe_finds_nothing(second.page)
    second.press("Yes")
    second.reads("Thank you. We have it.")
    voice = Voice.objects.get()
    assert (voice.what_helped, voice.activity, voice.by) == ("It was good.", date.activity, None)
