"""One complete thread for tests, each part on a day that is known."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from codesign.enums import BallotMethod, Interest, Outcome, ProposalStatus, SessionStep
from codesign.models import (
    Activity,
    Ballot,
    BallotDecision,
    Card,
    CardProposal,
    Decision,
    DecisionOutcome,
    DesignSession,
    Host,
    Proposal,
    ProposalActivity,
)
from content.trail import Trail, trail_of
from feedback.enums import AdaptationKind, Direction, Verdict, VoiceStatus, WhatNext
from feedback.models import (
    Adaptation,
    DecisionAdaptation,
    Measure,
    Observation,
    Review,
    Theme,
    ThemeProposal,
    Voice,
    VoiceTheme,
)
from portal.enums import Channel
from portal.models import Link, Participant, ref
from tests.world import World

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


def day(n: int) -> datetime:
    return START + timedelta(days=n)


@dataclass
class Thread:
    """One complete thread in a world, written as rows so that each date is known."""

    world: World
    voice: Voice = field(init=False)
    theme: Theme = field(init=False)
    session: DesignSession = field(init=False)
    card: Card = field(init=False)
    proposal: Proposal = field(init=False)
    ballot: Ballot = field(init=False)
    decision: Decision = field(init=False)
    activity: Activity = field(init=False)
    adaptation: Adaptation = field(init=False)
    measure: Measure = field(init=False)
    review: Review = field(init=False)

    def __post_init__(self) -> None:
        w, p = self.world, self.world.partnership
        self.voice = self.say("The bus stops at six.", by=w.carer, on=0)
        self.theme = Theme.objects.create(
            partnership=p,
            name="Getting there",
            summary="No bus in the evening.",
            by=w.provider,
            created_at=day(2),
        )
        self.link(VoiceTheme, self.voice, self.theme, why="It is about the bus.")
        self.session = DesignSession.objects.create(
            partnership=p,
            workspace=w.workspace,
            title="An evening of ideas",
            question="How do we get home?",
            opened_by=w.facilitator,
            opened_at=day(4),
            closed_by=w.facilitator,
            closed_at=day(4),
            step=SessionStep.CLOSED,
        )
        self.card = Card.objects.create(
            partnership=p,
            session=self.session,
            text="Shared taxis home",
            by=w.guest,
            channel=Channel.SESSION,
            created_at=day(4),
        )
        self.proposal = self.suggest("A shared taxi after the evening group", on=5)
        self.link(CardProposal, self.card, self.proposal)
        self.link(ThemeProposal, self.theme, self.proposal)
        self.decision = Decision.objects.create(
            partnership=p,
            workspace=w.workspace,
            title="Taxis for six months",
            what="We pay for shared taxis for six months.",
            reasons="Many asked.",
            evidence="Eleven voices.",
            how="The steering group",
            review_on=date(2026, 9, 1),
            drafted_by=w.facilitator,
            published_by=w.facilitator,
            published_at=day(20),
        )
        self.link(DecisionOutcome, self.proposal, self.decision, outcome=Outcome.AGREED)
        self.ballot = Ballot.objects.create(
            partnership=p,
            workspace=w.workspace,
            question="Taxis or a later bus?",
            method=BallotMethod.TICK,
            opens_at=day(10),
            closes_at=day(15),
            drafted_by=w.facilitator,
            opened_by=w.facilitator,
            opened_at=day(10),
            rule={"lot": []},
            closed_at=day(15),
            result={"winners": []},
            ballots_hash="0" * 64,
        )
        self.link(BallotDecision, self.ballot, self.decision)
        self.activity = Activity.objects.create(
            partnership=p,
            workspace=w.workspace,
            title="Home together",
            about="We wait for the taxi together.",
            interest=Interest.COMPANY,
            place="The hall door",
            first_at=day(25),
            minutes=30,
            started_by=w.carer,
            started_at=day(24),
        )
        Host.objects.create(activity=self.activity, participant=w.carer)
        self.link(ProposalActivity, self.proposal, self.activity)
        self.measure = Measure.objects.create(
            partnership=p,
            name="Journeys home",
            definition="Shared taxi journeys home in the month.",
            unit="journeys",
            direction=Direction.INCREASE,
            source="Taxi firm’s invoices",
            counts_people=False,
            created_at=day(1),
        )
        for month, value in ((1, "3"), (2, "14.5")):
            Observation.objects.create(
                measure=self.measure,
                month=date(2026, month, 1),
                value=Decimal(value),
                by=w.provider,
            )
        self.adaptation = self.change("Shared taxis began", on=30, measure=self.measure)
        self.link(DecisionAdaptation, self.decision, self.adaptation)
        self.review = Review.objects.create(
            partnership=p,
            adaptation=self.adaptation,
            verdict=Verdict.IMPROVED,
            words="More people stay to the end.",
            what_next=WhatNext.KEEP,
            by=w.evaluator,
            at=day(120),
        )

    def link(self, model: type[Link], source: object, target: object, **fields: object) -> Link:
        made: Link = model.objects.create(
            partnership=self.world.partnership,
            source=source,
            target=target,
            made_by=self.world.provider,
            made_at=day(6),
            **fields,
        )
        return made

    def say(self, words: str, *, by: Participant | None, on: int, **fields: object) -> Voice:
        return Voice.objects.create(
            **{
                "partnership": self.world.partnership,
                "what_should_change": words,
                "by": by,
                "status": VoiceStatus.PUBLISHED,
                "received_on": day(on).date(),
                "created_at": day(on),
                "published_at": day(on + 1),
            }
            | fields
        )

    def suggest(self, title: str, *, on: int, **fields: object) -> Proposal:
        return Proposal.objects.create(
            **{
                "partnership": self.world.partnership,
                "workspace": self.world.workspace,
                "title": title,
                "why": "So that people get home.",
                "by": self.world.carer,
                "status": ProposalStatus.AGREED,
                "created_at": day(on),
                "opened_at": day(on),
            }
            | fields
        )

    def change(self, title: str, *, on: int, **fields: object) -> Adaptation:
        return Adaptation.objects.create(
            **{
                "partnership": self.world.partnership,
                "feature": self.world.feature,
                "kind": AdaptationKind.ADDED,
                "title": title,
                "what": "A taxi waits at nine.",
                "why": "There is no bus.",
                "from_day": day(on).date(),
                "drafted_by": self.world.provider,
                "drafted_at": day(on),
                "published_by": self.world.provider,
                "published_at": day(on),
            }
            | fields
        )

    def trail(self, thing: object, participant: Participant | None = None) -> Trail | None:
        kind, pk = ref(thing).split(":")  # type: ignore[arg-type]
        return trail_of(kind, int(pk), partnership=self.world.partnership, participant=participant)
