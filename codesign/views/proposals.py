"""Pages about proposals."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import PROPOSAL_MOVES, ProposalKind, ProposalStatus
from codesign.forms.comments import CommentForm
from codesign.forms.proposals import NewProposalForm, ProposalWordsForm, ReasonForm
from codesign.models import Proposal, Workspace
from codesign.operations import proposals as operations
from codesign.queries import activities, assessments, ballot_pages, comments, lists, merges, texts
from codesign.queries import proposals as queries
from codesign.queries.similar import similar_proposals
from codesign.views.parts import find_proposal, find_workspace, opens, with_reason
from portal import http, permissions
from portal.http import ParticipantRequest, PortalRequest
from portal.operations import drafts
from portal.refusal import Refusal

SHARED = gettext_lazy("Your suggestion is now open. Others can support it and comment.")
DRAFTED = gettext_lazy("Your draft is kept. Only you see it until you share it.")


def proposal_page(
    request: PortalRequest,
    proposal: Proposal,
    comment_form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    queries.look_around(proposal, request.participant)
    kin = merges.kin_of(proposal)
    around = texts.around(proposal, request.participant)
    kept = {}
    if getattr(proposal, "has_draft", True):
        kept = drafts.kept(request.participant, f"comment-{proposal.pk}")
    return render(
        request,
        "codesign/proposal.html",
        {
            "proposal": proposal,
            "texts": around,
            "points": comments.points_on(proposal, request.participant, request.GET),
            "kin": kin,
            "moves": merges.moves_of(proposal),
            "supported": queries.supported_with_parts(proposal, kin.parts, request.participant),
            "by_role": queries.support_by_role(proposal),
            "outcomes": queries.outcomes_of(proposal),
            "choices": ballot_pages.choices_about(proposal),
            "became": activities.of_proposal(proposal, request.participant),
            "assessed": assessments.assessments_of(proposal, request.participant, around.versions),
            "comment_form": comment_form
            or CommentForm(
                proposal=proposal,
                by=request.participant,
                initial=kept,
            ),
            "can_support": opens(proposal.workspace, "support_proposal", request.participant),
            "can_comment": opens(proposal.workspace, "comment_on_proposal", request.participant),
        },
        status=status,
    )


@require_safe
@http.open_to_visitors
def proposal(request: PortalRequest, pk: int) -> HttpResponse:
    """One proposal: what, why, who supports it, what people say, what became of it."""
    return proposal_page(request, find_proposal(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def draft_proposal(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Write a suggestion in two fields, and share it now or keep it as a draft.

    Whoever shares is first shown what is close to it already, once each; a script may have done
    that while they wrote.
    """
    workspace = find_workspace(request, workspace_id)
    kept = drafts.kept(request.participant, f"proposal-new-{workspace.pk}")
    initial = {"kind": request.GET.get("kind", "")} | kept
    form = NewProposalForm(request.POST or None, initial=initial)
    share = request.POST.get("then") == "share"
    is_written = request.method == "POST" and form.is_valid()
    asked = _not_seen(request, workspace, form) if is_written and share else []
    if is_written and not asked:
        try:
            made = operations.draft_proposal(
                workspace=workspace,
                title=form.cleaned_data["title"],
                why=form.cleaned_data["why"],
                kind=ProposalKind(form.cleaned_data["kind"] or ProposalKind.FEATURE),
                share=share,
                by=request.participant,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, SHARED if share else DRAFTED)
            return redirect(made)
    return render(
        request,
        "codesign/draft_proposal.html",
        {
            "workspace": workspace,
            "form": form,
            "kept": kept,
            "asked": asked,
            "supported": lists.supported_among(asked),
            "can_support": bool(asked)
            and opens(workspace, "support_proposal", request.participant),
            "is_open": opens(workspace, "draft_proposal"),
            "is_admitted": workspace.admits(request.participant),
        },
        status=422 if form.errors else 200,
    )


def _not_seen(
    request: ParticipantRequest, workspace: Workspace, form: NewProposalForm
) -> list[Proposal]:
    """What is close to the words of a valid form, unless all of it was shown before."""
    if not (opens(workspace, "draft_proposal") and workspace.admits(request.participant)):
        return []
    title, why = form.cleaned_data["title"], form.cleaned_data["why"]
    found = similar_proposals(workspace, request.participant, title, why)
    seen = set(request.POST.getlist("seen"))
    return [] if all(str(each.pk) in seen for each in found) else found


@require_http_methods(["GET", "HEAD", "POST"])
def edit_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say more, or change the words. Of two people at once the second sees both texts."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "edit_proposal", proposal)
    if proposal.is_hidden:
        raise operations.UnableToEditProposal(
            _("These words are hidden, so they cannot be changed now. You can ask again about it.")
        )
    names = ("title", "why", "kind", "feature", "for_whom", "easy_read")
    kept = drafts.kept(request.participant, f"proposal-edit-{proposal.pk}")
    initial = {name: getattr(proposal, name) for name in names} | {"based_on": proposal.version}
    form = ProposalWordsForm(request.POST or None, proposal=proposal, initial=initial | kept)
    overtaken = None
    if request.method == "POST" and form.is_valid():
        words = operations.ProposalWords(
            **{name: form.cleaned_data[name] for name in names if name != "kind"},
            kind=ProposalKind(form.cleaned_data["kind"]),
        )
        try:
            operations.edit_proposal(
                proposal=proposal,
                words=words,
                based_on=form.cleaned_data["based_on"],
                reason=form.cleaned_data.get("reason", ""),
                by=request.participant,
            )
        except operations.WordsHaveChanged as refusal:
            proposal.refresh_from_db()
            overtaken = texts.changed(proposal, form.cleaned_data)
            data = request.POST.dict() | {"based_on": proposal.version}
            form = ProposalWordsForm(data, proposal=proposal)
            form.add_error(None, str(refusal))
        except operations.UnableToEditProposal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your words are saved."))
            return redirect(proposal)
    return render(
        request,
        "codesign/edit_proposal.html",
        {"proposal": proposal, "form": form, "kept": kept, "overtaken": overtaken},
        status=409 if overtaken else 422 if form.errors else 200,
    )


@require_POST
def open_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Share a draft with everybody."""
    proposal = find_proposal(request, pk)
    operations.open_proposal(proposal=proposal, by=request.participant)
    messages.success(request, SHARED)
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
        done=_("It is on the shortlist now."),
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
        done=_("It is parked for now. It can come back."),
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
        done=_("Your suggestion is taken back."),
        act=operations.withdraw_proposal,
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Ask why and open it again; where that cannot be, say what became of it."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "reopen_proposal", proposal)
    if not PROPOSAL_MOVES[ProposalStatus(proposal.status)]:
        context = {"proposal": proposal, "kin": merges.kin_of(proposal)}
        return render(request, "codesign/reopen_not.html", context, status=409)
    return with_reason(
        request,
        proposal,
        ReasonForm(request.POST or None),
        title=_("Open this suggestion again"),
        button=_("Open it again"),
        done=_("It is open again."),
        act=operations.reopen_proposal,
        proposal=proposal,
    )
