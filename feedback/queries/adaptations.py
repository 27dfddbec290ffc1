"""Reads about adaptations: the change log, what each came from, and what people are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from codesign.enums import OpenTo
from codesign.models import Decision, Proposal, ServiceFeature
from feedback.models import (
    Adaptation,
    DecisionAdaptation,
    ProposalAdaptation,
    Theme,
    ThemeAdaptation,
)
from feedback.queries.concerned import proposals_behind, themes_behind
from portal import clock, permissions
from portal.models import Answer, Participant, Partnership, ref


@dataclass(frozen=True)
class Source:
    """One thing an adaptation came from: `kind` is `theme`, `proposal` or `decision`."""

    kind: str
    day: date
    thing: Theme | Proposal | Decision

    @property
    def name(self) -> str:
        return str(self.thing)


def with_sources(
    adaptations: QuerySet[Adaptation], participant: Participant | None
) -> QuerySet[Adaptation]:
    """`adaptations` with what each came from, as far as `participant` may read it.

    Three more queries, however many there are. Read the sources with `sources_of`.
    """
    return adaptations.select_related("partnership", "feature__partnership").prefetch_related(
        Prefetch(
            "theme_links",
            ThemeAdaptation.objects.standing()
            .select_related("source__partnership")
            .order_by("source__created_at", "pk"),
        ),
        Prefetch(
            "proposal_links",
            ProposalAdaptation.objects.standing()
            .filter(source__in=Proposal.objects.visible_to(participant))
            .select_related("source__partnership")
            .order_by("source__created_at", "pk"),
        ),
        Prefetch(
            "decision_links",
            DecisionAdaptation.objects.standing()
            .filter(source__in=Decision.objects.visible_to(participant))
            .select_related("source__partnership")
            .order_by("source__published_at", "pk"),
        ),
    )


def sources_of(adaptation: Adaptation) -> list[Source]:
    """What an adaptation came from, in order of time. Load it through `with_sources`."""
    sources = [
        *(
            Source("theme", timezone.localdate(link.source.created_at), link.source)
            for link in adaptation.theme_links.all()
        ),
        *(
            Source("proposal", timezone.localdate(link.source.created_at), link.source)
            for link in adaptation.proposal_links.all()
        ),
        *(
            Source("decision", timezone.localdate(link.source.published_at), link.source)
            for link in adaptation.decision_links.all()
        ),
    ]
    return sorted(sources, key=lambda each: each.day)


@dataclass(frozen=True)
class Entry:
    """A published adaptation as a line of the change log. Load it through `change_log`."""

    adaptation: Adaptation

    @property
    def month(self) -> date:
        """The first day of the month it was published in, where the service is."""
        assert self.adaptation.published_at is not None
        return timezone.localdate(self.adaptation.published_at).replace(day=1)

    @property
    def sources(self) -> list[Source]:
        return sources_of(self.adaptation)


def change_log(
    partnership: Partnership,
    participant: Participant | None,
    *,
    kind: str = "",
    feature: ServiceFeature | None = None,
) -> QuerySet[Adaptation]:
    """The published adaptations somebody may read, with their sources.

    Page it by `published_at`: a draft may be published long after a later one.
    """
    found = Adaptation.objects.visible_to(participant).filter(partnership=partnership)
    if kind:
        found = found.filter(kind=kind)
    if feature is not None:
        found = found.filter(feature=feature)
    return with_sources(found, participant)


def drafts_for(partnership: Partnership, participant: Participant | None) -> QuerySet[Adaptation]:
    """Drafts, for those who may write them; nothing for anybody else."""
    if not permissions.can(participant, "draft_adaptation", partnership):
        return Adaptation.objects.none()
    return (
        Adaptation.objects.filter(partnership=partnership, published_at=None)
        .select_related("partnership", "feature", "drafted_by__organisation")
        .order_by("-pk")
    )


def readable_by(partnership: Partnership, participant: Participant | None) -> QuerySet[Adaptation]:
    """Published adaptations somebody may read, and drafts for those who may write them."""
    return with_sources(
        Adaptation.objects.filter(
            Q(pk__in=Adaptation.objects.visible_to(participant).values("pk"))
            | Q(pk__in=drafts_for(partnership, participant).order_by().values("pk")),
            partnership=partnership,
        ).select_related(
            "measure__partnership", "published_by__organisation", "drafted_by__organisation"
        ),
        participant,
    )


OPEN = {"workspace__open_to": OpenTo.PARTNERSHIP}


def what_was_said(adaptation: Adaptation) -> list[str]:
    """In few words what an adaptation answers: themes, else suggestions, else decisions.

    Themes come first because everyone who is told can read them. What stands in a space for some is
    not quoted: those who are told need not all be in it.
    """
    proposals = proposals_behind(adaptation)
    names = Theme.objects.filter(pk__in=themes_behind(proposals, adaptation)).order_by("pk")
    if found := list(names.values_list("name", flat=True)):
        return found
    titles = Proposal.objects.filter(pk__in=proposals, hidden_at=None, **OPEN).order_by("pk")
    if found := list(titles.values_list("title", flat=True)):
        return found
    decisions = Decision.objects.filter(
        pk__in=DecisionAdaptation.objects.standing().filter(target=adaptation).values("source"),
        **OPEN,
    )
    return list(decisions.order_by("pk").values_list("title", flat=True))


def answer_text(adaptation: Adaptation, said: Sequence[str]) -> str:
    """What everyone concerned is told: “You said … We did …” or “We can’t, because …”.

    `said` is what they said, in few words (`what_was_said`); nothing is claimed where it is empty.
    """
    parts = []
    if said:
        quoted = ", ".join(_("“%(words)s”") % {"words": words} for words in said)
        parts.append(_("You said: %(quoted)s.") % {"quoted": quoted})
    words = {
        "title": adaptation.title,
        "what": adaptation.what,
        "why": adaptation.why,
        "day": date_format(adaptation.from_day, "j F Y"),
    }
    if adaptation.is_refusal:
        parts.append(adaptation.what)
        parts.append(_("We can’t, because: %(why)s") % words)
    else:
        is_to_come = adaptation.from_day > clock.today()
        parts.append((_("We will: %(title)s.") if is_to_come else _("We did: %(title)s.")) % words)
        parts.append(adaptation.what)
        parts.append(_("From %(day)s.") % words)
    return "\n\n".join(parts)


def told_to(adaptation: Adaptation, participant: Participant | None) -> Answer | None:
    """What somebody was told, and why, when an adaptation was published; None: nothing."""
    if participant is None:
        return None
    return Answer.objects.filter(
        partnership_id=adaptation.partnership_id, subject=ref(adaptation), participant=participant
    ).first()
