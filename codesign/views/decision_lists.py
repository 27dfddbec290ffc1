"""The register of decisions: on the page, and as files."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from codesign.forms.decision_lists import DecisionListForm
from codesign.operations import lists as operations
from codesign.queries import decision_lists as queries
from codesign.queries.decisions import drafts_for, to_confirm
from codesign.views.downloads import TYPES, download
from codesign.views.lists import without
from portal import clock, http, limits
from portal.http import ParticipantRequest, PortalRequest


def _form(request: PortalRequest) -> DecisionListForm:
    return DecisionListForm(
        request.GET,
        spaces=queries.spaces_in(request.partnership, request.participant),
        years=queries.years_in(request.partnership, request.participant),
    )


@require_safe
@http.open_to_visitors
def decisions(request: PortalRequest) -> HttpResponse:
    """Every published decision, as the address asks for them; drafts for those who write them."""
    form = _form(request)
    wanted = form.wanted
    participant = request.participant
    return render(
        request,
        "codesign/decisions.html",
        {
            "form": form,
            "wanted": wanted,
            "page": queries.register_page(request.partnership, participant, wanted, request.GET),
            "filters": without(request, "before"),
            "closest": queries.CLOSEST,
            "today": clock.today(),
            "drafts": drafts_for(request.partnership, participant),
            "to_confirm": list(to_confirm(participant)) if participant else [],
        },
    )


@require_POST
def export_decisions(request: ParticipantRequest, file_format: str) -> HttpResponseBase:
    """The register as a file: `csv`, `xlsx` or `json`. Filters stand in the address, as there."""
    if file_format not in TYPES:
        raise Http404
    limits.count("export_decisions", str(request.participant.pk), most=20, seconds=3600)
    partnership = request.partnership
    items = queries.narrowed(partnership, request.participant, _form(request).wanted)
    found = list(queries.with_lines(items.order_by("-published_at", "-pk")))
    operations.export_decisions(
        partnership=partnership, file_format=file_format, count=len(found), by=request.participant
    )
    rows = queries.rows_of(found, host=f"{request.scheme}://{request.get_host()}")
    return download(
        file_format,
        rows,
        columns=queries.COLUMNS,
        name=f"{partnership.slug}-decisions",
        title=partnership.name,
        about={"partnership": partnership.name},
        called="decisions",
    )
