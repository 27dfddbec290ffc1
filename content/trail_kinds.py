"""What each kind of thing says on a trail, and who may see it there.

The glossary's kinds in the order of the thread. Everything is asked for inside one partnership;
drafts and voices that were never published are on nobody's trail.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codesign.enums import ProposalStatus
from codesign.models import (
    Activity,
    Ballot,
    Card,
    CardProposal,
    Decision,
    DesignSession,
    Proposal,
    Workspace,
)
from feedback.enums import VoiceStatus
from feedback.models import Adaptation, Measure, Review, Theme, Voice
from portal.models import Contribution, Participant, Partnership, ref


@dataclass(frozen=True)
class TrailStep:
    """One thing on a trail, ready to be read.

    ref         its lasting name, such as `proposal:12`
    kind        the part of `ref` before the colon
    when        the day that counts for it; `when_words` says it, and says if only the week is known
    who         the person it comes from; None: nobody gave a name, or (`signed` False) it comes
                from no one person
    only_role   whether to say no more than the role of `who`: a moderator hid the words
    how         how it reached us when somebody entered it for another, else empty
    state       its status, kind or verdict in a word or two, or empty
    url         its page; empty where that is not for whoever looks
    words       what it says; participants' words exactly as given
    """

    ref: str
    kind: str
    title: str
    when: date
    when_words: str
    url: str
    who: Participant | None = None
    signed: bool = True
    only_role: bool = False
    how: str = ""
    state: str = ""
    words: str = ""

    @property
    def who_name(self) -> str:
        """The name of whoever it comes from, where it is to be told."""
        return self.who.display_name if self.who and not self.only_role else ""

    @property
    def pk(self) -> int:
        return int(self.ref.split(":")[1])


def _day(moment: Any) -> date:
    return timezone.localdate(moment)


def _how(thing: Contribution) -> str:
    """That a worker entered it, by which way it came, and whose words they are."""
    if thing.entered_by is None:
        return ""
    return _("Entered for them by %(name)s (%(role)s). %(channel)s. %(words)s.") % {
        "name": thing.entered_by.display_name,
        "role": thing.entered_by.get_role_display(),
        "channel": thing.get_channel_display(),  # type: ignore[attr-defined]
        "words": thing.get_whose_words_display(),  # type: ignore[attr-defined]
    }


def _step(thing: Any, *, title: str, when: date, **more: Any) -> TrailStep:
    more.setdefault("when_words", date_format(when, "j F Y"))
    return TrailStep(
        ref=ref(thing),
        kind=thing._meta.model_name,
        title=title,
        when=when,
        url=thing.get_absolute_url(),
        **more,
    )


def _voice(voice: Voice) -> TrailStep:
    if voice.withdrawn_at is not None:
        return _step(
            voice,
            title=_("Taken back by the person who said it"),
            when=_day(voice.withdrawn_at),
            signed=False,
            state=_("Taken back"),
        )
    when = voice.week
    day = date_format(when, "j F Y")
    said = [
        (_("What helped?"), voice.what_helped),
        (_("What should change?"), voice.what_should_change),
    ]
    return _step(
        voice,
        title=Truncator(voice.what_should_change or voice.what_helped).words(16),
        when=when,
        when_words=_("Week of %(day)s") % {"day": day},
        who=voice.by,
        how=_how(voice),
        words="\n\n".join(f"{question} {answer}" for question, answer in said if answer),
    )


def _theme(theme: Theme) -> TrailStep:
    return _step(
        theme,
        title=theme.name,
        when=_day(theme.created_at),
        who=theme.by,
        state=theme.get_kind_display(),
        words=theme.summary,
    )


def _session(session: DesignSession) -> TrailStep:
    return _step(
        session,
        title=session.title,
        when=_day(session.opened_at),
        who=session.opened_by,
        state=_("Open now") if session.is_open else "",
        words=session.question,
    )


def _card(card: Card) -> TrailStep:
    return _step(card, title=card.text, when=_day(card.created_at), who=card.by, how=_how(card))


def _proposal(proposal: Proposal) -> TrailStep:
    return _step(
        proposal,
        title=_("A suggestion that was hidden") if proposal.is_hidden else proposal.title,
        when=_day(proposal.opened_at or proposal.created_at),
        who=proposal.by,
        only_role=proposal.is_hidden,
        how=_how(proposal),
        state=proposal.get_status_display(),
        words=proposal.hidden_reason if proposal.is_hidden else proposal.why,
    )


def _activity(activity: Activity) -> TrailStep:
    return _step(
        activity,
        title=activity.title,
        when=_day(activity.started_at),
        who=activity.started_by,
        state=_("Ended") if activity.ended_at else _("Led by members") * activity.is_user_led,
        words=activity.about,
    )


def _decision(decision: Decision) -> TrailStep:
    return _step(
        decision,
        title=decision.title,
        when=_day(decision.published_at),
        who=decision.published_by,
        words=decision.what,
    )


def _ballot(ballot: Ballot) -> TrailStep:
    return _step(
        ballot,
        title=ballot.question,
        when=_day(ballot.closed_at or ballot.opens_at),
        who=ballot.opened_by,
        state=ballot.state.label,
        words=ballot.about,
    )


def _adaptation(adaptation: Adaptation) -> TrailStep:
    return _step(
        adaptation,
        title=adaptation.title,
        when=_day(adaptation.published_at),
        who=adaptation.published_by,
        state=adaptation.get_kind_display(),
        words=adaptation.what,
    )


def _measure(measure: Measure) -> TrailStep:
    return _step(
        measure,
        title=measure.name,
        when=_day(measure.created_at),
        signed=False,
        words=measure.definition,
    )


def _review(review: Review) -> TrailStep:
    return _step(
        review,
        title=review.adaptation.title,
        when=_day(review.at),
        who=review.by,
        state=review.get_verdict_display(),
        words=review.words,
    )


Visible = Callable[[Participant | None], QuerySet[Any]]


@dataclass(frozen=True)
class Kind:
    """One kind: its model, its heading on the page, who sees which of it, and what it says.

    `related` is fetched along, so that saying it costs no further query. `for_members`: its page is
    not for visitors, so they get no link to it.
    """

    model: type[Model]
    heading: Any
    visible: Visible
    step: Callable[[Any], TrailStep]
    related: tuple[str, ...] = ()
    for_members: bool = False

    def seen_by(self, participant: Participant | None, partnership: Partnership) -> QuerySet[Any]:
        return self.visible(participant).filter(partnership=partnership)

    def load(
        self, participant: Participant | None, partnership: Partnership, pks: set[int]
    ) -> list[TrailStep]:
        """The steps of those of `pks` that may be seen; one query."""
        things = self.seen_by(participant, partnership).select_related("partnership", *self.related)
        steps = [self.step(thing) for thing in things.filter(pk__in=pks)]
        if self.for_members and participant is None:
            return [replace(step, url="") for step in steps]
        return steps


def _voices(participant: Participant | None) -> QuerySet[Voice]:
    """Published ones, and the tombstones of those withdrawn after they had been."""
    return Voice.objects.filter(
        Q(status=VoiceStatus.PUBLISHED)
        | Q(status=VoiceStatus.WITHDRAWN, published_at__isnull=False)
    )


def _sessions(participant: Participant | None) -> QuerySet[DesignSession]:
    """All for people of the partnership; for visitors, those over in public spaces."""
    spaces = Workspace.objects.visible_to(participant).values("pk")
    sessions = DesignSession.objects.filter(workspace__in=spaces)
    return sessions if participant is not None else sessions.filter(closed_at__isnull=False)


def _cards(participant: Participant | None) -> QuerySet[Card]:
    """Those that became a proposal; the others stay in their session's minutes."""
    return Card.objects.filter(
        hidden_at=None,
        session__in=_sessions(participant).values("pk"),
        pk__in=CardProposal.objects.filter(target__hidden_at=None).values("source"),
    )


