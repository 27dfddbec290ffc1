"""Live sockets end to end: the real ASGI application, database, layer and hub."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import channel_layers
from django.db import connection, connections, transaction

from codesign.enums import SessionStep
from codesign.models import Card, DesignSession, Dot
from codesign.operations import cards, sessions
from portal import live
from portal.asgi import application
from portal.enums import Duty, Role
from portal.models import Participant
from portal.operations import people
from tests.codesign.test_sessions import at_step, choosing, open_session
from tests.codesign.test_sessions_pages import browser
from tests.world import World


class Socket(ApplicationCommunicator):
    """A browser's end of a socket (Channels has one too, but it wants Daphne)."""

    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        address, _mark, query = path.partition("?")
        self.scope = {
            "type": "websocket",
            "scheme": "ws",
            "path": address,
            "query_string": query.encode(),
            "headers": headers,
            "subprotocols": [],
        }
        super().__init__(application, self.scope)

    async def connect(self) -> int:
        """0 when let in, else the close code."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(5)
        if answer["type"] == "websocket.accept":
            return 0
        assert answer["type"] == "websocket.close"
        return answer["code"]

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def frame(self) -> dict[str, Any]:
        answer = await self.receive_output(5)
        assert answer["type"] == "websocket.send"
        return json.loads(answer["text"])

    async def closed(self, within: float) -> int:
        """The code it is closed with; frames that come before do not count."""
        async with asyncio.timeout(within):
            while True:
                answer = await self.receive_output(within)
                if answer["type"] == "websocket.close":
                    return answer["code"]

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)


HOST = b"127.0.0.1:8011"
ORIGIN = b"http://127.0.0.1:8011"


@pytest.fixture
async def world(committing: None) -> AsyncIterator[World]:
    yield await sync_to_async(World)()
    await sync_to_async(connections.close_all)()
    channel_layers.backends.pop("default", None)


@pytest.fixture
async def room(world: World) -> DesignSession:
    """A room at the sharing step, in which the carer has a seat."""

    def make() -> DesignSession:
        session = at_step(open_session(world), SessionStep.SHARE, world)
        sessions.join_session(session=session, by=world.carer)
        return session

    return await sync_to_async(make)()


def _cookies(participant: Participant | None) -> bytes:
    cookies = browser(participant).cookies
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items()).encode()


async def socket(
    session: DesignSession,
    participant: Participant | None,
    *,
    origin: bytes | None = ORIGIN,
    query: str = "",
) -> Socket:
    headers = [(b"host", HOST), (b"cookie", await sync_to_async(_cookies)(participant))]
    if origin is not None:
        headers.append((b"origin", origin))
    return Socket(f"/live/session/{session.pk}/{query}", headers)


async def watching(session: DesignSession, participant: Participant) -> Socket:
    """A socket that is let in."""
    communicator = await socket(session, participant)
    assert await communicator.connect() == 0
    return communicator


async def add_card(session: DesignSession, by: Participant, text: str = "A café") -> Card:
    return await sync_to_async(cards.add_card)(session=session, text=text, by=by)


@pytest.mark.django_db
def test_announce_counts_the_changes_of_each_topic() -> None:
    world = World()
    assert live.revision(world.carer) == 0
    assert [live.announce(world.carer), live.announce(world.carer)] == [1, 2]
    assert live.revision(world.carer) == 2
    assert live.revision(world.provider) == 0


async def test_two_watchers_hear_the_same_revision(world: World, room: DesignSession) -> None:
    one = await watching(room, world.carer)
    two = await watching(room, world.service_user)
    boss = await watching(room, world.facilitator)
    await add_card(room, world.carer)
    frames = [await each.frame() for each in (one, two, boss)]
    rev = await sync_to_async(live.revision)(room)
    assert [frame["rev"] for frame in frames] == [rev] * 3
    assert frames[0] == frames[1]
    assert "A café" in frames[0]["html"]
    assert "Take off the board" in frames[2]["html"]
    assert "Take off the board" not in frames[0]["html"]
    for each in (one, two, boss):
        await each.leave()


async def test_silence_after_rollback(world: World, room: DesignSession) -> None:
    one = await watching(room, world.carer)

    def roll_back() -> None:
        with transaction.atomic():
            cards.add_card(session=room, text="Never", by=world.carer)
            transaction.set_rollback(True)

    await sync_to_async(roll_back)()
    assert await one.receive_nothing(timeout=0.5)
    await one.leave()


async def test_a_guest_watches_by_their_seat(world: World, room: DesignSession) -> None:
    guest, _phrase = await sync_to_async(sessions.join_as_guest)(
        session=room, display_name="Blue Kite", role=Role.SERVICE_USER
    )
    one = await watching(room, guest)
    await add_card(room, world.carer)
    assert "A café" in (await one.frame())["html"]
    await one.leave()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"null",
        b"https://127.0.0.1:8011",
        b"http://127.0.0.1:8012",
        b"http://127.0.0.1",
        b"http://localhost:8011",
        b"http://evil.example",
        b"http://127.0.0.1:8011.evil.example",
        b"http://127.0.0.1:http",
    ],
)
async def test_sockets_refuse_other_origins(
    world: World, room: DesignSession, origin: bytes | None
) -> None:
    one = await socket(room, world.carer, origin=origin)
    assert await one.connect() == 4403


async def test_sockets_refuse_hosts_that_are_not_ours(world: World, room: DesignSession) -> None:
    one = await socket(room, world.carer, origin=b"http://evil.example")
    one.scope["headers"][0] = (b"host", b"evil.example")
    assert await one.connect() == 4403


async def test_sockets_refuse_strangers_other_partnerships_and_missing_sessions_alike(
    world: World, room: DesignSession
) -> None:
    other = await sync_to_async(World)(slug="other")
    nowhere = DesignSession(pk=room.pk + 1000)
    for session, person in (
        (room, None),
        (room, other.facilitator),
        (room, other.guest),
        (nowhere, world.carer),
        (nowhere, None),
    ):
        one = await socket(session, person)
        assert await one.connect() == 4404


async def test_sockets_refuse_addresses_that_lead_nowhere(world: World) -> None:
    for path in ("/live/session/x/", "/live/", "/"):
        one = Socket(path, [(b"host", HOST), (b"origin", ORIGIN)])
        assert await one.connect() == 4404


async def test_staff_without_a_second_factor_are_not_shown_the_board(
    world: World, room: DesignSession
) -> None:
    one = await socket(room, world.facilitator)
    await sync_to_async(lambda: world.facilitator.user.authenticator_set.all().delete())()
    assert await one.connect() == 4403


async def test_a_participant_cannot_ask_for_the_presenters_board(
    world: World, room: DesignSession
) -> None:
    one = await socket(room, world.carer, query="?presenter=1&language=xx&easy=1")
    await one.connect()
    await add_card(room, world.carer)
    html = (await one.frame())["html"]
    assert "Write your idea. Press the button." in html
    assert "presenter=1" not in html
    await one.leave()


async def test_removing_somebody_closes_their_socket_within_a_second(
    world: World, room: DesignSession
) -> None:
    gone = await watching(room, world.carer)
    stays = await watching(room, world.service_user)
    await sync_to_async(people.remove_participant)(
        participant=world.carer, by=world.admin, reason="asked to"
    )
    assert await gone.closed(within=1) == 4403
    assert await stays.receive_nothing(timeout=0.3)
    again = await socket(room, world.carer)
    assert await again.connect() == 4404
    await stays.leave()


async def test_removing_a_duty_closes_the_facilitators_socket_within_a_second(
    world: World, room: DesignSession
) -> None:
    boss = await watching(room, world.facilitator)
    await sync_to_async(people.remove_duty)(
        participant=world.facilitator, duty=Duty.FACILITATOR, by=world.admin
    )
    assert await boss.closed(within=1) == 4403
    again = await watching(room, world.facilitator)
    await add_card(room, world.carer)
    assert "Take off the board" not in (await again.frame())["html"]
    await again.leave()


async def test_a_socket_takes_heartbeats_and_nothing_else(
    world: World, room: DesignSession
) -> None:
    one = await watching(room, world.carer)
    await one.say('{"ping":1}')
    await one.say('{"text":"a card?"}')
    assert await one.receive_nothing(timeout=0.2)
    await one.say("x" * 1025)
    assert await one.closed(within=2) == 1009
    assert not await sync_to_async(Card.objects.exists)()
    two = await watching(room, world.carer)
    await two.send_input({"type": "websocket.receive", "bytes": b"\x00"})
    assert await two.closed(within=2) == 1009
    three = await watching(room, world.carer)
    for _each in range(61):
        await three.say('{"ping":1}')
    assert await three.closed(within=2) == 1008


async def test_a_write_stands_when_the_layer_is_dead(
    world: World, room: DesignSession, caplog: pytest.LogCaptureFixture
) -> None:
    class DeadLayer:
        async def group_send(self, group: str, message: object) -> None:
            raise ConnectionError("nobody answers")

    channel_layers.set("default", DeadLayer())
    before = await sync_to_async(live.revision)(room)
    await add_card(room, world.carer, "Kept")
    assert await sync_to_async(Card.objects.get)(text="Kept")
    assert await sync_to_async(live.revision)(room) == before + 1
    assert "could not announce" in caplog.text


async def test_a_write_does_not_wait_long_for_a_layer_that_hangs(
    world: World,
    room: DesignSession,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class HangingLayer:
        async def group_send(self, group: str, message: object) -> None:
            await asyncio.sleep(60)

    monkeypatch.setattr(live, "PATIENCE", 0.1)
    channel_layers.set("default", HangingLayer())
    async with asyncio.timeout(10):
        await add_card(room, world.carer, "Kept")
    assert await sync_to_async(Card.objects.get)(text="Kept")
    assert "could not announce" in caplog.text


# -- what only Redis and PostgreSQL can show -----------------------------------------------------


@pytest.fixture
async def redis_layer(settings: Any) -> AsyncIterator[None]:
    url = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [url]},
        }
    }
    layer = channel_layers["default"]
    try:
        await layer.group_send("anybody", {"type": "live.sign"})
    except Exception:  # redis-py raises several kinds
        pytest.skip(f"no Redis answers at {url}")
    yield
    await layer.flush()


@pytest.mark.services
async def test_over_redis_two_watchers_hear_the_same_revision_and_people_who_go_are_closed(
    redis_layer: None, world: World, room: DesignSession
) -> None:
    one = await watching(room, world.carer)
    two = await watching(room, world.service_user)
    await add_card(room, world.carer)
    first, second = [await each.frame() for each in (one, two)]
    assert first == second
    assert "A café" in first["html"]
    await sync_to_async(people.remove_participant)(
        participant=world.carer, by=world.admin, reason="asked to"
    )
    assert await one.closed(within=1) == 4403
    await two.leave()


@pytest.mark.services
async def test_announcements_over_redis_share_one_line(
    redis_layer: None, world: World, room: DesignSession
) -> None:
    for n in range(3):
        await add_card(room, world.carer, f"Card {n}")
    lines = channel_layers["default"]._layers  # for each loop that reached it
    assert len(lines) == 2  # this test's own, and the one that stays


def in_parallel(acts: list[Callable[[], object]]) -> list[BaseException]:
    """Run each act in its own thread, begun together; returns what they raised."""
    barrier = Barrier(len(acts))
    raised: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=30)
            act()
        except BaseException as error:  # handed to the test's own thread
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return raised


def test_dots_placed_at_once_are_all_counted_and_nobody_gets_one_too_many(
    committing: None,
) -> None:
    world = World()
    session, card, other = choosing(world)
    crowd = [
        sessions.join_as_guest(session=session, display_name=f"P {n}", role=Role.CARER)[0]
        for n in range(12)
    ]
    greedy = crowd[0]
    acts: list[Callable[[], object]] = [
        lambda person=person: cards.place_dot(card=card, by=person) for person in crowd[1:]
    ]
    acts += [lambda: cards.place_dot(card=other, by=greedy) for _each in range(6)]
    raised = in_parallel(acts)
    assert [type(error) for error in raised] == [cards.UnableToPlaceDot] * 3
    card.refresh_from_db()
    other.refresh_from_db()
    assert (card.dot_count, other.dot_count) == (11, 3)
    assert Dot.objects.filter(card=card).count() == 11
    numbers = Dot.objects.filter(participant=greedy).values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3]


@pytest.mark.services
def test_control_without_the_lock_dots_are_lost(committing: None) -> None:
    """Shows that the race is real: reading and writing the counter without lock or F() loses."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one at a time; the race shows on PostgreSQL only")
    _session, card, _other = choosing(World())
    both_have_read = Barrier(2)

    def careless() -> None:
        with transaction.atomic():
            seen = Card.objects.get(pk=card.pk)
            both_have_read.wait(timeout=30)
            Card.objects.filter(pk=card.pk).update(dot_count=seen.dot_count + 1)

    assert in_parallel([careless, careless]) == []
    card.refresh_from_db()
    assert card.dot_count == 1


@pytest.mark.services
def test_five_hundred_people_place_a_dot_at_once(committing: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the crowd is for PostgreSQL")
    session, card, _other = choosing(World())
    crowd = [
        sessions.join_as_guest(session=session, display_name=f"P {n}", role=Role.CARER)[0]
        for n in range(500)
    ]
    lanes = [crowd[lane::25] for lane in range(25)]  # 25 connections, as a pool would have

    def lane_of(people_in_it: list[Participant]) -> Callable[[], object]:
        return lambda: [cards.place_dot(card=card, by=person) for person in people_in_it]

    began = time.monotonic()
    assert in_parallel([lane_of(lane) for lane in lanes]) == []
    card.refresh_from_db()
    assert card.dot_count == Dot.objects.filter(card=card).count() == 500
    assert time.monotonic() - began < 20  # seconds
