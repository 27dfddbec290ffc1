"""Reads of moderation: the published policy, what waits for a moderator, and the public log."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from codesign.enums import HidingAnswer, HidingReason
from codesign.models import (
    CoAuthor,
    Comment,
    Correction,
    Hiding,
    Objection,
    Proposal,
    Report,
    Workspace,
)
from codesign.models.moderation import KINDS
from portal import clock
from portal.enums import Duty
from portal.models import Participant, Partnership

Words = Proposal | Comment | Objection | Correction

# What each reason means, and what it does not. docs/moderation.md says the same.
POLICY: dict[HidingReason, Promise] = {
    HidingReason.PRIVATE: _(
        "Somebody’s illness, address, family or money, told without their yes. What you tell about "
        "yourself is yours to tell."
    ),
    HidingReason.NAMED: _(
        "“Anna always comes late.” Say what happened, and leave the name out. Praise with a name "
        "is fine."
    ),
    HidingReason.HARM: _(
        "Words meant to frighten or hurt somebody. Strong words about the service are fine."
    ),
    HidingReason.HATE: _(
        "Against people because of their skin, faith, body, age, sex, or whom they love."
    ),
    HidingReason.UNSAFE: _("For example: advice to stop taking a medicine."),
    HidingReason.ADVERT: _("Selling something, or the same words in many places."),
    HidingReason.NOT_OURS: _("A letter, message or picture that belongs to somebody else."),
}


# By kind of words: what hiding them is called, and its button.
HIDE: dict[str, tuple[Promise, Promise]] = {
    "proposal": (_("Hide this suggestion"), _("Hide the suggestion")),
    "comment": (_("Hide this comment"), _("Hide the comment")),
    "objection": (_("Hide this reason against"), _("Hide the reason against")),
    "correction": (_("Hide this correction"), _("Hide the correction")),
}
HIDDEN: dict[str, Promise] = {
    "proposal": _("A suggestion was hidden"),
    "comment": _("A comment was hidden"),
    "objection": _("A reason against was hidden"),
    "correction": _("A correction somebody asked for was hidden"),
}


def moderators_of(partnership_id: int) -> QuerySet[Participant]:
    """The people here who may hide words and look again."""
    return (
        Participant.objects.here()
        .filter(partnership_id=partnership_id)
        .with_duty(Duty.MODERATOR)
        .prefetch_related("duties_held")
    )


def is_own(words: Words, participant: Participant) -> bool:
    """Whether these are the participant's own words, or those they entered for somebody."""
    return words.is_by(participant) or words.entered_by_id == participant.pk


def only_one_can_look(hiding: Hiding) -> bool:
    """Whether nobody but the moderator who hid these words is there to look at them again."""
    others = moderators_of(hiding.partnership_id).exclude(pk=hiding.by_id)
    return not any(not is_own(hiding.about, each) for each in others)


# -- what waits ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a moderator: reports about the same words, or an author's asking."""

    since: datetime
    is_late: bool
    reports: list[Report] = field(default_factory=list)
    hiding: Hiding | None = None

    @property
    def row(self) -> Report | Hiding:
        return self.reports[0] if self.hiding is None else self.hiding

    @property
    def words(self) -> Words:
        return self.row.about

    @property
    def hide(self) -> tuple[str, Promise]:
        """The name of the page on which these words are hidden, and its button."""
        kind = self.words.words_kind
        return f"codesign:hide_{kind}", HIDE[kind][1]


@dataclass(frozen=True)
class ModerationQueue:
    """The first of what waits, oldest first; how much there is, and how much is overdue."""

    items: list[Waiting]
    waiting: int
    overdue: int

    @property
    def more(self) -> int:
        return self.waiting - len(self.items)


ABOUT = (
    "partnership",
    "proposal__partnership",
    "proposal__workspace",
    "proposal__by__organisation",
    "comment__proposal__partnership",
    "comment__proposal__workspace",
    "comment__by__organisation",
    "objection__by__organisation",
    "objection__ballot__partnership",
    "objection__ballot__workspace",
    "objection__decision__partnership",
    "objection__decision__workspace",
    "correction__by__organisation",
    "correction__decision__partnership",
    "correction__decision__workspace",
)
ABOUT_IDS = tuple(f"{kind}_id" for kind in KINDS)


def waiting_count(partnership: Partnership) -> int:
    """How many things wait for a moderator: for the menu; one query."""
    reported = Report.objects.waiting().filter(partnership=partnership).values(*ABOUT_IDS)
    asked = Hiding.objects.waiting().filter(partnership=partnership).values(*ABOUT_IDS)
    return reported.distinct().union(asked, all=True).count()


