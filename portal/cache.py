"""A Redis cache that is only ever a help: with Redis gone, it forgets instead of failing."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger("throughline.cache")


def _steady(method: Callable[..., Any], otherwise: Any) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except RedisError:
            logger.warning("cache not reached; going on without it")
            return kwargs.get("default") if otherwise == "default" else otherwise

    return call


class SteadyRedisCache(RedisCache):
    """Django's Redis cache, answering as an empty one while Redis cannot be reached."""

    get = _steady(RedisCache.get, "default")
    get_many = _steady(RedisCache.get_many, {})
    set = _steady(RedisCache.set, None)
    add = _steady(RedisCache.add, True)
    incr = _steady(RedisCache.incr, 1)
    delete = _steady(RedisCache.delete, False)
    touch = _steady(RedisCache.touch, False)
    has_key = _steady(RedisCache.has_key, False)
    clear = _steady(RedisCache.clear, None)
