"""Decisions: what was decided about each proposal, why, and on which evidence."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codesign.enums import Outcome
from codesign.models.assessments import Criterion
from codesign.models.ballots import BallotDecision
from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Role
from portal.models import Link, Participant, Partnership

CORRECTIONS_LAST = timedelta(days=14)  # from publishing; then a decision stands as it is


class DecisionQuerySet(models.QuerySet["Decision"]):
    def published(self) -> "DecisionQuerySet":
        return self.filter(published_at__isnull=False)

    def replaced(self) -> "DecisionQuerySet":
        """Those whose place a later published decision has taken."""
        return self.filter(Exists(_later("replaces")))

    def standing(self) -> "DecisionQuerySet":
        """Published ones that no later one has replaced."""
        return self.published().exclude(Exists(_later("replaces")))

    def due_for_review(self, day: date) -> "DecisionQuerySet":
        """Those that stand, were to be looked at again by `day`, and have not been; and at once
        those under which a ballot was annulled, until they are looked at again after that."""
        is_time = Q(review_on__lte=day) & ~Exists(_later("reviews"))
        return self.standing().filter(is_time | Exists(_annulled_under()))

    def visible_to(self, participant: Participant | None) -> "DecisionQuerySet":
        """Published ones; drafts only for those who may record decisions (see queries)."""
        published = self.published()
        if participant is None:
            return published.filter(
                workspace__visibility="public", partnership__visibility="public"
            )
        return published.filter(
            partnership_id=participant.partnership_id,
            workspace__in=Workspace.objects.visible_to(participant).order_by().values("pk"),
        )


def _later(tie: str) -> models.QuerySet["Decision"]:
    """Published decisions that replace or review the one asked about."""
    return Decision.objects.filter(**{tie: OuterRef("pk")}, published_at__isnull=False)


def _annulled_under() -> models.QuerySet[BallotDecision]:
    """Annulled ballots on which the decision asked about rests, if no review came after that."""
    since = Decision.objects.filter(
        reviews=OuterRef("target"), published_at__gte=OuterRef("source__annulled_at")
    )
    return (
        BallotDecision.objects.standing()
        .filter(target=OuterRef("pk"), source__annulled_at__isnull=False)
        .exclude(Exists(since))
    )


class Decision(models.Model):
    """A decision. Nothing in it changes once it is published; a later one may replace it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="decisions")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(max_length=120)
    what = models.TextField()
    reasons = models.TextField()
    evidence = models.TextField()
    how = models.TextField()  # how it was decided: at which meeting, in which way
    dissent = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    costs = models.TextField(blank=True)
    review_on = models.DateField()
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    reviews = models.ForeignKey(  # the decision whose review this one is
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reviewed_by"
    )
    drafted_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=clock.now)
    sent_to_confirm_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_to_confirm_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=40, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "-published_at"]),
            models.Index(fields=["workspace", "-id"]),
            models.Index(fields=["partnership", "review_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("sent_to_confirm_by"))
                ),
                name="decision_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="decision_published_by_and_at",
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
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_sent(self) -> bool:
        """Whether it waits for a second person, or has been confirmed by one."""
        return self.sent_to_confirm_at is not None

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def corrections_until(self) -> datetime | None:
        """The moment from which nobody can ask for a correction any more; None for a draft."""
        return None if self.published_at is None else self.published_at + CORRECTIONS_LAST

    def get_absolute_url(self) -> str:
        return reverse("codesign:decision", args=[self.partnership.slug, self.pk])


class DecisionOutcome(Link):
    """What a decision says about one proposal; the link's `why` is the reason, and is required."""

    leads_to = _("was decided in")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="outcomes")
    target = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=10, choices=Outcome)


class Decider(models.Model):
    """Somebody who took part in deciding: for whom they act, and what they have to gain or lose.

    One of the partnership's people is called as they are called here; `name` is for the others.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="deciders")
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=16, choices=Role)
    organisation = models.CharField(max_length=120, blank=True)
    interest = models.CharField(max_length=500, blank=True)  # empty: none was declared
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "place"], name="decider_in_place"),
            models.CheckConstraint(
                condition=~Q(name="") | Q(participant__isnull=False), name="decider_is_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.participant.display_name if self.participant else self.name


class OutcomeScore(models.Model):
    """How far a proposal meets one criterion of its space, 1 to 5, as those who decided saw it."""

    outcome = models.ForeignKey(DecisionOutcome, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "criterion"], name="outcome_scored_once"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="outcome_score_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"


class Commitment(models.Model):
    """Who does what by when, because of a decision."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="commitments")
    what = models.CharField(max_length=300)
    who = models.CharField(max_length=120)
    by_when = models.DateField()
    place = models.PositiveSmallIntegerField()
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kept_words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "place"], name="commitment_in_place"),
            models.CheckConstraint(
                condition=Q(kept_at=None, kept_by=None)
                | Q(kept_at__isnull=False, kept_by__isnull=False),
                name="commitment_kept_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def partnership_id(self) -> int:
        return self.decision.partnership_id

    @property
    def space(self) -> Workspace:
        return self.decision.workspace

    def get_absolute_url(self) -> str:
        return f"{self.decision.get_absolute_url()}#commitment-{self.pk}"