def moderation_queue(partnership: Partnership, *, size: int = 20) -> ModerationQueue:
    """What waits: reports, those about the same words together, and authors who asked again."""
    late = clock.one_working_day_before(clock.now())
    waiting = Report.objects.waiting().filter(partnership=partnership)
    groups = waiting.values(*ABOUT_IDS).annotate(since=Min("at")).order_by("since", *ABOUT_IDS)
    asking = Hiding.objects.waiting().filter(partnership=partnership)
    first = list(groups[:size])
    reports: dict[tuple[int | None, ...], list[Report]] = {
        tuple(each[name] for name in ABOUT_IDS): [] for each in first
    }
    of_first = Q()
    for name in ABOUT_IDS:
        of_first |= Q(**{f"{name}__in": [each[name] for each in first if each[name]]})
    for report in (
        waiting.filter(of_first).select_related(*ABOUT, "by__organisation").order_by("at", "pk")
    ):
        reports[tuple(getattr(report, name) for name in ABOUT_IDS)].append(report)
    items = [
        Waiting(since=each[0].at, is_late=each[0].at < late, reports=each)
        for each in reports.values()
        if each
    ]
    for hiding in asking.select_related(*ABOUT, "by").order_by("asked_at", "pk")[:size]:
        assert hiding.asked_at is not None
        items.append(Waiting(since=hiding.asked_at, is_late=hiding.asked_at < late, hiding=hiding))
    items.sort(key=lambda each: each.since)
    return ModerationQueue(
        items=items[:size],
        waiting=groups.count() + asking.count(),
        overdue=groups.filter(since__lt=late).count() + asking.filter(asked_at__lt=late).count(),
    )


def own_among(items: list[Waiting], participant: Participant) -> set[Words]:
    """Which of the words that wait are the participant's own (see `is_own`); one query."""
    words = [each.words for each in items]
    shared = set(
        CoAuthor.objects.filter(
            participant=participant,
            accepted_at__isnull=False,
            proposal__in=[each.pk for each in words if isinstance(each, Proposal)],
        ).values_list("proposal_id", flat=True)
    )
    return {
        each
        for each in words
        if participant.pk in {each.by_id, each.entered_by_id}
        or (isinstance(each, Proposal) and each.pk in shared)
    }


def reports_about(words: Words) -> QuerySet[Report]:
    """What was reported about these words and waits for an answer, oldest first."""
    about = Report.objects.waiting().filter(**{words.words_kind: words})
    return about.select_related("by__organisation").order_by("at")


def standing_hiding(words: Words) -> Hiding | None:
    """The row that says why these words are hidden now; None while they are not."""
    if not words.is_hidden:
        return None
    return words.hidings.select_related("partnership").order_by("-pk").first()


# -- the public log --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Logged:
    """One line of the log. `is_closed`: it was in a space its reader may not see."""

    hiding: Hiding
    is_closed: bool
    space: Workspace

    @property
    def what(self) -> Promise:
        return HIDDEN[self.hiding.kind]

    @property
    def same_person(self) -> bool:
        """Whether the moderator who hid it also answered: nobody else was there."""
        return self.hiding.answered_by_id == self.hiding.by_id


def log_of(partnership: Partnership) -> QuerySet[Hiding]:
    """Every time words were hidden here, for the log: without the words and whose they were."""
    return Hiding.objects.filter(partnership=partnership).select_related(
        "proposal__workspace__partnership",
        "comment__proposal__workspace__partnership",
        "objection__ballot__workspace__partnership",
        "objection__decision__workspace__partnership",
        "correction__decision__workspace__partnership",
    )


def logged(hidings: list[Hiding], reader: Participant | None) -> list[Logged]:
    """Lines of the log as a reader (None: a visitor) may see them; one query."""
    spaces = {each.pk: each.space for each in hidings}
    readable = set(
        Workspace.objects.visible_to(reader)
        .filter(pk__in={space.pk for space in spaces.values()})
        .order_by()
        .values_list("pk", flat=True)
    )
    return [
        Logged(hiding, is_closed=spaces[hiding.pk].pk not in readable, space=spaces[hiding.pk])
        for hiding in hidings
    ]


@dataclass(frozen=True)
class LogFigures:
    """How often words were hidden here, asked about again, and put back."""

    hidden: int
    asked: int
    put_back: int


def log_figures(partnership: Partnership) -> LogFigures:
    """Counts of acts, not of people; one query."""
    return LogFigures(
        **Hiding.objects.filter(partnership=partnership).aggregate(
            hidden=Count("pk"),
            asked=Count("asked_at"),
            put_back=Count("pk", filter=Q(answer=HidingAnswer.PUT_BACK)),
        )
    )
