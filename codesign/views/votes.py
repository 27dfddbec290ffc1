"""Pages in which people vote: for themselves, for somebody who asked, and for practice."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign.enums import BallotMethod
from codesign.forms.voting import HelpForm
from codesign.models import Ballot, RollEntry
from codesign.operations import votes as operations
from codesign.queries import ballots as queries
from codesign.queries import rolls
from codesign.queries.ballot_pages import ShownOption, people_to_help, shown_options
from codesign.views.voting import Booth, find_ballot, practise, private, vote
from portal import http, permissions
from portal.enums import Channel
from portal.http import ParticipantRequest, PortalRequest
from portal.models import Participant


@require_http_methods(["GET", "HEAD", "POST"])
def cast_ballot(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Vote. What was filled in and not yet sent is kept nowhere."""
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "cast_ballot", ballot)
    seat = rolls.seat_of(ballot, request.participant)
    if not seat.may_vote and not (request.method == "POST" and "sure" in request.POST):
        context = {"ballot": ballot, "why_not": seat.why_not, "helped_by": seat.helped_by}
        return render(request, "codesign/ballot_why_not.html", context)
    until = date_format(localtime(ballot.closes_at), "j F Y, H:i")
    options = queries.shuffled(ballot, f"participant:{request.participant.pk}")
    booth = Booth(
        ballot,
        shown_options(ballot, options, request.participant),
        partial(_cast, ballot, request.participant),
        back=ballot.get_absolute_url(),
        done=_("Your vote is kept. You can change it until %(until)s.") % {"until": until},
        choice=seat.choice,
        objection=seat.objection,
        around={"seat": seat},
    )
    return vote(request, booth)


def _cast(ballot: Ballot, by: Participant, choice: Any, code: str, objection: str) -> str:
    return operations.cast_ballot(
        ballot=ballot, choice=choice, by=by, code=code, objection=objection
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cast_for_somebody(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Enter the vote of somebody on the roll who asked for help: first whose, then what."""
    ballot = find_ballot(request, pk)
    permissions.check(request.participant, "cast_for_somebody", ballot)
    person = request.GET.get("person", "")
    if not person:
        typed = request.GET.get("who", "").replace("\x00", "")[:60]
        context = {
            "ballot": ballot,
            "typed": typed,
            "found": people_to_help(ballot, typed),
        }
        return render(request, "codesign/ballot_help.html", context)
    number = int(person) if person.isdecimal() and len(person) < 10 else 0
    entry = get_object_or_404(
        RollEntry.objects.select_related("participant__organisation", "participant__partnership"),
        ballot=ballot,
        participant=number,
    )
    voter = entry.participant
    assert voter is not None  # it was looked up by them
    sent = request.POST if request.method == "POST" else None
    options = queries.shuffled(ballot, f"participant:{voter.pk}")
    booth = Booth(
        ballot,
        shown_options(ballot, options, request.participant),
        lambda choice, code, objection: operations.cast_for_somebody(
            ballot=ballot,
            voter=voter,
            choice=choice,
            how=Channel(asked.cleaned_data["how"]),
            by=request.participant,
            code=code,
            objection=objection,
        ),
        back=ballot.get_absolute_url(),
        done=_("It is kept, and says that you entered it."),
        asked=(asked := HelpForm(sent, voter=voter, ballot=ballot)),
        around={"voter": voter},
    )
    return vote(request, booth)


@require_http_methods(["GET", "HEAD", "POST"])
@http.open_to_visitors
def practise_ballot(request: PortalRequest, pk: int) -> HttpResponse:
    """Try the form of a ballot with harmless things. Nothing is kept."""
    ballot = find_ballot(request, pk)
    rule = Ballot(
        partnership=ballot.partnership,
        workspace=ballot.workspace,
        method=ballot.method,
        secrecy=ballot.secrecy,
        dots=ballot.dots,
        most_dots=ballot.most_dots,
        budget=PRACTICE_BUDGET,
    )
    return private(
        practise(request, rule, practice_options(ballot.method), back=ballot.get_absolute_url())
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.open_to_visitors
def practise_method(request: PortalRequest, method: str) -> HttpResponse:
    """Try a way of voting before any ballot uses it. Nothing is kept."""
    if method not in BallotMethod.values:
        raise Http404
    rule = Ballot(partnership=request.partnership, method=method, budget=PRACTICE_BUDGET)
    back = request.partnership.get_absolute_url()
    return private(practise(request, rule, practice_options(method), back=back))


PRACTICE_BUDGET = 20


def practice_options(method: str) -> list[ShownOption]:
    """Something to choose from that matters to nobody; one way forward for consent."""
    if method == BallotMethod.CONSENT:
        what = _("There is tea, coffee and cake, and everybody can come.")
        return [ShownOption("1", _("Tea at three o’clock"), what)]
    things = [
        (_("Tea"), _("A pot for everybody."), 5, "tea"),
        (_("Coffee"), _("With milk or without."), 8, "coffee"),
        (_("Cake"), _("Somebody bakes it."), 12, "cake"),
        (_("Fruit"), _("Apples and pears."), 6, "fruit"),
    ]
    return [
        ShownOption(str(place), title, what, cost, picture=static(f"portal/pictures/{picture}.svg"))
        for place, (title, what, cost, picture) in enumerate(things, 1)
    ]
