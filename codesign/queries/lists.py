"""Reads for lists of proposals: what is asked for, narrowed down, in the order asked for.

What a list can be narrowed by is open: an app above adds a filter of its own with `filter_by`, so
proposals can be listed by theme though co-design knows nothing of themes.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, TextChoices, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from codesign.enums import ProposalKind, ProposalStatus
from codesign.models import CoAuthor, Comment, Proposal, ServiceFeature, Stage, Support, Workspace
from codesign.models.proposals import ProposalQuerySet
from portal import clock, search
from portal.enums import Constant, Role
from portal.models import Participant, Partnership, ref
from portal.paging import KeysetPage, page_of, wheel_of

CLOSEST = 50  # how many a search by words shows
MOST_COUNTED = 100  # of a list that was narrowed down; beyond, there are more than that
PRINTED = 500  # how many a printed list holds
BATCH = 500  # how many are held in memory while a file is written


class ListOrder(TextChoices):
    """What comes first in a list of proposals."""

    NEWEST = "newest", _("Newest")
    SUPPORTED = "supported", _("Most supported")
    COMMON_GROUND = "common", _("Common ground")
    ATTENTION = "attention", _("Needs attention")
    FAIR = "fair", _("Fair order")


ORDER_WORDS: dict[ListOrder, Promise] = {
    ListOrder.NEWEST: _("The newest come first."),
    ListOrder.SUPPORTED: _("Those that most people support come first."),
    ListOrder.COMMON_GROUND: _(
        "Those that people of every role support come first. Each role weighs the same, however"
        " many people it has."
    ),
    ListOrder.ATTENTION: _(
        "Those with questions and changes that wait for an answer come first, and those that"
        " nobody has said anything about."
    ),
    ListOrder.FAIR: _(
        "The list begins at a different place for each person, every day. So each suggestion comes"
        " first as often as any other."
    ),
}
COLUMNS = {
    ListOrder.NEWEST: "pk",
    ListOrder.SUPPORTED: "support_count",
    ListOrder.COMMON_GROUND: "common_ground",
    ListOrder.ATTENTION: "attention",
}


class ListShow(TextChoices):
    """Whose proposals a list shows."""

    MINE = "mine", _("Mine: I wrote it, or write it with others")
    WAITING = "waiting", _("Those that wait for my answer")


@dataclass(frozen=True)
class Wanted:
    """What somebody asks a list for; empty means all. `picked` holds what filters were set to."""

    q: str = ""
    status: str = ""
    kind: str = ""
    role: str = ""
    show: str = ""
    order: ListOrder = ListOrder.NEWEST
    picked: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.status or self.kind or self.role or self.show or self.picked)


@dataclass(frozen=True)
class Filter:
    """A way to narrow a list down to what belongs to one thing of a partnership.

    `things` are what can be picked there, and `words` names the column that says what each is
    called. `narrow` leaves the proposals that belong to the one with this number.
    """

    name: str
    label: Any  # translated words
    words: str
    things: Callable[[Partnership], QuerySet]
    narrow: Callable[[ProposalQuerySet, int], ProposalQuerySet]


FILTERS: dict[str, Filter] = {}


def filter_by(added: Filter) -> None:
    """Let lists be narrowed by something more. For apps above, when they are loaded."""
    FILTERS[added.name] = added


filter_by(
    Filter(
        name="feature",
        label=_("Part of the service"),
        words="name",
        things=lambda partnership: ServiceFeature.objects.filter(partnership=partnership),
        narrow=lambda items, pk: items.filter(feature=pk),
    )
)

Choices = dict[str, list[tuple[str, str]]]


def choices_in(partnership: Partnership) -> Choices:
    """What each filter offers in a partnership, by name: (number, words), in one query."""
    asked = [
        each.things(partnership)
        .order_by()
        .annotate(filter_name=Value(each.name, output_field=CharField()))
        .values_list("filter_name", "pk", each.words)
        for each in FILTERS.values()
    ]
    found: Choices = {name: [] for name in FILTERS}
    for name, pk, words in asked[0].union(*asked[1:], all=True):
        found[name].append((str(pk), words))
    for offered in found.values():
        offered.sort(key=lambda choice: choice[1].casefold())
    return found


class StageToday(Func):
    """The kind of the stage of a workspace that a day falls in: `StageToday(F("workspace"), day)`.

    Written out, as a queryset in a queryset takes longer to say than to answer.
    """

    template = (
        "(SELECT kind FROM codesign_stage WHERE workspace_id = %(expressions)s"
        " BETWEEN opens_on AND closes_on ORDER BY opens_on LIMIT 1)"
    )
    arg_joiner = " AND "
    output_field = CharField()


def stage_today(workspace: str) -> StageToday:
    """The kind of stage that today falls in, for annotations; `workspace` leads to its number."""
    return StageToday(F(workspace), Value(clock.today()))


def with_stage(workspace: Workspace, kind: str | None) -> Workspace:
    """The workspace with what `stage_today` found out, so that nobody asks again."""
    workspace.stage = Stage(kind=kind) if kind and not workspace.is_closed else None
    return workspace


def workspace_to_list(
    partnership: Partnership, participant: Participant | None, pk: int
) -> Workspace | None:
    """A workspace that somebody may read, and its stage today; one query, if it admits everyone."""
    found = (
        Workspace.objects.filter(partnership=partnership, pk=pk)
        .annotate(stage_kind=stage_today("pk"))
        .first()
    )
    if found is None:
        return None
    found.partnership = partnership
    if not found.is_readable_by(participant):
        return None
    return with_stage(found, found.stage_kind)


def proposal_to_support(
    partnership: Partnership, participant: Participant | None, pk: int
) -> Proposal | None:
    """A proposal that somebody may read, and its workspace's stage today; the same."""
    asked = (
        Proposal.objects.filter(partnership=partnership, pk=pk)
        .select_related("workspace")
        .only(
            *("partnership", "by", "title", "status", "hidden_at", "support_count"),
            *(f"workspace__{each}" for each in ("partnership", "live", "slug")),
            *(f"workspace__{each}" for each in ("visibility", "open_to", "closed_at")),
        )
        .annotate(stage_kind=stage_today("workspace"))
    )
    found = next(iter(asked), None)
    if found is None:
        return None
    found.partnership = found.workspace.partnership = partnership
    if not found.is_readable_by(participant):
        return None
    with_stage(found.workspace, found.stage_kind)
    return found


