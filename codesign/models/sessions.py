"""Design sessions: live facilitated meetings, joined by code, and what people add there."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codesign.enums import SESSION_STEPS, SessionStep
from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.models import Contribution, Link, Participant, Partnership


class DesignSessionQuerySet(models.QuerySet["DesignSession"]):
    def visible_to(self, participant: Participant | None) -> "DesignSessionQuerySet":
        """Those of spaces somebody may read."""
        spaces = Workspace.objects.visible_to(participant).order_by().values("pk")
        return self.filter(workspace__in=spaces)


class DesignSession(models.Model):
    """A meeting with a question, a join code while it is open, and minutes when it has closed."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="design_sessions"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=200)
    # Six characters without look-alikes or vowels, stored without the hyphen; empty once closed.
    code = models.CharField(max_length=6, blank=True)
    step = models.CharField(max_length=10, choices=SessionStep, default=SessionStep.WELCOME)
    dots_each = models.PositiveSmallIntegerField(default=3)
    opened_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_words = models.TextField(blank=True)
    minutes = models.TextField(blank=True)

    objects = DesignSessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="session_code_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, code="", step="closed"),
                name="session_closed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(dots_each__gte=1, dots_each__lte=10), name="session_dots_each"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def space(self) -> Workspace:
        return self.workspace

    @property
    def is_public(self) -> bool:
        return self.workspace.is_public

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def code_shown(self) -> str:
        """The code as it is printed and read out: `7K3-QDP`."""
        return f"{self.code[:3]}-{self.code[3:]}" if self.code else ""

    @property
    def step_number(self) -> int:
        """1 for the first step."""
        return SESSION_STEPS.index(SessionStep(self.step)) + 1 if self.is_open else 0

    def get_absolute_url(self) -> str:
        return reverse("codesign:session", args=[self.partnership.slug, self.pk])


class SessionSeat(models.Model):
    """Somebody in the room, how they like to read, and the phrase that lets them back in."""

    session = models.ForeignKey(DesignSession, on_delete=models.PROTECT, related_name="seats")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="seats")
    larger_text = models.BooleanField(default=False)
    rejoin_hash = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "participant"], name="seated_once"),
            models.UniqueConstraint(
                fields=["session", "rejoin_hash"],
                condition=~Q(rejoin_hash=""),
                name="rejoin_phrase_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} in {self.session}"


class Card(Contribution):
    """One idea on the board."""

    session = models.ForeignKey(DesignSession, on_delete=models.PROTECT, related_name="cards")
    text = models.CharField(max_length=280)
    dot_count = models.PositiveIntegerField(default=0)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["session", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
                name="card_hidden_by_at_why",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    def get_absolute_url(self) -> str:
        return f"{self.session.get_absolute_url()}#card-{self.pk}"


class Dot(models.Model):
    """One of a person's dots. Numbered, so that nobody can place more than they have."""

    session = models.ForeignKey(DesignSession, on_delete=models.PROTECT, related_name="dots")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="dots")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="dots")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant", "number"], name="dot_placed_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="dot_numbered_from_one"),
        ]
        indexes = [models.Index(fields=["card"])]

    def __str__(self) -> str:
        return f"dot {self.number} of {self.participant}"


class CardProposal(Link):
    """A card was chosen when its session closed, and became a proposal."""

    leads_to = _("became the proposal")
    source = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="proposal_links")
    target = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="card_links")
