"""Pages of assessment: what suggestions are judged by, judging one, and publishing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign.forms.assessments import AssessmentForm, CriteriaForm
from codesign.operations import assessments as operations
from codesign.queries import assessments as queries
from codesign.views.parts import find_proposal, find_workspace
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of
from portal.refusal import Refusal


@require_safe
@http.open_to_visitors
def criteria(request: PortalRequest, workspace_id: int) -> HttpResponse:
    """What suggestions of a workspace are judged by: each question, and what 1 and 5 mean."""
    workspace = find_workspace(request, workspace_id)
    return render(
        request,
        "codesign/criteria.html",
        {
            "workspace": workspace,
            "criteria": workspace.criteria.all(),
            "are_fixed": operations.are_fixed(workspace),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def agree_criteria(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Write down what was agreed, beginning with the four usual questions."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "agree_criteria", workspace)
    form = CriteriaForm(request.POST or None, criteria=workspace.criteria.all())
    return ask(
        request,
        "codesign/criteria_agree.html",
        form,
        {"workspace": workspace, "are_fixed": operations.are_fixed(workspace)},
        act=lambda: operations.agree_criteria(
            workspace=workspace, criteria=form.criteria, by=request.participant
        ),
        done=_("Assessors are now asked these questions."),
        to=reverse("codesign:criteria", args=[request.partnership.slug, workspace.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def assess_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say what one thinks of a suggestion, question by question; or read why one cannot."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "assess_proposal", proposal)
    mine = queries.assessment_by(request.participant, proposal)
    form = AssessmentForm(
        request.POST or None, criteria=proposal.workspace.criteria.all(), mine=mine
    )
    why_not = ""
    if request.method != "POST":
        try:
            operations.check_assessable(proposal, request.participant)
        except Refusal as refusal:
            why_not = str(refusal)
    return ask(
        request,
        "codesign/assess.html",
        form,
        {"proposal": proposal, "mine": mine, "why_not": why_not},
        act=lambda: operations.assess_proposal(
            proposal=proposal,
            scores=form.scores,
            words=form.cleaned_data["words"],
            by=request.participant,
        ),
        done=_("Thank you. Nobody else sees this until a facilitator publishes it."),
        to=reverse("codesign:to_assess", args=[request.partnership.slug]),
    )


@require_safe
def to_assess(request: ParticipantRequest) -> HttpResponse:
    """What waits for this assessor, or with `?done=1` what they have said and may still change."""
    permissions.check(request.participant, "assess_proposal", request.partnership)
    done = request.GET.get("done") == "1"
    found = queries.assessed_by if done else queries.to_assess
    return render(
        request,
        "codesign/assess_list.html",
        {"page": page_of(found(request.participant), request.GET), "done": done},
    )


@require_safe
def assessments(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """For facilitators: who has assessed each suggestion, and who still could. Never what."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "publish_assessments", workspace)
    page = page_of(queries.assessable_in(workspace, request.participant), request.GET)
    return render(
        request,
        "codesign/assessments.html",
        {
            "workspace": workspace,
            "page": page,
            "rows": queries.progress_of(workspace, page.items),
            "has_criteria": workspace.criteria.exists(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish_assessments(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Before: who has assessed and who has not. After: everybody reads what they said."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "publish_assessments", proposal)
    if request.method == "POST":
        operations.publish_assessments(proposal=proposal, by=request.participant)
        messages.success(request, _("Everybody can now read it, and those it concerns were told."))
        return redirect(proposal.get_absolute_url() + "#assessments")
    (progress,) = queries.progress_of(proposal.workspace, [proposal])
    return render(
        request, "codesign/assessments_publish.html", {"proposal": proposal, "row": progress}
    )
