"""Pages about decisions, and the service as it is now."""

import re
from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Q, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign.forms.decisions import DecisionForm
from codesign.models import Decision, Workspace
from codesign.operations import decisions as operations
from codesign.queries import decisions as queries
from portal import answers, http, permissions
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of
from portal.refusal import Refusal


@require_safe
@http.open_to_visitors
def decisions(request: PortalRequest) -> HttpResponse:
    """Every published decision, newest first; facilitators also see their drafts."""
    published = queries.decisions_of(request.partnership, request.participant)
    return render(
        request,
        "codesign/decisions.html",
        {
            "page": page_of(published, request.GET, by="published_at"),
            "drafts": queries.drafts_for(request.partnership, request.participant),
        },
    )


def _decision(request: PortalRequest, pk: int) -> Decision:
    """A published decision, or a draft for those who may record decisions."""
    readable = Q(pk__in=Decision.objects.visible_to(request.participant).values("pk"))
    if permissions.can(request.participant, "draft_decision", request.partnership):
        readable |= Q(partnership=request.partnership)
    return get_object_or_404(
        Decision.objects.filter(readable).select_related(
            "partnership", "workspace__partnership", "published_by__organisation", "drafted_by"
        ),
        pk=pk,
        partnership=request.partnership,
    )


@require_safe
@http.open_to_visitors
def decision(request: PortalRequest, pk: int) -> HttpResponse:
    """One decision: what, why, on which evidence, who disagreed, and who was told."""
    decision = _decision(request, pk)
    return render(
        request,
        "codesign/decision.html",
        {
            "decision": decision,
            "outcomes": decision.outcomes.select_related(
                "source__partnership", "source__by__organisation"
            ).order_by("pk"),
            "told": answers.told_about(decision),
        },
    )


def _numbers(names: Iterable[str], pattern: str) -> set[int]:
    found = (re.fullmatch(pattern, name) for name in names)
    return {int(each[1]) for each in found if each}


def _form(
    request: ParticipantRequest, workspace: Workspace, decision: Decision | None = None
) -> DecisionForm:
    """The form with the suggestions it is about: those named in the address, decided about in the
    draft, or sent. Looking for more adds what was found, and keeps what is written.
    """
    sent, looking = request.POST, "look" in request.POST
    chosen = _numbers(request.GET.getlist("about"), "([0-9]{1,18})")
    if looking:
        filled = [name for name, typed in sent.items() if str(typed).strip()]
        chosen |= _numbers(filled, "(?:outcome|reason)_([0-9]{1,18})")
    elif request.method == "POST":
        chosen = _numbers(sent, "outcome_([0-9]{1,18})")
    elif decision is not None:
        chosen |= set(decision.outcomes.values_list("source", flat=True))
    proposals = queries.chosen_for_decision(workspace, chosen)
    others = []
    if looking or (request.method != "POST" and not proposals):
        others = queries.others_to_decide(workspace, sent.get("find", ""), chosen)
    return DecisionForm(
        sent if request.method == "POST" and not looking else None,
        proposals=[*proposals, *others],
        decision=decision,
        initial=sent.dict() if looking else None,
        found_none=looking and not others,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def draft_decision(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    workspace = get_object_or_404(
        Workspace.objects.visible_to(request.participant).select_related("partnership"),
        pk=workspace_id,
        partnership=request.partnership,
    )
    permissions.check(request.participant, "draft_decision", workspace)
    form = _form(request, workspace)
    if form.is_bound and form.is_valid():
        try:
            made = operations.draft_decision(
                workspace=workspace,
                words=form.words,
                outcomes=form.outcomes,
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(made)
    return render(
        request,
        "codesign/draft_decision.html",
        {"workspace": workspace, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_decision(request: ParticipantRequest, pk: int) -> HttpResponse:
    decision = _decision(request, pk)
    permissions.check(request.participant, "edit_decision", decision)
    form = _form(request, decision.workspace, decision)
    if form.is_bound and form.is_valid():
        try:
            operations.edit_decision(
                decision=decision,
                words=form.words,
                outcomes=form.outcomes,
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(decision)
    return render(
        request,
        "codesign/draft_decision.html",
        {"workspace": decision.workspace, "form": form, "decision": decision},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish_decision(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Before: exactly who will be told what. After: they have been."""
    decision = _decision(request, pk)
    permissions.check(request.participant, "publish_decision", decision)
    if request.method == "POST":
        operations.publish_decision(decision=decision, by=request.participant)
        messages.success(request, _("It is published, and everyone it concerns was told."))
        return redirect(decision)
    concerned = answers.preview(decision)
    prefetch_related_objects(
        [each.participant for each in concerned if each.participant], "organisation"
    )
    return render(
        request,
        "codesign/publish_decision.html",
        {
            "decision": decision,
            "outcomes": decision.outcomes.select_related("source__partnership").order_by("pk"),
            "concerned": concerned,
            "told": answers.told_of(concerned),
            "text": queries.answer_text(decision),
        },
    )
