"""A Redis cache that is only ever a help: with Redis gone, it forgets instead of failing."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger("throughline.cache")


def _steady(method: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """`method`, or what `otherwise` answers to the same arguments while Redis cannot be reached."""

    @functools.wraps(method)
    def call(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except RedisError:
            logger.warning("cache not reached; going on without it")
            return otherwise(*args, **kwargs)

    return call


def _default(key: Any, default: Any = None, version: int | None = None) -> Any:
    return default


def _always(answer: Any) -> Callable[..., Any]:
    return lambda *args, **kwargs: answer


class SteadyRedisCache(RedisCache):
    """Django's Redis cache, answering as an empty one while Redis cannot be reached."""

    get = _steady(RedisCache.get, _default)
    get_many = _steady(RedisCache.get_many, lambda *args, **kwargs: {})
    set = _steady(RedisCache.set, _always(None))
    set_many = _steady(RedisCache.set_many, lambda *args, **kwargs: [])
    add = _steady(RedisCache.add, _always(True))
    incr = _steady(RedisCache.incr, _always(1))
    delete = _steady(RedisCache.delete, _always(False))
    delete_many = _steady(RedisCache.delete_many, _always(None))
    touch = _steady(RedisCache.touch, _always(False))
    has_key = _steady(RedisCache.has_key, _always(False))
    clear = _steady(RedisCache.clear, _always(None))
