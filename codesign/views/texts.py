"""Pages about a proposal's words: versions, changes others suggest, co-authors, estimates."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.enums import RoughCost, RoughEffort
from codesign.forms.texts import (
    AcceptAmendmentForm,
    AmendmentForm,
    CoAuthorForm,
    DeclineAmendmentForm,
    EstimateForm,
)
from codesign.models import Amendment, CoAuthor, Proposal
from codesign.operations import texts as operations
from codesign.operations.proposals import UnableToEditProposal, WordsHaveChanged
from codesign.queries import texts as queries
from codesign.views.parts import find_proposal
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest
from portal.operations import drafts
from portal.paging import page_of


def _find_amendment(request: PortalRequest, pk: int) -> Amendment:
    found = queries.amendments_of(request.partnership.pk, request.participant)
    return get_object_or_404(found, pk=pk)


@require_safe
@http.open_to_visitors
def versions(request: PortalRequest, pk: int) -> HttpResponse:
    """How a proposal's words came to be what they are, newest first."""
    proposal = find_proposal(request, pk)
    page = page_of(queries.versions_of(proposal), request.GET)
    shown = [] if proposal.is_hidden else queries.with_changes(proposal, page.items)
    return render(
        request,
        "codesign/versions.html",
        {"proposal": proposal, "page": page, "versions": shown},
    )


