"""The service description's pages: any day, two days compared, one part's history, and writing."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import FeatureStatus
from codesign.models import Decision, FeatureVersion, ServiceFeature
from codesign.operations import decisions, features
from codesign.queries.features import Turn, service_difference, service_on
from portal import clock
from portal.enums import Visibility
from portal.models import Participant, ref
from tests.codesign.test_decisions import a_draft
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

LONG_AGO, START, MIDDLE, END = (
    date(2025, 1, 1),
    date(2025, 6, 1),
    date(2025, 9, 1),
    date(2026, 1, 1),
)


@pytest.fixture
def world() -> World:
    return World()


def a_part(world: World, name: str, from_day: date = START, **more: object) -> ServiceFeature:
    return features.add_service_feature(
        name=name,
        summary=f"{name} in short.",
        words=f"{name} on Mondays.",
        from_day=from_day,
        by=world.provider,
        **more,
    )


def turn(
    world: World, part: ServiceFeature, status: FeatureStatus, words: str = "", **more: object
) -> FeatureVersion:
    return features.change_service_feature(
        feature=part,
        status=status,
        words=words or f"{part.name} on Mondays.",
        from_day=more.pop("from_day", MIDDLE),
        by=world.provider,
        **more,
    )


def see(world: World, who: Participant | None, name: str, *args: object, **query: str) -> str:
    client = signed_in(who) if who else Client()
    response = client.get(reverse(f"codesign:{name}", args=["norfolk", *args]), query)
    assert response.status_code == 200
    return response.content.decode()


def a_decision(world: World) -> Decision:
    draft = a_draft(world, an_open_proposal(world))
    return decisions.publish_decision(decision=draft, by=world.facilitator)


# any day


def test_service_shows_the_day_that_is_asked_for(world: World) -> None:
    part = a_part(world, "Phone line")
    turn(world, part, FeatureStatus.CHANGED, "Phone line on Tuesdays.")
    earlier = see(world, world.carer, "service", on="2025-07-01")
    assert "The service on 1 July 2025" in earlier
    assert "Phone line on Mondays." in earlier
    assert "Short breaks" not in earlier  # begins today
    assert "Phone line on Tuesdays." in see(world, world.carer, "service", on="01/10/2025")
    now = see(world, world.carer, "service")
    assert "The service as it is now" in now
    assert "Short breaks" in now
    assert "no part of the service yet" in see(world, world.carer, "service", on="2001-01-01")


@pytest.mark.parametrize("day", ["", "yesterday", "2025-02-30", "9" * 400, "\x00", "0000-01-01"])
def test_service_says_so_kindly_when_a_day_cannot_be_read(world: World, day: str) -> None:
    page = see(world, world.carer, "service", on=day)
    assert "There is a problem" in page
    assert "The service as it is now" in page


def test_service_keeps_ended_parts_apart(world: World) -> None:
    turn(world, a_part(world, "Fax line"), FeatureStatus.ENDED, "Nobody had one.")
    page = see(world, world.carer, "service")
    assert page.index("No longer part of the service") < page.index("Nobody had one.")


def test_service_is_for_visitors_only_where_it_is_public(world: World) -> None:
    hidden = World(slug="other", visibility=Visibility.PARTNERSHIP)
    for name, args in (
        ("service", []),
        ("service_difference", []),
        ("service_json", []),
        ("service_feature", [hidden.feature.pk]),
    ):
        url = reverse(f"codesign:{name}", args=["other", *args])
        assert Client().get(url).status_code == 302
        assert signed_in(world.carer).get(url).status_code == 404
    assert "Short breaks" in see(world, None, "service")
    assert "Short breaks" in see(world, None, "service_feature", world.feature.pk)


def test_the_title_of_a_decision_is_kept_from_those_who_may_not_read_it(world: World) -> None:
    decision = a_decision(world)
    turn(
        world,
        world.feature,
        FeatureStatus.CHANGED,
        "Four hours.",
        from_day=clock.today(),
        because=ref(decision),
        because_words=decision.title,
        because_url=decision.get_absolute_url(),
    )
    pages = (
        ("service", []),
        ("service_feature", [world.feature.pk]),
        ("service_difference", []),
    )
    for name, args in pages:
        assert decision.title in see(world, None, name, *args)
    type(world.workspace).objects.update(visibility=Visibility.PARTNERSHIP)
    for name, args in pages:
        seen = see(world, None, name, *args)
        assert decision.title not in seen
        assert "A decision in a space that is not open to you" in seen
        assert decision.title in see(world, world.carer, name, *args)


# two days


def test_service_difference_names_each_turn(world: World) -> None:
    old = {name: a_part(world, name, LONG_AGO) for name in "ABCDEF"}
    turn(world, old["A"], FeatureStatus.PAUSED)
    turn(world, old["B"], FeatureStatus.ENDED)
    turn(world, old["C"], FeatureStatus.CHANGED, "C on Tuesdays.")
    turn(world, old["D"], FeatureStatus.PAUSED)
    turn(world, old["D"], FeatureStatus.CURRENT, from_day=END)
    turn(world, old["E"], FeatureStatus.PAUSED, from_day=START)
    turn(world, old["E"], FeatureStatus.CURRENT)
    a_part(world, "G", MIDDLE)
    a_part(world, "H", MIDDLE, status=FeatureStatus.PLANNED)
    a_part(world, "I", START, status=FeatureStatus.PLANNED)
    turn(world, ServiceFeature.objects.get(name="I"), FeatureStatus.CURRENT)
    a_part(world, "J", MIDDLE)
    turn(world, ServiceFeature.objects.get(name="J"), FeatureStatus.ENDED, from_day=END)
    found = service_difference(world.partnership, START, END, world.carer)
    assert {each.feature.name: each.turn for each in found.turned} == {
        "A": Turn.PAUSED,
        "B": Turn.ENDED,
        "C": Turn.CHANGED,
        "E": Turn.RESTARTED,
        "G": Turn.NEW,
        "H": Turn.PLANNED,
        "I": Turn.NEW,
        "J": Turn.ENDED,
    }
    assert [each.feature.name for each in found.same] == ["D", "F"]
    (changed,) = (each for each in found.turned if each.turn == Turn.CHANGED)
    assert [(each.kind, each.text) for each in changed.segments] == [
        ("same", "C on "),
        ("taken", "Mondays"),
        ("added", "Tuesdays"),
        ("same", "."),
    ]
    assert found.in_words == (
        "New: 2, Now planned: 1, Running again: 1, Changed: 1, Paused: 1, Ended: 2"
    )


def test_service_difference_page_says_what_why_and_what_stayed(world: World) -> None:
    part = a_part(world, "Phone line", LONG_AGO)
    a_part(world, "Café", LONG_AGO)
    turn(
        world,
        part,
        FeatureStatus.CHANGED,
        "Phone line on Tuesdays.",
        because="adaptation:1",
        because_words="Mondays were full",
        because_url="/p/norfolk/changes/1/",
    )
    page = see(world, None, "service_difference", **{"from": "2025-06-01", "to": "2026-01-01"})
    assert "From the end of 1 June 2025 to the end of 1 January 2026" in page
    assert "<ins>" in page
    assert 'href="/p/norfolk/changes/1/">Because: Mondays were full' in page
    assert page.index("As it was") < page.index("Café")
    nothing = see(world, None, "service_difference", **{"from": "2025-02-01", "to": "2025-03-01"})
    assert "Nothing changed between these two days." in nothing


@pytest.mark.parametrize(
    "query",
    [
        {"from": "soon", "to": "later"},
        {"from": "2026-01-01", "to": "2025-01-01"},
        {"to": "2026-01-01"},
    ],
)
def test_service_difference_says_so_kindly_when_days_make_no_sense(
    world: World, query: dict[str, str]
) -> None:
    page = see(world, world.carer, "service_difference", **query)
    assert "There is a problem" in page
    assert f"to the end of {clock.today():%-d %B %Y}" in page


# one part


def test_service_feature_tells_the_whole_history(world: World) -> None:
    part = a_part(world, "Phone line")
    turn(world, part, FeatureStatus.PAUSED, "No staff.", because_words="Two people left")
    later = clock.today() + timedelta(days=30)
    turn(world, part, FeatureStatus.CURRENT, "Back soon.", from_day=later)
    page = see(world, None, "service_feature", part.pk)
    assert page.index("Back soon.") < page.rindex("No staff.") < page.index("on Mondays.")
    assert f"Will hold from {later:%-d %B %Y}" in page
    assert "Because: Two people left" in page
    assert f"Written down on {clock.today():%-d %B %Y}." in page


# writing


def form_of(**more: object) -> dict[str, object]:
    return {
        "name": "Phone line",
        "summary": "Somebody to ring.",
        "status": "current",
        "words": "Nine to five.",
        "from_day": "2025-06-01",
    } | more


def test_add_service_feature_page_names_the_decision_behind_it(world: World) -> None:
    decision = a_decision(world)
    client = signed_in(world.provider)
    url = reverse("codesign:add_service_feature", args=["norfolk"])
    assert decision.title in client.get(url).content.decode()
    response = client.post(url, form_of(decision=decision.pk))
    assert response.status_code == 302
    version = FeatureVersion.objects.get(words="Nine to five.")
    assert (version.because, version.because_words, version.because_url, version.from_day) == (
        ref(decision),
        decision.title,
        decision.get_absolute_url(),
        START,
    )
    again = client.post(url, form_of())
    assert again.status_code == 422
    assert "called “Phone line” already" in again.content.decode()
    assert "Nine to five." in again.content.decode()


def test_add_service_feature_page_offers_no_decision_of_others(world: World) -> None:
    elsewhere = a_decision(World(slug="other"))
    client = signed_in(world.provider)
    url = reverse("codesign:add_service_feature", args=["norfolk"])
    assert client.post(url, form_of(decision=elsewhere.pk)).status_code == 422
    assert not ServiceFeature.objects.filter(name="Phone line").exists()


def test_change_service_feature_page_begins_with_how_it_stands(world: World) -> None:
    client = signed_in(world.facilitator)
    url = reverse("codesign:change_service_feature", args=["norfolk", world.feature.pk])
    assert "booked by phone" in client.get(url).content.decode()
    day = f"{clock.today():%Y-%m-%d}"
    same = {"status": "current", "words": "Three hours a week, booked by phone.", "from_day": day}
    wrong = client.post(url, same)
    assert wrong.status_code == 422
    assert "described just like this already" in wrong.content.decode()
    assert client.post(url, same | {"status": "paused"}).status_code == 302
    (standing,) = service_on(world.partnership, clock.today())
    assert standing.version.status == FeatureStatus.PAUSED


def test_writing_about_the_service_is_offered_to_those_who_may(world: World) -> None:
    for who in (world.provider, world.facilitator, world.carer, None):
        may = who in {world.provider, world.facilitator}
        assert ("Add a part of the service" in see(world, who, "service")) == may
        part = see(world, who, "service_feature", world.feature.pk)
        assert ("Say how it stands now" in part) == may


@pytest.mark.parametrize("more", [0, 2])
def test_service_pages_take_the_same_queries(
    world: World, more: int, django_assert_num_queries
) -> None:
    decision = a_decision(world)
    for number in range(more + 1):
        part = a_part(world, f"Part {number}")
        for status in (FeatureStatus.PAUSED, FeatureStatus.CURRENT):
            turn(world, part, status, because=ref(decision), because_words="So it was decided")
    counts = {
        "service": 8,
        "service_json": 6,
        "service_difference": 12,
    }
    for name, count in counts.items():
        client = signed_in(world.carer)
        url = reverse(f"codesign:{name}", args=["norfolk"]) + "?from=2025-07-01&to=2026-01-01"
        client.get(url)
        with django_assert_num_queries(count):
            assert b"Part 0" in client.get(url).content


@pytest.mark.parametrize("more", [0, 2])
def test_service_feature_takes_the_same_queries(
    world: World, more: int, django_assert_num_queries
) -> None:
    decision = a_decision(world)
    for number in range(more + 1):
        turn(
            world,
            world.feature,
            FeatureStatus.CHANGED,
            f"Words {number}.",
            because=ref(decision),
            because_words="So it was decided",
        )
    client = signed_in(world.carer)
    url = reverse("codesign:service_feature", args=["norfolk", world.feature.pk])
    client.get(url)
    with django_assert_num_queries(9):
        assert client.get(url).content.count(b"So it was decided") == more + 1
