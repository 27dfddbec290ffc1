"""Pages of statements: answering one after the other, suggesting, and reading what waits."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import Stance
from codesign.forms.statements import (
    AnswerStatementForm,
    DeclineStatementForm,
    SuggestStatementForm,
)
from codesign.models import Statement, StatementRound
from codesign.operations import statements as operations
from codesign.queries import common_ground, opinion_maps
from codesign.queries import statements as queries
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of
from portal.refusal import Refusal

AT_ONCE = 20  # waiting statements on one page


def find_round(request: PortalRequest, pk: int) -> StatementRound:
    return get_object_or_404(
        StatementRound.objects.visible_to(request.participant).select_related(
            "partnership", "workspace__partnership", "closed_by__organisation"
        ),
        pk=pk,
        partnership=request.partnership,
    )


def _find(request: ParticipantRequest, pk: int) -> Statement:
    """A statement of a round somebody may read, whether it is shown or waits."""
    rounds = StatementRound.objects.visible_to(request.participant)
    return get_object_or_404(
        Statement.objects.filter(round__in=rounds.values("pk")).select_related(
            "partnership", "round__partnership", "round__workspace__partnership", "by"
        ),
        pk=pk,
        partnership=request.partnership,
    )


@require_safe
@http.open_to_visitors
def statements(request: PortalRequest, pk: int) -> HttpResponse:
    """The next statement to answer; once the round has closed, what was found."""
    rounded = find_round(request, pk)
    if not rounded.is_open:
        return render(
            request,
            "codesign/statements_found.html",
            {
                "round": rounded,
                "findings": common_ground.findings_of(rounded),
                "map": opinion_maps.map_of(rounded),
            },
        )
    return render(request, "codesign/statements.html", _turn(request, rounded))


def _turn(request: PortalRequest, rounded: StatementRound) -> dict[str, object]:
    who = request.participant
    is_over = queries.is_over(rounded)
    may_answer = who is not None and not is_over and rounded.workspace.admits(who)
    return {
        "round": rounded,
        "turn": queries.turn_of(rounded, who if may_answer else None),
        "may_answer": may_answer,
        "is_over": is_over,
        "stances": list(Stance),
    }


@require_POST
def answer_statement(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One press of a button. The next statement follows, or the list of one's own answers."""
    statement = _find(request, pk)
    form = AnswerStatementForm(request.POST)
    if not form.is_valid():
        raise Refusal(_("Please choose one of the three: agree, disagree, or pass."))
    stance = Stance(form.cleaned_data["stance"])
    operations.answer_statement(statement=statement, stance=stance, by=request.participant)
    rounded = statement.round
    if request.POST.get("back") == "mine":
        messages.success(request, _("Your answer was changed."))
        return redirect("codesign:my_answers", request.partnership.slug, rounded.pk)
    if request.htmx:
        context = _turn(request, rounded) | {"last": statement, "last_stance": stance}
        return render(request, "codesign/parts/statement_turn.html", context)
    return redirect(rounded)


@require_safe
def my_answers(request: ParticipantRequest, pk: int) -> HttpResponse:
    """What somebody has answered, newest statements first; while the round is open, to change."""
    rounded = find_round(request, pk)
    permissions.check(request.participant, "answer_statement", rounded)
    may_change = (
        rounded.is_open
        and not queries.is_over(rounded)
        and rounded.workspace.admits(request.participant)
    )
    return render(
        request,
        "codesign/statements_mine.html",
        {
            "round": rounded,
            "page": page_of(queries.answered_by(request.participant, rounded), request.GET),
            "may_change": may_change,
            "stances": list(Stance),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def suggest_statement(request: ParticipantRequest, pk: int) -> HttpResponse:
    rounded = find_round(request, pk)
    permissions.check(request.participant, "suggest_statement", rounded)
    form = SuggestStatementForm(request.POST or None)
    return ask(
        request,
        "codesign/statement_suggest.html",
        form,
        {"round": rounded},
        act=lambda: operations.suggest_statement(
            rounded=rounded, by=request.participant, **form.cleaned_data
        ),
        done=_(
            "Thank you. Somebody reads it first. You will be told when it is shown, or why not."
        ),
        to=rounded,
    )


# -- reading what waits ----------------------------------------------------------------------------


@require_safe
def waiting_statements(request: ParticipantRequest) -> HttpResponse:
    """What others suggest and nobody has read yet, oldest first, with how long it has waited."""
    permissions.check(request.participant, "show_statement", request.partnership)
    waiting = queries.waiting_in(request.partnership)
    return render(
        request,
        "codesign/statements_waiting.html",
        {
            "waiting": queries.with_clock(waiting[:AT_ONCE], request.participant),
            "count": waiting.count(),
        },
    )


def _waiting(request: ParticipantRequest) -> str:
    return reverse("codesign:waiting_statements", args=[request.partnership.slug])


@require_POST
def show_statement(request: ParticipantRequest, pk: int) -> HttpResponse:
    operations.show_statement(statement=_find(request, pk), by=request.participant)
    messages.success(request, _("Everybody can answer it now. Its author was told."))
    return redirect(_waiting(request))


@require_http_methods(["GET", "HEAD", "POST"])
def decline_statement(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say why a statement is not shown, or is taken off."""
    statement = _find(request, pk)
    permissions.check(request.participant, "decline_statement", statement)
    form = DeclineStatementForm(request.POST or None)
    return ask(
        request,
        "codesign/statement_decline.html",
        form,
        {"statement": statement},
        act=lambda: operations.decline_statement(
            statement=statement, by=request.participant, **form.cleaned_data
        ),
        done=_("It is not shown. Its author was told why."),
        to=statement.round if statement.is_shown else _waiting(request),
    )
