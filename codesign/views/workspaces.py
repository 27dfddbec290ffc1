"""Pages about workspaces: the list, setting one up, its words, the next round."""

from django.http import HttpResponse
from django.shortcuts import render
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
from portal.asking import ask
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
    if parent is None and form.is_valid():
        form.add_error(None, _("This partnership has no front page yet. Ask an editor first."))
    return ask(
        request,
        "codesign/workspace_open.html",
        form,
        {"framing": framing},
        act=lambda: operations.open_workspace(
            parent=parent,
            title=form.cleaned_data["title"],
            question=form.cleaned_data["question"],
            stages=form.stages,
            body=queries.blocks_of(form.cleaned_data["introduction"]),
            by=request.participant,
            **form.access,
        ),
        done=_("The space is ready. This is its front page."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Change what the space says about itself."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "edit_workspace", workspace)
    form = EditWorkspaceForm(request.POST or None, workspace=workspace)
    return ask(
        request,
        "codesign/workspace_edit.html",
        form,
        {"workspace": workspace},
        act=lambda: operations.edit_workspace(
            workspace=workspace,
            title=form.cleaned_data["title"],
            question=form.cleaned_data["question"],
            body=form.body,
            by=request.participant,
        ),
        done=_("The words are changed."),
        to=workspace,
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
    told = _("The next round is ready. It opens on %(day)s. Check its words and its days.")
    return ask(
        request,
        "codesign/workspace_duplicate.html",
        form,
        {"workspace": workspace, "access": queries.access_of(workspace)},
        act=lambda: operations.duplicate_workspace(
            workspace=workspace,
            title=form.cleaned_data["title"],
            starts_on=form.cleaned_data["starts_on"],
            visibility=Visibility(form.cleaned_data["visibility"]),
            by=request.participant,
        ),
        done=lambda _made: told % {"day": date_format(form.cleaned_data["starts_on"], "j F Y")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def close_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Close a space that is finished or was a mistake; the page says first what is still open."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "close_workspace", workspace)
    form = ReasonForm(request.POST or None)
    return ask(
        request,
        "codesign/workspace_close.html",
        form,
        {"workspace": workspace, "under_way": queries.under_way_in(workspace)},
        act=lambda: operations.close_workspace(
            workspace=workspace, reason=form.cleaned_data["reason"], by=request.participant
        ),
        done=_("The space is closed, and everybody concerned was told."),
        to=workspace,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def reopen_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Open a closed space again."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "reopen_workspace", workspace)
    form = ReasonForm(request.POST or None)
    return ask(
        request,
        "codesign/workspace_reopen.html",
        form,
        {"workspace": workspace, "stages": queries.stages_of(workspace)},
        act=lambda: operations.reopen_workspace(
            workspace=workspace, reason=form.cleaned_data["reason"], by=request.participant
        ),
        done=_("The space is open again. Everybody concerned was told."),
        to=workspace,
    )
