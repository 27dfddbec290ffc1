"""What somebody has begun to write and not yet sent."""

from django.db import models

from portal import clock
from portal.models.people import Participant


class Draft(models.Model):
    """The fields of one form as one person left them. Gone when they send it or throw it away."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=80)  # which form: `proposal:new:12`, `comment:48`
    fields = models.JSONField()  # names of fields to the words in them
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.participant}"
