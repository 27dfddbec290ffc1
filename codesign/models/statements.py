"""Statements: short sentences people agree or disagree with, while a space listens."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from codesign.enums import Stance, StatementStatus
from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Role
from portal.models import Participant, Partnership


class StatementRoundQuerySet(models.QuerySet["StatementRound"]):
    def visible_to(self, participant: Participant | None) -> "StatementRoundQuerySet":
        """Those of spaces somebody may read."""
        readable = Workspace.objects.visible_to(participant).order_by().values("pk")
        return self.filter(workspace__in=readable)


class StatementRound(models.Model):
    """A space's statements under one question. Closed once, and what was found then stays."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="statement_rounds"
    )
    question = models.CharField(max_length=200)
    opened_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)  # common ground by role, through the gate
    opinion_map = models.JSONField(null=True, blank=True)  # from 50 people up, where it is steady

    objects = StatementRoundQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(closed_at=None),
                name="one_open_statement_round_a_space",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, result=None)
                | Q(closed_at__isnull=False, result__isnull=False),
                name="statement_round_closed_with_its_result",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def title(self) -> str:
        """What a list of things of all kinds calls it."""
        return self.question

    @property
    def space(self) -> Workspace:
        return self.workspace

    @property
    def is_public(self) -> bool:
        return self.workspace.is_public

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def get_absolute_url(self) -> str:
        return reverse("codesign:statements", args=[self.partnership.slug, self.pk])


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, participant: Participant | None) -> "StatementQuerySet":
        """Those that are shown in spaces somebody may read; nobody is led to another's words."""
        rounds = StatementRound.objects.visible_to(participant).values("pk")
        return self.shown().filter(round__in=rounds)

    def shown(self) -> "StatementQuerySet":
        return self.filter(status=StatementStatus.SHOWN)

    def waiting(self) -> "StatementQuerySet":
        """Those that a person has yet to read."""
        return self.filter(status=StatementStatus.WAITING)


class Statement(models.Model):
    """One short sentence. Its counters change in the transaction of each answer."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(StatementRound, on_delete=models.PROTECT, related_name="statements")
    words = models.CharField(max_length=140)
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    status = models.CharField(
        max_length=8, choices=StatementStatus, default=StatementStatus.WAITING
    )
    read_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    declined_because = models.CharField(max_length=300, blank=True)
    heard = models.PositiveIntegerField(default=0)  # how many have answered; fewest are asked first

    objects = StatementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["round", "status", "heard", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(declined_because=""),
                name="statement_declined_with_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def space(self) -> Workspace:
        return self.round.workspace

    @property
    def is_shown(self) -> bool:
        return self.status == StatementStatus.SHOWN

    @property
    def is_waiting(self) -> bool:
        return self.status == StatementStatus.WAITING

    def is_by(self, participant: Participant) -> bool:
        return self.by_id == participant.pk

    def get_absolute_url(self) -> str:
        return reverse("codesign:statements", args=[self.partnership.slug, self.round_id])


class StatementAnswer(models.Model):
    """What somebody thinks of a statement; they may change it until the round closes."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Role)
    stance = models.CharField(max_length=8, choices=Stance)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "by"], name="statement_answered_once")
        ]
        indexes = [models.Index(fields=["by", "statement"])]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_stance_display()}"