ASKED = Q(open_questions__gt=0) | Q(open_amendments__gt=0)


def written_by(participant: Participant) -> tuple[ProposalQuerySet, QuerySet[CoAuthor]]:
    """Those somebody wrote alone, and what they agreed to write with others."""
    joined = CoAuthor.objects.filter(participant=participant, accepted_at__isnull=False)
    return Proposal.objects.filter(by=participant), joined


def mine(found: ProposalQuerySet, participant: Participant) -> ProposalQuerySet:
    """Those somebody wrote, alone or with others. Drafts are seen by who began them."""
    alone, joined = written_by(participant)
    # As one set of numbers, so that a database begins with these few, not with the whole list.
    numbers = alone.values("pk").union(joined.values("proposal"))
    return found.filter(~Q(status=ProposalStatus.DRAFT) | Q(by=participant), pk__in=numbers)


def waiting_for(found: ProposalQuerySet, participant: Participant) -> ProposalQuerySet:
    """Those that wait for somebody's answer.

    An author answers questions, but for those they replied to last, and suggested changes; whoever
    is asked to write with them answers that; and people who work for the service answer what is
    asked of anybody.
    """
    alone, joined = written_by(participant)
    own = alone.values("pk").union(joined.values("proposal"))
    asked = Comment.objects.waiting_for(participant).filter(proposal=OuterRef("pk"))
    to_answer = Q(open_amendments__gt=0) | Q(Exists(asked), open_questions__gt=0)
    invited = CoAuthor.objects.filter(
        participant=participant, accepted_at=None, declined_at=None
    ).values("proposal")
    if participant.is_staff:
        of_anybody = ASKED & (~Q(pk__in=own) | to_answer)
        return found.filter(of_anybody | Q(pk__in=invited))
    answering = Proposal.objects.filter(to_answer, pk__in=own).values("pk")
    return found.filter(pk__in=answering.union(invited))


def narrowed(
    workspace: Workspace, participant: Participant | None, wanted: Wanted
) -> ProposalQuerySet:
    """The proposals of a workspace that are asked for, in no order yet.

    The workspace is one that `participant` may read (`workspace_to_list`). Drafts are among them
    only where somebody asks for their own.
    """
    found = Proposal.objects.filter(workspace=workspace)
    if participant is not None and wanted.show == ListShow.MINE:
        found = mine(found, participant)
    else:
        found = found.opened()
    if participant is not None and wanted.show == ListShow.WAITING:
        found = waiting_for(found, participant)
    if wanted.status:
        found = found.filter(status=Constant(ProposalStatus(wanted.status)))
    if wanted.kind:
        found = found.filter(kind=Constant(ProposalKind(wanted.kind)))
    if wanted.role:
        found = found.filter(by_role=Constant(Role(wanted.role)))
    for name, pk in wanted.picked.items():
        found = FILTERS[name].narrow(found, pk)
    return found


