"""What is known about suggestions before anybody decides: shown beside the text of a decision.

Co-design knows of votes, assessments, sessions, support and points. An app above that knows more
says so once with `evidence`, as feedback does with themes; co-design never learns of it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from codesign.enums import CommentKind, SessionStep
from codesign.models import BallotOption, CardProposal, Comment, Proposal, ProposalMerge, Score
from codesign.queries.assessments import Judged, Said
from portal.counts import count_in_words
from portal.models import Participant

# From the number of every suggestion that counts to that of the one it lives on in.
LivesOn = Mapping[int, int]


@dataclass(frozen=True)
class Piece:
    """One thing known about a suggestion (its number), in a sentence, and where it stands."""

    about: int
    words: str
    url: str = ""


@dataclass(frozen=True)
class Known:
    """Pieces of one kind about one suggestion."""

    heading: str
    pieces: list[Piece]


Finder = Callable[[LivesOn, Participant], Iterable[Piece]]
AnyFinder = TypeVar("AnyFinder", bound=Finder)
_finders: list[tuple[Any, Finder]] = []


def evidence(heading: Any) -> Callable[[AnyFinder], AnyFinder]:
    """Register who finds evidence of one kind, and what the kind is called (translated words)."""

    def register(finder: AnyFinder) -> AnyFinder:
        _finders.append((heading, finder))
        return finder

    return register


def lives_on(proposals: Iterable[int]) -> dict[int, int]:
    """These proposals and all merged into them, step by step, each with where it is now."""
    now = {pk: pk for pk in proposals}
    ahead = set(now)
    while ahead:
        merges = ProposalMerge.objects.standing().filter(target__in=ahead)
        found = {
            source: now[target]
            for source, target in merges.values_list("source_id", "target_id")
            if source not in now
        }
        now |= found
        ahead = set(found)
    return now


def known_about(proposals: Sequence[Proposal], reader: Participant) -> dict[int, list[Known]]:
    """What is known about each of these proposals (by number), in kinds; nothing of no kind."""
    now = lives_on(each.pk for each in proposals)
    known: dict[int, list[Known]] = {each.pk: [] for each in proposals}
    for heading, finder in _finders if proposals else ():
        found: dict[int, list[Piece]] = defaultdict(list)
        for piece in finder(now, reader):
            found[now[piece.about]].append(piece)
        for pk, pieces in found.items():
            known[pk].append(Known(str(heading), pieces))
    return known


@evidence(gettext_lazy("Votes"))
def votes(now: LivesOn, reader: Participant) -> Iterable[Piece]:
    """What became of it in each vote that was counted."""
    options = BallotOption.objects.filter(
        proposal__in=now, ballot__closed_at__isnull=False, ballot__annulled_at=None
    )
    for each in options.select_related("ballot__partnership").order_by("-ballot__closed_at"):
        ballot = each.ballot
        assert ballot.closed_at is not None  # as asked for
        day = date_format(localdate(ballot.closed_at), "j F Y")
        was = {"question": ballot.question, "day": day}
        if each.key in ballot.chosen:
            words = _("Chosen in the vote “%(question)s”, counted on %(day)s") % was
        else:
            words = _("Not chosen in the vote “%(question)s”, counted on %(day)s") % was
        yield Piece(each.proposal_id, words, ballot.get_absolute_url())


@evidence(gettext_lazy("What providers and commissioners think"))
def assessments(now: LivesOn, reader: Participant | None) -> Iterable[Piece]:
    """Where assessors agree and where not, of what is published."""
    scores = (
        Score.objects.filter(
            assessment__proposal__in=now,
            assessment__proposal__assessments_published_at__isnull=False,
        )
        .select_related("criterion", "assessment__by", "assessment__proposal__partnership")
        .order_by("assessment__proposal", "criterion__place", "assessment")
    )
    said: dict[tuple[int, int], list[Score]] = defaultdict(list)
    for score in scores:
        said[score.assessment.proposal_id, score.criterion_id].append(score)
    for given in said.values():
        about = given[0].assessment.proposal
        judged = Judged(
            given[0].criterion,
            [Said(each.assessment.by, each.score, each.reason) for each in given],
        )
        yield Piece(about.pk, judged.in_words, f"{about.get_absolute_url()}#assessments")


@evidence(gettext_lazy("Design sessions"))
def sessions(now: LivesOn, reader: Participant) -> Iterable[Piece]:
    """The session it was chosen in, and the dots it got there."""
    links = CardProposal.objects.standing().filter(
        target__in=now, source__session__step=SessionStep.CLOSED
    )
    for link in links.select_related("source__session__partnership").order_by("pk"):
        session, dots = link.source.session, link.source.dot_count
        words = ngettext(
            "Chosen in the session “%(title)s” with %(dots)d dot",
            "Chosen in the session “%(title)s” with %(dots)d dots",
            dots,
        )
        yield Piece(
            link.target_id,
            words % {"title": session.title, "dots": dots},
            session.get_absolute_url(),
        )


@evidence(gettext_lazy("What people say about it"))
def points(now: LivesOn, reader: Participant) -> Iterable[Piece]:
    """How many support it, and how many points are for it or raise a concern."""
    counts = Counter(
        Comment.objects.filter(
            proposal__in=now,
            reply_to=None,
            hidden_at=None,
            withdrawn_at=None,
            kind__in=[CommentKind.FOR, CommentKind.CONCERN],
        )
        .order_by("pk")
        .values_list("proposal_id", "kind")
    )
    wholes = set(now.values())
    for each in Proposal.objects.filter(pk__in=wholes).select_related("partnership"):
        url = each.get_absolute_url()
        people = count_in_words(each.support_count, exact=reader.is_staff)
        yield Piece(each.pk, _("People who support it: %(people)s") % {"people": people}, url)
        its = [pk for pk, whole in now.items() if whole == each.pk]
        for kind, label in (
            (CommentKind.FOR, _("Points for it: %(count)d")),
            (CommentKind.CONCERN, _("Concerns: %(count)d")),
        ):
            count = sum(counts[pk, kind] for pk in its)
            yield Piece(each.pk, label % {"count": count}, f"{url}?comments=sides#comments")
