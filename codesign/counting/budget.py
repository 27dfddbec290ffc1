"""Spending together: Equal Shares, so that everybody decides about the same amount of money."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from codesign.counting import greedy
from codesign.counting.ballots import BadBallots, Ballots, known, ticks
from codesign.counting.equal_shares import Bought, Project, TooClose, buy
from codesign.counting.results import Result, Round, Standing, Tie

VARIANT = "equal-shares-add1-1"
RULE = (
    "Method of Equal Shares with cost utilities: everybody who ticked anything gets the budget "
    "divided by their number, rounded down; the option with the most effective votes (its cost "
    "divided by the most that one of those who ticked it has to pay) is bought again and again; "
    "everybody's money is raised by 1 and all is counted afresh for as long as the whole stays "
    "within the budget, even when nothing more could be added; what is left goes to the most votes "
    "first, as long as it lasts; ties go to the lower cost, then more votes, then a lot drawn "
    "before counting."
)


def count(ballots: Ballots) -> Result:
    """With `shares` each role's voters decide about that part of the budget. Raises BadBallots."""
    return _Count(ballots).result()


class _Count:
    """Money is counted in whole numbers: in `unit` parts of one, if a cost has such parts."""

    def __init__(self, ballots: Ballots) -> None:
        self.ballots = ballots
        self.cost = greedy.costs(ballots)
        self.unit = lcm(
            Fraction(ballots.budget).denominator,
            *(Fraction(cost).denominator for cost in self.cost.values()),
        )
        self.budget = int(ballots.budget * self.unit)
        self.roles: list[str] = []  # of each voter
        supporters: dict[str, list[int]] = {option: [] for option in ballots.ids}
        for ballot in ballots.ballots:
            chosen = ticks(ballot.choice)
            known(ballots, chosen)
            if not chosen:
                continue
            voters = range(len(self.roles), len(self.roles) + ballot.number)
            self.roles.extend([ballot.role] * ballot.number)
            for option in chosen:
                supporters[option].extend(voters)
        self.votes = Counter({option: len(each) for option, each in supporters.items()})
        self.projects = [
            Project(option, cost, tuple(each), (cost, -len(each), ballots.place[option]))
            for option, each in supporters.items()
            if each and (cost := int(self.cost[option] * self.unit)) <= self.budget
        ]
        self.people = Counter(self.roles)
        self.shares = self._shares()

    def _shares(self) -> Mapping[str, Fraction]:
        """Of the budget, by role; the share of a role in which nobody voted goes to the others."""
        if not self.ballots.shares:
            return {}
        unknown = sorted(set(self.people) - set(self.ballots.shares))
        if unknown:
            raise BadBallots(f"There is no share of the budget for {unknown[0] or 'no role'!r}.")
        whole = sum(Fraction(self.ballots.shares[role]) for role in self.people)
        if self.people and not whole:
            raise BadBallots("The roles that voted have no share of the budget.")
        return {role: Fraction(self.ballots.shares[role]) / whole for role in self.people}

    def money(self, raised: int) -> list[int]:
        """What each voter holds after everybody's money was raised so many times."""
        number = len(self.roles)
        total = Fraction(self.budget, self.unit) + raised * number
        if not self.shares:
            return [int(total / number) * self.unit] * number
        each = {
            role: int(total * share / self.people[role]) * self.unit
            for role, share in self.shares.items()
        }
        return [each[role] for role in self.roles]

    def result(self) -> Result:
        raised, bought = self._within_budget()
        rounds, left = [], Fraction(self.budget, self.unit)
        for each in bought:
            left -= self.cost[each.project.option]
            rounds.append(self._round(each, left))
        chosen = {each.option for each in rounds}
        ordered = sorted(
            (option for option in self.ballots.ids if option not in chosen),
            key=lambda o: (-self.votes[o], self.cost[o], self.ballots.place[o]),
        )
        wanted = (option for option in ordered if self.votes[option])
        rounds.extend(greedy.as_money_lasts(wanted, self.cost, left, "taken with what was left"))
        winners = tuple(each.option for each in rounds)
        return Result(
            method="budget",
            variant=VARIANT,
            rule=RULE,
            options=self.ballots.ids,
            ballots=self.ballots.cast,
            winners=winners,
            standings=tuple(
                Standing(option, self.votes[option], {"cost": self.cost[option]})
                for option in (*winners, *(each for each in ordered if each not in winners))
            ),
            rounds=tuple(rounds),
            ties=tuple(self._tie(each) for each in bought if each.tied),
            cost=sum(self.cost[option] for option in winners),
            facts={"budget": self.ballots.budget, "raised": raised, **self._held(raised)},
            beside=greedy.by_votes(self.ballots, self.votes),
        )

    def _within_budget(self) -> tuple[int, list[Bought]]:
        """The last round of raising before the first that would cost too much, counted exactly."""
        if not self.projects:
            return 0, []
        raised, bought = 0, self._quickly(0)
        while len(bought) < len(self.projects):
            bought = self._quickly(raised + 1)
            if sum(each.project.cost for each in bought) > self.budget:
                break
            raised += 1
        return raised, buy(self.projects, self.money(raised), exact=True)

    def _quickly(self, raised: int) -> list[Bought]:
        money = self.money(raised)
        try:
            return buy(self.projects, money, exact=False)
        except TooClose:
            return buy(self.projects, money, exact=True)

    def _round(self, each: Bought, left: Fraction) -> Round:
        option = each.project.option
        return Round(
            "bought",
            option,
            chosen=(option,),
            figures={
                "cost": self.cost[option],
                "effective_votes": each.votes,
                "most_paid": Fraction(each.paid) / self.unit,
                "left": left,
            },
        )

    def _tie(self, each: Bought) -> Tie:
        ranks = {project.option: project.rank for project in self.projects}
        first, second = ranks[each.tied[0]], ranks[each.tied[1]]
        by = next(n for n in range(3) if first[n] != second[n])
        return Tie(each.tied, each.tied[0], ("lower cost", "more votes", "lot")[by])

    def _held(self, raised: int) -> Mapping[str, int]:
        """What one voter held in the end, by role if roles have shares."""
        if not self.roles:
            return {}
        held: Sequence[int] = self.money(raised)
        if not self.shares:
            return {"each": held[0] // self.unit}
        return {f"each_{role}": held[self.roles.index(role)] // self.unit for role in self.shares}
