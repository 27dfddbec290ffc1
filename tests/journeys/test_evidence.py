"""Take the evidence behind a decision away: asked for, downloaded, unzipped and checked."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.journeys.conftest import Sitter, axe_finds_nothing
from tests.things import Things
from tests.world import World


# A file goes through the ASGI server whole: Django says so, and it is so for every download.
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_the_story_of_a_decision_and_its_evidence_are_taken_away(
    world: World, sit_down: Sitter, tmp_path: Path, javascript: bool
) -> None:
    things = Things(world)
    carer = sit_down(world.carer, javascript=javascript)
    carer.open(things.decision.get_absolute_url())
    carer.reads("Who was heard, and who was not")
    if javascript:
        axe_finds_nothing(carer.page)
    carer.page.get_by_label("Who will read it?").select_option("partnership")
    carer.press("Make the evidence pack")
    carer.reads("Fingerprint of the file")
    if javascript:
        axe_finds_nothing(carer.page)
    with carer.page.expect_download() as download:
        carer.page.get_by_role("button", name="Download the pack").click()
    download.value.save_as(tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        archive.extractall(tmp_path / "pack")
    assert "record/verify_record.py" in (tmp_path / "pack/README.txt").read_text()
    checked = subprocess.run(
        [sys.executable, "record/verify_record.py", "record"],
        cwd=tmp_path / "pack",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-1000:]
