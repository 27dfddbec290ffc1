"""Who hears about what, and what they were told."""

from django.db import models
from django.db.models import Q

from portal import clock
from portal.models.people import Participant, Partnership


class Follow(models.Model):
    """A participant wishes to hear about one thing, named by its reference.

    `role:carer` stands for what people of that role begin, anywhere in the partnership.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="follows")
    subject = models.CharField(max_length=60)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "subject"], name="followed_once")
        ]
        indexes = [models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.participant} follows {self.subject}"


class Notice(models.Model):
    """One line on somebody's own list. E-mail says only that there is one (never the content).

    `who` is whom the text names as %(who)s. A name is looked up whenever the line is read, since
    people change theirs and leave; a % that is meant as such is doubled in such a text.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=60)
    text = models.TextField()
    who = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    url = models.CharField(max_length=200)
    needs_me = models.BooleanField(default=False)  # asks for an answer: mailed at once
    is_public = models.BooleanField(default=False)  # its words may stand in an e-mail
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-id"]),
            models.Index(fields=["participant"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["needs_me", "id"], condition=Q(mailed_at=None), name="notice_due"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The line as it reads today."""
        return self.text if self.who is None else self.text % {"who": self.who.display_name}


class Answer(models.Model):
    """Told back: what one person was told when a decision or an adaptation was published.

    `participant` or `case` (the reference of an anonymous voice) says to whom.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    case = models.CharField(max_length=60, blank=True)
    because = models.CharField(max_length=200)
    text = models.TextField()
    url = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "participant"],
                condition=Q(participant__isnull=False),
                name="answered_once_each",
            ),
            models.UniqueConstraint(
                fields=["subject", "case"], condition=~Q(case=""), name="answered_once_a_case"
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False, case="")
                | (Q(participant__isnull=True) & ~Q(case="")),
                name="answer_to_somebody",
            ),
        ]
        indexes = [models.Index(fields=["case"]), models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return self.text
