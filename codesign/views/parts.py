"""What the pages about proposals share: finding them inside the wall, and asking for a reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from codesign.forms.proposals import ReasonForm
from codesign.models import Proposal, Workspace
from codesign.permissions import STAGE_OPENS
from codesign.queries.texts import noting
from portal import permissions
from portal.http import ParticipantRequest, PortalRequest
from portal.models import Participant
from portal.refusal import Refusal


def find_workspace(request: PortalRequest, workspace_id: int) -> Workspace:
    return get_object_or_404(
        Workspace.objects.visible_to(request.participant).select_related("partnership"),
        pk=workspace_id,
        partnership=request.partnership,
    )


def find_proposal(request: PortalRequest, pk: int) -> Proposal:
    """A proposal of the partnership that the reader may see, with what is around it; or 404."""
    found = get_object_or_404(
        noting(Proposal.objects.all(), request.participant).select_related(
            "partnership",
            "workspace__partnership",
            "by__organisation",
            "entered_by",
            "feature",
            "estimated_by__organisation",
            "came_from__proposal",
        ),
        pk=pk,
        partnership=request.partnership,
    )
    if not found.is_readable_by(request.participant):
        raise Http404
    return found


def opens(workspace: Workspace, act: str, by: Participant | None = None) -> bool:
    """Whether a workspace's stage opens an act, and the workspace admits `by`, if it is given."""
    if workspace.stage is None or workspace.stage.kind not in STAGE_OPENS[act]:
        return False
    return by is None or workspace.admits(by)


def with_reason(
    request: ParticipantRequest,
    about: Proposal,
    form: ReasonForm,
    *,
    title: str,
    button: str,
    done: str,
    act: Callable[..., Any],
    **chosen: Any,
) -> HttpResponse:
    """A page that asks for a reason, does one thing to a proposal and says that it is `done`."""
    permissions.check(request.participant, act.__name__, chosen.get("comment", about))
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.participant, **form.cleaned_data, **chosen)
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(about)
    context = {"proposal": about, "form": form, "title": title, "button": button}
    return render(request, "codesign/with_reason.html", context, status=422 if form.errors else 200)
