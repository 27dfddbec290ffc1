"""A facilitator sets up a space, moves a stage and asks somebody in; axe looks at every page."""

from datetime import timedelta

import pytest

from codesign.enums import OpenTo
from codesign.models import Member, Workspace
from codesign.operations import members
from portal import clock
from portal.enums import Visibility
from tests.journeys.conftest import Sitter, Somebody, axe_finds_nothing
from tests.things import Things
from tests.world import World

SIZES = pytest.mark.parametrize(("width", "javascript"), [(390, True), (390, False), (1280, True)])


def fits(somebody: Somebody, javascript: bool) -> None:
    """Nothing wider than the screen, and nothing for axe to say, which needs JavaScript itself."""
    if javascript:
        page = somebody.page
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
        axe_finds_nothing(page)


@SIZES
def test_a_space_is_set_up_moved_and_filled_with_people(
    world: World, sit_down: Sitter, width: int, javascript: bool
) -> None:
    gill = sit_down(world.facilitator, width=width, javascript=javascript)
    gill.open("/norfolk/")
    gill.follow("Open a new space")
    fits(gill, javascript)
    gill.page.get_by_label("Fix one problem").check(force=True)
    gill.press("Go on")
    fits(gill, javascript)
    gill.write("What is the space called?", "Buses in the evening")
    gill.press("Open the space")
    gill.reads("The space is ready.")
    fits(gill, javascript)
    made = Workspace.objects.get(title="Buses in the evening")

    gill.page.get_by_role("link", name="Move this stage").nth(1).click()
    fits(gill, javascript)
    day = clock.today() + timedelta(days=3)
    gill.write("Which day instead?", f"{day:%Y-%m-%d}")
    gill.press("Move it, and tell everybody")
    gill.reads("There is a problem")
    gill.write("Why?", "The hall is free then.")
    gill.press("Move it, and tell everybody")
    gill.reads("The hall is free then.")

    gill.follow("Who may take part")
    gill.follow("Change who may take part or read")
    fits(gill, javascript)
    gill.page.get_by_label("People who are invited").check(force=True)
    gill.press("Save")
    gill.reads("People who were asked in can take part.")
    gill.page.get_by_label("Maureen").check(force=True)
    gill.press("Ask them in")
    gill.reads("1 person was asked in.")
    fits(gill, javascript)
    assert Member.objects.get(workspace=made).participant == world.carer

    outside = sit_down(world.commissioner, width=width, javascript=javascript)
    outside.open(made.get_absolute_url())
    outside.reads("We cannot find that page")
    inside = sit_down(world.carer, width=width, javascript=javascript)
    inside.open(made.get_absolute_url())
    inside.reads(made.question)
    fits(inside, javascript)


@SIZES
def test_every_page_of_a_space_reads_well(
    world: World, sit_down: Sitter, width: int, javascript: bool
) -> None:
    things = Things(world)
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.ROLES,
        roles=["carer", "service_user"],
        visibility=Visibility.PUBLIC,
        by=world.facilitator,
    )
    space = world.workspace.pk
    gill = sit_down(world.facilitator, width=width, javascript=javascript)
    for path in (
        world.workspace.get_absolute_url(),
        "/p/norfolk/workspaces/",
        f"/p/norfolk/workspaces/{space}/edit/",
        f"/p/norfolk/workspaces/{space}/people/",
        f"/p/norfolk/workspaces/{space}/people/{things.member.participant_id}/remove/",
        f"/p/norfolk/workspaces/{space}/next-round/",
        f"/p/norfolk/workspaces/{space}/end/",
    ):
        gill.open(path)
        fits(gill, javascript)
    visitor = sit_down(width=width, javascript=javascript)
    visitor.open(world.workspace.get_absolute_url())
    fits(visitor, javascript)
