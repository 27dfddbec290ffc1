"""Reads about voices: what is published, what waits to be read, and what became of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from codesign.models import Decision, DecisionOutcome, ProposalMerge, ServiceFeature
from feedback.models import (
    DecisionAdaptation,
    ProposalAdaptation,
    Theme,
    ThemeAdaptation,
    ThemeProposal,
    Voice,
    VoiceMessage,
    VoiceTheme,
)
from feedback.models.voices import READERS
from portal import clock
from portal.answers import Concerned
from portal.models import Answer, Participant, Partnership

STANDING_THEMES = Prefetch(
    "theme_links",
    queryset=VoiceTheme.objects.standing().select_related("target__partnership").order_by("pk"),
    to_attr="standing_themes",
)


def with_faces(voices: QuerySet[Voice]) -> QuerySet[Voice]:
    """Voices with all a card shows of them, in one query and one more for their themes."""
    return voices.select_related(
        "partnership",
        "feature",
        "activity__workspace__partnership",
        "activity__partnership",
        "by__organisation",
        "entered_by__organisation",
    ).prefetch_related(STANDING_THEMES)


def voices_of(
    partnership: Partnership,
    *,
    feature: ServiceFeature | None = None,
    theme: Theme | None = None,
) -> QuerySet[Voice]:
    """A partnership's published voices, perhaps about one part of the service or of one theme."""
    voices = Voice.objects.published().filter(partnership=partnership)
    if feature is not None:
        voices = voices.filter(feature=feature)
    if theme is not None:
        voices = voices.filter(
            Exists(VoiceTheme.objects.standing().filter(source=OuterRef("pk"), target=theme))
        )
    return with_faces(voices)


def messages_of(voice: Voice, reader: Participant | None, *, is_giver: bool) -> list[VoiceMessage]:
    """What was added to a voice. What nobody has read yet only its giver and moderators see."""
    messages = voice.messages.select_related("by__organisation").order_by("pk")
    if not (is_giver or (reader is not None and reader.has_duty(*READERS))):
        messages = messages.filter(published_at__isnull=False)
    return list(messages)


def case_of(partnership: Partnership, case_hash: str) -> Voice | None:
    """The voice of a case code's hash, or None; a code of another partnership is None too."""
    if not case_hash:
        return None
    return (
        with_faces(Voice.objects.all()).filter(partnership=partnership, case_hash=case_hash).first()
    )


# What waits to be read.


def _waits_too_long(now: datetime, *, at: str, by: str) -> Q:
    """Waiting longer than one working day.

    Of an anonymous voice we know the week alone: it waits too long once its week is over.
    """
    monday = timezone.make_aware(datetime.combine(clock.week_of(now), time.min))
    return Q(**{f"{by}__isnull": False, f"{at}__lt": clock.one_working_day_before(now)}) | Q(
        **{f"{by}__isnull": True, f"{at}__lt": monday}
    )


@dataclass(frozen=True)
class VoiceQueue:
    """What moderators have to read: the first of it, how much there is, how much is overdue."""

    items: list[Voice]
    waiting: int
    overdue: int

    @property
    def more(self) -> int:
        return self.waiting - len(self.items)


def voice_queue(partnership: Partnership, *, size: int = 20) -> VoiceQueue:
    """What waits, urgent ones first, then the oldest.

    An anonymous voice stands at its week's Monday, before those with a time in the same week: we
    cannot see how long it has waited, so it is read sooner rather than later.
    """
    now = clock.now()
    late_message = VoiceMessage.objects.unread().filter(
        _waits_too_long(now, at="at", by="voice__by"), voice=OuterRef("pk")
    )
    is_late = Q(_waits_too_long(now, at="created_at", by="by"), status="waiting") | Q(
        Exists(late_message)
    )
    waiting = Voice.objects.to_be_read().filter(partnership=partnership)
    unread = Prefetch(
        "messages", queryset=VoiceMessage.objects.unread().order_by("pk"), to_attr="unread"
    )
    items = (
        with_faces(waiting)
        .prefetch_related(unread)
        .annotate(is_late=ExpressionWrapper(is_late, output_field=BooleanField()))
        .order_by("-looks_urgent", "created_at", "pk")
    )
    return VoiceQueue(
        items=list(items[:size]),
        waiting=waiting.count(),
        overdue=waiting.filter(is_late).count(),
    )