PERSON = ("by__organisation", "entered_by")
KINDS: dict[str, Kind] = {
    "voice": Kind(Voice, gettext_lazy("What people said"), _voices, _voice, PERSON),
    "theme": Kind(
        Theme, gettext_lazy("Theme"), lambda _p: Theme.objects.all(), _theme, ("by__organisation",)
    ),
    "designsession": Kind(
        DesignSession,
        gettext_lazy("Where people met"),
        _sessions,
        _session,
        ("opened_by__organisation",),
        for_members=True,
    ),
    "card": Kind(
        Card,
        gettext_lazy("Ideas from the session"),
        _cards,
        _card,
        (*PERSON, "session__partnership"),
        for_members=True,
    ),
    "proposal": Kind(
        Proposal,
        gettext_lazy("What was suggested"),
        lambda participant: Proposal.objects.visible_to(participant).exclude(
            status=ProposalStatus.DRAFT
        ),
        _proposal,
        PERSON,
    ),
    "ballot": Kind(
        Ballot,
        gettext_lazy("What people voted on"),
        lambda participant: Ballot.objects.visible_to(participant),
        _ballot,
        ("opened_by__organisation",),
    ),
    "decision": Kind(
        Decision,
        gettext_lazy("What was decided"),
        lambda participant: Decision.objects.visible_to(participant).published(),
        _decision,
        ("published_by__organisation",),
    ),
    "activity": Kind(
        Activity,
        gettext_lazy("What people do together"),
        lambda participant: Activity.objects.visible_to(participant).prefetch_related(
            "hosts__participant"
        ),
        _activity,
        ("started_by__organisation",),
    ),
    "adaptation": Kind(
        Adaptation,
        gettext_lazy("What changed"),
        lambda _p: Adaptation.objects.published(),
        _adaptation,
        ("published_by__organisation",),
    ),
    "measure": Kind(
        Measure, gettext_lazy("What happened"), lambda _p: Measure.objects.all(), _measure
    ),
    "review": Kind(
        Review,
        gettext_lazy("Did it help?"),
        lambda _p: Review.objects.filter(adaptation__published_at__isnull=False),
        _review,
        ("by__organisation", "adaptation__partnership"),
    ),
}
