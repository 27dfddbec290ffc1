"""What holds for every way of counting when too few people voted, and when a share is needed."""

from dataclasses import replace

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from codesign.counting import quorum, words
from codesign.counting.ballots import Ballot, Ballots, Option
from codesign.counting.methods import METHODS, RULES, VARIANTS, count, rule_of
from tests.codesign.counting import made

every_method = pytest.mark.parametrize("method", sorted(METHODS))


def short_of(ballots: Ballots) -> bool:
    """Whether too few voted, person by person."""
    roles = [each.role for each in ballots.ballots for _person in range(each.number)]
    return (
        len(roles) < ballots.quorum
        or bool(ballots.short)
        or (any(roles) and any(roles.count(r) < n for r, n in ballots.quorums.items()))
    )


@every_method
@given(data=st.data())
def test_nothing_is_chosen_without_a_quorum_and_all_that_was_counted_stays(
    method: str, data: st.DataObject
) -> None:
    ballots = data.draw(made.whole_votes(method))
    result = count(ballots)
    free = count(replace(ballots, quorum=0, quorums={}, short=()))
    assert (result.standings, result.rounds, result.ties, result.facts) == (
        free.standings,
        free.rounds,
        free.ties,
        free.facts,
    )
    if short_of(ballots):
        assert result.winners == ()
        assert result.cost in (None, 0)
        assert len(result.unmet) > len(free.unmet)
        assert not (result.beside and result.beside.winners)
    else:
        assert result.winners == free.winners
        assert result.unmet == free.unmet
        assert result.beside == free.beside


@every_method
@given(data=st.data())
def test_renaming_options_renames_a_whole_vote(method: str, data: st.DataObject) -> None:
    ballots = data.draw(made.whole_votes(method))
    assert count(made.renamed(ballots)).winners == made.renamed(count(ballots).winners)
    assert count(made.renamed(ballots)).unmet == count(ballots).unmet


@every_method
@given(data=st.data())
def test_the_lot_decides_nothing_where_there_is_no_tie(method: str, data: st.DataObject) -> None:
    ballots = data.draw(made.whole_votes(method))
    other = replace(ballots, lot=tuple(data.draw(st.permutations(ballots.lot))))
    result = count(ballots)
    alike = [(each.figure, each.parts.get("cost")) for each in result.standings]
    # In a budget, what is left goes by votes and cost, and only then by lot.
    if not result.ties and (method != "budget" or len(set(alike)) == len(alike)):
        assert count(other).winners == result.winners


@given(made.whole_votes("tick"), st.integers(0, 100))
def test_a_higher_share_only_takes_away_from_the_end(ballots: Ballots, share: int) -> None:
    lower, higher = sorted((share, ballots.pass_share))
    many = count(replace(ballots, pass_share=lower)).winners
    few = count(replace(ballots, pass_share=higher)).winners
    assert many[: len(few)] == few


def test_it_says_which_role_fell_short_and_only_a_told_one_by_how_many() -> None:
    votes = Ballots(
        "dots",
        (Option("tea"),),
        (Ballot({"tea": 1}, 4),),
        quorum=5,
        quorums={"service_user": 3, "carer": 2},
        short=("service_user",),
    )
    assert [str(each) for each in quorum.missing(votes)] == [
        "4 voted, and at least 5 must.",
        "Too few voted in the role service user: at least 3 must.",
    ]
    told = replace(votes, ballots=(Ballot({"tea": 1}, 5, "carer"),), short=())
    assert [str(each) for each in quorum.missing(told)] == [
        "0 voted in the role service user, and at least 3 must."
    ]
    enough = replace(told, ballots=(*told.ballots, Ballot({}, 3, "service_user")))
    assert quorum.missing(enough) == ()
    assert count(enough).winners == ("tea",)


def test_the_rules_about_enough_people_and_consent_are_published_word_for_word() -> None:
    published = (settings.BASE_DIR / "docs" / "counting.md").read_text(encoding="utf-8")
    assert f"> {quorum.RULE}" in published
    assert f"> {RULES['consent']}" in published
    assert f"`{VARIANTS['consent']}`" in published


@every_method
def test_the_rule_is_printed_with_its_quorum_where_it_has_one(method: str) -> None:
    ballots = Ballots(method, (Option("tea", cost=2),), (), budget=3)
    assert rule_of(ballots) == count(ballots).rule == RULES[method]
    short = count(replace(ballots, quorum=1))
    assert short.rule == f"{RULES[method]} {quorum.RULE}"
    shown = "\n".join(words.of_result(short, ballots))
    assert "Nothing is chosen." in shown
    assert "- 0 voted, and at least 1 must." in shown
