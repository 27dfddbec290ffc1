"""One hub per process: hears what changed, renders it once per audience, writes it to its sockets.

A layer channel per socket costs a room of a thousand seconds per message; one subscription a
process, with the fragment rendered once and written straight to every socket, costs what the
sockets cost. The layer says only which topic has which revision. An app registers how a kind of
topic is rendered; the same function answers the page and the GET.

    hub.register("designsession", render)      # render(topic, audience) -> (rev, html)
    watcher = hub.Watcher("designsession:12", audience, recheck=still_welcome)
    await hub.here().watch(watcher)            # then: await watcher.write(send); hub.leave(watcher)

What a socket may miss (a stalled reader, a layer that is down) the page asks for itself (`?rev=`).
"""

import asyncio
import json
import logging
import time
from asyncio import AbstractEventLoop, Future, Task
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connections

from portal.live import group_name

logger = logging.getLogger("throughline.live")

LARGEST_PUSHED = 8 * 1024  # bytes of HTML; what is larger is announced, and asked for with jitter
INTERVAL = {"facilitator": 0.1, "presenter": 0.1}  # least seconds between two frames
SLOWEST = 1.0  # ... for everybody else: a room full of phones need not flicker
STALLED = 20.0  # seconds one frame may take to leave before its reader is dropped
RECHECK = 60.0  # seconds between two looks whether somebody still belongs here
SIGN_OF_LIFE = 10.0  # seconds between two lines the hub sends itself, to know that it can hear
LONGEST_PAUSE = 15.0  # seconds between two tries to reach the layer
PATIENCE = 2.0  # seconds a new socket waits for its subscription
TRY_AGAIN_LATER, NOT_WELCOME = 1013, 4403  # close codes


@dataclass(frozen=True)
class Audience:
    """Who sees the same fragment: never one person. `kind` sets how often frames are sent."""

    kind: str
    language: str
    easy_read: bool = False


Render = Callable[[str, Audience], tuple[int, str]]
_renders: dict[str, Render] = {}


def register(kind: str, render: Render) -> None:
    """Say how topics of a kind (`designsession`) are rendered for an audience, as (rev, html)."""
    _renders[kind] = render


def frame(rev: int, html: str) -> str:
    """What a socket is sent: the fragment, or only its revision when it is too large to push."""
    if len(html.encode()) > LARGEST_PUSHED:
        return json.dumps({"rev": rev})
    return json.dumps({"rev": rev, "html": html})


