"""Lists of proposals: on the page, on paper, and as files."""

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from codesign.forms.lists import ProposalListForm
from codesign.models import Workspace
from codesign.operations import lists as operations
from codesign.queries import exports as exported
from codesign.queries import lists as queries
from codesign.queries.lists import ListOrder
from codesign.views.downloads import TYPES, download
from codesign.views.parts import opens
from portal import clock, http, limits
from portal.http import ParticipantRequest, PortalRequest


def _workspace(request: PortalRequest, workspace_id: int) -> Workspace:
    found = queries.workspace_to_list(request.partnership, request.participant, workspace_id)
    if found is None:
        raise Http404
    return found


def _form(request: PortalRequest) -> ProposalListForm:
    return ProposalListForm(
        request.GET,
        choices=queries.choices_in(request.partnership),
        is_visitor=request.participant is None,
    )


def without(request: PortalRequest, *names: str) -> str:
    """This page's query string without these, to which a link adds its own."""
    kept = QueryDict(mutable=True)
    for key, text in request.GET.items():
        if text and key not in names:
            kept[key] = str(text)
    return kept.urlencode()


@require_safe
@http.open_to_visitors
def proposals(request: PortalRequest, workspace_id: int) -> HttpResponse:
    """A workspace's proposals: searched, filtered and ordered as the address says."""
    workspace = _workspace(request, workspace_id)
    form = _form(request)
    wanted = form.wanted
    page = queries.proposals_page(workspace, request.participant, wanted, request.GET)
    return render(
        request,
        "codesign/proposals.html",
        {
            "workspace": workspace,
            "form": form,
            "wanted": wanted,
            "page": page,
            "how_many": queries.how_many(workspace, request.participant, wanted, page),
            "orders": ListOrder,
            "order_words": queries.ORDER_WORDS[wanted.order],
            "kept": without(request, "order", "before", "start"),
            "filters": without(request, "before", "start"),
            "query": request.GET.urlencode(),
            "closest": queries.CLOSEST,
            "supported": queries.supported_among(page.items),
            "can_draft": opens(workspace, "draft_proposal", request.participant),
            "can_support": opens(workspace, "support_proposal", request.participant),
        },
    )


@require_safe
@http.open_to_visitors
def proposals_print(request: PortalRequest, workspace_id: int) -> HttpResponse:
    """The whole list, as far as it fits on paper that somebody may want to carry."""
    workspace = _workspace(request, workspace_id)
    wanted = _form(request).wanted
    found = list(
        queries.all_in_order(workspace, request.participant, wanted)[: queries.PRINTED + 1]
    )
    context = {
        "workspace": workspace,
        "wanted": wanted,
        "proposals": found[: queries.PRINTED],
        "there_are_more": len(found) > queries.PRINTED,
        "most": queries.PRINTED,
        "filters": without(request, "before", "start"),
        "today": clock.today(),
    }
    return render(request, "codesign/proposals_print.html", context)


@require_POST
def export_proposals(
    request: ParticipantRequest, workspace_id: int, file_format: str
) -> HttpResponseBase:
    """The list as a file: `csv`, `xlsx` or `json`. Filters stand in the address, as on the page."""
    if file_format not in TYPES:
        raise Http404
    workspace = _workspace(request, workspace_id)
    limits.count("export_proposals", str(request.participant.pk), most=20, seconds=3600)
    items = queries.to_export(workspace, request.participant, _form(request).wanted)
    operations.export_proposals(
        workspace=workspace, file_format=file_format, count=items.count(), by=request.participant
    )
    rows = exported.rows_of(
        queries.in_batches(items),
        exact=request.participant.is_staff,
        host=f"{request.scheme}://{request.get_host()}",
    )
    return download(
        file_format,
        rows,
        columns=exported.COLUMNS,
        name=workspace.slug,
        title=workspace.title,
        about={
            "partnership": request.partnership.name,
            "workspace": workspace.title,
            "question": workspace.question,
        },
        called="proposals",
    )
