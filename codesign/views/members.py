"""Pages about who may take part in a workspace and read it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.forms.workspaces import (
    AccessForm,
    FindPeopleForm,
    InviteToWorkspaceForm,
    RemoveMemberForm,
)
from codesign.models import Workspace
from codesign.operations import members as operations
from codesign.queries import workspaces as queries
from codesign.views.parts import find_workspace
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest
from portal.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
def set_access(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Say who may take part and who may read."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "set_access", workspace)
    initial = {
        "open_to": workspace.open_to,
        "roles": [each.role for each in workspace.open_roles.all()],
        "visibility": workspace.visibility,
    }
    form = AccessForm(request.POST or None, initial=initial)
    return ask(
        request,
        "codesign/workspace_access.html",
        form,
        {"workspace": workspace},
        act=lambda: operations.set_access(
            workspace=workspace, by=request.participant, **form.access
        ),
        done=_("Saved."),
        to=_list_of(workspace),
        field="roles",
    )


def _list_of(workspace: Workspace) -> str:
    """The page of who may take part."""
    return reverse("codesign:workspace_members", args=[workspace.partnership.slug, workspace.pk])


@require_safe
def workspace_members(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Who may take part, who was asked in, and for facilitators whom they could ask."""
    return _members_page(request, find_workspace(request, workspace_id))


def _members_page(
    request: ParticipantRequest, workspace: Workspace, *, posted: bool = False
) -> HttpResponse:
    """The page of a workspace's people; `posted`: with what was wrong in the choice of whom."""
    context: dict[str, object] = {
        "workspace": workspace,
        "access": queries.access_of(workspace),
        "page": page_of(queries.members_of(workspace), request.GET, size=50),
    }
    errors = False
    if permissions.can(request.participant, "invite_to_workspace", workspace):
        find = FindPeopleForm(request.GET if "named" in request.GET else None)
        named = find.cleaned_data["named"] if find.is_bound and find.is_valid() else ""
        offered = list(queries.people_to_invite(workspace, named)[: queries.OFFERED + 1])
        form = InviteToWorkspaceForm(
            request.POST if posted else None,
            workspace=workspace,
            offered=offered[: queries.OFFERED],
        )
        errors = bool(form.errors)
        context |= {
            "find": find,
            "form": form,
            "named": named,
            "offered": offered,
            "there_are_more": len(offered) > queries.OFFERED,
        }
    return render(
        request, "codesign/workspace_members.html", context, status=422 if errors else 200
    )


@require_POST
@http.once
def invite_to_workspace(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Ask people in; those who were chosen are told."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "invite_to_workspace", workspace)
    form = InviteToWorkspaceForm(request.POST, workspace=workspace, offered=[])
    if not form.is_valid():
        return _members_page(request, workspace, posted=True)
    made = operations.invite_to_workspace(
        workspace=workspace,
        participants=form.cleaned_data["participants"],
        by=request.participant,
    )
    messages.success(
        request,
        ngettext("%(n)d person was asked in.", "%(n)d people were asked in.", len(made))
        % {"n": len(made)},
    )
    return redirect(_list_of(workspace))


@require_http_methods(["GET", "HEAD", "POST"])
def remove_from_workspace(request: ParticipantRequest, workspace_id: int, pk: int) -> HttpResponse:
    """Say why somebody is taken off the list."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "remove_from_workspace", workspace)
    member = get_object_or_404(queries.members_of(workspace), participant=pk)
    form = RemoveMemberForm(request.POST or None)
    return ask(
        request,
        "codesign/workspace_remove.html",
        form,
        {"workspace": workspace, "member": member},
        act=lambda: operations.remove_from_workspace(
            workspace=workspace,
            participant=member.participant,
            reason=form.cleaned_data["reason"],
            by=request.participant,
        ),
        done=_("They are off the list, and were told why."),
        to=_list_of(workspace),
    )
