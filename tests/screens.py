"""`make screens`: photograph the main pages of the demo into docs/screens/, phone and desktop."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests import chromium

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "screens"
PORT = "8391"
HERE = f"http://127.0.0.1:{PORT}"
WIDTHS = {"phone": 390, "desktop": 1280}
NORFOLK = f"{HERE}/p/norfolk-carers"

# name → who looks (their display name in the demo; empty: a visitor) and where
PAGES = {
    "home": ("", f"{HERE}/"),
    "partnership": ("", f"{HERE}/norfolk-carers/"),
    "workspace": ("Maureen P", f"{HERE}/norfolk-carers/what-shall-we-do-next/"),
    "easy-read": ("Maureen P", f"{HERE}/norfolk-carers/"),
    "leave-voice": ("", f"{NORFOLK}/voices/new/"),
    "themes": ("", f"{NORFOLK}/themes/"),
    "moderation": ("Priya N", f"{NORFOLK}/voices/queue/"),
    "proposal": ("Maureen P", "the most supported open proposal"),
    "suggestions": ("Maureen P", "the suggestions of the open round"),
    "suggestion": ("Maureen P", "a suggestion that many worked on"),
    "whats-on": ("Maureen P", f"{NORFOLK}/whats-on/"),
    "my-page": ("Terry W", f"{NORFOLK}/me/"),
    "moderation-log": ("", f"{NORFOLK}/moderation/log/"),
    "session": ("Maureen P", "the open session"),
    "facilitating": ("Gill F", "the open session"),
    "votes": ("Maureen P", f"{NORFOLK}/ballots/"),
    "vote": ("Maureen P", "the vote that is open"),
    "vote-result": ("Maureen P", "a vote that is over"),
    "decision": ("Alan C", "the newest decision"),
    "publishing": ("Tom G", "the draft change"),
    "change-log": ("", f"{NORFOLK}/changes/"),
    "change": ("", "a change with a measure"),
    "service": ("", f"{NORFOLK}/service/"),
    "trail": ("Alan C", "the trail of a change"),
    "record": ("Alan C", f"{NORFOLK}/record/"),
}


def sign_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    if name:
        page.goto(f"{HERE}/demo/")
        page.get_by_role("button", name=f"Be {name}", exact=True).last.click(force=True)


def go(page: Page, where: str) -> None:
    """Open an address, or find the page that is meant by clicking."""
    if where.startswith("http"):
        page.goto(where)
    elif where == "the most supported open proposal":
        page.goto(f"{HERE}/norfolk-carers/what-shall-we-do-next/")
        page.locator(".tl-card__title a[href*='/proposals/']").first.click()
    elif where == "the open session":
        page.goto(f"{HERE}/norfolk-carers/what-shall-we-do-next/")
        page.locator("a[href*='/sessions/']").first.click()
    elif where in {"the suggestions of the open round", "a suggestion that many worked on"}:
        page.goto(f"{HERE}/norfolk-carers/what-shall-we-do-next/")
        page.get_by_role("button", name="See all suggestions").first.click()
        if where == "a suggestion that many worked on":
            page.goto(f"{page.url}?q=slow+football")
            page.get_by_role("link", name="Slow football on Thursdays, no running").first.click()
    elif where in {"the vote that is open", "a vote that is over"}:
        page.goto(f"{NORFOLK}/ballots/")
        if where == "a vote that is over":
            page.get_by_role("link", name="What should the winter fund pay for?").click()
        else:
            page.get_by_role("link", name="What should begin before Christmas?").click()
            page.get_by_role("button", name="Vote now").click()
    elif where == "the newest decision":
        page.goto(f"{NORFOLK}/decisions/")
        page.locator(".tl-card__title a[href*='/decisions/']").first.click()
    elif where == "the draft change":
        page.goto(f"{NORFOLK}/changes/")
        page.locator("section[aria-labelledby=drafts] .tl-card__title a").first.click()
        page.locator("a[href$='/publish/']").first.click()
    else:
        page.goto(f"{NORFOLK}/changes/?kind=changed")
        page.get_by_role("link", name="Save up your hours and take a whole day").first.click()
        if where == "the trail of a change":
            page.locator("a[href*='/trail/']").first.click()


def lighten(path: Path) -> None:
    """Keep 128 colours: a third of the bytes, and nobody sees the difference."""
    Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)


def photograph(page: Page, only: list[str]) -> None:
    for name, (who, where) in PAGES.items():
        if only and name not in only:
            continue
        for width_name, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            sign_in(page, who)
            if name == "easy-read":
                page.goto(where)
                page.get_by_role("button", name="Easy read", exact=True).click()
            go(page, where)
            page.screenshot(path=OUT / f"{name}-{width_name}.png", full_page=True)
            lighten(OUT / f"{name}-{width_name}.png")
            print(f"{name} {width_name}")
        if name == "home":
            page.screenshot(
                path=OUT / "home.png", clip={"x": 0, "y": 0, "width": 1280, "height": 860}
            )
            lighten(OUT / "home.png")


def main() -> int:
    if not chromium.found():
        print(chromium.HOW_TO_GET_ONE)
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var:
        environment = {**os.environ, "PORTAL_MODE": "demo", "PORT": PORT, "PORTAL_VAR": var}
        command = [sys.executable, str(ROOT / "manage.py")]
        collect = [*command, "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, env=environment, check=True)
        server = subprocess.Popen([*command, "demo"], env=environment)
        try:
            for _try in range(120):
                try:
                    urllib.request.urlopen(f"{HERE}/", timeout=5)
                    break
                except OSError:
                    time.sleep(1)
            with chromium.browser() as browser:
                photograph(browser.new_page(), sys.argv[1:])
        finally:
            server.terminate()
            server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
