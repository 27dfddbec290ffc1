"""The register of decisions: on the page, and as files."""

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from codesign import exports
from codesign.forms.decision_lists import DecisionListForm
from codesign.operations import lists as operations
from codesign.queries import decision_lists as queries
from codesign.queries.decisions import drafts_for, to_confirm
from codesign.views.lists import TYPES, without
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
    name = f"{partnership.slug}-decisions-{clock.today().isoformat()}.{file_format}"
    headings = [str(each) for each in queries.COLUMNS.values()]
    if file_format == "xlsx":
        return FileResponse(
            exports.as_xlsx(partnership.name, headings, rows),
            as_attachment=True,
            filename=name,
            content_type=TYPES["xlsx"],
        )
    if file_format == "csv":
        lines = exports.as_csv(headings, rows)
    else:
        about = {"partnership": partnership.name, "as_of": clock.now().isoformat()}
        lines = exports.as_json(about, list(queries.COLUMNS), rows, called="decisions")
    return StreamingHttpResponse(
        lines,
        content_type=TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
