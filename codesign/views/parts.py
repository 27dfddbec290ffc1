"""What the pages about proposals share: finding them inside the wall, and asking for a reason."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from codesign.forms.proposals import ReasonForm
from codesign.models import Proposal, Workspace
from codesign.permissions import STAGE_OPENS
from codesign.queries.proposals import proposal_to_read
from portal import permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.models import Participant


def find_workspace(request: PortalRequest, workspace_id: int) -> Workspace:
    return get_object_or_404(
        Workspace.objects.visible_to(request.participant).select_related("partnership"),
        pk=workspace_id,
        partnership=request.partnership,
    )


def find_proposal(request: PortalRequest, pk: int) -> Proposal:
    """A proposal of the partnership that the reader may see; or 404."""
    found = proposal_to_read(request.partnership, request.participant, pk)
    if found is None:
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
    about_it: str = "",
    **chosen: Any,
) -> HttpResponse:
    """A page that asks for a reason, does one thing to a proposal and says that it is `done`.

    `about_it` says before what it will do.
    """
    permissions.check(request.participant, act.__name__, chosen.get("comment", about))
    return ask(
        request,
        "codesign/with_reason.html",
        form,
        {"proposal": about, "title": title, "button": button, "about_it": about_it},
        act=lambda: act(by=request.participant, **form.cleaned_data, **chosen),
        done=done,
        to=about,
    )
