"""The demo: enough of everything, every state to be seen, and a record that anybody can check."""

import subprocess
import sys
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from codesign.counting.common_ground import NOT_HEARD, SUPPORTS, UNSURE
from codesign.enums import (
    AmendmentStatus,
    BallotMethod,
    BallotState,
    CommentKind,
    FeatureStatus,
    OpenTo,
    Outcome,
    ProposalStatus,
    Secrecy,
    SignUpState,
    StageKind,
)
from codesign.models import (
    Activity,
    ActivityDate,
    Amendment,
    Assessment,
    Ballot,
    Comment,
    Correction,
    Decision,
    DecisionOutcome,
    DesignSession,
    EnteredLine,
    FeatureVersion,
    Hiding,
    Objection,
    OutcomeScore,
    Proposal,
    ProposalMerge,
    ProposalSplit,
    Report,
    SignUp,
    StatementAnswer,
    StatementRound,
    Workspace,
)
from codesign.operations.ballots import UnableToOpenBallot, open_ballot
from codesign.queries.ballot_pages import shown_options
from codesign.queries.by_role import by_role_of
from codesign.queries.common_ground import findings_of
from codesign.queries.features import history_of, reasons_for, service_on
from codesign.queries.opinion_maps import map_of
from content.demo.loader import Loader, files
from content.trail import trail_of
from feedback.enums import AdaptationKind, VoiceStatus
from feedback.models import Adaptation, Measure, Review, Theme, Voice
from portal import clock
from portal.enums import Duty, Role
from portal.models import Answer, DutyHeld, Participant, Partnership, ref
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


def test_one_round_of_statements_is_open_and_one_has_its_findings_and_a_map(
    demo: list[Partnership],
) -> None:
    closed, opened = StatementRound.objects.order_by("opened_at")
    assert opened.is_open
    assert opened.workspace.stage is not None
    assert opened.workspace.stage.kind == StageKind.LISTEN
    assert opened.statements.shown().count() == 20
    assert opened.statements.waiting().exists()
    for each in (closed, opened):
        answers = StatementAnswer.objects.filter(statement__round=each)
        assert answers.values("by").distinct().count() >= 60
    findings = findings_of(closed)
    assert min(len(findings.shared), len(findings.differ), len(findings.refused)) >= 1
    assert findings.not_heard == [Role.COMMISSIONER]
    shown = map_of(closed)
    assert shown is not None
    assert len(shown.groups) + shown.too_small == 4
    assert shown.shared


def test_ballots_of_every_method_are_closed_and_some_wait_for_votes(
    demo: list[Partnership],
) -> None:
    states = {
        state: [each for each in Ballot.objects.all() if each.state == state]
        for state in BallotState
    }
    closed = states[BallotState.CLOSED]
    assert {each.method for each in closed} == set(BallotMethod)
    assert {each.secrecy for each in closed} == set(Secrecy)
    for each in closed:
        voted = each.roll.filter(voted=True).count()
        assert 12 <= voted <= 40
        assert each.counted_votes.count() == voted
        assert each.closed_by is None  # each closed by itself
    assert any(each.shares for each in closed)
    opened = states[BallotState.OPEN]
    for each in opened:
        may = each.roll.all()
        if each.secrecy != Secrecy.CARDS:
            may = may.filter(participant__user__isnull=False)
        assert may.filter(voted=False).exists()
        assert may.filter(voted=True).exists()
        assert each.closes_at > clock.now() + timedelta(days=3)
    assert {each.partnership for each in opened} == set(demo)
    assert any(each.secrecy == Secrecy.CARDS for each in opened)  # whose cards can be printed
    [pairs] = [each for each in opened if each.method == BallotMethod.PAIRS]
    shown = shown_options(pairs, pairs.options.all(), None)
    assert all(each.picture and each.picture_words for each in shown)
    assert states[BallotState.COMING]
    [annulled] = states[BallotState.ANNULLED]
    assert annulled.repeated_by.get() in closed
    answered = Counter(Objection.objects.exclude(ballot=None).values_list("answer", flat=True))
    assert answered[""] == 1
    assert answered.total() >= 4


def test_a_secret_ballot_of_five_is_a_draft_and_cannot_be_opened(demo: list[Partnership]) -> None:
    draft = Ballot.objects.get(secrecy=Secrecy.SECRET, opened_at=None)
    with pytest.raises(UnableToOpenBallot, match="at least 8 people"):
        open_ballot(ballot=draft, by=draft.drafted_by)


def test_common_ground_differs_between_roles(demo: list[Partnership]) -> None:
    ballot = Ballot.objects.get(question="What should the winter fund pay for?")
    by_role = by_role_of(ballot)
    assert by_role is not None
    of_all, *others = [
        {standing for standing in each.standing.values() if standing != NOT_HEARD}
        for each in by_role.ground
    ]
    assert of_all == {SUPPORTS}
    assert {SUPPORTS, UNSURE} in others


def test_every_role_supports_something(demo: list[Partnership]) -> None:
    """Eight of each role on the roll or more have voted, so it can be said of all."""
    found = [by_role_of(each) for each in Ballot.objects.filter(closed_at__isnull=False)]
    assert any(line.supported_by_all for each in found if each for line in each.ground)


def test_a_decision_has_scores_and_a_correction_waits_for_its_answer(
    demo: list[Partnership],
) -> None:
    published = Decision.objects.published()
    assert OutcomeScore.objects.filter(outcome__target__in=published).exists()
    corrections = Correction.objects.filter(decision__in=published)
    assert corrections.filter(answered_at=None).exists()
    assert corrections.filter(answered_at__isnull=False).exists()


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
    assert ProposalMerge.objects.filter(source__workspace=space, removed_at__isnull=False).exists()
    assert ProposalSplit.objects.filter(source__workspace=space).count() == 2
    assert Workspace.objects.filter(closed_at__isnull=False).exists()
    line = EnteredLine.objects.filter(sheet__workspace=space).exclude(corrected_at=None).get()
    for ticked in line.ticks.all():
        assert ticked.supports.filter(participant=line.participant).exists()
    assert here.exclude(hidden_at=None).exists()
    assert Comment.objects.exclude(hidden_at=None).exists()
    assert Hiding.objects.exclude(answered_at=None).exists()
    assert Report.objects.waiting().exists()
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


def test_every_part_of_the_service_says_why_it_stands_as_it_does(demo: list[Partnership]) -> None:
    for partnership in demo:
        parts = service_on(partnership, clock.today())
        assert len(parts) >= 7
        assert [part.feature.name for part in parts if part.because is None] == []
        for part in parts:
            history = history_of(part.feature)
            assert set(reasons_for(history, None)) == {version.pk for version in history}
    planned = FeatureVersion.objects.get(feature__name="A website of support options")
    decision = Decision.objects.get(title="One website, and a phone line on Saturdays")
    assert planned.because == ref(decision)
    assert planned.because_url == decision.get_absolute_url()


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
        closed = Ballot.objects.filter(partnership=partnership).exclude(closed_at=None)
        with zipfile.ZipFile(out) as whole:
            files = {name for name in whole.namelist() if name.startswith("ballots/")}
        assert files == {f"ballots/{each.pk}.json" for each in closed}
        again = f"Ballots counted again, with the result on record: {len(closed)}."
        assert again in verdict.stdout
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
