"""One of every thing somebody could open, for tests that go through all of them."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from codesign.enums import (
    BallotMethod,
    CommentKind,
    HidingReason,
    Outcome,
    SessionStep,
    StageKind,
    Stance,
)
from codesign.models import (
    Activity,
    ActivityDate,
    Amendment,
    Assessment,
    Attachment,
    Ballot,
    Card,
    CoAuthor,
    Comment,
    Commitment,
    Correction,
    Decision,
    DesignSession,
    Hiding,
    Member,
    Objection,
    Proposal,
    Report,
    Sheet,
    Statement,
    StatementRound,
)
from codesign.operations import (
    assessments,
    ballots,
    cards,
    comments,
    commitments,
    confirmations,
    corrections,
    deciders,
    decisions,
    files,
    members,
    merges,
    moderation,
    proposals,
    sessions,
    sheets,
    statements,
    supports,
    texts,
    votes,
)
from content import evidence
from content.enums import Audience
from content.models import EvidencePack
from feedback.enums import AdaptationKind, Direction, Verdict, WhatNext
from feedback.models import (
    Adaptation,
    Measure,
    Observation,
    Review,
    Theme,
    ThemeProposal,
    Voice,
    VoiceTheme,
)
from feedback.operations import adaptations, measures, themes, voices
from portal import clock
from portal.enums import Channel, Role
from portal.models import Invitation
from portal.operations import people
from tests.codesign.activity import an_activity, an_agreed_proposal
from tests.codesign.ballot import (
    a_ballot,
    a_ballot_with_cards,
    a_space,
    an_open_ballot,
    closed,
    new_code,
    voting,
)
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
    theme_proposal: ThemeProposal = field(init=False)
    member: Member = field(init=False)  # the partner, asked into the workspace
    proposal: Proposal = field(init=False)  # open, by the carer
    draft_proposal: Proposal = field(init=False)
    agreed_proposal: Proposal = field(init=False)
    assessment: Assessment = field(init=False)  # of the open proposal, by the provider
    reworded_proposal: Proposal = field(init=False)  # its second version took a change up
    amendment: Amendment = field(init=False)  # to the open one, by the service user
    declined_amendment: Amendment = field(init=False)  # to the same, by the same
    co_author: CoAuthor = field(init=False)  # the commissioner, asked and not yet answered
    attachment: Attachment = field(init=False)  # with the open one
    comment: Comment = field(init=False)
    question: Comment = field(init=False)  # by the service user, and open
    reply: Comment = field(init=False)  # to it, for the provider's organisation
    merged_proposal: Proposal = field(init=False)  # into the open one
    split_proposal: Proposal = field(init=False)
    report: Report = field(init=False)  # about the comment
    hidden_comment: Comment = field(init=False)
    hiding: Hiding = field(init=False)  # of the hidden comment
    sheet: Sheet = field(init=False)
    statement_round: StatementRound = field(init=False)  # open, in a space that listens
    statement: Statement = field(init=False)  # shown in it; the carer has answered
    waiting_statement: Statement = field(init=False)  # by the service user
    closed_round: StatementRound = field(init=False)  # of the same space
    agreed_activity: Proposal = field(init=False)  # nobody has started it yet
    activity: Activity = field(init=False)  # led by the carer; in three days
    activity_date: ActivityDate = field(init=False)
    session: DesignSession = field(init=False)
    card: Card = field(init=False)
    closed_session: DesignSession = field(init=False)
    draft_ballot: Ballot = field(init=False)
    open_ballot: Ballot = field(init=False)  # named; all with an account may vote
    coming_ballot: Ballot = field(init=False)
    card_ballot: Ballot = field(init=False)  # with paper cards, open
    closed_ballot: Ballot = field(init=False)  # for consent; one objection waits for an answer
    objection: Objection = field(init=False)
    annulled_ballot: Ballot = field(init=False)
    decision: Decision = field(init=False)
    commitment: Commitment = field(init=False)  # of the decision
    evidence_pack: EvidencePack = field(init=False)  # of the decision; it waits to be made
    correction: Correction = field(init=False)  # of the decision, by the service user
    draft_decision: Decision = field(init=False)
    sent_decision: Decision = field(init=False)  # waits for a second person
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
        [self.member] = members.invite_to_workspace(
            workspace=world.workspace, participants=[world.partner], by=world.facilitator
        )
        self.agreed_proposal = self._proposal("Longer breaks")
        self.theme_proposal = themes.link_theme_to_proposal(
            theme=self.theme, proposal=self.agreed_proposal, by=world.carer, why="It asks for it."
        )
        self.proposal = self._proposal("A café for carers")
        supports.support_proposal(proposal=self.proposal, by=world.service_user)
        self._texts()
        criteria = assessments.agree_criteria(
            workspace=world.workspace,
            criteria=assessments.usual_criteria(),
            by=world.facilitator,
        )
        self.assessment = assessments.assess_proposal(
            proposal=self.proposal,
            scores={each.pk: (4, "There is a hall.") for each in criteria},
            by=world.provider,
        )
        self.comment = comments.comment_on_proposal(
            proposal=self.proposal, text="Yes please.", by=world.service_user
        )
        self.report = moderation.report_comment(
            comment=self.comment, reason=HidingReason.ADVERT, words="Always this.", by=world.carer
        )
        self.hidden_comment = comments.comment_on_proposal(
            proposal=self.agreed_proposal, text="Ask Anna, she is always late.", by=world.carer
        )
        self.hiding = moderation.hide_comment(
            comment=self.hidden_comment,
            reason=HidingReason.NAMED,
            why="It names a worker.",
            by=world.moderator,
        )
        sheets.print_sheets(
            workspace=world.workspace, proposals=[self.proposal], copies=1, by=world.carer
        )
        self.sheet = sheets.enter_sheet(
            workspace=world.workspace,
            number="K7F-M2X",
            channel=Channel.PAPER,
            consent="It says so on the sheet.",
            lines=[sheets.SheetLine(sheets.Person(world.service_user), supports=[self.proposal])],
            by=world.facilitator,
        )
        self._statements()
        self.question = comments.comment_on_proposal(
            proposal=self.proposal,
            text="Who would drive us?",
            kind=CommentKind.QUESTION,
            by=world.service_user,
        )
        self.reply = comments.reply_to_comment(
            comment=self.question, text="Our minibus.", by=world.provider, as_organisation=True
        )
        comments.support_comment(comment=self.reply, by=world.commissioner)
        self.merged_proposal = self._proposal("A tea room for carers")
        merges.merge_proposals(
            proposals=[self.merged_proposal],
            into=self.proposal,
            by=world.facilitator,
            reason="Both wish for a place to sit and talk.",
        )
        self.split_proposal = self._proposal("Lunch and a choir")
        merges.split_proposal(
            proposal=self.split_proposal,
            parts=[merges.Part("Lunch", "To eat."), merges.Part("A choir", "To sing.")],
            by=world.facilitator,
            reason="These are two ideas.",
        )
        for each in (self.proposal, self.merged_proposal, self.split_proposal):
            each.refresh_from_db()
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
        self._ballots()
        self.decision = self._decision("Longer breaks from the spring", self.agreed_proposal)
        deciders.set_deciders(
            decision=self.decision,
            deciders=[deciders.DeciderWords(participant=world.provider, interest="Our breaks.")],
            by=world.facilitator,
        )
        commitments.set_commitments(
            decision=self.decision,
            commitments=[
                commitments.CommitmentWords("Tell everyone", "Breakwater Care", clock.today())
            ],
            by=world.facilitator,
        )
        self.decision = decisions.publish_decision(decision=self.decision, by=world.facilitator)
        self.commitment = self.decision.commitments.get()
        self.evidence_pack = evidence.make_evidence_pack(
            decision=self.decision,
            audience=Audience.PUBLIC if world.partnership.is_public else Audience.PARTNERSHIP,
            by=world.carer,
        )
        self.correction = corrections.ask_for_correction(
            decision=self.decision, words="It was twelve voices.", by=world.service_user
        )
        self.agreed_proposal.refresh_from_db()
        self.agreed_activity = an_agreed_proposal(world, "A walking group")
        self.activity = an_activity(world, "A knitting group")
        self.activity_date = self.activity.dates.get()
        self.draft_decision = self._decision("A café, perhaps", self.proposal)
        self.sent_decision = self._sent_decision()
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

    def _texts(self) -> None:
        """Changes suggested to the words, one of them taken up; somebody asked; a document."""
        world = self.world

        def suggested(proposal: Proposal, why: str) -> Amendment:
            return texts.amend_proposal(
                proposal=proposal,
                title=proposal.title,
                why=why,
                reason="Many work on Saturdays.",
                based_on=1,
                by=world.service_user,
            )

        self.declined_amendment = texts.decline_amendment(
            amendment=suggested(self.proposal, "Daily."), answer="Too often.", by=world.carer
        )
        self.amendment = suggested(self.proposal, "It matters on Sundays too.")
        self.reworded_proposal = self._proposal("A choir")
        taken_up = suggested(self.reworded_proposal, "It matters to everybody.")
        texts.accept_amendment(
            amendment=taken_up,
            title=taken_up.title,
            why=taken_up.why,
            based_on=1,
            by=world.carer,
        )
        self.co_author = texts.invite_co_author(
            proposal=self.proposal, participant=world.commissioner, by=world.carer
        )
        self.attachment = files.attach_file(
            proposal=self.proposal,
            upload=SimpleUploadedFile("notes.txt", b"Notes from the kitchen table."),
            words="Our notes",
            by=world.carer,
        )

    def _ballots(self) -> None:
        """In a space of their own, whose stage takes them: one of each state."""
        world, space = self.world, a_space(self.world)
        self.draft_ballot = a_ballot(world, space=space)
        self.open_ballot = an_open_ballot(world, space=space)
        later = clock.now() + timedelta(days=2)
        self.coming_ballot = an_open_ballot(world, space=space, opens_at=later)
        self.card_ballot = a_ballot_with_cards(world, space=space)
        consent = an_open_ballot(world, BallotMethod.CONSENT, space=space)
        votes.cast_ballot(
            ballot=consent,
            choice="object",
            objection="It is too far away.",
            by=world.service_user,
            code=new_code(),
        )
        voting(consent, [(world.carer, "agree"), (world.partner, "abstain")])
        self.closed_ballot = closed(world, consent)
        self.objection = self.closed_ballot.objections.get()
        self.annulled_ballot = ballots.annul_ballot(
            ballot=an_open_ballot(world, space=space),
            reason="Two were missing.",
            by=world.facilitator,
        )

    def _statements(self) -> None:
        """Two rounds in a space of their own: a closed one, then one with somebody's suggestion."""
        world = self.world
        listening = world.open_workspace("How things are now", StageKind.LISTEN)

        def asked(question: str) -> StatementRound:
            return statements.open_statements(
                workspace=listening,
                question=question,
                first=["I know whom to ring."],
                by=world.facilitator,
            )

        first = asked("How do you find help?")
        self.closed_round = statements.close_statements(rounded=first, by=world.facilitator)
        self.statement_round = asked("How are your breaks?")
        self.statement = self.statement_round.statements.get()
        statements.answer_statement(statement=self.statement, stance=Stance.AGREE, by=world.carer)
        self.waiting_statement = statements.suggest_statement(
            rounded=self.statement_round, words="The bus comes late.", by=world.service_user
        )

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
                how="The council.",
                review_on=clock.today() + timedelta(days=180),
            ),
            outcomes=[decisions.OutcomeFor(about, Outcome.AGREED, "Asked for most.")],
            by=self.world.facilitator,
        )

    def _sent_decision(self) -> Decision:
        """Sent while a second person had to confirm, which is not asked any more."""
        here = {"partnership": self.world.partnership, "by": self.world.admin}
        confirmations.require_confirmation(required=True, **here)
        draft = self._decision("A café, for certain", self.proposal)
        sent = confirmations.send_for_confirmation(decision=draft, by=self.world.facilitator)
        confirmations.require_confirmation(required=False, **here)
        return sent

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
