"""The counts of themes hold when people act at the same moment; and a control."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.models import F

from feedback.models import Theme, ThemeProposal, Voice, VoiceTheme
from feedback.operations import themes, voices
from portal.models import Participant, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal
from tests.feedback.test_themes import a_theme, a_voice, count_of, true_count_of
from tests.world import World


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Do all acts at the same moment, each on its own connection; returns what they raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.usefixtures("committing")
def test_theme_counts_hold_when_people_act_at_once() -> None:
    world = World()
    theme, voice = a_theme(world), a_voice(world)

    def give(to: Voice) -> Callable[[], object]:
        return lambda: themes.give_theme(voice=to, theme=theme, by=world.provider)

    assert at_once(*[give(voice)] * 6) == []
    assert count_of(theme) == true_count_of(theme) == 1

    others = [a_voice(world) for _each in range(6)]
    assert at_once(*map(give, others)) == []
    assert count_of(theme) == true_count_of(theme) == 7

    links = list(VoiceTheme.objects.filter(source__in=others[:2]))
    assert (
        at_once(
            *[lambda: voices.withdraw_voice(voice=voice)] * 2,
            lambda: themes.take_theme_away(link=links[0], by=world.provider, reason="No."),
            lambda: themes.take_theme_away(link=links[0], by=world.facilitator, reason="No."),
            lambda: voices.hold_voice(voice=others[1], by=world.moderator, reason="A name."),
            lambda: themes.take_theme_away(link=links[1], by=world.provider, reason="No."),
            give(others[2]),
        )
        == []
    )
    assert count_of(theme) == true_count_of(theme) == 4


@pytest.mark.usefixtures("committing")
def test_control_a_count_that_is_read_and_written_back_is_lost() -> None:
    theme = a_theme(World())
    both_have_read = threading.Barrier(2)

    def careless() -> None:
        read = Theme.objects.get(pk=theme.pk).voice_count
        both_have_read.wait()
        Theme.objects.filter(pk=theme.pk).update(voice_count=read + 1)

    assert at_once(careless, careless) == []
    assert count_of(theme) == 1  # one of two is lost

    def careful() -> None:
        both_have_read.wait()
        Theme.objects.filter(pk=theme.pk).update(voice_count=F("voice_count") + 1)

    assert at_once(careful, careful) == []
    assert count_of(theme) == 3


def a_tie(world: World) -> ThemeProposal:
    return themes.link_theme_to_proposal(
        theme=a_theme(world), proposal=an_open_proposal(world), by=world.provider
    )


def removals_of(link: ThemeProposal) -> int:
    return RecordEntry.objects.filter(subject=ref(link), kind="link_removed").count()


@pytest.mark.usefixtures("committing")
def test_a_suggestion_taken_off_a_theme_by_two_at_once_is_taken_off_once() -> None:
    world = World()
    link = a_tie(world)
    by = [world.provider, world.facilitator, world.evaluator]
    acts = [
        lambda each=each: themes.unlink_theme_from_proposal(
            link=link, by=each, reason=f"Says {each}."
        )
        for each in by
    ]
    assert at_once(*acts) == []
    assert removals_of(link) == 1
    link.refresh_from_db()
    assert link.removal_reason == f"Says {link.removed_by}."


@pytest.mark.usefixtures("committing")
def test_control_whoever_looks_before_holding_the_row_takes_it_off_twice() -> None:
    world = World()
    link = a_tie(world)
    both_have_looked = threading.Barrier(2)

    def careless(by: Participant) -> None:
        mine = ThemeProposal.objects.select_related("source", "target").get(pk=link.pk)
        assert mine.removed_at is None
        both_have_looked.wait(20)
        with transaction.atomic():
            themes._remove_link(mine, by=by, reason="No.")

    assert at_once(lambda: careless(world.provider), lambda: careless(world.facilitator)) == []
    assert removals_of(link) == 2
