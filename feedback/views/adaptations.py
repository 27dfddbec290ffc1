"""Pages about adaptations: the change log, one entry, and publishing it with everyone told."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.enums import AdaptationKind
from feedback.forms.adaptations import AdaptationForm, ChangeFilterForm
from feedback.models import Adaptation
from feedback.operations import adaptations as operations
from feedback.queries import adaptations as queries
from feedback.queries.measures import see_measure
from portal import answers, http, permissions
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of
from portal.refusal import Refusal


@require_safe
@http.open_to_visitors
def change_log(request: PortalRequest) -> HttpResponse:
    """What has changed, newest first, by month; of one kind or one part of the service if asked."""
    only = ChangeFilterForm(request.GET or None, partnership=request.partnership)
    chosen = only.cleaned_data if only.is_valid() else {}
    log = queries.change_log(
        request.partnership,
        request.participant,
        kind=chosen.get("kind", ""),
        feature=chosen.get("feature"),
    )
    page = page_of(log, request.GET, by="published_at")
    return render(
        request,
        "feedback/change_log.html",
        {
            "page": page,
            "entries": [queries.Entry(each) for each in page.items],
            "only": only,
            "is_filtered": any(chosen.values()),
            "drafts": queries.drafts_for(request.partnership, request.participant),
        },
    )


def _adaptation(request: PortalRequest, pk: int) -> Adaptation:
    return get_object_or_404(queries.readable_by(request.partnership, request.participant), pk=pk)


@require_safe
@http.open_to_visitors
def adaptation(request: PortalRequest, pk: int) -> HttpResponse:
    """One entry: what it came from, what changed, what we expected, and whether it helped."""
    adaptation = _adaptation(request, pk)
    return render(
        request,
        "feedback/adaptation.html",
        {
            "adaptation": adaptation,
            "sources": queries.sources_of(adaptation),
            "told": answers.told_about(adaptation),
            "told_me": queries.told_to(adaptation, request.participant),
            "seen": see_measure(adaptation.measure, request.participant)
            if adaptation.measure
            else None,
            "reviews": adaptation.reviews.select_related("by__organisation"),
        },
    )


def _asked_sources(request: ParticipantRequest) -> dict[str, list[int]]:
    """What the page was opened from: `?theme=3&proposal=12&decision=4`, each as often as needed."""
    return {
        f"{kind}s": [int(n) for n in request.GET.getlist(kind) if n.isdecimal() and len(n) < 19]
        for kind in ("decision", "proposal", "theme")
    }


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def draft_adaptation(request: ParticipantRequest) -> HttpResponse:
    """Write down a change, or with `?kind=cannot` what cannot be done and why."""
    permissions.check(request.participant, "draft_adaptation", request.partnership)
    form = AdaptationForm(
        request.POST or None,
        by=request.participant,
        is_refusal=request.GET.get("kind") == AdaptationKind.CANNOT,
        sources=_asked_sources(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.draft_adaptation(by=request.participant, **form.words)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("feedback:publish_adaptation", request.partnership.slug, made.pk)
    return render(
        request,
        "feedback/draft_adaptation.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def edit_adaptation(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    adaptation = _adaptation(request, pk)
    permissions.check(request.participant, "edit_adaptation", adaptation)
    if adaptation.is_published:
        messages.warning(request, _("This is published, so its words stay."))
        return redirect(adaptation)
    form = AdaptationForm(
        request.POST or None,
        by=request.participant,
        is_refusal=adaptation.is_refusal,
        adaptation=adaptation,
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_adaptation(adaptation=adaptation, by=request.participant, **form.words)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("feedback:publish_adaptation", request.partnership.slug, pk)
    return render(
        request,
        "feedback/draft_adaptation.html",
        {"form": form, "adaptation": adaptation},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def publish_adaptation(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Before: exactly who will be told what. After: they have been."""
    adaptation = _adaptation(request, pk)
    permissions.check(request.participant, "publish_adaptation", adaptation)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            operations.publish_adaptation(adaptation=adaptation, by=request.participant)
        except operations.UnableToPublishAdaptation as error:
            refusal = error
            adaptation = _adaptation(request, pk)
        else:
            messages.success(request, _("It is published, and everyone it concerns was told."))
            return redirect(adaptation)
    elif adaptation.is_published:
        return redirect(adaptation)
    concerned = answers.as_read_by(answers.preview(adaptation), request.participant)
    prefetch_related_objects(
        [each.participant for each in concerned if each.participant], "organisation"
    )
    return render(
        request,
        "feedback/publish_adaptation.html",
        {
            "adaptation": adaptation,
            "sources": queries.sources_of(adaptation),
            "concerned": concerned,
            "told": answers.told_of(concerned),
            "text": queries.answer_text(adaptation, queries.what_was_said(adaptation)),
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )
