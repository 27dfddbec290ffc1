"""Files of ballots, and the two commands that count them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given

from codesign.counting import files, published, words
from codesign.counting.ballots import BadBallots, Ballot, Ballots, Option
from codesign.counting.methods import count
from tests import references
from tests.codesign.counting import made

PABULIB = """META
key;value
description;A made-up vote
budget;100
vote_type;{kind}
rule;{rule}
max_length;3
PROJECTS
project_id;cost;votes;name;selected
1;60;3;"Benches; in the park";1
2;50;2;Trees;0
3;40;1;Lights;1
VOTES
voter_id;vote;points
a;1;2
b;1,2;1,4
c;1,2,3;1,1,1
"""
PREFLIB = """# FILE NAME: made-up.toi
# NUMBER ALTERNATIVES: 3
# ALTERNATIVE NAME 1: Tea
# ALTERNATIVE NAME 2: Walk
# ALTERNATIVE NAME 3: Walk
4: 1,2
3: {2,3},1
2: 3
"""
SCOTTISH = """3,2,
5,1,2,
4,2,
2,3,2,
"Candidate 1","Ann O'Neil","One Party (OP)",
"Candidate 2","Ben","Two, and Party",
"Candidate 3","Cy","Independent (Ind)",
"Ward 1",
"""
GROUND = """participant,group-id,n-votes,7,8
1,0,2,1,-1
2,0,2,1,0
3,1,1,,1
4,,2,-1,-1
"""


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(name: str, words: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(words if isinstance(words, bytes) else words.encode())
        return path

    return write


def printed(command: str, *args: Any, **options: Any) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


def test_pabulib_is_counted_by_the_rule_it_names(file: Any) -> None:
    path = file("vote.pb", PABULIB.format(kind="approval", rule="greedy"))
    found = files.ballots(path)
    assert found.options[0] == Option("1", "Benches; in the park", 60)
    assert found.ballots[1].choice == ("1", "2")
    data = json.loads(printed("count_votes", path, as_json=True))
    assert (data["method"], data["winners"], data["cost"]) == ("greedy", ["1", "3"], 100)
    assert data["ballots"] == 3
    path = file("vote.pb", PABULIB.format(kind="approval", rule="equalshares/add1"))
    data = json.loads(printed("count_votes", path, "--json"))
    assert (data["method"], data["winners"]) == ("budget", ["1", "3"])
    assert data["beside"]["method"] == "greedy"
    assert data["rule"].startswith("Method of Equal Shares")


def test_pabulib_points_are_as_written_or_by_place(file: Any) -> None:
    found = files.ballots(file("vote.pb", PABULIB.format(kind="cumulative", rule="greedy")))
    assert found.ballots[1].choice == {"1": 1, "2": 4}
    found = files.ballots(file("vote.pb", PABULIB.format(kind="ordinal", rule="greedy")))
    assert found.ballots[2].choice == {"1": 3, "2": 2, "3": 1}


def test_preflib_is_for_one_or_for_several(file: Any) -> None:
    path = file("vote.toi", PREFLIB)
    found = files.ballots(path)
    assert found.ids == ("Tea", "Walk", "Walk (3)")
    assert found.ballots[1].choice == (("Walk", "Walk (3)"), "Tea")
    assert found.method == "rank_one"
    data = json.loads(printed("count_votes", path, as_json=True))
    assert data["pairwise"] == [[0, 4, 4], [3, 0, 4], [5, 2, 0]]
    assert data["options"] == ["Tea", "Walk", "Walk (3)"]
    assert files.ballots(path, seats=2).method == "rank_several"
    several = files.ballots(path, method="stv", seats=1)
    assert (several.method, several.seats) == ("rank_several", 1)


def test_scottish_ballots_are_counted_for_their_seats(file: Any) -> None:
    path = file("ward.csv", SCOTTISH)
    data = json.loads(printed("count_votes", path, as_json=True))
    assert data["winners"] == ["Ann O'Neil", "Ben"]
    assert data["facts"] == {"seats": 2, "quota": 4, "valid": 11, "blank": 0}
    assert data["rounds"][0]["votes"] == {"Ann O'Neil": 5, "Ben": 4, "Cy": 2}
    assert files.ballots(path, seats=1).seats == 1
    assert files.ballots(path, method="schulze").method == "rank_one"


@given(made.ballots("rank_one", made.levels))
def test_published_rankings_come_back_as_they_were(ballots: Ballots) -> None:
    assert published.read(json.dumps(published.write(ballots))) == ballots


@pytest.mark.parametrize("method", sorted(made.EVERY))
def test_published_ballots_of_every_method_come_back_as_they_were(method: str) -> None:
    choices: dict[str, Any] = {"dots": {"tea": 2}, "score": {"tea": 4}, "pairs": (("tea", "bus"),)}
    ballots = Ballots(
        method,
        (Option("tea", "A cup of tea", 5, "proposal:3"), Option("bus", cost=7)),
        (Ballot(choices.get(method, ("bus", "tea")), 2, "carer", "0f"),),
        lot=("bus", "tea"),
        seats=2,
        budget=9,
        shares={"carer": 1},
        quorums={"carer": 2},
        short=("carer",),
        pass_share=10,
        ballot="ballot:7",
        question="What first?",
    )
    written = json.loads(json.dumps(published.write(ballots)))
    assert published.read(json.dumps(written)) == ballots
    assert set(written) >= {"format", "method", "variant", "rule", "options", "ballots", "lot"}
    assert written["names"] == {"tea": "A cup of tea"}
    del written["names"], written["question"]
    assert "A cup of tea" not in json.dumps(written)
    assert count(published.read(json.dumps(written))).winners == count(ballots).winners


def test_names_may_stand_in_the_options_as_well() -> None:
    named = {**BALLOTS, "options": [{"id": "tea", "name": "A cup of tea"}]}
    assert published.read(json.dumps(named)).options == (Option("tea", "A cup of tea"),)


def test_published_ballots_are_counted_and_shown(file: Any) -> None:
    ballots = Ballots(
        "consent",
        (Option("way", "The way forward"),),
        (Ballot("agree", 3, "carer"), Ballot("object", 1, "provider")),
    )
    path = file("vote.json", json.dumps(published.write(ballots)))
    shown = printed("count_votes", path)
    assert "Nothing is chosen." in shown
    assert "- Objections that still need a written answer: 1." in shown
    assert "The rule (consent-2): Each person agrees" in shown


@pytest.mark.parametrize("method", sorted(made.EVERY))
def test_every_result_can_be_said_in_words(method: str) -> None:
    choices: dict[str, Any] = {
        "dots": {"tea": 2, "bus": 2},
        "score": {"tea": 4},
        "pairs": (("tea", "bus"),),
    }
    ballots = Ballots(
        method,
        (Option("tea", "A cup of tea", 5), Option("bus", cost=5)),
        (Ballot(choices.get(method, ("tea", "bus"))), Ballot(choices.get(method, ("bus", "tea")))),
        budget=8,
    )
    shown = "\n".join(words.of_result(count(ballots), ballots))
    assert "Chosen, in this order:" in shown
    assert "A cup of tea" in shown
    assert "The rule (" in shown


BALLOTS = published.write(Ballots("tick", (Option("tea"),), (Ballot(("tea",)),)))


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("vote.txt", "", "should end in .pb"),
        ("vote.pb", "META\nkey;value\n", "no part PROJECTS"),
        ("vote.pb", PABULIB.format(kind="approval", rule="guess"), "not counted here"),
        ("vote.pb", PABULIB.format(kind="waving", rule="greedy"), "kind 'waving'"),
        ("vote.pb", PABULIB.replace("budget;100\n", ""), "not counted here|what the budget is"),
        (
            "vote.pb",
            PABULIB.format(kind="approval", rule="greedy").replace("budget;100\n", ""),
            "what the budget is",
        ),
        (
            "vote.pb",
            PABULIB.format(kind="approval", rule="greedy").replace("1;60", "1;1e9"),
            "not a number",
        ),
        (
            "vote.pb",
            PABULIB.format(kind="approval", rule="greedy").replace("1;60", "1;"),
            "no cost",
        ),
        (
            "vote.pb",
            PABULIB.format(kind="cumulative", rule="greedy").replace("1,4", "4"),
            "how many points",
        ),
        (
            "vote.pb",
            PABULIB.format(kind="approval", rule="greedy").replace("1,2,3", "1,9"),
            "'9', which is not an option",
        ),
        ("vote.soc", "", "names no options"),
        ("vote.soc", "# ALTERNATIVE NAME 1: Tea\nx: 1", "Line 2 should be"),
        ("vote.soc", "# ALTERNATIVE NAME 1: Tea\n1: 1;1", "Line 2 is not an order"),
        ("vote.soc", "# ALTERNATIVE NAME 1: Tea\n1: 2", "ranks option '2'"),
        ("vote.csv", "", "first line"),
        ("vote.csv", SCOTTISH.replace("3,2,", "4,2,", 1), "should be 4 candidates"),
        ("vote.csv", SCOTTISH.replace("5,1,2", "5,1,9"), "not a candidate: 5,1,9"),
        ("vote.csv", "x" * 200_000, "not a table"),
        ("vote.json", "{", "not JSON"),
        ("vote.json", "[]", "its format is throughline-ballots/1"),
        ("vote.json", json.dumps({"format": "throughline-ballots/1"}), "no 'method'"),
        ("vote.json", json.dumps({**BALLOTS, "variant": "tick-9"}), "counts by 'tick-2'"),
        ("vote.json", json.dumps({**BALLOTS, "method": "guess"}), "no method 'guess'"),
        ("vote.json", json.dumps({**BALLOTS, "lot": ["bus"]}), "lot must hold every option"),
        ("vote.json", json.dumps({**BALLOTS, "options": {}}), "'options' should be a list"),
        ("vote.json", json.dumps({**BALLOTS, "options": [1]}), "object with an id"),
        ("vote.json", json.dumps({**BALLOTS, "ballots": [1]}), "object with a choice"),
        ("vote.json", json.dumps({**BALLOTS, "seats": 1.5}), "whole number"),
        ("vote.json", json.dumps({**BALLOTS, "budget": "1e9"}), "should be a number"),
        ("vote.json", json.dumps({**BALLOTS, "shares": 1}), "number for each role"),
        ("vote.json", json.dumps({**BALLOTS, "lot": [1]}), "should be text"),
        ("vote.json", json.dumps({**BALLOTS, "names": []}), "'names' should be an object"),
        ("vote.json", json.dumps({**BALLOTS, "short": "tea"}), "'short' should be a list"),
        ("vote.json", json.dumps({**BALLOTS, "pass_share": 101}), "from 0 to 100"),
        ("vote.json", b"\xff\xfe", "not text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_counted_is_refused_in_a_sentence(
    file: Any, name: str, text: str | bytes, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        printed("count_votes", file(name, text))
    assert refused.value.returncode == 2
    assert str(refused.value).endswith(".")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for command in ("count_votes", "common_ground"):
        with pytest.raises(CommandError, match="cannot be read") as refused:
            printed(command, tmp_path / "none.csv")
        assert refused.value.returncode == 2


def test_ballots_are_only_counted_as_what_they_are(file: Any) -> None:
    ward = file("ward.csv", SCOTTISH)
    with pytest.raises(BadBallots, match="not of the kind that tick counts"):
        files.ballots(ward, method="tick")
    budget = file("vote.pb", PABULIB.format(kind="approval", rule="greedy"))
    with pytest.raises(BadBallots, match="not of the kind that rank_several counts"):
        files.ballots(budget, method="stv")
    assert files.ballots(budget, method="mes").method == "budget"
    with pytest.raises(CommandError, match="seats must be 1 or more"):
        printed("count_votes", ward, seats=0)


def test_common_ground_of_a_file(file: Any) -> None:
    path = file("votes.csv", GROUND)
    best, other = json.loads(printed("common_ground", path, as_json=True))["options"]
    assert best["id"] == "7"
    assert best["groups"]["0"] == {
        "agree": 2,
        "disagree": 0,
        "seen": 2,
        "standing": "unsure",
    }
    assert best["group_aware"] == pytest.approx(3 / 4 * 1 / 2)
    assert (other["supported_by_all"], other["blocked_by"]) == (False, ["0", "1"])
    shown = printed("common_ground", path, quorum=2)
    assert "1 not heard enough" in shown
    assert "The rule: For each role p" in shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column named group-id"),
        ("group-id\n", "a column for each statement"),
        ("group-id,a,a\n", "each with its own name"),
        ("group-id,a,b\n1,1\n", "Line 2 is shorter"),
        ("group-id,a\n1,7\n", "Line 2 has '7'"),
        ("group-id,a\n1," + "x" * 200_000, "not a table"),
    ],
)
def test_a_file_of_agreement_that_cannot_be_read_is_refused(
    file: Any, text: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        printed("common_ground", file("votes.csv", text))
    assert refused.value.returncode == 2


def test_references_say_how_many_agree_and_fail_where_one_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert references.main(tmp_path) == 0
    assert "Nothing was compared" in capsys.readouterr().out
    folder = tmp_path / "scottish-stv"
    folder.mkdir()
    (folder / "ward.csv").write_text(SCOTTISH)
    known = {
        "seats": 2,
        "valid": 11,
        "quota": 4,
        "first_preferences": {"Ann O'Neil": 5, "Ben": 4, "Cy": 2},
        "computed_elected": ["Ann O'Neil", "Ben"],
    }
    (folder / "expected.json").write_text(json.dumps({"wards": {"ward": known}}))
    assert references.main(tmp_path) == 0
    said = capsys.readouterr().out
    assert "scottish-stv: 1 of 1 votes agree (5 figures compared)." in said
    assert "pabulib: not there, not compared." in said
    (folder / "expected.json").write_text(json.dumps({"wards": {"ward": {**known, "quota": 5}}}))
    assert references.main(tmp_path) == 1
    assert "ward: quota: 4, known: 5" in capsys.readouterr().out
