"""Pages about ballots: the list, a ballot at each time of its life, and setting one up."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import BallotMethod, BallotState
from codesign.forms.ballot_acts import AddToRollForm, WhyForm
from codesign.forms.ballots import BallotForm, MethodForm
from codesign.forms.voting import FindVoteForm
from codesign.models import Ballot, Workspace
from codesign.operations import ballots as operations
from codesign.operations import closing, rolls
from codesign.operations.ballot_rules import check_roll
from codesign.queries import ballot_pages, ballot_setup
from codesign.queries import ballots as queries
from codesign.queries import rolls as roll_queries
from codesign.queries.ballot_results import running_result
from codesign.queries.result_words import shown_result
from codesign.views.ballot_results import result_context
from codesign.views.parts import find_workspace
from codesign.views.voting import find_ballot
from portal import http, permissions
from portal.asking import ask, attempt
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of


@require_safe
@http.open_to_visitors
def ballots(request: PortalRequest) -> HttpResponse:
    """Votes that are open, votes to come, and every one that is over, the latest first."""
    found = queries.ballots_of(request.partnership, request.participant)
    now, over = ballot_pages.by_time(found)
    ballot_pages.mark_voted(now, request.participant)
    return render(
        request,
        "codesign/ballots.html",
        {
            "open": [each for each in now if each.state == BallotState.OPEN],
            "coming": [each for each in now if each.state == BallotState.COMING],
            "counting": [each for each in now if each.state == BallotState.COUNTING],
            "page": page_of(over, request.GET, by="closes_at"),
            "drafts": queries.drafts_for(request.partnership, request.participant),
        },
    )


@require_safe
@http.open_to_visitors
def ballot(request: PortalRequest, pk: int) -> HttpResponse:
    """One ballot: its rule; before the end how to vote, and after it what was chosen and why."""
    ballot = find_ballot(request, pk)
    context: dict[str, Any] = {"ballot": ballot, "state": ballot.state}
    if ballot.state == BallotState.CLOSED or (ballot.closed_at and ballot.annulled_at):
        context |= result_context(request, ballot)
        context["find_form"] = FindVoteForm()
        context["helped_by"] = roll_queries.helper_of(ballot, request.participant)
    else:
        context |= _before_the_end(request, ballot)
    context["repeated_by"] = ballot_pages.repeat_of(ballot, request.participant)
    return render(request, "codesign/ballot.html", context)


def _before_the_end(request: PortalRequest, ballot: Ballot) -> dict[str, Any]:
    options = ballot_pages.shown_options(ballot, ballot.options.all(), request.participant)
    so_far = running_result(ballot, request.participant) if ballot.is_opened else None
    shown = None
    if so_far is not None:
        by_key = {each.key: each for each in options}
        shown = shown_result(ballot.method, so_far, by_key, is_final=False)
    seat = roll_queries.seat_of(ballot, request.participant)
    return {
        "options": options,
        "seat": seat,
        "helped_by": seat.helped_by,
        "so_far": shown,
        "rule": ballot_pages.rule_in_words(ballot),
    }


# -- setting one up --------------------------------------------------------------------------------


def _numbers(names: list[str], pattern: str) -> set[int]:
    found = (re.fullmatch(pattern, name) for name in names)
    return {int(each[1]) for each in found if each}


def _form(
    request: ParticipantRequest,
    workspace: Workspace,
    method: BallotMethod,
    ballot: Ballot | None = None,
) -> tuple[BallotForm, bool]:
    """The form with the suggestions and people to choose from; and whether it was sent to be kept.

    Looking for more adds what was found, and keeps what is written.
    """
    sent, looking = request.POST, "look" in request.POST
    ticked = set(request.GET.getlist("about"))
    chosen = {int(each) for each in ticked if each.isdecimal() and len(each) < 10}
    people = set()
    if request.method == "POST":
        # Offered before and still to be offered, ticked or not.
        chosen = _numbers(sent.getlist("offered"), "([0-9]{1,9})")
        people = _numbers(sent.getlist("person"), "([0-9]{1,9})")
    elif ballot is not None:
        chosen |= set(ballot.options.values_list("proposal", flat=True))
        people = set(ballot.listed.values_list("pk", flat=True))
    offered = ballot_setup.offered(
        workspace, chosen, sent.get("find", "") if looking else None, first=request.method != "POST"
    )
    listed = ballot_setup.people_offered(
        workspace, people, sent.get("find_person", "") if looking else ""
    )
    kept = None
    if looking:
        kept = {name: sent.get(name) for name in sent} | {
            name: sent.getlist(name) for name in ("roles", "listed")
        }
    form = BallotForm(
        sent if request.method == "POST" and not looking else None,
        method=method,
        proposals=offered.proposals,
        people=listed,
        ballot=ballot,
        shortlisted=offered.shortlisted | chosen if ballot is None else (),
        initial=kept,
    )
    return form, request.method == "POST" and not looking


def _set_up(
    request: ParticipantRequest,
    workspace: Workspace,
    keep: Callable[[BallotForm], Ballot],
    ballot: Ballot | None = None,
) -> HttpResponse:
    """First the way of voting, then what it needs."""
    asked = request.GET.get("method", "" if ballot is None else ballot.method)
    if asked not in BallotMethod.values or "choose" in request.GET:
        is_wrong = "method" in request.GET and "choose" not in request.GET
        context = {
            "workspace": workspace,
            "form": MethodForm(
                {"method": asked} if is_wrong else None,
                initial={"method": asked or BallotMethod.TICK},
            ),
            "about": request.GET.getlist("about"),
            "methods": BallotMethod,
        }
        return render(request, "codesign/ballot_method.html", context)
    method = BallotMethod(asked)
    form, is_sent = _form(request, workspace, method, ballot)
    if is_sent:
        done = attempt(form, lambda: keep(form))
        if done is not None:
            return redirect("codesign:open_ballot", request.partnership.slug, done.made.pk)
    context = {"workspace": workspace, "form": form, "ballot": ballot, "method": method}
    status = 422 if form.errors else 200
    return render(request, "codesign/ballot_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def draft_ballot(request: ParticipantRequest, workspace_id: int) -> HttpResponse:
    workspace = find_workspace(request, workspace_id)
    permissions.check(request.participant, "draft_ballot", workspace)

    def keep(form: BallotForm) -> Ballot:
        return operations.draft_ballot(
            workspace=workspace,
            words=form.words,
            options=form.options,
            listed=form.listed_people,
            by=request.participant,
        )

    return _set_up(request, workspace, keep)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_ballot(request: ParticipantRequest, pk: int) -> HttpResponse:
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "edit_ballot", ballot)

    def keep(form: BallotForm) -> Ballot:
        return operations.edit_ballot(
            ballot=ballot,
            words=form.words,
            options=form.options,
            listed=form.listed_people,
            by=request.participant,
        )

    if ballot.is_opened:
        raise operations.UnableToDraftBallot(
            _("This vote has been published, so its rule stays as it is.")
        )
    return _set_up(request, ballot.workspace, keep, ballot)


@require_http_methods(["GET", "HEAD", "POST"])
def open_ballot(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Before: the rule in words, who may vote, what to think of. After: it is published."""
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "open_ballot", ballot)
    if request.method == "POST":
        operations.open_ballot(ballot=ballot, by=request.participant)
        messages.success(request, _("The vote and its rule are published. They stay as they are."))
        return redirect(ballot)
    if ballot.is_opened:
        return redirect(ballot)
    context = {
        "ballot": ballot,
        "options": ballot_pages.shown_options(ballot, ballot.options.all(), request.participant),
        "roll": roll_queries.would_be_on_roll(ballot),
        "cards": sum(ballot.cards.values()),
        "warnings": queries.warnings(ballot),
        "why_not": _why_not_open(ballot),
        "rule": ballot_pages.rule_in_words(ballot),
    }
    return render(request, "codesign/ballot_open.html", context)


