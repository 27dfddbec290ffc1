"""Moderation: words that were reported, hidden for a published reason, and asked about again."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeAlias

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from codesign.enums import HidingAnswer, HidingReason, ReportOutcome
from portal import clock
from portal.enums import Duty
from portal.models import Participant, Partnership

if TYPE_CHECKING:
    from codesign.models import Comment, Correction, Objection, Proposal, Workspace

    Words: TypeAlias = Proposal | Comment | Objection | Correction


class Hideable(models.Model):
    """Abstract base of what can be hidden. It keeps its place, and shows the reason instead."""

    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, blank=True)
    hidden_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
                name="%(class)s_hidden_by_at_why",
            )
        ]

    @property
    def words_kind(self) -> str:
        """Which of KINDS its words are."""
        return str(self._meta.model_name)

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def words_hidden_at(self) -> datetime | None:
        """Since when what was said about it may hold hidden words (notices.by_thing)."""
        return self.hidden_at


# What can be reported and hidden; each row about words has a field for each of them.
KINDS = ("proposal", "comment", "objection", "correction")


class AboutWords(models.Model):
    """Abstract base of what is about somebody's words: those of one thing of one of KINDS."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(
        "codesign.Proposal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    comment = models.ForeignKey(
        "codesign.Comment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    objection = models.ForeignKey(
        "codesign.Objection",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    correction = models.ForeignKey(
        "codesign.Correction",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (Q(**{f"{each}__isnull": each != kind for each in KINDS}) for kind in KINDS),
                ),
                name="%(class)s_about_one_thing",
            )
        ]

    @property
    def kind(self) -> str:
        """Which of KINDS it is about."""
        return next(each for each in KINDS if getattr(self, f"{each}_id"))

    @property
    def about(self) -> "Words":
        found: Words = getattr(self, self.kind)
        return found

    @property
    def space(self) -> "Workspace":
        return self.about.space


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> "ReportQuerySet":
        return self.filter(handled_at=None)


class Report(AboutWords):
    """Somebody thinks these words should not stand. A moderator looks, and says what came of it."""

    reason = models.CharField(max_length=10, choices=HidingReason)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=8, choices=ReportOutcome, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    handled_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta(AboutWords.Meta):
        indexes = [
            models.Index(
                fields=["partnership", "at"], condition=Q(handled_at=None), name="report_waiting"
            )
        ]
        constraints = [
            *AboutWords.Meta.constraints,
            *(
                models.UniqueConstraint(
                    fields=[kind, "by"], condition=Q(handled_at=None), name=f"{kind}_reported_once"
                )
                for kind in KINDS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.about}"


class HidingQuerySet(models.QuerySet["Hiding"]):
    def visible_to(self, participant: Participant | None) -> "HidingQuerySet":
        """Those of one's own words; moderators see each. The log shows others less (queries)."""
        if participant is None:
            return self.none()
        here = self.filter(partnership_id=participant.partnership_id).select_related(
            "proposal",
            "comment__proposal",
            "objection__ballot",
            "objection__decision",
            "correction__decision",
        )
        if participant.has_duty(Duty.MODERATOR):
            return here
        wrote = Q(proposal__co_authors__participant=participant) & Q(
            proposal__co_authors__accepted_at__isnull=False
        )
        for words in ("proposal", "comment"):
            wrote |= Q(**{f"{words}__by": participant}) | Q(**{f"{words}__entered_by": participant})
        wrote |= Q(objection__by=participant) | Q(correction__by=participant)
        return here.filter(wrote).distinct()

    def waiting(self) -> "HidingQuerySet":
        """Those whose author asked again and has no answer yet."""
        return self.filter(asked_at__isnull=False, answered_at=None)


class Hiding(AboutWords):
    """Words were hidden: when, under which published reason, and what came of asking again.

    The public log is made of these rows; it never says whose words they were.
    """

    reason = models.CharField(max_length=10, choices=HidingReason)
    why = models.CharField(max_length=300)
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_words = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=8, choices=HidingAnswer, blank=True)
    answer_why = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = HidingQuerySet.as_manager()

    class Meta(AboutWords.Meta):
        indexes = [models.Index(fields=["partnership", "-id"])]

    def __str__(self) -> str:
        """Its authors' own words, which it is about, as their news calls them."""
        if self.comment is not None:
            return gettext("Your comment on “%(title)s”") % {
                "title": self.comment.proposal.shown_title
            }
        if self.objection is not None:
            return gettext("Your reason against “%(title)s”") % {"title": self.objection.thing}
        if self.correction is not None:
            return gettext("What you said is wrong in “%(title)s”") % {
                "title": self.correction.decision
            }
        if self.about.is_hidden:
            return gettext("Your suggestion that is hidden")
        return gettext("Your suggestion “%(title)s”") % {"title": self.about}

    def is_by(self, participant: Participant) -> bool:
        """The words' authors ask about them, or whoever wrote them down for somebody."""
        about = self.about
        return about.is_by(participant) or about.entered_by_id == participant.pk

    @property
    def is_waiting(self) -> bool:
        return self.asked_at is not None and self.answered_at is None

    def get_absolute_url(self) -> str:
        return reverse("codesign:ask_again", args=[self.partnership.slug, self.pk])
