"""Comments: the points people make on a proposal, the replies to them, and who agrees."""

from django.db import models
from django.db.models import Q

from codesign.enums import CommentKind
from codesign.models.moderation import Hideable
from codesign.models.proposals import Proposal
from codesign.models.workspaces import Workspace
from portal import clock
from portal.models import Contribution, Organisation, Participant


class Comment(Hideable, Contribution):
    """A point on a proposal, or a reply to one (one level only).

    `organisation` is set where somebody answers for it by name. `answered_at` is for questions.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(max_length=10, choices=CommentKind, default=CommentKind.FOR)
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
    # Kept in the transaction that changes them.
    support_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)

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
        return self.text[:60]

    @property
    def space(self) -> Workspace:
        return self.proposal.workspace

    @property
    def is_question(self) -> bool:
        return self.kind == CommentKind.QUESTION and self.reply_to_id is None

    def get_absolute_url(self) -> str:
        return f"{self.proposal.get_absolute_url()}#comment-{self.pk}"


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
