"""Setting up a site, and publishing a partnership's front page."""

import pytest
from django.core.management import call_command
from django.test import Client

from content import operations
from content.models import GuidancePage, HomePage, PartnershipPage
from portal import record
from portal.enums import Visibility
from portal.models import RecordEntry
from portal.operations import people

pytestmark = pytest.mark.django_db
SLUGS = {"help", "how-decisions-are-made", "accessibility", "privacy", "leaving-quickly"}


def test_set_up_site_makes_the_guidance_pages_with_their_twins(client: Client) -> None:
    made = operations.set_up_site()
    assert {page.slug for page in made} == SLUGS
    for page in made:
        assert page.has_easy_read
        assert client.get(f"/{page.slug}/").status_code == 200
    client.cookies["easy-read"] = "1"
    assert "no easy-read version" not in client.get("/").content.decode()


def test_set_up_site_puts_four_pages_into_the_footer(client: Client) -> None:
    operations.set_up_site()
    footer = client.get("/").content.decode().split("<footer")[1]
    for slug in SLUGS - {"leaving-quickly"}:
        assert f"/{slug}/" in footer
    assert "/leaving-quickly/" not in footer


def test_set_up_site_again_changes_nothing_that_editors_wrote() -> None:
    operations.set_up_site()
    page = GuidancePage.objects.get(slug="help")
    page.title = "How to use this"
    page.save()
    assert operations.set_up_site() == []
    assert GuidancePage.objects.get(slug="help").title == "How to use this"
    assert GuidancePage.objects.count() == len(SLUGS)


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("set_up_site")
    assert "Added “Privacy notice” at /privacy/" in capsys.readouterr().out
    call_command("set_up_site")
    assert "Every page is there already." in capsys.readouterr().out


def test_the_easy_read_twin_keeps_to_one_short_idea_a_line() -> None:
    operations.set_up_site()
    for page in [HomePage.objects.get(), *GuidancePage.objects.all()]:
        for block in page.easy_read:
            assert len(block.value["words"].split()) <= 15, block.value["words"]


def test_publish_partnership_page_answers_at_the_partnerships_own_address(client: Client) -> None:
    partnership = people.found_partnership(
        slug="tees",
        name="Tees",
        question="What helps?",
        summary="So.",
        visibility=Visibility.PUBLIC,
    )
    page = operations.publish_partnership_page(
        partnership=partnership,
        body=[("heading", "How it began")],
        easy_read=[("idea", {"picture": "talk", "words": "Tell us."})],
    )
    assert page.live
    text = client.get(partnership.get_absolute_url()).content.decode()
    assert "How it began" in text
    entry = RecordEntry.objects.get(kind="partnership_page_published")
    assert entry.subject == f"partnership:{partnership.pk}"


def test_publish_partnership_page_again_puts_new_words_on_the_same_page() -> None:
    partnership = people.found_partnership(
        slug="tees",
        name="Tees",
        question="What helps?",
        summary="So.",
        visibility=Visibility.PUBLIC,
    )
    first = operations.publish_partnership_page(partnership=partnership, body=[("heading", "Old")])
    second = operations.publish_partnership_page(partnership=partnership, body=[("heading", "New")])
    assert first.pk == second.pk
    assert [block.value for block in PartnershipPage.objects.get().body] == ["New"]


def test_publish_partnership_page_writes_nothing_when_the_record_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    partnership = people.found_partnership(
        slug="tees", name="Tees", question="What helps?", summary="So."
    )

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        operations.publish_partnership_page(partnership=partnership)
    assert not PartnershipPage.objects.exists()
