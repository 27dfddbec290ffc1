"""Going through a page with nothing but the keys of a keyboard, with scripts or without.

What has the focus is found by selector: asking the page would need its scripts.
"""

from playwright.sync_api import Page

FAR = 200  # presses of Tab; no page has more to stop at


def reach(page: Page, selector: str) -> None:
    """Press Tab until something that the selector names has the focus."""
    focused = page.locator(f"{selector}:focus")
    for _each in range(FAR):
        if focused.count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}")


def press(page: Page, selector: str) -> None:
    """Go to a button or a link and press it, and wait until the page it leads to is there."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, selector: str, text: str) -> None:
    """Go to a field and type."""
    reach(page, selector)
    page.keyboard.type(text)


def tick(page: Page, selector: str) -> None:
    reach(page, selector)
    page.keyboard.press("Space")


def choose(page: Page, name: str, value: str) -> None:
    """Go to a group of radio buttons, and with the arrows to one of them."""
    reach(page, f"input[name={name}]")
    page.keyboard.press("Space")
    wanted = page.locator(f"input[name={name}][value='{value}']:checked")
    for _each in range(page.locator(f"input[name={name}]").count()):
        if wanted.count():
            return
        page.keyboard.press("ArrowDown")
    assert wanted.count(), f"the arrows never came to {name}={value}"
