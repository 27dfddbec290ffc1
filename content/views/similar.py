"""What is already there: offered while somebody writes, and as a picture of a whole workspace."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from codesign.models import Workspace
from codesign.queries.lists import workspace_to_list
from codesign.views.parts import opens
from content.queries import similar as queries
from portal import charts, http
from portal.http import ParticipantRequest, PortalRequest


def _workspace(request: PortalRequest, workspace_id: int) -> Workspace:
    found = workspace_to_list(request.partnership, request.participant, workspace_id)
    if found is None:
        raise Http404
    return found


@require_POST
def similar(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """What says much the same as the words being written.

    It changes nothing. It is a post because what somebody has not sent yet belongs in no address:
    addresses are kept in logs, and are too short for it.
    """
    workspace = _workspace(request, workspace_id)
    found = queries.similar_to(
        workspace,
        request.participant,
        request.POST.get("title", "")[:200],
        request.POST.get("why", "")[:4000],
    )
    context = {
        "similar": found,
        "can_support": opens(workspace, "support_proposal", request.participant),
        "while_writing": True,
    }
    return render(request, "content/similar.html", context)


@require_safe
@http.open_to_visitors
def workspace_map(request: PortalRequest, workspace_id: int) -> HttpResponse:
    """A workspace's proposals by theme: a picture, and the same in words."""
    workspace = _workspace(request, workspace_id)
    shown = queries.workspace_map(workspace)
    said = [
        f"{each.theme.name}: "
        + ngettext("%(n)s suggestion", "%(n)s suggestions", each.proposals) % {"n": each.proposals}
        for each in shown.themes
    ]
    picture = charts.circles(
        [charts.Circle(each.theme.name, each.proposals) for each in shown.themes],
        title=_("Suggestions by theme"),
        description=". ".join(said),
    )
    context = {"workspace": workspace, "map": shown, "picture": picture}
    return render(request, "content/workspace_map.html", context)
