"""Sockets of design sessions: let the right people watch, and end when they no longer are.

A socket writes nothing to the database and says nothing of its own: the hub sends it what its
audience may see. What a browser sends is ignored; it only keeps the line open.
"""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, QueryDict

from codesign import boards
from codesign.models import DesignSession
from portal import http, hub
from portal.hub import Audience, Watcher
from portal.models import ref

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

NOT_FOUND = 4404  # close codes; also what somebody outside the partnership is told
LARGEST_HEARD = 1024  # characters; a heartbeat is ten
MOST_HEARD = 60  # frames a minute; a heartbeat comes every 25 seconds
TOO_LARGE, MISBEHAVED = 1009, 1008


@dataclass(frozen=True)
class Admitted:
    """Who watches, where, and as part of which audience."""

    participant: str  # reference
    space: str  # reference of the session's workspace
    audience: Audience


async def session_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Show one design session, live, to somebody of its partnership."""
    await receive()  # websocket.connect
    pk = scope["url_route"]["kwargs"]["pk"]
    look = functools.partial(database_sync_to_async(_admit), pk, scope)
    admitted = await look()
    if not isinstance(admitted, Admitted):
        await send({"type": "websocket.close", "code": admitted})
        return

    async def still_welcome() -> int:
        # Another audience than before is another socket: the page connects again at once.
        return 0 if await look() == admitted else hub.NOT_WELCOME

    watcher = Watcher(
        f"designsession:{pk}",
        admitted.audience,
        recheck=still_welcome,
        also=(admitted.participant, admitted.space),
    )
    try:
        await hub.here().watch(watcher)
        await send({"type": "websocket.accept"})
        await _stay(watcher, receive, send)
    finally:
        await hub.here().leave(watcher)


async def _stay(watcher: Watcher, receive: Receive, send: Send) -> None:
    """Write to the socket until the browser leaves, misbehaves or stalls, or may stay no longer."""

    async def say(text: str) -> None:
        await send({"type": "websocket.send", "text": text})

    writing = asyncio.ensure_future(watcher.write(say))
    hearing = asyncio.ensure_future(_hear(receive))
    either: list[asyncio.Future[Any]] = [writing, hearing, watcher.ended]
    try:
        done, _pending = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        code = 0
        if watcher.ended in done:
            code = watcher.ended.result()
        elif hearing in done:
            code = hearing.result()
        # A stalled reader would not take the close frame either: it is left to the server.
        if code and code != hub.TRY_AGAIN_LATER:
            await send({"type": "websocket.close", "code": code})
    finally:
        for task in (writing, hearing):
            task.cancel()
        await asyncio.gather(writing, hearing, return_exceptions=True)


async def _hear(receive: Receive) -> int:
    """Wait until the browser is gone (0), or deserves a close code."""
    minute, heard = time.monotonic(), 0
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return 0
        text = message.get("text")
        if text is None or len(text) > LARGEST_HEARD:
            return TOO_LARGE
        if time.monotonic() - minute > 60:
            minute, heard = time.monotonic(), 0
        heard += 1
        if heard > MOST_HEARD:
            return MISBEHAVED


def _admit(pk: int, scope: Scope) -> Admitted | int:
    """Who this is, from account or seat, as a page would find out; or a close code."""
    session = (
        DesignSession.objects.select_related("partnership", "workspace__partnership")
        .filter(pk=pk)
        .first()
    )
    if session is None:
        return NOT_FOUND
    request = HttpRequest()
    request.COOKIES = scope["cookies"]
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    participant = http.find_participant(session.partnership, user, request.COOKIES)
    if participant is None or not session.workspace.is_readable_by(participant):
        return NOT_FOUND
    if http.needs_second_factor(request, participant):
        return hub.NOT_WELCOME
    asked = QueryDict(scope.get("query_string", b""))
    audience = boards.audience_for(
        participant,
        session,
        language=asked.get("language", ""),
        easy_read=asked.get("easy") == "1",
        presenter=asked.get("presenter") == "1",
    )
    return Admitted(ref(participant), ref(session.workspace), audience)


async def no_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """There is nothing to watch at this address."""
    await receive()
    await send({"type": "websocket.close", "code": NOT_FOUND})
