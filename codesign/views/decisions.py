"""Pages about one decision: reading it, drafting it with the evidence beside, and publishing."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign.forms.decision_rows import CommitmentsForm, DecidersForm, RowsForm
from codesign.forms.decisions import CorrectionForm, DecisionForm, ObjectionForm, as_typed
from codesign.models import Decision, Workspace
from codesign.operations import commitments, deciders
from codesign.operations import decisions as operations
from codesign.queries import decisions as queries
from codesign.queries import evidence
from codesign.views.parts import find_workspace
from portal import answers, http, permissions, record
from portal.asking import ask, attempt
from portal.http import ParticipantRequest, PortalRequest
from portal.models import ref


def find_decision(request: PortalRequest, pk: int) -> Decision:
    """A published decision, or a draft for those who may write or confirm it; or 404."""
    return get_object_or_404(queries.readable_by(request.partnership, request.participant), pk=pk)


@require_safe
@http.open_to_visitors
def decision(request: PortalRequest, pk: int) -> HttpResponse:
    """One decision: what, why, on which evidence, by whom, who disagreed, and what came of it."""
    decision = find_decision(request, pk)
    around = queries.around(decision, request.participant)
    until = decision.corrections_until
    return render(
        request,
        "codesign/decision.html",
        {
            "decision": decision,
            "around": around,
            "subject": ref(decision),
            "told": answers.told_about(decision) if decision.is_published else None,
            "hints": [] if decision.is_published else queries.plainer(decision, around.outcomes),
            "takes_corrections": until is not None and record.time(request.partnership.pk) < until,
            "correction_form": CorrectionForm(),
            "objection_form": ObjectionForm(),
        },
    )


def _numbers(names: Iterable[str], pattern: str) -> set[int]:
    found = (re.fullmatch(pattern, name) for name in names)
    return {int(each[1]) for each in found if each}


def _earlier(request: ParticipantRequest, workspace: Workspace) -> dict[str, Decision]:
    """Which decisions the new one reviews and replaces: as sent, or as the address says."""
    said = request.POST if request.method == "POST" else request.GET
    wanted = {
        tie: int(said[tie])
        for tie in ("reviews", "replaces")
        if re.fullmatch("[0-9]{1,18}", said.get(tie, ""))
    }
    found = queries.earlier_in(workspace).in_bulk(set(wanted.values())) if wanted else {}
    return {tie: found[pk] for tie, pk in wanted.items() if pk in found}


def _form(
    request: ParticipantRequest, workspace: Workspace, decision: Decision | None = None
) -> DecisionForm:
    """The form with the suggestions it is about: those named in the address, decided about in the
    draft or in the decision that it reviews or replaces, or sent. Looking for more adds what was
    found, and keeps what is written.
    """
    sent, looking = request.POST, "look" in request.POST
    chosen = _numbers(request.GET.getlist("about"), "([0-9]{1,18})")
    earlier = _earlier(request, workspace)
    before = [*earlier.values()]
    initial: dict[str, Any] = {tie: each.pk for tie, each in earlier.items()}
    if looking:
        filled = [name for name, typed in sent.items() if str(typed).strip()]
        chosen |= _numbers(filled, "(?:outcome|reason)_([0-9]{1,18})")
        initial = sent.dict() | {"ballots": sent.getlist("ballots")}
    elif request.method == "POST":
        chosen = _numbers(sent, "outcome_([0-9]{1,18})")
    elif decision is not None:
        chosen |= set(decision.outcomes.values_list("source", flat=True))
        before += filter(None, (decision.reviews, decision.replaces))
        initial = as_typed(decision) | {"based_on": queries.digest_of(decision)}
    if request.method != "POST" or looking:
        for each in before:
            chosen |= set(each.outcomes.standing().values_list("source", flat=True))
    proposals = queries.chosen_for_decision(workspace, chosen, before)
    others = []
    if looking or (request.method != "POST" and not proposals):
        others = queries.others_to_decide(workspace, sent.get("find", ""), chosen)
    listed = [*proposals, *others]
    return DecisionForm(
        sent if request.method == "POST" and not looking else None,
        proposals=listed,
        ballots=queries.ballots_to_weigh(workspace),
        earlier=queries.earlier_in(workspace),
        criteria=list(workspace.criteria.all()),
        known=evidence.known_about(listed, request.participant),
        initial=initial,
        found_none=looking and not others,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def draft_decision(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "draft_decision", workspace)
    form = _form(request, workspace)
    return ask(
        request,
        "codesign/draft_decision.html",
        form,
        {"workspace": workspace},
        act=lambda: operations.draft_decision(
            workspace=workspace,
            words=form.words,
            outcomes=form.outcomes,
            on=form.rests,
            by=request.participant,
        ),
        done=_("The draft is saved. Only facilitators see it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_decision(request: ParticipantRequest, pk: int) -> HttpResponse:
    decision = find_decision(request, pk)
    permissions.check(request.participant, "edit_decision", decision)
    form = _form(request, decision.workspace, decision)
    did = attempt(
        form,
        lambda: operations.edit_decision(
            decision=decision,
            words=form.words,
            outcomes=form.outcomes,
            on=form.rests,
            by=request.participant,
            based_on=form.cleaned_data["based_on"],
        ),
    )
    if did is not None:
        return redirect(decision)
    if form.non_field_errors():  # told once: saving again uses these words
        sent = request.POST.copy()
        sent["based_on"] = queries.digest_of(decision)
        form.data = sent
    return render(
        request,
        "codesign/draft_decision.html",
        {"workspace": decision.workspace, "form": form, "decision": decision},
        status=422 if form.errors else 200,
    )


def _rows(
    request: ParticipantRequest,
    kind: Callable[..., RowsForm],
    rows: list[dict[str, Any]],
    first: str,
    **more: Any,
) -> RowsForm:
    """A form of rows: as saved, as sent, or as sent with room for one more. `first` is a field."""
    sent = request.POST
    count = sum(name.startswith(f"{first}_") for name in sent)
    if "more" in sent:
        return kind(None, count=count + 1, initial=sent.dict(), **more)
    if request.method == "POST":
        return kind(sent, count=count, **more)
    return kind(None, rows=rows, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def set_deciders(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Who decides, each with what they have to gain or lose."""
    decision = find_decision(request, pk)
    permissions.check(request.participant, "edit_decision", decision)
    form = _rows(
        request,
        DecidersForm,
        DecidersForm.as_typed(list(decision.deciders.all())),
        "name",
        people=queries.people_to_name(decision.workspace),
    )
    assert isinstance(form, DecidersForm)
    return ask(
        request,
        "codesign/decision_rows.html",
        form,
        {
            "decision": decision,
            "title": _("Who decides"),
            "lead": _(
                "Name everybody who takes part in deciding, for whom they speak, and what they"
                " have to gain or lose by it. Everybody reads this beside the decision."
            ),
            "row_title": _("Person"),
            "draft_key": f"deciders-{decision.pk}",
        },
        act=lambda: deciders.set_deciders(
            decision=decision, deciders=form.deciders, by=request.participant
        ),
        done=_("Saved."),
        to=decision,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def set_commitments(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Who does what by when."""
    decision = find_decision(request, pk)
    permissions.check(request.participant, "edit_decision", decision)
    form = _rows(
        request,
        CommitmentsForm,
        CommitmentsForm.as_typed(list(decision.commitments.all())),
        "what",
    )
    assert isinstance(form, CommitmentsForm)
    return ask(
        request,
        "codesign/decision_rows.html",
        form,
        {
            "decision": decision,
            "title": _("Who does what, by when"),
            "lead": _("Everybody can read this, and see what is done."),
            "row_title": _("Something to do"),
            "draft_key": f"commitments-{decision.pk}",
        },
        act=lambda: commitments.set_commitments(
            decision=decision, commitments=form.commitments, by=request.participant
        ),
        done=_("Saved."),
        to=decision,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish_decision(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Before: exactly who will be told what. After: they have been."""
    decision = find_decision(request, pk)
    permissions.check(request.participant, "publish_decision", decision)
    if request.method == "POST":
        operations.publish_decision(decision=decision, by=request.participant)
        messages.success(request, _("It is published, and everyone it concerns was told."))
        return redirect(decision)
    concerned = answers.preview(decision)
    prefetch_related_objects(
        [each.participant for each in concerned if each.participant], "organisation"
    )
    return render(
        request,
        "codesign/publish_decision.html",
        {
            "decision": decision,
            "concerned": concerned,
            "told": answers.told_of(concerned),
            "text": queries.answer_text(decision),
            "unanswered": queries.unanswered_objections(decision).count(),
            "has_deciders": decision.deciders.exists(),
        },
    )
