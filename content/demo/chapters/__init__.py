"""The chapters of a demo story. Each gathers the events of its nouns."""

from content.demo.chapters import (
    answering,
    changing,
    choosing,
    deciding,
    founding,
    gathering,
    listening,
    meeting,
    reworking,
    speaking,
    suggesting,
    typing_in,
)

CHAPTERS = (
    founding.found,
    founding.join,
    founding.describe,
    founding.open_spaces,
    speaking.speak,
    speaking.name_themes,
    listening.listen,
    suggesting.propose,
    answering.answer,
    reworking.rework,
    typing_in.type_in,
    meeting.meet,
    choosing.choose,
    deciding.decide,
    gathering.gather,
    changing.measure,
    changing.adapt,
    changing.review,
)
