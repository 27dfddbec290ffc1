"""A workspace's own page."""

from django.http import HttpResponse
from django.shortcuts import render

from codesign.models import Workspace
from codesign.queries import workspaces
from portal.http import PortalRequest


def workspace(request: PortalRequest, page: Workspace) -> HttpResponse:
    """A co-design space: its question, its stages, and what can be done in it now.

    Called by the page itself (ReadablePage.view), after portal.wagtail_hooks let the reader in.
    """
    return render(
        request,
        "codesign/workspace.html",
        {
            "page": page,
            "workspace": page,
            "partnership": page.partnership,
            "shown": workspaces.workspace_page(page, request.participant),
        },
    )
