"""Closing: the votes are fixed, counted and published in one act, and anybody can check it."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from codesign.counting import methods
from codesign.enums import BallotMethod, BallotState, HidingReason, OpenTo, ResultsWhen
from codesign.models import Ballot, NamedVote, Objection, Workspace
from codesign.operations import ballots, closing, members, moderation, objections, votes
from codesign.queries import ballot_files, ballot_results, by_role
from portal import clock, live, permissions, record, record_export, verify_record
from portal.disclosure import Certainty
from portal.enums import Role, Visibility
from portal.models import Checkpoint, Notice, RecordContent, RecordEntry, ref
from tests.codesign.ballot import (
    a_closed_ballot,
    a_secret_ballot,
    a_space,
    an_open_ballot,
    closed,
    crowd,
    new_code,
    voting,
)
from tests.world import World

pytestmark = pytest.mark.django_db

# One of each method, with three votes by the carer, the service user and the partner.
CHOICES: dict[BallotMethod, list[Any]] = {
    BallotMethod.TICK: [["1", "2"], ["2"], []],
    BallotMethod.DOTS: [{"1": 5, "2": 5}, {"2": 4}, {}],
    BallotMethod.SCORE: [{"1": 2, "2": 5}, {"2": 4}, {}],
    BallotMethod.CONSENT: ["agree", "agree", "abstain"],
    BallotMethod.RANK_ONE: [["2", "1"], ["2"], []],
    BallotMethod.RANK_SEVERAL: [["2", "1"], ["2"], []],
    BallotMethod.BUDGET: [["1", "2"], ["2"], []],
    BallotMethod.PAIRS: [[["2", "1"], ["2", "3"]], [["2", "1"]], []],
}
WINNER = {method: "1" if method == BallotMethod.CONSENT else "2" for method in CHOICES}


@pytest.fixture
def world() -> World:
    return World()


def ballot_of(world: World, method: BallotMethod, **more: Any) -> Ballot:
    ballot = an_open_ballot(world, method, **more)
    voters = (world.carer, world.service_user, world.partner)
    voting(ballot, list(zip(voters, CHOICES[method], strict=True)))
    return ballot


def entry_of(ballot: Ballot) -> tuple[dict[str, Any], dict[str, Any]]:
    entry = RecordEntry.objects.get(kind="ballot_closed", subject=ref(ballot))
    words = RecordContent.objects.get(seq=entry.seq, partnership_id=entry.partnership_id)
    return json.loads(entry.line)["public"], words.content


# --- the count -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(CHOICES))
def test_close_ballot_counts_seals_and_publishes(world: World, method: BallotMethod) -> None:
    ballot = ballot_of(world, method)
    before = live.revision(ballot)
    counted = closed(world, ballot, "All have voted.")
    assert counted.state == BallotState.CLOSED
    file = ballot_files.file_of(counted)
    assert [each["code"] for each in file["ballots"]] == sorted(
        NamedVote.objects.values_list("code", flat=True)
    )
    assert counted.ballots_hash == verify_record.ballots_hash(file)
    result = ballot_results.result_of(counted)
    assert result.as_data() == counted.result
    assert result.winners[0] == WINNER[method]
    public, content = entry_of(counted)
    assert public == {
        "ballots": counted.ballots_hash,
        "cast": 3,
        "winners": list(result.winners),
        "order": [each.option for each in result.standings],
        "early": True,
        "by": ref(world.facilitator),
        "role": "partner",
    }
    assert content == {"objections": [], "reason": "All have voted."}
    assert counted.fingerprint == Checkpoint.objects.latest("pk").fingerprint
    assert live.revision(counted) == before + 1
    told = Notice.objects.filter(subject=ref(counted), text__startswith="A vote closed early")
    assert "Maureen" in set(told.values_list("participant__display_name", flat=True))
    assert "Frances" not in set(told.values_list("participant__display_name", flat=True))


def test_close_ballot_before_its_time_needs_a_reason_and_after_it_none(world: World) -> None:
    ballot = ballot_of(world, BallotMethod.TICK)
    with pytest.raises(closing.UnableToCloseBallot, match="before its time"):
        closing.close_ballot(ballot=ballot, by=world.facilitator, reason=" ")
    with clock.at(ballot.closes_at):
        counted = closing.close_ballot(ballot=ballot, by=world.facilitator)
    assert entry_of(counted)[0]["early"] is False
    with pytest.raises(closing.UnableToCloseBallot, match="closed already"):
        closed(world, counted)


def test_close_ballot_early_is_refused_while_few_have_voted_in_secret(world: World) -> None:
    ballot, people = a_secret_ballot(world)
    voting(ballot, [(person, ["1"]) for person in people[:7]])
    with pytest.raises(closing.UnableToCloseBallot, match=r"Fewer than 8 .* annul it"):
        closing.close_ballot(ballot=ballot, by=world.facilitator, reason="We know enough.")
    ballot.refresh_from_db()
    assert ballot.state == BallotState.OPEN
    assert not ballot.counted_votes.exists()
    voting(ballot, [(people[7], ["2"])])
    early = closing.close_ballot(ballot=ballot, by=world.facilitator, reason="All have voted.")
    assert early.counted_votes.count() == 8


def test_close_due_ballots_counts_a_few_secret_votes_at_their_time(world: World) -> None:
    ballot, people = a_secret_ballot(world)
    voting(ballot, [(person, ["1"]) for person in people[:3]])
    with clock.at(ballot.closes_at):
        assert closing.close_due_ballots() == 1
    assert ballot.counted_votes.count() == 3


def test_close_ballot_that_has_not_begun_is_refused(world: World) -> None:
    coming = an_open_ballot(world, opens_at=clock.now() + timedelta(days=1))
    with pytest.raises(closing.UnableToCloseBallot, match="not begun"):
        closed(world, coming)


def test_close_due_ballots_closes_by_itself_on_time_and_once(world: World) -> None:
    ballot = ballot_of(world, BallotMethod.TICK)
    with clock.at(ballot.closes_at - timedelta(seconds=1)):
        assert closing.close_due_ballots() == 0
    with clock.at(ballot.closes_at + timedelta(days=3)):  # the worker was down
        assert [closing.close_due_ballots() for _each in range(2)] == [1, 0]
    ballot.refresh_from_db()
    assert (ballot.state, ballot.closed_by) == (BallotState.CLOSED, None)
    public, content = entry_of(ballot)
    assert (public["early"], content["reason"], public.get("by")) == (False, "", None)
    told = Notice.objects.filter(text__startswith="A vote has closed, and its result is there")
    assert told.filter(participant=world.carer).exists()


def test_close_ballot_is_all_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot, people = a_secret_ballot(world)
    voting(ballot, [(person, ["1"]) for person in people])

    def broken(*_args: object, **_more: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(record, "checkpoint", broken)
    with pytest.raises(DatabaseError):
        closed(world, ballot)
    ballot.refresh_from_db()
    assert ballot.state == BallotState.OPEN
    assert not ballot.counted_votes.exists()
    assert ballot.secret_votes.count() == 8
    assert not RecordEntry.objects.filter(kind="ballot_closed").exists()
    assert not Notice.objects.filter(text__startswith="A vote closed early").exists()


def test_close_ballot_without_a_vote_chooses_nothing(world: World) -> None:
    counted = closed(world, an_open_ballot(world))
    assert (counted.result["ballots"], counted.result["winners"]) == (0, [])


@pytest.mark.parametrize(
    ("more", "says"),
    [({"quorum": 4}, "at least 4"), ({"quorums": {"provider": 1}}, "provider|Provider")],
)
def test_close_ballot_below_its_quorum_chooses_nothing_and_says_so(
    world: World, more: dict[str, Any], says: str
) -> None:
    counted = closed(world, ballot_of(world, BallotMethod.TICK, **more))
    result = ballot_results.result_of(counted)
    assert result.winners == ()
    assert result.standings[0].option == "2"  # standings are still to be seen
    assert any(re.search(says, str(each)) for each in result.unmet)
    file = ballot_files.file_of(counted)
    assert file.get("short", []) == list(more.get("quorums", {}))
    assert "roll" not in file


def test_close_ballot_with_shares_publishes_the_role_of_each_vote(world: World) -> None:
    counted = closed(
        world,
        ballot_of(
            world,
            BallotMethod.BUDGET,
            roles=["carer", "service_user", "partner"],
            shares={"carer": 2, "service_user": 1, "partner": 1},
        ),
    )
    file = ballot_files.file_of(counted)
    assert sorted(each["role"] for each in file["ballots"]) == ["carer", "partner", "service_user"]
    plain = closed(world, ballot_of(world, BallotMethod.BUDGET))
    assert all("role" not in each for each in ballot_files.file_of(plain)["ballots"])


# --- the published file ----------------------------------------------------------------------


def test_the_file_keeps_names_apart_from_what_is_hashed(world: World) -> None:
    counted = a_closed_ballot(world)
    file = ballot_files.file_of(counted)
    assert file["ballot"] == ref(counted)
    assert file["names"] == {"1": "A café", "2": "Longer breaks", "3": "A choir"}
    assert file["question"] == "What comes first?"
    assert "café" not in json.dumps({**file, "names": {}}, ensure_ascii=False)
    before = verify_record.ballots_hash(file)
    moderation.hide_proposal(
        proposal=counted.options.get(place=1).proposal,
        reason=HidingReason.NAMED,
        why="It names one.",
        by=world.moderator,
    )
    file = ballot_files.file_of(counted)
    assert file["names"]["1"] == "A suggestion whose words are hidden"
    assert verify_record.ballots_hash(file) == before == counted.ballots_hash


def test_the_file_is_counted_by_the_rule_as_it_was_published(world: World) -> None:
    counted = a_closed_ballot(world)
    file = ballot_files.file_of(counted)
    for key, value in (counted.rule or {}).items():
        assert file[key] == value
    again = methods.count(ballot_files.read(json.loads(json.dumps(file))))
    assert again.as_data() == counted.result


def export(world: World, reader: Any = None) -> zipfile.ZipFile:
    out = io.BytesIO()
    record_export.write(world.partnership, out, reader=reader)
    return zipfile.ZipFile(out)


@pytest.mark.parametrize("method", list(CHOICES))
def test_the_export_of_a_closed_ballot_is_recounted_by_the_verifier(
    world: World, method: BallotMethod, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = closed(world, ballot_of(world, method))
    out = tmp_path / "record.zip"
    with out.open("wb") as file:
        record_export.write(world.partnership, file)
    assert verify_record.main([str(out)]) == 0, capsys.readouterr().out
    assert "Ballots counted again, with the result on record: 1." in capsys.readouterr().out
    name = verify_record.ballot_file(ref(counted))
    with zipfile.ZipFile(out) as archive:
        data = json.loads(archive.read(name))
        parts = {each: archive.read(each) for each in archive.namelist()}
    # Control: one changed vote, and it says so.
    was = data["ballots"][0]["choice"]
    data["ballots"][0]["choice"] = next(each for each in CHOICES[method] if each != was)
    parts[name] = verify_record.canonical(data) + b"\n"
    tampered = tmp_path / "tampered.zip"
    with zipfile.ZipFile(tampered, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    assert verify_record.main([str(tampered)]) != 0
    assert f"Ballot {counted.pk}" in capsys.readouterr().out


def test_the_export_leaves_out_ballots_of_spaces_its_reader_may_not_see() -> None:
    world = World(visibility=Visibility.PARTNERSHIP)
    space = a_space(world)
    members.set_access(
        workspace=space,
        visibility=space.visibility,
        open_to=OpenTo.INVITATION,
        by=world.facilitator,
    )
    space = Workspace.objects.get(pk=space.pk)
    members.invite_to_workspace(workspace=space, participants=[world.carer], by=world.facilitator)
    counted = closed(world, an_open_ballot(world, space=space, roles=["carer"]))
    name = verify_record.ballot_file(ref(counted))
    for reader in (None, world.carer, world.facilitator):
        assert name in export(world, reader).namelist()
    archive = export(world, world.provider)
    assert name not in archive.namelist()
    withheld = archive.read(verify_record.WITHHELD).decode()
    assert verify_record.canonical({"ballot": ref(counted)}).decode() in withheld


def test_the_export_keeps_back_the_words_of_a_ballot_with_a_hidden_suggestion(
    world: World,
) -> None:
    counted = a_closed_ballot(world)
    assert "A café" in json.dumps(
        RecordContent.objects.get(seq=RecordEntry.objects.get(kind="ballot_opened").seq).content,
        ensure_ascii=False,
    )
    moderation.hide_proposal(
        proposal=counted.options.get(place=1).proposal,
        reason=HidingReason.NAMED,
        why="It names one.",
        by=world.moderator,
    )
    archive = export(world, world.carer)
    assert "A café" not in archive.read("content.jsonl").decode("unicode_escape")
    assert verify_record.ballot_file(ref(counted)) in archive.namelist()


# --- what people see -------------------------------------------------------------------------


def test_running_result_only_to_who_has_voted_where_the_ballot_shows_it(world: World) -> None:
    space = a_space(world)
    shows = ballot_of(world, BallotMethod.TICK, space=space, results_when=ResultsWhen.AFTER_VOTING)
    running = ballot_results.running_result(shows, world.carer)
    assert running is not None
    assert (running.winners, running.ballots) == (("2",), 3)
    for reader in (world.provider, world.facilitator, None):
        assert ballot_results.running_result(shows, reader) is None
    assert ballot_results.running_result(closed(world, shows), world.carer) is None
    waits = ballot_of(world, BallotMethod.TICK, space=space)
    assert ballot_results.running_result(waits, world.carer) is None


def test_find_vote_however_the_code_is_typed(world: World) -> None:
    ballot = an_open_ballot(world)
    [code] = voting(ballot, [(world.carer, ["1"])])
    counted = closed(world, ballot)
    grouped = " ".join(code[at : at + 4] for at in range(0, 32, 4)).upper()
    for typed in (code, grouped, f" {code}\n"):
        found = ballot_results.find_vote(counted, typed)
        assert found is not None
        assert found.choice == ["1"]
    for typed in ("", "x", new_code(), "é" * 32, "\x00"):
        assert ballot_results.find_vote(counted, typed) is None


def test_turnout_is_exact_for_people_here_and_gated_by_role_for_everybody(world: World) -> None:
    people = crowd(world, number=11)
    ballot = an_open_ballot(world, listed=[*people, world.provider])
    voting(ballot, [(person, ["1"]) for person in people])
    inside = ballot_results.turnout(ballot, world.carer)
    assert (inside.voted.value, inside.on_roll.value) == (11, 12)
    outside = ballot_results.turnout(ballot, None)
    assert (outside.voted.value, outside.voted.certainty) == (10, Certainty.ABOUT)
    for each in (inside, outside):
        carers, providers = each.by_role
        assert (carers.role, carers.voted.value) == (Role.CARER, 10)
        assert (providers.voted.value, providers.on_roll.certainty) == (0, Certainty.HIDDEN)


def test_by_role_hides_small_roles_and_rounds_the_others(world: World) -> None:
    carers, providers = crowd(world, number=12), crowd(world, Role.PROVIDER, 9)
    ballot = an_open_ballot(world, listed=[*carers, *providers, world.partner])
    voting(ballot, [(person, ["1"]) for person in carers])
    voting(ballot, [(person, ["1", "2"]) for person in providers[:8]])
    voting(ballot, [(world.partner, ["3"])])
    shown = by_role.by_role_of(closed(world, ballot))
    assert shown is not None
    roles = [each.role for each in shown.turnout]
    assert roles == [Role.CARER, Role.PROVIDER, Role.PARTNER]
    first, second, third = shown.support
    assert [each.words for each in first.counts] == ["about 10", "about 10", "fewer than 8"]
    assert [each.words for each in second.counts] == ["none", "about 10", "fewer than 8"]
    assert third.counts[2].words == "fewer than 8"
    ground = {each.option: each for each in shown.ground}
    assert ground["1"].standing == {
        Role.CARER: "supports",
        Role.PROVIDER: "supports",
        Role.PARTNER: "not heard enough",
    }
    assert not ground["1"].supported_by_all  # one role was not heard enough
    assert shown.ground[0].option == "1"


def test_by_role_of_all_roles_that_were_heard_can_be_supported_by_all(world: World) -> None:
    carers, providers = crowd(world, number=8), crowd(world, Role.PROVIDER, 8)
    ballot = an_open_ballot(world, BallotMethod.SCORE, listed=[*carers, *providers])
    voting(ballot, [(person, {"1": 5, "2": 1}) for person in [*carers, *providers]])
    shown = by_role.by_role_of(closed(world, ballot))
    assert shown is not None
    ground = {each.option: each for each in shown.ground}
    assert ground["1"].supported_by_all
    assert set(ground["2"].standing.values()) == {"opposed"}
    assert ground["1"].percent > ground["3"].percent > ground["2"].percent


def test_by_role_is_a_snapshot_that_later_names_do_not_change(world: World) -> None:
    counted = a_closed_ballot(world)
    kept = counted.by_role
    world.carer.role = Role.PROVIDER
    world.carer.save()
    counted.refresh_from_db()
    assert counted.by_role == kept
    assert by_role.by_role_of(an_open_ballot(world)) is None


FATES = {
    BallotMethod.TICK: ("2 of the 3 people who voted ticked it", "Only 1 could be chosen"),
    BallotMethod.DOTS: ("It got 9 dots, from 2 people", "Only 1 could be chosen"),
    BallotMethod.SCORE: ("It got 4.50 of 5 on average, from 2 people", "Only 1 could be chosen"),
    BallotMethod.RANK_ONE: ("it wins against 2 of them", "wins against"),
    BallotMethod.RANK_SEVERAL: ("It was chosen in step 1 of the count", "All places were filled"),
    BallotMethod.BUDGET: ("2 of the 3 people who voted ticked it, and it costs £500", "costs £600"),
    BallotMethod.PAIRS: ("It was picked 3 times and passed over 0 times", "Only 1 could be chosen"),
}


@pytest.mark.parametrize("method", list(FATES))
def test_fate_of_each_option_says_why(world: World, method: BallotMethod) -> None:
    counted = closed(world, ballot_of(world, method))
    why, why_not = FATES[method]
    chosen, not_chosen = counted.options.get(place=2), counted.options.get(place=3)
    fate = ballot_results.fate_of(counted, chosen)
    assert fate.chosen
    assert why in " ".join(fate.words)
    fate = ballot_results.fate_of(counted, not_chosen, ballot_results.result_of(counted))
    assert not fate.chosen
    assert why_not in " ".join(fate.words)


def test_fate_of_consent_and_of_what_a_quorum_or_pass_share_stopped(world: World) -> None:
    space = a_space(world)
    agreed = closed(world, ballot_of(world, BallotMethod.CONSENT, space=space))
    fate = ballot_results.fate_of(agreed, agreed.options.get())
    assert fate.chosen
    assert fate.words == ["2 agree, 1 stand aside, 0 disagree and 0 object."]
    few = closed(world, ballot_of(world, BallotMethod.TICK, space=space, quorum=4))
    fate = ballot_results.fate_of(few, few.options.get(place=2))
    assert not fate.chosen
    assert "at least 4" in " ".join(fate.words)
    low = closed(world, ballot_of(world, BallotMethod.TICK, space=space, pass_share=90))
    fate = ballot_results.fate_of(low, low.options.get(place=2))
    assert not fate.chosen
    assert "At least 90% had to tick it." in fate.words


@pytest.mark.parametrize("number", [1, 3])
def test_results_cost_the_same_for_few_and_many(
    world: World, number: int, django_assert_num_queries: Any
) -> None:
    people = crowd(world, number=number)
    ballot = an_open_ballot(world, listed=people, quorums={"carer": 1})
    voting(ballot, [(person, ["1"]) for person in people])
    counted = Ballot.objects.get(pk=closed(world, ballot).pk)
    with django_assert_num_queries(4):
        ballot_results.result_of(counted)
    with django_assert_num_queries(2):
        ballot_results.turnout(counted, None)


# --- objections ------------------------------------------------------------------------------


@pytest.fixture
def objected(world: World) -> Objection:
    ballot = an_open_ballot(world, BallotMethod.CONSENT)
    votes.cast_ballot(
        ballot=ballot, choice="object", objection="Too far.", by=world.carer, code=new_code()
    )
    voting(ballot, [(world.partner, "agree"), (world.service_user, "agree")])
    return Objection.objects.get()


def test_answer_objection_is_recorded_told_and_lets_the_way_forward_be_agreed(
    world: World, objected: Objection
) -> None:
    assert objected.ballot is not None
    with pytest.raises(objections.UnableToAnswerObjection, match="not closed yet"):
        objections.answer_objection(objection=objected, answer="A bus.", by=world.commissioner)
    counted = closed(world, objected.ballot)
    assert entry_of(counted)[1]["objections"] == ["Too far."]
    assert counted.result["winners"] == []
    before = live.revision(counted)
    objections.answer_objection(objection=objected, answer="A bus.", by=world.commissioner)
    objected.refresh_from_db()
    assert (objected.answer, objected.answered_by) == ("A bus.", world.commissioner)
    entry = RecordEntry.objects.get(kind="objection_answered")
    assert json.loads(entry.line)["public"]["ballot"] == ref(counted)
    assert RecordContent.objects.get(seq=entry.seq).content == {
        "words": "Too far.",
        "answer": "A bus.",
    }
    assert live.revision(counted) == before + 1
    assert Notice.objects.filter(
        participant=world.carer, text__startswith="An objection was answered"
    ).exists()
    assert ballot_results.result_of(counted).winners == ("1",)
    assert verify_record.ballots_hash(ballot_files.file_of(counted)) == counted.ballots_hash


def test_answer_objection_refuses_twice_nothing_and_whoever_may_not(
    world: World, objected: Objection
) -> None:
    assert objected.ballot is not None
    closed(world, objected.ballot)
    with pytest.raises(objections.UnableToAnswerObjection, match="write an answer"):
        objections.answer_objection(objection=objected, answer=" ", by=world.facilitator)
    with pytest.raises(permissions.PermissionRefused):
        objections.answer_objection(objection=objected, answer="No.", by=world.provider)
    with pytest.raises(permissions.OutsidePartnership):
        objections.answer_objection(
            objection=objected, answer="No.", by=World(slug="other").facilitator
        )
    objections.answer_objection(objection=objected, answer="A bus.", by=world.facilitator)
    with pytest.raises(objections.UnableToAnswerObjection, match="answered this already"):
        objections.answer_objection(objection=objected, answer="Two.", by=world.facilitator)


def test_annulled_after_the_count_the_result_stays_to_be_seen(world: World) -> None:
    counted = a_closed_ballot(world)
    ballots.annul_ballot(ballot=counted, reason="Two were missing.", by=world.facilitator)
    assert ballot_results.result_of(counted).as_data() == counted.result
