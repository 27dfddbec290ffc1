"""Two suggestions that say the same become one, and nobody's support or words are lost."""

import pytest

from codesign.enums import ProposalStatus
from codesign.models import Proposal, Support
from codesign.operations import comments, proposals, supports
from portal.models import Participant
from tests.journeys.conftest import Sitter, axe_finds_nothing
from tests.world import World


def suggested(world: World, title: str, by: Participant) -> Proposal:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title=title, why="We would go.", by=by
    )
    return proposals.open_proposal(proposal=drafted, by=by)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_a_facilitator_merges_two_suggestions(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    slow = suggested(world, "Slow football on Thursdays", world.carer)
    walking = suggested(world, "Walking football", world.service_user)
    for proposal in (slow, walking):
        supports.support_proposal(proposal=proposal, by=world.provider)
    supports.support_proposal(proposal=walking, by=world.partner)
    comments.comment_on_proposal(proposal=walking, text="My knees would come.", by=world.partner)

    facilitator = sit_down(world.facilitator, javascript=javascript)
    facilitator.open(slow.get_absolute_url())
    facilitator.follow("Merge others into this one")
    facilitator.write("Look for suggestions by their words", "football")
    facilitator.press("Look")
    facilitator.page.get_by_label("Walking football").check(force=True)
    if javascript:
        axe_finds_nothing(facilitator.page)
    facilitator.press("Merge them")
    facilitator.reads("Please answer “Why?”")  # nothing is merged without a reason
    assert facilitator.page.get_by_label("Walking football").is_checked()
    facilitator.page.get_by_label("Why?", exact=True).fill("Both mean the same game.")
    facilitator.press("Merge them")
    facilitator.reads("Also suggested by")

    walking.refresh_from_db()
    slow.refresh_from_db()
    assert walking.status == ProposalStatus.MERGED
    people = set(Support.objects.filter(proposal=slow).values_list("participant", flat=True))
    assert people == {world.provider.pk, world.partner.pk, world.service_user.pk}
    assert slow.support_count == 3

    # Whoever wrote or supported the other one finds it where it was, and is led on.
    neighbour = sit_down(world.service_user, width=390, javascript=javascript)
    neighbour.open(walking.get_absolute_url())
    neighbour.reads("Both mean the same game.")
    neighbour.reads("My knees would come.")
    if javascript:
        axe_finds_nothing(neighbour.page)
    neighbour.page.get_by_role("link", name="Slow football on Thursdays").first.click()
    neighbour.reads("We would go.")
