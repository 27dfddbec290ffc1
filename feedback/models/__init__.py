"""Feedback's tables, one file for each noun."""

from feedback.models.adaptations import (
    Adaptation,
    DecisionAdaptation,
    ProposalAdaptation,
    ThemeAdaptation,
)
from feedback.models.measures import Measure, Observation, Review
from feedback.models.themes import Theme, ThemeProposal, VoiceTheme
from feedback.models.voices import Voice, VoiceMessage

__all__ = [
    "Adaptation",
    "DecisionAdaptation",
    "Measure",
    "Observation",
    "ProposalAdaptation",
    "Review",
    "Theme",
    "ThemeAdaptation",
    "ThemeProposal",
    "Voice",
    "VoiceMessage",
    "VoiceTheme",
]
