"""Calendars other programs read: iCalendar text (RFC 5545) from plain data. No framework here.

Moments are written in UTC, which every calendar shows in its reader's own time. The same event has
the same UID for ever, so that a changed or called-off date replaces the one a calendar has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vText

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class Happening:
    """One date as a calendar shows it. `changed_at` is when any of this was last different."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    about: str
    place: str
    url: str
    changed_at: datetime
    sequence: int
    is_cancelled: bool = False


def feed(name: str, happenings: Iterable[Happening], *, zone: str) -> bytes:
    """A whole calendar called `name`, for people in `zone`."""
    calendar = Calendar()
    calendar.add("prodid", "-//Throughline//Throughline 1//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", vText(zone))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText("PT6H"))
    for happening in happenings:
        calendar.add_component(_event(happening))
    if not calendar.subcomponents:
        # RFC 5545 asks for at least one component, and some calendars refuse a file without.
        calendar.add_component(Timezone.from_tzid(zone))
    written: bytes = calendar.to_ical()
    return written


def _event(happening: Happening) -> Event:
    event = Event()
    event.add("uid", happening.uid)
    event.add("dtstamp", happening.changed_at.astimezone(UTC))
    event.add("last-modified", happening.changed_at.astimezone(UTC))
    event.add("sequence", happening.sequence)
    event.add("dtstart", happening.starts_at.astimezone(UTC))
    event.add("dtend", happening.ends_at.astimezone(UTC))
    event.add("summary", happening.title)
    event.add("status", "CANCELLED" if happening.is_cancelled else "CONFIRMED")
    if happening.about:
        event.add("description", happening.about)
    if happening.place:
        event.add("location", happening.place)
    event.add("url", happening.url)
    return event
