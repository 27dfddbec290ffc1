"""Pages of rounds of statements: all of a space, opening one, common ground so far, closing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign.forms.statements import OpenStatementsForm
from codesign.operations import statements as operations
from codesign.queries import common_ground
from codesign.queries import statements as queries
from codesign.views.parts import find_workspace
from codesign.views.statements import find_round
from portal import http, live, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of


@require_safe
@http.open_to_visitors
def statement_rounds(request: PortalRequest, workspace_id: int) -> HttpResponse:
    """Every round of a space, newest first."""
    workspace = find_workspace(request, workspace_id)
    page = page_of(queries.rounds_of(workspace, request.participant), request.GET)
    return render(request, "codesign/statement_rounds.html", {"workspace": workspace, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def open_statements(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "open_statements", workspace)
    form = OpenStatementsForm(request.POST or None)
    return ask(
        request,
        "codesign/statements_open.html",
        form,
        {"workspace": workspace},
        act=lambda: operations.open_statements(
            workspace=workspace, by=request.participant, **form.cleaned_data
        ),
        done=_("The round is open, and those who follow were told."),
    )


@require_safe
def see_common_ground(request: ParticipantRequest, pk: int) -> HttpResponse:
    """For facilitators: how an open round stands now. With `?rev=` only what changes by itself.

    Who has answered is exact by role, so that they know whom to ask. What a role said stands in
    words and never in numbers that move: nobody is to be seen arriving (portal.disclosure).
    """
    rounded = find_round(request, pk)
    permissions.check(request.participant, "see_common_ground", rounded)
    if not rounded.is_open:
        return redirect(rounded)
    rev = live.revision(rounded)
    if request.GET.get("rev") == str(rev):
        return HttpResponse(status=204, headers={"X-Rev": str(rev)})
    context = {
        "round": rounded,
        "rev": rev,
        "people": common_ground.exact_people(rounded),
        "findings": common_ground.live_findings_of(rounded),
        "waiting": queries.waiting_in(request.partnership).filter(round=rounded).count(),
    }
    name = "parts/common_ground" if "rev" in request.GET else "statements_ground"
    response = render(request, f"codesign/{name}.html", context)
    response["X-Rev"] = str(rev)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def close_statements(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Before: what closing does. After: what was found."""
    rounded = find_round(request, pk)
    permissions.check(request.participant, "close_statements", rounded)
    if request.method == "POST":
        operations.close_statements(rounded=rounded, by=request.participant)
        messages.success(request, _("The round is closed, and what was found is published."))
        return redirect(rounded)
    return render(
        request,
        "codesign/statements_close.html",
        {
            "round": rounded,
            "waiting": queries.waiting_in(request.partnership).filter(round=rounded).count(),
        },
    )
