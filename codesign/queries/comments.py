"""Reads about comments: a proposal's points in pages, each with all its replies."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db.models import (
    Exists,
    OuterRef,
    QuerySet,
    TextChoices,
    Value,
    prefetch_related_objects,
)
from django.utils.translation import gettext_lazy as _

from codesign.enums import CommentKind
from codesign.models import Comment, CommentSupport, Proposal
from codesign.models.comments import CommentQuerySet
from portal.models import Participant
from portal.paging import KeysetPage, page_of

POINTS = 10
EACH_SIDE = 5


class Order(TextChoices):
    """The ways to read a proposal's points."""

    NEWEST = "newest", _("Newest first")
    SUPPORTED = "supported", _("Most supported")
    UNANSWERED = "unanswered", _("Questions without an answer")
    SIDES = "sides", _("For and concerns, side by side")


@dataclass(frozen=True)
class Point:
    """One point with its replies, oldest first."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)


@dataclass(frozen=True)
class Side:
    """The points of one kind that most people agree with; `more` says that there are others."""

    kind: CommentKind
    points: list[Point]
    more: bool


@dataclass(frozen=True)
class Points:
    """What people say about a proposal, as the reader asked to see it.

    page      query strings that lead on and back
    sides     points for and concerns, where they stand side by side; then `items` is empty
    others    how many points of other kinds are not shown beside them
    """

    order: Order
    items: list[Point]
    page: KeysetPage[Comment]
    sides: list[Side]
    orders: list[Order]
    others: int = 0


def order_asked(query: Mapping[str, str]) -> Order:
    """The order `?comments=` names; newest first where it names none."""
    asked = query.get("comments", "")
    return Order(asked) if asked in Order.values else Order.NEWEST


def points_on(
    proposal: Proposal, participant: Participant | None, query: Mapping[str, str]
) -> Points:
    """A proposal's points by `?comments=`; at most seven queries however many there are.

    `?before=` goes on after a point, and `?point=` opens the list at one. Hidden comments keep
    their place: the page shows why. Each knows as `agreed` whether the reader supports it.
    """
    order = order_asked(query)
    comments = _comments(proposal, participant)
    made = comments.filter(reply_to=None)
    page: KeysetPage[Comment] = KeysetPage(items=[])
    found: dict[CommentKind, list[Comment]] = {}
    others = 0
    if order == Order.SIDES:
        others = made.exclude(kind__in=(CommentKind.FOR, CommentKind.CONCERN)).count()
        for kind in (CommentKind.FOR, CommentKind.CONCERN):
            best = made.filter(kind=kind).order_by("-support_count", "-pk")
            found[kind] = list(best[: EACH_SIDE + 1])
    else:
        page = _page(made, order, query)
    shown = [*page.items, *(each for those in found.values() for each in those[:EACH_SIDE])]
    points = _with_replies(comments, shown)
    everything = [each for point in points.values() for each in (point.comment, *point.replies)]
    theirs = {each.by.organisation_id: each.by.organisation for each in everything if each.by}
    for each in everything:
        each.proposal = proposal
        if each.organisation_id in theirs:  # hardly ever another than its author's own
            each.organisation = theirs[each.organisation_id]
    for other in ("entered_by", "answered_by", "organisation"):  # few comments have any
        prefetch_related_objects(
            [each for each in everything if getattr(each, f"{other}_id")], other
        )
    return Points(
        order=order,
        items=[points[each.pk] for each in page.items],
        page=page,
        sides=[
            Side(kind, [points[each.pk] for each in those[:EACH_SIDE]], len(those) > EACH_SIDE)
            for kind, those in found.items()
        ],
        orders=list(Order),
        others=others,
    )


def _comments(proposal: Proposal, participant: Participant | None) -> CommentQuerySet:
    mine = CommentSupport.objects.filter(participant=participant, comment=OuterRef("pk"))
    found: CommentQuerySet = (
        Comment.objects.filter(proposal=proposal)
        .select_related("by__organisation")
        .annotate(agreed=Exists(mine) if participant else Value(False))
    )
    return found


def _page(made: CommentQuerySet, order: Order, query: Mapping[str, str]) -> KeysetPage[Comment]:
    """A page of points; its links lead to the points and not to the top of the proposal.

    It opens at `?point=` where that is not among the newest anyway.
    """
    asked = {key: query[key] for key in ("comments", "before") if query.get(key)}
    point = query.get("point", "")
    if order == Order.UNANSWERED:
        made = made.open_questions()
    by = "support_count" if order == Order.SUPPORTED else "pk"
    page = page_of(made, asked, size=POINTS, by=by)
    opens = order == Order.NEWEST and point.isdecimal() and len(point) < 19
    if opens and int(point) not in {each.pk for each in page.items}:
        page = page_of(made, {"before": str(int(point) + 1)}, size=POINTS)
    return replace(
        page,
        older=page.older and f"{page.older}#comments",
        newest=page.newest and f"{page.newest}#comments",
    )


def _with_replies(comments: QuerySet[Comment], shown: list[Comment]) -> dict[int, Point]:
    points = {each.pk: Point(each) for each in shown}
    answered = {pk for pk, point in points.items() if point.comment.reply_count}
    if answered:
        for reply in comments.filter(reply_to__in=answered).order_by("pk"):
            if reply.reply_to_id is not None:
                points[reply.reply_to_id].replies.append(reply)
    return points
