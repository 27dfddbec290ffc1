"""What is done about a decision besides writing it: confirming, objecting, correcting, keeping."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from codesign.forms.decisions import (
    CorrectionAnswerForm,
    CorrectionForm,
    KeptForm,
    ObjectionForm,
    RequireConfirmationForm,
)
from codesign.models import Commitment, Correction
from codesign.operations import commitments, confirmations, corrections, objections
from codesign.queries import decisions as queries
from codesign.views.decisions import find_decision
from portal import http, limits, permissions
from portal.asking import ask
from portal.http import ParticipantRequest

MOST_CORRECTIONS = 20  # that one person asks for in an hour


@require_POST
def send_for_confirmation(request: ParticipantRequest, pk: int) -> HttpResponse:
    decision = find_decision(request, pk)
    confirmations.send_for_confirmation(decision=decision, by=request.participant)
    messages.success(request, _("It is sent. Others were asked to confirm it."))
    return redirect(decision)


@require_POST
def confirm_decision(request: ParticipantRequest, pk: int) -> HttpResponse:
    decision = find_decision(request, pk)
    confirmations.confirm_decision(decision=decision, by=request.participant)
    messages.success(request, _("You have confirmed it. It can be published now."))
    return redirect(decision)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def require_confirmation(request: ParticipantRequest) -> HttpResponse:
    """Whether a second person confirms each decision here."""
    partnership = request.partnership
    permissions.check(request.participant, "require_confirmation", partnership)
    initial = {"required": "yes" if partnership.confirms_decisions else "no"}
    form = RequireConfirmationForm(request.POST or None, initial=initial)
    return ask(
        request,
        "codesign/require_confirmation.html",
        form,
        {},
        act=lambda: confirmations.require_confirmation(
            partnership=partnership, required=form.cleaned_data["required"], by=request.participant
        ),
        done=_("Saved."),
        to=request.path,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def raise_objection(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Write down what somebody says against a decision that is being drafted."""
    decision = find_decision(request, pk)
    permissions.check(request.participant, "raise_objection", decision)
    form = ObjectionForm(request.POST or None)
    return ask(
        request,
        "codesign/raise_objection.html",
        form,
        {"decision": decision},
        act=lambda: objections.raise_objection(
            decision=decision, by=request.participant, **form.cleaned_data
        ),
        done=_("It is written down. It needs an answer before the decision is published."),
        to=decision,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def ask_for_correction(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say what a published decision gets wrong."""
    decision = find_decision(request, pk)
    permissions.check(request.participant, "ask_for_correction", decision)
    form = CorrectionForm(request.POST or None)

    def ask_for_it() -> Correction:
        limits.count(
            "ask_for_correction", str(request.participant.pk), most=MOST_CORRECTIONS, seconds=3600
        )
        return corrections.ask_for_correction(
            decision=decision, by=request.participant, **form.cleaned_data
        )

    return ask(
        request,
        "codesign/ask_for_correction.html",
        form,
        {"decision": decision},
        act=ask_for_it,
        done=_("Thank you. Facilitators were asked to answer. You will hear from them."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def answer_correction(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Answer where everybody reads it."""
    correction = get_object_or_404(
        Correction.objects.filter(
            decision__in=queries.readable_by(request.partnership, request.participant)
        ).select_related("decision__partnership", "decision__workspace", "by__organisation"),
        pk=pk,
    )
    permissions.check(request.participant, "answer_correction", correction)
    form = CorrectionAnswerForm(request.POST or None)
    return ask(
        request,
        "codesign/answer_correction.html",
        form,
        {"correction": correction, "decision": correction.decision},
        act=lambda: corrections.answer_correction(
            correction=correction, by=request.participant, **form.cleaned_data
        ),
        done=_("Your answer stands beside the decision."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def keep_commitment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say that something promised is done, and how."""
    commitment = get_object_or_404(
        Commitment.objects.filter(
            decision__in=queries.readable_by(request.partnership, request.participant)
        ).select_related("decision__partnership", "decision__workspace"),
        pk=pk,
    )
    permissions.check(request.participant, "keep_commitment", commitment)
    form = KeptForm(request.POST or None)
    return ask(
        request,
        "codesign/keep_commitment.html",
        form,
        {"commitment": commitment, "decision": commitment.decision},
        act=lambda: commitments.keep_commitment(
            commitment=commitment, by=request.participant, **form.cleaned_data
        ),
        done=_("Everybody can now read that it is done."),
    )
