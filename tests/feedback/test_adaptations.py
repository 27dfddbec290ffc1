"""Adaptations: drafted, published once with everyone told, and read in the change log."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from codesign.enums import FeatureStatus, Outcome
from codesign.models import Decision, FeatureVersion, Proposal
from codesign.operations import decisions, proposals
from codesign.queries.features import service_on
from feedback.enums import AdaptationKind
from feedback.models import Adaptation, DecisionAdaptation, Theme, ThemeAdaptation, Voice
from feedback.operations import adaptations, measures, themes, voices
from feedback.queries import adaptations as queries
from portal import answers, clock, permissions, record
from portal.enums import Visibility
from portal.models import Answer, Notice, Participant, RecordContent, RecordEntry, ref
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def signed_in(participant: Participant) -> Client:
    """A browser signed in as somebody, with the second factor that staff need."""
    client = Client()
    assert participant.user is not None
    client.force_login(participant.user)
    if participant.is_staff:
        Authenticator.objects.get_or_create(
            user=participant.user, type=Authenticator.Type.TOTP, defaults={"data": {}}
        )
    return client


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
        proposals.support_proposal(proposal=proposal, by=person)
    for person in (world.commissioner, world.partner):
        proposals.comment_on_proposal(proposal=proposal, text="It costs the same.", by=person)
    draft = decisions.draft_decision(
        workspace=world.workspace,
        words=decisions.DecisionWords(
            title="Hours can be saved",
            what="Up to eight hours in one go.",
            reasons="It costs the same.",
            evidence="Two voices.",
            deciders="The council.",
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


# Reading.


def test_change_log_is_newest_published_first_by_month(world: World) -> None:
    drafted_first = a_draft(world, title="Drafted first", no_source_reason="A rule.")
    with clock.at(clock.now() - timedelta(days=70)):
        a_published(world, title="Published first", from_day=date(2024, 1, 5))
    adaptations.publish_adaptation(adaptation=drafted_first, by=world.provider)
    page = Client().get(reverse("feedback:change_log", args=["norfolk"])).content.decode()
    assert page.index("Drafted first") < page.index("Published first")
    assert f"{clock.today():%B %Y}" in page


def test_change_log_pages_by_the_day_of_publishing(world: World) -> None:
    for number in range(23):
        with clock.at(clock.now() - timedelta(days=number)):
            a_published(world, title=f"Change number {number:02}.")
    log = reverse("feedback:change_log", args=["norfolk"])
    first = Client().get(log, {"kind": "changed"})
    assert [e.adaptation.title[-3:] for e in first.context["entries"]] == [
        f"{n:02}." for n in range(20)
    ]
    later = Client().get(log + first.context["page"].older)
    assert [e.adaptation.title[-3:] for e in later.context["entries"]] == ["20.", "21.", "22."]
    assert later.context["page"].older == ""


def test_change_log_shows_one_kind_or_one_part_of_the_service(world: World) -> None:
    a_published(world, title="A yes")
    a_published(world, kind=AdaptationKind.CANNOT, title="A no")
    log = reverse("feedback:change_log", args=["norfolk"])
    only = Client().get(log, {"kind": "cannot"}).content.decode()
    assert "A no" in only
    assert "A yes" not in only
    assert "A yes" in Client().get(log, {"feature": world.feature.pk}).content.decode()
    nonsense = Client().get(log, {"kind": "'; --", "feature": "99999999999999999999"})
    assert nonsense.status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_change_log_costs_the_same_for_any_length(
    world: World, number: int, django_assert_num_queries: Any
) -> None:
    thread = a_thread(world)
    for _each in range(number):
        a_published(
            world,
            decisions=[thread.decision],
            themes=[thread.theme],
            proposals=[thread.proposal],
        )
    client = signed_in(world.carer)
    url = reverse("feedback:change_log", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(12):
        client.get(url)


def test_visitors_read_public_change_logs_only(world: World) -> None:
    mine = a_published(world)
    closed = World(slug="closed", visibility=Visibility.PARTNERSHIP)
    theirs = a_published(closed)
    assert Client().get(mine.get_absolute_url()).status_code == 200
    assert Client().get(theirs.get_absolute_url()).status_code == 302
    assert signed_in(world.carer).get(theirs.get_absolute_url()).status_code == 404
    across = reverse("feedback:adaptation", args=["norfolk", theirs.pk])
    assert Client().get(across).status_code == 404


def test_visitors_see_no_source_from_a_closed_space(world: World) -> None:
    thread = a_thread(world)
    published = a_published(world, decisions=[thread.decision], proposals=[thread.proposal])
    world.workspace.visibility = Visibility.PARTNERSHIP
    world.workspace.save()
    assert (
        "Let us save our hours"
        in signed_in(world.carer).get(published.get_absolute_url()).content.decode()
    )
    seen = Client().get(published.get_absolute_url()).content.decode()
    assert "Let us save our hours" not in seen
    assert "Hours can be saved" not in seen


def test_adaptation_page_says_why_i_was_told(world: World) -> None:
    published = a_published(world, decisions=[a_thread(world).decision])
    mine = signed_in(world.carer).get(published.get_absolute_url()).content.decode()
    assert "because you suggested “Let us save our hours”." in mine
    others = signed_in(world.evaluator).get(published.get_absolute_url()).content.decode()
    assert "We told you" not in others


def test_adaptation_page_tells_the_story_in_order(world: World) -> None:
    thread = a_thread(world)
    published = a_published(
        world,
        decisions=[thread.decision],
        themes=[thread.theme],
        proposals=[thread.proposal],
        expected="Ten more carers by May.",
    )
    measures.review_adaptation(
        adaptation=published,
        verdict="no_clear_change_yet",
        words="Three of seven points.",
        participants_say="It is better.",
        what_next="keep",
        by=world.evaluator,
    )
    page = Client().get(published.get_absolute_url()).content.decode()
    story = [
        "Too short",
        "Let us save our hours",
        "Hours can be saved",
        "You can keep your hours",
        "Ten more carers by May.",
        "It is better.",
        "Three of seven points.",
    ]
    places = [page.index(words) for words in story]
    assert places == sorted(places)


# By clicking, without JavaScript.


def fields(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "changed",
        "feature": world.feature.pk,
        "title": "Save up your hours",
        "what": "You can keep your hours.",
        "why": "Three hours is no break.",
        "from_day": clock.today().isoformat(),
    } | changed


def test_an_adaptation_is_drafted_previewed_and_published_by_posting_forms(world: World) -> None:
    thread = a_thread(world)
    client = signed_in(world.provider)
    new = reverse("feedback:draft_adaptation", args=["norfolk"])
    assert client.post(new, fields(world, title="")).status_code == 422
    without_words = client.post(new, fields(world, feature_status="changed"))
    assert "Say what it is like then" in without_words.content.decode()
    saved = client.post(
        new, fields(world, decisions=[thread.decision.pk], themes=[thread.theme.pk])
    )
    draft = Adaptation.objects.get()
    publish = reverse("feedback:publish_adaptation", args=["norfolk", draft.pk])
    assert saved.url == publish
    preview = client.get(publish)
    assert [c.participant.display_name for c in preview.context["people"]] == [
        "Sam",
        "Maureen",
        "Colin",
        "Funmi",
    ]
    done = client.post(publish, follow=True)
    assert "People told: 4." in done.content.decode()
    assert "Anonymous voices answered: fewer than 8." in done.content.decode()
    assert client.get(publish).status_code == 302


def test_draft_adaptation_starts_from_what_it_was_asked_about(world: World) -> None:
    theme = a_theme(world)
    url = reverse("feedback:draft_adaptation", args=["norfolk"])
    form = signed_in(world.provider).get(f"{url}?theme={theme.pk}&theme=x").context["form"]
    assert form["themes"].value() == [theme.pk]
    foreign = a_theme(World(slug="other"), "Theirs")
    offered = signed_in(world.provider).get(f"{url}?theme={foreign.pk}").context["form"]
    assert list(offered.fields["themes"].queryset) == [theme]


def test_saying_what_cannot_be_done_asks_other_questions(world: World) -> None:
    theme = a_theme(world)
    client = signed_in(world.provider)
    url = reverse("feedback:draft_adaptation", args=["norfolk"]) + "?kind=cannot"
    page = client.get(url)
    assert "We can’t, because …" in page.content.decode()
    assert {"kind", "feature_status", "feature_words"}.isdisjoint(page.context["form"].fields)
    client.post(url, fields(world, feature_status="ended", themes=[theme.pk]))
    draft = Adaptation.objects.get()
    assert draft.is_refusal
    assert draft.feature_status == ""
    edit = reverse("feedback:edit_adaptation", args=["norfolk", draft.pk])
    assert client.get(edit).context["form"]["themes"].value() == [theme.pk]
    client.post(edit, fields(world, title="We can’t pay for it", themes=[theme.pk]))
    draft.refresh_from_db()
    assert (draft.title, draft.kind) == ("We can’t pay for it", "cannot")


def test_publish_adaptation_without_a_source_says_so_on_the_page(world: World) -> None:
    draft = a_draft(world)
    client = signed_in(world.provider)
    answer = client.post(reverse("feedback:publish_adaptation", args=["norfolk", draft.pk]))
    assert answer.status_code == 409
    assert "where this came from" in answer.content.decode()


def test_the_second_of_two_publishers_is_told_kindly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = a_draft(world, no_source_reason="A new rule.")
    url = reverse("feedback:publish_adaptation", args=["norfolk", draft.pk])
    second = signed_in(world.person(world.provider.role, name="Petra"))
    assert second.get(url).status_code == 200  # both have the page open
    signed_in(world.provider).post(url)
    answer = second.post(url)
    assert answer.status_code == 409
    assert "Priya has published this already." in answer.content.decode()


def test_answers_preview_is_what_is_sent(world: World) -> None:
    thread = a_thread(world)
    draft = a_draft(world, decisions=[thread.decision])
    foreseen = [(each.participant, each.case, each.because) for each in answers.preview(draft)]
    adaptations.publish_adaptation(adaptation=draft, by=world.provider)
    sent = Answer.objects.filter(subject=ref(draft)).order_by("pk")
    assert [(each.participant, each.case, each.because) for each in sent] == foreseen
