"""Paper sheets: what was printed on each, and what was typed in from it, line by line."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Channel
from portal.models import Participant


class Printing(models.Model):
    """Sheets printed together, with the same suggestions on each. Never changed afterwards."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="printings")
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.workspace}, printed {self.at:%Y-%m-%d}"


class PrintedProposal(models.Model):
    """A suggestion as it stands on printed sheets: at which place, and in which version."""

    printing = models.ForeignKey(Printing, on_delete=models.CASCADE, related_name="printed")
    proposal = models.ForeignKey(
        "codesign.Proposal", on_delete=models.PROTECT, related_name="printed"
    )
    place = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["printing", "proposal"], name="printed_once"),
            models.UniqueConstraint(fields=["printing", "place"], name="printed_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.proposal}"


class PrintedSheet(models.Model):
    """One printed sheet: its number leads whoever types it in to what was printed on it."""

    printing = models.ForeignKey(Printing, on_delete=models.CASCADE, related_name="sheets")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="sheet_printed_once")
        ]

    def __str__(self) -> str:
        return self.number


class Sheet(models.Model):
    """A paper sheet that was typed in: each sheet once, by its printed number."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="sheets")
    number = models.CharField(max_length=20)
    entered_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PAPER)
    consent = models.CharField(max_length=200)
    lines = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="sheet_entered_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} in {self.workspace}"

    @property
    def partnership_id(self) -> int:
        return self.workspace.partnership_id

    @property
    def space(self) -> Workspace:
        return self.workspace

    def is_by(self, participant: Participant) -> bool:
        """Whoever typed it in answers for what it says."""
        return self.entered_by_id == participant.pk

    def get_absolute_url(self) -> str:
        return reverse("codesign:sheet", args=[self.workspace.partnership.slug, self.pk])


class EnteredLine(models.Model):
    """One person's line of a sheet, as it stands after all corrections.

    `ticks` is what they ticked on paper, whether it still took support when it was typed in or not.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="entered_lines")
    place = models.PositiveSmallIntegerField()  # from 1, in the order they were typed in
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    ticks = models.ManyToManyField("codesign.Proposal", related_name="+", blank=True)
    idea = models.OneToOneField(
        "codesign.Proposal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="from_line",
    )
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "place"], name="sheet_line_once"),
            models.CheckConstraint(
                condition=Q(corrected_at=None, corrected_by=None)
                | Q(corrected_at__isnull=False, corrected_by__isnull=False),
                name="sheet_line_corrected_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet.number}, line {self.place}"

    @property
    def partnership_id(self) -> int:
        return self.sheet.partnership_id

    def is_by(self, participant: Participant) -> bool:
        return self.sheet.is_by(participant)
