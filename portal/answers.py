"""Told back: publishing a decision or a change is the answer to everyone it concerns.

An app that knows who a kind of thing concerns says so once, with `concerned_by`; a lower app never
learns of an upper one, yet publishing a decision also reaches the people whose voices led to it.
`preview` and `send` ask the same question, so what is shown beforehand is what is sent.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from django.db.models import Count, Model, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from portal import clock, notices, references
from portal.models import Answer, Notice, Participant, ref


class Tie(IntEnum):
    """What ties somebody to a thing, closest first. Of several ties the closest is told."""

    SUGGESTED = 1
    SAID = 2
    SUPPORTED = 3
    COMMENTED = 4
    COULD_VOTE = 5


@dataclass(frozen=True)
class Concerned:
    """Somebody a thing concerns: a participant, or the giver of an anonymous voice (`case`)."""

    because: str  # "you supported “A café for carers”"
    participant: Participant | None = None
    case: str = ""
    tie: Tie = Tie.SAID
    about: str = ""  # what `because` names, as a reference, where not everybody may read it


Finder = Callable[[Model], Iterable[Concerned]]
_finders: dict[str, list[Finder]] = {}


def concerned_by(model: type[Model]) -> Callable[[Finder], Finder]:
    """Register a function that names the people a thing of `model` concerns."""

    def register(finder: Finder) -> Finder:
        _finders.setdefault(model._meta.label_lower, []).append(finder)
        return finder

    return register


def preview(thing: Model) -> list[Concerned]:
    """Everybody who would be told, each once with their closest tie, in a steady order."""
    found: dict[tuple[int, str], Concerned] = {}
    for finder in _finders.get(thing._meta.label_lower, []):
        for concerned in finder(thing):
            person = concerned.participant
            if person is not None and not person.is_here:
                continue
            key = (person.pk if person else 0, concerned.case)
            if key not in found or concerned.tie < found[key].tie:
                found[key] = concerned
    return [found[key] for key in sorted(found)]


def as_read_by(concerned: Sequence[Concerned], reader: Participant) -> list[Concerned]:
    """The same people, with ties to things that `reader` may not see left unnamed."""
    seen = references.find({each.about for each in concerned if each.about}, reader)
    return [
        each
        if not each.about or each.about in seen
        else replace(each, because=_("of something in a space that is not open to you"))
        for each in concerned
    ]


def send(
    thing: Model, *, text: str, by: Participant, at_once: Collection[Tie] = ()
) -> list[Answer]:
    """Tell everybody concerned, once each, whatever happens twice; returns the answers given.

    Participants also get it on their list of notices; those with a tie in `at_once` are mailed
    without waiting for their digest. A case sees it with its code.
    """
    concerned = preview(thing)
    url = thing.get_absolute_url()  # type: ignore[attr-defined]
    answers = Answer.objects.bulk_create(
        Answer(
            partnership_id=by.partnership_id,
            subject=ref(thing),
            participant=each.participant,
            case=each.case,
            because=each.because[:200],
            text=text,
            url=url,
            at=clock.now(),
        )
        for each in concerned
    )
    for needs_me in (True, False):
        notices.queue(
            [
                each.participant
                for each in concerned
                if each.participant and (each.tie in at_once) is needs_me
            ],
            subject=thing,
            text=text,
            needs_me=needs_me,
            but_not=by,
        )
    return answers


def stop_quoting(partnership_id: int, quoted: Iterable[str], instead: str) -> None:
    """Say `instead` where answers and notices given earlier quote these words."""
    for words in quoted:
        was, now = Value(f"“{words}”"), Value(instead)
        answers = Answer.objects.filter(partnership_id=partnership_id)
        answers.filter(because__contains=was.value).update(because=Replace("because", was, now))
        answers.filter(text__contains=was.value).update(text=Replace("text", was, now))
        told = Notice.objects.filter(partnership_id=partnership_id, text__contains=was.value)
        told.update(text=Replace("text", was, now))


@dataclass(frozen=True)
class Told:
    """How many are told of a thing: people who act openly here, and anonymous givers.

    True counts: that of anonymous givers passes the disclosure gate for everybody.
    """

    people: int
    anonymous: int


def told_of(concerned: Sequence[Concerned]) -> Told:
    """How many would be told, from `preview`."""
    people = sum(1 for each in concerned if each.participant is not None)
    return Told(people=people, anonymous=len(concerned) - people)


def told_about(thing: Model) -> Told:
    """How many were told when a thing was published."""
    given = Answer.objects.filter(subject=ref(thing)).aggregate(
        people=Count("participant"), all=Count("pk")
    )
    return Told(people=given["people"], anonymous=given["all"] - given["people"])
