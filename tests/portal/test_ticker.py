"""The server's own sweeps: what is due by time happens while it lives, and ends with it."""

import asyncio
import threading
from typing import Any

import pytest
from django.test import override_settings

from portal import notices, ticker


async def lived(seconds: float) -> list[str]:
    """What the server was told when it started, lived for a while and was asked to end."""
    asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    told: list[str] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message["type"])

    await asked.put({"type": "lifespan.startup"})
    life = asyncio.create_task(ticker.lifespan({"type": "lifespan"}, asked.get, send))
    await asyncio.sleep(seconds)
    await asked.put({"type": "lifespan.shutdown"})
    await life
    return told


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads in which a sweep of ours was done; another one beside it always fails."""
    threads: list[str] = []

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(
        notices, "sweeps", [broken, lambda: threads.append(threading.current_thread().name)]
    )
    return threads


STARTED_AND_ENDED = ["lifespan.startup.complete", "lifespan.shutdown.complete"]


@override_settings(OWN_SWEEPS=True)
async def test_a_server_without_a_worker_sweeps_beside_its_pages(swept: list[str]) -> None:
    assert await lived(0.3) == STARTED_AND_ENDED
    assert len(swept) == 1  # and again in half a minute
    assert threading.main_thread().name not in swept


@override_settings(OWN_SWEEPS=False)
async def test_a_server_beside_a_worker_leaves_it_to_the_worker(swept: list[str]) -> None:
    assert await lived(0.3) == STARTED_AND_ENDED
    assert swept == []


async def test_it_goes_on_after_a_sweep_that_failed(swept: list[str]) -> None:
    ticking = asyncio.create_task(ticker.tick(every=0.01))
    await asyncio.sleep(0.5)
    ticking.cancel()
    assert len(swept) > 1
