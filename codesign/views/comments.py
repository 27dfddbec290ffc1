"""Pages about comments."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from codesign.enums import CommentKind
from codesign.forms.proposals import CommentForm
from codesign.operations import comments as operations
from codesign.views.parts import find_proposal
from codesign.views.proposals import proposal_page
from portal import http
from portal.http import ParticipantRequest


@require_POST
@http.once
def comment_on_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Add a point; a form with a mistake comes back with the words still in it."""
    proposal = find_proposal(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            comment = operations.comment_on_proposal(
                proposal=proposal,
                kind=CommentKind(form.cleaned_data["kind"]),
                text=form.cleaned_data["text"],
                by=request.participant,
            )
        except operations.UnableToCommentOnProposal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{proposal.get_absolute_url()}#comment-{comment.pk}")
    return proposal_page(request, proposal, form, status=422)
