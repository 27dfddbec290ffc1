"""Words in brief: cut between words, on one line, never longer than asked."""

import pytest

from portal.brief import in_brief


@pytest.mark.parametrize(
    ("words", "brief"),
    [
        ("Tea on Sundays", "Tea on Sundays"),
        ("Tea  on\nSundays", "Tea on Sundays"),
        ("Tea on every Sunday of the year", "Tea on every Sunday…"),
        ("Teatimeseverysundayoftheyear", "Teatimeseverysundayo…"),
        ("", ""),
    ],
)
def test_in_brief_is_cut_between_words(words: str, brief: str) -> None:
    assert in_brief(words, 21) == brief
