"""How long an announcement takes to reach the last of 300 sockets: the portal beside a bare server.

    make load-live          (or: python -m tests.load.live)

Starts two servers on loopback: the portal's own ASGI application as it runs embedded (uvicorn,
in-memory layer, SQLite file in a temporary directory, one design session), and a bare `websockets`
server that broadcasts frames of 300 bytes. 300 sockets watch each. In turn each announces,
and the time is taken until the last of its 300 has heard: for the portal from the commit of the
change, so that hearing it, rendering the fragment and writing it are all inside. Both use the same
clients and the same machine at the same time. Prints p50 and p95 of both and their ratio; exits 1
when the portal's p95 is more than twice the bare server's.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

ROOT = Path(__file__).resolve().parents[2]
SOCKETS = 300
ROUNDS = 60
PAUSE = 0.55  # seconds after each announcement: participants are sent one frame a second at most
WARM_UP = 5  # rounds that are not counted
TARGET = 2.0
LONGEST = 240  # seconds after which everything stops, whatever happens
CONTROL = "/announce/"


# -- the two servers, each in a process of its own -----------------------------------------------


async def serve_bare(port: int, size: int) -> None:
    """Broadcast a frame of `size` bytes whenever a socket at CONTROL asks, as fast as can be."""
    watching: set[ServerConnection] = set()

    async def handle(connection: ServerConnection) -> None:
        assert connection.request is not None
        if connection.request.path == CONTROL:
            async for rev in connection:
                frame = json.dumps({"rev": int(rev), "html": ""})
                frame += " " * (size - len(frame))
                began = time.monotonic()
                broadcast(watching, frame)
                await connection.send(repr(began))
            return
        watching.add(connection)
        await connection.wait_closed()
        watching.discard(connection)

    async with serve(handle, "127.0.0.1", port, compression=None):
        await asyncio.sleep(LONGEST)


def serve_portal(port: int) -> None:
    """The portal's application as it runs embedded, with one address more, which announces."""
    import uvicorn
    from asgiref.sync import sync_to_async

    from portal.asgi import application

    session = _one_session()

    def announce() -> float:
        """Change the session's revision; the moment of its commit is when the clock starts."""
        from django.db import transaction

        from portal import live

        began: list[float] = []
        with transaction.atomic():
            transaction.on_commit(lambda: began.append(time.monotonic()))
            live.announce(session)
        return began[0]

    async def with_control(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket" or scope["path"] != CONTROL:
            await application(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            began = await sync_to_async(announce)()
            await send({"type": "websocket.send", "text": repr(began)})

    uvicorn.run(
        with_control,
        host="127.0.0.1",
        port=port,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="warning",
        lifespan="off",
    )


def _one_session() -> Any:
    """A migrated database with one partnership, and a session in it whose board is still empty.

    Prints the session's number and the seat cookie of a guest, for the clients.
    """
    from django.core.management import call_command
    from django.http import HttpResponse

    from codesign.operations import sessions
    from portal import seats
    from tests.world import World

    call_command("migrate", verbosity=0)
    world = World()
    session = sessions.open_session(
        workspace=world.workspace, title="Load", question="How fast?", by=world.facilitator
    )
    answer = HttpResponse()
    seats.give(answer, world.guest, secure=False)
    (cookie,) = answer.cookies.values()
    known = {"session": session.pk, "cookie": f"{cookie.key}={cookie.value}"}
    print(json.dumps(known), flush=True)
    return session


# -- the clients ---------------------------------------------------------------------------------


class Crowd:
    """300 sockets of one server; tells when the last of them has heard a revision."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url = url
        self.headers = headers
        self.heard = 0
        self.all_heard = asyncio.Event()
        self.last = 0.0
        self.size = 0
        self._readers: list[asyncio.Task[None]] = []

    async def gather(self) -> None:
        for _each in range(SOCKETS):
            connection = await connect(
                self.url, additional_headers=self.headers, compression=None, ping_interval=None
            )
            self._readers.append(asyncio.create_task(self._read(connection)))

    async def _read(self, connection: ClientConnection) -> None:
        async for frame in connection:
            self.heard += 1
            self.size = len(frame)
            if self.heard == SOCKETS:
                self.last = time.monotonic()
                self.all_heard.set()

    async def time_one(self, announce: Callable[[], Awaitable[float]]) -> float:
        """Milliseconds from an announcement until the last of the crowd has heard it."""
        self.heard = 0
        self.all_heard.clear()
        began = await announce()
        async with asyncio.timeout(10):
            await self.all_heard.wait()
        return (self.last - began) * 1000

    def stop(self) -> None:
        for reader in self._readers:
            reader.cancel()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.load.live", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


async def control(port: int) -> ClientConnection:
    """The socket by which a server is asked to announce; waits until the server is up."""
    while True:
        try:
            return await connect(
                f"ws://127.0.0.1:{port}{CONTROL}", compression=None, ping_interval=None
            )
        except OSError:
            await asyncio.sleep(0.1)


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


async def measure(portal_port: int, bare_port: int, known: dict[str, Any]) -> float:
    """Print both servers' times; returns the ratio of their p95."""
    portal = Crowd(
        f"ws://127.0.0.1:{portal_port}/live/session/{known['session']}/",
        {"Origin": f"http://127.0.0.1:{portal_port}", "Cookie": known["cookie"]},
    )
    bare = Crowd(f"ws://127.0.0.1:{bare_port}/", {})
    asks = {portal: await control(portal_port), bare: await control(bare_port)}
    times: dict[Crowd, list[float]] = {portal: [], bare: []}
    for crowd in asks:
        await crowd.gather()
    for number in range(WARM_UP + ROUNDS):
        for crowd, ask in asks.items():

            async def announce(ask: ClientConnection = ask, number: int = number) -> float:
                await ask.send(str(number))
                return float(await ask.recv())

            took = await crowd.time_one(announce)
            if number >= WARM_UP:
                times[crowd].append(took)
            await asyncio.sleep(PAUSE)
    for name, crowd in (("portal", portal), ("bare websockets", bare)):
        mine = times[crowd]
        print(
            f"{name:16} {SOCKETS} sockets, frames of {crowd.size} bytes, {len(mine)} announcements:"
            f" p50 {statistics.median(mine):5.1f} ms, p95 {p95(mine):5.1f} ms"
        )
        crowd.stop()
    return p95(times[portal]) / p95(times[bare])


async def main() -> int:
    portal_port, bare_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as var:
        servers = [
            start(
                "--portal",
                str(portal_port),
                PORTAL_MODE="demo",
                PORTAL_VAR=var,
                DATABASE_URL="",
                REDIS_URL="",
                DJANGO_SETTINGS_MODULE="portal.settings",
            )
        ]
        try:
            assert servers[0].stdout is not None
            known = json.loads(await asyncio.to_thread(servers[0].stdout.readline))
            servers.append(start("--bare", str(bare_port)))
            async with asyncio.timeout(LONGEST):
                ratio = await measure(portal_port, bare_port, known)
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                server.wait(timeout=10)
    print(f"p95 of the portal is {ratio:.2f} times the bare server’s (target: {TARGET})")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--portal", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.portal:
        serve_portal(chosen.portal)
    elif chosen.bare:
        asyncio.run(serve_bare(chosen.bare, 300))
    else:
        sys.exit(asyncio.run(main()))
