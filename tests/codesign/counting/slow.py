"""The rules once more, as plainly as they can be written, to check the quick ones by."""

from fractions import Fraction
from itertools import pairwise, permutations

from codesign.counting.ballots import Ballot, Ballots


def people(ballots: Ballots) -> list[Ballot]:
    return [
        Ballot(each.choice, role=each.role) for each in ballots.ballots for _n in range(each.number)
    ]


def prefers(paper: tuple, one: str, other: str) -> bool:
    def place(option: str) -> int:
        for n, level in enumerate(paper):
            if option == level or (isinstance(level, tuple) and option in level):
                return n
        return len(paper)

    return place(one) < place(other)


def schulze(ballots: Ballots) -> tuple[dict, list[str]]:
    """The pairwise table, and all whom no other beats, by trying every path there is."""
    ids, papers = ballots.ids, [each.choice for each in people(ballots)]
    table = {(a, b): sum(prefers(p, a, b) for p in papers) for a in ids for b in ids}

    def strongest(a: str, b: str) -> int:
        others = [each for each in ids if each not in (a, b)]
        best = 0
        for size in range(len(others) + 1):
            for between in permutations(others, size):
                path = (a, *between, b)
                links = [table[x, y] if table[x, y] > table[y, x] else 0 for x, y in pairwise(path)]
                best = max(best, min(links))
        return best

    unbeaten = [a for a in ids if all(strongest(a, b) >= strongest(b, a) for b in ids if a != b)]
    return table, unbeaten


def scottish(ballots: Ballots) -> list[str]:
    """Rules 45 to 52, paper by paper, in fractions."""
    papers = [list(each.choice) for each in people(ballots) if each.choice]
    if not papers:
        return []
    luck = {option: place for place, option in enumerate(ballots.lot)}
    quota = len(papers) // (ballots.seats + 1) + 1
    pile = {option: [(p, Fraction(1)) for p in papers if p[0] == option] for option in ballots.ids}
    credit = {option: Fraction(len(pile[option])) for option in ballots.ids}
    going, elected, surplus, stages = list(ballots.ids), [], [], []

    def first_of(options: list[str], sign: int) -> str:
        tied = list(options)
        for stage in [credit, *reversed(stages)]:
            best = max(sign * stage[o] for o in tied)
            tied = [o for o in tied if sign * stage[o] == best]
        return min(tied, key=lambda o: sign * luck[o])

    def give(option: str, factor) -> None:
        for paper, value in pile[option]:
            for to in paper[paper.index(option) + 1 :]:
                if to in going:
                    new = factor(value)
                    pile[to].append((paper, new))
                    credit[to] += new
                    break
        pile[option] = []

    def elect(options: list[str]) -> None:
        for _n in range(len(options)):
            option = first_of(options, 1)
            options.remove(option)
            going.remove(option)
            elected.append(option)
            if credit[option] > quota:
                surplus.append(option)

    while True:
        stages.append(dict(credit))
        elect([o for o in going if credit[o] >= quota])
        if len(elected) < ballots.seats and len(going) <= ballots.seats - len(elected):
            elect(list(going))
        if len(elected) >= ballots.seats or not going:
            return elected
        if surplus:
            option = first_of(surplus, 1)
            surplus.remove(option)
            total, over = credit[option], credit[option] - quota
            give(option, lambda v, s=over, t=total: Fraction(int(s * v / t * 100_000), 100_000))
            credit[option] = Fraction(quota)
        else:
            option = first_of(going, -1)
            going.remove(option)
            give(option, lambda value: value)
            credit[option] = Fraction(0)


def equal_shares(ballots: Ballots, money: list[Fraction]) -> list[str]:
    """One round of Equal Shares. `money` is what each person who ticked anything holds."""
    voters = [each for each in people(ballots) if each.choice]
    money, bought = list(money), []
    cost = {option.id: option.cost for option in ballots.options}
    while True:
        offers = []
        for place, option in enumerate(ballots.lot):
            fans = [n for n, each in enumerate(voters) if option in each.choice]
            if option in bought or not fans or cost[option] > ballots.budget:
                continue
            if sum(money[n] for n in fans) < cost[option]:
                continue
            poor: list[int] = []
            while True:
                rich = [n for n in fans if n not in poor]
                payment = (cost[option] - sum(money[n] for n in poor)) / Fraction(len(rich))
                more = [n for n in rich if money[n] < payment]
                if not more:
                    break
                poor += more
            offers.append(
                (-cost[option] / payment, cost[option], -len(fans), place, option, payment)
            )
        if not offers:
            return bought
        *_rest, option, payment = min(offers)
        bought.append(option)
        for n, each in enumerate(voters):
            if option in each.choice:
                money[n] = max(Fraction(0), money[n] - payment)


def budget(ballots: Ballots) -> list[str]:
    voters = [each for each in people(ballots) if each.choice]
    cost = {option.id: option.cost for option in ballots.options}
    votes = {option: sum(option in each.choice for each in voters) for option in ballots.ids}
    bought: list[str] = []
    can = [o for o in ballots.ids if votes[o] and cost[o] <= ballots.budget]
    if voters:
        each = ballots.budget // len(voters)
        bought = equal_shares(ballots, [Fraction(each)] * len(voters))
        while len(bought) < len(can):
            each += 1
            more = equal_shares(ballots, [Fraction(each)] * len(voters))
            if sum(cost[o] for o in more) > ballots.budget:
                break
            bought = more
    left = ballots.budget - sum(cost[o] for o in bought)
    for option in sorted(can, key=lambda o: (-votes[o], cost[o], ballots.lot.index(o))):
        if option not in bought and cost[option] <= left:
            bought.append(option)
            left -= cost[option]
    return bought
