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
from codesign.models.comments import Comment, CommentSupport
from codesign.models.decisions import Decision, DecisionOutcome
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
    Sheet,
    Support,
)
from codesign.models.sessions import Card, CardProposal, DesignSession, Dot, SessionSeat
from codesign.models.workspaces import Member, OpenRole, Stage, StageMove, TakingPart, Workspace

__all__ = [
    "Activity",
    "ActivityDate",
    "Amendment",
    "Assessment",
    "Attachment",
    "CalendarKey",
    "Card",
    "CardProposal",
    "CoAuthor",
    "Comment",
    "CommentSupport",
    "Criterion",
    "Decision",
    "DecisionOutcome",
    "DesignSession",
    "Dot",
    "FeatureVersion",
    "Hiding",
    "Host",
    "Member",
    "OpenRole",
    "Proposal",
    "ProposalActivity",
    "ProposalMerge",
    "ProposalSplit",
    "ProposalVersion",
    "Report",
    "Score",
    "ServiceFeature",
    "SessionSeat",
    "Sheet",
    "SignUp",
    "Stage",
    "StageMove",
    "Support",
    "TakingPart",
    "Workspace",
]
