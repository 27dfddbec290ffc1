"""Proposals: what could be done, how its words changed, who wrote them, and who supports it."""

import secrets
from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from codesign.enums import (
    LIVE_PROPOSALS,
    AmendmentStatus,
    AttachmentKind,
    ProposalKind,
    ProposalStatus,
    RoughCost,
    RoughEffort,
)
from codesign.models.features import ServiceFeature
from codesign.models.moderation import Hideable
from codesign.models.sheets import Sheet
from codesign.models.workspaces import Workspace
from portal import clock
from portal.enums import Constant, Role, Visibility, words_of
from portal.models import Contribution, Link, Participant

LOTS = 2**31 - 1


def draw_lot() -> int:
    """A proposal's place on the wheel from which the fair random order starts (see queries)."""
    return secrets.randbelow(LOTS)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, participant: Participant | None) -> "ProposalQuerySet":
        """Everything opened in spaces somebody may read, and one's own drafts."""
        opened = ~Q(status=ProposalStatus.DRAFT)
        if participant is None:
            return self.filter(
                opened,
                workspace__visibility=Visibility.PUBLIC,
                partnership__visibility=Visibility.PUBLIC,
            )
        return self.filter(
            opened | Q(by=participant),
            partnership_id=participant.partnership_id,
            workspace__in=Workspace.objects.visible_to(participant).order_by().values("pk"),
        )

    def live(self) -> "ProposalQuerySet":
        """Those people can support and comment on now."""
        return self.filter(status__in=LIVE_PROPOSALS, hidden_at=None)

    def opened(self) -> "ProposalQuerySet":
        """Everything that was ever shared: no drafts."""
        return self.exclude(status=Constant(ProposalStatus.DRAFT))


class Proposal(Hideable, Contribution):
    """Something that could be done: what, and why it matters.

    The words here are those of the newest version; earlier ones stand in `versions`.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="proposals")
    feature = models.ForeignKey(
        ServiceFeature, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    kind = models.CharField(max_length=8, choices=ProposalKind, default=ProposalKind.FEATURE)
    title = models.CharField(max_length=120)
    why = models.TextField()
    for_whom = models.CharField(max_length=200, blank=True)
    easy_read = models.TextField(blank=True)  # one idea a line, by the authors
    # How many versions there are: 0 while it is a draft, 1 as it was opened.
    version = models.PositiveIntegerField(default=0)
    # The role its author spoke from when they suggested it; roles may change later.
    by_role = models.CharField(max_length=16, choices=Role, blank=True)
    status = models.CharField(max_length=12, choices=ProposalStatus, default=ProposalStatus.DRAFT)
    status_at = models.DateTimeField(default=clock.now)
    status_reason = models.TextField(blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    # A provider's rough guess, in bands and in words.
    cost = models.CharField(max_length=12, choices=RoughCost, blank=True)
    effort = models.CharField(max_length=12, choices=RoughEffort, blank=True)
    estimate_words = models.CharField(max_length=500, blank=True)
    estimated_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    estimated_at = models.DateTimeField(null=True, blank=True)
    assessments_published_at = models.DateTimeField(null=True, blank=True)
    # Kept in the transaction that changes them, so a list never counts.
    support_count = models.PositiveIntegerField(default=0)
    role_support = models.JSONField(default=dict, blank=True)  # supporters by role
    common_ground = models.PositiveIntegerField(default=0)  # see codesign/standing.py
    comment_count = models.PositiveIntegerField(default=0)
    open_questions = models.PositiveIntegerField(default=0)
    open_amendments = models.PositiveIntegerField(default=0)
    # What waits for an answer: open questions and amendments, and 1 while nobody has said anything.
    attention = models.PositiveIntegerField(default=0)
    lot = models.PositiveIntegerField(default=draw_lot)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"]),
            models.Index(fields=["workspace", "status", "-id"]),
            models.Index(fields=["workspace", "kind", "-id"]),
            models.Index(fields=["workspace", "feature", "-id"]),
            models.Index(fields=["workspace", "by_role", "-id"]),
            models.Index(fields=["workspace", "-support_count", "-id"]),
            models.Index(fields=["workspace", "-common_ground", "-id"]),
            models.Index(fields=["workspace", "-attention", "-id"]),
            # Whoever reads in the fair order counts and skips along it. So it holds no drafts, and
            # what a list can be filtered by stands in it too: nothing else has to be read.
            models.Index(
                fields=["workspace", "lot", "id", "kind", "by_role", "status", "feature"],
                condition=~Q(status="draft"),
                name="proposal_wheel",
            ),
            models.Index(fields=["partnership", "-id"]),
        ]

    def __str__(self) -> str:
        return self.shown_title

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        return words_of(ProposalStatus, self.status)

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        return words_of(ProposalKind, self.kind)

    @property
    def is_live(self) -> bool:
        """Whether people can support and comment on it now: not while its words are hidden."""
        return self.status in LIVE_PROPOSALS and not self.is_hidden

    @property
    def shown_title(self) -> str:
        """Its title on pages: hidden words show nowhere."""
        return gettext("A suggestion whose words are hidden") if self.is_hidden else self.title

    @property
    def standing(self) -> str:
        """Where it stands, in a word or two."""
        if self.is_hidden:
            return gettext("hidden by a moderator")
        return self.get_status_display()

    @property
    def space(self) -> Workspace:
        return self.workspace

    @property
    def is_public(self) -> bool:
        return self.workspace.is_public

    def is_readable_by(self, participant: Participant | None) -> bool:
        """The rule of `visible_to`, for one that was read with its workspace and partnership."""
        if self.status == ProposalStatus.DRAFT and (
            participant is None or self.by_id != participant.pk
        ):
            return False
        if participant is not None and participant.partnership_id != self.partnership_id:
            return False
        return self.workspace.is_readable_by(participant)

    @cached_property
    def author_ids(self) -> frozenset[int]:
        """Who may change the words: the author and the co-authors who said yes; one query."""
        joined = self.co_authors.filter(accepted_at__isnull=False)
        ids = set(joined.values_list("participant_id", flat=True))
        return frozenset(ids | {self.by_id} if self.by_id else ids)

    def is_by(self, participant: Participant) -> bool:
        return self.by_id == participant.pk or participant.pk in self.author_ids

    @property
    def origin(self) -> "Amendment | None":
        """The suggested change that became this proposal, after its authors had said no."""
        if not getattr(self, "has_origin", True):  # known where the page has looked around
            return None
        return getattr(self, "came_from", None)

    @property
    def has_borrowed_title(self) -> bool:
        """Whether it is called just like the proposal that it was a suggested change to."""
        return self.origin is not None and self.title == self.origin.proposal.title

    def get_absolute_url(self) -> str:
        return reverse("codesign:proposal", args=[self.partnership.slug, self.pk])


class ProposalVersion(models.Model):
    """A proposal's words as they stood from a moment on. Append-only; the newest is the proposal's.

    `amendment` names whose suggested change was accepted into it.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    why = models.TextField()
    for_whom = models.CharField(max_length=200, blank=True)
    easy_read = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)
    amendment = models.OneToOneField(
        "codesign.Amendment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="made_version",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="version_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.proposal}, version {self.number}"


