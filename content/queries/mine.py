"""Reads for somebody's own page: what waits for them, what they said, and what became of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.enums import ProposalStatus
from codesign.models import Amendment, Card, Comment, DesignSession
from content.queries.waiting import MOST, Item, Part, been_to, short, waiting_for, written_by
from feedback.enums import VoiceStatus
from feedback.models import Voice
from portal import references
from portal.models import Answer, Participant
from portal.paging import KeysetPage, page_of

LATEST = 5  # of one kind; all of it stands on a page of its own


@dataclass(frozen=True)
class MyPage:
    """Everything on somebody's own page."""

    waiting: list[Part]
    said: list[Part]
    became: Part


def my_page(participant: Participant) -> MyPage:
    """What concerns this person across every space and all feedback; the same queries for all."""
    return MyPage(
        waiting=[part for part in waiting_for(participant) if part.items],
        said=[part for part in _said(participant) if part.items],
        became=_became(participant),
    )


# What they said.


def _my_proposals(participant: Participant) -> QuerySet[Any]:
    found = written_by(participant).exclude(status=ProposalStatus.DRAFT)
    return found.select_related("partnership", "workspace")


def _my_comments(participant: Participant) -> QuerySet[Any]:
    found = Comment.objects.visible_to(participant).filter(by=participant, withdrawn_at=None)
    return found.select_related("proposal__partnership")


def _my_amendments(participant: Participant) -> QuerySet[Any]:
    found = Amendment.objects.visible_to(participant).filter(by=participant)
    return found.select_related("proposal__partnership")


def _my_voices(participant: Participant) -> QuerySet[Any]:
    found = Voice.objects.filter(by=participant).exclude(status=VoiceStatus.WITHDRAWN)
    return found.select_related("partnership")


def _my_cards(participant: Participant) -> QuerySet[Any]:
    rooms = DesignSession.objects.visible_to(participant).values("pk")
    found = Card.objects.filter(by=participant, session__in=rooms)
    return found.select_related("session__partnership")


def _comment_note(each: Comment) -> str:
    words = _("a reply on") if each.reply_to_id else each.get_kind_display() + " ·"
    return f"{words} {each.proposal.shown_title}"


@dataclass(frozen=True)
class Kind:
    """One kind of thing somebody said: its heading, its rows, and one of them in words."""

    title: Promise
    rows: Callable[[Participant], QuerySet[Any]]
    text: Callable[[Any], str]
    note: Callable[[Any], str]


KINDS = {
    "proposals": Kind(
        gettext_lazy("Your suggestions"),
        _my_proposals,
        lambda each: each.title,
        lambda each: f"{each.standing} · {each.workspace.title}",
    ),
    "comments": Kind(
        gettext_lazy("Your comments"), _my_comments, lambda each: short(each.text), _comment_note
    ),
    "amendments": Kind(
        gettext_lazy("Changes you suggested"),
        _my_amendments,
        lambda each: each.proposal.shown_title if each.is_hidden else each.title,
        lambda each: each.get_status_display(),
    ),
    "voices": Kind(
        gettext_lazy("What you told us under your name"),
        _my_voices,
        lambda each: short(each.what_should_change or each.what_helped),
        lambda each: each.get_status_display(),
    ),
    "cards": Kind(
        gettext_lazy("Your ideas in sessions"),
        _my_cards,
        lambda each: each.text,
        lambda each: each.session.title,
    ),
}
ANSWERS = "answers"


def _items(kind: Kind, rows: Iterable[Any]) -> list[Item]:
    return [
        Item(kind.text(each), each.get_absolute_url(), kind.note(each), each.created_at)
        for each in rows
    ]


def _said(participant: Participant) -> list[Part]:
    parts = []
    for name, kind in KINDS.items():
        rows = list(kind.rows(participant).order_by("-pk")[: LATEST + 1])
        more = name if len(rows) > LATEST else ""
        parts.append(Part(str(kind.title), _items(kind, rows[:LATEST]), more))
    return [*parts, Part(_("You said how it was"), _dates_told_about(participant))]


def _dates_told_about(participant: Participant) -> list[Item]:
    """Dates of which they said how it was: that they did, and never what, as nobody knows."""
    return [
        Item(
            each.date.activity.title,
            each.date.get_absolute_url(),
            _("You have answered. Thank you."),
            each.date.starts_at,
        )
        for each in been_to(participant).filter(answered=True)[:MOST]
    ]


# What became of it.


def _answers(rows: Iterable[Answer], participant: Participant) -> list[Item]:
    """What they were told; of what they may no longer see, only that there was something."""
    rows = list(rows)
    things = references.find({each.subject for each in rows}, participant)
    return [
        Item(short(each.text), each.url, each.because, each.at)
        if each.subject in things
        else Item(_("An answer in a space that you can no longer see"), "", each.because, each.at)
        for each in rows
    ]


def _became(participant: Participant) -> Part:
    rows = list(Answer.objects.filter(participant=participant).order_by("-pk")[: LATEST + 1])
    more = ANSWERS if len(rows) > LATEST else ""
    return Part(_("What became of it"), _answers(rows[:LATEST], participant), more)


@dataclass(frozen=True)
class Listed:
    """One page of all there is of a kind."""

    part: Part
    page: KeysetPage[Any]


def all_of(kind: str, participant: Participant, query: Mapping[str, str]) -> Listed | None:
    """One page of everything of a kind, newest first; None for a kind that does not exist."""
    if kind == ANSWERS:
        answers = page_of(Answer.objects.filter(participant=participant), query)
        part = Part(_("What became of it"), _answers(answers.items, participant))
        return Listed(part, answers)
    if kind not in KINDS:
        return None
    page: KeysetPage[Any] = page_of(KINDS[kind].rows(participant), query)
    return Listed(Part(str(KINDS[kind].title), _items(KINDS[kind], page.items)), page)
