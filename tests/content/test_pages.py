"""The pages editors write: what they show to whom, in easy read too, and at what cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import ProposalStatus, StageKind
from codesign.models import Decision, DesignSession, Proposal, Stage
from content.models import GuidancePage, HomePage
from feedback.enums import AdaptationKind
from feedback.models import Adaptation, Theme
from portal import clock
from portal.enums import Role, Visibility
from portal.models import Participant
from tests.world import World

pytestmark = pytest.mark.django_db
EASY = [("idea", {"picture": "talk", "words": "Tell us what helps."})]


def sign_in(client: Client, participant: Participant) -> None:
    assert participant.user is not None
    client.force_login(participant.user)


def see(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def change(world: World, title: str, **fields: object) -> Adaptation:
    return Adaptation.objects.create(
        **{
            "partnership": world.partnership,
            "feature": world.feature,
            "kind": AdaptationKind.ADDED,
            "title": title,
            "what": "A break on Sundays.",
            "why": "People asked for it.",
            "from_day": clock.today(),
            "drafted_by": world.provider,
            "published_by": world.provider,
            "published_at": clock.now(),
        }
        | fields
    )


def decide(world: World, title: str) -> Decision:
    return Decision.objects.create(
        partnership=world.partnership,
        workspace=world.workspace,
        title=title,
        what="Yes.",
        reasons="Because.",
        evidence="What people said.",
        how="The steering group",
        review_on=clock.today() + timedelta(days=90),
        drafted_by=world.facilitator,
        published_by=world.facilitator,
        published_at=clock.now(),
    )


def suggest(world: World, title: str, **fields: object) -> Proposal:
    return Proposal.objects.create(
        **{
            "partnership": world.partnership,
            "workspace": world.workspace,
            "title": title,
            "why": "It would help.",
            "by": world.carer,
            "status": ProposalStatus.OPEN,
        }
        | fields
    )


def open_session(world: World, **fields: object) -> DesignSession:
    return DesignSession.objects.create(
        **{
            "partnership": world.partnership,
            "workspace": world.workspace,
            "title": "An hour for ideas",
            "question": "What would a good break be?",
            "code": "7K3QDP",
            "opened_by": world.facilitator,
        }
        | fields
    )


# home


def test_home_shows_open_partnerships_and_the_box_for_a_code(client: Client) -> None:
    World()
    World(slug="closed", visibility=Visibility.PARTNERSHIP)
    text = see(client, "/")
    assert "Norfolk Partnership" in text
    assert "Closed Partnership" not in text
    assert f'action="{reverse("codesign:join")}"' in text
    assert text.count("<h1") == 1


def test_home_shows_changes_because_people_spoke_and_only_public_ones(client: Client) -> None:
    open_world, closed = World(), World(slug="closed", visibility=Visibility.PARTNERSHIP)
    change(open_world, "Sunday breaks")
    change(open_world, "New law", no_source_reason="The law changed.")
    change(open_world, "Half written", published_by=None, published_at=None)
    change(closed, "Behind the wall")
    text = see(client, "/")
    assert "Sunday breaks" in text
    for title in ("New law", "Half written", "Behind the wall"):
        assert title not in text


def test_home_says_so_when_there_is_nothing_yet(client: Client) -> None:
    text = see(client, "/")
    assert "No partnership is open to everyone yet." in text
    assert "Nothing has been published yet." in text


def test_home_shows_somebody_their_own_places_even_closed_ones(client: Client) -> None:
    world = World(slug="closed", visibility=Visibility.PARTNERSHIP)
    sign_in(client, world.carer)
    text = see(client, "/")
    assert "Your partnerships" in text
    assert "Closed Partnership" in text


@pytest.mark.parametrize("worlds", [1, 3])
def test_home_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: object, worlds: int
) -> None:
    for n in range(worlds):
        change(World(slug=f"place{n}"), f"Change {n}")
    see(client, "/")
    with django_assert_num_queries(7):  # type: ignore[operator]
        see(client, "/")


# a partnership


def test_the_front_page_shows_what_is_going_on_and_what_one_can_do(client: Client) -> None:
    world = World()
    change(world, "Sunday breaks")
    decide(world, "More breaks")
    Theme.objects.create(
        partnership=world.partnership,
        name="Tired",
        summary="People are worn out.",
        by=world.provider,
        voice_count=3,
    )
    text = see(client, "/norfolk/")
    for words in (
        world.partnership.question,
        "Breaks that really are a break",
        "Sunday breaks",
        "More breaks",
        "Tired",
        "Breakwater Care",
        reverse("feedback:leave_voice", args=["norfolk"]),
        reverse("feedback:change_log", args=["norfolk"]),
        reverse("codesign:join"),
    ):
        assert words in text
    assert text.count("<h1") == 1


def test_the_front_page_says_the_stage_now_and_what_comes_next(client: Client) -> None:
    world = World()
    today = clock.today()
    Stage.objects.create(
        workspace=world.workspace,
        kind=StageKind.DECIDE,
        opens_on=today + timedelta(days=11),
        closes_on=today + timedelta(days=30),
        sort_order=1,
    )
    text = see(client, "/norfolk/")
    assert "Suggest</span>" in text
    assert "Next: Decide, from" in text


def test_counts_of_people_pass_the_gate_for_visitors(client: Client) -> None:
    world = World()
    Theme.objects.create(
        partnership=world.partnership, name="Tired", summary="Worn out.", by=world.provider,
        voice_count=3,
    )  # fmt: skip
    for _n in range(10):
        world.person(Role.CARER)
    text = see(client, "/norfolk/")
    assert "People who said so: fewer than 8" in text
    who = text[text.index('id="who"') :]
    assert "about 10" in who  # 12 carers
    assert "fewer than 8" in who
    assert "Together: about 20" in who  # 21 in all
    sign_in(client, world.carer)
    assert "People who said so: 3" in see(client, "/norfolk/")


def test_an_empty_front_page_is_friendly(client: Client) -> None:
    World()
    text = see(client, "/norfolk/")
    for words in ("Nothing has changed yet.", "Nothing has been decided yet.", "You can be the"):
        assert words in text


@pytest.mark.parametrize("things", [1, 3])
def test_the_front_page_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: object, things: int
) -> None:
    world = World()
    for n in range(things):
        change(world, f"Change {n}")
        decide(world, f"Decision {n}")
        Theme.objects.create(
            partnership=world.partnership, name=f"Theme {n}", summary="So.", by=world.provider,
            voice_count=n + 1,
        )  # fmt: skip
    for n in range(things - 1):
        world.open_workspace(f"Space {n}")
    see(client, "/norfolk/")
    with django_assert_num_queries(16):  # type: ignore[operator]
        see(client, "/norfolk/")


# a workspace


def test_a_workspace_shows_its_stages_and_what_can_be_done_now(client: Client) -> None:
    world = World()
    suggest(world, "Sunday breaks")
    suggest(world, "Secret draft", status=ProposalStatus.DRAFT)
    decide(world, "More breaks")
    sign_in(client, world.carer)
    text = see(client, world.workspace.get_absolute_url())
    assert "You can suggest something, support what others suggest, and comment." in text
    assert reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk]) in text
    assert "Sunday breaks" in text
    assert "More breaks" in text
    assert "Secret draft" not in text
    assert 'aria-current="step"' in text


def test_a_workspace_offers_only_what_its_stage_opens(client: Client) -> None:
    world = World(stage=StageKind.DECIDE)
    sign_in(client, world.carer)
    text = see(client, world.workspace.get_absolute_url())
    assert reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk]) not in text
    assert "The partnership decides, and says why." in text


def test_a_visitor_is_asked_to_sign_in_to_suggest(client: Client) -> None:
    world = World()
    text = see(client, world.workspace.get_absolute_url())
    assert "Sign in to suggest something" in text
    assert "Record a decision" not in text


@pytest.mark.parametrize(("who", "sees"), [("facilitator", True), ("carer", False)])
def test_only_facilitators_find_their_acts_and_the_code(
    client: Client, settings: object, who: str, sees: bool
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]  # no second factor to set up
    world = World()
    session = open_session(world)
    sign_in(client, getattr(world, who))
    text = see(client, world.workspace.get_absolute_url())
    assert session.get_absolute_url() in text
    assert ("Open a session" in text) is sees
    assert ("Record a decision" in text) is sees
    assert ("7K3-QDP" in text.split("<main")[1]) is sees


def test_a_visitor_never_sees_the_code(client: Client) -> None:
    world = World()
    open_session(world)
    text = see(client, world.workspace.get_absolute_url())
    assert "A session is open now: An hour for ideas" in text
    assert "7K3-QDP" not in text
    assert "7K3QDP" not in text


@pytest.mark.parametrize("things", [1, 3])
def test_a_workspace_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: object, things: int
) -> None:
    world = World()
    for n in range(things):
        suggest(world, f"Idea {n}")
        decide(world, f"Decision {n}")
        open_session(world, code=f"7K3QD{n}")
    sign_in(client, world.carer)
    see(client, world.workspace.get_absolute_url())
    with django_assert_num_queries(29):  # type: ignore[operator]
        see(client, world.workspace.get_absolute_url())


# easy read


def switch_on(client: Client) -> None:
    client.cookies["easy-read"] = "1"


def test_easy_read_shows_the_twin_with_its_picture(client: Client) -> None:
    world = World()
    for page in (HomePage.objects.get(), world.page, world.workspace):
        page.easy_read = EASY
        page.save()
    for url in ("/", "/norfolk/", world.workspace.get_absolute_url()):
        assert "Tell us what helps." not in see(client, url)
    switch_on(client)
    for url in ("/", "/norfolk/", world.workspace.get_absolute_url()):
        text = see(client, url)
        assert "Tell us what helps." in text
        assert "portal/pictures/talk.svg" in text
        assert "no easy-read version" not in text
        assert text.count("<h1") == 1


def test_a_page_without_a_twin_says_so_plainly(client: Client) -> None:
    world = World()
    switch_on(client)
    for url in ("/", "/norfolk/", world.workspace.get_absolute_url()):
        assert "There is no easy-read version of this page yet." in see(client, url)


def test_a_guidance_page_shows_its_body_or_its_twin(client: Client) -> None:
    page = GuidancePage(
        title="How it works",
        slug="how",
        body=[("heading", "First"), ("text", "<p>Say <b>it</b>.</p>"), ("important", "Call 999.")],
        easy_read=EASY,
    )
    HomePage.objects.get().add_child(instance=page)
    text = see(client, "/how/")
    for markup in ('<h2 class="govuk-heading-m">First</h2>', "<b>it</b>", "Call 999."):
        assert markup in text
    switch_on(client)
    text = see(client, "/how/")
    assert "Tell us what helps." in text
    assert "First" not in text


# the wall


def test_a_closed_partnership_does_not_exist_for_visitors(client: Client) -> None:
    world = World(slug="closed", visibility=Visibility.PARTNERSHIP)
    for url in ("/closed/", world.workspace.get_absolute_url()):
        answer = client.get(url)
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]


def test_a_private_space_of_a_public_partnership_is_closed_to_visitors(client: Client) -> None:
    world = World()
    world.workspace.visibility = Visibility.PARTNERSHIP
    world.workspace.save()
    assert client.get(world.workspace.get_absolute_url()).status_code == 302
    assert "Breaks that really are a break" not in see(client, "/norfolk/")
    sign_in(client, world.carer)
    assert "Breaks that really are a break" in see(client, "/norfolk/")
    assert client.get(world.workspace.get_absolute_url()).status_code == 200


def test_markup_of_participants_is_shown_not_obeyed(client: Client) -> None:
    world = World()
    world.partnership.summary = world.partnership.how_to_take_part = "<script>alert(1)</script>"
    world.partnership.save()
    suggest(world, "<img src=x onerror=alert(1)>", why="<b>bold</b>")
    change(world, "<svg onload=alert(1)>")
    for url in ("/", "/norfolk/", world.workspace.get_absolute_url()):
        text = see(client, url)
        for raw in ("<script>alert", "<img src=x", "<b>bold", "<svg onload"):
            assert raw not in text
