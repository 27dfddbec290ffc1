"""Pages of moderation: reporting, hiding, looking again, the queue, the public log."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign.forms.moderation import (
    AnswerAskingForm,
    AnswerReportForm,
    AskAgainForm,
    HideForm,
    ReportForm,
)
from codesign.models import Comment, Correction, Decision, Hiding, Objection, Proposal, Report
from codesign.operations import moderation as operations
from codesign.queries import moderation as queries
from codesign.queries import statements
from codesign.queries.moderation import Words
from codesign.views.parts import find_proposal
from portal import http, limits, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of

REPORTS = 20  # from one person
WITHIN = 60 * 60  # seconds
STATEMENTS = 5  # that wait, beside the reports; the others stand on their own page


def _comment(request: ParticipantRequest, pk: int) -> Comment:
    """A comment somebody may read, with all that a page shows of it."""
    return get_object_or_404(
        Comment.objects.filter(
            proposal__in=Proposal.objects.visible_to(request.participant).values("pk")
        ).select_related("proposal__partnership", "proposal__workspace", "by__organisation"),
        pk=pk,
        partnership=request.partnership,
    )


def _objection(request: ParticipantRequest, pk: int) -> Objection:
    """A reason against that somebody may read: of a vote that was counted, of what is published."""
    return get_object_or_404(
        Objection.objects.visible_to(request.participant).select_related(
            "partnership",
            "by__organisation",
            "ballot__partnership",
            "ballot__workspace",
            "decision__partnership",
            "decision__workspace",
        ),
        pk=pk,
        partnership=request.partnership,
    )


def _correction(request: ParticipantRequest, pk: int) -> Correction:
    """A correction asked for of a decision that somebody may read."""
    return get_object_or_404(
        Correction.objects.filter(
            decision__in=Decision.objects.visible_to(request.participant).values("pk")
        ).select_related(
            "partnership", "by__organisation", "decision__partnership", "decision__workspace"
        ),
        pk=pk,
        partnership=request.partnership,
    )


def _hiding(request: ParticipantRequest, pk: int) -> Hiding:
    return get_object_or_404(
        Hiding.objects.select_related(*queries.ABOUT, "by", "answered_by__organisation"),
        pk=pk,
        partnership=request.partnership,
    )


# -- reporting -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def report_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "report_proposal", proposal)
    return _report(request, proposal, operations.report_proposal, proposal=proposal)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def report_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    comment = _comment(request, pk)
    permissions.check(request.participant, "report_comment", comment)
    return _report(request, comment, operations.report_comment, comment=comment)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def report_objection(request: ParticipantRequest, pk: int) -> HttpResponse:
    objection = _objection(request, pk)
    permissions.check(request.participant, "report_objection", objection)
    return _report(request, objection, operations.report_objection, objection=objection)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def report_correction(request: ParticipantRequest, pk: int) -> HttpResponse:
    correction = _correction(request, pk)
    permissions.check(request.participant, "report_correction", correction)
    return _report(request, correction, operations.report_correction, correction=correction)


def _report(
    request: ParticipantRequest, about: Words, act: Callable[..., Any], **chosen: Any
) -> HttpResponse:
    """Ask what is wrong with words, and send it to the moderators. Hidden ones show nowhere."""
    if about.is_hidden:
        messages.info(request, _("This is hidden already. Thank you for looking out."))
        return redirect(about)
    form = ReportForm(request.POST or None)

    def report() -> None:
        limits.count("report", f"p{request.participant.pk}", most=REPORTS, seconds=WITHIN)
        act(by=request.participant, **chosen, **form.cleaned_data)

    return ask(
        request,
        "codesign/report.html",
        form,
        {"about": about},
        act=report,
        done=_("Thank you. A moderator looks at it, and you will be told what comes of it."),
        to=about,
    )


# -- hiding ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def hide_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "hide_proposal", proposal)
    return _hide(request, proposal, operations.hide_proposal, proposal=proposal)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def hide_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    comment = _comment(request, pk)
    permissions.check(request.participant, "hide_comment", comment)
    return _hide(request, comment, operations.hide_comment, comment=comment)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def hide_objection(request: ParticipantRequest, pk: int) -> HttpResponse:
    objection = _objection(request, pk)
    permissions.check(request.participant, "hide_objection", objection)
    return _hide(request, objection, operations.hide_objection, objection=objection)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def hide_correction(request: ParticipantRequest, pk: int) -> HttpResponse:
    correction = _correction(request, pk)
    permissions.check(request.participant, "hide_correction", correction)
    return _hide(request, correction, operations.hide_correction, correction=correction)


def _hide(
    request: ParticipantRequest, about: Words, act: Callable[..., Any], **chosen: Any
) -> HttpResponse:
    """Show the words, and ask for which published reason they are hidden."""
    reports = list(queries.reports_about(about))
    initial = {"reason": reports[0].reason} if reports else {}
    form = HideForm(request.POST or None, initial=initial)
    title, button = queries.HIDE[about.words_kind]
    return ask(
        request,
        "codesign/hide.html",
        form,
        {"about": about, "reports": reports, "title": title, "button": button},
        act=lambda: act(by=request.participant, **chosen, **form.cleaned_data),
        done=_("The words are hidden. Their author was told how to ask again."),
        to=about,
    )


# -- what waits for a moderator --------------------------------------------------------------------


@require_safe
def moderation_queue(request: ParticipantRequest) -> HttpResponse:
    """Reports, askings and suggested statements, with how long each has waited."""
    permissions.check(request.participant, "read_reports", request.partnership)
    queue = queries.moderation_queue(request.partnership)
    context = {
        "queue": queue,
        "own": queries.own_among(queue.items, request.participant),
        "statements": statements.with_clock(
            statements.waiting_in(request.partnership)[:STATEMENTS], request.participant
        ),
    }
    return render(request, "codesign/moderation_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def answer_report(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The words stay: tell those who reported them why."""
    report = get_object_or_404(
        Report.objects.select_related(*queries.ABOUT), pk=pk, partnership=request.partnership
    )
    permissions.check(request.participant, "answer_report", report)
    form = AnswerReportForm(request.POST or None)
    about = report.about
    return ask(
        request,
        "codesign/moderation_keep.html",
        form,
        {"about": about, "reports": queries.reports_about(about)},
        act=lambda: operations.answer_report(
            report=report, by=request.participant, **form.cleaned_data
        ),
        done=_("The words stay. Whoever reported them was told why."),
        to=reverse("codesign:moderation_queue", args=[request.partnership.slug]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def ask_again(request: ParticipantRequest, pk: int) -> HttpResponse:
    """For an author: what was hidden and why; asking once for another look; what came of it."""
    hiding = _hiding(request, pk)
    permissions.check(request.participant, "ask_again", hiding)
    form = AskAgainForm(request.POST or None)
    is_standing = queries.standing_hiding(hiding.about) == hiding
    return ask(
        request,
        "codesign/moderation_ask.html",
        form,
        {
            "hiding": hiding,
            "about": hiding.about,
            "can_ask": is_standing and hiding.asked_at is None,
            "only_one": queries.only_one_can_look(hiding),
        },
        act=lambda: operations.ask_again(
            hiding=hiding, by=request.participant, **form.cleaned_data
        ),
        done=_("You asked. Somebody else looks at it, and you will be told."),
        to=hiding,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def answer_asking(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Look again at words that another moderator hid."""
    hiding = _hiding(request, pk)
    permissions.check(request.participant, "answer_asking", hiding)
    form = AnswerAskingForm(request.POST or None)
    return ask(
        request,
        "codesign/moderation_look.html",
        form,
        {
            "hiding": hiding,
            "about": hiding.about,
            "hid_it": hiding.by_id == request.participant.pk,
            "only_one": queries.only_one_can_look(hiding),
        },
        act=lambda: operations.answer_asking(
            hiding=hiding,
            put_back=form.cleaned_data["put_back"] == "yes",
            why=form.cleaned_data["why"],
            by=request.participant,
        ),
        done=_("Answered. The author and everybody concerned were told."),
        to=reverse("codesign:moderation_queue", args=[request.partnership.slug]),
    )


# -- open to everybody -----------------------------------------------------------------------------


@require_safe
@http.open_to_visitors
def moderation_log(request: PortalRequest) -> HttpResponse:
    """What was hidden and why, newest first: never the words, nor whose they were."""
    page = page_of(queries.log_of(request.partnership), request.GET)
    context = {
        "page": page,
        "lines": queries.logged(page.items, request.participant),
        "figures": queries.log_figures(request.partnership),
    }
    return render(request, "codesign/moderation_log.html", context)


@require_safe
@http.open_to_visitors
def moderation_policy(request: PortalRequest) -> HttpResponse:
    """The published policy: the only reasons for which words are hidden, and how to ask again."""
    reasons = [(each.label, means) for each, means in queries.POLICY.items()]
    return render(request, "codesign/moderation_policy.html", {"reasons": reasons})
