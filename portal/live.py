"""Announcing that something changed: the only caller of the channel layer.

No content ever enters the layer. A change bumps its topic's revision in its own transaction; after
commit every server process hears `{"topic", "rev"}`, renders what its own watchers should see and
writes it to them (portal/hub.py). If the layer cannot be reached the change stands all the same,
and pages catch up by asking (`?rev=`).
"""

import asyncio
import functools
import logging
import os
from asyncio import AbstractEventLoop
from threading import Thread
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import connection, transaction
from django.db.models import Model

from portal.models import Revision, ref

logger = logging.getLogger("throughline.live")

PATIENCE = 2.0  # seconds to reach the layer; the change stands whether it is reached or not

# One statement makes the row or adds to it, whoever else is doing the same, and says the result.
BUMP = """
    INSERT INTO portal_revision (topic, number) VALUES (%s, 1)
    ON CONFLICT (topic) DO UPDATE SET number = portal_revision.number + 1
    RETURNING number
"""


def group_name(topic: str) -> str:
    """The layer's group for a topic. Only ever built from our own references."""
    return "live." + topic.replace(":", ".")


def revision(thing: Model) -> int:
    """The current revision of a thing; 0 when it has never changed."""
    return Revision.objects.filter(topic=ref(thing)).values_list("number", flat=True).first() or 0


def announce(thing: Model) -> int:
    """Bump the thing's revision and, after commit, tell every process. Returns the revision.

    Call inside the transaction of the change. A layer that is down never fails a write.
    """
    topic = ref(thing)
    with connection.cursor() as cursor:
        cursor.execute(BUMP, [topic])
        number: int = cursor.fetchone()[0]
    transaction.on_commit(lambda: _send(topic, number), robust=True)
    return number


def _send(topic: str, number: int) -> None:
    message: dict[str, Any] = {"type": "live.changed", "topic": topic, "rev": number}
    layer = get_channel_layer()
    try:
        if isinstance(layer, InMemoryChannelLayer):  # belongs to the loop of the server itself
            async_to_sync(layer.group_send)(group_name(topic), message)
        else:
            sending = asyncio.wait_for(layer.group_send(group_name(topic), message), PATIENCE)
            asyncio.run_coroutine_threadsafe(sending, _loop(os.getpid())).result()
    except Exception:  # whatever the layer raises when its server is gone
        logger.warning("could not announce %s; pages will catch up by asking", topic)


@functools.cache
def _loop(process: int) -> AbstractEventLoop:
    """A loop that stays, in a thread of its own: one for each process, also after a fork.

    So the connection to the layer stays too. A loop made for each message would connect anew each
    time, which takes about twenty times as long as the message.
    """
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name=f"live-{process}", daemon=True).start()
    return loop
