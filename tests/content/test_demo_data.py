"""The demo: enough of everything, every state to be seen, and a record that anybody can check."""

import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from codesign.enums import FeatureStatus, Outcome, ProposalStatus, StageKind
from codesign.models import Decision, DecisionOutcome, DesignSession, Proposal, Workspace
from content.demo.loader import Loader, files
from content.trail import trail_of
from feedback.enums import AdaptationKind, VoiceStatus
from feedback.models import Adaptation, Measure, Review, Theme, Voice
from portal import clock
from portal.enums import Duty, Role
from portal.models import Answer, DutyHeld, Participant, Partnership
from portal.operations.record import export_record

VERIFIER = Path(__file__).parents[2] / "portal" / "verify_record.py"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: pytest.FixtureRequest):
    """All three partnerships, loaded once for this module and undone after it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield [Loader.of(path).load() for path in files()]
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def test_there_is_enough_of_everything(demo: list[Partnership]) -> None:
    assert len(demo) == 3
    assert Participant.objects.count() >= 60
    assert Proposal.objects.count() >= 40
    assert Voice.objects.count() >= 150
    assert Theme.objects.count() >= 20
    assert Decision.objects.published().count() >= 12
    assert Adaptation.objects.published().count() >= 20
    assert DesignSession.objects.filter(closed_at__isnull=False).count() >= 2
    assert DesignSession.objects.filter(closed_at=None).count() == 1
    assert Measure.objects.count() == 3
    assert all(measure.observations.count() == 24 for measure in Measure.objects.all())


def test_every_state_is_to_be_seen(demo: list[Partnership]) -> None:
    assert set(Proposal.objects.values_list("status", flat=True)) == set(ProposalStatus)
    assert set(Voice.objects.values_list("status", flat=True)) == set(VoiceStatus)
    assert set(DecisionOutcome.objects.values_list("outcome", flat=True)) == set(Outcome)
    published = Adaptation.objects.published()
    assert set(published.values_list("kind", flat=True)) == set(AdaptationKind)
    assert Adaptation.objects.filter(published_at=None).exists()
    assert Decision.objects.filter(published_at=None).exists()
    assert set(Participant.objects.values_list("role", flat=True)) == set(Role)
    assert set(DutyHeld.objects.values_list("duty", flat=True)) == set(Duty)
    now = {workspace.stage.kind for workspace in Workspace.objects.all() if workspace.stage}
    assert {StageKind.SUGGEST, StageKind.DECIDE, StageKind.DELIVER} <= now
    statuses = {
        version.status
        for partnership in demo
        for feature in partnership.features.all()
        for version in feature.versions.all()
    }
    assert {FeatureStatus.CURRENT, FeatureStatus.CHANGED, FeatureStatus.PAUSED} <= statuses


def test_threads_are_complete_from_a_voice_to_a_review(demo: list[Partnership]) -> None:
    complete = 0
    for review in Review.objects.select_related("adaptation", "partnership"):
        trail = trail_of("review", review.pk, partnership=review.partnership, participant=None)
        assert trail is not None
        kinds = Counter(step.kind for step in trail.steps)
        whole = {"voice", "theme", "proposal", "decision", "adaptation", "review"}
        complete += whole <= kinds.keys()
    assert complete >= 6


def test_people_were_told_back_and_nothing_lies_in_the_future(demo: list[Partnership]) -> None:
    assert Answer.objects.filter(case__startswith="voice:").exists()
    assert Answer.objects.exclude(participant=None).count() > 100
    for published in Adaptation.objects.published():
        assert published.published_at is not None
        assert published.published_at <= clock.now()


def checked(archive: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(archive)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_record_verifies_and_one_changed_character_is_named(
    demo: list[Partnership], tmp_path: Path
) -> None:
    for partnership in demo:
        out = tmp_path / f"{partnership.slug}.zip"
        export_record(partnership=partnership, out=out, by=None)
        verdict = checked(out)
        assert verdict.returncode == 0, verdict.stdout
        spoiled = tmp_path / f"{partnership.slug}-spoiled.zip"
        with zipfile.ZipFile(out) as whole, zipfile.ZipFile(spoiled, "w") as copy:
            for name in whole.namelist():
                data = whole.read(name)
                if name == "record.jsonl":
                    lines = data.split(b"\n")
                    lines[99] = lines[99].replace(b'"kind":"', b'"kind":"x', 1)
                    data = b"\n".join(lines)
                copy.writestr(name, data)
        verdict = checked(spoiled)
        assert verdict.returncode == 1
        assert "100" in verdict.stdout
