"""Pages of activities: what is on, one activity, one date, and what those who lead it do."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.forms.activities import (
    WORDS,
    ActivityForm,
    AddDateForm,
    AddHostForm,
    AttendanceForm,
    CallOffForm,
    StartActivityForm,
)
from codesign.models import Activity, ActivityDate
from codesign.operations import activities as operations
from codesign.operations import activity_dates, sign_ups
from codesign.queries import activities as queries
from codesign.queries import whats_on as weeks
from codesign.views.parts import find_proposal
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest


def find_activity(request: PortalRequest, pk: int) -> Activity:
    return get_object_or_404(queries.activities_of(request.partnership, request.participant), pk=pk)


def find_date(request: PortalRequest, pk: int) -> ActivityDate:
    return get_object_or_404(queries.dates_of(request.partnership, request.participant), pk=pk)


@require_safe
@http.open_to_visitors
def whats_on(request: PortalRequest) -> HttpResponse:
    """What is on in one week, of one interest if asked; what people wish for, to support."""
    asked = request.GET.get("interest", "")
    interest = next((each for each in weeks.INTERESTS if each == asked), None)
    context = {
        "on": weeks.whats_on(
            request.partnership,
            request.participant,
            week=weeks.monday_of(request.GET.get("week", "")),
            interest=interest or "",
        ),
        "this_week": weeks.monday_of(""),
        "interest": interest,
        "interests": weeks.INTERESTS,
    }
    return render(request, "codesign/activities.html", context)


@require_safe
@http.open_to_visitors
def activity(request: PortalRequest, pk: int) -> HttpResponse:
    """One activity: what, where, who leads it, when, and how to come."""
    found = find_activity(request, pk)
    return render(
        request,
        "codesign/activity.html",
        {"activity": found, "shown": queries.activity_page(found, request.participant)},
    )


@require_safe
@http.open_to_visitors
def activity_date(request: PortalRequest, pk: int) -> HttpResponse:
    """One date: whether one is coming, and afterwards whether it was any good."""
    found = find_date(request, pk)
    return render(
        request,
        "codesign/activity_date.html",
        {
            "date": found,
            "activity": found.activity,
            "page": queries.date_page(found, request.participant),
        },
    )


def _after_sign_up(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The sign-up part for htmx; without it, back to the page the tap was made on."""
    found = find_date(request, pk)
    back = request.POST.get("back", "")
    if request.htmx and back:
        context = {"shown": queries.shown_to(found, request.participant), "back": back}
        return render(request, "codesign/parts/activity_sign_up.html", context)
    if back == "front":
        return redirect(f"{request.partnership.get_absolute_url()}#sign-up-{pk}")
    if back == "week":
        week = weeks.monday_of(f"{found.starts_at:%Y-%m-%d}")
        address = reverse("codesign:whats_on", args=[request.partnership.slug])
        return redirect(f"{address}?week={week:%Y-%m-%d}#sign-up-{pk}")
    if back == "activity":
        return redirect(f"{found.activity.get_absolute_url()}#sign-up-{pk}")
    return redirect(found)


