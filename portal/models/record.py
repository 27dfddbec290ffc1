"""The partnership's tamper-evident record. No foreign keys: it outlives what it tells of."""

from django.db import models


class RecordHead(models.Model):
    """Where a partnership's record ends. Its row is the lock under which entries are appended."""

    partnership_id = models.BigIntegerField(primary_key=True)
    size = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)
    last_at = models.CharField(max_length=27, blank=True)
    frontier = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"record of partnership {self.partnership_id}, {self.size} entries"


class RecordEntry(models.Model):
    """One line, kept as the exact bytes that were hashed. The other columns help to find it."""

    partnership_id = models.BigIntegerField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    line = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership_id", "seq"], name="record_seq_once")
        ]
        indexes = [models.Index(fields=["partnership_id", "subject", "seq"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.subject}"


class RecordContent(models.Model):
    """The words an entry commits to, and the salt. Deleting both erases them; the line stays."""

    partnership_id = models.BigIntegerField()
    seq = models.PositiveBigIntegerField()
    salt = models.CharField(max_length=64)
    content = models.JSONField()
    # The space whose people alone may read these words (a reference), where there is one.
    space = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership_id", "seq"], name="record_content_once")
        ]

    def __str__(self) -> str:
        return f"content of {self.seq}"


class Checkpoint(models.Model):
    """A signed statement of how long the record was and what its root was."""

    partnership_id = models.BigIntegerField()
    size = models.PositiveBigIntegerField()
    line = models.TextField()
    signature = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["partnership_id", "size"])]

    def __str__(self) -> str:
        return f"{self.size} entries: {self.fingerprint}"
