"""The published file of a ballot: its rule and every vote, so that anybody can count it again.

The file is put together from the rule as it was published at the opening, never from today's
settings. What people called things stands apart from what is hashed (verify_record.ballots_hash):
it may be erased one day.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from codesign.counting import published
from codesign.counting.ballots import Ballots, Option
from codesign.enums import BallotMethod
from codesign.models import Ballot, BallotOption, Proposal
from portal import record_export
from portal.models import Participant, Partnership, ref

File = dict[str, Any]
# How many are chosen is for the voters to say in these; in the others `seats` are chosen.
ONE_ANSWER = frozenset({BallotMethod.CONSENT, BallotMethod.RANK_ONE, BallotMethod.BUDGET})


def rule_of(ballot: Ballot, options: Iterable[BallotOption], lot: Iterable[str]) -> File:
    """The rule as it is fixed when a ballot opens: all of its file but the votes and the names.

    A setting that its method does not know is left out.
    """
    method = BallotMethod(ballot.method)
    settings: dict[str, Any] = {"quorum": ballot.quorum, "quorums": ballot.quorums}
    if method not in ONE_ANSWER:
        settings["seats"] = ballot.seats
    if method == BallotMethod.DOTS:
        settings |= {"dots": ballot.dots, "most": ballot.most_dots}
    if method == BallotMethod.BUDGET:
        settings |= {"budget": ballot.budget, "shares": ballot.shares}
    if method in {BallotMethod.TICK, BallotMethod.CONSENT}:
        settings["pass_share"] = ballot.pass_share
    written = published.write(
        Ballots(
            method=method,
            options=tuple(
                Option(id=each.key, cost=each.cost, proposal=f"proposal:{each.proposal_id}")
                for each in options
            ),
            ballots=(),
            lot=tuple(lot),
            **settings,
        )
    )
    del written["format"], written["ballots"]
    return written


def names_of(ballot: Ballot) -> dict[str, str]:
    """What each option is called, by its key; words that are hidden stay hidden."""
    options = ballot.options.select_related("proposal")
    return {each.key: shown_title(each) for each in options}


def shown_title(option: BallotOption) -> str:
    """An option's title as it stood when the vote opened, unless a moderator hid the words since.

    The option is read with its proposal.
    """
    return option.proposal.shown_title if option.proposal.is_hidden else option.title


def with_votes(ballot: Ballot, votes: Iterable[File], *, short: Iterable[str] = ()) -> File:
    """The file of an opened ballot with these lines of votes."""
    assert ballot.rule is not None
    file = {"format": published.FORMAT, "ballot": ref(ballot), **ballot.rule}
    if fell_short := sorted(short):
        file["short"] = fell_short
    file["ballots"] = list(votes)
    file["names"] = names_of(ballot)
    file["question"] = ballot.question
    return file


def line_of(code: str, choice: Any, role: str = "") -> File:
    line = {"choice": choice, "code": code}
    return {**line, "role": role} if role else line


def short_of(ballot: Ballot) -> list[str]:
    """The roles of which fewer voted than their quorum asks, as the roll says; one query."""
    quorums = {role: quorum for role, quorum in ballot.quorums.items() if quorum}
    if not quorums:
        return []
    voted = list(ballot.roll.filter(voted=True).values_list("role", flat=True))
    return sorted(role for role, quorum in quorums.items() if voted.count(role) < quorum)


def file_of(ballot: Ballot) -> File:
    """The file of a closed ballot (docs/counting.md, docs/record-format.md)."""
    lines = (line_of(each.code, each.choice, each.role) for each in ballot.counted_votes.all())
    return with_votes(ballot, lines, short=short_of(ballot))


def read(file: File) -> Ballots:
    """A file as the count takes it. Raises BadBallots, also for a rule we no longer count by."""
    return published.read(json.dumps(file))


@record_export.with_ballots
def files_for(
    partnership: Partnership, reader: Participant | None
) -> Iterator[tuple[str, File | None]]:
    """Every closed ballot of a partnership with its file; None for one the reader may not see."""
    closed = Ballot.objects.filter(partnership=partnership, closed_at__isnull=False).order_by("pk")
    readable = (
        None
        if reader is None
        else set(Ballot.objects.visible_to(reader).order_by().values_list("pk", flat=True))
    )
    for ballot in closed.iterator(chunk_size=100):
        seen = readable is None or ballot.pk in readable
        yield ref(ballot), file_of(ballot) if seen else None


def with_hidden_words(partnership_id: int) -> set[str]:
    """References of opened ballots in which a suggestion stands whose words are hidden now."""
    hidden = Proposal.objects.filter(options__ballot=OuterRef("pk"), hidden_at__isnull=False)
    return {
        ref(each)
        for each in Ballot.objects.opened().filter(Exists(hidden), partnership=partnership_id)
    }
