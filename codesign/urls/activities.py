"""Addresses of activities, their dates and calendars."""

from django.urls import path

from codesign.views import activities, calendars

urlpatterns = [
    path("p/<slug:partnership>/whats-on/", activities.whats_on, name="whats_on"),
    path(
        "p/<slug:partnership>/whats-on/calendar.ics",
        calendars.partnership_calendar,
        name="partnership_calendar",
    ),
    path(
        "p/<slug:partnership>/proposals/<int:pk>/start-activity/",
        activities.start_activity,
        name="start_activity",
    ),
    path("p/<slug:partnership>/activities/<int:pk>/", activities.activity, name="activity"),
    path(
        "p/<slug:partnership>/activities/<int:pk>/edit/",
        activities.edit_activity,
        name="edit_activity",
    ),
    path(
        "p/<slug:partnership>/activities/<int:pk>/hosts/new/", activities.add_host, name="add_host"
    ),
    path(
        "p/<slug:partnership>/activities/<int:pk>/dates/new/", activities.add_date, name="add_date"
    ),
    path(
        "p/<slug:partnership>/activities/<int:pk>/end/",
        activities.end_activity,
        name="end_activity",
    ),
    path(
        "p/<slug:partnership>/activities/<int:pk>/calendar.ics",
        calendars.activity_calendar,
        name="activity_calendar",
    ),
    path(
        "p/<slug:partnership>/activity-dates/<int:pk>/",
        activities.activity_date,
        name="activity_date",
    ),
    path("p/<slug:partnership>/activity-dates/<int:pk>/come/", activities.sign_up, name="sign_up"),
    path(
        "p/<slug:partnership>/activity-dates/<int:pk>/not-coming/",
        activities.cancel_sign_up,
        name="cancel_sign_up",
    ),
    path(
        "p/<slug:partnership>/activity-dates/<int:pk>/call-off/",
        activities.cancel_date,
        name="cancel_date",
    ),
    path(
        "p/<slug:partnership>/activity-dates/<int:pk>/attendance/",
        activities.record_attendance,
        name="record_attendance",
    ),
    path(
        "p/<slug:partnership>/activity-dates/<int:pk>/date.ics",
        calendars.date_calendar,
        name="date_calendar",
    ),
    path(
        "p/<slug:partnership>/my-calendar/", calendars.make_calendar_key, name="make_calendar_key"
    ),
    path(
        "p/<slug:partnership>/my-calendar/stop/",
        calendars.revoke_calendar_key,
        name="revoke_calendar_key",
    ),
    path("calendar/<str:key>.ics", calendars.my_calendar, name="my_calendar"),
]
