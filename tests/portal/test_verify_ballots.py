"""A vote is counted again from an export alone, and each way to tamper with it is named."""

import json
from copy import deepcopy
from typing import Any

import pytest

from codesign.counting import published
from codesign.counting.ballots import Ballot, Ballots, Option
from codesign.counting.methods import METHODS, count
from portal import verify_record as vr
from tests.portal.test_verify_record import Record, lines, run, zipped

CHOICES: dict[str, list[Any]] = {
    "tick": [("1", "2"), ("1",), ("3",), ()],
    "dots": [{"1": 5, "2": 5}, {"2": 3}, {}, {"3": 1}],
    "score": [{"1": 4, "2": 5}, {"1": 3}, {"3": 1}, {}],
    "consent": ["agree", "agree", "disagree", "abstain"],
    "pairs": [(("1", "2"), ("1", "3")), (("3", "2"),), (), (("1", "3"),)],
    "rank_one": [("1", "2", "3"), ("2", "3", "1"), ("3", "1", "2"), ("2",)],
    "rank_several": [("1", "2"), ("1", "3"), ("2", "3"), ("3",)],
    "budget": [("1", "2"), ("1",), ("3",), ("2", "3")],
    "greedy": [("1", "2"), ("1",), ("3",), ("2", "3")],
}
NAMES = {"1": "A café", "2": "A walk", "3": "A song"}
ROLES = ("carer", "carer", "provider", "provider")


def votes_for(method: str, **settings: Any) -> Ballots:
    options = [Option(key, name, 5, f"proposal:{key}") for key, name in NAMES.items()]
    settings = {"budget": 10} | settings if method in ("budget", "greedy") else settings
    return Ballots(
        method,
        tuple(options[:1] if method == "consent" else options),
        tuple(Ballot(choice, code=f"{n:032x}") for n, choice in enumerate(CHOICES[method], 1)),
        lot=("1",) if method == "consent" else ("2", "3", "1"),
        seats=2 if method in ("tick", "dots", "rank_several") else 1,
        question="What comes first?",
        **settings,
    )


class Polls(Record):
    """A record in which votes were held; `polls` are their published files, by reference."""

    def __init__(self) -> None:
        super().__init__(size=2, checkpoints=(), erased=())
        self.polls: dict[str, dict[str, Any]] = {}
        self.withheld: list[dict[str, Any]] = []

    def tell(self, kind: str, ballot: str, public: dict[str, Any], words: Any = None) -> None:
        self.act(len(self.acts) + 1, kind, public)
        self.acts[-1]["subject"] = ballot
        if words is not None:
            self.words[len(self.acts)] = (bytes([len(self.acts)]) * 32, words)

    def open(self, ballot: str, ballots: Ballots, *, roll: int = 10, ends: int = 20) -> None:
        file = {**published.write(ballots), "ballot": ballot}
        self.polls[ballot] = file
        told = ("method", "variant", "options", "lot", "seats", "budget", "shares", "quorum")
        public = deepcopy(
            {key: file[key] for key in (*told, "quorums", "pass_share") if key in file}
        )
        times = {
            "opens_at": "2025-01-01T09:00:00+00:00",
            "closes_at": f"2025-01-{ends:02}T09:00:00+00:00",
        }
        words = deepcopy({key: file[key] for key in ("question", "names", "rule")})
        self.tell("ballot_opened", ballot, {**public, **times, "roll": roll}, words)

    def close(self, ballot: str, *, early: bool = True) -> None:
        file = self.polls[ballot]
        result = count(published.read(json.dumps(file)))
        self.tell(
            "ballot_closed",
            ballot,
            {
                "ballots": vr.ballots_hash(file),
                "cast": result.ballots,
                "winners": list(result.winners),
                "order": [each.option for each in result.standings],
                "early": early,
            },
        )

    def public(self, kind: str, ballot: str = "ballot:7") -> dict[str, Any]:
        """What the record says of one act, to be changed before the record is written."""
        return next(
            act["public"] for act in self.acts if (act["kind"], act["subject"]) == (kind, ballot)
        )

    def export(self) -> dict[str, bytes]:
        self.checkpoint_sizes = [len(self.acts)]
        files: dict[str, bytes] = super().export()
        for ballot, file in self.polls.items():
            files[vr.ballot_file(ballot)] = vr.canonical(file) + b"\n"
        if self.withheld:
            files["withheld.jsonl"] = lines(map(vr.canonical, self.withheld))
        return files


