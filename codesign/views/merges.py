"""Pages that join proposals and take them apart."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign.forms.merges import MOST_PARTS, MergeForm, SplitForm
from codesign.forms.proposals import ReasonForm
from codesign.operations import merges as operations
from codesign.operations import taking_apart
from codesign.operations.proposals import UnableToMoveProposal
from codesign.queries import merges as queries
from codesign.views.parts import find_proposal, with_reason
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def merge_proposals(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Choose what says the same as this one. Looking for others keeps what is ticked."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "merge_proposals", proposal)
    looking = "look" in request.POST
    form = MergeForm(
        None if request.method != "POST" or looking else request.POST,
        siblings=queries.siblings_of(proposal),
        offered=queries.to_merge(
            proposal, request.POST.get("find", ""), request.POST.getlist("proposals")
        ),
        initial={
            "find": request.POST.get("find", ""),
            "proposals": request.POST.getlist("proposals"),
            "reason": request.POST.get("reason", ""),
        },
    )
    return ask(
        request,
        "codesign/merge.html",
        form,
        {"proposal": proposal},
        act=lambda: operations.merge_proposals(
            proposals=form.cleaned_data["proposals"],
            into=proposal,
            by=request.participant,
            reason=form.cleaned_data["reason"],
        ),
        done=_("They are merged. They live on in this suggestion."),
        to=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def take_merge_apart(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Ask why, and let a merged suggestion stand on its own again."""
    proposal = find_proposal(request, pk)
    return with_reason(
        request,
        proposal,
        ReasonForm(request.POST or None),
        title=_("Take apart again"),
        button=_("Take apart"),
        done=_("It stands on its own again. Those it concerns were told."),
        about_it=_(
            "It stands where it stood before. Whoever came along with it goes back with it. Support"
            " that was given since then stays where it was given. So do all words and comments."
        ),
        act=taking_apart.take_merge_apart,
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def split_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Write the parts. Asking for room for one more keeps what is written."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "split_proposal", proposal)
    if proposal.is_hidden:
        raise UnableToMoveProposal(
            _("These words are hidden. They can be split when they are back.")
        )
    count = sum(name.startswith("title_") for name in request.POST)
    wants_more = "more" in request.POST
    form = SplitForm(
        None if request.method != "POST" or wants_more else request.POST,
        parts=count + wants_more,
        initial=request.POST.dict() if wants_more else {"title_1": proposal.title},
    )
    return ask(
        request,
        "codesign/split.html",
        form,
        {"proposal": proposal, "takes_more": len(form.parts) < MOST_PARTS},
        act=lambda: operations.split_proposal(
            proposal=proposal,
            parts=[operations.Part(title, why) for title, why in form.written],
            by=request.participant,
            reason=form.cleaned_data["reason"],
        ),
        done=_("It is split. Its parts are open suggestions now."),
        to=proposal,
    )
