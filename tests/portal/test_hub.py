"""The hub: one rendering per audience, not too often, and nobody held up by anybody else."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from channels.layers import channel_layers

from portal import hub
from portal.hub import Audience, Watcher
from portal.live import group_name

TOPIC = "teapot:1"
FACILITATORS = Audience("facilitator", "en-gb")
PARTICIPANTS = Audience("participant", "en-gb")


class Teapot:
    """A topic whose content is its revision. Counts how often it is rendered, and for whom."""

    def __init__(self) -> None:
        self.rev = 0
        self.filling = ""
        self.rendered: list[Audience] = []

    def render(self, topic: str, audience: Audience) -> tuple[int, str]:
        self.rendered.append(audience)
        return self.rev, f"<p>{audience.kind} {self.rev}{self.filling}</p>"

    async def change(self) -> None:
        self.rev += 1
        await say(self.rev)


async def say(rev: int, topic: str = TOPIC) -> None:
    """What live.announce sends after commit."""
    message = {"type": "live.changed", "topic": topic, "rev": rev}
    await channel_layers["default"].group_send(group_name(topic), message)


@pytest.fixture
def teapot() -> Iterator[Teapot]:
    pot = Teapot()
    hub.register("teapot", pot.render)
    yield pot
    del hub._renders["teapot"]


class Socket:
    """A watching socket that keeps what it is sent. `open` can be cleared to stall its reader."""

    def __init__(self, audience: Audience = FACILITATORS, *, also: tuple[str, ...] = ()) -> None:
        self.frames: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self.open = asyncio.Event()
        self.open.set()
        self.code = 0
        self.watcher = Watcher(TOPIC, audience, recheck=self.recheck, also=also)

    async def recheck(self) -> int:
        return self.code

    async def send(self, text: str) -> None:
        await self.open.wait()
        self.frames.put_nowait(json.loads(text))

    async def __aenter__(self) -> "Socket":
        await hub.here().watch(self.watcher)
        self.writing = asyncio.ensure_future(self.watcher.write(self.send))
        return self

    async def __aexit__(self, *error: object) -> None:
        self.writing.cancel()
        await hub.here().leave(self.watcher)

    async def next(self, within: float = 2.0) -> dict[str, object]:
        return await asyncio.wait_for(self.frames.get(), within)

    async def hears_nothing(self, for_seconds: float) -> bool:
        await asyncio.sleep(for_seconds)
        return self.frames.empty()


@pytest.fixture(autouse=True)
async def fresh_layer() -> AsyncIterator[None]:
    yield
    channel_layers.backends.pop("default", None)


async def test_two_watchers_hear_the_same_frame_rendered_once(teapot: Teapot) -> None:
    async with Socket() as one, Socket() as two:
        await teapot.change()
        assert await one.next() == await two.next() == {"rev": 1, "html": "<p>facilitator 1</p>"}
    assert teapot.rendered == [FACILITATORS]


async def test_each_audience_gets_its_own_rendering(teapot: Teapot) -> None:
    easy = Audience("participant", "en-gb", easy_read=True)
    async with Socket() as one, Socket(PARTICIPANTS) as two, Socket(easy) as three:
        await teapot.change()
        assert (await one.next())["html"] == "<p>facilitator 1</p>"
        assert (await two.next())["html"] == "<p>participant 1</p>"
        await three.next()
    assert sorted(teapot.rendered, key=str) == sorted([FACILITATORS, PARTICIPANTS, easy], key=str)


@pytest.mark.parametrize(("audience", "most"), [(FACILITATORS, 12), (PARTICIPANTS, 3)])
async def test_bursts_are_coalesced_and_the_last_word_arrives(
    teapot: Teapot, audience: Audience, most: int
) -> None:
    async with Socket(audience) as one:
        began = time.monotonic()
        while time.monotonic() - began < 0.9:
            await teapot.change()
            await asyncio.sleep(0.01)
        last = teapot.rev
        frame = await one.next()
        while frame["rev"] != last:
            frame = await one.next()
    assert last > 40
    assert len(teapot.rendered) <= most


async def test_repeated_and_late_announcements_are_not_rendered_again(teapot: Teapot) -> None:
    async with Socket() as one:
        await teapot.change()
        await one.next()
        await say(1)
        await say(0)
        assert await one.hears_nothing(0.3)
    assert len(teapot.rendered) == 1


async def test_other_topics_are_not_heard(teapot: Teapot) -> None:
    async with Socket() as one:
        await say(1, "teapot:2")
        assert await one.hears_nothing(0.2)
    assert teapot.rendered == []


async def test_a_stalled_reader_holds_up_nobody_and_gets_the_newest(
    teapot: Teapot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Socket() as stalled, Socket() as quick:
        stalled.open.clear()
        for rev in (1, 2, 3):
            await teapot.change()
            assert (await quick.next())["rev"] == rev
        stalled.open.set()
        assert [(await stalled.next())["rev"], (await stalled.next())["rev"]] == [1, 3]
        assert not stalled.watcher.ended.done()
        # One that stays stalled is dropped.
        monkeypatch.setattr(hub, "STALLED", 0.05)
        stalled.open.clear()
        await teapot.change()
        await quick.next()
        await asyncio.sleep(0.1)
        await teapot.change()
        assert await asyncio.wait_for(stalled.watcher.ended, 2) == hub.TRY_AGAIN_LATER
        assert not quick.watcher.ended.done()


async def test_large_fragments_are_announced_and_not_pushed(teapot: Teapot) -> None:
    teapot.filling = "é" * (hub.LARGEST_PUSHED // 2)
    async with Socket() as one:
        await teapot.change()
        assert await one.next() == {"rev": 1}


async def test_a_rendering_that_fails_ends_nothing(teapot: Teapot) -> None:
    async with Socket() as one:
        good, bad = teapot.render, lambda topic, audience: 1 / 0
        hub.register("teapot", bad)  # type: ignore[arg-type]
        await teapot.change()
        assert await one.hears_nothing(0.2)
        hub.register("teapot", good)
        await teapot.change()
        assert (await one.next())["rev"] == 2


async def test_people_who_no_longer_belong_are_ended_when_it_is_announced(teapot: Teapot) -> None:
    async with Socket(also=("participant:7",)) as one, Socket(also=("participant:8",)) as two:
        one.code = two.code = hub.NOT_WELCOME
        await say(1, "participant:7")
        assert await asyncio.wait_for(one.watcher.ended, 1) == hub.NOT_WELCOME
        assert not two.watcher.ended.done()


async def test_everybody_is_checked_every_minute(
    teapot: Teapot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RECHECK", 0.2)
    async with Socket() as one:
        await asyncio.sleep(0.3)
        assert not one.watcher.ended.done()
        one.code = hub.NOT_WELCOME
        assert await asyncio.wait_for(one.watcher.ended, 1) == hub.NOT_WELCOME


async def test_the_last_one_to_leave_takes_the_subscription_along(teapot: Teapot) -> None:
    layer = channel_layers["default"]
    async with Socket():
        async with Socket():
            (group,) = layer.groups
            assert group.endswith(group_name(TOPIC))  # Redis puts a prefix before it
            assert len(layer.groups[group]) == 1
        assert list(layer.groups) == [group]
    assert not layer.groups
    assert not [task for task in asyncio.all_tasks() if "Hub" in repr(task)]
    async with Socket() as again:
        await teapot.change()
        assert (await again.next())["rev"] == 1


async def test_a_layer_that_forgets_is_joined_again_and_what_was_missed_is_sent(
    teapot: Teapot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SIGN_OF_LIFE", 0.2)
    async with Socket() as one:
        await teapot.change()
        await one.next()
        await channel_layers["default"].flush()
        await teapot.change()  # nobody hears this
        assert (await one.next(within=5))["rev"] == 2
        await teapot.change()
        assert (await one.next())["rev"] == 3


class DeadLayer:
    """A layer whose server is gone."""

    async def new_channel(self) -> str:
        raise ConnectionError("nobody answers")


async def test_sockets_stay_while_the_layer_is_dead_and_catch_up_when_it_is_back(
    teapot: Teapot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PATIENCE", 0.1)
    living = channel_layers.set("default", DeadLayer())
    async with Socket() as one:
        teapot.rev = 5  # the change stands; only its announcement is lost
        assert await one.hears_nothing(0.2)
        if living is None:
            channel_layers.backends.pop("default")
        else:
            channel_layers.set("default", living)
        assert (await one.next(within=5))["rev"] == 5
        assert not one.watcher.ended.done()
