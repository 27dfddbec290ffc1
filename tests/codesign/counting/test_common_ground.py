"""Common ground across roles."""

from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.counting.common_ground import (
    AGREE,
    DISAGREE,
    NOT_HEARD,
    OPPOSED,
    PASS,
    SUPPORTS,
    UNSURE,
    Heard,
    common_ground,
    tally,
)

counts = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20)).map(
    lambda n: Heard(n[0], n[1], sum(n))
)


def test_the_score_is_the_geometric_mean_over_the_roles() -> None:
    (ground,) = common_ground({"tea": {"carer": Heard(7, 1, 9), "provider": Heard(2, 2, 4)}})
    carer = 7.5 / 10 * (1 - 1.5 / 10)
    provider = 2.5 / 5 * (1 - 2.5 / 5)
    assert isclose(ground.score, sqrt(carer * provider))
    assert isclose(ground.group_aware, 8 / 11 * 3 / 6)


def test_a_large_group_does_not_drown_a_small_one() -> None:
    best, worst = common_ground(
        {
            "desks": {"carer": Heard(0, 5, 5), "provider": Heard(500, 0, 500)},
            "tea": {"carer": Heard(5, 0, 5), "provider": Heard(300, 150, 500)},
        }
    )
    assert (best.option, worst.option) == ("tea", "desks")
    assert worst.blocked_by == ("carer",)
    assert worst.standing["carer"] == OPPOSED


def test_it_says_of_each_role_why_it_does_not_support() -> None:
    (ground,) = common_ground(
        {
            "tea": {
                "carer": Heard(9, 0, 10),
                "partner": Heard(3, 0, 3),
                "provider": Heard(6, 4, 10),
                "user": Heard(0, 0, 0),
            }
        },
        {"partner": 5},
    )
    assert ground.standing == {
        "carer": SUPPORTS,
        "partner": NOT_HEARD,
        "provider": UNSURE,
        "user": NOT_HEARD,
    }
    assert not ground.supported_by_all
    assert ground.as_data()["blocked_by"] == ["partner", "provider", "user"]


def test_equal_options_stay_as_given() -> None:
    even = {"carer": Heard(1, 1, 2)}
    assert [each.option for each in common_ground({"b": even, "a": even})] == ["b", "a"]


@given(counts)
def test_support_is_the_wilson_interval_worked_out(heard: Heard) -> None:
    (ground,) = common_ground({"tea": {"carer": heard}})
    if heard.seen:
        z = 1.6448536
        share, seen = heard.agree / heard.seen, heard.seen
        lower = (
            share
            + z * z / (2 * seen)
            - z * sqrt(share * (1 - share) / seen + z * z / (4 * seen * seen))
        ) / (1 + z * z / seen)
        if abs(lower - 0.5) > 1e-6:
            assert ground.supported_by_all == (lower >= 0.5)


@given(counts, counts)
def test_one_more_agreement_never_harms(one: Heard, other: Heard) -> None:
    (before,) = common_ground({"tea": {"carer": one, "provider": other}})
    more = Heard(one.agree + 1, one.disagree, one.seen + 1)
    (after,) = common_ground({"tea": {"carer": more, "provider": other}})
    assert after.score >= before.score
    assert after.group_aware >= before.group_aware
    assert "carer" not in after.blocked_by or "carer" in before.blocked_by


@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(
            st.tuples(
                st.sampled_from("abc"),
                st.lists(
                    st.sampled_from([0, AGREE, DISAGREE, PASS]), min_size=width, max_size=width
                ),
            ),
            min_size=1,
            max_size=12,
        )
    )
)
def test_rows_are_tallied_as_one_would_by_hand(rows: list[tuple[str, list[int]]]) -> None:
    options = [str(n) for n in range(len(rows[0][1]))]
    found = tally(options, ((group, bytes(votes)) for group, votes in rows))
    for n, option in enumerate(options):
        assert list(found[option]) == sorted({group for group, _votes in rows})
        for group, heard in found[option].items():
            votes = [each[n] for who, each in rows if who == group]
            assert heard == Heard(
                votes.count(AGREE), votes.count(DISAGREE), len(votes) - votes.count(0)
            )


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="one for each option"):
        tally(["a", "b"], [("carer", b"\1")])
    assert tally(["a"], []) == {"a": {}}
    assert common_ground({"a": {}})[0].score == 0
