"""What all pages in which people vote share: finding the ballot, and the way to a cast vote.

A vote is a post that nobody keeps: neither the session nor the table of one-time keys learns of it.
The form carries a code of its own, which makes the same post twice one vote. A secret vote is asked
about once more, since it is final, and answered with its receipt on the spot.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from codesign.forms.votes import VoteForm
from codesign.forms.voting import form_for
from codesign.models import Ballot
from codesign.queries import rolls
from codesign.queries.ballot_pages import ShownOption
from portal import permissions
from portal.http import PortalRequest
from portal.refusal import Refusal

GROUP = 4  # letters of a receipt that stand together


def find_ballot(request: PortalRequest, pk: int) -> Ballot:
    """A ballot that somebody may read: opened ones, or drafts for those who set ballots up."""
    readable = Q(pk__in=Ballot.objects.visible_to(request.participant).values("pk"))
    if permissions.can(request.participant, "draft_ballot", request.partnership):
        readable |= Q(partnership=request.partnership, opened_at=None)
    return get_object_or_404(
        Ballot.objects.filter(readable).select_related(
            "partnership",
            "workspace__partnership",
            "drafted_by__organisation",
            "opened_by__organisation",
            "closed_by__organisation",
            "annulled_by__organisation",
            "repeats__partnership",
        ),
        pk=pk,
        partnership=request.partnership,
    )


def grouped(code: str) -> str:
    """A code as people copy it: in groups of four."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def private(response: HttpResponse) -> HttpResponse:
    """A page that neither the browser nor anything on the way keeps.

    Its address is told to no other site (SECURE_REFERRER_POLICY). To tell it to nobody at all would
    make browsers post without saying from where, and the CSRF check refuses that.
    """
    response["Cache-Control"] = "no-store, private"
    return response


@dataclass(frozen=True)
class Booth:
    """Where one vote is cast.

    cast      the one operation, with what was chosen: choice, code, objection; returns the receipt
    back      where whoever votes comes from, and goes after a named vote
    done      what they read then
    asked     another form on the same page, which has to be right as well
    around    what the page shows besides
    """

    ballot: Ballot
    options: list[ShownOption]
    cast: Callable[[Any, str, str], str]
    back: str
    done: str
    choice: Any = None
    objection: str = ""
    asked: Any = None  # a Form with `kept`, as HelpForm has it
    around: dict[str, Any] = field(default_factory=dict)


def vote(request: HttpRequest, booth: Booth) -> HttpResponse:
    """The form; whether one is sure, of a secret vote; and the vote."""
    sent = request.POST if request.method == "POST" else None
    form = form_for(booth.ballot)(
        sent,
        ballot=booth.ballot,
        options=booth.options,
        choice=booth.choice,
        objection=booth.objection,
    )
    if sent is None:
        return _page(request, booth, form)
    if "do" in sent or "pick" in sent:
        asked = booth.asked.again() if booth.asked is not None else None
        return _page(request, replace(booth, asked=asked), form.again(sent.get("do", "")))
    # Both, so that everything that is missing is said at once.
    if not all([form.is_valid(), booth.asked is None or booth.asked.is_valid()]):
        return _page(request, booth, form, status=422)
    if booth.ballot.is_secret and "sure" not in sent:
        return _ask_whether_sure(request, booth, form)
    try:
        code = rolls.read_code(booth.ballot, sent.get("code", ""))
        receipt = booth.cast(form.choice, code, form.objection)
    except rolls.NotOurCode:
        form.add_error(None, _("This page was open for very long. Please send it once more."))
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        form.add_error(None, str(refusal))
    else:
        if booth.ballot.is_secret:
            return _receipt(request, booth, receipt)
        messages.success(request, booth.done)
        return redirect(booth.back)
    return _page(request, booth, form, status=422)


def _context(booth: Booth, form: VoteForm) -> dict[str, Any]:
    return {
        "ballot": booth.ballot,
        "form": form,
        "asked": booth.asked,
        "back": booth.back,
        **booth.around,
    }


def _page(request: HttpRequest, booth: Booth, form: VoteForm, *, status: int = 200) -> HttpResponse:
    sent = request.POST.get("code", "")
    try:
        rolls.read_code(booth.ballot, sent)
        code = sent
    except rolls.NotOurCode:
        code = rolls.fresh_code(booth.ballot)
    context = {**_context(booth, form), "code": code}
    return private(render(request, "codesign/ballot_vote.html", context, status=status))


def _ask_whether_sure(request: HttpRequest, booth: Booth, form: VoteForm) -> HttpResponse:
    kept = [*form.kept, *(booth.asked.kept if booth.asked is not None else ())]
    context = {
        **_context(booth, form),
        "code": request.POST.get("code", ""),
        "kept": kept,
        "said": form.choice_in_words,
        "total": getattr(form, "total_words", ""),
    }
    return private(render(request, "codesign/ballot_sure.html", context))


def _receipt(request: HttpRequest, booth: Booth, receipt: str) -> HttpResponse:
    context = {"ballot": booth.ballot, "back": booth.back, "receipt": grouped(receipt)}
    return private(render(request, "codesign/ballot_receipt.html", {**context, **booth.around}))


def practise(
    request: HttpRequest, ballot: Ballot, options: list[ShownOption], **around: Any
) -> HttpResponse:
    """The same form with harmless things to choose from: says what the vote would say."""
    sent = request.POST if request.method == "POST" else None
    form = form_for(ballot)(sent, ballot=ballot, options=options)
    said: list[str] = []
    status = 200
    if sent is not None and ("do" in sent or "pick" in sent):
        form = form.again(sent.get("do", ""))
    elif sent is not None:
        status = 200 if form.is_valid() else 422
        said = form.choice_in_words if form.is_valid() else []
    context = {"ballot": ballot, "form": form, "said": said, "practice": True, **around}
    return render(request, "codesign/ballot_vote.html", context, status=status)
