"""docs/glossary.md says what the code does."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import PROPOSAL_MOVES, ProposalStatus
from feedback.models import Theme
from tests.world import World

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"


def diagram() -> str:
    """The table of moves as a Mermaid diagram, in the order of the statuses."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    for status in ProposalStatus:
        after = PROPOSAL_MOVES[status]
        lines += [f"    {status.value} --> {to.value}" for to in ProposalStatus if to in after]
        if not after:
            lines.append(f"    {status.value} --> [*]")
    return "\n".join([*lines, "```"])


def test_the_diagram_of_a_proposals_moves_is_drawn_from_the_table() -> None:
    written = re.search(
        r"<!-- proposal-moves -->\n(.*)\n<!-- /proposal-moves -->",
        GLOSSARY.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert written is not None
    assert written.group(1) == diagram()


def keys(data: object) -> set[str]:
    if isinstance(data, dict):
        return set(data).union(*map(keys, data.values())) if data else set()
    if isinstance(data, list):
        return set().union(*map(keys, data))
    return set()


@pytest.mark.django_db
def test_every_key_of_the_trails_json_is_explained(client: Client) -> None:
    world = World()
    theme = Theme.objects.create(
        partnership=world.partnership, name="Tired", summary="Worn out.", by=world.provider
    )
    url = reverse("content:trail_json", args=["norfolk", "theme", theme.pk])
    explained = set(
        re.findall(r"[a-z_]+", GLOSSARY.read_text(encoding="utf-8").split("as JSON")[1])
    )
    assert keys(client.get(url).json()) <= explained
