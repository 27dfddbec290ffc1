"""Proposals that may already say what somebody is writing."""

from codesign.enums import LIVE_PROPOSALS
from codesign.models import Proposal, Workspace
from codesign.queries.lists import for_cards
from portal import search
from portal.models import Participant

OFFERED = 3
LOOKED_AT = 12  # the closest few, of which only what is close enough is offered
CLOSE_ENOUGH = 0.5


def similar_proposals(
    workspace: Workspace, participant: Participant, title: str, why: str, *, but_not: int = 0
) -> list[Proposal]:
    """The closest few open proposals of a workspace, with what a card shows; one query.

    Words in common are not enough: half of what either is called must stand in the other.
    """
    words = f"{title} {why}"
    found = search.matching(
        for_cards(
            Proposal.objects.visible_to(participant)
            .filter(workspace=workspace, status__in=LIVE_PROPOSALS, hidden_at=None)
            .exclude(pk=but_not),
            participant,
        ).select_related("partnership"),
        words,
        any_word=True,
    )[:LOOKED_AT]
    return [
        each for each in found if is_close(title, words, each.title, f"{each.title} {each.why}")
    ][:OFFERED]


def is_close(title: str, words: str, their_title: str, their_words: str) -> bool:
    """Whether half of what either is called stands in the other's words."""
    mine, theirs = search.shared(title, their_words), search.shared(their_title, words)
    return max(mine, theirs) >= CLOSE_ENOUGH
