"""Votes held through the portal are counted again from what it exports, and only from that."""

import io
import json
import zipfile
from typing import Any

import pytest

from codesign.enums import BallotMethod, OpenTo, StageKind
from codesign.models import Ballot
from codesign.operations import ballots, rolls, workspaces
from codesign.operations.workspaces import StageDates
from portal import clock, verify_record
from portal.enums import Role
from portal.models import Participant
from portal.operations.record import export_record
from tests.codesign import ballot as made
from tests.world import World

pytestmark = pytest.mark.django_db

CHOICES: dict[BallotMethod, list[Any]] = {
    BallotMethod.TICK: [["1"], ["1", "2"], ["3"], []],
    BallotMethod.DOTS: [{"1": 5, "2": 5}, {"2": 3}, {"3": 1}, {}],
    BallotMethod.SCORE: [{"1": 4, "2": 5}, {"1": 3}, {"3": 1}, {}],
    BallotMethod.CONSENT: ["agree", "agree", "abstain", "agree"],
    BallotMethod.PAIRS: [[["1", "2"]], [["3", "2"], ["1", "3"]], [["2", "1"]], []],
    BallotMethod.RANK_ONE: [["1", "2", "3"], ["2", "3"], ["3", "1"], []],
    BallotMethod.RANK_SEVERAL: [["1", "2", "3"], ["2", "3"], ["3", "1"], ["1"]],
    BallotMethod.BUDGET: [["1", "2"], ["3"], ["1"], ["2"]],
}
VOTERS = ("carer", "service_user", "partner", "provider")


def copy_for(world: World, who: Participant | None) -> dict[str, bytes]:
    out = io.BytesIO()
    export_record(partnership=world.partnership, out=out, by=who)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def file_of(files: dict[str, bytes], ballot: Ballot) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files[f"ballots/{ballot.pk}.json"])
    return found


def counted_again(findings: verify_record.Findings) -> str:
    return next(fact for fact in findings.facts if fact.startswith("Ballots counted again"))


def a_vote(world: World, method: BallotMethod, **more: Any) -> Ballot:
    choices = dict(zip(VOTERS, CHOICES[method], strict=True))
    return made.a_closed_ballot(world, choices, method=method, **more)


@pytest.mark.parametrize("method", list(BallotMethod))
def test_a_vote_by_each_method_is_counted_again(method: BallotMethod) -> None:
    world = World()
    ballot = a_vote(world, method)
    files = copy_for(world, world.carer)
    findings = verify_record.verify(files)
    assert findings.problems == []
    assert counted_again(findings).endswith(": 1.")
    file = file_of(files, ballot)
    assert verify_record.ballots_hash(file) == ballot.ballots_hash
    assert verify_record.recount(file)[0] == (ballot.result or {})["winners"]
    # And a vote that was changed since does not pass.
    file["ballots"][0]["choice"] = file["ballots"][1]["choice"]
    file["ballots"].pop()
    files[f"ballots/{ballot.pk}.json"] = verify_record.canonical(file) + b"\n"
    assert any(
        "votes were taken out" in problem for problem in verify_record.verify(files).problems
    )


def test_a_secret_vote_a_reopened_roll_and_a_quorum_by_role_are_counted_again() -> None:
    world = World()
    ballot, people = made.a_secret_ballot(world, quorum=4, quorums={"carer": 6})
    rolls.add_to_roll(
        ballot=ballot, participant=world.partner, reason="Forgotten", by=world.facilitator
    )
    made.voting(ballot, [(person, ["1"]) for person in [*people[:5], world.partner]])
    made.closed(world, ballot)
    files = copy_for(world, None)
    findings = verify_record.verify(files)
    assert findings.problems == []
    assert counted_again(findings).endswith(": 1.")
    assert file_of(files, ballot)["short"] == ["carer"]
    assert any("do not say roles" in limit for limit in findings.limits)


def test_an_annulled_vote_is_said_to_be_so() -> None:
    world = World()
    ballot = a_vote(world, BallotMethod.TICK)
    ballots.annul_ballot(ballot=ballot, reason="The wrong question", by=world.facilitator)
    findings = verify_record.verify(copy_for(world, None))
    assert findings.problems == []
    assert any(
        f"Annulled, so that their result does not hold: Ballot {ballot.pk}." in each
        for each in findings.facts
    )


def test_votes_of_a_space_that_is_closed_to_somebody_are_not_in_their_copy() -> None:
    world = World()
    day = clock.today()
    space = workspaces.open_workspace(
        parent=world.page,
        title="For carers",
        question="What helps after?",
        stages=[StageDates(StageKind.DEVELOP, day, day)],
        by=world.facilitator,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER],
    )
    ballot = made.an_open_ballot(world, space=space)
    made.voting(ballot, [(world.carer, ["1"])])
    made.closed(world, ballot)
    name = f"ballots/{ballot.pk}.json"
    assert name in copy_for(world, world.carer)
    files = copy_for(world, world.provider)
    assert name not in files
    assert {"ballot": f"ballot:{ballot.pk}"} in [
        json.loads(line) for line in files["withheld.jsonl"].splitlines()
    ]
    findings = verify_record.verify(files)
    assert findings.problems == []
    assert any("The votes of 1 ballots are not in this copy" in limit for limit in findings.limits)
    assert counted_again(findings).endswith(": 0.")


def test_an_export_names_nobody_beside_a_vote_and_holds_no_other_partnership() -> None:
    world, other = World(), World(slug="other")
    ballot = a_vote(world, BallotMethod.TICK)
    elsewhere = a_vote(other, BallotMethod.TICK)
    files = copy_for(world, world.carer)
    assert f"ballots/{elsewhere.pk}.json" not in files
    for vote in file_of(files, ballot)["ballots"]:
        assert vote.keys() == {"choice", "code"}
