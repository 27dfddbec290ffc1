"""Addresses of workspaces: setting them up and looking after them."""

from django.urls import path

from codesign.views import members, stages, workspaces

HERE = "p/<slug:partnership>/workspaces/"

urlpatterns = [
    path(HERE, workspaces.workspaces, name="workspaces"),
    path(f"{HERE}new/", workspaces.open_workspace, name="open_workspace"),
    path(f"{HERE}<int:workspace_id>/edit/", workspaces.edit_workspace, name="edit_workspace"),
    path(
        f"{HERE}<int:workspace_id>/next-round/",
        workspaces.duplicate_workspace,
        name="duplicate_workspace",
    ),
    path(f"{HERE}<int:workspace_id>/close/", workspaces.close_workspace, name="close_workspace"),
    path(
        f"{HERE}<int:workspace_id>/open-again/",
        workspaces.reopen_workspace,
        name="reopen_workspace",
    ),
    path(f"{HERE}<int:workspace_id>/end/", stages.move_end, name="move_end"),
    path("p/<slug:partnership>/stages/<int:pk>/move/", stages.move_stage, name="move_stage"),
    path(f"{HERE}<int:workspace_id>/access/", members.set_access, name="set_access"),
    path(f"{HERE}<int:workspace_id>/people/", members.workspace_members, name="workspace_members"),
    path(
        f"{HERE}<int:workspace_id>/people/ask/",
        members.invite_to_workspace,
        name="invite_to_workspace",
    ),
    path(
        f"{HERE}<int:workspace_id>/people/<int:pk>/remove/",
        members.remove_from_workspace,
        name="remove_from_workspace",
    ),
]
