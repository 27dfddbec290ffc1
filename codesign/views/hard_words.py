"""The page on which a partnership keeps its own hard words, with plainer ones."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codesign.forms.hard_words import HardWordsForm
from codesign.operations import hard_words as operations
from portal import http, permissions
from portal.asking import ask
from portal.http import ParticipantRequest


@require_http_methods(["GET", "HEAD", "POST"])
@http.once
def set_hard_words(request: ParticipantRequest) -> HttpResponse:
    """Words that not everybody here knows. Whoever writes for the service is shown plainer ones."""
    partnership = request.partnership
    permissions.check(request.participant, "set_hard_words", partnership)
    form = HardWordsForm(
        request.POST or None, initial=HardWordsForm.as_typed(partnership.hard_words)
    )
    return ask(
        request,
        "codesign/set_hard_words.html",
        form,
        {},
        act=lambda: operations.set_hard_words(
            partnership=partnership, words=form.cleaned_data["words"], by=request.participant
        ),
        done=_("Saved."),
        to=request.path,
    )
