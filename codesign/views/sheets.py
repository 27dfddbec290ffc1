"""Pages for entering what somebody else said; paper sheets: printing, typing in, listing."""

import io
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import CommentKind, ProposalKind
from codesign.forms.entering import (
    EnterCommentForm,
    EnterForm,
    EnterProposalForm,
    EnterSupportForm,
)
from codesign.forms.sheets import CorrectLineForm, WholeSheet
from codesign.models import EnteredLine, Printing, Proposal, Sheet, Workspace
from codesign.operations import sheet_lines
from codesign.operations import sheets as operations
from codesign.queries import sheets as queries
from codesign.queries.moves import moved
from codesign.views.parts import find_proposal, find_workspace, opens
from portal import http, permissions
from portal.asking import ask
from portal.enums import Channel
from portal.http import ParticipantRequest
from portal.models import Participant
from portal.paging import page_of

MOST_COPIES = 20
EMPTY_LINES = 8  # for people, on each printed sheet


# -- for somebody ----------------------------------------------------------------------------------


def _is_chosen(request: ParticipantRequest) -> bool:
    return "person" in request.GET


def _person(request: ParticipantRequest) -> Participant | None:
    """Who was chosen by `?person=`; None for somebody new. Others than these are not found."""
    chosen = request.GET.get("person", "")
    if chosen == "new":
        return None
    number = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0
    return get_object_or_404(queries.people_to_enter_for(request.partnership), pk=number)


def _ask_who(
    request: ParticipantRequest, workspace: Workspace, title: str, proposal: Proposal | None = None
) -> HttpResponse:
    """Whose is it? Somebody here, found by name, or somebody new."""
    typed = request.GET.get("who", "").replace("\x00", "")[:60]
    context = {
        "title": title,
        "workspace": workspace,
        "proposal": proposal,
        "typed": typed,
        "found": queries.find_people(request.partnership, typed),
    }
    return render(request, "codesign/enter_person.html", context)


