"""Pages about the pictures and documents that stand with a proposal."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codesign.forms.texts import FileForm
from codesign.models import Attachment
from codesign.operations import files as operations
from codesign.queries import texts as queries
from codesign.views.parts import find_proposal
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest, PortalRequest


def _find_file(request: PortalRequest, pk: int) -> Attachment:
    found = queries.files_of(request.partnership.pk, request.participant)
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def attach_file(request: ParticipantRequest, pk: int) -> HttpResponse:
    """The files of a proposal, and a form to add one. The same file twice is once."""
    proposal = find_proposal(request, pk)
    permissions.check(request.participant, "attach_file", proposal)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    return ask(
        request,
        "codesign/attach_file.html",
        form,
        {
            "proposal": proposal,
            "files": proposal.attachments.filter(removed_at=None).order_by("pk"),
        },
        act=lambda: operations.attach_file(
            proposal=proposal,
            upload=form.cleaned_data["upload"],
            words=form.cleaned_data["words"],
            by=request.participant,
        ),
        done=_("The file now stands with your suggestion."),
        to=reverse("codesign:attach_file", args=[request.partnership.slug, proposal.pk]),
        field="upload",
    )


@require_POST
def remove_file(request: ParticipantRequest, pk: int) -> HttpResponse:
    attachment = _find_file(request, pk)
    operations.remove_file(attachment=attachment, by=request.participant)
    messages.success(request, _("The file was removed."))
    return redirect("codesign:attach_file", request.partnership.slug, attachment.proposal_id)


@require_safe
@http.open_to_visitors
def attachment(request: PortalRequest, pk: int) -> HttpResponse:
    """The file itself, to whoever may read its proposal now: each request asks again."""
    found = _find_file(request, pk)
    try:
        content = found.file.open("rb")
    except OSError as gone:
        raise Http404 from gone
    response: HttpResponse = FileResponse(  # type: ignore[assignment]
        content,
        as_attachment=not found.is_picture,
        filename=f"{found.pk}.jpg" if found.is_picture else found.name,
        content_type=found.content_type,
    )
    # Nothing in it runs, even where a browser opens it by itself.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
