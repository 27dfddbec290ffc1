"""Somebody votes by each method with the keyboard alone, and somebody else without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from codesign.enums import BallotMethod
from codesign.models import Ballot, NamedVote
from tests.codesign import ballot as made
from tests.journeys import keyboard
from tests.journeys.conftest import Sitter, axe_finds_nothing
from tests.world import World

M = BallotMethod
CAST = "form.tl-vote button.govuk-button:not([name])"  # all others only help to fill it in


def _tick(page: Page) -> None:
    keyboard.tick(page, "input[name=chosen][value='3']")
    keyboard.tick(page, "input[name=chosen][value='1']")


def _dots(page: Page) -> None:
    keyboard.write(page, "#id_dots_1", "4")
    keyboard.write(page, "#id_dots_3", "2")
    keyboard.press(page, "button[name=do][value=sum]")
    page.get_by_text("4 dots left").wait_for()


def _score(page: Page) -> None:
    keyboard.choose(page, "score_1", "5")
    keyboard.choose(page, "score_2", "2")


def _consent(page: Page) -> None:
    keyboard.choose(page, "answer", "agree")


def _rank(page: Page) -> None:
    """Both ways: one after the other and moved up, or a number typed."""
    keyboard.press(page, "button[name=do][value=in-2]")
    keyboard.press(page, "button[name=do][value=in-1]")
    keyboard.press(page, "button[name=do][value=up-1]")
    page.get_by_role("heading", name="1. A café").wait_for()
    keyboard.write(page, "#id_rank_3", "3")


def _budget(page: Page) -> None:
    keyboard.tick(page, "input[name=chosen][value='2']")
    keyboard.press(page, "button[name=do][value=sum]")
    page.get_by_text("What you ticked costs £500.").wait_for()


def _pairs(page: Page) -> None:
    """Of each two, the first of this order that is there."""
    for answered in (1, 2, 3):
        first = next(
            value
            for key in ("1", "3", "2")
            if page.locator(value := f"button[name=pick][value^='{key}>']").count()
        )
        keyboard.press(page, first)
        assert page.locator("input[name=told]").count() == answered
    page.get_by_text("That was every pair.").wait_for()


WAYS: dict[BallotMethod, tuple[Callable[[Page], None], Any]] = {
    M.TICK: (_tick, ["1", "3"]),
    M.DOTS: (_dots, {"1": 4, "3": 2}),
    M.SCORE: (_score, {"1": 5, "2": 2}),
    M.CONSENT: (_consent, "agree"),
    M.RANK_ONE: (_rank, ["1", "2", "3"]),
    M.RANK_SEVERAL: (_rank, ["1", "2", "3"]),
    M.BUDGET: (_budget, ["2"]),
    M.PAIRS: (_pairs, [["1", "2"], ["1", "3"], ["3", "2"]]),
}


def test_every_method_has_its_way() -> None:
    assert set(WAYS) == set(BallotMethod)


@pytest.mark.parametrize("method", M)
def test_cast_ballot_with_the_keyboard_alone(
    world: World, sit_down: Sitter, method: BallotMethod
) -> None:
    ballot = made.an_open_ballot(world, method)
    _vote_from_its_page(world, sit_down, ballot, javascript=True)


@pytest.mark.parametrize("method", M)
def test_cast_ballot_without_scripts(world: World, sit_down: Sitter, method: BallotMethod) -> None:
    ballot = made.an_open_ballot(world, method)
    _vote_from_its_page(world, sit_down, ballot, javascript=False)


def _vote_from_its_page(
    world: World, sit_down: Sitter, ballot: Ballot, *, javascript: bool
) -> None:
    fill_in, choice = WAYS[BallotMethod(ballot.method)]
    address = reverse("codesign:cast_ballot", args=["norfolk", ballot.pk])
    carer = sit_down(world.carer, width=390, javascript=javascript)
    carer.open(ballot.get_absolute_url())
    keyboard.press(carer.page, f"a[href='{address}']")
    fill_in(carer.page)
    if javascript:
        axe_finds_nothing(carer.page)
    keyboard.press(carer.page, CAST)
    carer.reads("You have voted")
    assert NamedVote.objects.get(ballot=ballot, voter=world.carer).choice == choice
    carer.open(address)  # a named vote may be changed: it stands there as it was cast
    carer.reads("What you chose stands below")
    if javascript:
        axe_finds_nothing(carer.page)
