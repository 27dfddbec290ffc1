"""The vocabularies of evidence packs."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """For whom a pack is made: it holds what any of them may read, and no more."""

    PUBLIC = "public", _("Everyone")
    PARTNERSHIP = "partnership", _("People in the partnership")
    COMMISSIONER = "commissioner", _("Commissioners")


class PackState(TextChoices):
    """Where a pack is on its way. Only a ready one can be fetched."""

    WAITING = "waiting", _("Waiting")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("It did not work")


UNFINISHED = (PackState.WAITING, PackState.MAKING)