@require_safe
@http.open_to_visitors
def difference(request: PortalRequest, pk: int, older: int, newer: int) -> HttpResponse:
    """What changed between two versions, in words."""
    proposal = find_proposal(request, pk)
    found = {each.number: each for each in proposal.versions.filter(number__in=[older, newer])}
    if older >= newer or len(found) < 2:
        raise Http404
    return render(
        request,
        "codesign/difference.html",
        {
            "proposal": proposal,
            "older": found[older],
            "newer": found[newer],
            "changed": None if proposal.is_hidden else queries.changed(found[older], found[newer]),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def amend_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Suggest other words, beginning from those that stand."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "amend_proposal", proposal)
    if proposal.is_hidden:
        raise operations.UnableToAmendProposal(
            _("The words of this suggestion are hidden, so nobody can change them now.")
        )
    kept = drafts.kept(request.participant, f"amend-{proposal.pk}")
    words = {"title": proposal.title, "why": proposal.why, "based_on": proposal.version}
    form = AmendmentForm(request.POST or None, initial=words | kept)
    return ask(
        request,
        "codesign/amend_proposal.html",
        form,
        {"proposal": proposal, "kept": kept},
        act=lambda: operations.amend_proposal(
            proposal=proposal, by=request.participant, **form.cleaned_data
        ),
        done=_("Thank you. The authors are asked for an answer."),
    )


@require_safe
@http.open_to_visitors
def amendment(request: PortalRequest, pk: int) -> HttpResponse:
    """A suggested change: what it changes, why, and what the authors answered."""
    found = _find_amendment(request, pk)
    return render(
        request,
        "codesign/amendment.html",
        {
            "amendment": found,
            "proposal": found.proposal,
            "shown": queries.amendment_page(found, request.participant),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def accept_amendment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Take a change up, adjusted or as it is. Whoever comes second sees both texts."""
    found = _find_amendment(request, pk)
    proposal = found.proposal
    permissions.check(request.participant, "accept_amendment", proposal)
    kept = drafts.kept(request.participant, f"accept-{found.pk}")
    words = {"title": found.title, "why": found.why, "based_on": proposal.version}
    form = AcceptAmendmentForm(request.POST or None, initial=words | kept)
    overtaken = None
    if form.is_valid():
        try:
            operations.accept_amendment(
                amendment=found, by=request.participant, **form.cleaned_data
            )
        except WordsHaveChanged as refusal:
            proposal.refresh_from_db()
            overtaken = queries.changed(proposal, form.cleaned_data, ("title", "why"))
            form = AcceptAmendmentForm(request.POST.dict() | {"based_on": proposal.version})
            form.add_error(None, str(refusal))
        except (operations.UnableToAnswerAmendment, UnableToEditProposal) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The words are changed. Everybody concerned is told."))
            return redirect(proposal)
    return render(
        request,
        "codesign/accept_amendment.html",
        {
            "amendment": found,
            "proposal": proposal,
            "form": form,
            "kept": kept,
            "overtaken": overtaken,
            "shown": queries.amendment_page(found, request.participant),
        },
        status=409 if overtaken else 422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decline_amendment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Say no, with the reason."""
    found = _find_amendment(request, pk)
    permissions.check(request.participant, "decline_amendment", found.proposal)
    kept = drafts.kept(request.participant, f"decline-{found.pk}")
    form = DeclineAmendmentForm(request.POST or None, initial=kept)
    return ask(
        request,
        "codesign/decline_amendment.html",
        form,
        {"amendment": found, "proposal": found.proposal, "kept": kept},
        act=lambda: operations.decline_amendment(
            amendment=found, by=request.participant, **form.cleaned_data
        ),
        done=_("Your answer is sent. The suggested change stays readable."),
        to=found,
    )


@require_POST
def withdraw_amendment(request: ParticipantRequest, pk: int) -> HttpResponse:
    found = _find_amendment(request, pk)
    operations.withdraw_amendment(amendment=found, by=request.participant)
    messages.success(request, _("You took your suggested change back."))
    return redirect(found)


@require_POST
def raise_amendment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Make a declined change a draft of one's own, to look at before it is shared.

    It begins on the form where it gets a title of its own.
    """
    found = _find_amendment(request, pk)
    made = operations.raise_amendment(amendment=found, by=request.participant)
    messages.success(request, _("Here is your draft. Only you see it until you share it."))
    if made.has_borrowed_title:
        return redirect("codesign:edit_proposal", request.partnership.slug, made.pk)
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_co_author(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Ask somebody to write a proposal together."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "invite_co_author", proposal)
    form = CoAuthorForm(request.POST or None, people=queries.may_be_asked(proposal))
    return ask(
        request,
        "codesign/invite_co_author.html",
        form,
        {"proposal": proposal},
        act=lambda: operations.invite_co_author(
            proposal=proposal,
            participant=form.cleaned_data["participant"],
            by=request.participant,
        ),
        done=lambda asked: (
            _("We asked %(who)s. You hear from us when they answer.")
            % {"who": asked.participant.display_name}
        ),
        to=proposal,
    )


@require_POST
def answer_co_author_invitation(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Yes or no to writing a proposal together."""
    co_author = get_object_or_404(
        CoAuthor.objects.select_related("proposal__partnership"),
        pk=pk,
        proposal__partnership=request.partnership,
        proposal__in=Proposal.objects.visible_to(request.participant).values("pk"),
    )
    accept = request.POST.get("answer") == "yes"
    operations.answer_co_author_invitation(
        co_author=co_author, accept=accept, by=request.participant
    )
    said = _("You now write this together.") if accept else _("Thank you for your answer.")
    messages.success(request, said)
    return redirect(co_author.proposal)


@require_http_methods(["GET", "HEAD", "POST"])
def estimate_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """A provider's rough guess at cost and effort."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "estimate_proposal", proposal)
    if proposal.is_hidden:
        raise operations.UnableToEstimateProposal(
            _("The words of this suggestion are hidden, so nobody estimates it now.")
        )
    initial = {
        "cost": proposal.cost,
        "effort": proposal.effort,
        "words": proposal.estimate_words,
    }
    form = EstimateForm(request.POST or None, initial=initial)
    return ask(
        request,
        "codesign/estimate_proposal.html",
        form,
        {"proposal": proposal},
        act=lambda: operations.estimate_proposal(
            proposal=proposal,
            cost=RoughCost(form.cleaned_data["cost"]),
            effort=RoughEffort(form.cleaned_data["effort"]),
            words=form.cleaned_data["words"],
            by=request.participant,
        ),
        done="",
        to=proposal,
    )
