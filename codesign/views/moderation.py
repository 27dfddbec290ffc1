"""Pages of moderation."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign.forms.proposals import ReasonForm
from codesign.models import Comment
from codesign.operations import moderation as operations
from codesign.views.parts import with_reason
from portal.http import ParticipantRequest


@require_http_methods(["GET", "HEAD", "POST"])
def hide_comment(request: ParticipantRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(
        Comment.objects.select_related("proposal__partnership"),
        pk=pk,
        partnership=request.partnership,
    )
    return with_reason(
        request,
        comment.proposal,
        ReasonForm(request.POST or None),
        title=_("Hide this comment"),
        button=_("Hide the comment"),
        act=operations.hide_comment,
        comment=comment,
    )
