"""Pages that move a stage, or the end of a workspace, to another day."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign.forms.workspaces import MoveEndForm, MoveStageForm
from codesign.models import Stage, Workspace
from codesign.operations import stages as operations
from codesign.queries import workspaces as queries
from codesign.views.parts import find_workspace
from portal import http, permissions
from portal.http import ParticipantRequest


def _asking(
    request: ParticipantRequest, workspace: Workspace, form: MoveStageForm, stage: Stage, title: str
) -> HttpResponse:
    return render(
        request,
        "codesign/workspace_move.html",
        {
            "workspace": workspace,
            "form": form,
            "stage": stage,
            "title": title,
            "is_end": isinstance(form, MoveEndForm),
            "stages": queries.stages_of(workspace),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def move_stage(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Let a stage begin earlier or later; the page says what moves with it."""
    stage = get_object_or_404(
        Stage.objects.filter(
            workspace__in=Workspace.objects.visible_to(request.participant).values("pk")
        ).select_related("workspace__partnership"),
        pk=pk,
        workspace__partnership=request.partnership,
    )
    workspace = stage.workspace
    permissions.check(request.participant, "move_stage", workspace)
    form = MoveStageForm(
        request.POST or None, initial={"day": stage.opens_on, "planned_for": stage.opens_on}
    )
    title = _("Move the stage “%(stage)s”") % {"stage": stage.get_kind_display()}
    if request.method == "POST" and form.is_valid():
        stage.opens_on = form.cleaned_data["planned_for"]
        try:
            operations.move_stage(
                stage=stage,
                opens_on=form.cleaned_data["day"],
                reason=form.cleaned_data["reason"],
                by=request.participant,
            )
        except operations.UnableToMoveStage as refusal:
            form.add_error("day", str(refusal))
            stage.refresh_from_db()
        else:
            messages.success(request, _("The stage is moved, and everybody concerned was told."))
            return redirect(workspace)
    return _asking(request, workspace, form, stage, title)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def move_end(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    """Let the last stage go on for longer, or end sooner."""
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "move_stage", workspace)
    last = workspace.stages.order_by("opens_on").last()
    if last is None:
        raise Http404
    form = MoveEndForm(
        request.POST or None, initial={"day": last.closes_on, "planned_for": last.closes_on}
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.move_end(
                workspace=workspace,
                closes_on=form.cleaned_data["day"],
                planned_for=form.cleaned_data["planned_for"],
                reason=form.cleaned_data["reason"],
                by=request.participant,
            )
        except operations.UnableToMoveStage as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, _("The end is moved, and everybody concerned was told."))
            return redirect(workspace)
    return _asking(request, workspace, form, last, _("Move the last day of the space"))
