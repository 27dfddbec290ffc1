"""Pages about proposals."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import ProposalKind
from codesign.forms.proposals import CommentForm, ProposalForm, ReasonForm
from codesign.models import Proposal
from codesign.operations import proposals as operations
from codesign.queries import proposals as queries
from codesign.views.parts import find_proposal, find_workspace, opens, with_reason
from portal import http
from portal.http import ParticipantRequest, PortalRequest
from portal.refusal import Refusal


def proposal_page(
    request: PortalRequest, proposal: Proposal, comment_form: CommentForm, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "codesign/proposal.html",
        {
            "proposal": proposal,
            "comments": queries.comments_on(proposal),
            "supported": queries.supported_by(request.participant, [proposal]),
            "by_role": queries.support_by_role(proposal),
            "outcomes": proposal.outcomes.filter(target__published_at__isnull=False)
            .select_related("target__partnership")
            .order_by("pk"),
            "merged_into": proposal.merged_into.select_related("target__partnership").first(),
            "comment_form": comment_form,
            "can_support": opens(proposal.workspace, "support_proposal"),
            "can_comment": opens(proposal.workspace, "comment_on_proposal"),
        },
        status=status,
    )


@require_safe
@http.open_to_visitors
def proposal(request: PortalRequest, pk: int) -> HttpResponse:
    """One proposal: what, why, who supports it, what people say, what became of it."""
    return proposal_page(request, find_proposal(request, pk), CommentForm())


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def draft_proposal(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Write a suggestion; sharing it is the next page's one button."""
    workspace = find_workspace(request, workspace_id)
    form = ProposalForm(request.POST or None, partnership=request.partnership)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.draft_proposal(
                workspace=workspace,
                title=form.cleaned_data["title"],
                why=form.cleaned_data["why"],
                kind=ProposalKind(form.cleaned_data["kind"]),
                feature=form.cleaned_data["feature"],
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(made)
    return render(
        request,
        "codesign/draft_proposal.html",
        {
            "workspace": workspace,
            "form": form,
            "is_open": opens(workspace, "draft_proposal"),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    proposal = find_proposal(request, pk)
    initial = {name: getattr(proposal, name) for name in ("title", "why", "kind", "feature")}
    form = ProposalForm(request.POST or None, partnership=request.partnership, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_proposal(
                proposal=proposal,
                title=form.cleaned_data["title"],
                why=form.cleaned_data["why"],
                kind=ProposalKind(form.cleaned_data["kind"]),
                feature=form.cleaned_data["feature"],
                by=request.participant,
            )
        except operations.UnableToEditProposal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(proposal)
    return render(
        request,
        "codesign/draft_proposal.html",
        {"workspace": proposal.workspace, "form": form, "proposal": proposal, "is_open": True},
        status=422 if form.errors else 200,
    )


@require_POST
def open_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Share a draft with everybody."""
    proposal = find_proposal(request, pk)
    operations.open_proposal(proposal=proposal, by=request.participant)
    messages.success(request, _("Your suggestion is now open. Others can support it and comment."))
    return redirect(proposal)


@require_http_methods(["GET", "HEAD", "POST"])
def shortlist_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = find_proposal(request, pk)
    return with_reason(
        request,
        proposal,
        ReasonForm(request.POST or None),
        title=_("Shortlist this suggestion"),
        button=_("Shortlist it"),
        act=operations.shortlist_proposal,
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def park_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = find_proposal(request, pk)
    return with_reason(
        request,
        proposal,
        ReasonForm(request.POST or None),
        title=_("Park this suggestion for now"),
        button=_("Park it"),
        act=operations.park_proposal,
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = find_proposal(request, pk)
    return with_reason(
        request,
        proposal,
        ReasonForm(request.POST or None),
        title=_("Take your suggestion back"),
        button=_("Take it back"),
        act=operations.withdraw_proposal,
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = find_proposal(request, pk)
    return with_reason(
        request,
        proposal,
        ReasonForm(request.POST or None),
        title=_("Open this suggestion again"),
        button=_("Open it again"),
        act=operations.reopen_proposal,
        proposal=proposal,
    )
