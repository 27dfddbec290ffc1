"""A record in which votes were held, as an export holds it."""

import json
from copy import deepcopy
from typing import Any

from codesign.counting import published
from codesign.counting.ballots import Ballot, Ballots, Option
from codesign.counting.methods import count
from portal import verify_record as vr
from tests.portal.exported import Record, lines

CHOICES: dict[str, list[Any]] = {
    "tick": [("1", "2"), ("1",), ("3",), ()],
    "dots": [{"1": 5, "2": 5}, {"2": 3}, {}, {"3": 1}],
    "score": [{"1": 4, "2": 5}, {"1": 3}, {"3": 1}, {}],
    "consent": ["agree", "agree", "disagree", "abstain"],
    "pairs": [(("1", "2"), ("1", "3")), (("3", "2"),), (), (("1", "3"),)],
    "rank_one": [("1", "2", "3"), ("2", "3", "1"), ("3", "1", "2"), ("2",)],
    "rank_several": [("1", "2"), ("1", "3"), ("2", "3"), ("3",)],
    "budget": [("1", "2"), ("1",), ("3",), ("2", "3")],
    "greedy": [("1", "2"), ("1",), ("3",), ("2", "3")],
}
NAMES = {"1": "A café", "2": "A walk", "3": "A song"}
ROLES = ("carer", "carer", "provider", "provider")


def votes_for(method: str, **settings: Any) -> Ballots:
    options = [Option(key, name, 5, f"proposal:{key}") for key, name in NAMES.items()]
    settings = {"budget": 10} | settings if method in ("budget", "greedy") else settings
    return Ballots(
        method,
        tuple(options[:1] if method == "consent" else options),
        tuple(Ballot(choice, code=f"{n:032x}") for n, choice in enumerate(CHOICES[method], 1)),
        lot=("1",) if method == "consent" else ("2", "3", "1"),
        seats=2 if method in ("tick", "dots", "rank_several") else 1,
        question="What comes first?",
        **settings,
    )


class Polls(Record):
    """A record in which votes were held; `polls` are their published files, by reference."""

    def __init__(self) -> None:
        super().__init__(size=2, checkpoints=(), erased=())
        self.polls: dict[str, dict[str, Any]] = {}
        self.withheld: list[dict[str, Any]] = []

    def tell(self, kind: str, ballot: str, public: dict[str, Any], words: Any = None) -> None:
        self.act(len(self.acts) + 1, kind, public)
        self.acts[-1]["subject"] = ballot
        if words is not None:
            self.words[len(self.acts)] = (bytes([len(self.acts)]) * 32, words)

    def open(self, ballot: str, ballots: Ballots, *, roll: int = 10, ends: int = 20) -> None:
        file = {**published.write(ballots), "ballot": ballot}
        self.polls[ballot] = file
        told = ("method", "variant", "options", "lot", "seats", "budget", "shares", "quorum")
        public = deepcopy(
            {key: file[key] for key in (*told, "quorums", "pass_share") if key in file}
        )
        times = {
            "opens_at": "2025-01-01T09:00:00+00:00",
            "closes_at": f"2025-01-{ends:02}T09:00:00+00:00",
        }
        words = deepcopy({key: file[key] for key in ("question", "names", "rule")})
        self.tell("ballot_opened", ballot, {**public, **times, "roll": roll}, words)

    def close(self, ballot: str, *, early: bool = True) -> None:
        file = self.polls[ballot]
        result = count(published.read(json.dumps(file)))
        self.tell(
            "ballot_closed",
            ballot,
            {
                "ballots": vr.ballots_hash(file),
                "cast": result.ballots,
                "winners": list(result.winners),
                "order": [each.option for each in result.standings],
                "early": early,
            },
        )

    def public(self, kind: str, ballot: str = "ballot:7") -> dict[str, Any]:
        """What the record says of one act, to be changed before the record is written."""
        return next(
            act["public"] for act in self.acts if (act["kind"], act["subject"]) == (kind, ballot)
        )

    def export(self) -> dict[str, bytes]:
        self.checkpoint_sizes = [len(self.acts)]
        files: dict[str, bytes] = super().export()
        for ballot, file in self.polls.items():
            files[vr.ballot_file(ballot)] = vr.canonical(file) + b"\n"
        if self.withheld:
            files["withheld.jsonl"] = lines(map(vr.canonical, self.withheld))
        return files


def held(method: str, ballot: str = "ballot:7", **settings: Any) -> Polls:
    polls = Polls()
    polls.open(ballot, votes_for(method, **settings))
    polls.close(ballot)
    return polls


def problems(polls: Polls | dict[str, bytes]) -> list[str]:
    found: list[str] = vr.verify(polls if isinstance(polls, dict) else polls.export()).problems
    return found


def edited(polls: Polls, change: Any, ballot: str = "ballot:7") -> dict[str, bytes]:
    """An export in which somebody edited a file of votes and nothing else."""
    tampered = deepcopy(polls)
    change(tampered.polls[ballot])
    return tampered.export()
