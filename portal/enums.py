"""The kernel's fixed vocabularies. Names are those of the glossary (docs/glossary.md)."""

from typing import Any

from django.db.models import TextChoices, Value
from django.utils.translation import gettext_lazy as _


def words_of(vocabulary: type[TextChoices], value: str) -> str:
    """What a value of a vocabulary is called; empty for none.

    For models: Django's own `get_…_display` puts the whole vocabulary into words to find one.
    """
    return str(vocabulary(value).label) if value else ""


class Constant(Value):
    """A member of a vocabulary that is written into a statement, not sent beside it.

    PostgreSQL keeps how it answers a statement. Thus it keeps that for each status by itself, which
    matters: most proposals are open, and few are parked. Raises TypeError for anything else, so
    that nothing anybody typed can get there.
    """

    def __init__(self, member: TextChoices) -> None:
        if not isinstance(member, TextChoices):
            raise TypeError(f"{member!r} is no member of a vocabulary.")
        super().__init__(member.value)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"'{self.value}'", ()


class Role(TextChoices):
    """The stakeholder group somebody speaks from. Always shown next to what they contribute."""

    SERVICE_USER = "service_user", _("Service user")
    CARER = "carer", _("Carer")
    PROVIDER = "provider", _("Provider")
    COMMISSIONER = "commissioner", _("Commissioner")
    PARTNER = "partner", _("Partner")


class Duty(TextChoices):
    """What a participant may do in addition to what their role allows."""

    FACILITATOR = "facilitator", _("Facilitator")
    MODERATOR = "moderator", _("Moderator")
    SAFEGUARDING_LEAD = "safeguarding_lead", _("Safeguarding lead")
    EVALUATOR = "evaluator", _("Evaluator")
    PARTNERSHIP_ADMIN = "partnership_admin", _("Partnership admin")


class OrganisationKind(TextChoices):
    COMMISSIONER = "commissioner", _("Commissioner")
    PROVIDER = "provider", _("Provider")
    FUNDER = "funder", _("Funder")
    COMMUNITY_GROUP = "community_group", _("Community group")
    EVALUATOR = "evaluator", _("Evaluator")


class Visibility(TextChoices):
    """Who may read what has been published. Nothing is public unless chosen."""

    PARTNERSHIP = "partnership", _("People in the partnership")
    PUBLIC = "public", _("Everyone")


class Channel(TextChoices):
    """The way somebody's words reached us."""

    WEB = "web", _("On the website")
    PHONE = "phone", _("By phone")
    PAPER = "paper", _("On paper")
    IN_PERSON = "in_person", _("In person")
    SESSION = "session", _("In a design session")


class WhoseWords(TextChoices):
    OWN = "own", _("Their own words")
    SUMMARY = "summary", _("A worker’s summary")


class DigestRhythm(TextChoices):
    """How often a participant's notices are gathered into one e-mail."""

    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("No e-mail")
