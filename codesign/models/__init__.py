"""Co-design's tables, one file for each noun."""

from codesign.models.decisions import Decision, DecisionOutcome
from codesign.models.features import FeatureVersion, ServiceFeature
from codesign.models.proposals import Comment, Proposal, ProposalMerge, Support
from codesign.models.sessions import Card, CardProposal, DesignSession, Dot, SessionSeat
from codesign.models.workspaces import Stage, Workspace

__all__ = [
    "Card",
    "CardProposal",
    "Comment",
    "Decision",
    "DecisionOutcome",
    "DesignSession",
    "Dot",
    "FeatureVersion",
    "Proposal",
    "ProposalMerge",
    "ServiceFeature",
    "SessionSeat",
    "Stage",
    "Support",
    "Workspace",
]
