"""How a decision came about, from what people said to what happened: one timeline in chapters.

The links come from the trail, which shows each reader only what they may read; co-design and
feedback are asked for the rest. Those who write a draft see its story as it stands today.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.enums import CommentKind
from codesign.models import Ballot, Comment, Decision, Proposal, ProposalVersion
from codesign.queries import decisions, evidence
from codesign.queries.ballot_files import shown_title
from codesign.queries.ballot_pages import ShownOption
from codesign.queries.result_words import kept_result
from codesign.queries.texts import WordsChanged, changed
from content.queries.heard import Heard, heard_before
from content.trail import Recorded, Trail, trail_of
from content.trail_kinds import TrailStep
from portal import clock, permissions
from portal.counts import count_in_words
from portal.models import Participant, ref

SHOWN = 12  # lines of one kind; the others are counted, and stand in the thread


@dataclass(frozen=True)
class Chapter:
    """One part of the story. `lines` are in order of date; `more` says how many are left out."""

    name: str
    heading: str
    lines: tuple[TrailStep, ...]
    lead: str = ""
    more: str = ""


@dataclass(frozen=True)
class Reworded:
    """What changed in a proposal's words between the first and those that were decided about."""

    proposal: Proposal
    first: ProposalVersion
    last: ProposalVersion
    words: WordsChanged


@dataclass(frozen=True)
class Story:
    """The whole of it. `before` and `after` stand around the decision itself.

    `led` are the steps of the trail that led to it; what a theme heard later is not among them.
    """

    decision: Decision
    around: decisions.Around
    led: tuple[TrailStep, ...]
    before: tuple[Chapter, ...]
    after: tuple[Chapter, ...]
    reworded: tuple[Reworded, ...]
    ballots: tuple[Ballot, ...]
    heard: Heard
    sealed: Recorded | None
    trail: Trail

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        return (*self.before, *self.after)


def story_of(
    decision: Decision, reader: Participant | None, around: decisions.Around | None = None
) -> Story | None:
    """The story of a decision as `reader` (None: a visitor) may read it; else None.

    Of a draft it is for those who may change it. `around` is for whoever has asked already. The
    number of queries depends on how long the thread is, and never on how much hangs on it.
    """
    may_edit = not decision.is_published and permissions.can(reader, "edit_decision", decision)
    trail = trail_of(
        "decision",
        decision.pk,
        partnership=decision.partnership,
        participant=reader,
        start=_line(decision, title=decision.title, at=clock.now()) if may_edit else None,
    )
    if trail is None:
        return None
    around = around or decisions.around(decision, reader)
    # A theme goes on: what was said to it after the decision did not lead to it.
    until = decision.published_at or clock.now()
    before = [step for step in trail.before if step.when <= timezone.localdate(until)]
    steps = _by_kind((*before, *trail.after))
    led = _by_kind(before)
    proposals = _proposals(led.get("proposal", []), until)
    ballots = _ballots(around, reader)
    comments, more = _points(proposals, until)
    voices = led.get("voice", [])
    chapters = (
        _chapter(
            "said",
            _("You said"),
            [*led.get("theme", []), *voices],
            lead=_voices_in_words(trail, voices, reader),
        ),
        _chapter("suggested", _("You suggested"), [*led.get("card", []), *led.get("proposal", [])]),
        Chapter(
            "weighed",
            _("You weighed it up"),
            _in_order([*led.get("designsession", []), *comments, *_assessed(proposals)]),
            more=more,
        ),
        Chapter("voted", _("You voted"), tuple(_voted(each, reader) for each in ballots)),
    )
    came = ("activity", "measure", "review")
    after = (
        _chapter("changed", _("We changed it"), steps.get("adaptation", [])),
        _chapter(
            "happened",
            _("What happened"),
            [
                *(_annulled(each) for each in ballots if each.annulled_at is not None),
                *(step for kind in came for step in steps.get(kind, [])),
            ],
        ),
    )
    return Story(
        decision=decision,
        around=around,
        led=tuple(before),
        before=tuple(each for each in chapters if each.lines),
        after=tuple(each for each in after if each.lines),
        reworded=tuple(_reworded(proposals)),
        ballots=ballots,
        heard=heard_before(
            decision.partnership,
            before,
            proposals=[each.pk for each in proposals],
            sessions=[step.pk for step in led.get("designsession", [])],
            ballots=[each.pk for each in ballots],
        ),
        sealed=next(
            (
                line
                for line in trail.record
                if line.ref == ref(decision) and line.kind == "decision_published"
            ),
            None,
        ),
        trail=trail,
    )


def _by_kind(steps: Iterable[TrailStep]) -> dict[str, list[TrailStep]]:
    found: dict[str, list[TrailStep]] = {}
    for step in steps:
        found.setdefault(step.kind, []).append(step)
    return found


def _in_order(steps: Iterable[TrailStep]) -> tuple[TrailStep, ...]:
    return tuple(sorted(steps, key=lambda step: (step.when, step.ref)))


def _chapter(name: str, heading: str, steps: Sequence[TrailStep], lead: str = "") -> Chapter:
    """The first lines in order of date, and how many more there are."""
    return Chapter(
        name, heading, _in_order(steps[:SHOWN]), lead=lead, more=_more(len(steps) - SHOWN)
    )


