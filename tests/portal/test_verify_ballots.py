"""A vote is counted again from an export alone, and each way to tamper with it is named."""

from copy import deepcopy
from typing import Any

import pytest

from codesign.counting.methods import METHODS
from portal import verify_record as vr
from tests.portal.exported import Record
from tests.portal.polled import ROLES, Polls, edited, held, problems, votes_for

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
