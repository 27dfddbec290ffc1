"""One of every thing somebody could open, for tests that go through all of them."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from codesign.enums import Outcome, SessionStep
from codesign.models import Card, Comment, Decision, DesignSession, Proposal
from codesign.operations import cards, comments, decisions, proposals, sessions, supports
from feedback.enums import AdaptationKind, Direction, Verdict, WhatNext
from feedback.models import Adaptation, Measure, Observation, Review, Theme, Voice, VoiceTheme
from feedback.operations import adaptations, measures, themes, voices
from portal import clock
from portal.enums import Role
from portal.models import Invitation
from portal.operations import people
from tests.world import World


@dataclass
class Things:
    """A whole thread in one world: voice → theme → proposal → decision → adaptation → review."""

    world: World
    voice: Voice = field(init=False)
    waiting_voice: Voice = field(init=False)
    case_code: str = field(init=False)
    theme: Theme = field(init=False)
    voice_theme: VoiceTheme = field(init=False)
    proposal: Proposal = field(init=False)  # open, by the carer
    draft_proposal: Proposal = field(init=False)
    agreed_proposal: Proposal = field(init=False)
    comment: Comment = field(init=False)
    session: DesignSession = field(init=False)
    card: Card = field(init=False)
    closed_session: DesignSession = field(init=False)
    decision: Decision = field(init=False)
    draft_decision: Decision = field(init=False)
    measure: Measure = field(init=False)
    observation: Observation = field(init=False)
    adaptation: Adaptation = field(init=False)
    draft_adaptation: Adaptation = field(init=False)
    review: Review = field(init=False)
    invitation: Invitation = field(init=False)
    invitation_token: str = field(init=False)

    def __post_init__(self) -> None:
        world = self.world
        self.voice, self.case_code = self._voice(
            "The sitter was kind.", "Three hours is too short."
        )
        voices.publish_voice(voice=self.voice, by=world.moderator)
        self.waiting_voice, _code = self._voice("", "Nobody has read this yet.")
        self.theme = themes.name_theme(
            partnership=world.partnership,
            name="Breaks are too short",
            summary="People want longer breaks.",
            by=world.provider,
        )
        self.voice.refresh_from_db()
        self.voice_theme = themes.give_theme(
            voice=self.voice, theme=self.theme, by=world.provider, why="Says so."
        )
        self.agreed_proposal = self._proposal("Longer breaks")
        themes.link_theme_to_proposal(
            theme=self.theme, proposal=self.agreed_proposal, by=world.carer, why="It asks for it."
        )
        self.proposal = self._proposal("A café for carers")
        supports.support_proposal(proposal=self.proposal, by=world.service_user)
        self.comment = comments.comment_on_proposal(
            proposal=self.proposal, text="Yes please.", by=world.service_user
        )
        self.draft_proposal = proposals.draft_proposal(
            workspace=world.workspace, title="Not shared yet", why="Thinking.", by=world.carer
        )
        self.closed_session = self._session()
        sessions.close_session(
            session=self.closed_session, chosen=[], closing_words="Thank you.", by=world.facilitator
        )
        self.closed_session.refresh_from_db()
        self.session = self._session()
        self.card = self.session.cards.get()
        sessions.move_session(session=self.session, step=SessionStep.CHOOSE, by=world.facilitator)
        self.session.refresh_from_db()
        self.decision = decisions.publish_decision(
            decision=self._decision("Longer breaks from the spring", self.agreed_proposal),
            by=world.facilitator,
        )
        self.agreed_proposal.refresh_from_db()
        self.draft_decision = self._decision("A café, perhaps", self.proposal)
        self.measure = measures.define_measure(
            name="Carers who had a break",
            definition="Carers with at least one break of four hours in the month.",
            unit="carers",
            direction=Direction.INCREASE,
            source="Booking system",
            by=world.evaluator,
        )
        first = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
        self.observation = measures.record_observation(
            measure=self.measure, month=first, value=Decimal(41), by=world.evaluator
        )
        self.adaptation = adaptations.publish_adaptation(
            adaptation=self._adaptation("Breaks last four hours"), by=world.provider
        )
        self.draft_adaptation = self._adaptation("Breaks on Saturdays")
        self.review = measures.review_adaptation(
            adaptation=self.adaptation,
            verdict=Verdict.NO_CLEAR_CHANGE_YET,
            words="Two months are too few to say.",
            what_next=WhatNext.KEEP,
            by=world.evaluator,
        )
        self.invitation, self.invitation_token = people.invite_participant(
            email="new@example.org", role=Role.CARER, by=world.admin
        )

    def _voice(self, helped: str, change: str) -> tuple[Voice, str]:
        world = self.world
        return voices.leave_voice(
            partnership=world.partnership,
            by=None if world.partnership.is_public else world.service_user,
            what_helped=helped,
            what_should_change=change,
            feature=world.feature,
        )

    def _proposal(self, title: str) -> Proposal:
        drafted = proposals.draft_proposal(
            workspace=self.world.workspace, title=title, why="It matters.", by=self.world.carer
        )
        return proposals.open_proposal(proposal=drafted, by=self.world.carer)

    def _session(self) -> DesignSession:
        world = self.world
        session = sessions.open_session(
            workspace=world.workspace,
            title="Kitchen table",
            question="What would you come to?",
            dots_each=3,
            by=world.facilitator,
        )
        for person in world.cast.values():
            sessions.join_session(session=session, by=person)
        sessions.move_session(session=session, step=SessionStep.SHARE, by=world.facilitator)
        cards.add_card(session=session, text="A tea dance", by=world.carer)
        return session

    def _decision(self, title: str, about: Proposal) -> Decision:
        return decisions.draft_decision(
            workspace=self.world.workspace,
            words=decisions.DecisionWords(
                title=title,
                what="Breaks last four hours.",
                reasons="Travel takes two of them.",
                evidence="Eleven voices.",
                deciders="The council.",
                review_on=clock.today() + timedelta(days=180),
            ),
            outcomes=[decisions.OutcomeFor(about, Outcome.AGREED, "Asked for most.")],
            by=self.world.facilitator,
        )

    def _adaptation(self, title: str) -> Adaptation:
        return adaptations.draft_adaptation(
            kind=AdaptationKind.CHANGED,
            feature=self.world.feature,
            title=title,
            what="Four hours instead of three.",
            why="You said three hours is too short.",
            from_day=clock.today(),
            decisions=[self.decision],
            measure=self.measure,
            expected="More carers have a break by the summer.",
            by=self.world.provider,
        )
