"""Posts already answered, so that a double click or a resend does nothing twice."""

from django.db import models

from portal import clock


class PostedOnce(models.Model):
    """The answer given to one form, kept under a hash of who sent it, where to, and its key."""

    key = models.CharField(max_length=64, primary_key=True)
    location = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.location
