"""Adaptations: drafted, published once with everyone told, and read in the change log."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from codesign.enums import FeatureStatus, Outcome
from codesign.models import Decision, FeatureVersion, Proposal
from codesign.operations import comments, decisions, proposals, supports
from codesign.queries.features import service_on
from feedback.enums import AdaptationKind
from feedback.models import Adaptation, DecisionAdaptation, Theme, ThemeAdaptation, Voice
from feedback.operations import adaptations, themes, voices
from feedback.queries import adaptations as queries
from portal import answers, clock, permissions, record
from portal.models import Answer, Notice, Participant, RecordContent, RecordEntry, ref
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def words(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "kind": AdaptationKind.CHANGED,
        "feature": world.feature,
        "title": "Save up your hours",
        "what": "You can keep your hours and take a whole day.",
        "why": "You said three hours is no break.",
        "from_day": clock.today(),
    } | changed


def a_draft(world: World, **changed: Any) -> Adaptation:
    return adaptations.draft_adaptation(by=world.provider, **words(world, **changed))


def a_published(world: World, **changed: Any) -> Adaptation:
    draft = a_draft(world, **({"no_source_reason": "A new rule."} | changed))
    return adaptations.publish_adaptation(adaptation=draft, by=world.provider)


def a_theme(world: World, name: str = "Too short") -> Theme:
    return themes.name_theme(
        partnership=world.partnership,
        name=name,
        summary="Three hours go by in travel.",
        by=world.provider,
    )


def a_voice(world: World, theme: Theme, by: Participant | None = None) -> Voice:
    voice, _code = voices.leave_voice(
        partnership=world.partnership,
        what_helped="",
        what_should_change="Three hours is no break.",
        by=by,
        anonymous=by is None,
    )
    voices.publish_voice(voice=voice, by=world.moderator)
    themes.give_theme(voice=voice, theme=theme, by=world.provider)
    return voice


@dataclass
class Thread:
    """One unbroken thread as far as a published decision."""

    theme: Theme
    named: Voice
    anonymous: Voice
    proposal: Proposal
    decision: Decision


def a_thread(world: World) -> Thread:
    """Sam said it, somebody unnamed said it, Maureen suggested; Funmi supports, Colin commented."""
    theme = a_theme(world)
    named = a_voice(world, theme, by=world.service_user)
    anonymous = a_voice(world, theme)
    proposal = themes.raise_proposal(
        theme=theme,
        workspace=world.workspace,
        title="Let us save our hours",
        why="A day is a break.",
        by=world.carer,
    )
    for person in (world.partner, world.service_user):
        supports.support_proposal(proposal=proposal, by=person)
    for person in (world.commissioner, world.partner):
        comments.comment_on_proposal(proposal=proposal, text="It costs the same.", by=person)
    draft = decisions.draft_decision(
        workspace=world.workspace,
        words=decisions.DecisionWords(
            title="Hours can be saved",
            what="Up to eight hours in one go.",
            reasons="It costs the same.",
            evidence="Two voices.",
            how="The council.",
            review_on=clock.today() + timedelta(days=90),
        ),
        outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "Asked for most.")],
        by=world.facilitator,
    )
    decision = decisions.publish_decision(decision=draft, by=world.facilitator)
    return Thread(theme, named, anonymous, proposal, decision)


def entries_about(thing: Adaptation) -> list[RecordEntry]:
    return list(RecordEntry.objects.filter(subject=ref(thing)).order_by("seq"))


# Drafting.


def test_draft_adaptation_is_seen_by_providers_alone(world: World) -> None:
    draft = a_draft(world)
    assert entries_about(draft) == []
    assert not Notice.objects.filter(subject=ref(draft)).exists()
    for who in (world.carer, None):
        assert draft not in Adaptation.objects.visible_to(who)
        assert draft not in queries.readable_by(world.partnership, who)
    assert list(queries.drafts_for(world.partnership, world.provider)) == [draft]
    assert list(queries.drafts_for(world.partnership, world.commissioner)) == []


def test_draft_adaptation_refuses_what_nobody_else_can_read(world: World) -> None:
    unread = proposals.draft_proposal(
        workspace=world.workspace, title="Mine", why="Not yet.", by=world.carer
    )
    with pytest.raises(adaptations.UnableToDraftAdaptation, match="still a draft"):
        a_draft(world, proposals=[unread])
    assert not Adaptation.objects.exists()


def test_draft_adaptation_asks_for_the_words_of_the_service_description(world: World) -> None:
    with pytest.raises(adaptations.UnableToDraftAdaptation, match="Short breaks"):
        a_draft(world, feature_status=FeatureStatus.CHANGED, feature_words=" ")
    with pytest.raises(adaptations.UnableToDraftAdaptation, match="changes nothing"):
        a_draft(world, kind=AdaptationKind.CANNOT, feature_status="paused", feature_words="x")


def test_draft_adaptation_stays_within_its_partnership(world: World) -> None:
    other = World(slug="other")
    for foreign in ({"feature": other.feature}, {"themes": [a_theme(other)]}):
        with pytest.raises(permissions.OutsidePartnership):
            a_draft(world, **foreign)
    assert not Adaptation.objects.exists()


def test_edit_adaptation_changes_words_and_sources(world: World) -> None:
    short, late = a_theme(world), a_theme(world, "Too late")
    draft = a_draft(world, themes=[short])
    adaptations.edit_adaptation(
        adaptation=draft, by=world.provider, themes=[late], **words(world, title="Whole days")
    )
    draft.refresh_from_db()
    assert draft.title == "Whole days"
    assert [link.source for link in ThemeAdaptation.objects.filter(target=draft)] == [late]


def test_edit_adaptation_is_refused_once_published(world: World) -> None:
    published = a_published(world)
    with pytest.raises(adaptations.UnableToDraftAdaptation, match="words stay"):
        adaptations.edit_adaptation(
            adaptation=published, by=world.provider, **words(world, title="Never was")
        )
    published.refresh_from_db()
    assert published.title == "Save up your hours"


@pytest.mark.parametrize("act", ["draft", "edit", "publish"])
def test_only_providers_write_adaptations(world: World, act: str) -> None:
    draft = a_draft(world, no_source_reason="A new rule.")
    allowed = set()
    for name, person in world.cast.items():
        try:
            if act == "draft":
                adaptations.draft_adaptation(by=person, **words(world))
            elif act == "edit":
                adaptations.edit_adaptation(adaptation=draft, by=person, **words(world))
            else:
                adaptations.publish_adaptation(adaptation=draft, by=person)
        except permissions.PermissionRefused:
            continue
        except adaptations.UnableToPublishAdaptation:
            pass
        allowed.add(name)
    assert allowed == {"provider"}
    with pytest.raises(permissions.OutsidePartnership):
        adaptations.publish_adaptation(adaptation=draft, by=World(slug="other").provider)


# Publishing.


def test_publish_adaptation_seals_it_in_the_record(world: World) -> None:
    thread = a_thread(world)
    draft = a_draft(world, decisions=[thread.decision], themes=[thread.theme], expected="More.")
    published = adaptations.publish_adaptation(adaptation=draft, by=world.provider)
    assert published.published_by == world.provider
    (entry,) = entries_about(published)
    assert entry.kind == "adaptation_published"
    assert f'"sources":["{ref(thread.decision)}","{ref(thread.theme)}"]' in entry.line
    assert "Save up" not in entry.line
    content = RecordContent.objects.get(partnership_id=entry.partnership_id, seq=entry.seq).content
    assert content["title"] == "Save up your hours"
    assert content["expected"] == "More."
    link = DecisionAdaptation.objects.get(target=published)
    assert link.made_at == published.published_at


def test_publish_adaptation_needs_a_source_or_a_reason(world: World) -> None:
    draft = a_draft(world)
    with pytest.raises(adaptations.UnableToPublishAdaptation, match="where this came from"):
        adaptations.publish_adaptation(adaptation=draft, by=world.provider)
    draft.refresh_from_db()
    assert not draft.is_published
    adaptations.edit_adaptation(
        adaptation=draft, by=world.provider, **words(world, no_source_reason="A new rule.")
    )
    assert adaptations.publish_adaptation(adaptation=draft, by=world.provider).is_published


def test_publish_adaptation_changes_the_service_from_its_day(world: World) -> None:
    starts = clock.today() + timedelta(days=14)
    published = a_published(
        world,
        from_day=starts,
        feature_status=FeatureStatus.CHANGED,
        feature_words="Up to eight hours in one go.",
    )
    (before,) = service_on(world.partnership, clock.today())
    assert before.version.words == "Three hours a week, booked by phone."
    (after,) = service_on(world.partnership, starts)
    assert after.version.words == "Up to eight hours in one go."
    assert after.version.because == ref(published)
    assert after.version.because_url == published.get_absolute_url()


def test_what_we_cannot_do_changes_nothing_in_the_service(world: World) -> None:
    versions = FeatureVersion.objects.count()
    a_published(world, kind=AdaptationKind.CANNOT)
    assert FeatureVersion.objects.count() == versions


def test_publish_adaptation_twice_tells_nobody_twice(world: World) -> None:
    thread = a_thread(world)
    draft = a_draft(world, decisions=[thread.decision])
    adaptations.publish_adaptation(adaptation=draft, by=world.provider)
    told = Answer.objects.filter(subject=ref(draft)).count()
    assert told == 5
    second = world.person(world.provider.role, name="Petra")
    with pytest.raises(adaptations.UnableToPublishAdaptation, match="Priya has published this"):
        adaptations.publish_adaptation(adaptation=draft, by=second)
    assert Answer.objects.filter(subject=ref(draft)).count() == told
    assert len(entries_about(draft)) == 1


def test_publish_adaptation_is_all_or_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = a_draft(
        world, no_source_reason="A rule.", feature_status="changed", feature_words="New."
    )
    versions = FeatureVersion.objects.count()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        adaptations.publish_adaptation(adaptation=draft, by=world.provider)
    draft.refresh_from_db()
    assert not draft.is_published
    assert FeatureVersion.objects.count() == versions
    assert not Answer.objects.filter(subject=ref(draft)).exists()


def test_answers_preview_is_what_is_sent(world: World) -> None:
    thread = a_thread(world)
    draft = a_draft(world, decisions=[thread.decision])
    foreseen = [(each.participant, each.case, each.because) for each in answers.preview(draft)]
    adaptations.publish_adaptation(adaptation=draft, by=world.provider)
    sent = Answer.objects.filter(subject=ref(draft)).order_by("pk")
    assert [(each.participant, each.case, each.because) for each in sent] == foreseen
