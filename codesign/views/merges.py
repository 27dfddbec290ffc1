"""Pages that join proposals and take them apart."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign.forms.proposals import MergeForm
from codesign.operations import merges as operations
from codesign.views.parts import find_proposal, with_reason
from portal.http import ParticipantRequest


@require_http_methods(["GET", "HEAD", "POST"])
def merge_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = find_proposal(request, pk)
    return with_reason(
        request,
        proposal,
        MergeForm(request.POST or None, proposal=proposal),
        title=_("Merge with a similar suggestion"),
        button=_("Merge"),
        act=operations.merge_proposal,
        proposal=proposal,
    )
