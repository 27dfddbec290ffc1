"""Ballots for tests, made the long way: suggested, set up, opened, voted in, closed."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from codesign.enums import BallotMethod, Secrecy, StageKind
from codesign.models import Ballot, Proposal, Workspace
from codesign.operations import ballots, closing, proposals, votes
from codesign.queries.rolls import SMALLEST_SECRET
from portal import clock
from portal.enums import Role
from portal.models import Participant
from tests.world import World

TITLES = ("A café", "Longer breaks", "A choir", "A bus", "A garden", "A shed")
EVERYBODY = tuple(Role.values)


def new_code() -> str:
    """What a voting form would have carried."""
    return secrets.token_hex(16)


def a_space(world: World) -> Workspace:
    """One whose stage takes suggestions as well as ballots."""
    return world.open_workspace("What comes first?", StageKind.DEVELOP)


def suggestions(world: World, space: Workspace, number: int) -> list[Proposal]:
    made = []
    for title in TITLES[:number]:
        drafted = proposals.draft_proposal(
            workspace=space, title=title, why=f"{title}: it matters.", by=world.carer
        )
        made.append(proposals.open_proposal(proposal=drafted, by=world.carer))
    return made


def words(method: BallotMethod = BallotMethod.TICK, **more: Any) -> ballots.BallotWords:
    """Open to all roles, for a week from now, unless told."""
    now = clock.now()
    given: dict[str, Any] = {
        "question": "What comes first?",
        "about": "There is money for one.",
        "opens_at": now,
        "closes_at": now + timedelta(days=7),
        "roles": () if "cards" in more or "listed" in more else EVERYBODY,
        **more,
    }
    given.pop("listed", None)
    return ballots.BallotWords(method=method, **given)


def a_ballot(
    world: World,
    method: BallotMethod = BallotMethod.TICK,
    *,
    space: Workspace | None = None,
    options: int | None = None,
    costs: Sequence[int] = (),
    listed: Sequence[Participant] | None = None,
    **more: Any,
) -> Ballot:
    """A draft, with three options (one for consent) unless told; `more` as in BallotWords."""
    space = space or a_space(world)
    number = options or (1 if method == BallotMethod.CONSENT else 3)
    if method == BallotMethod.BUDGET:
        costs = costs or [400 + 100 * n for n in range(number)]
        more.setdefault("budget", 1000)
    if listed is not None:
        more["listed"] = listed
    return ballots.draft_ballot(
        workspace=space,
        words=words(method, **more),
        options=[
            ballots.OptionFor(each, costs[at] if costs else 0)
            for at, each in enumerate(suggestions(world, space, number))
        ],
        listed=listed or (),
        by=world.facilitator,
    )


def an_open_ballot(world: World, method: BallotMethod = BallotMethod.TICK, **more: Any) -> Ballot:
    drafted = a_ballot(world, method, **more)
    return ballots.open_ballot(ballot=drafted, by=world.facilitator)


def crowd(world: World, role: Role = Role.CARER, number: int = 8) -> list[Participant]:
    """More people of a role, each with an account."""
    return [world.person(role) for _each in range(number)]


def a_secret_ballot(
    world: World, method: BallotMethod = BallotMethod.TICK, **more: Any
) -> tuple[Ballot, list[Participant]]:
    """An open one whose roll is eight carers, listed; and these eight."""
    people = crowd(world)
    more = {"secrecy": Secrecy.SECRET, "listed": people, **more}
    return an_open_ballot(world, method, **more), people


def a_ballot_with_cards(
    world: World, cards: Mapping[str, int] | None = None, **more: Any
) -> Ballot:
    return an_open_ballot(
        world, secrecy=Secrecy.CARDS, cards=cards or {"carer": 8, "service_user": 4}, **more
    )


def voting(ballot: Ballot, choices: Iterable[tuple[Participant, Any]]) -> list[str]:
    """Each person's vote, in turn. Returns the receipts."""
    return [
        votes.cast_ballot(ballot=ballot, choice=choice, by=person, code=new_code())
        for person, choice in choices
    ]


def closed(world: World, ballot: Ballot, reason: str = "Everybody has voted.") -> Ballot:
    """The ballot, counted before its time; at its time where too few voted in secret for that."""
    few = ballot.is_secret and ballot.secret_votes.count() < SMALLEST_SECRET
    with clock.at(ballot.closes_at) if few else nullcontext():
        return closing.close_ballot(ballot=ballot, by=world.facilitator, reason=reason)


def a_closed_ballot(world: World, choices: Mapping[str, Any] | None = None, **more: Any) -> Ballot:
    """A named one; `choices` by the attribute of the world that names a person."""
    ballot = an_open_ballot(world, **more)
    chosen = choices or {"carer": ["1"], "service_user": ["1", "2"], "partner": ["3"]}
    voting(ballot, [(getattr(world, who), choice) for who, choice in chosen.items()])
    return closed(world, ballot)
