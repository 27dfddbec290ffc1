"""The service description: every part, how it stands or stood, why, and what became of it."""

from datetime import date, timedelta

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign import open_referral
from codesign.enums import FeatureStatus
from codesign.forms.features import AddFeatureForm, BetweenForm, ChangeFeatureForm, DayForm
from codesign.models import ServiceFeature
from codesign.operations import features as operations
from codesign.queries import features as queries
from portal import clock, http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of

USUAL_SPAN = timedelta(days=365)  # how far back a difference looks, unless asked


def _day(request: PortalRequest) -> tuple[DayForm, date]:
    """The day that `?on=` asks for; today when it asks for none, or for one nobody can read."""
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": clock.today()})
    return form, form.cleaned_data["on"] if form.is_valid() else clock.today()


def _feature(request: PortalRequest, pk: int) -> ServiceFeature:
    return get_object_or_404(
        ServiceFeature.objects.select_related("partnership"), pk=pk, partnership=request.partnership
    )


def _page_of(feature: ServiceFeature) -> str:
    return reverse("codesign:service_feature", args=[feature.partnership.slug, feature.pk])


@require_safe
@http.open_to_visitors
def service(request: PortalRequest) -> HttpResponse:
    """The service as it is today, or as it stood on the day asked for: every part, and why."""
    form, day = _day(request)
    parts = queries.service_on(request.partnership, day, request.participant)
    return render(
        request,
        "codesign/service.html",
        {
            "form": form,
            "day": day,
            "today": clock.today(),
            "parts": [each for each in parts if not each.has_ended],
            "ended": [each for each in parts if each.has_ended],
        },
    )


@require_safe
@http.open_to_visitors
def service_json(request: PortalRequest) -> HttpResponse:
    """The same for other directories, shaped like Open Referral UK. `?on=` and `?page=` work."""
    form, day = _day(request)
    if form.errors:
        return JsonResponse({"error": _("Please write a date like 2026-03-27.")}, status=400)
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    partnership = request.partnership
    parts = [
        open_referral.Part(
            name=each.feature.name,
            summary=each.feature.summary,
            words=each.version.words,
            status=each.version.status,
            url=settings.BASE_URL
            + reverse("codesign:service_feature", args=[partnership.slug, each.feature.pk]),
            changed_at=each.version.created_at,
        )
        for each in queries.service_on(partnership, day, request.participant)
    ]
    provider = open_referral.Provider(
        name=partnership.name,
        description=partnership.summary,
        url=settings.BASE_URL + partnership.get_absolute_url(),
    )
    return JsonResponse(open_referral.page(parts, provider, number=max(number, 1)))


@require_safe
@http.open_to_visitors
def service_difference(request: PortalRequest) -> HttpResponse:
    """What became of each part between two days: the last year, unless asked."""
    today = clock.today()
    usual = {"from": today - USUAL_SPAN, "to": today}
    asked = "from" in request.GET or "to" in request.GET
    form = BetweenForm(request.GET if asked else None, initial=usual)
    days = form.cleaned_data if form.is_valid() else usual
    return render(
        request,
        "codesign/service_difference.html",
        {
            "form": form,
            "first": days["from"],
            "last": days["to"],
            "difference": queries.service_difference(
                request.partnership, days["from"], days["to"], request.participant
            ),
        },
    )


@require_safe
@http.open_to_visitors
def service_feature(request: PortalRequest, pk: int) -> HttpResponse:
    """One part of the service: how it stands today, and every version with what brought it."""
    feature = _feature(request, pk)
    page = page_of(queries.history_of(feature), request.GET)
    reasons = queries.reasons_for(page.items, request.participant)
    return render(
        request,
        "codesign/service_feature.html",
        {
            "feature": feature,
            "standing": queries.standing_on(feature, clock.today()),
            "page": page,
            "steps": [queries.Step(each, reasons.get(each.pk)) for each in page.items],
            "today": clock.today(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def add_service_feature(request: ParticipantRequest) -> HttpResponse:
    """Write down a part of the service."""
    permissions.check(request.participant, "add_service_feature", request.partnership)
    form = AddFeatureForm(
        request.POST or None, by=request.participant, initial={"status": FeatureStatus.CURRENT}
    )
    return ask(
        request,
        "codesign/service_form.html",
        form,
        {},
        act=lambda: operations.add_service_feature(
            name=form.cleaned_data["name"],
            summary=form.cleaned_data["summary"],
            words=form.cleaned_data["words"],
            status=FeatureStatus(form.cleaned_data["status"]),
            from_day=form.cleaned_data["from_day"],
            by=request.participant,
            **form.because,
        ),
        done=_("It is now part of the service description."),
        to=_page_of,
        field="name",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def change_service_feature(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say how a part of the service stands from a day on."""
    feature = _feature(request, pk)
    permissions.check(request.participant, "change_service_feature", feature)
    form = ChangeFeatureForm(
        request.POST or None,
        by=request.participant,
        standing=queries.standing_on(feature, clock.today()),
    )
    return ask(
        request,
        "codesign/service_form.html",
        form,
        {"feature": feature},
        act=lambda: operations.change_service_feature(
            feature=feature,
            status=FeatureStatus(form.cleaned_data["status"]),
            words=form.cleaned_data["words"],
            from_day=form.cleaned_data["from_day"],
            by=request.participant,
            **form.because,
        ),
        done=_("The service description says so from that day on."),
        to=_page_of(feature),
    )
