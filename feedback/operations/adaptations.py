"""Writes about adaptations: drafting, and publishing, which tells everyone concerned."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import FeatureStatus, ProposalStatus
from codesign.models import Decision, Proposal, ServiceFeature
from codesign.operations.features import change_service_feature
from feedback.enums import AdaptationKind
from feedback.models import (
    Adaptation,
    DecisionAdaptation,
    Measure,
    ProposalAdaptation,
    Theme,
    ThemeAdaptation,
)
from feedback.queries.adaptations import answer_text, what_was_said
from portal import answers, clock, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal

# What an adaptation may come from. `source` and `target` are the concrete links' own fields.
LINKS: tuple[Any, ...] = (DecisionAdaptation, ProposalAdaptation, ThemeAdaptation)


class UnableToDraftAdaptation(Refusal):
    """It is published already, or names something that nobody else can read yet."""


class UnableToPublishAdaptation(Refusal):
    """Somebody else published it first, or it does not say where it came from."""


class AdaptationWords(TypedDict):
    """What an adaptation says. `from_day` is the day from which it holds; texts are plain text.

    `feature_status` and `feature_words` say how the service description changes when it is
    published (empty: it does not); `expected` what should be seen on `measure`, and by when.
    """

    kind: AdaptationKind
    feature: ServiceFeature
    title: str
    what: str
    why: str
    from_day: date
    no_source_reason: NotRequired[str]
    feature_status: NotRequired[FeatureStatus | str]
    feature_words: NotRequired[str]
    measure: NotRequired[Measure | None]
    expected: NotRequired[str]


@transaction.atomic
def draft_adaptation(
    *,
    by: Participant,
    decisions: Iterable[Decision] = (),
    themes: Iterable[Theme] = (),
    proposals: Iterable[Proposal] = (),
    **words: Unpack[AdaptationWords],
) -> Adaptation:
    """Write an entry for the change log that only those who can publish it see yet.

    Raises UnableToDraftAdaptation for a source that is itself a draft, or when the service
    description would change without words.
    """
    permissions.check(by, "draft_adaptation", by.partnership)
    adaptation = Adaptation(
        partnership=by.partnership, drafted_by=by, drafted_at=clock.now(), **words
    )
    _check_words(adaptation)
    adaptation.save()
    _set_sources(adaptation, decisions, themes, proposals, by)
    return adaptation


@transaction.atomic
def edit_adaptation(
    *,
    adaptation: Adaptation,
    by: Participant,
    decisions: Iterable[Decision] = (),
    themes: Iterable[Theme] = (),
    proposals: Iterable[Proposal] = (),
    **words: Unpack[AdaptationWords],
) -> Adaptation:
    """Change a draft. Raises UnableToDraftAdaptation once it is published: then its words stay."""
    adaptation = _locked(adaptation)
    permissions.check(by, "edit_adaptation", adaptation)
    if adaptation.is_published:
        raise UnableToDraftAdaptation(
            _("This is published, so its words stay. Write a new entry to say what changed again.")
        )
    for name, value in words.items():
        setattr(adaptation, name, value)
    _check_words(adaptation)
    adaptation.save(update_fields=list(words))
    for link in LINKS:
        link.objects.filter(target=adaptation).delete()  # a draft's links are nobody's yet
    _set_sources(adaptation, decisions, themes, proposals, by)
    return adaptation


def _check_words(adaptation: Adaptation) -> None:
    for thing in (adaptation.feature, adaptation.measure):
        if thing is not None and thing.partnership_id != adaptation.partnership_id:
            raise permissions.OutsidePartnership(_("We cannot find that here."))
    if adaptation.is_refusal and adaptation.feature_status:
        raise UnableToDraftAdaptation(
            _("What you cannot do changes nothing in the service, so leave its description out.")
        )
    if adaptation.feature_status and not adaptation.feature_words.strip():
        raise UnableToDraftAdaptation(
            _("Say what “%(name)s” is like now, for the service description.")
            % {"name": adaptation.feature.name}
        )


def _set_sources(
    adaptation: Adaptation,
    decisions: Iterable[Decision],
    themes: Iterable[Theme],
    proposals: Iterable[Proposal],
    by: Participant,
) -> None:
    given: tuple[Iterable[Decision | Proposal | Theme], ...] = (decisions, proposals, themes)
    for link, sources in zip(LINKS, given, strict=True):
        unique = {source.pk: source for source in sources}
        for source in unique.values():
            if source.partnership_id != adaptation.partnership_id:
                raise permissions.OutsidePartnership(_("We cannot find that here."))
            is_draft = (isinstance(source, Decision) and not source.is_published) or (
                isinstance(source, Proposal) and source.status == ProposalStatus.DRAFT
            )
            if is_draft:
                raise UnableToDraftAdaptation(
                    _("“%(title)s” is still a draft, so people could not follow the link to it.")
                    % {"title": source}
                )
        link.objects.bulk_create(
            link(
                partnership_id=adaptation.partnership_id,
                source=source,
                target=adaptation,
                made_by=by,
                made_at=clock.now(),
            )
            for source in unique.values()
        )


def _locked(adaptation: Adaptation) -> Adaptation:
    # What somebody else may just have changed is not joined: PostgreSQL, having waited for the
    # lock, reads this row again but not the rows it was joined to.
    return (
        Adaptation.objects.select_for_update(of=("self",))
        .select_related("partnership")
        .get(pk=adaptation.pk)
    )


@transaction.atomic
def publish_adaptation(*, adaptation: Adaptation, by: Participant) -> Adaptation:
    """Publish a draft: seal its words, change the service description, tell everyone concerned.

    Raises UnableToPublishAdaptation when somebody published it first, or when it neither comes
    from anything nor says why not.
    """
    adaptation = _locked(adaptation)
    permissions.check(by, "publish_adaptation", adaptation)
    if adaptation.is_published:
        raise UnableToPublishAdaptation(
            _("%(name)s has published this already. Everyone was told once, and not again.")
            % {"name": adaptation.published_by}
        )
    now = clock.now()
    sources = []
    for link in LINKS:
        made = link.objects.filter(target=adaptation, removed_at=None)
        sources += [ref(each.source) for each in made.select_related("source").order_by("pk")]
        made.update(made_at=now)  # the tie stands from the day that people can see it
    if not sources and not adaptation.no_source_reason:
        raise UnableToPublishAdaptation(
            _(
                "Say first where this came from: a decision, a suggestion or a theme."
                " If nobody asked for it, say why you do it."
            )
        )
    adaptation.published_at = now
    adaptation.published_by = by
    adaptation.save(update_fields=["published_at", "published_by"])
    if adaptation.feature_status:
        change_service_feature(
            feature=adaptation.feature,
            status=FeatureStatus(adaptation.feature_status),
            words=adaptation.feature_words,
            from_day=adaptation.from_day,
            by=by,
            because=ref(adaptation),
            because_words=adaptation.title,
            because_url=adaptation.get_absolute_url(),
        )
    record.append(
        "adaptation_published",
        by=by,
        subject=adaptation,
        public={
            "kind": adaptation.kind,
            "feature": ref(adaptation.feature),
            "from": adaptation.from_day.isoformat(),
            "sources": sources,
            "measure": ref(adaptation.measure) if adaptation.measure else "",
        },
        content={
            "title": adaptation.title,
            "what": adaptation.what,
            "why": adaptation.why,
            "no_source_reason": adaptation.no_source_reason,
            "expected": adaptation.expected,
        },
    )
    answers.send(adaptation, text=answer_text(adaptation, what_was_said(adaptation)), by=by)
    return adaptation
