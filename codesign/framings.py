"""Framings: what a new workspace can begin from. Text and numbers only; a facilitator changes them.

A framing asks one kind of question, and gives each stage as many weeks as it usually takes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from codesign.enums import StageKind

WEEK = 7  # days


@dataclass(frozen=True)
class Framing:
    """What a new workspace says to begin with. `weeks` has the stages it goes through."""

    key: str
    name: Any
    about: Any
    title: Any
    question: Any
    introduction: Any
    weeks: Mapping[StageKind, int]


FRAMINGS = {
    each.key: each
    for each in (
        Framing(
            key="service",
            name=_("Shape a new service"),
            about=_("From hearing how things are now to a service people helped to design."),
            title=_("Our new service"),
            question=_("What should our new service be like?"),
            introduction=_(
                "We are starting something new, and we want to shape it with the people it is "
                "for.\n\n"
                "First we listen to how things are now. Then everyone can suggest what would "
                "help. We work the best ideas out together, choose, and decide in the open.\n\n"
                "You do not need to know how services are run. You know what your day is like."
            ),
            weeks={
                StageKind.LISTEN: 4,
                StageKind.SUGGEST: 4,
                StageKind.DEVELOP: 4,
                StageKind.CHOOSE: 2,
                StageKind.DECIDE: 2,
                StageKind.DELIVER: 26,
            },
        ),
        Framing(
            key="activities",
            name=_("Choose activities"),
            about=_("Ideas for things to do together, and a choice of those most people want."),
            title=_("What shall we do next?"),
            question=_("What would you like to do together?"),
            introduction=_(
                "Which groups, trips or classes would you come to?\n\n"
                "Suggest an activity, or support one that somebody else suggested. You can offer "
                "to lead one too. Those that most people want are the first to start."
            ),
            weeks={
                StageKind.SUGGEST: 4,
                StageKind.CHOOSE: 2,
                StageKind.DECIDE: 1,
                StageKind.DELIVER: 13,
            },
        ),
        Framing(
            key="quarter",
            name=_("Review the quarter"),
            about=_("Look back at three months: what helped, what did not, what to change."),
            title=_("How were the last three months?"),
            question=_("What should we keep, change or stop?"),
            introduction=_(
                "Every three months we stop and look at how things are going.\n\n"
                "Read what people said and what has changed. Then tell us what we should keep, "
                "what we should change, and what we should stop."
            ),
            weeks={
                StageKind.LISTEN: 2,
                StageKind.SUGGEST: 2,
                StageKind.DECIDE: 1,
                StageKind.DELIVER: 8,
            },
        ),
        Framing(
            key="problem",
            name=_("Fix one problem"),
            about=_("One thing goes wrong. Find out why, try something, and see if it helps."),
            title=_("One thing to put right"),
            question=_("What goes wrong, and what would put it right?"),
            introduction=_(
                "Something does not work as it should, and we want to put it right.\n\n"
                "Tell us when it happens and what it is like for you. Then suggest what would "
                "help. Small ideas are welcome: they can start soon."
            ),
            weeks={
                StageKind.LISTEN: 1,
                StageKind.SUGGEST: 2,
                StageKind.DEVELOP: 1,
                StageKind.DECIDE: 1,
                StageKind.DELIVER: 8,
            },
        ),
    )
}


def days_of(
    starts_on: date, weeks: Iterable[tuple[StageKind, int]]
) -> list[tuple[StageKind, date, date]]:
    """Each stage with its first and last day, one after the other. No weeks: it is left out."""
    laid, first = [], starts_on
    for kind, count in weeks:
        if count:
            after = first + timedelta(days=count * WEEK)
            laid.append((kind, first, after - timedelta(days=1)))
            first = after
    return laid
