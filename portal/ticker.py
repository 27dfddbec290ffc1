"""What is due by time, done by the server itself where no worker runs (settings.OWN_SWEEPS).

Deadlines hold by the clock whether or not this runs; it counts what has ended, and reminds. Mail is
left to `manage.py send_notices`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from portal import notices

EVERY = 30.0  # seconds

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def sweep_once() -> None:
    """Do what is due, with connections that do not outlive it."""
    try:
        notices.run_sweeps()
    finally:
        connections.close_all()


async def tick(every: float = EVERY) -> None:
    """Sweep now and then for as long as the server lives.

    In a thread of its own, beside which pages are answered; started from the server's loop, so that
    what a sweep announces reaches the sockets that live on it.
    """
    while True:
        await sync_to_async(sweep_once, thread_sensitive=False)()
        await asyncio.sleep(every)


async def lifespan(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI server's own start and end."""
    ticking: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if settings.OWN_SWEEPS:
                ticking = asyncio.create_task(tick())
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if ticking is not None:
                ticking.cancel()
                with suppress(asyncio.CancelledError):
                    await ticking
            await send({"type": "lifespan.shutdown.complete"})
            return