def _why_not_open(ballot: Ballot) -> str:
    """Why it cannot be opened with those who would be on its roll; empty if it can."""
    try:
        check_roll(ballot, operations.UnableToOpenBallot)
    except operations.UnableToOpenBallot as refusal:
        return str(refusal)
    return ""


# -- while it is open, and after -------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def add_to_roll(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Let somebody vote who was not on the list, and say why only now."""
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "add_to_roll", ballot)
    form = AddToRollForm(request.POST or None, people=ballot_pages.not_on_roll(ballot))
    return ask(
        request,
        "codesign/ballot_act.html",
        form,
        {
            "ballot": ballot,
            "title": _("Add somebody to the list of voters"),
            "button": _("Add them"),
            "about": [
                _("The list was fixed when the vote opened. To add somebody opens it again."),
                _("Everybody on the list is told. Nobody can be taken off it."),
            ],
        },
        act=lambda: rolls.add_to_roll(
            ballot=ballot,
            participant=form.cleaned_data["participant"],
            reason=form.cleaned_data["reason"],
            by=request.participant,
        ),
        done=_("They can vote now, and everybody on the list was told."),
        to=ballot,
    )


@require_POST
def remind_voters(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Remind those who have not voted. Nobody learns who they are."""
    ballot = find_ballot(request, pk)
    rolls.remind_voters(ballot=ballot, by=request.participant)
    messages.success(request, _("Those who have not voted yet get a reminder."))
    return redirect(ballot)


@require_http_methods(["GET", "HEAD", "POST"])
def close_ballot(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Count now. Before its time that needs a reason."""
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "close_ballot", ballot)
    form = WhyForm(request.POST or None)
    is_early = ballot.state != BallotState.COUNTING
    about = [_("The votes are counted and published. Nobody can vote any more.")]
    if not is_early:
        form.fields["reason"].required = False
    elif ballot.is_secret:
        about.append(
            _("As it is secret, that can be done only once %(smallest)d people have voted.")
            % {"smallest": roll_queries.SMALLEST_SECRET}
        )
    return ask(
        request,
        "codesign/ballot_act.html",
        form,
        {
            "ballot": ballot,
            "title": _("Close the vote early") if is_early else _("Count the votes"),
            "button": _("Close and count"),
            "about": about,
        },
        act=lambda: closing.close_ballot(
            ballot=ballot, reason=form.cleaned_data["reason"], by=request.participant
        ),
        done=_("The votes are counted."),
        to=ballot,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def annul_ballot(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say that a ballot does not hold, and why."""
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "annul_ballot", ballot)
    form = WhyForm(request.POST or None)
    return ask(
        request,
        "codesign/ballot_act.html",
        form,
        {
            "ballot": ballot,
            "title": _("Annul this vote"),
            "button": _("Annul it"),
            "about": [
                _("Do this if something went so wrong that the vote cannot hold."),
                _("It stays to be read, with your reason. Everybody on the list is told."),
                _("You can hold it again afterwards."),
            ],
        },
        act=lambda: operations.annul_ballot(
            ballot=ballot, reason=form.cleaned_data["reason"], by=request.participant
        ),
        done=_("It is annulled. Everybody on the list was told."),
        to=ballot,
    )


@require_POST
@http.once
def repeat_ballot(request: ParticipantRequest, pk: int) -> HttpResponse:
    """A draft with the same question and rule."""
    ballot = find_ballot(request, pk)
    made = operations.repeat_ballot(ballot=ballot, by=request.participant)
    messages.success(request, _("Here is the same vote again. Look at its times, then open it."))
    return redirect("codesign:edit_ballot", request.partnership.slug, made.pk)
