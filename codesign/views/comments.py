"""Pages about comments."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from codesign.enums import CommentKind
from codesign.forms.comments import CommentForm, ReplyForm
from codesign.models import Comment, Proposal
from codesign.operations import comments as operations
from codesign.views.parts import find_proposal
from codesign.views.proposals import proposal_page
from portal import http, permissions
from portal.http import ParticipantRequest
from portal.operations import drafts


def find_comment(request: ParticipantRequest, pk: int) -> Comment:
    """A comment on a proposal that the reader may see, hidden or not."""
    return get_object_or_404(
        Comment.objects.select_related(
            "proposal__partnership", "proposal__workspace__partnership", "by__organisation"
        ),
        pk=pk,
        partnership=request.partnership,
        proposal__in=Proposal.objects.visible_to(request.participant).order_by().values("pk"),
    )


@require_POST
@http.once
def comment_on_proposal(request: ParticipantRequest, pk: int) -> HttpResponse:
    """Add a point; a form with a mistake comes back with the words still in it."""
    proposal = find_proposal(request, pk)
    form = CommentForm(request.POST, proposal=proposal, by=request.participant)
    if form.is_valid():
        try:
            comment = operations.comment_on_proposal(
                proposal=proposal,
                kind=CommentKind(form.cleaned_data["kind"]),
                text=form.cleaned_data["text"],
                as_organisation=form.cleaned_data.get("as_organisation", False),
                by=request.participant,
            )
        except operations.UnableToCommentOnProposal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{proposal.get_absolute_url()}#comment-{comment.pk}")
    return proposal_page(request, proposal, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def reply_to_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """A page with the point and room to answer it; for htmx only the form, which opens in place."""
    comment = find_comment(request, pk)
    permissions.check(request.participant, "reply_to_comment", comment)
    form = ReplyForm(
        request.POST if request.method == "POST" else None,
        proposal=comment.proposal,
        by=request.participant,
        initial=drafts.kept(request.participant, f"reply-{comment.pk}"),
        auto_id=f"reply-{comment.pk}-%s",
    )
    if request.method == "POST" and form.is_valid():
        try:
            reply = operations.reply_to_comment(
                comment=comment,
                text=form.cleaned_data["text"],
                as_organisation=form.cleaned_data.get("as_organisation", False),
                by=request.participant,
            )
        except operations.UnableToReplyToComment as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(reply)
    part = "#form" if request.htmx and request.method != "POST" else ""
    if part:
        form.fields["text"].widget.attrs["autofocus"] = True
    return render(
        request,
        f"codesign/comment_reply.html{part}",
        {"comment": comment, "proposal": comment.proposal, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
def mark_answered(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One press: by the reply named `answer`, or by what was said elsewhere."""
    comment = find_comment(request, pk)
    reply = request.POST.get("answer", "")
    answer = None
    if reply:
        number = int(reply) if reply.isdecimal() and len(reply) < 19 else 0
        answer = get_object_or_404(Comment, pk=number, reply_to=comment)
    operations.mark_answered(comment=comment, answer=answer, by=request.participant)
    return redirect(comment)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """A page that says what goes and what stays; one press there takes the words back."""
    comment = find_comment(request, pk)
    permissions.check(request.participant, "withdraw_comment", comment)
    if request.method == "POST":
        operations.withdraw_comment(comment=comment, by=request.participant)
        return redirect(comment)
    return render(
        request,
        "codesign/withdraw_comment.html",
        {"comment": comment, "proposal": comment.proposal},
    )


def _after_support(request: ParticipantRequest, comment: Comment, *, agreed: bool) -> HttpResponse:
    """The comment's support for htmx; without it, back to the comment on its page."""
    if not request.htmx:
        return redirect(comment)
    comment.refresh_from_db(fields=["support_count"])
    return render(
        request,
        "codesign/parts/comment_support.html",
        {"comment": comment, "agreed": agreed, "can_agree": True},
    )


@require_POST
def support_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    """One tap. Twice is once."""
    comment = find_comment(request, pk)
    operations.support_comment(comment=comment, by=request.participant)
    return _after_support(request, comment, agreed=True)


@require_POST
def withdraw_comment_support(request: ParticipantRequest, pk: int) -> HttpResponse:
    comment = find_comment(request, pk)
    operations.withdraw_comment_support(comment=comment, by=request.participant)
    return _after_support(request, comment, agreed=False)
