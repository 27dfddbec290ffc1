"""Reads PrefLib's ranked files, .soc, .soi, .toc and .toi, in their form of 2022 (preflib.org)."""

import re

from codesign.counting.ballots import BadBallots, Ballot, Ballots, Level, Option

_NAME = re.compile(r"#\s*ALTERNATIVE NAME (\d+):(.*)", re.IGNORECASE)
_LEVEL = re.compile(r"\s*(?:\{([\d\s,]*)\}|(\d+))\s*(?:,|$)")


def read(text: str, *, seats: int | None = None) -> Ballots:
    """For one winner unless `seats` says more. Options go by their names. Raises BadBallots."""
    names: dict[str, str] = {}
    ballots: list[Ballot] = []
    for line, words in enumerate(text.splitlines(), 1):
        if found := _NAME.match(words):
            names[found[1]] = _free(found[2].strip() or found[1], names)
        elif words.strip() and not words.startswith("#"):
            number, _colon, order = words.partition(":")
            if not number.strip().isdecimal():
                raise BadBallots(f"Line {line} should be: a number of ballots, a colon, an order.")
            if int(number):
                ballots.append(Ballot(_order(order, names, line), int(number)))
    if not names:
        raise BadBallots("The file names no options: lines such as '# ALTERNATIVE NAME 1: Tea'.")
    return Ballots(
        method="rank_several" if seats and seats > 1 else "rank_one",
        options=tuple(Option(name) for name in names.values()),
        ballots=tuple(ballots),
        seats=seats or 1,
    )


def _free(name: str, names: dict[str, str]) -> str:
    return name if name not in names.values() else f"{name} ({len(names) + 1})"


def _order(order: str, names: dict[str, str], line: int) -> tuple[Level, ...]:
    levels: list[Level] = []
    at = 0
    while order[at:].strip():
        found = _LEVEL.match(order, at)
        if not found:
            raise BadBallots(f"Line {line} is not an order such as 2,1,{{3,4}}.")
        at = found.end()
        try:
            if found[2]:
                levels.append(names[found[2]])
            elif several := tuple(
                names[each.strip()] for each in found[1].split(",") if each.strip()
            ):
                levels.append(several if len(several) > 1 else several[0])
        except KeyError as unknown:
            raise BadBallots(f"Line {line} ranks option {unknown}, which has no name.") from None
    return tuple(levels)
