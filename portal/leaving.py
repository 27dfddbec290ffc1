"""What else ends when somebody leaves a partnership, or deletes their account.

The kernel knows of people, duties and notices. An app that keeps something for somebody alone, such
as a place on a list, says here once what becomes of it; the kernel never learns of the app. What
somebody gave to others is never taken away: it stays, with its counts.
"""

from collections.abc import Callable

from portal.models import Participant

Ending = Callable[[Participant], object]
_on_leaving: list[Ending] = []
_on_deletion: list[Ending] = []


def when_leaving(ending: Ending) -> Ending:
    """Register what ends when somebody leaves, who may come back one day."""
    _on_leaving.append(ending)
    return ending


def when_deleted(ending: Ending) -> Ending:
    """Register what ends besides when somebody deletes their account: there is no coming back."""
    _on_deletion.append(ending)
    return ending


def settle(participant: Participant, *, for_good: bool = False) -> None:
    """Let everything registered end, inside the transaction of the leaving."""
    for ending in [*_on_leaving, *(_on_deletion if for_good else [])]:
        ending(participant)
