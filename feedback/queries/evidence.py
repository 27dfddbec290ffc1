"""Themes as evidence: what was heard before it became a suggestion, beside a decision's draft."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.queries.evidence import LivesOn, Piece, evidence
from feedback.models import Theme, ThemeProposal
from portal.counts import count_in_words
from portal.models import Participant


@evidence(gettext_lazy("What people said"))
def themes(now: LivesOn, reader: Participant) -> Iterable[Piece]:
    """The themes it answers, and how many voices carry each."""
    links = ThemeProposal.objects.standing().filter(
        target__in=now, source__in=Theme.objects.visible_to(reader)
    )
    for link in links.select_related("source__partnership").order_by("-source__voice_count", "pk"):
        theme = link.source
        voices = count_in_words(theme.voice_count, exact=reader.is_staff)
        words = _("%(theme)s: voices: %(voices)s") % {"theme": theme.name, "voices": voices}
        yield Piece(link.target_id, words, theme.get_absolute_url())
