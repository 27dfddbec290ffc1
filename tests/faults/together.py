"""Doing things at the same moment, in threads with connections of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

PATIENCE = 60  # seconds; a race that takes longer is a deadlock


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all `acts` together. Returns what each returned, or the exception it raised, in order.

    Raises AssertionError when one of them has not ended within PATIENCE.
    """
    start = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()  # connecting is slow, and no part of the race
            start.wait(PATIENCE)
            outcomes[number] = acts[number]()
        except Exception as error:  # it is an outcome; the test says which are right
            outcomes[number] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[number], daemon=True) for number in range(len(acts))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "still waiting for each other"
    return outcomes


def meeting(parties: int) -> Callable[[], None]:
    """A point that nobody passes before all have reached it: it makes a race certain."""
    barrier = threading.Barrier(parties)

    def meet() -> None:
        barrier.wait(PATIENCE)

    return meet


def errors_in(outcomes: list[Any]) -> list[Exception]:
    """The exceptions among what `at_once` returned."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