def found_by_words(items: QuerySet[Proposal], q: str) -> QuerySet[Proposal]:
    """Those that have the words, best first. Hidden words are not found either."""
    return search.matching(items.filter(hidden_at=None), q)


def for_cards(
    items: QuerySet[Proposal], participant: Participant | None = None
) -> QuerySet[Proposal]:
    """With what a card shows, in a partnership; for `participant`, whether they support each."""
    items = items.select_related("by__organisation", "feature")
    if participant is None:
        return items
    mine = Support.objects.filter(proposal=OuterRef("pk"), participant=participant)
    return items.annotate(is_supported=Exists(mine))


def supported_among(items: list[Proposal]) -> set[int]:
    """Which of these whoever they were read for supports, as ids (see `for_cards`)."""
    return {each.pk for each in items if getattr(each, "is_supported", False)}


def proposals_page(
    workspace: Workspace,
    participant: Participant | None,
    wanted: Wanted,
    query: Mapping[str, str],
) -> KeysetPage[Proposal]:
    """A page of what is asked for. `query` says which page, and is kept in its links."""
    items = for_cards(narrowed(workspace, participant, wanted), participant)
    if wanted.q:
        found = list(found_by_words(items, wanted.q)[: CLOSEST + 1])
        page = KeysetPage(found[:CLOSEST], by_time=False, total=len(found))
    elif wanted.order == ListOrder.FAIR:
        page = wheel_of(items, query, share=share_of(participant, workspace))
    else:
        page = page_of(items, query, by=COLUMNS[wanted.order])
    for each in page.items:
        each.partnership = workspace.partnership
    return page


@dataclass(frozen=True)
class HowMany:
    """How many there are; with `is_more`, there are more than `number`."""

    number: int
    is_more: bool


def how_many(
    workspace: Workspace,
    participant: Participant | None,
    wanted: Wanted,
    page: KeysetPage[Proposal],
) -> HowMany | None:
    """How many are asked for in all: one query at most. None for a list that is not narrowed."""
    if not wanted.is_narrowed:
        return None
    most = CLOSEST if wanted.q else MOST_COUNTED
    total = page.total
    if total is None and not (page.older or page.newest):
        total = len(page.items)
    if total is None:
        total = narrowed(workspace, participant, wanted).order_by()[: most + 1].count()
    return HowMany(min(total, most), total > most)


def share_of(participant: Participant | None, workspace: Workspace) -> float:
    """Where on the wheel somebody's day begins, from 0 up to 1; the same for all visitors.

    Nobody can choose it or foresee another's: it is drawn with the site's own secret.
    """
    who = ref(participant) if participant is not None else "visitor"
    drawn = hmac.new(
        settings.SECRET_KEY.encode(),
        f"wheel|{who}|{workspace.pk}|{clock.today():%Y-%m-%d}".encode(),
        hashlib.sha256,
    ).digest()
    return int.from_bytes(drawn[:6], "big") / 2**48


def all_in_order(
    workspace: Workspace, participant: Participant | None, wanted: Wanted
) -> QuerySet[Proposal]:
    """Everything asked for, in order, for paper. The fair order begins at the newest there."""
    items = for_cards(narrowed(workspace, participant, wanted)).select_related("partnership")
    if wanted.q:
        return found_by_words(items, wanted.q)
    return items.order_by(f"-{COLUMNS.get(wanted.order, 'pk')}", "-pk")


def to_export(workspace: Workspace, participant: Participant, wanted: Wanted) -> QuerySet[Proposal]:
    """Everything asked for that was ever shared: never a draft, not even one's own."""
    items = narrowed(workspace, participant, wanted).opened()
    return found_by_words(items, wanted.q) if wanted.q else items


def in_batches(items: QuerySet[Proposal], size: int = BATCH) -> Iterator[Proposal]:
    """Each of `items`, newest first, few in memory at a time, however many there are."""
    rows = for_cards(items).select_related("partnership").order_by("-pk")
    last: int | None = None
    while True:
        found = list((rows if last is None else rows.filter(pk__lt=last))[:size])
        yield from found
        if len(found) < size:
            return
        last = found[-1].pk