class Watcher:
    """One socket: what it watches and as whom, and the newest frame it has not been sent yet.

    Each frame holds the whole fragment, so a slow reader needs no queue: a newer one takes the
    place of what was waiting. `recheck` returns a close code, or 0 while the person still belongs
    here; it is asked every minute and whenever a topic of `also` changes.
    """

    def __init__(
        self,
        topic: str,
        audience: Audience,
        *,
        recheck: Callable[[], Awaitable[int]],
        also: tuple[str, ...] = (),
    ) -> None:
        self.topic = topic
        self.audience = audience
        self.recheck = recheck
        self.also = also
        self.checked = time.monotonic()
        self.ended: Future[int] = asyncio.get_running_loop().create_future()
        self._waiting: str | None = None
        self._wake = asyncio.Event()
        self._sending_since: float | None = None

    def offer(self, text: str) -> None:
        """Send `text` next, instead of whatever still waits. Never blocks."""
        since = self._sending_since
        if since is not None and time.monotonic() - since > STALLED:
            self.end(TRY_AGAIN_LATER)
        self._waiting = text
        self._wake.set()

    async def write(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what is offered, for as long as the socket lasts."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            text, self._waiting = self._waiting, None
            if text is not None:
                self._sending_since = time.monotonic()
                await send(text)
                self._sending_since = None

    def end(self, code: int) -> None:
        """Ask for the socket to be closed with `code`."""
        if not self.ended.done():
            self.ended.set_result(code)


def _rendered(render: Render, topic: str, audience: Audience) -> tuple[int, str]:
    """Render in a thread of its own, and leave no database connection behind in it."""
    try:
        return render(topic, audience)
    finally:
        connections.close_all()


class _Stream:
    """One audience of one topic: rendered once, not too often, offered to all its watchers."""

    def __init__(self, topic: str, audience: Audience) -> None:
        self.topic = topic
        self.audience = audience
        self.watchers: set[Watcher] = set()
        self.sent = 0
        self._last = 0.0
        self._due = False
        self._task: Task[None] | None = None

    def look(self) -> None:
        """Render soon, and send if there is anything newer than what was sent."""
        self._due = True
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            while self._due:
                interval = INTERVAL.get(self.audience.kind, SLOWEST)
                await asyncio.sleep(max(0.0, self._last + interval - time.monotonic()))
                self._last = time.monotonic()
                self._due = False  # what is announced from here on is rendered again
                await self._render()
        finally:
            self._task = None

    async def _render(self) -> None:
        render = _renders[self.topic.partition(":")[0]]
        try:
            rev, html = await sync_to_async(_rendered, thread_sensitive=False)(
                render, self.topic, self.audience
            )
        except Exception:  # the database may be away; pages ask again by themselves
            logger.exception("could not render %s", self.topic)
            return
        if rev > self.sent:
            self.sent = rev
            text = frame(rev, html)
            for watcher in self.watchers:
                watcher.offer(text)


class Hub:
    """The hub of one event loop. It lives while somebody watches."""

    def __init__(self) -> None:
        self._streams: dict[str, dict[Audience, _Stream]] = {}
        self._watchers: dict[str, set[Watcher]] = {}  # by every topic they need to hear of
        self._channel = ""
        self._joined: set[str] = set()
        self._ready = asyncio.Event()
        self._tasks: list[Task[None]] = []
        self._asides: set[Task[None]] = set()

    async def watch(self, watcher: Watcher) -> None:
        """Let `watcher` hear of its topic from now on.

        Never fails for want of a layer: then its page catches up by asking.
        """
        streams = self._streams.setdefault(watcher.topic, {})
        stream = streams.get(watcher.audience)
        if stream is None:
            stream = streams[watcher.audience] = _Stream(watcher.topic, watcher.audience)
        stream.watchers.add(watcher)
        for topic in (watcher.topic, *watcher.also):
            self._watchers.setdefault(topic, set()).add(watcher)
        if not self._tasks:
            self._ready = asyncio.Event()
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._listen()), loop.create_task(self._recheck())]
        try:
            async with asyncio.timeout(PATIENCE):
                await self._ready.wait()
                for topic in (watcher.topic, *watcher.also):
                    await self._join(topic)
        except Exception:  # whatever the layer raises; the listener goes on trying
            logger.warning("no live updates for %s yet", watcher.topic)

    async def leave(self, watcher: Watcher) -> None:
        """Forget `watcher`, and with the last one the subscription."""
        streams = self._streams.get(watcher.topic, {})
        stream = streams.get(watcher.audience)
        if stream is not None:
            stream.watchers.discard(watcher)
            if not stream.watchers:
                stream.stop()
                del streams[watcher.audience]
        if not streams:
            self._streams.pop(watcher.topic, None)
        for topic in (watcher.topic, *watcher.also):
            watching = self._watchers.get(topic, set())
            watching.discard(watcher)
            if not watching and self._watchers.pop(topic, None) is not None:
                await self._part(topic)
        if not self._watchers:
            tasks, self._tasks = self._tasks, []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _join(self, topic: str) -> None:
        if topic not in self._joined:
            await get_channel_layer().group_add(group_name(topic), self._channel)
            self._joined.add(topic)

    async def _part(self, topic: str) -> None:
        if topic in self._joined:
            self._joined.discard(topic)
            await _discard(topic, self._channel)

    async def _listen(self) -> None:
        pause = 0.5
        missed = False
        while True:
            began = time.monotonic()
            try:
                await self._subscription(missed=missed)
            except Exception as error:  # whatever the layer raises when its server is gone
                logger.warning("live updates are interrupted (%s); pages ask meanwhile", error)
            self._ready.clear()
            if time.monotonic() - began > SIGN_OF_LIFE * 2:
                pause = 0.5
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            missed = True

    async def _subscription(self, *, missed: bool) -> None:
        """Hear until the layer fails or falls silent (raises). Then the caller begins anew."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        # Held here too: by the time this one ends, the next may have begun.
        joined: set[str] = set()
        self._channel, self._joined = channel, joined
        receiving = asyncio.ensure_future(layer.receive(channel))
        try:
            for topic in list(self._watchers):
                await self._join(topic)
            self._ready.set()
            if missed:
                self._look_everywhere()
            heard = True
            next_sign = time.monotonic() + SIGN_OF_LIFE
            while True:
                left = max(0.0, next_sign - time.monotonic())
                await asyncio.wait({receiving}, timeout=left)
                if receiving.done():
                    message = receiving.result()
                    receiving = asyncio.ensure_future(layer.receive(channel))
                    heard = True
                    self._hear(message)
                if time.monotonic() < next_sign:
                    continue
                if not heard:
                    raise ConnectionError("its own sign of life was not heard")
                # A layer may forget its members (the one in memory does after a day, or when
                # emptied), so joining is said again with every sign.
                for topic in list(self._watchers):
                    await layer.group_add(group_name(topic), channel)
                heard = False
                await layer.send(channel, {"type": "live.sign"})
                next_sign = time.monotonic() + SIGN_OF_LIFE
        finally:
            receiving.cancel()
            with suppress(Exception, asyncio.CancelledError):
                await receiving
            for topic in joined:
                await _discard(topic, channel)

    def _hear(self, message: dict[str, Any]) -> None:
        topic = message.get("topic", "")
        for stream in self._streams.get(topic, {}).values():
            if message["rev"] > stream.sent:
                stream.look()
        for watcher in self._watchers.get(topic, set()):
            if topic in watcher.also:
                aside = asyncio.get_running_loop().create_task(self._check(watcher))
                self._asides.add(aside)
                aside.add_done_callback(self._asides.discard)

    def _look_everywhere(self) -> None:
        for streams in self._streams.values():
            for stream in streams.values():
                stream.look()

    async def _recheck(self) -> None:
        """Ask of each watcher every minute whether they still belong here, one after the other."""
        while True:
            await asyncio.sleep(RECHECK / 12)
            before = time.monotonic() - RECHECK
            everyone = {w for watching in self._watchers.values() for w in watching}
            for watcher in everyone:
                if watcher.checked < before and not watcher.ended.done():
                    await self._check(watcher)

    async def _check(self, watcher: Watcher) -> None:
        watcher.checked = time.monotonic()
        try:
            code = await watcher.recheck()
        except Exception:  # the database may be away for a moment: nobody is thrown out for that
            logger.exception("could not check who watches %s", watcher.topic)
            return
        if code:
            watcher.end(code)


async def _discard(topic: str, channel: str) -> None:
    """Leave a topic's group, whether or not the layer can still be told."""
    with suppress(Exception):
        async with asyncio.timeout(PATIENCE):
            await get_channel_layer().group_discard(group_name(topic), channel)


_hubs: WeakKeyDictionary[AbstractEventLoop, Hub] = WeakKeyDictionary()


def here() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub()
    return hub
