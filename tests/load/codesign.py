"""How large a workspace may grow: 50 proposals beside 10,000, their supports and comments.

    make load-codesign                             # PostgreSQL and Redis, as a large site:
                                                   # DATABASE_URL and REDIS_URL, or this machine's
    make load-codesign DATABASE_URL= REDIS_URL=    # SQLite alone, as a small one

Prints what each page and act takes, in database queries and milliseconds, as the median of some
rounds at one person, through the whole of the WSGI application; then 500 supports at once, and a
double click. It says which limits do not hold, and ends with 1 if there is one. It works in a
database of its own, which it makes and drops.
"""

import io
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode

if __name__ == "__main__":  # before any model is imported
    import django

    os.environ["PORTAL_MODE"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.conf import settings
from django.db import connection
from django.urls import reverse

from codesign.enums import CommentKind, ProposalKind, ProposalStatus
from codesign.models import (
    Comment,
    Proposal,
    ProposalVersion,
    ServiceFeature,
    Support,
    TakingPart,
    Workspace,
)
from codesign.operations import supports
from codesign.standing import common_ground
from feedback.models import Theme, ThemeProposal
from portal import clock
from portal.enums import Role
from portal.memory import settle
from portal.models import Participant
from portal.wsgi import application
from tests.world import World, signed_in

FEW, MANY = 50, 10_000
EACH = (10, 5)  # supports and comments of a proposal, on the average
BUSY = 60  # comments on the busiest proposal
PEOPLE, THEMES, CROWD, LANES = 500, 40, 500, 25
ROUNDS = 15
BATCH = 1000

WORDS = re.findall(
    r"\w+",
    """
    break carer morning garden café lunch bus phone visit doctor nurse form letter summer winter
    school music film walk swim dance cook bread soup knit paint repair tool loan library ticket
    price rent heat light door step ramp lift chair table bed night day week month year early late
    short long quiet loud warm cold young old new safe easy clear simple kind fair open shared
    local online weekly daily group club class meeting talk story photo map guide card message
    call reply answer question rule choice vote plan change trial result help support advice
    money time place room hall park street town village river station hospital clinic pharmacy
    shop market kitchen office desk computer tablet screen printer paper pencil book magazine
    """,
)


@dataclass(frozen=True)
class Cost:
    """What a page or an act takes."""

    queries: int
    ms: float
    cards: int = 0  # how many proposals the page shows


@dataclass(frozen=True)
class Limit:
    """What it may take: queries, milliseconds, and how many times what it takes with few.

    The last is for pages that show equally many: a card takes its time wherever it stands.
    """

    queries: int
    ms: float
    ratio: float = 0


LIST = Limit(queries=10, ms=40, ratio=1.2)
DETAIL = Limit(queries=15, ms=30)
SUPPORT = Limit(queries=8, ms=10)
SEARCH = Limit(queries=10, ms=100)


# -- data ------------------------------------------------------------------------------------------


# How many in a hundred stand where.
SHARES = {
    ProposalStatus.OPEN: 85,
    ProposalStatus.SHORTLISTED: 5,
    ProposalStatus.AGREED: 5,
    ProposalStatus.NOT_AGREED: 3,
    ProposalStatus.MERGED: 2,
}


@dataclass
class Filled:
    """A workspace with its proposals in it, and the busiest of them."""

    workspace: Workspace
    proposals: list[Proposal]
    busy: Proposal


def fill(
    world: World,
    workspace: Workspace,
    people: list[Participant],
    number: int,
    each: tuple[int, int] = EACH,
) -> Filled:
    """Put `number` proposals into a workspace, with supports and comments.

    Rows are written directly: the portal's own operations would take an hour. Counters, versions
    and the rest are set as the operations would have set them.
    """
    draw = random.Random(number)
    statuses = draw.choices(list(SHARES), list(SHARES.values()), k=number)
    supporters = [draw.sample(people, draw.randint(0, 2 * each[0])) for _n in range(number)]
    asked = [draw.choices(list(CommentKind), k=draw.randint(0, 2 * each[1])) for _n in statuses]
    asked[-1] = [CommentKind.FOR, CommentKind.QUESTION] * (BUSY // 2)
    features = list(ServiceFeature.objects.filter(partnership=world.partnership))
    made = Proposal.objects.bulk_create(
        (
            _proposal(
                workspace,
                draw,
                by=world.carer if n % 500 == 0 else people[n % len(people)],
                feature=features[n % len(features)],
                status=status,
                at=clock.now() - timedelta(minutes=number - n),
                crowd=supporters[n],
                kinds=asked[n],
            )
            for n, status in enumerate(statuses)
        ),
        batch_size=BATCH,
    )
    ProposalVersion.objects.bulk_create(
        (
            ProposalVersion(proposal=one, number=1, title=one.title, why=one.why, by=one.by)
            for one in made
        ),
        batch_size=BATCH,
    )
    Support.objects.bulk_create(
        (
            Support(proposal=one, participant=person, role=person.role)
            for one, crowd in zip(made, supporters, strict=True)
            for person in crowd
        ),
        batch_size=BATCH,
    )
    Comment.objects.bulk_create(
        (
            Comment(
                partnership=world.partnership,
                proposal=one,
                kind=kind,
                text=sentence(draw, 25),
                by=draw.choice(people),
            )
            for one, kinds in zip(made, asked, strict=True)
            for kind in kinds
        ),
        batch_size=BATCH,
    )
    TakingPart.objects.bulk_create(
        (TakingPart(workspace=workspace, participant=person) for person in people), batch_size=BATCH
    )
    themes = list(Theme.objects.filter(partnership=world.partnership))
    ThemeProposal.objects.bulk_create(
        (
            ThemeProposal(partnership=world.partnership, source=themes[n % len(themes)], target=one)
            for n, one in enumerate(made)
            if n % 2
        ),
        batch_size=BATCH,
    )
    return Filled(workspace, made, made[-1])


def _proposal(
    workspace: Workspace,
    draw: random.Random,
    *,
    by: Participant,
    feature: ServiceFeature,
    status: ProposalStatus,
    at: datetime,
    crowd: list[Participant],
    kinds: list[CommentKind],
) -> Proposal:
    roles: dict[str, int] = {}
    for person in crowd:
        roles[person.role] = roles.get(person.role, 0) + 1
    questions = kinds.count(CommentKind.QUESTION)
    return Proposal(
        partnership=workspace.partnership,
        workspace=workspace,
        feature=feature,
        title=sentence(draw, 6)[:120],
        why=sentence(draw, 50),
        kind=draw.choice(list(ProposalKind)),
        by=by,
        by_role=by.role,
        version=1,
        status=status,
        created_at=at,
        opened_at=at,
        support_count=len(crowd),
        role_support=roles,
        common_ground=common_ground(roles, Role.values),
        comment_count=len(kinds),
        open_questions=questions,
        attention=questions or int(not kinds),
    )


def sentence(draw: random.Random, length: int) -> str:
    return " ".join(draw.choices(WORDS, k=length)).capitalize() + "."


def two_workspaces(many: int = MANY, each: tuple[int, int] = EACH) -> tuple[World, Filled, Filled]:
    """A partnership with one workspace of few proposals and one of many."""
    world = World()
    for n in range(4):
        ServiceFeature.objects.create(
            partnership=world.partnership, name=f"Part {n} of the service"
        )
    Theme.objects.bulk_create(
        Theme(
            partnership=world.partnership, name=f"Theme {n}", summary="Said often.", by=world.carer
        )
        for n in range(THEMES)
    )
    roles = [Role.CARER, Role.SERVICE_USER, Role.PARTNER, Role.PROVIDER, Role.COMMISSIONER]
    people = Participant.objects.bulk_create(
        Participant(
            partnership=world.partnership, role=roles[n % len(roles)], display_name=f"Person {n}"
        )
        for n in range(PEOPLE)
    )
    small = fill(world, world.workspace, people, FEW, each)
    large = fill(world, world.open_workspace("Everything people want"), people, many, each)
    with connection.cursor() as cursor:  # as a site that lives does by itself
        is_open = connection.in_atomic_block or connection.vendor != "postgresql"
        cursor.execute("ANALYZE" if is_open else "VACUUM ANALYZE")
    return world, small, large


# -- asking ----------------------------------------------------------------------------------------


class Browser:
    """Sends requests to the whole WSGI application as somebody who is signed in."""

    TOKEN = "0" * 32

    def __init__(self, participant: Participant) -> None:
        self.application = application
        cookies = {name: each.value for name, each in signed_in(participant).cookies.items()}
        cookies[settings.CSRF_COOKIE_NAME] = self.TOKEN
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def send(self, method: str, path: str, **data: str) -> tuple[str, bytes]:
        address, _mark, query = path.partition("?")
        body = urlencode(data).encode()
        answered: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": self.cookies,
            "HTTP_X_CSRFTOKEN": self.TOKEN,
            "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        answer = self.application(
            environ, lambda status, headers, _error=None: answered.append(status)
        )
        page = b"".join(answer)
        answer.close()
        return answered[0], page


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that ask the database something, while the block runs."""
    asked: list[str] = []

    def noticing(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(noticing):
        yield asked


Act = Callable[[], int]


def page(browser: Browser, path: str) -> Act:
    """Reading a page; it says how many proposals the page shows."""

    def look() -> int:
        status, body = browser.send("GET", path)
        assert status.startswith("200"), f"{path}: {status} {body[:300]!r}"
        return body.count(b'class="tl-card"')

    return look


def measured(acts: Sequence[Act], rounds: int = ROUNDS) -> list[Cost]:
    """The cost of each act, taken in turns so that a busy machine is busy for all alike."""
    queries, shown = [], []
    for act in acts:
        act()
        with counting() as asked:
            shown.append(act())
        queries.append(len(asked))
    times: list[list[float]] = [[] for _act in acts]
    for _round in range(rounds):
        for taken, act in zip(times, acts, strict=True):
            start = time.perf_counter()
            act()
            taken.append((time.perf_counter() - start) * 1000)
    return [
        Cost(number, median(taken), cards)
        for number, taken, cards in zip(queries, times, shown, strict=True)
    ]


# -- what is measured ------------------------------------------------------------------------------


def lists_of(world: World) -> dict[str, str]:
    """Every filter and every order, and some of both, by name."""
    theme = Theme.objects.filter(partnership=world.partnership).order_by("pk")[3]
    filters = {
        "all": "",
        "where it stands: agreed": "status=agreed",
        "where it stands: parked, none": "status=parked",
        "kind: activity": "kind=activity",
        "theme": f"theme={theme.pk}",
        "part of the service": f"feature={world.feature.pk}",
        "role: carer": "role=carer",
        "mine": "show=mine",
        "waiting for me": "show=waiting",
    }
    orders = ("newest", "supported", "common", "attention", "fair")
    return {
        f"{name}, {order}": f"?{query}&order={order}".replace("?&", "?")
        for name, query in filters.items()
        for order in orders
    }


SEARCHES = ("garden", "garden café", "easy bread garden river", "nonesuch", "gard")


def list_address(filled: Filled) -> str:
    workspace = filled.workspace
    return reverse("codesign:proposals", args=[workspace.partnership.slug, workspace.pk])


def support_again(browser: Browser, filled: Filled, me: Participant) -> Act:
    """Support one proposal after the other, as one tap each on a phone would."""
    open_ones = [
        each.pk
        for each in filled.proposals
        if each.status == ProposalStatus.OPEN and each.by_id != me.pk
    ]
    done = set(me.supports.values_list("proposal_id", flat=True))
    left = iter([pk for pk in open_ones if pk not in done])
    slug = filled.workspace.partnership.slug

    def tap() -> int:
        url = reverse("codesign:support_proposal", args=[slug, next(left)])
        status, body = browser.send("POST", url, back="list")
        assert status.startswith("302"), f"{status} {body[:300]!r}"
        return 0

    return tap


class Report:
    """Prints one line after the other, and keeps what was over its limit."""

    def __init__(self) -> None:
        self.over: list[str] = []

    def head(self) -> None:
        print(f"{connection.vendor}, one person, median of {ROUNDS} rounds\n")
        print(f"{'':44}{'queries':>16}{'milliseconds':>20}")
        print(
            f"{'proposals in the workspace':44}{FEW:>8}{MANY:>8,}{FEW:>10}{MANY:>10,}{'ratio':>8}"
        )

    def line(self, name: str, small: Cost, large: Cost, limit: Limit) -> None:
        ratio, is_alike = large.ms / small.ms, large.cards == small.cards
        cards = "" if is_alike else f"   ({small.cards} and {large.cards} shown)"
        wrong = [
            what
            for what, is_over in (
                ("queries", max(small.queries, large.queries) > limit.queries),
                ("ms", large.ms > limit.ms),
                ("ratio", limit.ratio and is_alike and ratio > limit.ratio),
            )
            if is_over
        ]
        print(
            f"{name:44}{small.queries:8}{large.queries:8}{small.ms:10.1f}{large.ms:10.1f}"
            f"{ratio:8.2f}{cards}{'   over: ' + ', '.join(wrong) if wrong else ''}",
            flush=True,
        )
        self.over += [f"{name}: {what}" for what in wrong]

    def fact(self, words: str, holds: bool) -> None:
        print(f"{words}{'' if holds else '   WRONG'}", flush=True)
        if not holds:
            self.over.append(words)


def together(lanes: Sequence[Callable[[], None]]) -> float:
    """Run these at once, each with a connection of its own; the seconds it took."""
    start = Barrier(len(lanes) + 1)

    def run(lane: Callable[[], None]) -> None:
        connection.ensure_connection()
        start.wait(60)
        try:
            lane()
        finally:
            connection.close()

    threads = [Thread(target=run, args=[lane]) for lane in lanes]
    for thread in threads:
        thread.start()
    start.wait(60)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def crowd_supports(world: World, filled: Filled, report: Report) -> None:
    """500 people support one proposal at once; then one person taps twice, again and again."""
    target = next(each for each in filled.proposals[::-1] if each.status == ProposalStatus.OPEN)
    before = Proposal.objects.get(pk=target.pk).support_count
    people = Participant.objects.bulk_create(
        Participant(partnership=world.partnership, role=Role.CARER, display_name=f"Guest {n}")
        for n in range(CROWD)
    )

    def supporting(person: Participant, proposal: Proposal) -> bool:
        fresh = Proposal.objects.select_related("workspace__partnership").get(pk=proposal.pk)
        return supports.support_proposal(proposal=fresh, by=person)

    def lane(mine: list[Participant]) -> Callable[[], None]:
        return lambda: [supporting(person, target) for person in mine] and None

    seconds = together([lane(people[n::LANES]) for n in range(LANES)])
    after = Proposal.objects.get(pk=target.pk)
    rows = after.supports.count()
    report.fact(
        f"{CROWD} people support one proposal over {LANES} connections, {seconds:.1f} s: counter"
        f" {after.support_count}, rows {rows}, before {before}",
        after.support_count == rows == before + CROWD,
    )
    double = next(each for each in filled.proposals if each.status == ProposalStatus.OPEN)
    count = Proposal.objects.get(pk=double.pk).support_count
    said: list[bool] = []
    person = people[0]
    together([lambda: said.append(supporting(person, double))] * 2)
    now = Proposal.objects.get(pk=double.pk).support_count
    report.fact(
        f"a double click: counted {sorted(said).count(True)} time, {len(said)} answers, no error",
        sorted(said) == [False, True] and now == count + 1,
    )


def main() -> int:
    """Measure and print the table. Returns 1 when something is over its limit."""
    began = time.perf_counter()
    world, few, many = two_workspaces()
    counted = f"{Support.objects.count():,} supports, {Comment.objects.count():,} comments"
    print(f"Written in {time.perf_counter() - began:.0f} s: {counted}\n")
    settle()  # what was written here is no part of a server's memory
    report, reader = Report(), Browser(world.carer)
    report.head()
    small, large = list_address(few), list_address(many)
    for name, query in lists_of(world).items():
        costs = measured([page(reader, small + query), page(reader, large + query)])
        report.line(name, *costs, LIST)
    middle = many.proposals[MANY // 2].pk
    deep = f"{large}?before={middle}"
    report.line("page in the middle", *measured([page(reader, small), page(reader, deep)]), LIST)
    for q in SEARCHES:
        paths = [f"{address}?{urlencode({'q': q})}" for address in (small, large)]
        report.line(f"search: {q}", *measured([page(reader, each) for each in paths]), SEARCH)
    for name, chosen in (
        ("a proposal with its comments", [few.proposals[3], many.proposals[3]]),
        (f"a proposal with {BUSY} comments", [few.busy, many.busy]),
    ):
        costs = measured([page(reader, each.get_absolute_url()) for each in chosen])
        report.line(name, *costs, DETAIL)
    taps = [support_again(reader, each, world.carer) for each in (few, many)]
    report.line("a support", *measured(taps), SUPPORT)
    print()
    crowd_supports(world, many, report)
    if report.over:
        print("\nOver the limit:\n  " + "\n  ".join(report.over))
    return 1 if report.over else 0


@contextmanager
def a_database_of_its_own() -> Iterator[None]:
    name = "load_codesign"
    if connection.vendor == "sqlite":
        name = str(settings.VAR_DIR / "load_codesign.sqlite3")
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    with a_database_of_its_own():
        outcome = main()
    sys.exit(outcome)
