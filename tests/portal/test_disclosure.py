import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.disclosure import Certainty, Count, Gated, shown, table

CASES = json.loads((Path(__file__).parents[1] / "data/sdc/sdc_cases.json").read_text())["cases"]


def values(counts):
    return [count.value for count in counts]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["rows"]))
def test_table_matches_the_published_cases(case):
    gated, expected = table(case["rows"]), case["hes_rounded"]
    assert [values(row) for row in gated.cells] == expected["cells"]
    assert values(gated.row_totals) == expected["row_totals"]
    assert values(gated.col_totals) == expected["col_totals"]
    assert gated.total.value == expected["total"]


@pytest.mark.parametrize(
    ("n", "value", "words"),
    [
        (0, 0, "none"),
        (1, None, "fewer than 8"),
        (7, None, "fewer than 8"),
        (8, 10, "about 10"),
        (12, 10, "about 10"),
        (13, 15, "about 15"),
        (17, 15, "about 15"),
        (18, 20, "about 20"),
        (1_000_002, 1_000_000, "about 1000000"),
    ],
)
def test_shown_hides_one_to_seven_and_rounds_the_rest_to_five(n, value, words):
    count = shown(n)
    assert (count.value, count.words, str(count)) == (value, words, words)


@pytest.mark.parametrize(("n", "words"), [(0, "none"), (1, "1"), (14, "14")])
def test_shown_exact_is_the_true_count(n, words):
    count = shown(n, exact=True)
    assert (count.value, count.words) == (n, words)


@given(st.integers(8, 10**6))
def test_shown_is_the_nearest_five(n):
    count = shown(n)
    assert count.value % 5 == 0
    assert abs(count.value - n) <= 2


def test_all_hidden_counts_are_alike_and_keep_no_trace_of_the_true_one():
    hidden = {shown(n) for n in range(1, 8)}
    assert hidden == {Count(None, Certainty.HIDDEN)}
    assert {repr(shown(n)) for n in range(13, 18)} == {repr(shown(15))}


@pytest.mark.parametrize("n", [-1, 2.0, True, None, "8"])
def test_shown_refuses_what_is_no_count(n):
    with pytest.raises(ValueError, match="not a count of people"):
        shown(n)


def test_a_caller_can_put_the_number_into_its_own_language():
    welsh = {Certainty.HIDDEN: "llai nag {smallest}", Certainty.ABOUT: "tua {value}"}
    assert [n.worded(welsh[n.certainty]) for n in (shown(3), shown(14))] == [
        "llai nag 8",
        "tua 15",
    ]


def test_table_with_exact_shows_true_cells_and_totals():
    gated = table([[1, 2], [3, 40]], exact=True)
    assert [values(row) for row in gated.cells] == [[1, 2], [3, 40]]
    assert (values(gated.row_totals), values(gated.col_totals)) == ([3, 43], [4, 42])
    assert gated.total.value == 46


def test_table_without_rows_is_empty():
    assert table([]) == Gated((), (), (), shown(0))


def test_table_refuses_uneven_rows_and_a_third_dimension():
    assert table([[9, 9], [9, 9]]).total.value == 35
    with pytest.raises(ValueError, match="differ in length"):
        table([[9, 9], [9]])
    with pytest.raises(ValueError, match="not a count of people"):
        table([[[9], [9]]])
