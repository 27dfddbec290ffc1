"""Reads for the register of decisions: what is asked for, in pages, and as rows for files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Exists, Max, Min, OuterRef, Prefetch, QuerySet, TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from codesign.enums import Outcome
from codesign.exports import Cell
from codesign.models import BallotDecision, Decision, DecisionOutcome, Workspace
from portal import clock, search
from portal.models import Participant, Partnership
from portal.paging import KeysetPage, page_of

CLOSEST = 50  # how many a search by words shows


class DecisionShow(TextChoices):
    """Which decisions the register shows, by how they stand."""

    STANDING = "standing", _("Those that stand")
    DUE = "due", _("Those to look at again now")
    REPLACED = "replaced", _("Those that were replaced")


@dataclass(frozen=True)
class WantedDecisions:
    """What somebody asks the register for; empty (or 0) means all. `year` is that of publishing."""

    q: str = ""
    workspace: int = 0
    outcome: str = ""
    show: str = ""
    year: int = 0

    @property
    def is_narrowed(self) -> bool:
        return self != WantedDecisions()


Choices = list[tuple[str, str]]


def spaces_in(partnership: Partnership, participant: Participant | None) -> Choices:
    """The spaces in which something was decided, as far as somebody may read them."""
    decided = Decision.objects.published().filter(workspace=OuterRef("pk"))
    spaces = Workspace.objects.visible_to(participant).filter(
        Exists(decided), partnership=partnership
    )
    found = spaces.order_by("title", "pk").values_list("pk", "title")
    return [(str(pk), title) for pk, title in found]


def years_in(partnership: Partnership, participant: Participant | None) -> Choices:
    """From the year of the newest decision somebody may read back to that of the first."""
    ends = (
        Decision.objects.visible_to(participant)
        .filter(partnership=partnership)
        .aggregate(first=Min("published_at"), last=Max("published_at"))
    )
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(ends[name]).year for name in ("first", "last"))
    return [(str(year), str(year)) for year in range(last, first - 1, -1)]


def narrowed(
    partnership: Partnership, participant: Participant | None, wanted: WantedDecisions
) -> QuerySet[Decision]:
    """The published decisions that are asked for and may be read, in no order yet."""
    found = Decision.objects.visible_to(participant).filter(partnership=partnership)
    if wanted.show == DecisionShow.STANDING:
        found = found.standing()
    elif wanted.show == DecisionShow.DUE:
        found = found.due_for_review(clock.today())
    elif wanted.show == DecisionShow.REPLACED:
        found = found.replaced()
    if wanted.workspace:
        found = found.filter(workspace=wanted.workspace)
    if wanted.outcome:
        said = DecisionOutcome.objects.standing().filter(
            target=OuterRef("pk"), outcome=wanted.outcome
        )
        found = found.filter(Exists(said))
    if wanted.year:
        found = found.filter(published_at__year=wanted.year)
    return search.matching(found, wanted.q) if wanted.q else found


def with_lines(items: QuerySet[Decision]) -> QuerySet[Decision]:
    """With all that a line of the register shows."""
    later = Decision.objects.published().select_related("partnership")
    annulled = BallotDecision.objects.standing().filter(source__annulled_at__isnull=False)
    return items.select_related("workspace", "partnership").prefetch_related(
        Prefetch("outcomes", DecisionOutcome.objects.select_related("source").order_by("pk")),
        Prefetch("replaced_by", later, to_attr="replaced_with"),
        Prefetch("reviewed_by", later, to_attr="reviewed_with"),
        Prefetch(
            "ballots_weighed",
            annulled.select_related("source__partnership").order_by("pk"),
            to_attr="annulled_under",
        ),
    )


def register_page(
    partnership: Partnership,
    participant: Participant | None,
    wanted: WantedDecisions,
    query: Mapping[str, str],
) -> KeysetPage[Decision]:
    """A page of the register, newest first; of a search by words those that fit best."""
    items = with_lines(narrowed(partnership, participant, wanted))
    if wanted.q:
        found = list(items[:CLOSEST])
        return KeysetPage(found, by_time=False, total=len(found))
    return page_of(items, query, by="published_at")


# The names a program reads, and the headings a person does.
COLUMNS: dict[str, str | Promise] = {
    "number": _("Number"),
    "address": _("Address"),
    "title": _("Decision"),
    "space": _("Space"),
    "published": _("Published on"),
    "what": _("What was decided"),
    "reasons": _("Why"),
    "outcomes": _("About each suggestion"),
    "conditions": _("Conditions"),
    "costs": _("Costs"),
    "dissent": _("Who disagreed"),
    "review_on": _("To be looked at again on"),
    "annulled": _("Votes it rests on that were annulled"),
    "reviewed_in": _("Looked at again in"),
    "replaces": _("Takes the place of"),
    "replaced_by": _("Replaced by"),
    "fingerprint": _("Fingerprint"),
}


def rows_of(items: Iterable[Decision], *, host: str) -> Iterator[list[Cell]]:
    """A row for each decision, in the order of COLUMNS.

    Other decisions stand there by their numbers. `host` is where the portal answers, such as
    `https://portal.example.org`.
    """
    for each in items:
        assert each.published_at is not None  # drafts are in no register
        yield [
            each.pk,
            host + each.get_absolute_url(),
            each.title,
            each.workspace.title,
            timezone.localtime(each.published_at).date().isoformat(),
            each.what,
            each.reasons,
            "\n".join(
                f"{Outcome(said.outcome).label}: {said.source.shown_title}. {said.why}"
                for said in each.outcomes.all()
            ),
            each.conditions,
            each.costs,
            each.dissent,
            each.review_on.isoformat(),
            "\n".join(
                f"{tie.source.question} ({timezone.localdate(tie.source.annulled_at).isoformat()})"
                for tie in each.annulled_under  # type: ignore[attr-defined]
            ),
            _numbers(each.reviewed_with),  # type: ignore[attr-defined]
            each.replaces_id,
            _numbers(each.replaced_with),  # type: ignore[attr-defined]
            each.fingerprint,
        ]


def _numbers(decisions: Iterable[Decision]) -> str:
    return ", ".join(str(each.pk) for each in decisions)
