"""Journeys: the portal served as it is when embedded, and real Chromium browsers in front of it."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page

from portal.models import Participant
from tests import chromium
from tests.world import World, signed_in

# Playwright's own loop runs in this thread, and Django would refuse the database because of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SERVER_NAME = "throughline journeys"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason=chromium.HOW_TO_GET_ONE)
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.journey)
            # A browser that closes in the middle of an answer drops the file it was being sent.
            left = "ignore::pytest.PytestUnraisableExceptionWarning"
            item.add_marker(pytest.mark.filterwarnings(left))
            if not chromium.found():
                item.add_marker(skip)


class Server:
    """The ASGI application on a free port of this machine. It can be killed and started again."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        from portal.asgi import application  # after Django has been set up

        # As PORTAL_SERVER=asgi does: no connection outlives its request.
        connections.settings["default"]["CONN_MAX_AGE"] = 0
        config = uvicorn.Config(
            ASGIStaticFilesHandler(application),
            host="127.0.0.1",
            port=self.port,
            log_level="error",
            lifespan="off",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name=SERVER_NAME, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            if time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=15)

    def restart(self) -> None:
        self.stop()
        self.start()


@pytest.fixture
def server(committing: None) -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    with chromium.browser() as browser:
        yield browser


@dataclass
class Somebody:
    """A person at a browser of their own."""

    page: Page
    server: Server

    def open(self, path: str) -> None:
        self.page.goto(f"{self.server.url}{path}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name: str) -> None:
        """Follow a link, also one that looks like a button and says so."""
        link = self.page.get_by_role("link", name=name)
        link.or_(self.page.get_by_role("button", name=name)).first.click()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def reads(self, text: str, *, within: float = 10) -> None:
        """The words are on the page, or come within some seconds; without JavaScript, on reload."""
        seen = self.page.get_by_text(text).locator("visible=true").first
        seen.wait_for(timeout=within * 1000)


Sitter = Callable[..., Somebody]


@pytest.fixture
def sit_down(server: Server, chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Sitter]:
    """Put somebody at a browser: `sit_down(participant, width=390, javascript=False)`.

    After a failure every browser is photographed as it was into `var/failed/`.
    """
    contexts: list[BrowserContext] = []
    failed_before = request.session.testsfailed

    def sit(
        who: Participant | None = None, *, width: int = 1280, javascript: bool = True
    ) -> Somebody:
        context = chrome.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if who is not None:
            context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": server.url}
                    for name, morsel in signed_in(who).cookies.items()
                ]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"an error in the page: {error}"))
        return Somebody(page, server)

    yield sit
    for number, context in enumerate(contexts):
        if request.session.testsfailed > failed_before:
            path = settings.VAR_DIR / "failed" / f"{request.node.name}-{number}.png"
            context.pages[0].screenshot(path=path, full_page=True)
        context.close()


@pytest.fixture
def world(server: Server) -> World:
    return World()


def axe_finds_nothing(page: Page) -> None:
    """Fail on anything axe calls a violation, saying which rule and where."""
    found = Axe().run(page).response["violations"]
    said = [
        f"{v['id']}: {v['help']}\n   " + "\n   ".join(node["html"][:200] for node in v["nodes"][:3])
        for v in found
    ]
    assert not said, f"{page.url}\n" + "\n".join(said)
