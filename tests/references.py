"""Count votes whose outcome is known, and say how many agree. `make references DATA=…`

The folder holds ballots of real votes, with what was published about them or worked out by others,
in expected.json. Ends with 1 if anything disagrees, and with 0 if the folder is not there.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from codesign.counting import files
from codesign.counting.ballots import ticks
from codesign.counting.common_ground import common_ground, tally
from codesign.counting.methods import count

Checks = Iterator[tuple[str, Any, Any]]  # what is compared, what was found, what is known


def scottish_stv(folder: Path) -> Iterable[tuple[str, Checks]]:
    for name, known in _expected(folder)["wards"].items():
        yield name, _ward(folder / f"{name}.csv", known)


def _ward(file: Path, known: dict[str, Any]) -> Checks:
    result = count(files.ballots(file))
    yield "seats", result.facts["seats"], known["seats"]
    yield "valid ballots", result.facts["valid"], known["valid"]
    yield "quota", result.facts["quota"], known["quota"]
    yield "first choices", dict(result.rounds[0].votes), known["first_preferences"]
    yield "elected, in order", list(result.winners), known["computed_elected"]


def pabulib(folder: Path) -> Iterable[tuple[str, Checks]]:
    for name, known in _expected(folder)["files"].items():
        yield name, _budget(folder / name, known)


def _budget(file: Path, known: dict[str, Any]) -> Checks:
    ballots = files.ballots(file)
    result = count(ballots)
    yield "budget", ballots.budget, known["budget"]
    yield "voters", result.ballots, known["voters"]
    yield "funded", sorted(result.winners), known["official_selected"]
    yield "cost", result.cost, known["official_cost"]
    if "recomputed" in known and result.beside:
        chosen = [
            len({*ticks(each.choice)}.intersection(result.winners)) for each in ballots.ballots
        ]
        without = round(100 * chosen.count(0) / len(chosen), 1)
        mean = round(sum(chosen) / len(chosen), 3)
        yield (
            "who chose none of them",
            [without, mean],
            known["recomputed"]["mes_no_winner_pct,mean"],
        )
        greedy = sorted(result.beside.winners)
        yield "funded by plain greedy", greedy, known["recomputed"]["greedy_selected"]


def preflib(folder: Path) -> Iterable[tuple[str, Checks]]:
    for name, known in _expected(folder)["elections"].items():
        yield name, _ranked(folder / name, known)


def _ranked(file: Path, known: dict[str, Any]) -> Checks:
    result = count(files.ballots(file))
    yield "ballots", result.ballots, known["ballots"]
    yield "pairwise table", [list(row) for row in result.pairwise], known["pairwise_unranked_last"]
    yield "winner by Schulze's rule", list(result.winners), known["schulze"]
    beats_all = list(result.winners) if result.facts["beats_every_other"] else []
    yield "beats every other", beats_all, known["condorcet"]
    if "seats" in known:
        several = count(files.ballots(file, seats=known["seats"]))
        elected = [_without_party(each, known["official_elected"]) for each in several.winners]
        yield "elected", sorted(elected), sorted(known["official_elected"])
    elif official := known.get("official_winner"):
        # One place by the single transferable vote is what "IRV" names.
        (winner,) = count(files.ballots(file, method="rank_several", seats=1)).winners
        yield "winner by transfers", f"{winner} (IRV)", official


def _without_party(name: str, known: list[str]) -> str:
    return next((each for each in known if name.startswith(each)), name)


def polis_open(folder: Path) -> Iterable[tuple[str, Checks]]:
    for name, known in _expected(folder)["conversations"].items():
        yield name, _conversation(folder / name / "participants-votes.csv", known)


def _conversation(file: Path, known: dict[str, Any]) -> Checks:
    statements, rows = files.agreement(file)
    sizes: dict[str, int] = {}
    for group, _votes in rows:
        sizes[group] = sizes.get(group, 0) + 1
    yield "statements", len(statements), known["statements"]
    yield "sizes of groups", sizes, known["published_group_sizes"]
    best = sorted(common_ground(tally(statements, rows)), key=lambda each: -each.group_aware)[:10]
    order = [int(each.option) for each in best]
    yield "group-aware order", order, known["computed_top10_group_aware_consensus_tids"]
    figures = [round(each.group_aware, 6) for each in best]
    yield "group-aware figures", figures, known["computed_gac_top10"]


def _expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


FOLDERS: dict[str, Callable[[Path], Iterable[tuple[str, Checks]]]] = {
    "scottish-stv": scottish_stv,
    "pabulib": pabulib,
    "preflib": preflib,
    "polis-open": polis_open,
}


def main(data: Path) -> int:
    """Compare everything in `data`; 1 if anything disagrees, or else 0."""
    if not any((data / name).is_dir() for name in FOLDERS):
        print(f"Nothing was compared: there are no votes with known outcomes in {data}.")
        return 0
    wrong = 0
    for name, votes in FOLDERS.items():
        if not (data / name).is_dir():
            print(f"{name}: not there, not compared.")
            continue
        agreeing = total = compared = 0
        for vote, checks in votes(data / name):
            total += 1
            differing = []
            for what, found, known in checks:
                compared += 1
                if found != known:
                    differing.append(f"  {vote}: {what}: {found!r}, known: {known!r}")
            agreeing += not differing
            print("\n".join(differing), end="\n" if differing else "")
        print(f"{name}: {agreeing} of {total} votes agree ({compared} figures compared).")
        wrong += total - agreeing
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")))
