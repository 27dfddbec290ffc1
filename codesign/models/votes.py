"""Votes while a ballot is open, the list they become when it closes, and objections.

A named vote belongs to its voter, who may change it until the close. A secret one belongs to
nobody: its table has no person, no moment and no number, only a code that its voter keeps.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from codesign.enums import ObjectionKind
from codesign.models.ballots import Ballot
from codesign.models.decisions import Decision
from codesign.models.moderation import Hideable
from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Duty, Role
from portal.models import Participant, Partnership


class NamedVote(models.Model):
    """What somebody chose, for people here to see. The latest choice before the close counts."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="named_votes")
    voter = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="votes")
    code = models.CharField(max_length=32, unique=True)
    role = models.CharField(max_length=16, choices=Role)
    choice = models.JSONField()  # as in published files (docs/counting.md)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "voter"], name="named_vote_once")]

    def __str__(self) -> str:
        return f"{self.voter} in “{self.ballot}”"


class SecretVote(models.Model):
    """What nobody in particular chose. Gone at the close, when it moves to the published list.

    `role` is kept only where at least eight of that role are on the roll.
    """

    code = models.CharField(primary_key=True, max_length=32)  # 128 random bits, as hex
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="secret_votes")
    role = models.CharField(max_length=16, choices=Role, blank=True)
    choice = models.JSONField()

    def __str__(self) -> str:
        return f"a vote in “{self.ballot}”"


class CountedVote(models.Model):
    """One line of the list that is published at the close, in the order of codes. Never changed."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="counted_votes")
    code = models.CharField(max_length=32)
    role = models.CharField(max_length=16, choices=Role, blank=True)  # where the rule counts by it
    choice = models.JSONField()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["ballot", "code"], name="counted_vote_once")]

    def __str__(self) -> str:
        return self.code


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, participant: Participant | None) -> "ObjectionQuerySet":
        """Those to ballots that were counted and to decisions that were published."""
        counted = Ballot.objects.visible_to(participant).filter(closed_at__isnull=False)
        published = Decision.objects.visible_to(participant)
        return self.filter(
            Q(ballot__in=counted.values("pk")) | Q(decision__in=published.values("pk"))
        )


class Objection(Hideable):
    """A reason against, from a ballot for consent or from those who decide, and its answer.

    One from a ballot keeps its vote's code, so that a voter who changes a named vote changes it
    too. `by` is who said it, where the ballot is named.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    ballot = models.ForeignKey(
        Ballot, null=True, blank=True, on_delete=models.PROTECT, related_name="objections"
    )
    code = models.CharField(max_length=32, blank=True)
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="objections"
    )
    kind = models.CharField(max_length=8, choices=ObjectionKind, default=ObjectionKind.OBJECT)
    words = models.TextField()
    by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    said_by = models.CharField(max_length=120, blank=True)  # in words, for one told to a decider
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    entered_by_id = None  # whoever wrote it down for somebody has no part in its words

    objects = ObjectionQuerySet.as_manager()

    class Meta(Hideable.Meta):
        constraints = [
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(ballot__isnull=False, decision=None) & ~Q(code=""))
                | Q(ballot=None, code="", decision__isnull=False),
                name="objection_to_a_ballot_or_a_decision",
            ),
            models.UniqueConstraint(
                fields=["ballot", "code"],
                condition=Q(ballot__isnull=False),
                name="objection_once_a_vote",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="objection_answered_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_words

    @property
    def shown_words(self) -> str:
        return gettext("Words that a moderator has hidden") if self.is_hidden else self.words

    @property
    def thing(self) -> Ballot | Decision:
        """What it is against, on whose page it stands."""
        thing = self.ballot or self.decision
        assert thing is not None  # the constraint says so
        return thing

    @property
    def space(self) -> Workspace:
        return self.thing.workspace

    @property
    def is_read(self) -> bool:
        """Whether others can read it: nobody does while people vote, or of a draft."""
        if self.ballot is not None:
            return self.ballot.closed_at is not None
        return self.decision is not None and self.decision.is_published

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    def is_by(self, participant: Participant) -> bool:
        return self.by_id == participant.pk

    def get_absolute_url(self) -> str:
        return f"{self.thing.get_absolute_url()}#objection-{self.pk}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, participant: Participant | None) -> "CorrectionQuerySet":
        """Answered ones of decisions somebody may read; before that, only for who asked and who
        answers."""
        here = self.filter(decision__in=Decision.objects.visible_to(participant).values("pk"))
        if participant is None:
            return here.filter(answered_at__isnull=False)
        if participant.has_duty(Duty.FACILITATOR):
            return here
        return here.filter(Q(answered_at__isnull=False) | Q(by=participant))


class Correction(Hideable):
    """Somebody says that a published decision gets something wrong; answered where all see it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="corrections")
    words = models.TextField()
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    entered_by_id = None
    is_read = True

    objects = CorrectionQuerySet.as_manager()

    class Meta(Hideable.Meta):
        indexes = [models.Index(fields=["decision", "id"])]
        constraints = [
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="correction_answered_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_words

    @property
    def shown_words(self) -> str:
        return gettext("Words that a moderator has hidden") if self.is_hidden else self.words

    @property
    def thing(self) -> Decision:
        return self.decision

    @property
    def space(self) -> Workspace:
        return self.decision.workspace

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    def is_by(self, participant: Participant) -> bool:
        return self.by_id == participant.pk

    def get_absolute_url(self) -> str:
        return f"{self.decision.get_absolute_url()}#correction-{self.pk}"
