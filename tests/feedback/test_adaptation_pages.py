"""Pages about adaptations: the change log, one entry, and publishing by posting forms."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback.enums import AdaptationKind
from feedback.models import Adaptation
from feedback.operations import adaptations, measures
from portal import clock
from portal.enums import Visibility
from tests.feedback.test_adaptations import a_draft, a_published, a_theme, a_thread
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


# Reading.


def test_change_log_is_newest_published_first_by_month(world: World) -> None:
    drafted_first = a_draft(world, title="Drafted first", no_source_reason="A rule.")
    with clock.at(clock.now() - timedelta(days=70)):
        a_published(world, title="Published first", from_day=date(2024, 1, 5))
    adaptations.publish_adaptation(adaptation=drafted_first, by=world.provider)
    page = Client().get(reverse("feedback:change_log", args=["norfolk"])).content.decode()
    assert page.index("Drafted first") < page.index("Published first")
    assert f"{clock.today():%B %Y}" in page


def test_change_log_pages_by_the_day_of_publishing(world: World) -> None:
    for number in range(23):
        with clock.at(clock.now() - timedelta(days=number)):
            a_published(world, title=f"Change number {number:02}.")
    log = reverse("feedback:change_log", args=["norfolk"])
    first = Client().get(log, {"kind": "changed"})
    assert [e.adaptation.title[-3:] for e in first.context["entries"]] == [
        f"{n:02}." for n in range(20)
    ]
    later = Client().get(log + first.context["page"].older)
    assert [e.adaptation.title[-3:] for e in later.context["entries"]] == ["20.", "21.", "22."]
    assert later.context["page"].older == ""


def test_change_log_shows_one_kind_or_one_part_of_the_service(world: World) -> None:
    a_published(world, title="A yes")
    a_published(world, kind=AdaptationKind.CANNOT, title="A no")
    log = reverse("feedback:change_log", args=["norfolk"])
    only = Client().get(log, {"kind": "cannot"}).content.decode()
    assert "A no" in only
    assert "A yes" not in only
    assert "A yes" in Client().get(log, {"feature": world.feature.pk}).content.decode()
    nonsense = Client().get(log, {"kind": "'; --", "feature": "99999999999999999999"})
    assert nonsense.status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_change_log_costs_the_same_for_any_length(
    world: World, number: int, django_assert_num_queries: Any
) -> None:
    thread = a_thread(world)
    for _each in range(number):
        a_published(
            world,
            decisions=[thread.decision],
            themes=[thread.theme],
            proposals=[thread.proposal],
        )
    client = signed_in(world.carer)
    url = reverse("feedback:change_log", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(10):
        client.get(url)


def test_visitors_read_public_change_logs_only(world: World) -> None:
    mine = a_published(world)
    closed = World(slug="closed", visibility=Visibility.PARTNERSHIP)
    theirs = a_published(closed)
    assert Client().get(mine.get_absolute_url()).status_code == 200
    assert Client().get(theirs.get_absolute_url()).status_code == 302
    assert signed_in(world.carer).get(theirs.get_absolute_url()).status_code == 404
    across = reverse("feedback:adaptation", args=["norfolk", theirs.pk])
    assert Client().get(across).status_code == 404


def test_visitors_see_no_source_from_a_closed_space(world: World) -> None:
    thread = a_thread(world)
    published = a_published(world, decisions=[thread.decision], proposals=[thread.proposal])
    world.workspace.visibility = Visibility.PARTNERSHIP
    world.workspace.save()
    assert (
        "Let us save our hours"
        in signed_in(world.carer).get(published.get_absolute_url()).content.decode()
    )
    seen = Client().get(published.get_absolute_url()).content.decode()
    assert "Let us save our hours" not in seen
    assert "Hours can be saved" not in seen


def test_adaptation_page_says_why_i_was_told(world: World) -> None:
    published = a_published(world, decisions=[a_thread(world).decision])
    mine = signed_in(world.carer).get(published.get_absolute_url()).content.decode()
    assert "because you suggested “Let us save our hours”." in mine
    others = signed_in(world.evaluator).get(published.get_absolute_url()).content.decode()
    assert "We told you" not in others


def test_adaptation_page_tells_the_story_in_order(world: World) -> None:
    thread = a_thread(world)
    published = a_published(
        world,
        decisions=[thread.decision],
        themes=[thread.theme],
        proposals=[thread.proposal],
        expected="Ten more carers by May.",
    )
    measures.review_adaptation(
        adaptation=published,
        verdict="no_clear_change_yet",
        words="Three of seven points.",
        participants_say="It is better.",
        what_next="keep",
        by=world.evaluator,
    )
    page = Client().get(published.get_absolute_url()).content.decode()
    story = [
        "Too short",
        "Let us save our hours",
        "Hours can be saved",
        "You can keep your hours",
        "Ten more carers by May.",
        "It is better.",
        "Three of seven points.",
    ]
    places = [page.index(words) for words in story]
    assert places == sorted(places)


# By clicking, without JavaScript.


def fields(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "changed",
        "feature": world.feature.pk,
        "title": "Save up your hours",
        "what": "You can keep your hours.",
        "why": "Three hours is no break.",
        "from_day": clock.today().isoformat(),
    } | changed


def test_an_adaptation_is_drafted_previewed_and_published_by_posting_forms(world: World) -> None:
    thread = a_thread(world)
    client = signed_in(world.provider)
    new = reverse("feedback:draft_adaptation", args=["norfolk"])
    assert client.post(new, fields(world, title="")).status_code == 422
    without_words = client.post(new, fields(world, feature_status="changed"))
    assert "Say what it is like then" in without_words.content.decode()
    saved = client.post(
        new, fields(world, decisions=[thread.decision.pk], themes=[thread.theme.pk])
    )
    draft = Adaptation.objects.get()
    publish = reverse("feedback:publish_adaptation", args=["norfolk", draft.pk])
    assert saved.url == publish
    preview = client.get(publish)
    assert [
        each.participant.display_name for each in preview.context["concerned"] if each.participant
    ] == [
        "Sam",
        "Maureen",
        "Colin",
        "Funmi",
    ]
    done = client.post(publish, follow=True)
    assert "People told: 4." in done.content.decode()
    assert "Anonymous voices answered: fewer than 8." in done.content.decode()
    assert client.get(publish).status_code == 302


def test_draft_adaptation_starts_from_what_it_was_asked_about(world: World) -> None:
    theme = a_theme(world)
    url = reverse("feedback:draft_adaptation", args=["norfolk"])
    form = signed_in(world.provider).get(f"{url}?theme={theme.pk}&theme=x").context["form"]
    assert form["themes"].value() == [theme.pk]
    foreign = a_theme(World(slug="other"), "Theirs")
    offered = signed_in(world.provider).get(f"{url}?theme={foreign.pk}").context["form"]
    assert list(offered.fields["themes"].queryset) == [theme]


def test_saying_what_cannot_be_done_asks_other_questions(world: World) -> None:
    theme = a_theme(world)
    client = signed_in(world.provider)
    url = reverse("feedback:draft_adaptation", args=["norfolk"]) + "?kind=cannot"
    page = client.get(url)
    assert "We can’t, because …" in page.content.decode()
    assert {"kind", "feature_status", "feature_words"}.isdisjoint(page.context["form"].fields)
    client.post(url, fields(world, feature_status="ended", themes=[theme.pk]))
    draft = Adaptation.objects.get()
    assert draft.is_refusal
    assert draft.feature_status == ""
    edit = reverse("feedback:edit_adaptation", args=["norfolk", draft.pk])
    assert client.get(edit).context["form"]["themes"].value() == [theme.pk]
    client.post(edit, fields(world, title="We can’t pay for it", themes=[theme.pk]))
    draft.refresh_from_db()
    assert (draft.title, draft.kind) == ("We can’t pay for it", "cannot")


def test_publish_adaptation_without_a_source_says_so_on_the_page(world: World) -> None:
    draft = a_draft(world)
    client = signed_in(world.provider)
    answer = client.post(reverse("feedback:publish_adaptation", args=["norfolk", draft.pk]))
    assert answer.status_code == 409
    assert "where this came from" in answer.content.decode()


def test_the_second_of_two_publishers_is_told_kindly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = a_draft(world, no_source_reason="A new rule.")
    url = reverse("feedback:publish_adaptation", args=["norfolk", draft.pk])
    second = signed_in(world.person(world.provider.role, name="Petra"))
    assert second.get(url).status_code == 200  # both have the page open
    signed_in(world.provider).post(url)
    answer = second.post(url)
    assert answer.status_code == 409
    assert "Priya has published this already." in answer.content.decode()
