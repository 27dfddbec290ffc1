"""Assessment: what providers and commissioners think of a proposal, each for themselves."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.models import Participant, Partnership


class Criterion(models.Model):
    """One thing proposals of a workspace are judged by, with words for 1 and for 5."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=60)
    question = models.CharField(max_length=200)
    low = models.CharField(max_length=120)  # what 1 means
    high = models.CharField(max_length=120)  # what 5 means
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="criterion_named_once")
        ]

    def __str__(self) -> str:
        return self.name


class Assessment(models.Model):
    """What one assessor thinks of one proposal. Others see it when the facilitator publishes."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assessments")
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="assessments")
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "by"], name="assessed_once")]

    def __str__(self) -> str:
        return f"{self.by} on {self.proposal}"

    @property
    def space(self) -> Workspace:
        return self.proposal.workspace


class Score(models.Model):
    """One criterion of one assessment: 1 to 5, with the reason."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="scored_once"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="score_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"
