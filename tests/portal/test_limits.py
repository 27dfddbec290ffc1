"""Limits: counting tries by sender, whatever a sender writes into headers."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.test import RequestFactory

from portal import limits
from portal.cache import SteadyRedisCache


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def asked(forwarded: str = "", remote: str = "192.0.2.1") -> str:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return limits.address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


def test_without_proxies_of_our_own_the_header_is_not_believed() -> None:
    assert asked("203.0.113.9") == "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, " , ,", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_the_header_is_believed_as_far_as_our_proxies_reach(
    settings: object, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]
    assert asked(forwarded) == expected


def test_a_sender_is_a_keyed_hash_and_not_an_address() -> None:
    one = limits.sender(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1"))
    two = limits.sender(RequestFactory().get("/", REMOTE_ADDR="192.0.2.2"))
    assert one != two
    assert "192" not in one
    assert len(one) == 20


def test_count_lets_so_many_through_and_no_more() -> None:
    for _ in range(3):
        limits.count("test", "somebody", most=3, seconds=60)
    with pytest.raises(limits.TooManyTries):
        limits.count("test", "somebody", most=3, seconds=60)
    limits.count("test", "another", most=3, seconds=60)
    limits.count("another_act", "somebody", most=3, seconds=60)


def test_the_limit_passes() -> None:
    limits.count("test", "somebody", most=1, seconds=60)
    cache.touch("limit:test:somebody", 0)
    limits.count("test", "somebody", most=1, seconds=60)


@pytest.fixture
def dead() -> BaseCache:
    """A cache whose Redis is not there: nobody listens on this port."""
    return SteadyRedisCache("redis://127.0.0.1:1/0", {})


def test_a_dead_redis_is_an_empty_cache(dead: BaseCache) -> None:
    assert dead.get("key") is None
    assert dead.get("key", []) == []
    assert dead.get("key", default=3) == 3
    assert dead.get_many(["a", "b"]) == {}
    assert dead.set("key", 1) is None
    assert dead.set_many({"a": 1}) == []
    assert dead.add("key", 1) is True
    assert dead.incr("key") == 1
    assert dead.delete("key") is False
    assert dead.delete_many(["key"]) is None
    assert dead.touch("key") is False
    assert dead.has_key("key") is False
    assert dead.get_or_set("key", lambda: 7) in {7, None}
    assert dead.clear() is None


def test_a_dead_redis_stops_nobody(
    dead: BaseCache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "cache", dead)
    for _ in range(5):
        limits.count("test", "somebody", most=1, seconds=60)
    assert "going on without it" in caplog.text
