"""What every contribution carries: whose it is, how it reached us, and in whose words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.enums import Channel, WhoseWords
from portal.models.people import Participant, Partnership


class Contribution(models.Model):
    """Abstract base of everything a person adds.

    `by` is the person whose contribution it is (none: anonymous, and never to be found out later);
    `entered_by` is the worker who typed it for them, if one did. It counts fully and is shown as
    what it is.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    entered_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    whose_words = models.CharField(max_length=8, choices=WhoseWords, default=WhoseWords.OWN)
    consent = models.CharField(
        max_length=200,
        blank=True,
        help_text=_("How and when the person agreed that this is entered for them."),
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True

    def is_by(self, participant: Participant) -> bool:
        """Whether somebody may act on it as its author (permissions.Allow)."""
        return self.by_id is not None and self.by_id == participant.pk

    @property
    def is_on_behalf(self) -> bool:
        return self.entered_by_id is not None

    @property
    def is_anonymous(self) -> bool:
        return self.by_id is None
