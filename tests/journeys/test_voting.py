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


def _hear(page: Page, words: str) -> None:
    """What the page says by itself where scripts run, and what the server answers elsewhere."""
    page.get_by_role("status").get_by_text(words).wait_for()


def _dots(page: Page) -> None:
    """Enter in a field asks how many are left. It never casts the vote."""
    keyboard.write(page, "#id_dots_1", "4")
    keyboard.write(page, "#id_dots_3", "2")
    page.keyboard.press("Enter")
    _hear(page, "4 dots left")


def _score(page: Page) -> None:
    keyboard.choose(page, "score_1", "5")
    keyboard.choose(page, "score_2", "2")


def _consent(page: Page) -> None:
    keyboard.choose(page, "answer", "agree")


def _rank(page: Page) -> None:
    """Both ways: one after the other and moved up, or a number typed."""
    for button, words in (
        ("in-2", "“Longer breaks” is number 1 now."),
        ("in-1", "“A café” is number 2 now."),
        ("up-1", "“A café” is number 1 now."),
    ):
        keyboard.reach(page, f"button[name=do][value={button}]")
        page.keyboard.press("Enter")
        _hear(page, words)
    page.get_by_role("heading", name="1. A café").wait_for()
    keyboard.write(page, "#id_rank_3", "3")


def _budget(page: Page) -> None:
    keyboard.tick(page, "input[name=chosen][value='2']")
    page.keyboard.press("Enter")
    _hear(page, "£500 left of £1,000")


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


def _drag(page: Page, title: str, onto: str) -> None:
    """With the mouse, by its grip, over the middle of another line and a little further."""
    line = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))
    target = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=onto))
    line.locator(".tl-vote__grip").scroll_into_view_if_needed()
    grip, start, end = (
        each.bounding_box() for each in (line.locator(".tl-vote__grip"), line, target)
    )
    assert grip
    assert start
    assert end
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    way = end["y"] + end["height"] / 2 - start["y"] - start["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + way + (20 if way > 0 else -20), steps=8)
    page.wait_for_timeout(100)  # some frames
    page.mouse.up()


def _order(page: Page) -> list[str]:
    return page.locator(".tl-vote__ranks h2").all_inner_texts()


def test_drag_options_into_order(world: World, sit_down: Sitter) -> None:
    """Nothing is sent before the vote is, and what counts are the numbers that dragging wrote."""
    ballot = made.an_open_ballot(world, M.RANK_ONE)
    carer = sit_down(world.carer)
    page = carer.page
    carer.open(reverse("codesign:cast_ballot", args=["norfolk", ballot.pk]))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    first, second, third = _order(page)
    _drag(page, third, onto=first)
    assert _order(page) == [f"1. {third}", first, second]
    _hear(page, f"“{third}” is number 1 now.")
    _drag(page, second, onto=first)
    assert _order(page) == [f"1. {third}", f"2. {second}", first]
    _drag(page, third, onto=second)
    assert _order(page) == [f"1. {second}", f"2. {third}", first]
    _hear(page, f"“{third}” is number 2 now.")
    _drag(page, third, onto=first)
    assert _order(page) == [f"1. {second}", first, third]
    _hear(page, f"“{third}” has no number now.")
    assert "POST" not in sent
    axe_finds_nothing(page)
    page.locator(CAST).click()
    carer.reads("You have voted")
    [key] = NamedVote.objects.get(ballot=ballot, voter=world.carer).choice
    assert ballot.options.get(place=key).title == second


def test_what_is_left_is_said_while_dots_are_given_out(world: World, sit_down: Sitter) -> None:
    ballot = made.an_open_ballot(world, M.DOTS)
    carer = sit_down(world.carer, width=390)
    carer.open(reverse("codesign:cast_ballot", args=["norfolk", ballot.pk]))
    page = carer.page
    _hear(page, "10 dots left")
    page.locator("#id_dots_1").fill("5")
    _hear(page, "5 dots left")
    page.locator("#id_dots_2").fill("4")
    _hear(page, "1 dot left")
    page.locator("#id_dots_3").fill("3")
    _hear(page, "You gave out 2 dots too many. You have 10 in all. Please take some back.")
    axe_finds_nothing(page)
    page.locator(CAST).click()
    carer.reads("There is a problem")  # the server counts for itself
    page.locator("#id_dots_3").fill("6")
    _hear(page, "Give at most 5 dots to one.")


def test_what_is_left_is_said_while_money_is_spent(world: World, sit_down: Sitter) -> None:
    ballot = made.an_open_ballot(world, M.BUDGET)
    carer = sit_down(world.carer, width=390)
    carer.open(reverse("codesign:cast_ballot", args=["norfolk", ballot.pk]))
    _hear(carer.page, "£1,000 left of £1,000")
    for key, words in (
        ("1", "£600 left of £1,000"),
        ("2", "£100 left of £1,000"),
        ("3", "You ticked £500 more than there is. That is allowed"),
    ):
        box = carer.page.locator(f"input[name=chosen][value='{key}']")
        carer.page.locator(f"label[for={box.get_attribute('id')}]").click()
        _hear(carer.page, words)
    axe_finds_nothing(carer.page)