def _more(left_out: int) -> str:
    if left_out <= 0:
        return ""
    return ngettext(
        "And %(n)d more, in the whole thread.", "And %(n)d more, in the whole thread.", left_out
    ) % {"n": left_out}


def _voices_in_words(trail: Trail, voices: list[TrailStep], reader: Participant | None) -> str:
    """How many spoke, through the gate."""
    if "voice" in trail.more or not voices:
        return ""
    return _("Things people told us that led here: %(count)s.") % {
        "count": count_in_words(len(voices), exact=reader is not None)
    }


def _proposals(steps: list[TrailStep], until: datetime) -> list[Proposal]:
    """Those that led here and are not hidden, with their words up to the decision; two queries."""
    words = ProposalVersion.objects.filter(at__lte=until).order_by("number")
    return list(
        Proposal.objects.filter(pk__in=[step.pk for step in steps], hidden_at=None)
        .select_related("partnership")
        .prefetch_related(Prefetch("versions", words, to_attr="words_until"))
        .order_by("pk")
    )


def _reworded(proposals: Iterable[Proposal]) -> Iterable[Reworded]:
    for each in proposals:
        versions: list[ProposalVersion] = each.words_until  # type: ignore[attr-defined]
        if len(versions) > 1:
            words = changed(versions[0], versions[-1])
            if words.fields:
                yield Reworded(each, versions[0], versions[-1], words)


def _line(thing: Any, *, title: str, at: datetime, **more: Any) -> TrailStep:
    when: date = timezone.localdate(at)
    return TrailStep(
        ref=ref(thing),
        kind=thing._meta.model_name,
        title=title,
        when=when,
        when_words=date_format(when, "j F Y"),
        url=thing.get_absolute_url(),
        **more,
    )


def _points(proposals: Sequence[Proposal], until: datetime) -> tuple[list[TrailStep], str]:
    """Points for and concerns made in time, the most agreed with first, and how many more; two
    queries."""
    found: QuerySet[Comment] = Comment.objects.filter(
        proposal__in=proposals,
        reply_to=None,
        hidden_at=None,
        withdrawn_at=None,
        kind__in=[CommentKind.FOR, CommentKind.CONCERN],
        created_at__lte=until,
    ).order_by("-support_count", "pk")
    by_pk = {each.pk: each for each in proposals}
    lines = []
    for each in found.select_related("by__organisation")[:SHOWN]:
        each.proposal = by_pk[each.proposal_id]
        lines.append(
            _line(
                each,
                title=_("%(kind)s, about “%(title)s”")
                % {"kind": each.get_kind_display(), "title": each.proposal.title},
                at=each.created_at,
                who=each.by,
                words=each.text,
            )
        )
    return lines, _more(found.count() - SHOWN)


def _assessed(proposals: Sequence[Proposal]) -> Iterable[TrailStep]:
    """What those who judge suggestions think, where that is published; one query."""
    published = {each.pk: each for each in proposals if each.assessments_published_at}
    said: dict[int, list[str]] = {}
    for piece in evidence.assessments({pk: pk for pk in published}, None):
        said.setdefault(piece.about, []).append(piece.words)
    for pk, words in said.items():
        about = published[pk]
        assert about.assessments_published_at is not None  # as asked for
        yield _line(
            about,
            title=_("What providers and commissioners think of “%(title)s”")
            % {"title": about.title},
            at=about.assessments_published_at,
            signed=False,
            words="\n\n".join(words),
        )


def _ballots(around: decisions.Around, reader: Participant | None) -> tuple[Ballot, ...]:
    """The votes it rests on, of those that somebody may read; two queries."""
    may_be_read = Ballot.objects.visible_to(reader).order_by().values("pk")
    found = Ballot.objects.filter(
        pk__in=[each.pk for each in around.ballots], closed_at__isnull=False
    ).filter(pk__in=may_be_read)
    return tuple(
        found.select_related("partnership", "workspace")
        .prefetch_related("options__proposal")
        .order_by(F("closed_at"), "pk")
    )


def _voted(ballot: Ballot, reader: Participant | None) -> TrailStep:
    """A vote as it was kept at its close, in a sentence; whoever wishes counts it again there."""
    options = {
        each.key: ShownOption(each.key, shown_title(each), "") for each in ballot.options.all()
    }
    assert ballot.closed_at is not None  # as asked for
    cast = (ballot.result or {}).get("ballots", 0)
    people = _("People who voted: %(people)s.") % {
        "people": count_in_words(cast, exact=reader is not None)
    }
    return _line(
        ballot,
        title=ballot.question,
        at=ballot.closed_at,
        signed=False,
        state=ballot.state.label if ballot.annulled_at else ballot.get_method_display(),
        words=f"{kept_result(ballot, options).sentence} {people}",
    )


def _annulled(ballot: Ballot) -> TrailStep:
    assert ballot.annulled_at is not None  # as asked for
    return _line(
        ballot,
        title=_("The vote was annulled: %(question)s") % {"question": ballot.question},
        at=ballot.annulled_at,
        signed=False,
        state=ballot.state.label,
        words=ballot.annulled_because,
    )
