"""The one source of "now".

Everything that is dated takes its moment from here, so that tests can stand at a chosen time and
the demo can live through two years in order. Server time only; a browser's clock is never asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_standing_at: ContextVar[datetime | None] = ContextVar("standing_at", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _standing_at.get() or timezone.now()


def today() -> date:
    """Today's date where the service is (settings.TIME_ZONE)."""
    return timezone.localdate(now())


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week: all that is kept of when an anonymous voice came."""
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


def one_working_day_before(moment: datetime) -> datetime:
    """The moment since which a working day has passed. Saturdays and Sundays do not count.

    What waits for a moderator longer than this is overdue: somebody may be hurt by it meanwhile.
    """
    here = timezone.localtime(moment)
    if here.weekday() >= 5:
        friday = here.date() - timedelta(days=here.weekday() - 4)
        return timezone.make_aware(datetime.combine(friday, time.min))
    return here - timedelta(days=3 if here.weekday() == 0 else 1)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block `now()` answers `moment`."""
    token = _standing_at.set(moment)
    try:
        yield
    finally:
        _standing_at.reset(token)
