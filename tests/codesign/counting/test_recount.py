"""The verifier's own counting, written apart, agrees with ours; and published votes come back."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codesign.counting import published
from codesign.counting.ballots import BadBallots, Ballot, Ballots, Option
from codesign.counting.methods import METHODS, VARIANTS, count
from portal import verify_record
from tests.codesign.counting import made

every_method = pytest.mark.parametrize("method", sorted(METHODS))


def as_published(ballots: Ballots) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(json.dumps(published.write(ballots)))
    return file


@every_method
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_the_verifier_counts_the_same_winners_in_the_same_order(
    method: str, data: st.DataObject
) -> None:
    ballots = data.draw(made.whole_votes(method))
    result = count(ballots)
    winners, order = verify_record.recount(as_published(ballots))
    assert winners == list(result.winners)
    assert order == [each.option for each in result.standings]


@every_method
@given(data=st.data())
def test_published_votes_come_back_as_they_were(method: str, data: st.DataObject) -> None:
    ballots = data.draw(made.whole_votes(method))
    assert published.read(json.dumps(published.write(ballots))) == ballots


def test_both_know_the_same_rules() -> None:
    assert verify_record.VARIANTS == VARIANTS
    assert verify_record.FORMAT == published.FORMAT


@every_method
def test_every_option_has_its_place_in_the_order(method: str) -> None:
    options = tuple(Option(each, cost=5) for each in made.IDS[: 1 if method == "consent" else 5])
    votes: tuple[Ballot, ...] = () if method == "consent" else (Ballot((), 2),)
    if method in ("dots", "score"):
        votes = (Ballot({}, 2),)
    nobody = Ballots(method, options, votes, budget=9)
    assert [each.option for each in count(nobody).standings] == list(nobody.ids)
    assert verify_record.recount(as_published(nobody)) == ([], list(nobody.ids))


TEA: dict[str, Any] = published.write(
    Ballots("budget", (Option("tea", cost=4), Option("bus", cost=3)), (Ballot(("tea",)),), budget=9)
)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "guess"},
        {"method": 3},
        {"options": {}},
        {"options": [{"id": "tea"}, {"name": "bus"}]},
        {"options": [{"id": "tea", "cost": 4}, {"id": "tea", "cost": 3}]},
        {"options": [{"id": "tea"}, {"id": "bus", "cost": 1}]},
        {"lot": ["tea"]},
        {"lot": ["tea", 1]},
        {"budget": 0},
        {"budget": -1},
        {"budget": "1e9"},
        {"seats": 0},
        {"quorum": True},
        {"quorums": []},
        {"quorums": {"carer": -1}},
        {"short": ["carer"]},
        {"pass_share": 101},
        {"shares": {"carer": 1}},
        {"shares": {"": 0}},
        {"ballots": {}},
        {"ballots": [{}]},
        {"ballots": [{"choice": "tea"}]},
        {"ballots": [{"choice": ["moon"]}]},
        {"ballots": [{"choice": ["tea", "tea"]}]},
        {"ballots": [{"choice": ["tea"], "number": 0}]},
        {"ballots": [{"choice": ["tea"], "role": 1}]},
        {"method": "tick", "ballots": [{"choice": {"tea": 1}}]},
        {"method": "dots", "ballots": [{"choice": ["tea"]}]},
        {"method": "dots", "ballots": [{"choice": {"tea": 6}}]},
        {"method": "dots", "most": 10, "ballots": [{"choice": {"tea": 6, "bus": 5}}]},
        {"method": "score", "ballots": [{"choice": {"tea": 6}}]},
        {"method": "pairs", "ballots": [{"choice": "tea"}]},
        {"method": "pairs", "ballots": [{"choice": [["tea"]]}]},
        {"method": "pairs", "ballots": [{"choice": [["tea", "tea"]]}]},
        {"method": "rank_one", "ballots": [{"choice": "tea"}]},
        {"method": "rank_several", "ballots": [{"choice": ["tea", ["bus", "tea"]]}]},
        {"method": "consent", "ballots": [{"choice": "agree"}]},
        {
            "method": "consent",
            "options": [{"id": "tea"}],
            "lot": ["tea"],
            "ballots": [{"choice": "x"}],
        },
    ],
)
def test_what_cannot_be_counted_is_refused_by_both(wrong: dict[str, Any]) -> None:
    file = {**TEA, **wrong}
    assert verify_record.recount(TEA) == (["tea"], ["tea", "bus"])
    with pytest.raises(ValueError, match=r"\w"):
        verify_record.recount(file)
    file["variant"] = VARIANTS.get(str(file["method"]), "")
    if wrong != {"method": "tick", "ballots": [{"choice": {"tea": 1}}]}:  # ours takes points, too
        with pytest.raises(BadBallots):
            count(published.read(json.dumps(file)))