class CoAuthor(models.Model):
    """Somebody asked to write a proposal together with its author; they may say yes or no."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="co_authors")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="co_authorships"
    )
    invited_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "participant"], name="co_author_once"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None), name="co_author_yes_or_no"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} with {self.proposal}"

    @property
    def partnership_id(self) -> int:
        return self.proposal.partnership_id

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.declined_at is None

    def is_by(self, participant: Participant) -> bool:
        """Whoever is asked answers for themselves."""
        return self.participant_id == participant.pk


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, participant: Participant | None) -> "AmendmentQuerySet":
        """Those to proposals somebody may read."""
        return self.filter(proposal__in=Proposal.objects.visible_to(participant).values("pk"))


class Amendment(Contribution):
    """A change to a proposal's words that somebody suggests; its authors accept or decline it.

    `title` and `why` are the whole words as they would be; `based_on` is the version they began
    from. A declined one stays readable with its reason and may become a proposal of its own.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="amendments")
    based_on = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    why = models.TextField()
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=AmendmentStatus, default=AmendmentStatus.OPEN)
    answer = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    became = models.OneToOneField(
        Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="came_from"
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["proposal", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="amendment_answered_by_and_at",
            )
        ]

    def __str__(self) -> str:
        title = self.proposal.shown_title if self.is_hidden else self.title
        return f"{self.by}: {title}"

    @property
    def words_hidden_at(self) -> datetime | None:
        """It holds most of its proposal's words, and is hidden with them."""
        return self.proposal.hidden_at

    @property
    def is_hidden(self) -> bool:
        return self.words_hidden_at is not None

    @property
    def space(self) -> Workspace:
        return self.proposal.workspace

    @property
    def is_open(self) -> bool:
        return self.status == AmendmentStatus.OPEN

    def get_absolute_url(self) -> str:
        return reverse("codesign:amendment", args=[self.proposal.partnership.slug, self.pk])


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """A name nobody can guess; what the file was called is kept beside it."""
    ending = filename.rpartition(".")[2].lower()
    return f"proposals/{secrets.token_hex(16)}.{ending}"


class Attachment(models.Model):
    """A picture or a document with a proposal. Pictures were re-encoded, documents checked."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=8, choices=AttachmentKind)
    file = models.FileField(upload_to=attachment_path, max_length=120)
    name = models.CharField(max_length=120)
    words = models.CharField(max_length=300)  # what a picture shows, what a document is
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["proposal", "id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind == AttachmentKind.PICTURE


class Support(models.Model):
    """One person's support for one proposal: at most one, by constraint.

    `entered_by` is the worker who entered it for them, from a `sheet` if it was one. `came_by` is
    the merge that brought it here; it is empty once they have supported this proposal themselves.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="supports")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="supports")
    role = models.CharField(max_length=16, choices=Role, default="")  # as they had it then
    entered_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sheet = models.ForeignKey(
        Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="supports"
    )
    came_by = models.ForeignKey(
        "codesign.ProposalMerge",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="brought",
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "participant"], name="supported_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant} supports {self.proposal}"


class ProposalMerge(Link):
    """One proposal's words now live on in another, until the merge is taken apart (the link goes).

    `status_before` is where the source stood, and where it returns to.
    """

    leads_to = _("was merged into")
    status_before = models.CharField(
        max_length=12, choices=ProposalStatus, default=ProposalStatus.OPEN
    )
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="merged_into")
    target = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="merged_from")


class ProposalSplit(Link):
    """A proposal that held several things was split, and this is one of its parts."""

    leads_to = _("was split into")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="split_into")
    target = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="split_from")
