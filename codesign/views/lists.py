"""Lists of proposals."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codesign.enums import ProposalStatus
from codesign.queries import proposals as queries
from codesign.views.parts import find_workspace, opens
from portal import http
from portal.http import PortalRequest
from portal.paging import page_of


@require_safe
@http.open_to_visitors
def proposals(request: PortalRequest, workspace_id: int) -> HttpResponse:
    """A workspace's proposals, newest first, by status if asked."""
    workspace = find_workspace(request, workspace_id)
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
            "can_draft": opens(workspace, "draft_proposal"),
            "can_support": opens(workspace, "support_proposal"),
        },
    )
