"""The revision of each live topic: the only thing processes tell each other about a change."""

from django.db import models


class Revision(models.Model):
    """How many times a topic, such as `designsession:12`, has changed."""

    topic = models.CharField(max_length=60, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.topic} rev {self.number}"
