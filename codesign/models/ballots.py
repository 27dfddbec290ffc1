"""Ballots: a question, its options, who may vote, and the rule, fixed before anybody did."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codesign.enums import SECRET, BallotMethod, BallotState, ResultsWhen, Secrecy
from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Role
from portal.models import Link, Participant, Partnership


class BallotQuerySet(models.QuerySet["Ballot"]):
    def opened(self) -> "BallotQuerySet":
        """Ballots whose rule is fixed and published, whether or not voting has begun or ended."""
        return self.filter(opened_at__isnull=False)

    def open_for_votes(self, now: datetime) -> "BallotQuerySet":
        return self.opened().filter(
            opens_at__lte=now, closes_at__gt=now, closed_at=None, annulled_at=None
        )

    def to_be_counted(self, now: datetime) -> "BallotQuerySet":
        """Their time is over, and nobody has counted them yet."""
        return self.opened().filter(closes_at__lte=now, closed_at=None, annulled_at=None)

    def visible_to(self, participant: Participant | None) -> "BallotQuerySet":
        """Opened ones in spaces somebody may read; drafts are for facilitators (see queries)."""
        opened = self.opened()
        if participant is None:
            return opened.filter(workspace__visibility="public", partnership__visibility="public")
        return opened.filter(
            partnership_id=participant.partnership_id,
            workspace__in=Workspace.objects.visible_to(participant).order_by().values("pk"),
        )


class Ballot(models.Model):
    """A vote. A draft until it is opened; from then on its rule stays, in words and as data.

    `opened_at` is when the rule and the roll were fixed; voting lasts from `opens_at` until before
    `closes_at`, by the server's clock alone, so that no job has to run for a deadline to hold.
    `closed_at` is when the votes were counted. Money is in whole pounds, shares in parts (1 and 1,
    or 60 and 40), `pass_share` in percent.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="ballots")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="ballots")
    question = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    method = models.CharField(max_length=12, choices=BallotMethod)
    secrecy = models.CharField(max_length=8, choices=Secrecy, default=Secrecy.NAMED)
    results_when = models.CharField(
        max_length=12, choices=ResultsWhen, default=ResultsWhen.AT_CLOSE
    )
    seats = models.PositiveSmallIntegerField(default=1)  # how many options are to be chosen
    dots = models.PositiveSmallIntegerField(default=10)
    most_dots = models.PositiveSmallIntegerField(default=5)  # on one option
    budget = models.PositiveIntegerField(default=0)
    shares = models.JSONField(default=dict, blank=True)  # of the budget, by role
    quorum = models.PositiveIntegerField(default=0)  # how many have to vote
    quorums = models.JSONField(default=dict, blank=True)  # the same, by role
    pass_share = models.PositiveSmallIntegerField(default=0)  # of those who voted; 0: none is set
    roles = models.JSONField(default=list, blank=True)  # whose people are on the roll, if by role
    listed = models.ManyToManyField(Participant, blank=True, related_name="+")  # or else these
    cards = models.JSONField(default=dict, blank=True)  # how many paper cards, by role
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    review_on = models.DateField(null=True, blank=True)
    drafted_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=clock.now)

    opened_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    rule = models.JSONField(
        null=True, blank=True
    )  # as published, with the lot; see docs/ballots.md
    told_open_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    closed_by = models.ForeignKey(  # None: it closed by itself
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)  # counting's Result.as_data
    by_role = models.JSONField(null=True, blank=True)  # turnout, support, common ground: gated
    ballots_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of the published file
    fingerprint = models.CharField(max_length=40, blank=True)

    annulled_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_because = models.CharField(max_length=500, blank=True)
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by"
    )

    objects = BallotQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "-closes_at"]),
            models.Index(fields=["workspace", "-id"]),
            models.Index(fields=["closes_at"], condition=Q(closed_at=None), name="ballot_to_count"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="ballot_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, rule=None, closed_at=None, annulled_at=None)
                | Q(opened_at__isnull=False, rule__isnull=False),
                name="ballot_opened_with_its_rule",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, ballots_hash="")
                | (Q(closed_at__isnull=False) & ~Q(ballots_hash="")),
                name="ballot_closed_with_its_count",
            ),
            models.CheckConstraint(
                condition=Q(annulled_at=None, annulled_by=None, annulled_because="")
                | (
                    Q(annulled_at__isnull=False, annulled_by__isnull=False)
                    & ~Q(annulled_because="")
                ),
                name="ballot_annulled_by_at_why",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def space(self) -> Workspace:
        return self.workspace

    @property
    def is_public(self) -> bool:
        return self.workspace.is_public

    @property
    def is_secret(self) -> bool:
        return self.secrecy in SECRET

    @property
    def is_opened(self) -> bool:
        return self.opened_at is not None

    def state_at(self, now: datetime) -> BallotState:
        if self.annulled_at is not None:
            return BallotState.ANNULLED
        if self.closed_at is not None:
            return BallotState.CLOSED
        if self.opened_at is None:
            return BallotState.DRAFT
        if now < self.opens_at:
            return BallotState.COMING
        return BallotState.OPEN if now < self.closes_at else BallotState.COUNTING

    @property
    def state(self) -> BallotState:
        """How it stands now; operations ask `state_at` with the record's time instead."""
        return self.state_at(clock.now())

    @property
    def chosen(self) -> list[str]:
        """The keys of what a counted ballot chose, by its kept result, in order.

        Consent waits at the close for the answer to each objection, and is kept so. It holds once
        they are there, if nothing else stood against it.
        """
        result = self.result or {}
        if self.method == BallotMethod.CONSENT:
            [standing] = result.get("standings") or [{}]
            if len(result.get("unmet", [])) == bool(standing.get("object")) and standing:
                return [standing["option"]]
        return list(result.get("winners", []))

    @property
    def chose_nothing(self) -> bool:
        return self.result is not None and not self.chosen

    @property
    def may_be_repeated(self) -> bool:
        return self.annulled_at is not None or self.chose_nothing

    @property
    def needs_roles(self) -> bool:
        """Whether a vote counts by its voter's role, so that roles stand in the published list."""
        return bool(self.shares)

    @property
    def lot(self) -> list[str]:
        """Every option's key, the luckiest first; empty until it is opened."""
        lot: list[str] = (self.rule or {}).get("lot", [])
        return lot

    def get_absolute_url(self) -> str:
        return reverse("codesign:ballot", args=[self.partnership.slug, self.pk])


class BallotOption(models.Model):
    """One thing that can be chosen. Its words are those of the suggestion when the vote opened."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="options")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="options")
    place = models.PositiveSmallIntegerField()  # from 1; the order in which it was set up
    title = models.CharField(max_length=120)
    what = models.TextField(blank=True)
    cost = models.PositiveIntegerField(default=0)  # in whole pounds

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "proposal"], name="option_once"),
            models.UniqueConstraint(fields=["ballot", "place"], name="option_in_its_place"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """What stands for it in ballots, in the rule and in published files."""
        return str(self.place)

    def get_absolute_url(self) -> str:
        return reverse(
            "codesign:ballot_option",
            args=[self.ballot.partnership.slug, self.ballot_id, self.place],
        )


class RollEntry(models.Model):
    """The right to one vote: somebody's, or that of a paper card. Says nothing about the choice.

    No moment is kept of when somebody voted: beside a list of votes it could tell whose is whose.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="roll")
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="roll_entries"
    )
    card = models.CharField(max_length=64, blank=True)  # SHA-256 of the code printed on it
    role = models.CharField(max_length=16, choices=Role, blank=True)
    voted = models.BooleanField(default=False)
    helped_by = models.ForeignKey(  # who entered the vote for them, if somebody did
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    helped_how = models.CharField(max_length=10, blank=True)  # portal.enums.Channel
    added_because = models.CharField(max_length=500, blank=True)  # if it was added while open

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "participant"],
                condition=Q(participant__isnull=False),
                name="on_the_roll_once",
            ),
            models.UniqueConstraint(
                fields=["card"], condition=~Q(card=""), name="voting_card_once"
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False, card="")
                | (Q(participant=None) & ~Q(card="")),
                name="roll_holds_a_person_or_a_card",
            ),
        ]
        indexes = [models.Index(fields=["ballot", "voted"])]

    def __str__(self) -> str:
        return str(self.participant or f"card {self.card[:6]}")


class BallotDecision(Link):
    """A ballot that a decision rests on."""

    leads_to = _("was weighed in")
    source = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="weighed_in")
    target: Any = models.ForeignKey(
        "codesign.Decision", on_delete=models.PROTECT, related_name="ballots_weighed"
    )