def held(method: str, ballot: str = "ballot:7", **settings: Any) -> Polls:
    polls = Polls()
    polls.open(ballot, votes_for(method, **settings))
    polls.close(ballot)
    return polls


def problems(polls: Polls | dict[str, bytes]) -> list[str]:
    found: list[str] = vr.verify(polls if isinstance(polls, dict) else polls.export()).problems
    return found


def edited(polls: Polls, change: Any, ballot: str = "ballot:7") -> dict[str, bytes]:
    """An export in which somebody edited a file of votes and nothing else."""
    tampered = deepcopy(polls)
    change(tampered.polls[ballot])
    return tampered.export()


# --- the control: nothing tampered with

every_method = pytest.mark.parametrize("method", sorted(METHODS))


@every_method
def test_an_untampered_vote_is_counted_again(method: str) -> None:
    findings = vr.verify(held(method).export())
    assert findings.problems == []
    assert "Ballots counted again, with the result on record: 1." in findings.facts
    assert any("cannot be seen from votes without names" in limit for limit in findings.limits)


def test_votes_without_names_are_still_counted_again() -> None:
    polls = held("tick")
    del polls.polls["ballot:7"]["names"], polls.polls["ballot:7"]["question"]
    assert problems(polls) == []


def test_an_export_without_votes_says_nothing_about_them() -> None:
    findings = vr.verify(Record().export())
    assert not any("allot" in said for said in (*findings.facts, *findings.limits))


def test_votes_in_the_lines_of_roles_with_shares_and_quorums_are_counted_again() -> None:
    polls = Polls()
    ballots = votes_for("budget", shares={"carer": 1, "provider": 1}, quorums={"carer": 2})
    for vote, role in zip(ballots.ballots, ROLES, strict=True):
        object.__setattr__(vote, "role", role)
    polls.open("ballot:7", ballots)
    polls.close("ballot:7")
    assert polls.public("ballot_closed")["winners"]
    findings = vr.verify(polls.export())
    assert findings.problems == []
    assert not any("do not say roles" in limit for limit in findings.limits)


def test_a_role_that_fell_short_on_the_roll_is_taken_from_the_file_and_that_is_said() -> None:
    polls = held("tick", quorums={"carer": 9}, short=("carer",))
    assert polls.public("ballot_closed")["winners"] == []
    findings = vr.verify(polls.export())
    assert findings.problems == []
    assert any("Ballot 7: its votes do not say roles" in limit for limit in findings.limits)


# --- votes


@every_method
def test_a_changed_vote_is_named(method: str) -> None:
    def swap(file: dict[str, Any]) -> None:
        file["ballots"][0]["choice"] = file["ballots"][2]["choice"]

    assert (
        "Ballot 7: the file of its votes is not what was counted (entry 4): a vote was changed, or"
        " what is said about the votes." in problems(edited(held(method), swap))
    )


def test_a_changed_vote_that_was_hashed_anew_is_found_by_its_result() -> None:
    polls = held("tick")
    for vote in polls.polls["ballot:7"]["ballots"]:
        vote["choice"] = ["3"]
    polls.public("ballot_closed")["ballots"] = vr.ballots_hash(polls.polls["ballot:7"])
    assert problems(polls) == [
        "Ballot 7: counted again, the winners should be: 3. Entry 4 says something else.",
        "Ballot 7: counted again, the order should be: 3, 2, 1. Entry 4 says something else.",
    ]


@every_method
def test_an_added_vote_is_named(method: str) -> None:
    def add(file: dict[str, Any]) -> None:
        file["ballots"].append({**file["ballots"][0], "code": "f" * 32})

    found = problems(edited(held(method), add))
    assert "Ballot 7: votes were added: 5 are given, and 4 were counted (entry 4)." in found
    assert any("is not what was counted" in problem for problem in found)


