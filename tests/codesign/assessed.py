"""Suggestions that are assessed, for tests."""

from codesign.models import Assessment, Proposal, Workspace
from codesign.operations import assessments
from codesign.operations.assessments import usual_criteria
from portal.models import Participant
from tests.world import World


def agreed(world: World, workspace: Workspace | None = None) -> None:
    assessments.agree_criteria(
        workspace=workspace or world.workspace, criteria=usual_criteria(), by=world.facilitator
    )


def scores(proposal: Proposal, *numbers: int, reason: str = "So I think.") -> dict:
    """A score for each criterion in order; the last number stands for the rest."""
    criteria = list(proposal.workspace.criteria.all())
    all_numbers = [*numbers, *[numbers[-1]] * len(criteria)]
    return {each.pk: (number, reason) for each, number in zip(criteria, all_numbers, strict=False)}


def assessed(proposal: Proposal, by: Participant, *numbers: int, **more: str) -> Assessment:
    return assessments.assess_proposal(
        proposal=proposal, scores=scores(proposal, *numbers, **more), by=by
    )
