"""A secret vote found again by its receipt, and a paper card."""

import pytest
from django.urls import reverse

from codesign.models import RollEntry
from codesign.queries.rolls import card_codes
from tests.codesign import ballot as made
from tests.journeys import keyboard
from tests.journeys.conftest import Sitter, axe_finds_nothing
from tests.world import World

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])


@SCRIPTS
def test_a_secret_vote_is_found_by_its_receipt(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    ballot, people = made.a_secret_ballot(world)
    voter = sit_down(people[0], width=390, javascript=javascript)
    address = reverse("codesign:cast_ballot", args=["norfolk", ballot.pk])
    voter.open(address)
    voter.reads("It is final.")
    keyboard.tick(voter.page, "input[name=chosen][value='2']")
    keyboard.press(voter.page, "form.tl-vote button:not([name])")
    voter.reads("Is this what you want?")
    voter.reads("Longer breaks")
    keyboard.press(voter.page, "button[name=sure]")
    voter.reads("We show it only this once.")
    receipt = voter.page.locator(".tl-code--receipt").inner_text()
    if javascript:
        axe_finds_nothing(voter.page)
    voter.open(address)
    voter.reads("A secret vote is final.")
    assert receipt.replace(" ", "") not in voter.page.content()

    made.voting(ballot, [(person, ["1"]) for person in people[1:]])
    made.closed(world, ballot)
    voter.open(reverse("codesign:ballot_votes", args=["norfolk", ballot.pk]))
    voter.write("The code of your vote", receipt)
    voter.press("Find it")
    voter.reads("This vote was counted")
    yours = voter.page.locator("section[aria-labelledby=yours]")
    assert "Longer breaks" in yours.inner_text()
    if javascript:
        axe_finds_nothing(voter.page)


@SCRIPTS
def test_a_paper_card_votes_once_by_the_address_in_its_square_code(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    ballot = made.a_ballot_with_cards(world)
    address = reverse("codesign:cast_by_card", args=[card_codes(ballot)[0].code])
    stranger = sit_down(None, width=390, javascript=javascript)
    stranger.open(address)
    keyboard.tick(stranger.page, "input[name=chosen][value='1']")
    if javascript:
        axe_finds_nothing(stranger.page)
    keyboard.press(stranger.page, "form.tl-vote button:not([name])")
    keyboard.press(stranger.page, "button[name=sure]")
    stranger.reads("Your vote is cast")
    assert RollEntry.objects.filter(ballot=ballot, voted=True).count() == 1
    stranger.open(address)
    stranger.reads("This card has been used.")
    assert RollEntry.objects.filter(ballot=ballot, voted=True).count() == 1
