"""What a demo partnership's story is told with: events in order of time, and who and what is in it.

Everything in a partnership's files becomes an event with a day relative to today. The events are
sorted and each is done by the same operation a person would use, with the clock standing at its
moment; so the record, the notices, the counters and the answers are what two years of use would
have left.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from functools import partial
from typing import Any

from codesign.models import (
    Activity,
    Ballot,
    Comment,
    Decision,
    DesignSession,
    Proposal,
    ServiceFeature,
    StatementRound,
    Workspace,
)
from content.models import PartnershipPage
from feedback.models import Adaptation, Measure, Theme, Voice
from portal import clock
from portal.enums import Channel, WhoseWords
from portal.models import Organisation, Participant, Partnership

Row = dict[str, Any]


class Rank(IntEnum):
    """What comes first among events of the same day."""

    FOUND = 0
    JOIN = 1
    DESCRIBE = 2
    OPEN_SPACE = 3
    SPEAK = 4
    READ = 5
    NAME = 6
    THEME = 7
    PROPOSE = 8
    REACT = 9
    MEET = 10
    CLOSE_MEETING = 11
    MOVE = 12
    ANSWER = 13
    DECIDE = 14
    GATHER = 15
    MEASURE = 16
    ADAPT = 17
    REVIEW = 18


@dataclass(frozen=True)
class Event:
    """Something that happens on a day (0 is today, negative is past)."""

    day: int
    rank: Rank
    act: Callable[[], None]


@dataclass
class Story:
    """One partnership on its way from file to database: its rows, its events, its cast by key."""

    data: Row
    today: date = field(default_factory=clock.today)  # the real one, not the event's
    events: list[Event] = field(default_factory=list)
    partnership: Partnership = field(init=False)
    page: PartnershipPage = field(init=False)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Participant] = field(default_factory=dict)
    features: dict[str, ServiceFeature] = field(default_factory=dict)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    voices: dict[str, tuple[Voice, str]] = field(default_factory=dict)
    statement_rounds: dict[str, StatementRound] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    sessions: dict[str, DesignSession] = field(default_factory=dict)
    ballots: dict[str, Ballot] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    adaptations: dict[str, Adaptation] = field(default_factory=dict)

    def on(self, day: int, rank: Rank, act: Callable[..., None], *things: Any) -> None:
        """Let `act(story, *things)` happen on a day."""
        self.events.append(Event(day, rank, partial(act, self, *things)))

    def rows(self, noun: str) -> list[Row]:
        found: list[Row] = self.data.get(noun, [])
        return found

    def day(self, day: int) -> date:
        return self.today + timedelta(days=day)

    def behalf(self, row: Row, entered_by: str = "entered_by") -> Row:
        """How a contribution reached us, in the words the operations take."""
        worker = self.people.get(row.get(entered_by, ""))
        return {
            "entered_by": worker,
            "channel": Channel(row.get("channel", "web")),
            "whose_words": WhoseWords(row.get("whose_words", "own")),
        }

    def space(self, key: str) -> Workspace:
        """A workspace read afresh: which stage it is in depends on the day."""
        return Workspace.objects.select_related("partnership").get(pk=self.workspaces[key].pk)

    def proposal(self, key: str) -> Proposal:
        """A proposal read afresh, with the stage its workspace is in on this day."""
        return Proposal.objects.select_related("workspace__partnership", "partnership", "by").get(
            pk=self.proposals[key].pk
        )

    def ballot(self, key: str) -> Ballot:
        """A ballot read afresh, with the stage its workspace is in on this day."""
        return Ballot.objects.select_related("partnership", "workspace__partnership").get(
            pk=self.ballots[key].pk
        )
