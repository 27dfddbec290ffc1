"""Reads about evidence packs: for whom they are, who may have one, and what went out of date."""

from dataclasses import dataclass

from django.db.models import QuerySet

from codesign.models import Decision
from codesign.queries.decisions import readable_by
from content.enums import Audience
from content.models import EvidencePack
from portal.enums import Duty, Role
from portal.models import Participant, Partnership, RecordEntry

# What takes words or names back. A pack made before it holds them still, and is not handed out any
# more.
TAKEN_BACK = (
    "comment_hidden",
    "comment_withdrawn",
    "proposal_hidden",
    "objection_hidden",
    "correction_hidden",
    "card_hidden",
    "statement_declined",
    "feedback_held",
    "feedback_withdrawn",
    "participant_left",
    "account_deleted",
    "guest_deleted",
    "words_erased",
    "workspace_access_set",
)


def audiences_of(participant: Participant | None) -> list[Audience]:
    """The audiences somebody belongs to; a visitor only to everyone."""
    if participant is None:
        return [Audience.PUBLIC]
    if participant.role == Role.COMMISSIONER or participant.has_duty(Duty.FACILITATOR):
        return list(Audience)
    return [Audience.PUBLIC, Audience.PARTNERSHIP]


def reader_for(audience: str, partnership: Partnership) -> Participant | None:
    """Whose eyes a pack is made with: a visitor's, or nobody's in particular.

    That one is on no list, holds no duty and, unless a commissioner, has no role; so that the pack
    holds only what everybody of its audience may read, and never what whoever asked for it may.
    """
    if audience == Audience.PUBLIC:
        return None
    role = Role.COMMISSIONER if audience == Audience.COMMISSIONER else ""
    return Participant(pk=0, partnership=partnership, role=role)


def may_hold(decision: Decision, audience: str) -> bool:
    """Whether everybody of an audience may read a decision, so that there can be a pack for it."""
    reader = reader_for(audience, decision.partnership)
    return Decision.objects.visible_to(reader).published().filter(pk=decision.pk).exists()


def packs_for(partnership: Partnership, participant: Participant | None) -> QuerySet[EvidencePack]:
    """Packs somebody may see: of decisions they may read, for audiences they belong to."""
    return EvidencePack.objects.filter(
        partnership=partnership,
        audience__in=audiences_of(participant),
        decision__in=readable_by(partnership, participant).values("pk"),
    ).select_related("partnership", "decision__partnership", "decision__workspace")


def packs_of(decision: Decision, participant: Participant | None) -> list[EvidencePack]:
    """The newest pack for each audience of theirs, of those that can be fetched or will be."""
    found = packs_for(decision.partnership, participant).filter(decision=decision)
    newest = {pack.audience: pack for pack in found.order_by("pk")}
    return [newest[audience] for audience in Audience if audience in newest]


@dataclass(frozen=True)
class Offered:
    """What a decision's page offers: packs that are there, and audiences to ask for one for."""

    packs: list[EvidencePack]
    audiences: list[Audience]


def offered(decision: Decision, participant: Participant | None) -> Offered:
    """The packs of a published decision for somebody who reads it, the narrowest audience first."""
    audiences = [] if participant is None else reversed(audiences_of(participant))
    return Offered(
        packs=packs_of(decision, participant),
        audiences=[each for each in audiences if may_hold(decision, each)],
    )


def is_out_of_date(pack: EvidencePack) -> bool:
    """Whether words were taken back, or a space was shut, since the pack was asked for."""
    return RecordEntry.objects.filter(
        kind__in=TAKEN_BACK, partnership_id=pack.partnership_id, at__gte=pack.asked_at
    ).exists()
