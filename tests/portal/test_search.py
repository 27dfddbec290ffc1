"""Search as such: which words are looked for, and how much two texts share."""

import pytest

from portal import search


def test_words_of_leaves_out_what_stands_everywhere_and_takes_each_once() -> None:
    assert search.words_of("The break, the BREAK and a café!") == ["break", "café"]
    assert search.words_of("a & | ! : * ' \" ( ) -") == []
    assert len(search.words_of(" ".join(f"word{n}" for n in range(50)))) == search.LONGEST


@pytest.mark.parametrize(
    ("words", "text", "share"),
    [
        ("longer breaks", "A break that is longer", 1.0),
        ("longer breaks", "A break", 0.5),
        ("activities", "An activity", 1.0),
        ("cafe", "Café", 1.0),
        ("parking", "parked", 1.0),
        ("tea", "team", 0.0),
        ("swimming", "A café", 0.0),
        ("", "A café", 0.0),
        ("the of and", "the of and", 0.0),
    ],
)
def test_shared_says_how_much_of_the_words_a_text_has(words: str, text: str, share: float) -> None:
    assert search.shared(words, text) == share
