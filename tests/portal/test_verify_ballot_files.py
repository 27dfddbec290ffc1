"""The files of votes in an export are those the record speaks of, in the course it tells."""

from typing import Any

import pytest

from portal import verify_record as vr
from tests.portal.polled import Polls, edited, held, problems, votes_for

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