@every_method
def test_a_dropped_vote_is_named(method: str) -> None:
    found = problems(edited(held(method), lambda file: file["ballots"].pop(1)))
    assert "Ballot 7: votes were taken out: 3 are given, and 4 were counted (entry 4)." in found


def test_a_vote_given_twice_out_of_order_or_without_a_code_is_named() -> None:
    polls = held("tick")

    def found(change: Any) -> str:
        return " ".join(problems(edited(polls, change)))

    def set_code(at: int, code: Any) -> Any:
        return lambda file: file["ballots"][at].update(code=code)

    assert f"the vote with the code '{1:032x}' is given twice" in found(set_code(1, f"{1:032x}"))
    assert f"'{2:032x}' is not in its place" in found(set_code(0, "f" * 32))
    assert "a vote has no code" in found(set_code(0, ""))
    assert "a vote has no code" in found(lambda file: file["ballots"][0].pop("code"))


def test_a_vote_that_stands_for_several_people_is_named() -> None:
    polls = held("tick")
    polls.polls["ballot:7"]["ballots"][0]["number"] = 2
    polls.public("ballot_closed")["ballots"] = vr.ballots_hash(polls.polls["ballot:7"])
    assert problems(polls) == ["Ballot 7: a vote stands for several people, and each may cast one."]


def test_more_votes_than_people_on_the_roll_are_named_unless_it_was_reopened() -> None:
    polls = Polls()
    polls.open("ballot:7", votes_for("tick"), roll=3)
    reopened = deepcopy(polls)
    polls.close("ballot:7")
    assert problems(polls) == [
        "Ballot 7: 4 votes were counted, and only 3 were on the roll.",
    ]
    reopened.tell("roll_reopened", "ballot:7", {"roll": 4}, {"reason": "Forgotten"})
    reopened.close("ballot:7")
    assert problems(reopened) == []
    reopened.public("roll_reopened")["roll"] = 2
    found = problems(reopened)
    assert "Ballot 7: somebody was taken off its roll while it was open (entry 4)." in found
    del reopened.public("roll_reopened")["roll"]
    assert "Ballot 7: entry 4 does not say how many are on the roll." in problems(reopened)


def test_a_roll_reopened_after_the_close_does_not_cover_votes() -> None:
    polls = Polls()
    polls.open("ballot:7", votes_for("tick"), roll=3)
    polls.close("ballot:7")
    polls.tell("roll_reopened", "ballot:7", {"roll": 4}, {"reason": "Forgotten"})
    assert "Ballot 7: 4 votes were counted, and only 3 were on the roll." in problems(polls)


# --- the rule


@pytest.mark.parametrize(
    ("method", "part", "value"),
    [
        ("tick", "method", "pairs"),
        ("tick", "variant", "tick-9"),
        ("tick", "seats", 1),
        ("tick", "lot", ["1", "2", "3"]),
        ("tick", "quorum", 9),
        ("tick", "quorums", {"carer": 9}),
        ("tick", "pass_share", 60),
        ("dots", "dots", 11),
        ("dots", "most", 6),
        ("budget", "budget", 15),
        ("budget", "shares", {"": 1}),
        ("tick", "options", [{"id": "1"}, {"id": "2"}]),
    ],
)
def test_a_changed_rule_is_named(method: str, part: str, value: Any) -> None:
    found = problems(edited(held(method), lambda file: file.update({part: value})))
    said = f"Ballot 7: its rule was changed: {part!r} is not what it was when it opened (entry 3)."
    assert said in found
    assert any("is not what was counted" in problem for problem in found)


@pytest.mark.parametrize(("part", "value"), [("cost", 9), ("proposal", "proposal:9"), ("id", "9")])
def test_a_changed_option_is_named(part: str, value: Any) -> None:
    def change(file: dict[str, Any]) -> None:
        file["options"][0][part] = value

    found = problems(edited(held("budget"), change))
    assert any("its rule was changed: 'options'" in problem for problem in found)


