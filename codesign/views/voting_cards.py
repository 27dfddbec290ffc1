"""Paper cards: printing them, twelve on a page, and voting with one. No account is needed."""

import base64

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign.enums import BallotState
from codesign.forms.voting import CardForm
from codesign.models import Ballot, RollEntry
from codesign.operations import rolls as operations
from codesign.operations import votes
from codesign.queries import ballots as queries
from codesign.queries import rolls
from codesign.queries.ballot_pages import shown_options
from codesign.views.voting import Booth, find_ballot, private, vote
from codesign.voting_cards import as_printed
from portal import limits, pdf, permissions
from portal.http import ParticipantRequest

# A whole room may type its cards through one address, so only codes that are wrong are counted.
WRONG_TRIES = {"most": 10, "seconds": 600}
ON_A_PAGE = 12


# -- printing --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def print_cards(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The cards of a vote as a PDF to print; as a page to print where there can be no PDFs.

    It is a post, since the record says that they were printed, and by whom.
    """
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "print_cards", ballot)
    if request.method != "POST":
        context = {"ballot": ballot, "cards": sum(ballot.cards.values())}
        return private(render(request, "codesign/cards_ask.html", context))
    codes = operations.print_cards(ballot=ballot, by=request.participant)
    cards = [{"code": card.code, "square": _square(request, card.code)} for card in codes]
    pages = [cards[at : at + ON_A_PAGE] for at in range(0, len(cards), ON_A_PAGE)]
    context = {"ballot": ballot, "pages": pages, "address": _address(request)}
    if not pdf.can_print() or "page" in request.POST:
        return private(render(request, "codesign/cards_print.html", context))
    styles = render_to_string("codesign/cards.css").encode()
    context["styles"] = "data:text/css;base64," + base64.b64encode(styles).decode()
    html = render_to_string("codesign/cards_pdf.html", context)
    response = HttpResponse(pdf.printed(html), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="cards-{ballot.pk}.pdf"'
    return private(response)


def _address(request: HttpRequest) -> str:
    """Where somebody without a camera types a code, as it is printed."""
    return request.build_absolute_uri("/card/").split("://", 1)[1].rstrip("/")


def _square(request: HttpRequest, code: str) -> str:
    """A square code for a camera, as a picture that stands in the page itself."""
    url = request.build_absolute_uri(f"/card/{code}/")
    square: str = segno.make(url, error="m", micro=False).png_data_uri(scale=4, border=2)
    return square


# -- voting ----------------------------------------------------------------------------------------


def _find(request: HttpRequest, code: str) -> tuple[Ballot, RollEntry]:
    """The ballot of a card. Raises Http404 for every wrong code alike, TooManyTries after many."""
    who = limits.sender(request)
    limits.check("card", who, most=WRONG_TRIES["most"])
    found = rolls.ballot_of_card(code)
    if found is None:
        limits.count("card", who, **WRONG_TRIES)
        raise Http404
    return found


def _wrong(request: HttpRequest, typed: str) -> HttpResponse:
    form = CardForm({"code": typed[:60]})
    form.add_error(
        "code", _("We do not know this code. Please look at your card and type it again.")
    )
    return private(render(request, "codesign/card.html", {"form": form}, status=404))


@require_http_methods(["GET", "HEAD", "POST"])
def type_card(request: HttpRequest) -> HttpResponse:
    """Type the code of a voting card."""
    form = CardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            _find(request, typed)
        except Http404:
            return _wrong(request, typed)
        return private(redirect("codesign:cast_by_card", as_printed(typed)))
    status = 422 if form.errors else 200
    return private(render(request, "codesign/card.html", {"form": form}, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def cast_by_card(request: HttpRequest, code: str) -> HttpResponse:
    """Vote with a card: what it opens is one form, and nothing else of the partnership."""
    try:
        ballot, entry = _find(request, code)
    except Http404:
        return _wrong(request, code)
    state = ballot.state
    why_not = rolls.why_closed(ballot, state)
    if not why_not and entry.voted:
        why_not = _("This card has been used. Each card is one vote.")
    if why_not and not (request.method == "POST" and "sure" in request.POST):
        context = {
            "ballot": ballot,
            "why_not": why_not,
            "coming": state == BallotState.COMING,
            "has_result": state == BallotState.CLOSED and ballot.is_public,
        }
        return private(render(request, "codesign/card_why_not.html", context))
    booth = Booth(
        ballot,
        shown_options(ballot, queries.shuffled(ballot, f"roll:{entry.pk}"), None),
        lambda choice, vote_code, objection: votes.cast_by_card(
            card=code, choice=choice, code=vote_code, objection=objection
        ),
        back="",
        done="",
        around={"by_card": True},
    )
    return vote(request, booth)
