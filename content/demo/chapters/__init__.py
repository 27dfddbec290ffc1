"""The chapters of a demo story. Each gathers the events of its nouns."""

from content.demo.chapters import (
    answering,
    changing,
    deciding,
    founding,
    gathering,
    meeting,
    reworking,
    speaking,
    suggesting,
)

CHAPTERS = (
    founding.found,
    founding.join,
    founding.describe,
    founding.open_spaces,
    speaking.speak,
    speaking.name_themes,
    suggesting.propose,
    answering.answer,
    reworking.rework,
    meeting.meet,
    deciding.decide,
    gathering.gather,
    changing.measure,
    changing.adapt,
    changing.review,
)
