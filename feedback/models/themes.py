"""Themes: named concerns and strengths that many voices share."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codesign.models import Proposal
from feedback.enums import ThemeKind
from feedback.models.voices import Voice
from portal import clock
from portal.enums import Visibility
from portal.models import Link, Participant, Partnership


class ThemeQuerySet(models.QuerySet["Theme"]):
    def visible_to(self, participant: Participant | None) -> "ThemeQuerySet":
        """The partnership's own; for visitors, those of public partnerships."""
        if participant is None:
            return self.filter(partnership__visibility=Visibility.PUBLIC)
        return self.filter(partnership_id=participant.partnership_id)


class Theme(models.Model):
    """A name people gave to what they heard again and again."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="themes")
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=400)
    kind = models.CharField(max_length=8, choices=ThemeKind, default=ThemeKind.CONCERN)
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    # Kept in the transaction that changes it: voices that are published and carry this theme.
    voice_count = models.PositiveIntegerField(default=0)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "name"], name="theme_named_once")
        ]
        indexes = [models.Index(fields=["partnership", "-voice_count", "-id"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("feedback:theme", args=[self.partnership.slug, self.pk])


class VoiceTheme(Link):
    """Somebody read a voice and gave it a theme."""

    leads_to = _("is part of the theme")
    source = models.ForeignKey(Voice, on_delete=models.PROTECT, related_name="theme_links")
    target = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="voice_links")


class ThemeProposal(Link):
    """A proposal was raised from a theme."""

    leads_to = _("led to the proposal")
    source = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="proposal_links")
    target = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="theme_links")