def test_a_rule_published_otherwise_than_it_was_counted_by_is_named() -> None:
    polls = held("tick")
    polls.public("ballot_opened")["seats"] = 1
    assert problems(polls) == [
        "Ballot 7: its rule was changed: 'seats' is not what it was when it opened (entry 3)."
    ]


def test_a_setting_left_out_is_the_usual_one() -> None:
    polls = held("score")
    polls.public("ballot_opened").update(seats=1, dots=10, quorums={})
    assert problems(polls) == []


def test_a_result_that_the_votes_do_not_give_is_named() -> None:
    polls = held("tick")
    polls.public("ballot_closed")["winners"] = ["3"]
    assert problems(polls) == [
        "Ballot 7: counted again, the winners should be: 1, 2. Entry 4 says something else."
    ]


def test_a_rule_that_this_program_does_not_know_is_a_limit_and_no_recount() -> None:
    polls = held("tick")
    polls.polls["ballot:7"]["variant"] = "tick-9"
    polls.public("ballot_opened")["variant"] = "tick-9"
    polls.public("ballot_closed")["ballots"] = vr.ballots_hash(polls.polls["ballot:7"])
    findings = vr.verify(polls.export())
    assert findings.problems == []
    assert any("the rule 'tick-9', which this program does not know" in x for x in findings.limits)
    assert "Ballots counted again, with the result on record: 0." in findings.facts


def test_votes_that_cannot_be_counted_are_named() -> None:
    polls = held("tick")
    polls.polls["ballot:7"]["ballots"][0]["choice"] = ["9"]
    polls.public("ballot_closed")["ballots"] = vr.ballots_hash(polls.polls["ballot:7"])
    assert problems(polls) == [
        "Ballot 7: its votes cannot be counted: a vote is for something that is not an option."
    ]


def test_closing_before_its_time_without_saying_so_is_named() -> None:
    def closed(*, early: bool, ends: int) -> list[str]:
        polls = Polls()
        polls.open("ballot:7", votes_for("tick"), ends=ends)
        polls.close("ballot:7", early=early)
        return problems(polls)

    assert closed(early=True, ends=20) == closed(early=False, ends=4) == []
    assert closed(early=False, ends=20) == [
        "Ballot 7: it closed before its time, and entry 4 does not say so."
    ]
    polls = held("tick")
    del polls.public("ballot_opened")["closes_at"]
    assert problems(polls) == ["Ballot 7: entry 3 does not say when voting ends."]


# --- files and names


def test_a_swapped_file_is_named() -> None:
    polls = held("tick")
    polls.open("ballot:8", votes_for("dots"))
    polls.close("ballot:8")
    files = polls.export()
    assert problems(files) == []
    one, other = "ballots/7.json", "ballots/8.json"
    assert problems({**files, one: files[other], other: files[one]}) == [
        "Ballot 7: the file of its votes is that of 'ballot:8': it was swapped.",
        "Ballot 8: the file of its votes is that of 'ballot:7': it was swapped.",
    ]


def test_a_missing_or_a_stray_file_is_named() -> None:
    files = held("tick").export()
    stray = {**files, "ballots/9.json": files["ballots/7.json"]}
    assert problems(stray) == ["The file 'ballots/9.json' belongs to no ballot of this record."]
    del files["ballots/7.json"]
    assert problems(files) == ["Ballot 7: it closed (entry 4), and its votes are missing."]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{}", "does not say that its format is"),
        (b"[]", "does not say that its format is"),
        (b'{"format":"throughline-ballots/1"}', "has no list of votes"),
        (b'{"ballots":[1],"format":"throughline-ballots/1"}', "has no list of votes"),
        (b"{", "not JSON"),
        (b'{"a":1,"a":1}', "stands in it twice"),
    ],
)
def test_a_file_that_is_no_list_of_votes_is_named(data: bytes, why: str) -> None:
    (found,) = problems({**held("tick").export(), "ballots/7.json": data + b"\n"})
    assert found.startswith("Ballot 7: the file of its votes cannot be trusted: ")
    assert why in found


