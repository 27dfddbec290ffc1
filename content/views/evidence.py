"""Pages about evidence packs: asking for one, seeing how far it is, and taking it away."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from codesign.views.decisions import find_decision
from content import evidence as operations
from content.enums import Audience
from content.queries import packs as queries
from portal import http, limits
from portal.http import ParticipantRequest, PortalRequest
from portal.refusal import Refusal


class UnableToFetchEvidencePack(Refusal):
    """It is not ready, or it holds words that were taken back since."""


@require_POST
@http.once
def make_evidence_pack(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Have a pack made; the next page says how far it is."""
    decision = find_decision(request, pk)
    audience = request.POST.get("audience", "")
    if audience not in Audience:
        raise Http404
    limits.count("make_evidence_pack", str(request.participant.pk), most=20, seconds=3600)
    pack = operations.make_evidence_pack(
        decision=decision, audience=Audience(audience), by=request.participant
    )
    return redirect("content:evidence_pack", request.partnership.slug, pack.pk)


@require_safe
@http.open_to_visitors
def evidence_pack(request: PortalRequest, pk: int) -> HttpResponse:
    """How far a pack is. With `?rev=` only what changes: 204 when that is what they have."""
    found = queries.packs_for(request.partnership, request.participant)
    pack = get_object_or_404(found, pk=pk)
    rev = f"{pack.state}-{pack.done}"
    if request.GET.get("rev") == rev:
        return HttpResponse(status=204)
    page = "content/evidence_pack.html"
    context = {
        "pack": pack,
        "rev": rev,
        "is_out_of_date": pack.is_ready and queries.is_out_of_date(pack),
    }
    return render(request, f"{page}#progress" if "rev" in request.GET else page, context)


@require_safe
@http.open_to_visitors
def fetch_evidence_pack(request: PortalRequest, pk: int) -> HttpResponse:
    """The file, for those of its audience. Who may have it is asked each time."""
    found = queries.packs_for(request.partnership, request.participant)
    pack = get_object_or_404(found, pk=pk)
    if not pack.is_ready:
        raise UnableToFetchEvidencePack(_("This pack is not ready. Please look again later."))
    gone = _("This pack is not up to date any more. Please ask for a new one.")
    if queries.is_out_of_date(pack):
        raise UnableToFetchEvidencePack(gone)
    try:
        file = pack.path.open("rb")
    except FileNotFoundError:
        raise UnableToFetchEvidencePack(gone) from None
    name = f"decision-{pack.decision_id}-{pack.audience}.zip"
    response: HttpResponse = FileResponse(  # type: ignore[assignment]
        file, as_attachment=True, filename=name, content_type="application/zip"
    )
    response["Cache-Control"] = "private, no-store"
    return response
