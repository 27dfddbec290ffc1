"""One tap to support a proposal, one to take it back."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from codesign.models import Proposal
from codesign.operations import supports as operations
from codesign.queries import lists as queries
from portal.http import ParticipantRequest


def _find(request: ParticipantRequest, pk: int) -> Proposal:
    found = queries.proposal_to_support(request.partnership, request.participant, pk)
    if found is None:
        raise Http404
    return found


def _after_support(
    request: ParticipantRequest, proposal: Proposal, *, is_supported: bool
) -> HttpResponse:
    """The support part for htmx; without it, back to the page the tap was made on."""
    back = request.POST.get("back", "")
    if request.htmx and back == "similar":
        return render(request, "codesign/parts/supported.html", {"proposal": proposal})
    if request.htmx:
        context = {
            "proposal": proposal,
            "supported": {proposal.pk} if is_supported else set(),
            "can_support": True,
            "back": back,
            "query": _kept(request),
        }
        return render(request, "codesign/proposal.html#support", context)
    if back == "list":
        url = reverse("codesign:proposals", args=[request.partnership.slug, proposal.workspace_id])
        return redirect(f"{url}?{_kept(request)}#proposal-{proposal.pk}")
    if back == "workspace":
        return redirect(f"{proposal.workspace.get_absolute_url()}#proposal-{proposal.pk}")
    if back == "front":
        return redirect(f"{request.partnership.get_absolute_url()}#proposal-{proposal.pk}")
    return redirect(proposal)


def _kept(request: ParticipantRequest) -> str:
    """Where in the list the tap was made: only ever the query string of our own page."""
    return QueryDict(request.POST.get("query", "")[:2000]).urlencode()


@require_POST
def support_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One tap. Twice is once."""
    proposal = _find(request, pk)
    operations.support_proposal(proposal=proposal, by=request.participant)
    return _after_support(request, proposal, is_supported=True)


@require_POST
def withdraw_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = _find(request, pk)
    operations.withdraw_support(proposal=proposal, by=request.participant)
    return _after_support(request, proposal, is_supported=False)


@require_POST
def keep_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One tap after the words changed: the support stands."""
    proposal = _find(request, pk)
    if operations.keep_support(proposal=proposal, by=request.participant):
        messages.success(request, _("Thank you. Your support stands."))
    return redirect(proposal)
