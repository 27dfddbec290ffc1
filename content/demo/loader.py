"""Loads one demo partnership from its TOML file.

Everything in the file becomes an event with a day relative to today. The events are sorted and each
is done by the same operation a person would use, with the clock standing at its moment; so the
record, the notices, the counters and the answers are what two years of use would have left.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from codesign.enums import CommentKind, FeatureStatus, Outcome, ProposalKind, SessionStep, StageKind
from codesign.models import (
    Card,
    CardProposal,
    Decision,
    DesignSession,
    Proposal,
    ServiceFeature,
    Workspace,
)
from codesign.operations import (
    cards,
    comments,
    decisions,
    features,
    merges,
    proposals,
    sessions,
    supports,
    workspaces,
)
from codesign.operations.workspaces import StageDates
from content.models import PartnershipPage
from content.operations import publish_partnership_page
from feedback.enums import AdaptationKind, Direction, ThemeKind, Verdict, WhatNext
from feedback.models import Adaptation, Measure, Theme, Voice
from feedback.operations import adaptations, measures, themes, voices
from portal import clock, record
from portal.enums import Channel, Duty, OrganisationKind, Role, Visibility, WhoseWords
from portal.models import Notice, Organisation, Participant, Partnership, User
from portal.operations import people

HERE = Path(__file__).parent
Row = dict[str, Any]


def files() -> list[Path]:
    """The demo's partnerships, in a steady order."""
    return sorted(HERE.glob("*.toml"))


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
    DECIDE = 13
    MEASURE = 14
    ADAPT = 15
    REVIEW = 16


@dataclass(frozen=True)
class Event:
    """Something that happens on a day (0 is today, negative is past)."""

    day: int
    rank: Rank
    act: Callable[[], None]


