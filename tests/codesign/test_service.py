"""The service as it is: its parts, how each stands from a day on, and why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from codesign.enums import FeatureStatus
from codesign.models import FeatureVersion
from codesign.operations import features
from codesign.queries.features import service_on
from portal import clock, permissions, record
from portal.models import RecordContent, RecordEntry, ref
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_add_service_feature_is_recorded_and_named_once(world: World) -> None:
    added = features.add_service_feature(
        name="Phone line", summary="Somebody to ring.", words="Nine to five.", by=world.provider
    )
    entries = RecordEntry.objects.filter(subject=ref(added)).order_by("seq")
    kinds = ["service_feature_added", "service_feature_changed"]
    assert [entry.kind for entry in entries] == kinds
    assert "Nine to five." not in "".join(entry.line for entry in entries)
    words = RecordContent.objects.filter(seq__in=[entry.seq for entry in entries])
    assert {"words": "Nine to five."} in [kept.content for kept in words]
    with pytest.raises(features.UnableToAddServiceFeature, match="already"):
        features.add_service_feature(
            name="Phone line", summary="Again.", words="Again.", by=world.provider
        )


def test_change_service_feature_counts_from_its_day(world: World) -> None:
    today = clock.today()
    features.change_service_feature(
        feature=world.feature,
        status=FeatureStatus.CHANGED,
        words="Four hours a week.",
        from_day=today + timedelta(days=7),
        because="adaptation:1",
        because_words="Longer breaks",
        because_url="/p/norfolk/changes/1/",
        by=world.provider,
    )
    (now,) = service_on(world.partnership, today)
    (then,) = service_on(world.partnership, today + timedelta(days=7))
    assert now.version.words == "Three hours a week, booked by phone."
    assert (then.version.words, then.version.because_words) == (
        "Four hours a week.",
        "Longer breaks",
    )
    assert then.is_running


def test_of_two_changes_on_one_day_the_later_written_counts(world: World) -> None:
    for words in ("First thought.", "Second thought."):
        features.change_service_feature(
            feature=world.feature,
            status=FeatureStatus.PAUSED,
            words=words,
            from_day=clock.today(),
            by=world.provider,
        )
    (standing,) = service_on(world.partnership, clock.today())
    assert standing.version.words == "Second thought."
    assert not standing.is_running


def test_change_service_feature_is_refused_to_others(world: World) -> None:
    change = {
        "feature": world.feature,
        "status": FeatureStatus.ENDED,
        "words": "Gone.",
        "from_day": clock.today(),
    }
    with pytest.raises(permissions.PermissionRefused):
        features.change_service_feature(**change, by=world.carer)
    with pytest.raises(permissions.OutsidePartnership):
        features.change_service_feature(**change, by=World(slug="other").provider)


def test_change_service_feature_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        features.change_service_feature(
            feature=world.feature,
            status=FeatureStatus.ENDED,
            words="Gone.",
            from_day=clock.today(),
            by=world.provider,
        )
    assert FeatureVersion.objects.filter(feature=world.feature).count() == 1


@pytest.mark.parametrize("more", [0, 2])
def test_service_page_takes_the_same_queries(
    world: World, more: int, django_assert_num_queries
) -> None:
    for number in range(more):
        features.add_service_feature(
            name=f"Part {number}", summary="A part.", words="As it is.", by=world.provider
        )
    client = signed_in(world.carer)
    url = reverse("codesign:service", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(7):
        page = client.get(url).content.decode()
    assert page.count("As it is.") == more