def test_swapped_names_are_named_and_hidden_ones_are_said() -> None:
    def rename(**names: str) -> Any:
        return lambda file: file["names"].update({key[1:]: name for key, name in names.items()})

    polls = held("tick")
    assert problems(edited(polls, rename(_1="A walk", _2="A café"))) == [
        "Ballot 7: option '1' has the name of another one: names were swapped.",
        "Ballot 7: option '2' has the name of another one: names were swapped.",
    ]
    findings = vr.verify(edited(polls, rename(_2="Hidden")))
    assert findings.problems == []
    assert any("option '2' is not called what it was" in limit for limit in findings.limits)


def test_withheld_votes_are_said_and_what_was_not_withheld_is_named() -> None:
    polls = held("tick")
    polls.withheld = [{"ballot": "ballot:7"}]
    files = polls.export()
    assert problems(files) == [
        "Ballot 7: its votes are noted as withheld, but are not.",
    ]
    del files["ballots/7.json"]
    findings = vr.verify(files)
    assert findings.problems == []
    assert any("The votes of 1 ballots are not in this copy" in limit for limit in findings.limits)
    assert any("(Ballot 7)" in limit for limit in findings.limits)
    polls.withheld += [{"ballot": "ballot:9"}, {"ballot": ""}]
    found = problems(polls)
    assert "Votes of 'ballot:9' are noted as withheld; there is no such ballot." in found
    assert any("Line 3 of withheld.jsonl cannot be trusted" in problem for problem in found)


# --- the course of a vote


def test_an_annulled_vote_is_said_to_be_so_and_still_counted_again() -> None:
    polls = held("tick")
    polls.tell("ballot_annulled", "ballot:7", {}, {"reason": "The wrong roll"})
    polls.open("ballot:8", votes_for("dots"))
    polls.tell("ballot_annulled", "ballot:8", {}, {"reason": "Nobody knew"})
    del polls.polls["ballot:8"]
    findings = vr.verify(polls.export())
    assert findings.problems == []
    said = "Annulled, so that their result does not hold: Ballot 7, Ballot 8."
    assert said in findings.facts
    assert "Ballots counted again, with the result on record: 1." in findings.facts


def test_votes_of_an_open_ballot_are_not_given() -> None:
    polls = Polls()
    polls.open("ballot:7", votes_for("tick"))
    said = "Ballot 7: its votes are given or noted as withheld, yet nothing says it closed."
    assert problems(polls) == [said]
    file = polls.polls.pop("ballot:7")
    assert problems(polls) == []
    polls.withheld = [{"ballot": file["ballot"]}]
    assert problems(polls) == [said]


def test_a_vote_opened_or_closed_twice_or_never_opened_is_named() -> None:
    polls = held("tick")
    polls.close("ballot:7")
    assert "Ballot 7: the record says ballot_closed of it 2 times." in problems(polls)
    polls = held("tick")
    polls.acts[2]["subject"] = "ballot:6"
    assert problems(polls) == ["Ballot 7: entry 4 says ballot_closed before it was opened."]


def test_a_closing_that_says_no_number_is_named() -> None:
    polls = held("tick")
    del polls.public("ballot_closed")["cast"]
    assert problems(polls) == ["Ballot 7: entry 4 does not say how many votes were counted."]


# --- the command


def test_the_command_reads_votes_from_a_folder_and_from_a_zip(tmp_path: Any) -> None:
    files = held("rank_several").export()
    folder = tmp_path / "export"
    (folder / "ballots").mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    for export in (folder, zipped(files, tmp_path / "export.zip")):
        done = run(export)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Ballots counted again, with the result on record: 1." in done.stdout
    (folder / "ballots" / "7.json").write_bytes(
        files["ballots/7.json"].replace(b'"choice":["3"]', b'"choice":["2"]')
    )
    done = run(folder)
    assert done.returncode == 1
    assert "PROBLEM: Ballot 7: the file of its votes is not what was counted" in done.stdout
