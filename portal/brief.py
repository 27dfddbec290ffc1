"""The beginning of somebody's words, for a title or a line of a list."""

import textwrap

from django.utils.text import Truncator


def in_brief(words: str, most: int) -> str:
    """Their first words on one line of at most `most` characters, cut between two of them."""
    brief = textwrap.shorten(words, most, placeholder="…", break_on_hyphens=False)
    return Truncator(words).chars(most) if brief == "…" else brief  # one word without an end
