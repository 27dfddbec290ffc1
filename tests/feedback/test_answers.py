"""Told back: who is told when something is published, why, in which words, and only once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from codesign.operations import merges, proposals
from feedback.enums import AdaptationKind
from feedback.models import Adaptation
from feedback.operations import adaptations, voices
from feedback.queries.adaptations import answer_text, what_was_said
from portal import answers, clock, notices
from portal.answers import Concerned
from portal.enums import Role
from portal.models import Answer, Notice, RecordEntry, ref
from portal.operations import people
from tests.feedback.test_adaptations import (
    a_draft,
    a_published,
    a_theme,
    a_thread,
    a_voice,
)
from tests.world import World, signed_in


@pytest.fixture
def world(db: None) -> World:
    return World()


def reasons(concerned: list[Concerned]) -> dict[str, str]:
    """Why each is told, by display name or case."""
    return {
        each.participant.display_name if each.participant else each.case: each.because
        for each in concerned
    }


SAID = "you told us how it is going"
THEIRS = "you suggested “Let us save our hours”"
SUPPORTS = "you support “Let us save our hours”"
COMMENTED = "you commented on “Let us save our hours”"


def test_everyone_linked_backwards_is_told_with_their_closest_tie(world: World) -> None:
    thread = a_thread(world)
    expected = {
        f"voice:{thread.anonymous.pk}": SAID,
        "Sam": SAID,  # who also supports it
        "Maureen": THEIRS,
        "Funmi": SUPPORTS,  # who also commented
        "Colin": COMMENTED,
    }
    for sources in (
        {"decisions": [thread.decision]},
        {"proposals": [thread.proposal]},
    ):
        assert reasons(answers.preview(a_draft(world, **sources))) == expected
    assert reasons(answers.preview(thread.decision)) == expected
    of_theme = answers.preview(a_draft(world, themes=[thread.theme]))
    assert reasons(of_theme) == {f"voice:{thread.anonymous.pk}": SAID, "Sam": SAID}


def test_a_suggestion_of_ones_own_is_closer_than_ones_voice(world: World) -> None:
    thread = a_thread(world)
    a_voice(world, thread.theme, by=world.carer)
    draft = a_draft(world, decisions=[thread.decision])
    assert reasons(answers.preview(draft))["Maureen"] == THEIRS
    assert reasons(answers.preview(thread.decision))["Maureen"] == THEIRS


def test_people_of_a_merged_suggestion_are_told(world: World) -> None:
    theme = a_theme(world)
    into = proposals.open_proposal(
        proposal=proposals.draft_proposal(
            workspace=world.workspace, title="Whole days", why="Rest.", by=world.carer
        ),
        by=world.carer,
    )
    merged = proposals.open_proposal(
        proposal=proposals.draft_proposal(
            workspace=world.workspace, title="Save hours", why="Rest.", by=world.service_user
        ),
        by=world.service_user,
    )
    merges.merge_proposals(proposals=[merged], into=into, by=world.facilitator, reason="The same.")
    draft = a_draft(world, proposals=[into], themes=[theme])
    assert reasons(answers.preview(draft)) == {
        "Maureen": "you suggested “Whole days”",
        "Sam": "you suggested “Save hours”",
    }


def test_nobody_is_told_because_of_a_voice_that_was_taken_back(world: World) -> None:
    thread = a_thread(world)
    voices.withdraw_voice(voice=thread.anonymous)
    told = reasons(answers.preview(a_draft(world, themes=[thread.theme])))
    assert told == {"Sam": SAID}


def test_those_who_left_are_not_told(world: World) -> None:
    thread = a_thread(world)
    people.remove_participant(participant=world.partner, by=world.admin, reason="Moved away.")
    assert "Funmi" not in reasons(answers.preview(a_draft(world, decisions=[thread.decision])))


@pytest.mark.parametrize("supporters", [1, 3])
def test_preview_costs_the_same_for_any_number_of_people(
    world: World, supporters: int, django_assert_num_queries: Any
) -> None:
    thread = a_thread(world)
    for _each in range(supporters):
        a_voice(world, thread.theme, by=world.person(Role.PROVIDER))
    draft = a_draft(world, decisions=[thread.decision])
    client = signed_in(world.provider)
    url = reverse("feedback:publish_adaptation", args=["norfolk", draft.pk])
    client.get(url)
    with django_assert_num_queries(12):
        answers.preview(draft)
    with django_assert_num_queries(29):
        client.get(url)


@pytest.mark.parametrize("supporters", [1, 3])
def test_publish_adaptation_costs_the_same_for_any_number_of_people(
    world: World, supporters: int, django_assert_num_queries: Any
) -> None:
    thread = a_thread(world)
    for _each in range(supporters):
        a_voice(world, thread.theme, by=world.person(Role.CARER))
    draft = a_draft(world, decisions=[thread.decision])
    with django_assert_num_queries(36):
        adaptations.publish_adaptation(adaptation=draft, by=world.provider)


def test_answer_text_says_what_was_said_and_what_was_done() -> None:
    draft = Adaptation(
        kind=AdaptationKind.CHANGED,
        title="Save up your hours",
        what="Keep them and take a day.",
        why="Three hours is no break.",
        from_day=clock.today(),
    )
    assert answer_text(draft, ["Too short", "Too late"]) == (
        "You said: “Too short”, “Too late”.\n\n"
        "We did: Save up your hours.\n\nKeep them and take a day.\n\n"
        f"From {clock.today():%-d %B %Y}."
    )
    assert answer_text(draft, []).startswith("We did:")
    draft.from_day += timedelta(days=1)
    assert "We will: Save up your hours." in answer_text(draft, [])


def test_answer_text_of_a_refusal_says_why_not() -> None:
    draft = Adaptation(
        kind=AdaptationKind.CANNOT,
        title="No cash",
        what="We cannot hand over the money.",
        why="we cannot check who comes.",
        from_day=clock.today(),
    )
    assert answer_text(draft, ["Give us the money"]) == (
        "You said: “Give us the money”.\n\nWe cannot hand over the money.\n\n"
        "We can’t, because: we cannot check who comes."
    )


def test_what_was_said_is_themes_else_suggestions_else_decisions(world: World) -> None:
    thread = a_thread(world)
    assert what_was_said(a_draft(world, decisions=[thread.decision])) == ["Too short"]
    bare = proposals.open_proposal(
        proposal=proposals.draft_proposal(
            workspace=world.workspace, title="Whole days", why="Rest.", by=world.carer
        ),
        by=world.carer,
    )
    assert what_was_said(a_draft(world, proposals=[bare])) == ["Whole days"]
    assert what_was_said(a_draft(world)) == []


def test_each_gets_a_notice_and_the_giver_of_an_anonymous_voice_an_answer(world: World) -> None:
    thread = a_thread(world)
    before = Notice.objects.filter(participant=world.service_user).count()
    published = a_published(world, decisions=[thread.decision], no_source_reason="")
    notice = Notice.objects.filter(participant=world.service_user).latest("pk")
    assert Notice.objects.filter(participant=world.service_user).count() == before + 1
    assert notice.text == answer_text(published, ["Too short"])
    assert notice.url == published.get_absolute_url()
    by_case = Answer.objects.get(subject=ref(published), case=f"voice:{thread.anonymous.pk}")
    assert by_case.participant is None
    assert by_case.text == notice.text


def test_the_preview_names_nobody_who_left_an_anonymous_voice(world: World) -> None:
    theme = a_theme(world)
    for _each in range(3):
        a_voice(world, theme)
    draft = a_draft(world, themes=[theme])
    url = reverse("feedback:publish_adaptation", args=["norfolk", draft.pk])
    page = signed_in(world.provider).get(url).content.decode()
    assert "People who left an anonymous voice: fewer than 8." in page
    assert "voice:" not in page.replace("anonymous voice:", "")
    assert "You said: “Too short”." in page


# Two people publish at once.


@pytest.fixture
def lasting(committing: None) -> World:
    """A world in which threads really commit."""
    return World()


def publish_at_once(draft: Adaptation, world: World, publishers: int = 4) -> list[str]:
    """Each publisher has read the draft before the first of them publishes. Their fates, sorted."""
    gate = threading.Barrier(publishers)
    fates = []

    def publish() -> None:
        try:
            mine = Adaptation.objects.get(pk=draft.pk)
            gate.wait(timeout=20)
            adaptations.publish_adaptation(adaptation=mine, by=world.provider)
        except Exception as error:
            fates.append(type(error).__name__)
        else:
            fates.append("published")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _each in range(publishers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(fates)


def sent_to_carer(draft: Adaptation, world: World) -> int:
    return Notice.objects.filter(subject=ref(draft), participant=world.carer).count()


def sealed(draft: Adaptation) -> int:
    return RecordEntry.objects.filter(subject=ref(draft), kind="adaptation_published").count()


def test_of_four_publishers_at_once_one_wins_and_everyone_is_told_once(lasting: World) -> None:
    draft = a_draft(lasting, decisions=[a_thread(lasting).decision])
    assert publish_at_once(draft, lasting) == [
        "UnableToPublishAdaptation",
        "UnableToPublishAdaptation",
        "UnableToPublishAdaptation",
        "published",
    ]
    assert sealed(draft) == 1
    assert sent_to_carer(draft, lasting) == 1


def test_control_without_reading_again_under_the_lock_everyone_is_told_four_times(
    lasting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race above is a real one: each goes by what they had read, and sends."""
    draft = a_draft(lasting, decisions=[a_thread(lasting).decision])
    monkeypatch.setattr(adaptations, "_locked", lambda adaptation: adaptation)
    # The second guard, at most one answer to each by constraint, is left out of the control too.
    monkeypatch.setattr(
        answers,
        "send",
        lambda thing, *, text, by: notices.queue(
            [each.participant for each in answers.preview(thing) if each.participant],
            subject=thing,
            text=text,
        ),
    )
    assert publish_at_once(draft, lasting) == ["published"] * 4
    assert sealed(draft) == 4
    assert sent_to_carer(draft, lasting) == 4
