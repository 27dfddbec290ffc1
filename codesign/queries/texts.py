"""Reads about a proposal's words: their versions, suggested changes, co-authors and files."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from codesign.differences import Difference, difference
from codesign.enums import AmendmentStatus
from codesign.models import (
    Amendment,
    Attachment,
    CoAuthor,
    Proposal,
    ProposalVersion,
    Support,
)
from codesign.queries.people import people_to_ask
from portal.models import Participant

SHOWN_AMENDMENTS = 20  # on the proposal's own page, newest first


@dataclass(frozen=True)
class ProposalTexts:
    """What stands around a proposal's words on its page."""

    pictures: list[Attachment]
    documents: list[Attachment]
    co_authors: list[CoAuthor]
    invitation: CoAuthor | None  # to whoever looks, and not yet answered
    amendments: list[Amendment]
    versions: list[ProposalVersion]  # in order; none until the words have changed
    newest: ProposalVersion | None
    changed_since_support: bool  # of whoever looks
    is_author: bool


def around(proposal: Proposal, participant: Participant | None) -> ProposalTexts:
    """For the proposal's page: one query for each of the four kinds of text that it has.

    Also tells `proposal` who its authors are, so that permissions need not ask.
    """
    asked = list(
        proposal.co_authors.filter(declined_at=None)
        .select_related("participant__organisation")
        .order_by("pk")
        if getattr(proposal, "has_co_authors", True)
        else []
    )
    joined = [each for each in asked if each.accepted_at is not None]
    ids = {each.participant_id for each in joined}
    proposal.author_ids = frozenset(ids | {proposal.by_id} if proposal.by_id else ids)
    files = list(
        proposal.attachments.filter(removed_at=None).order_by("pk")
        if getattr(proposal, "has_files", True)
        else []
    )
    amendments = list(
        proposal.amendments.select_related(
            "by__organisation", "entered_by", "answered_by__organisation", "became"
        ).order_by("-pk")[:SHOWN_AMENDMENTS]
        if getattr(proposal, "has_amendments", True)
        else []
    )
    versions: list[ProposalVersion] = []
    if proposal.version > 1:
        supported = Support.objects.filter(
            proposal=proposal, participant=participant, at__lt=OuterRef("at")
        )
        versions = list(
            proposal.versions.select_related("by__organisation", "amendment__by__organisation")
            .annotate(is_after_support=Exists(supported))
            .order_by("number")
        )
    newest = versions[-1] if versions else None
    mine = [each for each in asked if participant and each.participant_id == participant.pk]
    return ProposalTexts(
        pictures=[each for each in files if each.is_picture],
        documents=[each for each in files if not each.is_picture],
        co_authors=joined,
        invitation=next((each for each in mine if each.is_waiting), None),
        amendments=amendments,
        versions=versions,
        newest=newest,
        changed_since_support=bool(getattr(newest, "is_after_support", False)),
        is_author=participant is not None and participant.pk in proposal.author_ids,
    )


@dataclass(frozen=True)
class FieldChanged:
    """One field of a proposal's words, with what changed in it. `name` is the field's."""

    name: str
    difference: Difference


@dataclass(frozen=True)
class WordsChanged:
    """What changed between two states of a proposal's words; fields that are the same are left out.

    `added` and `taken` count words.
    """

    fields: list[FieldChanged] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(each.difference.added for each in self.fields)

    @property
    def taken(self) -> int:
        return sum(each.difference.taken for each in self.fields)


Worded = Proposal | ProposalVersion | Amendment | dict[str, str]


def _words(state: Worded, name: str) -> str:
    found: str = state.get(name, "") if isinstance(state, dict) else getattr(state, name)
    return found


def changed(
    old: Worded, new: Worded, names: tuple[str, ...] = ("title", "why", "for_whom", "easy_read")
) -> WordsChanged:
    """What changed in the words from `old` to `new`, field by field."""
    found = [FieldChanged(name, difference(_words(old, name), _words(new, name))) for name in names]
    return WordsChanged([each for each in found if not each.difference.is_empty])


@dataclass(frozen=True)
class VersionShown:
    """A version, and what changed in it (None for the first)."""

    version: ProposalVersion
    changed: WordsChanged | None


def versions_of(proposal: Proposal) -> QuerySet[ProposalVersion]:
    """All versions of a proposal, with who made them and whose suggestion they took up."""
    return proposal.versions.select_related("by__organisation", "amendment__by__organisation")


def with_changes(proposal: Proposal, versions: list[ProposalVersion]) -> list[VersionShown]:
    """Some versions, newest first, each with what changed in it; one query."""
    before = {each.number: each for each in versions}
    if versions and versions[-1].number - 1 not in before:
        edge = proposal.versions.filter(number=versions[-1].number - 1).first()
        if edge is not None:
            before[edge.number] = edge
    return [
        VersionShown(
            each, changed(before[each.number - 1], each) if each.number - 1 in before else None
        )
        for each in versions
    ]


def amendments_of(partnership_id: int, participant: Participant | None) -> QuerySet[Amendment]:
    """Suggested changes to the proposals somebody may read."""
    return (
        Amendment.objects.visible_to(participant)
        .filter(partnership_id=partnership_id)
        .select_related(
            "proposal__partnership",
            "proposal__workspace__partnership",
            "by__organisation",
            "entered_by",
            "answered_by__organisation",
            "became__partnership",
        )
    )


@dataclass(frozen=True)
class AmendmentPage:
    """A suggested change: against the words it began from, and against those of today.

    `since` says what others changed in between (None: nothing). `version` is the one it became.
    """

    changed: WordsChanged
    since: WordsChanged | None
    version: ProposalVersion | None
    became: Proposal | None


def amendment_page(amendment: Amendment, participant: Participant | None) -> AmendmentPage:
    """For the page of a suggested change; at most three queries."""
    proposal = amendment.proposal
    began = proposal.versions.filter(number=amendment.based_on).first()
    names = ("title", "why")
    moved_on = began is not None and amendment.is_open and began.number != proposal.version
    became = amendment.became
    if became is not None:
        became = Proposal.objects.visible_to(participant).filter(pk=became.pk).first()
    accepted = amendment.status == AmendmentStatus.ACCEPTED
    return AmendmentPage(
        changed=changed(began or proposal, amendment, names),
        since=changed(began, proposal, names) if began is not None and moved_on else None,
        version=ProposalVersion.objects.filter(amendment=amendment).first() if accepted else None,
        became=became,
    )


def may_be_asked(proposal: Proposal) -> QuerySet[Participant]:
    """Whom the authors of a proposal could ask to write it with them, by name."""
    asked = CoAuthor.objects.filter(proposal=proposal, declined_at=None).values("participant")
    return people_to_ask(proposal.workspace).exclude(Q(pk=proposal.by_id) | Q(pk__in=asked))


def files_of(partnership_id: int, participant: Participant | None) -> QuerySet[Attachment]:
    """Files that stand with proposals somebody may read; none of those whose words are hidden."""
    readable = Proposal.objects.visible_to(participant).filter(
        partnership_id=partnership_id, hidden_at=None
    )
    return Attachment.objects.filter(
        proposal__in=readable.values("pk"), removed_at=None
    ).select_related("proposal__partnership")
