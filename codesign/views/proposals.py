"""Pages about proposals."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import CommentKind, ProposalKind, ProposalStatus
from codesign.forms.proposals import CommentForm, MergeForm, ProposalForm, ReasonForm
from codesign.models import Comment, Proposal, Workspace
from codesign.operations import proposals as operations
from codesign.permissions import STAGE_OPENS
from codesign.queries import proposals as queries
from portal import http, permissions
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of
from portal.refusal import Refusal


def _workspace(request: PortalRequest, workspace_id: int) -> Workspace:
    return get_object_or_404(
        Workspace.objects.visible_to(request.participant).select_related("partnership"),
        pk=workspace_id,
        partnership=request.partnership,
    )


def _proposal(request: PortalRequest, pk: int) -> Proposal:
    return get_object_or_404(
        Proposal.objects.visible_to(request.participant).select_related(
            "partnership", "workspace__partnership", "by__organisation", "entered_by", "feature"
        ),
        pk=pk,
        partnership=request.partnership,
    )


def _opens(workspace: Workspace, act: str) -> bool:
    return workspace.stage is not None and workspace.stage.kind in STAGE_OPENS[act]


@require_safe
@http.open_to_visitors
def proposals(request: PortalRequest, workspace_id: int) -> HttpResponse:
    """A workspace's proposals, newest first, by status if asked."""
    workspace = _workspace(request, workspace_id)
    status = request.GET.get("status", "")
    if status not in ProposalStatus.values:
        status = ""
    page = page_of(queries.proposals_in(workspace, request.participant, status=status), request.GET)
    return render(
        request,
        "codesign/proposals.html",
        {
            "workspace": workspace,
            "page": page,
            "status": status,
            "statuses": [s for s in ProposalStatus if s != ProposalStatus.DRAFT],
            "supported": queries.supported_by(request.participant, page.items),
            "can_draft": _opens(workspace, "draft_proposal"),
            "can_support": _opens(workspace, "support_proposal"),
        },
    )


def _proposal_page(
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
            "can_support": _opens(proposal.workspace, "support_proposal"),
            "can_comment": _opens(proposal.workspace, "comment_on_proposal"),
        },
        status=status,
    )


@require_safe
@http.open_to_visitors
def proposal(request: PortalRequest, pk: int) -> HttpResponse:
    """One proposal: what, why, who supports it, what people say, what became of it."""
    return _proposal_page(request, _proposal(request, pk), CommentForm())


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def draft_proposal(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Write a suggestion; sharing it is the next page's one button."""
    workspace = _workspace(request, workspace_id)
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
            "is_open": _opens(workspace, "draft_proposal"),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    proposal = _proposal(request, pk)
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
    proposal = _proposal(request, pk)
    operations.open_proposal(proposal=proposal, by=request.participant)
    messages.success(request, _("Your suggestion is now open. Others can support it and comment."))
    return redirect(proposal)


def _after_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The support part for htmx; without it, back to the page the tap was made on."""
    if request.htmx:
        proposal = _proposal(request, pk)
        return render(
            request,
            "codesign/proposal.html#support",
            {
                "proposal": proposal,
                "supported": queries.supported_by(request.participant, [proposal]),
                "can_support": True,
            },
        )
    if request.POST.get("back") == "list":
        workspace_id = _proposal(request, pk).workspace_id
        return redirect("codesign:proposals", request.partnership.slug, workspace_id)
    return redirect("codesign:proposal", request.partnership.slug, pk)


@require_POST
def support_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One tap. Twice is once."""
    operations.support_proposal(proposal=_proposal(request, pk), by=request.participant)
    return _after_support(request, pk)


@require_POST
def withdraw_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    operations.withdraw_support(proposal=_proposal(request, pk), by=request.participant)
    return _after_support(request, pk)


@require_POST
@http.once
def comment_on_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Add a point; a form with a mistake comes back with the words still in it."""
    proposal = _proposal(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            comment = operations.comment_on_proposal(
                proposal=proposal,
                kind=CommentKind(form.cleaned_data["kind"]),
                text=form.cleaned_data["text"],
                by=request.participant,
            )
        except operations.UnableToCommentOnProposal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{proposal.get_absolute_url()}#comment-{comment.pk}")
    return _proposal_page(request, proposal, form, status=422)


def _with_reason(
    request: ParticipantRequest,
    about: Proposal,
    form: ReasonForm,
    *,
    title: str,
    button: str,
    act: Callable[..., Any],
    **chosen: Any,
) -> HttpResponse:
    """A page that asks for a reason and then does one thing to a proposal."""
    permissions.check(request.participant, act.__name__, chosen.get("comment", about))
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.participant, **form.cleaned_data, **chosen)
        except operations.UnableToMoveProposal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(about)
    context = {"proposal": about, "form": form, "title": title, "button": button}
    return render(request, "codesign/with_reason.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def hide_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(
        Comment.objects.select_related("proposal__partnership"),
        pk=pk,
        partnership=request.partnership,
    )
    return _with_reason(
        request,
        comment.proposal,
        ReasonForm(request.POST or None),
        title=_("Hide this comment"),
        button=_("Hide the comment"),
        act=operations.hide_comment,
        comment=comment,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def shortlist_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    return _with_reason(
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
    proposal = _proposal(request, pk)
    return _with_reason(
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
    proposal = _proposal(request, pk)
    return _with_reason(
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
    proposal = _proposal(request, pk)
    return _with_reason(
        request,
        proposal,
        ReasonForm(request.POST or None),
        title=_("Open this suggestion again"),
        button=_("Open it again"),
        act=operations.reopen_proposal,
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def merge_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    return _with_reason(
        request,
        proposal,
        MergeForm(request.POST or None, proposal=proposal),
        title=_("Merge with a similar suggestion"),
        button=_("Merge"),
        act=operations.merge_proposal,
        proposal=proposal,
    )
