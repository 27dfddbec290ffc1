"""Hints for plainer words: what they find, and that they leave plain words alone."""

import pytest

from codesign.plain_words import LONGEST_SENTENCE, MOST_HINTS, Hint, hints_for


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "We will pay for four hours. It costs £12 a week, and the council pays.",
        "The commissioner and two participants met on 3 May at 2.30 p.m. in the hall.",
        "word " * LONGEST_SENTENCE,
        "一句没有英文的话。",
    ],
)
def test_plain_words_get_no_hint(plain: str) -> None:
    assert hints_for(plain) == []


def test_a_long_sentence_is_named_by_its_beginning_and_its_length() -> None:
    long = "We looked at every hall in the town " + "and then the next " * 5 + "again."
    assert hints_for(f"Short. {long} Short.") == [
        Hint("We looked at every hall in the town …", length=29)
    ]


def test_a_line_ends_a_sentence_so_lists_are_not_long() -> None:
    assert hints_for("\n".join(["one two three four five six seven"] * 9)) == []


def test_a_hard_word_gets_easier_ones_once_and_in_any_form() -> None:
    found = hints_for("Utilising it. In order to UTILISE it, we implemented nothing.")
    assert found == [
        Hint("Utilising", easier="use"),
        Hint("In order to", easier="to"),
        Hint("implemented", easier="carry out, do"),
    ]
    assert hints_for("The pre-implementation re-utilised") == []


def test_there_are_never_many_hints() -> None:
    every = "Ensure. Enhance. Whilst. Robust. Viable. Thereby. Procure. Rationale. Holistic."
    assert len(hints_for(every)) == MOST_HINTS
