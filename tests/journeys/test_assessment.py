"""Assess: two people judge alone, the facilitator shows both at once, a carer reads it.

And the service: a provider writes down what became of a part, and a visitor compares two days.
"""

from datetime import timedelta

import pytest

from codesign.enums import FeatureStatus
from codesign.models import Criterion, FeatureVersion, Proposal
from codesign.operations import features
from portal import clock
from tests.codesign.test_proposals import an_open_proposal
from tests.journeys.conftest import Sitter, Somebody, axe_finds_nothing
from tests.world import World


def judge(somebody: Somebody, number: int, because: str) -> None:
    """Choose the same number for every question, by its radio's own label, and say why."""
    somebody.follow("Say what you think of it")
    for criterion in Criterion.objects.all():
        radio = somebody.page.locator(f"[name=score_{criterion.pk}][value='{number}']")
        radio.check(force=True)
        somebody.page.locator(f"[name=reason_{criterion.pk}]").fill(because)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_two_assess_alone_and_a_carer_reads_both(
    world: World, sit_down: Sitter, width: int, javascript: bool
) -> None:
    def seat(who: object) -> Somebody:
        return sit_down(who, width=width, javascript=javascript)

    def looked_at(somebody: Somebody) -> None:
        if javascript:  # axe is a script itself
            axe_finds_nothing(somebody.page)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not somebody.page.evaluate(wide)

    proposal = an_open_proposal(world)

    # What is judged by is agreed first, beginning with the usual four.
    facilitator = seat(world.facilitator)
    facilitator.open(proposal.get_absolute_url())
    facilitator.follow("What suggestions are judged by")
    facilitator.follow("Agree on the questions")
    looked_at(facilitator)
    facilitator.write("Short name of question 5", "Kindness")
    facilitator.press("Use these questions")
    facilitator.reads("or empty all of question 5")
    looked_at(facilitator)
    facilitator.write("Question 5 in full", "Would people feel looked after?")
    facilitator.write("What a 1 means in question 5", "They would feel like a number")
    facilitator.write("What a 5 means in question 5", "They would feel at home")
    facilitator.press("Use these questions")
    facilitator.reads("They would feel at home")
    looked_at(facilitator)

    # A provider and a commissioner each say what they think, and see nothing of the other.
    provider = seat(world.provider)
    provider.open(proposal.get_absolute_url())
    judge(provider, 2, "We have no driver on Saturdays.")
    looked_at(provider)
    provider.press("Send what I think")
    provider.reads("Nobody else sees this until a facilitator publishes it.")
    looked_at(provider)
    commissioner = seat(world.commissioner)
    commissioner.open(f"/p/{world.slug}/assess/")
    looked_at(commissioner)
    judge(commissioner, 5, "The hall is ours and stands empty.")
    commissioner.press("Send what I think")
    commissioner.open(proposal.get_absolute_url())
    assert "no driver" not in commissioner.page.content()

    # The facilitator sees who has, and shows both at once.
    facilitator.open(proposal.get_absolute_url())
    facilitator.follow("Who has assessed what in this space")
    facilitator.reads("You can publish it")
    assert "no driver" not in facilitator.page.content()
    looked_at(facilitator)
    facilitator.follow("Publish what they think")
    looked_at(facilitator)
    facilitator.press("Publish and tell everyone")
    facilitator.reads("those it concerns were told")
    assert Proposal.objects.get().assessments_published_at is not None

    # The carer whose idea it is was told, and reads where they disagree and why.
    carer = seat(world.carer)
    carer.open(f"/p/{world.slug}/notices/")
    carer.follow("Providers and commissioners have said what they think")
    carer.reads("They disagree about “Cost”: Priya says 2, Colin says 5.")
    carer.reads("We have no driver on Saturdays.")
    carer.reads("The hall is ours and stands empty.")
    looked_at(carer)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_the_service_is_written_down_and_compared(
    world: World, sit_down: Sitter, width: int, javascript: bool
) -> None:
    today = clock.today()
    line = features.add_service_feature(
        name="Phone line",
        summary="Somebody to ring.",
        words="Open on Mondays, nine to five.",
        from_day=today - timedelta(days=500),
        by=world.provider,
    )
    features.add_service_feature(
        name="Fax line",
        summary="Somebody to write to.",
        words="At all hours.",
        status=FeatureStatus.ENDED,
        from_day=today - timedelta(days=100),
        by=world.provider,
    )
    provider = sit_down(world.provider, width=width, javascript=javascript)
    provider.open(f"/p/{world.slug}/service/")
    offered = provider.page.get_by_role("link", name="Say how it stands now")
    offered.filter(has_text="Phone line").click()
    provider.page.get_by_label("Running, changed").check(force=True)
    provider.write("What is it like?", "Open on Mondays and Tuesdays, nine to one.")
    if javascript:
        axe_finds_nothing(provider.page)
    provider.press("Put it in the description")
    provider.reads("Open on Mondays and Tuesdays, nine to one.")
    assert FeatureVersion.objects.filter(feature=line).count() == 2

    visitor = sit_down(None, width=width, javascript=javascript)
    visitor.open(f"/p/{world.slug}/service/")
    if javascript:
        axe_finds_nothing(visitor.page)
    day = today - timedelta(days=30)
    visitor.page.get_by_label("Show the service as it was").fill(f"{day:%Y-%m-%d}")
    visitor.press("Show that day")
    visitor.reads("Open on Mondays, nine to five.")
    visitor.follow("What became of it between two days")
    visitor.reads("New: 1, Changed: 1, Ended: 1")
    if javascript:
        axe_finds_nothing(visitor.page)
    visitor.page.get_by_role("link", name="Phone line").click()
    visitor.reads("How it came to be like this")
    if javascript:
        axe_finds_nothing(visitor.page)
