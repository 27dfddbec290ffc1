"""Repeating dates: a rule of RFC 5545 and a first moment become the moments that follow.

A rule is read where the activity is, so that two in the afternoon stays two in the afternoon when
the clocks change. No framework here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 400  # moments that one rule may give for one question
_WRITTEN = re.compile(
    r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)"
    r"(;(INTERVAL|BYDAY|BYMONTH|BYMONTHDAY|BYSETPOS|COUNT|UNTIL|WKST)=[A-Z0-9+,-]+)*"
)
_BYDAY = re.compile(r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(T\d{6}Z)?")


@dataclass(frozen=True)
class Rhythm:
    """What a rule says, taken apart for words.

    `day` is a weekday, 0 for Monday; `nth` says which one of the month (-1: the last), else 0.
    """

    often: str
    every: int
    day: int
    nth: int
    until: date | None


def rule_for(repeats: str, first: datetime, until: date | None = None) -> str:
    """The rule of a plain choice: `weekly`, `fortnightly` or `monthly`; empty for anything else.

    `first` is the first moment where the activity is. Every month means the same weekday: the
    second Thursday; the last one for a date that not every month has.
    """
    day = DAYS[first.weekday()]
    nth = (first.day - 1) // 7 + 1
    rules = {
        "weekly": f"FREQ=WEEKLY;BYDAY={day}",
        "fortnightly": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
        "monthly": f"FREQ=MONTHLY;BYDAY={-1 if nth == 5 else nth}{day}",
    }
    rule = rules.get(repeats, "")
    if rule and until is not None:
        last = datetime.combine(until, time(23, 59, 59), first.tzinfo).astimezone(UTC)
        rule += f";UNTIL={last:%Y%m%dT%H%M%SZ}"
    return rule


def is_rule(rule: str) -> bool:
    """Whether `rule` is one we can read; empty is none."""
    if not _WRITTEN.fullmatch(rule):
        return False
    try:
        rrulestr(rule, dtstart=datetime(2026, 1, 1, tzinfo=UTC))
    except (ValueError, TypeError):
        return False
    return True


def moments(
    rule: str, first: datetime, zone: ZoneInfo, *, after: datetime, before: datetime
) -> list[datetime]:
    """The moments of a rule from `first` on, between `after` and `before`, in order.

    `first` itself always counts, as in RFC 5545. Raises ValueError for a rule nobody can read.
    """
    local = first.astimezone(zone)
    if rule and not is_rule(rule):
        raise ValueError(f"not a rule: {rule!r}")
    wanted = rruleset()
    wanted.rdate(local)
    if rule:
        wanted.rrule(rrulestr(rule, dtstart=local))
    found: list[datetime] = []
    for moment in wanted.xafter(after.astimezone(zone) - timedelta(hours=1)):
        at = moment.astimezone(UTC)
        if at > before or len(found) == MOST:
            break
        if at > after:
            found.append(at)
    return found


def rhythm(rule: str, first: datetime) -> Rhythm | None:
    """What a rule that `rule_for` wrote says; None for single dates and rules of another kind.

    `first` is the first moment where the activity is.
    """
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    byday = re.fullmatch(
        r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)", parts.get("BYDAY", DAYS[first.weekday()])
    )
    if parts.keys() - {"FREQ", "INTERVAL", "BYDAY", "UNTIL"} or byday is None:
        return None
    often = parts.get("FREQ", "")
    nth = int(byday[1] or 0)
    if (often, bool(nth)) not in {("WEEKLY", False), ("MONTHLY", True)}:
        return None
    until = _UNTIL.fullmatch(parts.get("UNTIL", ""))
    return Rhythm(
        often=often.lower(),
        every=int(parts.get("INTERVAL", "1")),
        day=DAYS.index(byday[2]),
        nth=nth,
        until=date(int(until[1]), int(until[2]), int(until[3])) if until else None,
    )
