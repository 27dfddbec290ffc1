"""The pages editors write, with what the apps below have to show on them.

Wagtail finds the page and `portal.wagtail_hooks` keeps strangers out; then the page's `view` is
called. An editor's preview shows the page as a visitor would see it.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from codesign.models import Workspace
from content.models import GuidancePage, HomePage, PartnershipPage
from content.queries import home as home_queries
from content.queries import partnerships, workspaces
from portal.http import PortalRequest


def home(request: HttpRequest, page: HomePage) -> HttpResponse:
    """What this is, the open partnerships, the latest changes, and a box for a session's code."""
    return render(
        request, "content/home.html", {"page": page, "home": home_queries.home(request.user)}
    )


def partnership(request: PortalRequest, page: PartnershipPage) -> HttpResponse:
    """A partnership's front page."""
    return render(
        request,
        "content/partnership.html",
        {
            "page": page,
            "partnership": page.partnership,
            "front": partnerships.front_page(page.partnership, request.participant),
        },
    )


def workspace(request: PortalRequest, page: Workspace) -> HttpResponse:
    """A co-design space: its question, what was heard, its stages, and what can be done now."""
    front = workspaces.workspace_front(page, request.participant)
    return render(
        request,
        "content/workspace.html",
        {
            "page": page,
            "workspace": page,
            "partnership": page.partnership,
            "front": front,
            "shown": front.shown,
        },
    )


def guidance(request: HttpRequest, page: GuidancePage) -> HttpResponse:
    """Help, accessibility, privacy: words that explain."""
    return render(request, "content/guidance.html", {"page": page})
