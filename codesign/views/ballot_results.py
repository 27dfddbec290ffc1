"""What came out of a ballot: the result, the published votes, and why each option fared so."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codesign.counting.ballots import BadBallots
from codesign.counting.results import Result
from codesign.enums import ObjectionKind
from codesign.forms.ballot_acts import AnswerForm
from codesign.forms.voting import FindVoteForm
from codesign.models import Ballot, BallotOption, CountedVote, NamedVote, Objection
from codesign.operations import objections as operations
from codesign.queries import ballot_files
from codesign.queries import ballot_results as queries
from codesign.queries.ballot_pages import ShownOption, rule_in_words, shown_options
from codesign.queries.by_role import by_role_of
from codesign.queries.result_words import kept_result, shown_result
from codesign.queries.role_words import shown_roles
from codesign.views.decisions import find_decision
from codesign.views.voting import find_ballot, grouped, private
from codesign.voting_words import choice_in_words
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.paging import page_of


def _closed_ballot(request: PortalRequest, pk: int) -> Ballot:
    """A ballot that was counted; before that its votes are nobody's to read."""
    ballot = find_ballot(request, pk)
    if ballot.closed_at is None:
        raise Http404
    return ballot


def _titles(options: list[ShownOption]) -> dict[str, str]:
    return {each.key: each.title for each in options}


def result_context(request: PortalRequest, ballot: Ballot) -> dict[str, Any]:
    """What a closed ballot's page shows. The votes are counted again for every reader."""
    options = shown_options(ballot, ballot.options.all(), request.participant)
    by_key = {each.key: each for each in options}
    result = _counted_again(ballot)
    shown = (
        kept_result(ballot, by_key)
        if result is None
        else shown_result(ballot.method, result, by_key)
    )
    objections = ballot.objections.select_related(
        "by__organisation", "answered_by__organisation", "ballot__partnership"
    ).order_by("pk")
    return {
        "options": options,
        "result": shown,
        "roles": shown_roles(by_role_of(ballot), by_key),
        "cast": ballot.counted_votes.count(),
        "on_roll": ballot.roll.count(),
        "rule": rule_in_words(ballot),
        "exact_rule": (ballot.rule or {}).get("rule", ""),
        "variant": (ballot.rule or {}).get("variant", ""),
        "lot": [by_key[key].title for key in ballot.lot if key in by_key],
        "objections": list(objections),
        "mine": _mine(request, ballot, _titles(options), result),
    }


def _counted_again(ballot: Ballot) -> Result | None:
    """The published votes counted again; None for a rule that our program no longer has."""
    try:
        return queries.result_of(ballot)
    except BadBallots:
        return None


def _mine(
    request: PortalRequest, ballot: Ballot, titles: dict[str, str], result: Result | None
) -> dict[str, Any] | None:
    """A reader's own vote by name, and what became of it; nobody knows whose a secret one is."""
    if ballot.is_secret or request.participant is None:
        return None
    named = NamedVote.objects.filter(ballot=ballot, voter=request.participant).first()
    if named is None:
        return None
    return {
        "chosen": choice_in_words(ballot.method, named.choice, titles),
        "became": _became(ballot, named.choice, titles, result),
    }


