"""Codes of paper voting cards: what is printed on one, and how it is read when typed. Pure.

Sixteen of the letters of join codes, in groups of four: 71 bits, so that nobody guesses a card.
"""

import hashlib

from codesign.phrases import CODE_LETTERS

LENGTH = 16
GROUP = 4


def code_from(seed: bytes) -> str:
    """The code that 16 or more random bytes stand for, such as `K7FM-2XPD-99QT-C4HW`."""
    number = int.from_bytes(seed)
    letters = ""
    for _each in range(LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def as_printed(typed: str) -> str:
    """A typed code as it stands on its card; empty for what cannot be a code.

    Case, and whatever is no letter or digit, do not matter.
    """
    letters = "".join(each for each in typed.upper() if each.isalnum())
    if len(letters) != LENGTH or not set(letters) <= set(CODE_LETTERS):
        return ""
    return _grouped(letters)


def hash_of(typed: str) -> str:
    """What a typed code is looked up by: SHA-256 as hex; empty for what cannot be a code."""
    code = as_printed(typed)
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest() if code else ""
