"""Feedback's fixed vocabularies."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VoiceStatus(TextChoices):
    """Where a voice is on its way. Nobody but moderators sees it before it is published."""

    WAITING = "waiting", _("Waiting to be read")
    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held while we check")
    WITHDRAWN = "withdrawn", _("Withdrawn by the person who gave it")


class ThemeKind(TextChoices):
    CONCERN = "concern", _("A concern")
    STRENGTH = "strength", _("A strength")


class AdaptationKind(TextChoices):
    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    STOPPED = "stopped", _("Stopped")
    PAUSED = "paused", _("Paused")
    TRIED = "tried", _("Tried")
    FIXED = "fixed", _("Fixed")
    CANNOT = "cannot", _("We can’t, because")


class Direction(TextChoices):
    """Which way a measure is hoped to move."""

    INCREASE = "increase", _("Higher is better")
    DECREASE = "decrease", _("Lower is better")


class Verdict(TextChoices):
    """What a review found."""

    IMPROVED = "improved", _("Improved")
    WORSE = "worse", _("Worse")
    NO_CLEAR_CHANGE_YET = "no_clear_change_yet", _("No clear change yet")
    NO_CHANGE = "no_change", _("No change")
    CANT_TELL_APART = "cant_tell_apart", _("We can’t tell apart what did it")
    TOO_FEW_PEOPLE = "too_few_people", _("Too few people to say")


class WhatNext(TextChoices):
    KEEP = "keep", _("Keep it")
    CHANGE = "change", _("Change it")
    STOP = "stop", _("Stop it")
