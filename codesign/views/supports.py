"""One tap to support a proposal, one to take it back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from codesign.operations import supports as operations
from codesign.queries import proposals as queries
from codesign.views.parts import find_proposal
from portal.http import ParticipantRequest


def _after_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The support part for htmx; without it, back to the page the tap was made on."""
    if request.htmx:
        proposal = find_proposal(request, pk)
        return render(
            request,
            "codesign/proposal.html#support",
            {
                "proposal": proposal,
                "supported": queries.supported_by(request.participant, [proposal]),
                "can_support": True,
            },
        )
    if request.POST.get("back") == "list":
        workspace_id = find_proposal(request, pk).workspace_id
        return redirect("codesign:proposals", request.partnership.slug, workspace_id)
    return redirect("codesign:proposal", request.partnership.slug, pk)


@require_POST
def support_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One tap. Twice is once."""
    operations.support_proposal(proposal=find_proposal(request, pk), by=request.participant)
    return _after_support(request, pk)


@require_POST
def withdraw_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    operations.withdraw_support(proposal=find_proposal(request, pk), by=request.participant)
    return _after_support(request, pk)
