"""Choosing a few by ranking: the single transferable vote, as Scotland's councils are elected."""

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction

from codesign.counting.ballots import Ballots, Level, Number, flat, known, ranking
from codesign.counting.results import Result, Round, Standing, Tie

VARIANT = "scottish-stv-1"
RULE = (
    "Single transferable vote by the Scottish Local Government Elections Order 2011, rules 45 to "
    "52: the quota is the ballots that rank anything, divided by one more than the places, rounded "
    "down, plus one; the largest surplus is passed on first, one at a time and on all the ballots "
    "of that option, each at surplus × its value ÷ votes, cut to five decimal places; then the "
    "lowest option is taken out, one at a time; ties go by the most recent round in which they "
    "were unequal, then by a lot drawn before counting."
)
ONE = 100_000  # a vote, in the smallest part that is counted
Paper = tuple[str, ...]


def count(ballots: Ballots) -> Result:
    """Where a voter put two on the same place, the ballot ends there. Raises BadBallots."""
    papers: Counter[Paper] = Counter()
    for ballot in ballots.ballots:
        levels = ranking(ballot.choice)
        known(ballots, flat(levels))
        papers[_until_unclear(levels)] += ballot.number
    papers.pop((), None)
    return _Count(ballots, papers).result()


def _until_unclear(levels: tuple[Level, ...]) -> Paper:
    clear: list[str] = []
    for level in levels:
        if not isinstance(level, str):
            if len(level) != 1:
                break
            (level,) = level
        clear.append(level)
    return tuple(clear)


class _Count:
    """A count under way. Votes and values are in parts of `ONE`."""

    def __init__(self, ballots: Ballots, papers: Counter[Paper]) -> None:
        self.ballots = ballots
        self.valid = sum(papers.values())
        self.quota = (self.valid // (ballots.seats + 1) + 1) * ONE
        self.votes = dict.fromkeys(ballots.ids, 0)
        self.continuing = set(ballots.ids)
        self.elected: list[str] = []
        self.surpluses: list[str] = []  # elected, and with votes above the quota to pass on
        self.lost = 0
        self.history: list[dict[str, int]] = []  # votes after each round
        self.rounds: list[Round] = []
        self.ties: list[Tie] = []
        # For each option its ballots: the ranking, the place it has reached, how many, their value.
        self.held: dict[str, list[tuple[Paper, int, int, int]]] = {
            option: [] for option in ballots.ids
        }
        for paper, number in papers.items():
            self.held[paper[0]].append((paper, 0, number, ONE))
            self.votes[paper[0]] += number * ONE

    def result(self) -> Result:
        if self.valid:
            self._close_round("first choices")
            while self._places() and self.continuing:
                if self.surpluses:
                    self._pass_on_surplus()
                else:
                    self._take_out_lowest()
        return Result(
            method="rank_several",
            variant=VARIANT,
            rule=RULE,
            options=self.ballots.ids,
            ballots=self.ballots.cast,
            winners=tuple(self.elected),
            standings=tuple(
                Standing(option, _votes(self.votes[option])) for option in self._final_order()
            ),
            rounds=tuple(self.rounds),
            ties=tuple(self.ties),
            facts={
                "seats": self.ballots.seats,
                "quota": self.quota // ONE,
                "valid": self.valid,
                "blank": self.ballots.cast - self.valid,
            },
        )

    def _final_order(self) -> list[str]:
        """Those elected, then those who remained, then those taken out, the last of them first."""
        out = [each.option for each in reversed(self.rounds) if each.act == "taken out"]
        left = sorted(self.continuing, key=lambda o: (-self.votes[o], self.ballots.place[o]))
        return [*self.elected, *left, *out]

    def _places(self) -> int:
        return self.ballots.seats - len(self.elected)

    def _pass_on_surplus(self) -> None:
        option = self._pick(self.surpluses, highest=True)
        self.surpluses.remove(option)
        total = self.votes[option]
        surplus = total - self.quota
        self.votes[option] = self.quota
        self._hand_on(option, surplus, lambda value: surplus * value // total)
        self._close_round("surplus", option)

    def _take_out_lowest(self) -> None:
        option = self._pick(self.continuing, highest=False)
        self.continuing.remove(option)
        total = self.votes[option]
        self.votes[option] = 0
        self._hand_on(option, total, lambda value: value)
        self._close_round("taken out", option)

    def _hand_on(self, option: str, total: int, worth: Callable[[int], int]) -> None:
        """Give an option's ballots to the next choice on each; what cannot be given is lost."""
        votes, held, continuing = self.votes, self.held, self.continuing
        worths: dict[int, int] = {}
        given = 0
        for paper, place, number, value in held[option]:
            new = worths.get(value)
            if new is None:
                new = worths[value] = worth(value)
            for at in range(place + 1, len(paper)):
                to = paper[at]
                if to in continuing:
                    held[to].append((paper, at, number, new))
                    votes[to] += number * new
                    given += number * new
                    break
        held[option] = []
        self.lost += total - given

    def _close_round(self, act: str, option: str = "") -> None:
        self.history.append(dict(self.votes))
        reached = [each for each in self.continuing if self.votes[each] >= self.quota]
        chosen = self._elect(reached)
        if 0 < len(self.continuing) <= self._places():
            chosen += self._elect(list(self.continuing))
        self.rounds.append(
            Round(
                act=act,
                option=option,
                votes={each: _votes(value) for each, value in self.votes.items()},
                chosen=tuple(chosen),
                figures={"not_passed_on": _votes(self.lost)},
            )
        )

    def _elect(self, reached: list[str]) -> list[str]:
        chosen = []
        while reached:
            option = self._pick(reached, highest=True)
            reached.remove(option)
            self.continuing.remove(option)
            self.elected.append(option)
            if self.votes[option] > self.quota:
                self.surpluses.append(option)
            chosen.append(option)
        return chosen

    def _pick(self, options: Iterable[str], *, highest: bool) -> str:
        """The option with most (or fewest) votes; a tie goes back round by round, then by lot."""
        tied = _those(options, self.votes, highest)
        if len(tied) == 1:
            return tied[0]
        among, settled_by = tuple(sorted(tied, key=self.ballots.place.__getitem__)), "lot"
        for before in reversed(self.history):
            tied = _those(tied, before, highest)
            if len(tied) == 1:
                settled_by = "an earlier round"
                break
        by_luck = sorted(tied, key=self.ballots.place.__getitem__)
        picked = by_luck[0] if highest else by_luck[-1]
        self.ties.append(Tie(among, picked, settled_by))
        return picked


def _those(options: Iterable[str], votes: dict[str, int], highest: bool) -> list[str]:
    listed = list(options)
    all_votes = [votes[option] for option in listed]
    wanted = max(all_votes) if highest else min(all_votes)
    return [option for option in listed if votes[option] == wanted]


def _votes(parts: int) -> Number:
    return parts // ONE if parts % ONE == 0 else Fraction(parts, ONE)
