"""The change log as an Atom feed."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.enums import Visibility
from tests.feedback.test_adaptations import a_draft, a_published
from tests.feedback.test_measures import a_review
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(slug: str, client: Client | None = None) -> ElementTree.Element:
    answer = (client or Client()).get(reverse("feedback:change_log_feed", args=[slug]))
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content)


def test_change_log_feed_has_lasting_ids_and_true_dates(world: World) -> None:
    with clock.at(clock.now() - timedelta(days=40)):
        published = a_published(world, title="Save <b> & go", what="Keep them.\n\n<script>x")
    a_draft(world, title="Not yet")
    tree = feed("norfolk")
    (entry,) = tree.findall("a:entry", ATOM)
    day = published.published_at.date()
    assert entry.findtext("a:id", namespaces=ATOM) == (
        f"tag:127.0.0.1,{day:%Y-%m-%d}:norfolk/adaptation/{published.pk}"
    )
    assert entry.findtext("a:title", namespaces=ATOM) == "Changed: Save <b> & go"
    assert "&lt;script&gt;x" in (entry.findtext("a:summary", namespaces=ATOM) or "")
    stamp = published.published_at.isoformat()
    assert entry.findtext("a:published", namespaces=ATOM) == stamp
    assert entry.findtext("a:updated", namespaces=ATOM) == stamp
    assert tree.findtext("a:updated", namespaces=ATOM) == stamp
    review = a_review(world, published)
    tree = feed("norfolk")
    changed = review.at.isoformat()
    assert tree.findtext("a:entry/a:updated", namespaces=ATOM) == changed
    assert tree.findtext("a:entry/a:published", namespaces=ATOM) == stamp


def test_an_empty_feed_is_as_old_as_its_partnership(world: World) -> None:
    founded = world.partnership.created_at.isoformat()
    assert feed("norfolk").findtext("a:updated", namespaces=ATOM) == founded


def test_change_log_feed_of_a_closed_partnership_is_for_its_people(world: World) -> None:
    closed = World(slug="closed", visibility=Visibility.PARTNERSHIP)
    a_published(closed)
    url = reverse("feedback:change_log_feed", args=["closed"])
    assert Client().get(url).status_code == 302
    assert signed_in(world.carer).get(url).status_code == 404
    assert len(feed("closed", signed_in(closed.carer)).findall("a:entry", ATOM)) == 1
    assert Client().post(reverse("feedback:change_log_feed", args=["norfolk"])).status_code == 405