def _lines(
    request: PortalRequest, ballot: Ballot, votes: list[CountedVote], titles: dict[str, str]
) -> list[dict[str, Any]]:
    """Counted votes as a table shows them; who cast a named one is for people here."""
    voters: dict[str, Any] = {}
    if not ballot.is_secret and request.participant is not None:
        named = NamedVote.objects.filter(ballot=ballot, code__in=[each.code for each in votes])
        voters = {each.code: each.voter for each in named.select_related("voter__organisation")}
    return [
        {
            "code": grouped(each.code),
            "role": each.get_role_display() if each.role else "",  # type: ignore[attr-defined]
            "chosen": choice_in_words(ballot.method, each.choice, titles),
            "voter": voters.get(each.code),
        }
        for each in votes
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@http.open_to_visitors
def ballot_votes(request: PortalRequest, pk: int) -> HttpResponse:
    """The published list, and one's own line in it: found by a code that is posted, never kept."""
    ballot = _closed_ballot(request, pk)
    options = shown_options(ballot, ballot.options.all(), request.participant)
    titles = _titles(options)
    form = FindVoteForm(request.POST if request.method == "POST" else None)
    # Of a named vote nobody was shown a code: there one's own line bears one's name.
    found = None
    if form.is_valid():
        vote = queries.find_vote(ballot, form.cleaned_data["code"])
        if vote is None:
            form.add_error(
                "code", _("No vote in this list has that code. Please look at it again.")
            )
        else:
            found = _lines(request, ballot, [vote], titles)[0] | {
                "became": _became(ballot, vote.choice, titles, _counted_again(ballot))
            }
    page = page_of(ballot.counted_votes.all(), request.GET, size=50)
    context = {
        "ballot": ballot,
        "form": form,
        "found": found,
        "page": page,
        "lines": _lines(request, ballot, page.items, titles),
        "shows_names": not ballot.is_secret and request.participant is not None,
    }
    status = 422 if form.errors else 200
    return private(render(request, "codesign/ballot_votes.html", context, status=status))


def _became(
    ballot: Ballot, choice: Any, titles: dict[str, str], result: Result | None
) -> list[dict[str, Any]]:
    """What became of each thing that stands in a choice."""
    named = _named(choice)
    options = [each for each in ballot.options.all() if each.key in named or named == {"*"}]
    return [
        {
            "title": titles[each.key],
            "url": each.get_absolute_url(),
            "fate": queries.fate_of(ballot, each, result),
        }
        for each in _with_ballot(ballot, options)
    ]


def _named(choice: Any) -> set[str]:
    """The options a choice names; `*` for an answer about the only one there is."""
    if isinstance(choice, str):
        return {"*"}
    if isinstance(choice, dict):
        return set(choice)
    return {key for each in choice for key in ([each] if isinstance(each, str) else each)}


def _with_ballot(ballot: Ballot, options: list[BallotOption]) -> list[BallotOption]:
    for each in options:
        each.ballot = ballot
    return options


@require_safe
@http.open_to_visitors
def ballots_file(request: PortalRequest, pk: int) -> HttpResponse:
    """The rule and every vote as a file that anybody can count again."""
    ballot = _closed_ballot(request, pk)
    response = JsonResponse(ballot_files.file_of(ballot), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="ballot-{ballot.pk}.json"'
    return response


@require_safe
@http.open_to_visitors
def ballot_option(request: PortalRequest, pk: int, place: int) -> HttpResponse:
    """One option: its words as they stood, and why it was chosen or was not."""
    ballot = find_ballot(request, pk)
    option = get_object_or_404(BallotOption, ballot=ballot, place=place)
    [option] = _with_ballot(ballot, [option])
    if not ballot.is_opened:
        raise Http404
    [shown] = shown_options(ballot, [option], request.participant)
    fate = queries.fate_of(ballot, option) if ballot.closed_at else None
    context = {"ballot": ballot, "option": shown, "fate": fate, "state": ballot.state}
    return render(request, "codesign/ballot_option.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_objection(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Answer a reason against, in writing, for everybody to read."""
    objection = get_object_or_404(
        Objection.objects.select_related(
            "by__organisation", "ballot__partnership", "decision__partnership"
        ),
        pk=pk,
        partnership=request.partnership,
    )
    thing = objection.ballot or objection.decision
    assert thing is not None  # the constraint says so
    if objection.ballot is not None:
        # Reasons are nobody's to read while they arrive: whoever votes then would be known by them.
        _closed_ballot(request, objection.ballot.pk)
    if objection.decision is not None:
        find_decision(request, objection.decision.pk)
    permissions.check(request.participant, "answer_objection", objection)
    form = AnswerForm(request.POST or None)
    context = {
        "objection": objection,
        "thing": thing,
        "objects": objection.kind == ObjectionKind.OBJECT,
    }
    return ask(
        request,
        "codesign/answer_objection.html",
        form,
        context,
        act=lambda: operations.answer_objection(
            objection=objection, answer=form.cleaned_data["answer"], by=request.participant
        ),
        done=_("Your answer stands beside the objection now."),
        to=objection.get_absolute_url(),
    )
