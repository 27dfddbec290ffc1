"""Journey: suggest, have the words changed by somebody else, and see what changed; drafts kept."""

import pytest
from playwright.sync_api import Page

from codesign.models import Proposal
from portal.models import Draft
from tests.codesign.test_lists import suggest
from tests.journeys.conftest import Sitter, axe_finds_nothing
from tests.world import World


def look(page: Page, name: str) -> None:
    """Both widths: nothing wrong, nothing wider than the screen."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        axe_finds_nothing(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name}: {wide} wide at {width}"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_change_is_suggested_taken_up_and_shown(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    def see(page: Page, name: str) -> None:
        if javascript:  # axe is a script itself
            look(page, name)

    carer = sit_down(world.carer, width=390, javascript=javascript)
    carer.open(f"/norfolk/{world.workspace.slug}/")
    carer.follow("Suggest something")
    see(carer.page, "new")
    carer.write("What would help?", "A café for carers")
    carer.write("Why does it matter?", "There is nowhere to go on Saturdays.")
    carer.press("Share it now")
    carer.reads("Your suggestion is now open")
    see(carer.page, "opened")
    carer.follow("Change the words or say more")
    carer.write("Who is it for?", "Carers who work")
    carer.write("Easy-read version", "We meet.\nWe drink tea.")
    see(carer.page, "edit")
    carer.press("Save the words")
    carer.reads("Carers who work")

    proposal = Proposal.objects.get()
    neighbour = sit_down(world.service_user, width=390, javascript=javascript)
    neighbour.open(proposal.get_absolute_url())
    neighbour.press("Support")
    neighbour.follow("Suggest a change to the words")
    see(neighbour.page, "amend")
    neighbour.write("Why does it matter?", "There is nowhere to go on Sundays either.")
    neighbour.write("Why would this be better?", "Many of us work on Saturdays.")
    neighbour.press("Send to the authors")
    neighbour.reads("Thank you. The authors are asked for an answer.")
    see(neighbour.page, "amendment")

    carer.open(proposal.get_absolute_url())
    see(carer.page, "waiting")
    carer.follow("Look at it and answer")
    carer.follow("Yes, or yes with other words")
    see(carer.page, "accept")
    carer.press("Change the words")
    carer.reads("The words are changed. Everybody concerned is told.")
    carer.reads("Sam suggested the change.")

    neighbour.open(proposal.get_absolute_url())
    neighbour.reads("That was after you supported it.")
    see(neighbour.page, "changed")
    neighbour.follow("See what changed")
    neighbour.reads("Suggested by")
    see(neighbour.page, "versions")
    neighbour.follow("Compare the first words with those of today")
    see(neighbour.page, "difference")


def test_words_are_kept_while_they_are_typed_and_go_on_on_another_device(
    world: World, sit_down: Sitter
) -> None:
    phone = sit_down(world.carer, width=390)
    path = f"/p/norfolk/workspaces/{world.workspace.pk}/proposals/new/"
    phone.open(path)
    phone.write("What would help?", "A tea dance")
    phone.reads("Kept. You can go on later, on any device.")
    assert Draft.objects.get().fields == {"title": "A tea dance"}
    look(phone.page, "kept")

    laptop = sit_down(world.carer)
    laptop.open(path)
    laptop.reads("We kept the words you had not sent.")
    assert laptop.page.get_by_label("What would help?").input_value() == "A tea dance"
    look(laptop.page, "kept-elsewhere")
    laptop.write("Why does it matter?", "We like to dance.")
    laptop.press("Save as a draft")
    laptop.reads("Only you see it until you share it")
    laptop.page.wait_for_timeout(3500)  # longer than the pause after which words are kept
    assert not Draft.objects.exists()
    laptop.open(path)
    assert laptop.page.get_by_label("What would help?").input_value() == ""


def test_words_that_are_thrown_away_are_gone_here_too(world: World, sit_down: Sitter) -> None:
    carer = sit_down(world.carer)
    path = f"/p/norfolk/workspaces/{world.workspace.pk}/proposals/new/"
    carer.open(path)
    carer.write("What would help?", "A tea dance")
    carer.reads("Kept. You can go on later, on any device.")
    carer.open(path)
    carer.press("Throw these words away")
    carer.page.wait_for_load_state()
    assert carer.page.get_by_label("What would help?").input_value() == ""
    assert not Draft.objects.exists()


def test_words_stay_in_this_tab_when_something_similar_is_shown(
    world: World, sit_down: Sitter
) -> None:
    theirs = suggest(world, "A café morning for carers", by=world.service_user)
    carer = sit_down(world.carer)
    path = f"/p/norfolk/workspaces/{world.workspace.pk}/proposals/new/"

    def written() -> str:
        return carer.page.get_by_label("What would help?").input_value()

    carer.open(path)
    carer.write("What would help?", "A café morning on Saturdays")
    carer.reads("Is it one of these?")
    assert not Draft.objects.exists()  # only this tab has the words yet
    carer.open(path)
    assert written() == "A café morning on Saturdays"

    # Supporting the other one from inside the form sends none of the words either.
    carer.write("What would help?", "A café morning on Sundays")
    carer.press("Support this instead")
    carer.reads("You support this now.")
    theirs.refresh_from_db()
    assert theirs.support_count == 1
    Draft.objects.all().delete()
    carer.open(path)
    assert written() == "A café morning on Sundays"
