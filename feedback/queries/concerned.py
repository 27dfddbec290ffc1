"""Whom decisions and adaptations concern, all the way back to the voices that led to them."""

from collections.abc import Iterable

from django.db.models import Model

from codesign.models import Decision, DecisionOutcome
from codesign.queries.concerned import people_of_proposals, with_merged
from feedback.enums import VoiceStatus
from feedback.models import (
    Adaptation,
    DecisionAdaptation,
    ProposalAdaptation,
    ThemeAdaptation,
    ThemeProposal,
    VoiceTheme,
)
from feedback.queries.voices import givers_of
from portal import answers
from portal.answers import Concerned


def proposals_behind(adaptation: Adaptation) -> set[int]:
    """Ids of the proposals an adaptation answers, directly or through its decisions."""
    decisions = DecisionAdaptation.objects.standing().filter(target=adaptation)
    return {
        *ProposalAdaptation.objects.standing()
        .filter(target=adaptation)
        .values_list("source_id", flat=True),
        *DecisionOutcome.objects.standing()
        .filter(target__in=decisions.values("source"))
        .values_list("source_id", flat=True),
    }


def themes_behind(proposals: Iterable[int], adaptation: Adaptation | None = None) -> set[int]:
    """Ids of the themes that led to these proposals, and of those an adaptation answers itself."""
    themes = set(
        ThemeProposal.objects.standing()
        .filter(target__in=with_merged(proposals))
        .values_list("source_id", flat=True)
    )
    if adaptation is not None:
        themes |= set(
            ThemeAdaptation.objects.standing()
            .filter(target=adaptation)
            .values_list("source_id", flat=True)
        )
    return themes


def givers_behind(themes: Iterable[int]) -> Iterable[Concerned]:
    """The givers of the published voices that carry these themes."""
    voices = (
        VoiceTheme.objects.standing()
        .filter(target__in=list(themes), source__status=VoiceStatus.PUBLISHED)
        .order_by("source_id")
        .values_list("source_id", flat=True)
        .distinct()
    )
    return givers_of(list(voices))


@answers.concerned_by(Decision)
def givers_behind_decision(decision: Model) -> Iterable[Concerned]:
    """The people whose voices led to what was decided; co-design itself knows the others."""
    assert isinstance(decision, Decision)
    proposals = decision.outcomes.filter(removed_at=None).values_list("source_id", flat=True)
    return givers_behind(themes_behind(proposals))


@answers.concerned_by(Adaptation)
def people_of_adaptation(adaptation: Model) -> list[Concerned]:
    """Everyone linked backwards: adaptation ← decisions ← proposals ← themes ← voices."""
    assert isinstance(adaptation, Adaptation)
    proposals = proposals_behind(adaptation)
    return [
        *people_of_proposals(proposals),
        *givers_behind(themes_behind(proposals, adaptation)),
    ]
