"""Equal Shares for given amounts of money: who pays for what, in which order.

Everybody holds some money. An option can be bought if those who ticked it can pay for it together,
each paying the same, or all they have if that is less. Of these options the one is bought whose
cost divided by the largest payment is greatest (its "effective votes": if all can pay the same,
simply the number who ticked it), and so on until nothing can be bought.

Effective votes are compared as floats first, because that is quick. Where two come so close that
rounding could decide, the comparison is not trusted: `TooClose` sends the caller to exact counting,
in whole numbers of a part of money fine enough that every payment is whole.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import gcd
from operator import itemgetter
from typing import Any

CLOSE = 1e-7  # floats are good to 1e-15; a chain of payments may lose some of that, never this much


class TooClose(Exception):
    """Rounding could decide here."""


@dataclass(frozen=True)
class Project:
    """An option that at least one person ticked. `rank` orders those that are otherwise equal."""

    option: str
    cost: int
    supporters: tuple[int, ...]
    rank: tuple[int, ...]

    @cached_property
    def held(self) -> Callable[[Sequence[Any]], Sequence[Any]]:
        """Picks what its supporters hold from what all voters hold."""
        first = self.supporters[0]
        # Of a single place itemgetter would give the bare value.
        return itemgetter(*self.supporters) if len(self.supporters) > 1 else lambda m: (m[first],)


@dataclass(frozen=True)
class Bought:
    """An option, its effective votes, the most that anyone paid, and with whom it was tied."""

    project: Project
    votes: Any
    paid: Any
    tied: tuple[str, ...] = ()


@dataclass
class _Offer:
    votes: Any  # effective votes, or no less than they are
    owed: Any = 0  # what those pay together who pay the same …
    among: int = 1  # … and how many they are


class Purse:
    """What each voter holds. With `exact`, in whole numbers of which `scale` make one."""

    def __init__(self, money: Sequence[int], *, exact: bool) -> None:
        self.exact = exact
        self.scale = 1
        self.money: list[Any] = list(money) if exact else [float(each) for each in money]
        self.slack: Any = 0 if exact else CLOSE

    def offer(self, project: Project, enough: Any) -> _Offer | None:
        """What its supporters can do for it now; None if they cannot pay. Raises TooClose.

        An offer of fewer effective votes than `enough` may stop at "no more than so many".
        """
        held = list(filter(None, project.held(self.money)))
        cost = project.cost * self.scale
        total = sum(held)
        if total < cost * (1 - self.slack):
            return None
        if total < cost * (1 + self.slack):
            raise TooClose
        if len(held) < enough * (1 - self.slack):
            return _Offer(len(held))
        if min(held) * len(held) >= cost * (1 + self.slack):
            # Whether somebody has nothing left at all is, in floats, not beyond doubt.
            sure = self.exact or len(held) == len(project.supporters)
            return _Offer(len(held) if sure else float(len(held)), cost, len(held))
        ordered = sorted(held)
        up_to = list(accumulate(ordered, initial=0))
        poor, owed, among = 0, cost, len(held)
        while True:  # those who hold less than the payment give all they have, and so it rises
            payment = -(-owed // among) if self.exact else owed / among
            less = bisect_left(ordered, payment)
            if less == poor:
                break
            poor, owed, among = less, cost - up_to[less], len(held) - less
        votes = Fraction(cost * among, owed) if self.exact else cost * among / owed
        return _Offer(votes, owed, among)

    def pay(self, project: Project, offer: _Offer) -> Any:
        """Take the payment from everybody who supports it, and say how much it was."""
        if self.exact:
            finer = offer.among // gcd(offer.owed, offer.among)
            if finer > 1:
                self.scale *= finer
                self.money = [each * finer for each in self.money]
            payment = offer.owed * finer // offer.among
        else:
            payment = offer.owed / offer.among
        money = self.money
        for voter in project.supporters:
            left = money[voter] - payment
            money[voter] = left if left > 0 else 0
        return Fraction(payment, self.scale) if self.exact else payment


def buy(projects: Sequence[Project], money: Sequence[int], *, exact: bool) -> list[Bought]:
    """What is bought, in order. Without `exact` it raises TooClose where rounding could decide."""
    purse = Purse(money, exact=exact)
    # Effective votes of each project: before it is asked, no less than they can be.
    votes: list[Any] = [len(each.supporters) for each in projects]
    left = list(range(len(projects)))
    bought: list[Bought] = []
    while True:
        best: list[tuple[int, _Offer]] = []
        most: Any = 0
        left.sort(key=votes.__getitem__, reverse=True)
        gone = set()
        for n in left:
            # Money only ever gets less, and so do effective votes: the rest cannot be better.
            if best and votes[n] < most * (1 - purse.slack):
                break
            offer = purse.offer(projects[n], most)
            if offer is None:
                gone.add(n)
                continue
            votes[n] = offer.votes
            if best and _equal(offer.votes, most, purse):
                best.append((n, offer))
            elif offer.votes > most:
                best, most = [(n, offer)], offer.votes
        if not best:
            return bought
        best.sort(key=lambda each: projects[each[0]].rank)
        (first, offer), project = best[0], projects[best[0][0]]
        left = [n for n in left if n != first and n not in gone]
        tied = tuple(projects[n].option for n, _offer in best) if len(best) > 1 else ()
        bought.append(Bought(project, offer.votes, purse.pay(project, offer), tied))


def _equal(one: Any, other: Any, purse: Purse) -> bool:
    """Whether they are equal. Raises TooClose for floats that may or may not be."""
    if purse.exact or (isinstance(one, int) and isinstance(other, int)):
        return bool(one == other)
    if abs(one - other) <= purse.slack * other:
        raise TooClose
    return False
