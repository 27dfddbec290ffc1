"""Pages about workspaces: the list, setting one up, its words, the next round."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign.forms.proposals import ReasonForm
from codesign.forms.workspaces import (
    DuplicateForm,
    EditWorkspaceForm,
    FramingForm,
    OpenWorkspaceForm,
)
from codesign.framings import FRAMINGS
from codesign.operations import workspaces as operations
from codesign.queries import workspaces as queries
from codesign.views.parts import find_workspace
from portal import http, permissions
from portal.enums import Visibility
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of


@require_safe
@http.open_to_visitors
def workspaces(request: PortalRequest) -> HttpResponse:
    """Every space somebody may read, the newest first; on the last page those that are closed."""
    found = queries.workspaces_of(request.partnership, request.participant)
    page = page_of(found.filter(closed_at=None), request.GET)
    closed = (
        [] if page.older else queries.closed_spaces_of(request.partnership, request.participant)
    )
    return render(request, "codesign/workspace_list.html", {"page": page, "closed": closed})


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def open_workspace(request: ParticipantRequest) -> HttpResponse:
    """Choose what the space is for (`?framing=`), then one form that is filled in already."""
    permissions.check(request.participant, "open_workspace", request.partnership)
    framing = FRAMINGS.get(request.GET.get("framing", ""))
    if framing is None:
        chooser = FramingForm(request.GET if "framing" in request.GET else None)
        return render(
            request,
            "codesign/workspace_framing.html",
            {"form": chooser},
            status=422 if chooser.errors else 200,
        )
    form = OpenWorkspaceForm(request.POST or None, framing=framing)
    parent = getattr(request.partnership, "page", None)
    if request.method == "POST" and form.is_valid():
        if parent is None:
            form.add_error(None, _("This partnership has no front page yet. Ask an editor first."))
            return _opening(request, form, framing)
        try:
            made = operations.open_workspace(
                parent=parent,
                title=form.cleaned_data["title"],
                question=form.cleaned_data["question"],
                stages=form.stages,
                body=queries.blocks_of(form.cleaned_data["introduction"]),
                by=request.participant,
                **form.access,
            )
        except operations.UnableToOpenWorkspace as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The space is ready. This is its front page."))
            return redirect(made)
    return _opening(request, form, framing)


def _opening(request: ParticipantRequest, form: OpenWorkspaceForm, framing: object) -> HttpResponse:
    return render(
        request,
        "codesign/workspace_open.html",
        {"form": form, "framing": framing},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Change what the space says about itself."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "edit_workspace", workspace)
    form = EditWorkspaceForm(request.POST or None, workspace=workspace)
    if request.method == "POST" and form.is_valid():
        operations.edit_workspace(
            workspace=workspace,
            title=form.cleaned_data["title"],
            question=form.cleaned_data["question"],
            body=form.body,
            by=request.participant,
        )
        messages.success(request, _("The words are changed."))
        return redirect(workspace)
    return render(
        request,
        "codesign/workspace_edit.html",
        {"workspace": workspace, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def duplicate_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Set up the next round: the same framing, nobody's words."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "duplicate_workspace", workspace)
    following = queries.next_round_of(workspace)
    initial = {
        "title": following.title,
        "starts_on": following.starts_on,
        "visibility": workspace.visibility,
    }
    form = DuplicateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.duplicate_workspace(
                workspace=workspace,
                title=form.cleaned_data["title"],
                starts_on=form.cleaned_data["starts_on"],
                visibility=Visibility(form.cleaned_data["visibility"]),
                by=request.participant,
            )
        except operations.UnableToDuplicateWorkspace as refusal:
            form.add_error(None, str(refusal))
        else:
            told = _("The next round is ready. It opens on %(day)s. Check its words and its days.")
            day = date_format(form.cleaned_data["starts_on"], "j F Y")
            messages.success(request, told % {"day": day})
            return redirect(made)
    return render(
        request,
        "codesign/workspace_duplicate.html",
        {"workspace": workspace, "form": form, "access": queries.access_of(workspace)},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def close_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Close a space that is finished or was a mistake; the page says first what is still open."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "close_workspace", workspace)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.close_workspace(
                workspace=workspace, reason=form.cleaned_data["reason"], by=request.participant
            )
        except operations.UnableToCloseWorkspace as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The space is closed, and everybody concerned was told."))
            return redirect(workspace)
    return render(
        request,
        "codesign/workspace_close.html",
        {"workspace": workspace, "form": form, "under_way": queries.under_way_in(workspace)},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def reopen_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Open a closed space again."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "reopen_workspace", workspace)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.reopen_workspace(
                workspace=workspace, reason=form.cleaned_data["reason"], by=request.participant
            )
        except operations.UnableToReopenWorkspace as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The space is open again. Everybody concerned was told."))
            return redirect(workspace)
    return render(
        request,
        "codesign/workspace_reopen.html",
        {"workspace": workspace, "form": form, "stages": queries.stages_of(workspace)},
        status=422 if form.errors else 200,
    )