def _enter(
    request: ParticipantRequest,
    form: EnterForm,
    title: str,
    workspace: Workspace,
    proposal: Proposal | None = None,
    **doing: Any,
) -> HttpResponse:
    """Ask for somebody's words; `doing` is what `ask` does with them, and says afterwards."""
    context = {
        "title": title,
        "workspace": workspace,
        "proposal": proposal,
        "person": form.chosen,
        "is_open": opens(workspace, "comment_on_proposal" if proposal else "draft_proposal"),
    }
    return ask(request, "codesign/enter_words.html", form, context, **doing)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def enter_proposal(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Share a suggestion for somebody."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "enter_for_somebody", workspace)
    title = _("Write down somebody’s suggestion")
    if not _is_chosen(request):
        return _ask_who(request, workspace, title)
    form = EnterProposalForm(
        request.POST or None,
        person=_person(request),
        partnership=request.partnership,
        initial={"name": request.GET.get("who", "")[:60]},
    )
    return _enter(
        request,
        form,
        title,
        workspace,
        act=lambda: operations.enter_proposal(
            workspace=workspace,
            person=form.person,
            title=form.cleaned_data["title"],
            why=form.cleaned_data["why"],
            kind=ProposalKind(form.cleaned_data["kind"]),
            feature=form.cleaned_data["feature"],
            given=form.given,
            by=request.participant,
        ),
        done=_("It is shared, and says that you wrote it down."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def enter_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Add a point for somebody."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "enter_for_somebody", proposal)
    title = _("Write down somebody’s comment")
    if not _is_chosen(request):
        return _ask_who(request, proposal.workspace, title, proposal)
    form = EnterCommentForm(
        request.POST or None,
        person=_person(request),
        initial={"name": request.GET.get("who", "")[:60]},
    )
    return _enter(
        request,
        form,
        title,
        proposal.workspace,
        proposal,
        act=lambda: operations.enter_comment(
            proposal=proposal,
            person=form.person,
            kind=CommentKind(form.cleaned_data["kind"]),
            text=form.cleaned_data["text"],
            given=form.given,
            by=request.participant,
        ),
        done=_("It is there, and says that you wrote it down."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def enter_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Add somebody's support."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "enter_for_somebody", proposal)
    title = _("Enter somebody’s support")
    if not _is_chosen(request):
        return _ask_who(request, proposal.workspace, title, proposal)
    form = EnterSupportForm(
        request.POST or None,
        person=_person(request),
        initial={"name": request.GET.get("who", "")[:60]},
    )
    return _enter(
        request,
        form,
        title,
        proposal.workspace,
        proposal,
        act=lambda: operations.enter_support(
            proposal=proposal, person=form.person, given=form.given, by=request.participant
        ),
        done=lambda is_new: (
            _("Their support is counted.") if is_new else _("They supported it already.")
        ),
        to=proposal,
    )


# -- paper sheets ----------------------------------------------------------------------------------


@require_safe
def supporter_sheet(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Which suggestions stand on sheets to print, and how many sheets; and the last ones."""
    workspace = find_workspace(request, workspace_id)
    context = {
        "workspace": workspace,
        "proposals": queries.proposals_for_sheet(workspace, request.GET.getlist("proposals")),
        "offered": queries.proposals_to_choose(workspace),
        "on_sheet": queries.ON_A_SHEET,
        "most_copies": MOST_COPIES,
        "is_admitted": not workspace.is_closed and workspace.admits(request.participant),
        "page": page_of(queries.printings_of(workspace), request.GET, size=5),
    }
    return render(request, "codesign/sheet_choose.html", context)


@require_POST
@http.once
def print_sheets(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Number the sheets and keep what stands on them; then show them."""
    workspace = find_workspace(request, workspace_id)
    typed = request.POST.get("copies", "")
    copies = int(typed) if typed.isdecimal() and len(typed) < 4 else 1
    made = operations.print_sheets(
        workspace=workspace,
        proposals=queries.proposals_for_sheet(workspace, request.POST.getlist("proposals")),
        copies=max(1, min(MOST_COPIES, copies)),
        by=request.participant,
    )
    return redirect("codesign:printed_sheets", request.partnership.slug, workspace.pk, made.pk)


@require_safe
def printed_sheets(request: ParticipantRequest, workspace_id: int, pk: int) -> HttpResponse:
    """The sheets of one printing, as they come out on paper, also later on."""
    workspace = find_workspace(request, workspace_id)
    printing = get_object_or_404(Printing, pk=pk, workspace=workspace)
    context = {
        "workspace": workspace,
        "printing": printing,
        "proposals": queries.proposals_printed(printing),
        "numbers": [each.number for each in printing.sheets.all()],
        "people": range(EMPTY_LINES),
        "address": _address(workspace),
    }
    return render(request, "codesign/sheet_print.html", context)


def _address(workspace: Workspace) -> str:
    return f"{settings.BASE_URL}{workspace.get_absolute_url()}"


@require_safe
def sheet_qr(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """The space's address as a QR code, drawn as SVG."""
    drawing = io.BytesIO()
    segno.make(_address(find_workspace(request, workspace_id)), error="m", micro=False).save(
        drawing, kind="svg", scale=4, border=4, light="#ffffff", xmldecl=False
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def enter_sheet(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Type in a sheet: all of it, or nothing. Mistakes come back line by line."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "enter_sheet", workspace)
    typed = request.POST.get("number", request.GET.get("number", ""))[:20]
    if not typed and request.method != "POST":
        return render(request, "codesign/sheet_which.html", {"workspace": workspace})
    printing = queries.printing_of(workspace, typed)
    chosen = request.POST.getlist("proposals") or request.GET.getlist("proposals")
    sheet = WholeSheet(
        request.POST if request.method == "POST" else None,
        workspace=workspace,
        proposals=queries.proposals_printed(printing)
        if printing is not None
        else queries.proposals_for_sheet(workspace, chosen),
        is_printed=printing is not None,
        number=typed,
    )
    if request.method == "POST" and not sheet.wants_more and sheet.is_valid():
        filled = sheet.filled
        try:
            entered = operations.enter_sheet(
                workspace=workspace,
                number=sheet.head.cleaned_data["number"],
                channel=Channel(sheet.head.cleaned_data["channel"]),
                consent=sheet.head.cleaned_data["consent"],
                lines=[each.line for each in filled],
                by=request.participant,
            )
        except operations.UnableToEnterSheet as refusal:
            wrong = sheet.head if refusal.line is None else filled[refusal.line]
            wrong.add_error("number" if refusal.line is None and filled else None, str(refusal))
        except operations.UnableToEnter as refusal:
            sheet.head.add_error(None, str(refusal))
        else:
            told = ngettext(
                "Sheet %(number)s is typed in: %(lines)d line.",
                "Sheet %(number)s is typed in: %(lines)d lines.",
                entered.lines,
            ) % {"number": entered.number, "lines": entered.lines}
            messages.success(request, told)
            return redirect("codesign:sheets", request.partnership.slug, workspace.pk)
    context = {
        "workspace": workspace,
        "sheet": sheet,
        "number": typed,
        "printing": printing,
        "offered": queries.proposals_to_choose(workspace),
        "on_sheet": queries.ON_A_SHEET,
        "is_open": opens(workspace, "support_proposal"),
    }
    return render(
        request, "codesign/sheet_enter.html", context, status=422 if sheet.has_errors else 200
    )


@require_safe
def sheets(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """The sheets that were typed in: when, by whom, and what they brought."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "enter_sheet", workspace)
    page = page_of(queries.sheets_of(workspace), request.GET)
    return render(request, "codesign/sheet_list.html", {"workspace": workspace, "page": page})


def _find_sheet(request: ParticipantRequest, pk: int) -> Sheet:
    """A sheet of a space that somebody may read, for those who may type sheets in; or 404."""
    found = get_object_or_404(
        Sheet.objects.select_related("workspace__partnership", "entered_by__organisation"),
        pk=pk,
        workspace__partnership=request.partnership,
    )
    if not found.workspace.is_readable_by(request.participant):
        raise Http404
    if not permissions.can(request.participant, "correct_line", found):
        permissions.check(request.participant, "enter_sheet", found)
    return found


@require_safe
def sheet(request: ParticipantRequest, pk: int) -> HttpResponse:
    """What was typed in from a sheet, and what was put right since."""
    found = _find_sheet(request, pk)
    context = {
        "sheet": found,
        "lines": queries.lines_of(found),
        "corrections": moved(found, "sheet_corrected"),
        "is_open": opens(found.workspace, "support_proposal"),
    }
    return render(request, "codesign/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def correct_line(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Put a mistyped line right, and say what was wrong."""
    line = get_object_or_404(
        EnteredLine.objects.select_related("participant", "idea"),
        pk=pk,
        sheet__workspace__partnership=request.partnership,
    )
    line.sheet = _find_sheet(request, line.sheet_id)
    permissions.check(request.participant, "correct_line", line)
    sheet_lines.check_idea_is_shown(line)
    form = CorrectLineForm(
        request.POST or None,
        line=line,
        proposals=queries.proposals_for_line(line),
        namesakes=queries.namesakes(request.partnership, [request.POST.get("name", "")]),
    )
    return ask(
        request,
        "codesign/sheet_correct.html",
        form,
        {"line": line},
        act=lambda: sheet_lines.correct_line(
            line=line,
            says=form.line,
            reason=form.cleaned_data["reason"],
            by=request.participant,
        ),
        done=_("The line is put right, and counted as it now stands."),
        to=line.sheet,
    )