@dataclass
class Loader:
    """One partnership on its way from file to database. `load` does all of it, or nothing."""

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
    proposals: dict[str, Proposal] = field(default_factory=dict)
    sessions: dict[str, DesignSession] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    adaptations: dict[str, Adaptation] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> "Loader":
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    @transaction.atomic
    def load(self) -> Partnership:
        """Live through all events in order. Raises whatever an operation refuses."""
        for gather in (
            self._found,
            self._join,
            self._describe,
            self._open_spaces,
            self._speak,
            self._name_themes,
            self._propose,
            self._meet,
            self._decide,
            self._measure,
            self._adapt,
            self._review,
        ):
            gather()
        ordered = sorted(self.events, key=lambda event: (event.day, event.rank))
        for day, on_that_day in groupby(ordered, key=lambda event: event.day):
            acts = list(on_that_day)
            opens = timezone.make_aware(datetime.combine(self._day(day), time(9)))
            lasts = timedelta(hours=8)
            if day == 0:  # today is not over: its events are just behind us
                lasts = timedelta(hours=1)
                opens = timezone.now() - lasts
            for number, event in enumerate(acts):
                with clock.at(opens + lasts * number / len(acts)):
                    event.act()
        record.checkpoint(self.partnership.pk, origin=self.partnership.slug)
        # Two years of mail are not sent on the day the demo is loaded, and old notices were read.
        mine = Notice.objects.filter(partnership=self.partnership)
        mine.update(mailed_at=F("at"))
        mine.filter(at__lt=timezone.now() - timedelta(days=21)).update(read_at=F("at"))
        return self.partnership

    def _on(self, day: int, rank: Rank, act: Callable[..., None], *things: Any) -> None:
        self.events.append(Event(day, rank, partial(act, *things)))

    def _rows(self, noun: str) -> list[Row]:
        return self.data.get(noun, [])

    def _day(self, day: int) -> date:
        return self.today + timedelta(days=day)

    def _behalf(self, row: Row, entered_by: str = "entered_by") -> Row:
        """How a contribution reached us, in the words the operations take."""
        worker = self.people.get(row.get(entered_by, ""))
        return {
            "entered_by": worker,
            "channel": Channel(row.get("channel", "web")),
            "whose_words": WhoseWords(row.get("whose_words", "own")),
        }

    # --- each gathers the events of one noun ------------------------------------------------

    def _found(self) -> None:
        words = self.data["partnership"]
        first = min(row["joined"] for row in self._rows("participants"))

        def act() -> None:
            self.partnership = people.found_partnership(
                slug=words["slug"],
                name=words["name"],
                question=words["question"],
                summary=words["summary"],
                place=words["place"],
                how_to_take_part=words["how_to_take_part"],
                escalation=words["escalation"],
                accent=words["accent"],
                visibility=Visibility.PUBLIC,
            )
            self.page = publish_partnership_page(
                partnership=self.partnership,
                easy_read=[("idea", idea) for idea in words["easy_read"]],
            )
            for row in self._rows("organisations"):
                self.organisations[row["key"]] = people.add_organisation(
                    partnership=self.partnership,
                    name=row["name"],
                    kind=OrganisationKind(row["kind"]),
                    about=row.get("about", ""),
                )

        self._on(first, Rank.FOUND, act)

    def _join(self) -> None:
        for row in self._rows("participants"):
            self._on(row["joined"], Rank.JOIN, self._joins, row)

    def _joins(self, row: Row) -> None:
        user = None
        if row["account"]:
            email = f"{row['key']}@{self.partnership.slug}.example.org"
            user = User.objects.create_user(email, date_joined=clock.now())
        person = people.join(
            partnership=self.partnership,
            role=Role(row["role"]),
            display_name=row["display_name"],
            user=user,
            organisation=self.organisations.get(row.get("organisation", "")),
            about=row.get("about", ""),
        )
        for duty in row.get("duties", []):
            people.grant_duty(participant=person, duty=Duty(duty), by=None)
        self.people[row["key"]] = person

    def _first_here(self, day: int, role: Role) -> str:
        """The key of somebody of a role who had joined by a day."""
        return next(
            row["key"]
            for row in sorted(self._rows("participants"), key=lambda row: row["joined"])
            if row["role"] == role and row["joined"] <= day
        )

    def _describe(self) -> None:
        for row in self._rows("features"):
            first, *later = row["versions"]
            provider_since = min(
                p["joined"] for p in self._rows("participants") if p["role"] == Role.PROVIDER
            )
            day = max(first["day"], provider_since)
            by = self._first_here(day, Role.PROVIDER)

            def add(row: Row = row, first: Row = first, by: str = by) -> None:
                self.features[row["key"]] = features.add_service_feature(
                    name=row["name"],
                    summary=row["summary"],
                    words=first["words"],
                    status=FeatureStatus(first["status"]),
                    from_day=self._day(first["day"]),
                    by=self.people[by],
                )

            self._on(day, Rank.DESCRIBE, add)
            for version in later:

                def change(row: Row = row, version: Row = version, by: str = by) -> None:
                    features.change_service_feature(
                        feature=self.features[row["key"]],
                        status=FeatureStatus(version["status"]),
                        words=version["words"],
                        from_day=self._day(version["day"]),
                        by=self.people[by],
                    )

                self._on(version["day"], Rank.DESCRIBE, change)

    def _open_spaces(self) -> None:
        facilitator, since = next(
            (row["key"], row["joined"])
            for row in self._rows("participants")
            if Duty.FACILITATOR in row.get("duties", [])
        )
        for row in self._rows("workspaces"):

            def act(row: Row = row) -> None:
                paragraphs = [part for part in row["introduction"].strip().split("\n\n") if part]
                self.workspaces[row["key"]] = workspaces.open_workspace(
                    parent=self.page,
                    title=row["title"],
                    question=row["question"],
                    stages=self._stages(row),
                    by=self.people[facilitator],
                    body=[("text", "".join(f"<p>{part}</p>" for part in paragraphs))],
                    easy_read=[("idea", idea) for idea in row["easy_read"]],
                    visibility=Visibility(row["visibility"]),
                )

            self._on(max(row["stages"][0]["opens"], since), Rank.OPEN_SPACE, act)

    def _stages(self, row: Row) -> list[StageDates]:
        """A file may let a stage close on the day the next opens; that day belongs to the next."""
        stages = row["stages"]
        ends = [min(s["closes"], n["opens"] - 1) for s, n in pairwise(stages)]
        return [
            StageDates(
                kind=StageKind(stage["kind"]),
                opens_on=self._day(stage["opens"]),
                closes_on=self._day(end),
            )
            for stage, end in zip(stages, [*ends, stages[-1]["closes"]], strict=True)
        ]

    def _space(self, row: Row) -> Workspace:
        """A workspace read afresh: which stage it is in depends on the day."""
        return Workspace.objects.select_related("partnership").get(
            pk=self.workspaces[row["workspace"]].pk
        )

    def _speak(self) -> None:
        for row in self._rows("voices"):
            self._on(row["day"], Rank.SPEAK, self._says, row)
            if row["state"] in {"published", "withdrawn"}:
                self._on(row["published_day"], Rank.READ, self._is_read, row)
            if row["state"] == "withdrawn":
                self._on(
                    min(row["published_day"] + 9, -1),
                    Rank.MOVE,
                    self._takes_back,
                    row,
                )
            if row["state"] == "held":
                self._on(row["day"], Rank.READ, self._is_held, row)
            for given in row.get("themes", []):
                self._on(
                    given["day"],
                    Rank.THEME,
                    self._is_themed,
                    row,
                    given,
                )

    def _says(self, row: Row) -> None:
        by = self.people.get(row.get("by", ""))
        self.voices[row["key"]] = voices.leave_voice(
            partnership=self.partnership,
            feature=self.features.get(row.get("feature", "")),
            what_helped=row.get("helped", ""),
            what_should_change=row.get("change", ""),
            by=by,
            anonymous=by is None,
            consent="Said yes when asked" if row.get("entered_by") else "",
            seed=f"demo {self.partnership.slug} {row['key']}",
            **self._behalf(row),
        )

    def _moderator(self, row: Row) -> Participant:
        named = row.get("moderator") or next(
            p["key"]
            for p in self._rows("participants")
            if Duty.MODERATOR in p.get("duties", []) and p["joined"] <= row["day"]
        )
        return self.people[named]

    def _is_read(self, row: Row) -> None:
        voices.publish_voice(voice=self.voices[row["key"]][0], by=self._moderator(row))

    def _is_held(self, row: Row) -> None:
        voices.hold_voice(
            voice=self.voices[row["key"]][0], by=self._moderator(row), reason=row["held_reason"]
        )

    def _takes_back(self, row: Row) -> None:
        voices.withdraw_voice(voice=self.voices[row["key"]][0])

    def _is_themed(self, row: Row, given: Row) -> None:
        themes.give_theme(
            voice=self.voices[row["key"]][0],
            theme=self.themes[given["theme"]],
            by=self.people[given["by"]],
            why=given.get("why", ""),
        )

    def _name_themes(self) -> None:
        for row in self._rows("themes"):

            def act(row: Row = row) -> None:
                self.themes[row["key"]] = themes.name_theme(
                    partnership=self.partnership,
                    name=row["name"],
                    summary=row["summary"],
                    kind=ThemeKind(row["kind"]),
                    by=self.people[row["by"]],
                )

            self._on(row["day"], Rank.NAME, act)

    def _propose(self) -> None:
        for row in self._rows("proposals"):
            if not row.get("from_session"):
                self._on(row["day"], Rank.PROPOSE, self._proposes, row)
            for link in row.get("from_themes", []):
                rank = Rank.MOVE if row.get("from_session") else Rank.REACT
                self._on(row["day"], rank, self._came_from, row, link)
            for each in row.get("supporters", []):
                self._on(each["day"], Rank.MOVE, self._backs, row, each)
            for each in row.get("comments", []):
                self._on(each["day"], Rank.MOVE, self._comments, row, each)
            if "status_day" in row:
                self._on(row["status_day"], Rank.DECIDE, self._moves, row)

    def _proposal(self, key: str) -> Proposal:
        """A proposal read afresh, with the stage its workspace is in on this day."""
        return Proposal.objects.select_related("workspace__partnership", "partnership", "by").get(
            pk=self.proposals[key].pk
        )

    def _proposes(self, row: Row) -> None:
        by = self.people[row["by"]]
        drafted = proposals.draft_proposal(
            workspace=self._space(row),
            title=row["title"],
            why=row["why"].strip(),
            kind=ProposalKind(row["kind"]),
            feature=self.features.get(row.get("feature", "")),
            by=by,
            consent="Said yes when asked" if row.get("on_behalf_by") else "",
            **self._behalf(row, "on_behalf_by"),
        )
        if row["status"] != "draft":
            proposals.open_proposal(proposal=drafted, by=by)
        self.proposals[row["key"]] = drafted

    def _came_from(self, row: Row, link: Row) -> None:
        themes.link_theme_to_proposal(
            theme=self.themes[link["theme"]],
            proposal=self.proposals[row["key"]],
            why=link["why"],
            by=self.people[row["by"]],
        )

    def _backs(self, row: Row, each: Row) -> None:
        supports.support_proposal(proposal=self._proposal(row["key"]), by=self.people[each["by"]])

    def _comments(self, row: Row, each: Row) -> None:
        comments.comment_on_proposal(
            proposal=self._proposal(row["key"]),
            text=each["text"].strip(),
            kind=CommentKind(each["kind"]),
            by=self.people[each["by"]],
        )

    def _moves(self, row: Row) -> None:
        act = {
            "shortlisted": proposals.shortlist_proposal,
            "parked": proposals.park_proposal,
            "withdrawn": proposals.withdraw_proposal,
        }.get(row["status"])
        said = {"by": self.people[row["status_by"]], "reason": row["status_reason"]}
        if row["status"] == "merged":
            merges.merge_proposal(
                proposal=self._proposal(row["key"]),
                into=self._proposal(row["merged_into"]),
                **said,
            )
        elif act is not None:
            act(proposal=self._proposal(row["key"]), **said)

    def _meet(self) -> None:
        for row in self._rows("sessions"):
            self._on(row["day"], Rank.MEET, self._meets, row)
            if row["state"] == "closed":
                self._on(row["closed_day"], Rank.CLOSE_MEETING, self._closes, row)

    def _meets(self, row: Row) -> None:
        facilitator = self.people[row["by"]]
        session = sessions.open_session(
            workspace=self._space(row),
            title=row["title"],
            question=row["question"],
            dots_each=row["dots_each"],
            by=facilitator,
        )
        self.sessions[row["key"]] = session
        for key in row["people"]:
            sessions.join_session(session=session, by=self.people[key])
        sessions.move_session(session=session, step=SessionStep.SHARE, by=facilitator)
        placed: list[Card] = [
            cards.add_card(session=session, text=card["text"], by=self.people[card["by"]])
            for card in row["cards"]
        ]
        sessions.move_session(session=session, step=SessionStep.CHOOSE, by=facilitator)
        for card, words in zip(placed, row["cards"], strict=True):
            words["card"] = card
            for key in words.get("dots", []):
                cards.place_dot(card=card, by=self.people[key])

    def _closes(self, row: Row) -> None:
        chosen = [card for card in row["cards"] if card.get("becomes")]
        sessions.close_session(
            session=self.sessions[row["key"]],
            chosen=[card["card"] for card in chosen],
            closing_words=row["closing_words"].strip(),
            by=self.people[row["by"]],
        )
        for card in chosen:
            link = CardProposal.objects.select_related("target").get(source=card["card"])
            self.proposals[card["becomes"]] = link.target

    def _decide(self) -> None:
        for row in self._rows("decisions"):
            day = row["day"] if "day" in row else row["drafted_day"]
            self._on(day, Rank.DECIDE, self._decides, row)

    def _decides(self, row: Row) -> None:
        by = self.people[row["by"]]
        draft = decisions.draft_decision(
            workspace=self._space(row),
            words=decisions.DecisionWords(
                title=row["title"],
                what=row["what"].strip(),
                reasons=row["reasons"].strip(),
                evidence=row["evidence"].strip(),
                deciders=row["deciders"].strip(),
                dissent=row.get("dissent", "").strip(),
                review_on=self._day(row["review_day"]),
            ),
            outcomes=[
                decisions.OutcomeFor(
                    proposal=self._proposal(each["proposal"]),
                    outcome=Outcome(each["outcome"]),
                    reason=each["reason"],
                )
                for each in row["outcomes"]
            ],
            by=by,
        )
        self.decisions[row["key"]] = draft
        if "day" in row:
            self.decisions[row["key"]] = decisions.publish_decision(decision=draft, by=by)

    def _measure(self) -> None:
        for row in self._rows("measures"):
            by, since = next(
                (p["key"], p["joined"])
                for p in self._rows("participants")
                if Duty.EVALUATOR in p.get("duties", [])
            )

            def define(row: Row = row, by: str = by) -> None:
                self.measures[row["key"]] = measures.define_measure(
                    name=row["name"],
                    definition=row["definition"],
                    unit=row["unit"],
                    direction=Direction(row["direction"]),
                    source=row["source"],
                    feature=self.features.get(row.get("feature", "")),
                    by=self.people[by],
                )

            first = min((a["day"] for a in self._rows("adaptations") if "day" in a), default=0)
            defined = max(since, first - 30)
            self._on(defined, Rank.MEASURE, define)
            this_month = self.today.year * 12 + self.today.month - 1
            months = [
                date(number // 12, number % 12 + 1, 1)
                for number in range(this_month - len(row["observations"]), this_month)
            ]
            for month, value in zip(months, row["observations"], strict=True):
                counted = (month + timedelta(days=36) - self.today).days  # early in the next month
                self._on(
                    min(max(counted, defined), 0),
                    Rank.MEASURE,
                    self._observes,
                    row,
                    month,
                    value,
                    by,
                )

    def _observes(self, row: Row, month: date, value: float, by: str) -> None:
        measures.record_observation(
            measure=self.measures[row["key"]],
            month=month,
            value=Decimal(str(value)),
            by=self.people[by],
        )

    def _adapt(self) -> None:
        for row in self._rows("adaptations"):
            day = row["day"] if "day" in row else row["drafted_day"]
            self._on(day, Rank.ADAPT, self._adapts, row)

    def _adapts(self, row: Row) -> None:
        by = self.people[row["by"]]
        draft = adaptations.draft_adaptation(
            kind=AdaptationKind(row["kind"]),
            feature=self.features[row["feature"]],
            title=row["title"],
            what=row["what"].strip(),
            why=row["why"].strip(),
            from_day=self._day(row["from_day"]),
            decisions=[self.decisions[key] for key in row.get("decisions", [])],
            themes=[self.themes[key] for key in row.get("themes", [])],
            proposals=[self._proposal(key) for key in row.get("proposals", [])],
            no_source_reason=row.get("no_source_reason", ""),
            feature_status=row.get("feature_status", ""),
            feature_words=row.get("feature_words", "").strip(),
            measure=self.measures.get(row.get("measure", "")),
            expected=row.get("expected", "").strip(),
            by=by,
        )
        self.adaptations[row["key"]] = draft
        if "day" in row:
            self.adaptations[row["key"]] = adaptations.publish_adaptation(adaptation=draft, by=by)

    def _review(self) -> None:
        for row in self._rows("reviews"):
            self._on(row["day"], Rank.REVIEW, self._reviews, row)

    def _reviews(self, row: Row) -> None:
        measures.review_adaptation(
            adaptation=self.adaptations[row["adaptation"]],
            verdict=Verdict(row["verdict"]),
            words=row["words"].strip(),
            participants_say=row.get("participants_say", "").strip(),
            what_next=WhatNext(row["next"]),
            by=self.people[row["by"]],
        )
