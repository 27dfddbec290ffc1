"""Comments: the points people make on a proposal, the replies to them, and who agrees."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext

from codesign.enums import CommentKind
from codesign.models.moderation import Hideable
from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.brief import in_brief
from portal.enums import words_of
from portal.models import Contribution, Organisation, Participant


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, participant: Participant | None) -> "CommentQuerySet":
        """Those on proposals somebody may read."""
        return self.filter(proposal__in=Proposal.objects.visible_to(participant).values("pk"))

    def open_questions(self) -> "CommentQuerySet":
        """Those that wait for an answer (the index `question_unanswered` finds them)."""
        return self.filter(
            kind=CommentKind.QUESTION,
            reply_to=None,
            answered_at=None,
            hidden_at=None,
            withdrawn_at=None,
        )

    def waiting_for(self, participant: Participant) -> "CommentQuerySet":
        """Open questions of others to which somebody did not give the newest reply."""
        newest = Comment.objects.filter(
            reply_to=OuterRef("pk"), hidden_at=None, withdrawn_at=None
        ).order_by("-pk")
        return (
            self.open_questions()
            .exclude(by=participant)
            .annotate(replied_by=Subquery(newest.values("by")[:1]))
            .filter(Q(replied_by=None) | ~Q(replied_by=participant.pk))
        )


class Comment(Hideable, Contribution):
    """A point on a proposal, or a reply to one (one level only).

    A reply has no kind. `organisation` is set where somebody speaks for it by name. `answered_at`
    is for questions; `answer` is the reply that answered, where one did.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(max_length=10, choices=CommentKind, default=CommentKind.FOR, blank=True)
    text = models.TextField()
    reply_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="comments"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Its author took it back. Its words are gone for good; its place and the replies to it stay.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Kept in the transaction that changes them.
    support_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)

    objects = CommentQuerySet.as_manager()

    class Meta(Hideable.Meta):
        indexes = [
            models.Index(fields=["proposal", "reply_to", "-id"]),
            models.Index(fields=["proposal", "reply_to", "-support_count", "-id"]),
            models.Index(fields=["reply_to", "id"]),
            models.Index(
                fields=["proposal", "-id"],
                condition=Q(kind="question", answered_at=None, hidden_at=None, reply_to=None),
                name="question_unanswered",
            ),
        ]

    def __str__(self) -> str:
        if self.is_withdrawn:
            return gettext("A comment that was taken back by its author")
        return gettext("Words that a moderator has hidden") if self.is_hidden else self.in_brief

    @property
    def in_brief(self) -> str:
        """Its first words, by which a button says what it is about."""
        return in_brief(self.text, 60)

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        return words_of(CommentKind, self.kind)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def words_hidden_at(self) -> datetime | None:
        """Since its own words were hidden, or its proposal's, which notices about it name."""
        return self.hidden_at or self.proposal.hidden_at

    @property
    def space(self) -> Workspace:
        return self.proposal.workspace

    @property
    def is_question(self) -> bool:
        return self.kind == CommentKind.QUESTION and self.reply_to_id is None

    @property
    def is_open_question(self) -> bool:
        """Whether it waits for an answer, as `open_questions` finds them."""
        return (
            self.is_question
            and self.answered_at is None
            and not self.is_hidden
            and not self.is_withdrawn
        )

    @property
    def asked(self) -> "Asked":
        return Asked(self)

    def get_absolute_url(self) -> str:
        """Its place on the proposal's page, opened at the point it belongs to."""
        point = self.reply_to_id or self.pk
        return f"{self.proposal.get_absolute_url()}?point={point}#comment-{self.pk}"


@dataclass(frozen=True)
class Asked:
    """A question, for whoever may say that it was answered: who asked it, and whom it asks."""

    question: Comment

    @property
    def partnership_id(self) -> int:
        return self.question.partnership_id

    def is_by(self, participant: Participant) -> bool:
        """Whoever asked, and the authors of the proposal it is about."""
        return self.question.is_by(participant) or self.question.proposal.is_by(participant)


class CommentSupport(models.Model):
    """One person agrees with one comment: at most once, by constraint."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="supports")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "participant"], name="agreed_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant} agrees with {self.comment}"
