"""The trail: both ways, inside the wall, what is removed, what is left out."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from codesign.enums import Outcome, ProposalStatus
from codesign.models import (
    CardProposal,
    DecisionOutcome,
    ProposalMerge,
)
from content import trail as trails
from content.trail import edges, trail_of
from content.trail_kinds import KINDS
from feedback.enums import VoiceStatus
from feedback.models import (
    DecisionAdaptation,
    Measure,
    ProposalAdaptation,
    Theme,
    ThemeAdaptation,
    ThemeProposal,
    Voice,
    VoiceTheme,
)
from portal import clock, record, verify_record
from portal.enums import Visibility
from portal.models import Answer, ref
from tests.content.thread import Thread, day
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Thread:
    return Thread(World())


def kinds(steps: object) -> list[str]:
    return [step.kind for step in steps]  # type: ignore[attr-defined]


def titles(steps: object) -> set[str]:
    return {step.title for step in steps}  # type: ignore[attr-defined]


def test_every_table_of_links_is_an_edge_between_known_kinds() -> None:
    tables = {edge.model for edge in edges() if edge.is_link}
    assert tables >= {
        VoiceTheme,
        ThemeProposal,
        CardProposal,
        ProposalMerge,
        DecisionOutcome,
        DecisionAdaptation,
        ProposalAdaptation,
        ThemeAdaptation,
    }
    assert {edge.source for edge in edges()} | {edge.target for edge in edges()} == set(KINDS)


def test_from_a_voice_the_trail_runs_forward_to_the_review(thread: Thread) -> None:
    found = thread.trail(thread.voice)
    assert found is not None
    assert found.before == ()
    assert kinds(found.after) == [
        "measure",  # defined before anything changed, so it stands first by date
        "theme",
        "proposal",
        "decision",
        "activity",
        "adaptation",
        "review",
    ]
    dates = [step.when for step in found.steps]
    assert dates == sorted(dates)
    assert {(tie.source, tie.target) for tie in found.links} == {
        (ref(thread.voice), ref(thread.theme)),
        (ref(thread.theme), ref(thread.proposal)),
        (ref(thread.proposal), ref(thread.decision)),
        (ref(thread.proposal), ref(thread.activity)),
        (ref(thread.decision), ref(thread.adaptation)),
        (ref(thread.adaptation), ref(thread.measure)),
        (ref(thread.adaptation), ref(thread.review)),
    }


def test_from_a_review_the_trail_runs_back_to_the_voices_and_the_session(thread: Thread) -> None:
    found = thread.trail(thread.review)
    assert found is not None
    assert found.after == ()
    assert set(kinds(found.before)) == {
        "voice",
        "theme",
        "designsession",
        "card",
        "proposal",
        "ballot",
        "decision",
        "adaptation",
    }


def test_the_two_walks_do_not_mix(thread: Thread) -> None:
    """Another proposal of the same theme is on the theme's trail, not on the first proposal's."""
    other = thread.suggest("A later bus", on=7)
    thread.link(ThemeProposal, thread.theme, other)
    from_proposal = thread.trail(thread.proposal)
    from_theme = thread.trail(thread.theme)
    assert from_proposal is not None
    assert from_theme is not None
    assert "A later bus" not in titles(from_proposal.steps)
    assert "A later bus" in titles(from_theme.after)


@pytest.mark.parametrize("name", [*KINDS])
def test_each_kind_has_a_page_for_everyone_and_its_json(
    thread: Thread, client: Client, name: str
) -> None:
    thing = getattr(thread, "session" if name == "designsession" else name)
    args = [thread.world.partnership.slug, name, thing.pk]
    page = client.get(reverse("content:trail", args=args))
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1
    data = client.get(reverse("content:trail_json", args=args)).json()
    assert data["thing"] == ref(thing)
    assert [step["place"] for step in data["steps"]].count("here") == 1


def test_the_page_reads_as_the_thread_with_names_dates_and_reasons(
    thread: Thread, client: Client
) -> None:
    url = reverse("content:trail", args=["norfolk", "proposal", thread.proposal.pk])
    text = client.get(url).content.decode()
    headings = [
        "What people said",
        "Theme",
        "What was suggested",
        "What was decided",
        "What changed",
        "What happened",
        "Did it help?",
    ]
    at = [text.index(f">{heading}</h2>") for heading in headings]
    assert at == sorted(at)
    assert "Maureen" in text
    assert "5 January 2026" in text
    assert "It is about the bus." in text
    assert "It was 3 journeys in January 2026" in text
    assert "14.5 journeys in February 2026" in text


def test_a_drafted_or_unpublished_thing_is_on_no_trail(thread: Thread) -> None:
    waiting = thread.say("Unread", by=None, on=3, status=VoiceStatus.WAITING, published_at=None)
    thread.link(VoiceTheme, waiting, thread.theme)
    draft = thread.change("Not yet", on=40, published_at=None, published_by=None)
    thread.link(DecisionAdaptation, thread.decision, draft)
    mine = thread.suggest("My draft", on=8, status=ProposalStatus.DRAFT)
    thread.link(ThemeProposal, thread.theme, mine)
    found = thread.trail(thread.theme, thread.world.carer)
    assert found is not None
    assert titles(found.steps).isdisjoint({"Unread", "Not yet", "My draft"})
    for thing in (waiting, draft, mine):
        assert thread.trail(thing, thread.world.facilitator) is None


def test_a_withdrawn_voice_leaves_a_dated_tombstone(thread: Thread, client: Client) -> None:
    Voice.objects.filter(pk=thread.voice.pk).update(
        status=VoiceStatus.WITHDRAWN,
        what_should_change="",
        withdrawn_at=day(50),
    )
    found = thread.trail(thread.theme)
    assert found is not None
    (stone,) = found.before
    assert stone.title == "Taken back by the person who said it"
    assert stone.when == day(50).date()
    assert stone.words == ""
    assert stone.who is None
    url = reverse("content:trail", args=["norfolk", "voice", thread.voice.pk])
    assert "Maureen" not in client.get(url).content.decode().split("<main")[1].split("Theme<")[0]


def test_an_anonymous_voice_is_dated_by_its_week_only(thread: Thread) -> None:
    voice = thread.say("Nobody asked me.", by=None, on=0)
    found = thread.trail(voice)
    assert found is not None
    assert found.thing.when_words == "Week of 5 January 2026"
    assert found.thing.who is None


def test_a_removed_link_is_shown_with_its_reason_and_not_followed(
    thread: Thread, client: Client
) -> None:
    VoiceTheme.objects.update(
        removed_by=thread.world.evaluator, removed_at=day(60), removal_reason="It was about trains."
    )
    found = thread.trail(thread.voice)
    assert found is not None
    assert found.after == ()
    (tie,) = found.removed
    assert (tie.source, tie.target) == (ref(thread.voice), ref(thread.theme))
    url = reverse("content:trail", args=["norfolk", "voice", thread.voice.pk])
    text = client.get(url).content.decode()
    assert "<s>The bus stops at six. is part of the theme Getting there</s>" in text
    assert "It was about trains." in text
    data = client.get(reverse("content:trail_json", args=["norfolk", "voice", thread.voice.pk]))
    assert data.json()["links"][0]["removal_reason"] == "It was about trains."


def test_a_merged_proposal_leads_on_to_the_one_it_lives_in(thread: Thread) -> None:
    small = thread.suggest("Taxis please", on=4, status=ProposalStatus.MERGED)
    thread.link(ProposalMerge, small, thread.proposal)
    found = thread.trail(small)
    assert found is not None
    assert ref(thread.review) in {step.ref for step in found.after}


def test_told_back_is_counted_through_the_gate(thread: Thread) -> None:
    for who in (thread.world.carer, thread.world.guest):
        Answer.objects.create(
            partnership=thread.world.partnership,
            subject=ref(thread.decision),
            participant=who,
            because="you said so",
            text="We decided.",
            url="/",
            at=day(20),
        )
    visitor, member = thread.trail(thread.voice), thread.trail(thread.voice, thread.world.carer)
    assert visitor is not None
    assert member is not None
    assert [told.people for told in visitor.told] == ["fewer than 8"]
    assert [told.people for told in member.told] == ["2"]
    assert visitor.told[0].on == day(20).date()


def test_too_many_voices_are_cut_and_the_rest_is_counted_through_the_gate(
    thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trails, "WIDTH", 3)
    for n in range(10):
        thread.link(VoiceTheme, thread.say(f"Voice {n}", by=None, on=0), thread.theme)
    visitor, member = thread.trail(thread.theme), thread.trail(thread.theme, thread.world.carer)
    assert visitor is not None
    assert member is not None
    assert kinds(visitor.before) == ["voice"] * 3
    assert visitor.more == {"voice": "about 10"}
    assert member.more == {"voice": "8"}


def test_a_count_of_people_in_a_measure_is_gated_for_visitors(thread: Thread) -> None:
    Measure.objects.update(counts_people=True, unit="people")
    visitor = thread.trail(thread.measure)
    provider = thread.trail(thread.measure, thread.world.provider)
    assert visitor is not None
    assert provider is not None
    assert "It was fewer than 8 people in January 2026" in visitor.thing.words
    assert "It was 3 people in January 2026" in provider.thing.words


def test_a_visitor_sees_nothing_of_a_private_space(thread: Thread, client: Client) -> None:
    space = thread.world.workspace
    space.visibility = Visibility.PARTNERSHIP
    space.save()
    found = thread.trail(thread.theme)
    assert found is not None
    assert kinds(found.after) == []
    assert thread.trail(thread.proposal) is None
    assert thread.trail(thread.proposal, thread.world.carer) is not None


def test_a_visitor_gets_no_link_to_a_page_that_is_for_members(thread: Thread) -> None:
    visitor, member = thread.trail(thread.session), thread.trail(thread.session, thread.world.carer)
    assert visitor is not None
    assert member is not None
    assert visitor.thing.url == ""
    assert member.thing.url == thread.session.get_absolute_url()


def test_a_private_partnership_asks_a_visitor_to_sign_in(client: Client) -> None:
    thread = Thread(World(visibility=Visibility.PARTNERSHIP))
    for name in ("content:trail", "content:trail_json"):
        answer = client.get(reverse(name, args=["norfolk", "voice", thread.voice.pk]))
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]


def test_another_partnerships_thing_does_not_exist_here(thread: Thread, client: Client) -> None:
    other = Thread(World(slug="other"))
    url = reverse("content:trail", args=["norfolk", "voice", other.voice.pk])
    assert client.get(url).status_code == 404
    assert client.get(reverse("content:trail", args=["norfolk", "user", 1])).status_code == 404


def test_the_record_entries_stand_with_their_fingerprint(thread: Thread) -> None:
    with transaction.atomic():
        entry = record.append(
            "proposal_opened", by=thread.world.carer, subject=thread.proposal, public={}
        )
        record.append("feedback_held", by=thread.world.moderator, subject=thread.voice, public={})
    found = thread.trail(thread.proposal)
    assert found is not None
    (line,) = found.record
    assert (line.entry, line.kind_words) == (entry.seq, "A suggestion was shared")
    assert line.fingerprint == verify_record.leaf_hash(entry.line.encode()).hex()


@pytest.mark.parametrize("more", [0, 2])
def test_the_number_of_queries_does_not_grow_with_the_links(
    thread: Thread, django_assert_num_queries: object, more: int
) -> None:
    for n in range(more):
        thread.link(VoiceTheme, thread.say(f"Voice {n}", by=thread.world.carer, on=0), thread.theme)
        proposal = thread.suggest(f"Idea {n}", on=9)
        thread.link(ThemeProposal, thread.theme, proposal)
        thread.link(DecisionOutcome, proposal, thread.decision, outcome=Outcome.AGREED)
    with django_assert_num_queries(27):  # type: ignore[operator]
        assert thread.trail(thread.theme, thread.world.carer) is not None


def test_a_step_stands_on_the_day_of_the_place() -> None:
    """Half past midnight in British summer time is already the new day."""
    world = World()
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    with clock.at(late):
        theme = Theme.objects.create(
            partnership=world.partnership, name="Late", summary="Late.", by=world.provider
        )
    found = trail_of("theme", theme.pk, partnership=world.partnership, participant=None)
    assert found is not None
    assert found.thing.when == date(2026, 7, 1)
