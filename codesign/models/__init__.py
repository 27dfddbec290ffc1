"""Co-design's tables, one file for each noun."""

from codesign.models.activities import (
    Activity,
    ActivityDate,
    CalendarKey,
    Host,
    ProposalActivity,
    SignUp,
)
from codesign.models.assessments import Assessment, Criterion, Score
from codesign.models.ballots import Ballot, BallotDecision, BallotOption, RollEntry
from codesign.models.comments import Comment, CommentSupport
from codesign.models.decisions import (
    Commitment,
    Decider,
    Decision,
    DecisionOutcome,
    OutcomeScore,
)
from codesign.models.features import FeatureVersion, ServiceFeature
from codesign.models.moderation import Hiding, Report
from codesign.models.proposals import (
    Amendment,
    Attachment,
    CoAuthor,
    Proposal,
    ProposalMerge,
    ProposalSplit,
    ProposalVersion,
    Support,
)
from codesign.models.sessions import Card, CardProposal, DesignSession, Dot, SessionSeat
from codesign.models.sheets import EnteredLine, PrintedProposal, PrintedSheet, Printing, Sheet
from codesign.models.statements import Statement, StatementAnswer, StatementRound
from codesign.models.votes import Correction, CountedVote, NamedVote, Objection, SecretVote
from codesign.models.workspaces import Member, OpenRole, Stage, StageMove, TakingPart, Workspace

__all__ = [
    "Activity",
    "ActivityDate",
    "Amendment",
    "Assessment",
    "Attachment",
    "Ballot",
    "BallotDecision",
    "BallotOption",
    "CalendarKey",
    "Card",
    "CardProposal",
    "CoAuthor",
    "Comment",
    "CommentSupport",
    "Commitment",
    "Correction",
    "CountedVote",
    "Criterion",
    "Decider",
    "Decision",
    "DecisionOutcome",
    "DesignSession",
    "Dot",
    "EnteredLine",
    "FeatureVersion",
    "Hiding",
    "Host",
    "Member",
    "NamedVote",
    "Objection",
    "OpenRole",
    "OutcomeScore",
    "PrintedProposal",
    "PrintedSheet",
    "Printing",
    "Proposal",
    "ProposalActivity",
    "ProposalMerge",
    "ProposalSplit",
    "ProposalVersion",
    "Report",
    "RollEntry",
    "Score",
    "SecretVote",
    "ServiceFeature",
    "SessionSeat",
    "Sheet",
    "SignUp",
    "Stage",
    "StageMove",
    "Statement",
    "StatementAnswer",
    "StatementRound",
    "Support",
    "TakingPart",
    "Workspace",
]