def held_voices(partnership: Partnership) -> QuerySet[Voice]:
    """Voices held while somebody checks; for moderators and safeguarding leads alone."""
    return (
        with_faces(Voice.objects.held())
        .filter(partnership=partnership)
        .select_related(
            "partnership", "feature", "by__organisation", "entered_by__organisation", "read_by"
        )
    )


# Told back.


def givers_of(voice_ids: Iterable[int]) -> list[Concerned]:
    """Who gave these voices, as those an answer concerns: people by name, others by their case.

    Published voices only: nothing is sent about what nobody has read, or what was withdrawn.
    """
    voices = (
        Voice.objects.published()
        .filter(pk__in=voice_ids)
        .select_related("by__organisation", "feature")
        .order_by("pk")
    )
    return [
        Concerned(
            because=_because(voice),
            participant=voice.by,
            case="" if voice.by else f"voice:{voice.pk}",
        )
        for voice in voices
    ]


def _because(voice: Voice) -> str:
    """Never the giver's words: an answer outlives them."""
    if voice.feature is None:
        return _("you told us how it is going")
    return _("you told us about “%(feature)s”") % {"feature": voice.feature.name}


def answers_to(voice: Voice, reader: Participant | None, *, is_giver: bool) -> list[Answer]:
    """What the giver of a voice was told because of it, oldest first.

    Others than the giver see only what tells of something they may read themselves.
    """
    if voice.by_id is None:
        told = Answer.objects.filter(case=f"voice:{voice.pk}")
    else:
        told = Answer.objects.filter(participant_id=voice.by_id, subject__in=_led_to(voice))
    found = list(told.filter(partnership_id=voice.partnership_id).order_by("at", "pk"))
    if is_giver or not found:
        return found
    decisions = [
        int(a.subject.partition(":")[2]) for a in found if a.subject.startswith("decision")
    ]
    readable = Decision.objects.visible_to(reader).filter(pk__in=decisions)
    hidden = {f"decision:{pk}" for pk in decisions} - {f"decision:{each.pk}" for each in readable}
    return [answer for answer in found if answer.subject not in hidden]


def _led_to(voice: Voice) -> list[str]:
    """References of the decisions and adaptations that a voice's themes led to."""
    themes = list(
        VoiceTheme.objects.standing().filter(source=voice).values_list("target", flat=True)
    )
    if not themes:
        return []
    proposals = set(
        ThemeProposal.objects.standing().filter(source__in=themes).values_list("target", flat=True)
    )
    merged = proposals
    while merged:  # what was merged lives on, and was answered, in another
        merged = set(
            ProposalMerge.objects.standing()
            .filter(source__in=merged)
            .exclude(target__in=proposals)
            .values_list("target", flat=True)
        )
        proposals |= merged
    decisions = list(
        DecisionOutcome.objects.standing()
        .filter(source__in=proposals)
        .values_list("target", flat=True)
    )
    adaptations = (
        ThemeAdaptation.objects.standing()
        .filter(source__in=themes)
        .values_list("target", flat=True)
        .union(
            ProposalAdaptation.objects.standing()
            .filter(source__in=proposals)
            .values_list("target", flat=True),
            DecisionAdaptation.objects.standing()
            .filter(source__in=decisions)
            .values_list("target", flat=True),
        )
    )
    return [f"decision:{pk}" for pk in decisions] + [f"adaptation:{pk}" for pk in adaptations]
