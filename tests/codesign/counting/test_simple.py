"""Ticks, dots, scores, consent and pairs; and what ballots refuse to be."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.counting import consent, dots, greedy, pairs, score, tick
from codesign.counting.ballots import BadBallots, Ballot, Ballots, Option
from codesign.counting.methods import count, named
from codesign.counting.results import Tie
from tests.codesign.counting import made

OPTIONS = tuple(Option(each, cost=10) for each in made.IDS)


def cast(method: str, *choices: Any, **rest: Any) -> Ballots:
    return Ballots(method, OPTIONS, tuple(Ballot(each) for each in choices), **rest)


def test_ticks_are_counted_and_a_tie_goes_by_lot() -> None:
    votes = cast("tick", ("tea", "bus"), ("bus",), ("tea",), seats=2)
    result = tick.count(replace(votes, lot=("bus", "walk", "song", "garden", "tea")))
    assert result.winners == ("bus", "tea")
    assert [each.figure for each in result.standings] == [2, 2, 0, 0, 0]
    assert result.ties[0] == Tie(("bus", "tea"), "bus", "lot")
    assert tick.count(votes).winners == ("tea", "bus")


def test_a_tick_counts_once() -> None:
    with pytest.raises(BadBallots, match="twice"):
        tick.count(cast("tick", ("tea", "tea")))


def test_dots_add_up_and_a_tie_goes_to_more_people() -> None:
    result = dots.count(cast("dots", {"tea": 4}, {"bus": 2}, {"bus": 2, "song": 0}))
    assert result.winners == ("bus",)
    assert result.ties[0] == Tie(("bus", "tea"), "bus", "more people")
    assert {each.option: each.parts["people"] for each in result.standings}["song"] == 0


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"tea": 5, "bus": 5, "song": 1}, "more than 10 dots"),
        ({"tea": 6}, "more than 5 dots on one option"),
        ({"tea": -1}, "whole number"),
        ({"tea": True}, "whole number"),
    ],
)
def test_dots_refuse_too_many(choice: dict[str, int], words: str) -> None:
    with pytest.raises(BadBallots, match=words):
        dots.count(cast("dots", choice))


def test_scores_are_averaged_over_those_who_gave_one() -> None:
    result = score.count(cast("score", {"tea": 4, "bus": 5}, {"tea": 5}, {"tea": 4}))
    assert result.winners == ("bus",)
    tea = next(each for each in result.standings if each.option == "tea")
    assert tea.figure == Fraction(13, 3)
    assert tea.parts == {"people": 3, "1": 0, "2": 0, "3": 0, "4": 2, "5": 1}


def test_equal_averages_go_to_more_people() -> None:
    result = score.count(cast("score", {"tea": 4, "bus": 4}, {"bus": 4}))
    assert result.winners == ("bus",)
    assert result.ties[0].settled_by == "more people"


@pytest.mark.parametrize("given_", [0, 6])
def test_a_score_is_from_1_to_5(given_: int) -> None:
    with pytest.raises(BadBallots, match="from 1 to 5"):
        score.count(cast("score", {"tea": given_}))


def test_pairs_score_by_how_often_an_option_was_picked() -> None:
    result = pairs.count(cast("pairs", (("tea", "bus"), ("tea", "song")), (("bus", "song"),)))
    figures = {each.option: each.figure for each in result.standings}
    assert figures == {
        "tea": 75,
        "bus": 50,
        "walk": 50,
        "garden": 50,
        "song": 25,
    }
    assert result.winners == ("tea",)
    assert result.ties[0] == Tie(("bus", "walk", "garden"), "bus", "shown more often")


@pytest.mark.parametrize("pair", [("tea",), ("tea", "tea"), "tea", ("tea", "bus", "song")])
def test_a_pair_is_two_options(pair: Any) -> None:
    with pytest.raises(BadBallots, match="two different options"):
        pairs.count(cast("pairs", (pair,)))


def asked(*answers: tuple[str, int, str], **rest: Any) -> Ballots:
    return Ballots(
        "consent",
        (Option("way", "The way forward"),),
        tuple(Ballot(answer, number, role) for answer, number, role in answers),
        **rest,
    )


def test_consent_is_given_where_nothing_stands_against_it() -> None:
    votes = asked(("agree", 4, "carer"), ("abstain", 2, "provider"), ("disagree", 1, ""))
    result = consent.count(replace(votes, quorum=7, quorums={"carer": 4, "provider": 2}))
    assert result.winners == ("way",)
    assert result.unmet == ()
    assert [each.option for each in result.rounds] == ["carer", "provider"]
    assert result.standings[0].parts == {"agree": 4, "abstain": 2, "disagree": 1, "object": 0}


@pytest.mark.parametrize(
    ("votes", "unmet"),
    [
        (asked(), ("Nobody has answered.",)),
        (asked(("agree", 3, ""), quorum=4), ("3 voted, and at least 4 must.",)),
        (
            asked(("agree", 3, "carer"), quorums={"provider": 1}),
            ("0 voted in the role provider, and at least 1 must.",),
        ),
        (
            asked(("agree", 3, ""), ("object", 2, ""), answered=2, pass_share=61),
            ("3 of 5 agree, and at least 61% must.",),
        ),
        (
            asked(("abstain", 3, ""), pass_share=1),
            ("0 agree, and 0 disagree or object.",),
        ),
        (asked(("agree", 2, ""), ("disagree", 2, "")), ("2 agree, and 2 disagree or object.",)),
        (
            asked(("agree", 5, ""), ("object", 2, ""), answered=1),
            ("Objections that still need a written answer: 1.",),
        ),
        (asked(("abstain", 5, "")), ("0 agree, and 0 disagree or object.",)),
    ],
)
def test_consent_says_what_stands_against_it(votes: Ballots, unmet: tuple[str, ...]) -> None:
    result = count(votes)
    assert result.winners == ()
    assert tuple(str(each) for each in result.unmet) == unmet
    assert result.as_data()["unmet"] == list(unmet)


def test_an_answered_objection_no_longer_stands_against_it() -> None:
    assert consent.count(asked(("agree", 5, ""), ("object", 2, ""), answered=2)).winners


def test_consent_may_need_a_share_of_those_who_take_a_side() -> None:
    even = asked(("agree", 3, ""), ("disagree", 3, ""), ("abstain", 9, ""))
    assert not consent.count(even).winners
    assert consent.count(replace(even, pass_share=50)).winners
    assert not consent.count(replace(even, pass_share=51)).winners


def test_ticks_may_need_a_share_of_all_who_voted() -> None:
    votes = cast("tick", ("tea", "bus"), ("tea",), ("bus", "tea"), (), (), seats=3)
    assert tick.count(replace(votes, pass_share=40)).winners == ("tea", "bus")
    assert tick.count(replace(votes, pass_share=41)).winners == ("tea",)
    none = tick.count(replace(votes, pass_share=61))
    assert none.winners == ()
    assert [str(each) for each in none.unmet] == [
        "No option was ticked by at least 61% of those who voted."
    ]
    assert [each.figure for each in none.standings[:2]] == [3, 2]


def test_consent_refuses_other_words_and_several_options() -> None:
    with pytest.raises(BadBallots, match="neither"):
        consent.count(asked(("maybe", 1, "")))
    with pytest.raises(BadBallots, match="one option at a time"):
        consent.count(cast("consent", "agree"))


@given(made.ballots("tick", made.some))
def test_one_more_tick_never_harms(ballots: Ballots) -> None:
    for winner in count(ballots).winners:
        more = replace(ballots, ballots=(*ballots.ballots, Ballot((winner,))))
        assert winner in tick.count(more).winners
        assert winner in greedy.count(more).winners or winner not in greedy.count(ballots).winners


@given(made.ballots("score", made.scores), st.integers(0, 8))
def test_a_higher_score_never_harms(ballots: Ballots, which: int) -> None:
    for winner in count(ballots).winners:
        raised = tuple(
            replace(each, choice={**each.choice, winner: 5})
            if n == which and isinstance(each.choice, dict) and winner in each.choice
            else each
            for n, each in enumerate(ballots.ballots)
        )
        assert winner in count(replace(ballots, ballots=raised)).winners


@given(made.ballots("pairs", made.pairs))
def test_being_picked_once_more_never_lowers_a_score(ballots: Ballots) -> None:
    for winner in count(ballots).winners:
        other = next(each for each in ballots.ids if each != winner)
        more = replace(ballots, ballots=(*ballots.ballots, Ballot(((winner, other),))))
        before = {each.option: each.figure for each in count(ballots).standings}
        after = {each.option: each.figure for each in count(more).standings}
        assert after[winner] > before[winner]
        assert after[other] < before[other]


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": (Option("tea"), Option("tea"))},
        {"lot": ("tea", "moon")},
        {"seats": 0},
        {"ballots": (Ballot((), 0),)},
        {"ballots": (Ballot((), 10_000_001),)},
        {"budget": -1},
        {"options": (Option("tea", cost=-1),)},
        {"shares": {"carer": -1}},
        {"quorum": -1},
        {"quorums": {"carer": -1}},
        {"pass_share": 101},
        {"short": ("carer",), "quorums": {"provider": 3}},
    ],
)
def test_ballots_that_do_not_fit_together_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadBallots):
        Ballots(**{"method": "tick", "options": (Option("tea"),), "ballots": (), **wrong})


def test_a_method_has_other_names_and_an_unknown_one_is_refused() -> None:
    assert named("STV") == "rank_several"
    with pytest.raises(BadBallots, match="There are: tick, dots"):
        named("guess")