@require_POST
def sign_up(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One tap. Twice is once."""
    asked = request.POST.get("remind", "")
    sign_ups.sign_up(
        date=find_date(request, pk),
        by=request.participant,
        remind={"on": True, "off": False}.get(asked),
    )
    return _after_sign_up(request, pk)


@require_POST
def cancel_sign_up(request: ParticipantRequest, pk: int) -> HttpResponse:
    sign_ups.cancel_sign_up(date=find_date(request, pk), by=request.participant)
    return _after_sign_up(request, pk)


FORM = "codesign/activity_form.html"  # a page with one form about an activity, or a date


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def start_activity(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Make an agreed suggestion an activity people can come to."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "start_activity", proposal)
    if proposal.is_hidden:
        raise operations.UnableToStartActivity(
            _("The words of this suggestion are hidden. It can start when they are back.")
        )
    form = StartActivityForm(request.POST or None, proposal=proposal, by=request.participant)
    return ask(
        request,
        FORM,
        form,
        {
            "about": proposal,
            "title": _("Start this activity"),
            "button": _("Start it and tell everybody"),
            "draft": f"start-activity-{proposal.pk}",
        },
        act=lambda: operations.start_activity(
            proposal=proposal,
            words=form.words,
            first_at=form.cleaned_data["first_at"],
            minutes=form.cleaned_data["minutes"],
            rrule=form.rrule,
            capacity=form.cleaned_data["capacity"],
            hosts=form.hosts,
            by=request.participant,
        ),
        done=_("It has begun. Everybody who supported it was told."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def edit_activity(request: ParticipantRequest, pk: int) -> HttpResponse:
    found = find_activity(request, pk)
    permissions.check(request.participant, "edit_activity", found)
    initial = {name: getattr(found, name) for name in (*WORDS, "capacity")}
    form = ActivityForm(request.POST or None, initial=initial)
    return ask(
        request,
        FORM,
        form,
        {
            "about": found,
            "title": _("Change what it says"),
            "button": _("Save and tell those who are coming"),
        },
        act=lambda: operations.edit_activity(
            activity=found,
            words=form.words,
            capacity=form.cleaned_data["capacity"],
            by=request.participant,
        ),
        done=_("Saved. Everybody who is coming was told."),
        to=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_host(request: ParticipantRequest, pk: int) -> HttpResponse:
    found = find_activity(request, pk)
    permissions.check(request.participant, "add_host", found)
    form = AddHostForm(request.POST or None, workspace=found.workspace)
    return ask(
        request,
        FORM,
        form,
        {"about": found, "title": _("Add somebody who leads it"), "button": _("Add them")},
        act=lambda: operations.add_host(
            activity=found,
            participant=form.cleaned_data["participant"],
            by=request.participant,
        ),
        done=_("They lead it too now, and were told."),
        to=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def add_date(request: ParticipantRequest, pk: int) -> HttpResponse:
    found = find_activity(request, pk)
    permissions.check(request.participant, "add_date", found)
    form = AddDateForm(request.POST or None)
    return ask(
        request,
        FORM,
        form,
        {"about": found, "title": _("Add a date"), "button": _("Add this date")},
        act=lambda: activity_dates.add_date(
            activity=found, by=request.participant, **form.cleaned_data
        ),
        done=_("The date is there. People who follow this were told."),
        to=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end_activity(request: ParticipantRequest, pk: int) -> HttpResponse:
    found = find_activity(request, pk)
    permissions.check(request.participant, "end_activity", found)
    form = CallOffForm(request.POST or None)
    return ask(
        request,
        FORM,
        form,
        {
            "about": found,
            "title": _("End this activity"),
            "button": _("End it and call off its dates"),
        },
        act=lambda: operations.end_activity(
            activity=found, by=request.participant, **form.cleaned_data
        ),
        done=_("It has ended. Everybody who was coming was told."),
        to=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_date(request: ParticipantRequest, pk: int) -> HttpResponse:
    found = find_date(request, pk)
    permissions.check(request.participant, "cancel_date", found)
    form = CallOffForm(request.POST or None)
    return ask(
        request,
        FORM,
        form,
        {"about": found, "title": _("Call this date off"), "button": _("Call it off")},
        act=lambda: activity_dates.cancel_date(
            date=found, by=request.participant, **form.cleaned_data
        ),
        done=_("It is called off. Everybody who was coming was told."),
        to=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def record_attendance(request: ParticipantRequest, pk: int) -> HttpResponse:
    found = find_date(request, pk)
    permissions.check(request.participant, "record_attendance", found)
    initial = {"attended": found.attended if found.attended is not None else ""}
    form = AttendanceForm(request.POST or None, initial=initial)
    return ask(
        request,
        FORM,
        form,
        {"about": found, "title": _("Count who came"), "button": _("Save the number")},
        act=lambda: operations.record_attendance(
            date=found, by=request.participant, **form.cleaned_data
        ),
        done=_("Thank you. The number is saved."),
        to=found,
    )
