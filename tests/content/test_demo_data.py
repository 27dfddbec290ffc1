"""The demo: enough of everything, every state to be seen, and a record that anybody can check."""

import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from codesign.enums import (
    AmendmentStatus,
    CommentKind,
    FeatureStatus,
    OpenTo,
    Outcome,
    ProposalStatus,
    SignUpState,
    StageKind,
)
from codesign.models import (
    Activity,
    ActivityDate,
    Amendment,
    Assessment,
    Comment,
    Decision,
    DecisionOutcome,
    DesignSession,
    Hiding,
    Proposal,
    ProposalMerge,
    ProposalSplit,
    SignUp,
    Workspace,
)
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


def test_an_open_round_shows_everything_people_can_do_with_a_suggestion(
    demo: list[Partnership],
) -> None:
    space = Workspace.objects.get(title="What shall we do next?")
    here = Proposal.objects.filter(workspace=space)
    assert space.stage is not None
    assert space.stage.kind == StageKind.SUGGEST
    assert here.live().filter(hidden_at=None).count() >= 25
    assert set(Amendment.objects.values_list("status", flat=True)) >= {
        AmendmentStatus.OPEN,
        AmendmentStatus.ACCEPTED,
        AmendmentStatus.DECLINED,
    }
    assert ProposalMerge.objects.filter(source__workspace=space).exists()
    assert ProposalSplit.objects.filter(source__workspace=space).count() == 2
    assert here.exclude(hidden_at=None).exists()
    assert Comment.objects.exclude(hidden_at=None).exists()
    assert Hiding.objects.exclude(answered_at=None).exists()
    points = Comment.objects.filter(reply_to=None)  # a reply has no kind
    assert set(points.values_list("kind", flat=True)) == set(CommentKind)
    assert Comment.objects.exclude(answer=None).exists()
    assert Comment.objects.exclude(organisation=None).exists()
    assert here.exclude(assessments_published_at=None).exists()
    assert Assessment.objects.filter(proposal__assessments_published_at=None).exists()
    assert set(Workspace.objects.values_list("open_to", flat=True)) == set(OpenTo)


def test_six_activities_run_and_members_lead_some(demo: list[Partnership]) -> None:
    running = list(Activity.objects.running().prefetch_related("hosts__participant"))
    assert len(running) >= 6
    assert sum(activity.is_user_led for activity in running) >= 2
    for activity in running:
        assert activity.dates.to_come().exists()
        assert activity.dates.filter(attended__isnull=False).exists()
    assert SignUp.objects.filter(state=SignUpState.WAITING).exists()


def test_counters_say_what_the_rows_say(demo: list[Partnership]) -> None:
    for proposal in Proposal.objects.opened():
        comments = proposal.comments.all()
        assert proposal.support_count == proposal.supports.count()
        assert sum(proposal.role_support.values()) == proposal.support_count
        assert proposal.comment_count == comments.count()
        open_questions = comments.filter(
            kind=CommentKind.QUESTION, reply_to=None, answered_at=None, hidden_at=None
        )
        assert proposal.open_questions == open_questions.count()
        waiting = proposal.amendments.filter(status=AmendmentStatus.OPEN)
        assert proposal.open_amendments == waiting.count()
    for date in ActivityDate.objects.all():
        states = Counter(date.sign_ups.values_list("state", flat=True))
        assert date.coming_count == states[SignUpState.COMING]
        assert date.waiting_count == states[SignUpState.WAITING]


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
