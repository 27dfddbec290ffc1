"""Calendars: .ics files and feeds for other programs, and somebody's own with its secret address.

A program that reads a feed brings no cookie, so a partnership's and an activity's feed hold only
what a visitor may read; the personal one is opened by the key in its address.
"""

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign import calendars
from codesign.models import ActivityDate, CalendarKey
from codesign.operations import calendars as operations
from codesign.queries import activities as queries
from codesign.views.activities import find_activity, find_date
from portal import http, limits
from portal.http import ParticipantRequest, PortalRequest

# Calendars of many people may ask through one address, so only keys that are wrong are counted, and
# a right one is always answered: no number of tries finds one.
WRONG_KEYS = {"most": 20, "seconds": 600}


def _answer(
    name: str, dates: Iterable[ActivityDate], *, filename: str, with_links: bool = False
) -> HttpResponse:
    response = HttpResponse(
        calendars.feed(
            name,
            [_happening(each, with_links=with_links) for each in dates],
            zone=settings.TIME_ZONE,
        ),
        content_type=calendars.CONTENT_TYPE,
    )
    response["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    return response


def _happening(date: ActivityDate, *, with_links: bool) -> calendars.Happening:
    """A date in plain data. `with_links` writes down where to meet online: for those who come.

    Nobody meets on a date that was called off, so its link is never there.
    """
    activity = date.activity
    with_links = with_links and not date.is_cancelled
    online = activity.link if with_links else _("Online") if activity.link else ""
    details = [
        (_("Called off:"), date.cancelled_reason),
        ("", activity.about),
        (_("Getting in:"), activity.access),
        (_("Cost:"), activity.cost),
        (_("Bring:"), activity.bring),
        (_("Online:"), activity.link if with_links else ""),
    ]
    title = activity.title
    return calendars.Happening(
        uid=f"activity-date-{date.pk}@{settings.BASE_URL.split('//')[-1]}",
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        title=_("Called off: %(title)s") % {"title": title} if date.is_cancelled else title,
        about="\n\n".join(f"{head} {words}".strip() for head, words in details if words),
        place=activity.place or online,
        url=settings.BASE_URL + date.get_absolute_url(),
        changed_at=max(activity.changed_at, date.cancelled_at or activity.changed_at),
        sequence=date.sequence,
        is_cancelled=date.is_cancelled,
    )


@require_safe
@http.open_to_visitors
def partnership_calendar(request: PortalRequest) -> HttpResponse:
    """Everything anybody may read of what is on in a partnership."""
    dates = queries.dates_fed(request.partnership, None)[: queries.FED]
    return _answer(request.partnership.name, dates, filename=request.partnership.slug)


@require_safe
@http.open_to_visitors
def activity_calendar(request: PortalRequest, pk: int) -> HttpResponse:
    """Every date of one activity."""
    activity = find_activity(request, pk)
    dates = queries.dates_fed(request.partnership, request.participant).filter(activity=activity)
    return _answer(activity.title, dates[: queries.FED], filename=f"activity-{activity.pk}")


@require_safe
@http.open_to_visitors
def date_calendar(request: PortalRequest, pk: int) -> HttpResponse:
    """One date, to add to one's calendar. Whoever is coming finds the link to meet in it."""
    date = find_date(request, pk)
    knows = queries.date_page(date, request.participant).knows_link
    return _answer(date.activity.title, [date], filename=f"date-{date.pk}", with_links=knows)


@require_http_methods(["GET", "HEAD", "POST"])
def make_calendar_key(request: ParticipantRequest) -> HttpResponse:
    """One's own calendar; its address is shown once, which is why the answer is no redirect."""
    key = ""
    if request.method == "POST":
        key = operations.make_calendar_key(by=request.participant)
    address = settings.BASE_URL + reverse("codesign:my_calendar", args=[key]) if key else ""
    context = {
        "address": address,
        "webcal": "webcal://" + address.partition("://")[2] if address else "",
        "made": CalendarKey.objects.filter(participant=request.participant).first(),
        "dates": queries.dates_shown(
            queries.dates_of_person(request.participant).to_come()[: queries.TO_COME],  # type: ignore[attr-defined]
            request.participant,
        ),
    }
    response = render(request, "codesign/activity_calendar.html", context)
    response["Cache-Control"] = "no-store"  # the address is on it
    return response


@require_POST
def revoke_calendar_key(request: ParticipantRequest) -> HttpResponse:
    operations.revoke_calendar_key(by=request.participant)
    messages.success(request, _("The address does not work any more."))
    return redirect("codesign:make_calendar_key", request.partnership.slug)


@require_safe
def my_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody's own calendar, for whoever holds its address. A wrong key is not found."""
    person = operations.whose_calendar(key)
    if person is None:
        limits.count("calendar", limits.sender(request), **WRONG_KEYS)
        raise Http404
    name = _("My dates: %(partnership)s") % {"partnership": person.partnership.name}
    dates = queries.dates_of_person(person)[: queries.FED]
    response = _answer(name, dates, filename="my-dates", with_links=True)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
