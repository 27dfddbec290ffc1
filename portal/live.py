"""Announcing that something changed: the only caller of the channel layer.

No content ever enters the layer. A change bumps its topic's revision in its own transaction; after
commit every server process hears `{"topic", "rev"}`, renders what its own watchers should see and
writes it to them (portal/hub.py). If the layer cannot be reached the change stands all the same,
and pages catch up by asking (`?rev=`).
"""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction
from django.db.models import Model

from portal.models import Revision, ref

logger = logging.getLogger("throughline.live")

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
    try:
        async_to_sync(get_channel_layer().group_send)(group_name(topic), message)
    except Exception:  # whatever the layer raises when its server is gone
        logger.warning("could not announce %s; pages will catch up by asking", topic)
