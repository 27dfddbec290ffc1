"""Reads the CSV files in which ballots of Scottish council wards are collected.

The first line says how many candidates and places there are; then lines of a number of ballots and
their candidates from the best down; then the candidates' names and parties; the ward's name last.
"""

import csv
import io

from codesign.counting.ballots import BadBallots, Ballot, Ballots, Option


def read(text: str, *, seats: int | None = None) -> Ballots:
    """Raises BadBallots."""
    rows = [_filled(row) for row in csv.reader(io.StringIO(text, newline=""))]
    rows = [row for row in rows if row]
    if not rows or len(rows[0]) != 2 or not all(each.isdecimal() for each in rows[0]):
        raise BadBallots("The first line should say how many candidates and how many places.")
    candidates, places = (int(each) for each in rows[0])
    names = [row[1] for row in rows if row[0].startswith("Candidate ") and len(row) > 1]
    if len(names) != candidates:
        raise BadBallots(f"There should be {candidates} candidates, and {len(names)} are named.")
    if len(set(names)) != len(names):
        names = [f"{name} ({number})" for number, name in enumerate(names, 1)]
    ballots = []
    for row in rows[1:]:
        if not row[0].isdecimal():
            break
        if not all(each.isdecimal() and 1 <= int(each) <= candidates for each in row[1:]):
            raise BadBallots(f"A line ranks somebody who is not a candidate: {','.join(row)}.")
        if int(row[0]):
            ballots.append(Ballot(tuple(names[int(each) - 1] for each in row[1:]), int(row[0])))
    return Ballots(
        method="rank_several",
        options=tuple(Option(name) for name in names),
        ballots=tuple(ballots),
        seats=seats or places,
    )


def _filled(row: list[str]) -> list[str]:
    """Without the empty cell after each line's last comma."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells
