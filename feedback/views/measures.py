"""Pages about measures: what is counted, each month's reading, and reviews of what changed."""

import csv

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.enums import Verdict, WhatNext
from feedback.forms.measures import CorrectionForm, MeasureForm, ObservationForm, ReviewForm
from feedback.models import Adaptation, Measure, Observation
from feedback.operations import measures as operations
from feedback.queries import measures as queries
from portal import http, permissions
from portal.disclosure import Certainty
from portal.http import ParticipantRequest, PortalRequest
from portal.refusal import Refusal
from portal.sanitise import csv_cell


@require_safe
@http.open_to_visitors
def measures(request: PortalRequest) -> HttpResponse:
    """Everything that is counted here, with its latest reading."""
    found = queries.latest_of(request.partnership, request.participant)
    return render(request, "feedback/measures.html", {"measures": found})


def _measure(request: PortalRequest, pk: int) -> Measure:
    return get_object_or_404(
        Measure.objects.visible_to(request.participant).select_related(
            "partnership", "feature__partnership"
        ),
        pk=pk,
        partnership=request.partnership,
    )


@require_safe
@http.open_to_visitors
def measure(request: PortalRequest, pk: int) -> HttpResponse:
    """One measure: a sentence, the picture with the changes noted on it, and the numbers."""
    seen = queries.see_measure(_measure(request, pk), request.participant)
    return render(request, "feedback/measure.html", {"measure": seen.measure, "seen": seen})


HOW = {
    Certainty.NONE: "exact",
    Certainty.EXACT: "exact",
    Certainty.ABOUT: "rounded to 5",
    Certainty.HIDDEN: "hidden, fewer than 8",
}


@require_safe
@http.open_to_visitors
def measure_csv(request: PortalRequest, pk: int) -> HttpResponse:
    """The same numbers as a file: one row a month, as this person may see them."""
    measure = _measure(request, pk)
    gated = queries.needs_gate(measure, request.participant)
    name = slugify(measure.name) or "measure"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow(["month", "value", "how", "measure", "unit"])
    for reading in queries.readings_of(measure, gated=gated):
        number = reading.shown.number
        writer.writerow(
            csv_cell(cell)
            for cell in (
                f"{reading.observation.month:%Y-%m}",
                None if number is None else f"{number.normalize():f}",
                HOW[reading.shown.certainty],
                measure.name,
                measure.unit,
            )
        )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def define_measure(request: ParticipantRequest) -> HttpResponse:
    """Say what is to be counted every month."""
    permissions.check(request.participant, "define_measure", request.partnership)
    form = MeasureForm(request.POST or None, partnership=request.partnership)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.define_measure(by=request.participant, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(made)
    return render(
        request, "feedback/define_measure.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def record_observation(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Write down one month's number."""
    measure = _measure(request, pk)
    permissions.check(request.participant, "record_observation", measure)
    form = ObservationForm(request.POST or None, measure=measure)
    if request.method == "POST" and form.is_valid():
        try:
            operations.record_observation(
                measure=measure, by=request.participant, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(measure)
    return render(
        request,
        "feedback/record_observation.html",
        {"measure": measure, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def correct_observation(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Put a new number in the place of a wrong one, with the reason."""
    observation = get_object_or_404(
        Observation.objects.select_related("measure__partnership", "by__organisation"),
        pk=pk,
        measure__partnership=request.partnership,
    )
    measure = observation.measure
    permissions.check(request.participant, "correct_observation", measure)
    form = CorrectionForm(request.POST or None, measure=measure)
    if request.method == "POST" and form.is_valid():
        try:
            operations.correct_observation(
                observation=observation, by=request.participant, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Corrected. The old number stays readable."))
            return redirect(measure)
    return render(
        request,
        "feedback/record_observation.html",
        {"measure": measure, "form": form, "observation": observation},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def review_adaptation(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say whether a change helped."""
    adaptation = get_object_or_404(
        Adaptation.objects.visible_to(request.participant).select_related(
            "partnership", "feature", "measure__partnership"
        ),
        pk=pk,
    )
    permissions.check(request.participant, "review_adaptation", adaptation)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            review = operations.review_adaptation(
                adaptation=adaptation,
                verdict=Verdict(words["verdict"]),
                words=words["words"],
                participants_say=words["participants_say"],
                what_next=WhatNext(words["what_next"]),
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Everyone who was told of the change hears of it."))
            return redirect(review)
    seen = (
        queries.see_measure(adaptation.measure, request.participant) if adaptation.measure else None
    )
    return render(
        request,
        "feedback/review_adaptation.html",
        {"adaptation": adaptation, "form": form, "seen": seen},
        status=422 if form.errors else 200,
    )
