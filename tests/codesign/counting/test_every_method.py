"""What holds for every way of counting."""

from dataclasses import replace

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from codesign.counting.ballots import BadBallots, Ballot, Ballots, Option
from codesign.counting.methods import METHODS, RULES, VARIANTS, count, named
from tests.codesign.counting import made

pytestmark = pytest.mark.parametrize("method", sorted(made.EVERY))


@given(data=st.data())
def test_the_order_of_voters_and_how_they_are_bundled_change_nothing(
    method: str, data: st.DataObject
) -> None:
    before = data.draw(made.ballots(method, made.EVERY[method]))
    single = [replace(each, number=1) for each in before.ballots for _n in range(each.number)]
    after = replace(before, ballots=tuple(data.draw(st.permutations(single))))
    assert count(after).as_data() == count(before).as_data()


@given(data=st.data())
def test_renaming_options_renames_the_result_and_changes_nothing_else(
    method: str, data: st.DataObject
) -> None:
    before = data.draw(made.ballots(method, made.EVERY[method]))
    after = count(made.renamed(before))
    assert after.winners == made.renamed(count(before).winners)
    assert after.pairwise == count(before).pairwise


@given(data=st.data())
def test_listing_options_in_another_order_changes_nothing(method: str, data: st.DataObject) -> None:
    before = data.draw(made.ballots(method, made.EVERY[method]))
    after = replace(before, options=tuple(data.draw(st.permutations(before.options))))
    assert count(after).winners == count(before).winners
    assert count(after).standings == count(before).standings


@given(data=st.data())
def test_nobody_is_chosen_twice_or_from_nowhere(method: str, data: st.DataObject) -> None:
    ballots = data.draw(made.ballots(method, made.EVERY[method]))
    result = count(ballots)
    assert len(set(result.winners)) == len(result.winners)
    assert set(result.winners) <= set(ballots.ids)
    assert result.rule == RULES[method]
    assert result.ballots == ballots.cast
    if method not in ("budget", "greedy"):
        assert len(result.winners) <= ballots.seats


def test_no_ballots_and_ballots_that_abstain_choose_nothing(method: str) -> None:
    options = tuple(Option(each, cost=5) for each in made.IDS)
    nothing = Ballots(method, options, (), budget=20)
    nobody_wants = {} if method in ("dots", "score") else ()
    abstaining = replace(nothing, ballots=(Ballot(nobody_wants, 3),))
    assert count(nothing).winners == count(abstaining).winners == ()
    assert (count(nothing).ballots, count(abstaining).ballots) == (0, 3)
    assert count(Ballots(method, (), (), budget=20)).winners == ()


def test_an_option_that_does_not_exist_is_refused(method: str) -> None:
    choices = {"pairs": (("tea", "moon"),), "dots": {"moon": 1}, "score": {"moon": 1}}
    ballots = Ballots(
        method, (Option("tea", cost=1),), (Ballot(choices.get(method, ("moon",))),), budget=2
    )
    with pytest.raises(BadBallots, match="'moon', which is not an option"):
        count(ballots)


def test_a_choice_of_another_kind_is_refused(method: str) -> None:
    with pytest.raises(BadBallots):
        count(Ballots(method, (Option("tea", cost=1),), (Ballot("tea"),), budget=2))


def test_its_rule_is_published_word_for_word(method: str) -> None:
    published = (settings.BASE_DIR / "docs" / "counting.md").read_text(encoding="utf-8")
    assert f"> {RULES[method]}" in published
    assert f"`{VARIANTS[method]}`" in published


def test_it_is_found_by_its_name(method: str) -> None:
    assert named(method.replace("_", "-").upper()) == method
    assert method in METHODS
