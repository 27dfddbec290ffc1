"""People: accounts, organisations, partnerships, and who somebody is in a partnership."""

import re
import secrets
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.enums import DigestRhythm, Duty, OrganisationKind, Role, Visibility, words_of


class UserManager(BaseUserManager["User"]):
    """Makes accounts known by e-mail address alone."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """An account: an e-mail address somebody can prove is theirs. Who they are is Participant."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.email


def contrast_on_white(colour: str) -> float:
    """WCAG 2 contrast ratio (1 to 21) of a `#rrggbb` colour against white.

    Formula: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def validate_accent(colour: str) -> None:
    """Raise ValidationError unless `colour` is `#rrggbb` and stands out on white (4.5 to 1)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValidationError(_("Write the colour as # and six digits, such as #00544f."))
    if contrast_on_white(colour) < 4.5:
        raise ValidationError(_("This colour is too pale to see on white. Choose a darker one."))


class Partnership(models.Model):  # type: ignore[django-manager-missing]  # Wagtail has no types
    """An outcomes partnership: the wall of tenancy. Nothing crosses it unless published."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    question = models.CharField(
        max_length=200, help_text=_("What should change, for whom? One plain question.")
    )
    summary = models.TextField(help_text=_("Two or three sentences for somebody new."))
    place = models.CharField(max_length=80, blank=True)
    how_to_take_part = models.TextField(blank=True)
    escalation = models.TextField(
        blank=True,
        help_text=_("Who is told at once if somebody may be in danger, and how."),
    )
    accent = models.CharField(max_length=7, default="#00544f", validators=[validate_accent])
    visibility = models.CharField(max_length=16, choices=Visibility, default=Visibility.PARTNERSHIP)
    created_at = models.DateTimeField(default=clock.now)
    confirms_decisions = models.BooleanField(
        default=False,
        help_text=_("A second person confirms each decision before it is published."),
    )
    # Words that not everybody here knows, each with plainer ones: {"ICB": "the local NHS board"}.
    hard_words = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def partnership_id(self) -> int:
        """A partnership stands inside its own wall; permissions ask every thing for this."""
        return self.pk

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    def get_absolute_url(self) -> str:
        """Where its front page answers; `content` serves it."""
        return f"/{self.slug}/"


class Organisation(models.Model):
    """A real actor in a partnership; people act for it by name."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="organisations"
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    about = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "name"], name="organisation_named_once")
        ]

    def __str__(self) -> str:
        return self.name


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def here(self) -> "ParticipantQuerySet":
        """Those who have not left."""
        return self.filter(left_at=None)

    def with_duty(self, *duties: Duty) -> "ParticipantQuerySet":
        return self.filter(duties_held__duty__in=duties).distinct()

    def one_with_duties(self) -> "Participant | None":
        """The one participant these rows are about, or None; their duties in the same query."""
        rows = list(self.annotate(duty=F("duties_held__duty")))
        if not rows:
            return None
        held = {getattr(row, "duty", None) for row in rows}
        rows[0].duties = frozenset(duty for duty in held if duty)
        return rows[0]


def new_seat_nonce() -> str:
    return secrets.token_hex(8)


class Participant(models.Model):
    """One person in one partnership: a role, a display name, and perhaps an account.

    A guest who joined by code is a participant without a user; a signed cookie (their seat) brings
    them back, and changing `seat_nonce` makes every copy of it worthless.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="participants"
    )
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="participations"
    )
    role = models.CharField(max_length=16, choices=Role)
    display_name = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    seat_nonce = models.CharField(max_length=16, default=new_seat_nonce)
    digest = models.CharField(max_length=8, choices=DigestRhythm, default=DigestRhythm.WEEKLY)
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "user"],
                condition=Q(user__isnull=False),
                name="participant_once_per_account",
            )
        ]
        indexes = [models.Index(fields=["partnership", "role"])]

    def __str__(self) -> str:
        return self.display_name

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        return words_of(Role, self.role)

    @cached_property
    def duties(self) -> frozenset[str]:
        return frozenset(held.duty for held in self.duties_held.all())

    @property
    def is_here(self) -> bool:
        return self.left_at is None

    @property
    def is_guest(self) -> bool:
        return self.user_id is None

    @property
    def is_staff(self) -> bool:
        """Works for the service, so exact counts are part of the job and two factors are asked."""
        return self.role in {Role.PROVIDER, Role.COMMISSIONER} or bool(self.duties)

    def has_duty(self, *duties: Duty) -> bool:
        return not self.duties.isdisjoint(duties)


class DutyHeld(models.Model):
    """One duty of one participant. Granting and removing are entries in the record."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="duties_held"
    )
    duty = models.CharField(max_length=20, choices=Duty)
    granted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "duty"], name="duty_held_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_duty_display()}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Those that still work: not used, not taken back, not too old."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())


class Invitation(models.Model):
    """A one-use, expiring invitation into a partnership. Only the hash of its token is kept."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_and_at",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.partnership}"

    @property
    def is_open(self) -> bool:
        return (
            self.accepted_at is None and self.revoked_at is None and clock.now() < self.expires_at
        )

    def get_absolute_url(self) -> str:
        return reverse("portal:invitations", args=[self.partnership.slug])
