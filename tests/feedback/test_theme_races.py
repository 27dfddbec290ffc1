"""The counts of themes hold when people act at the same moment; and a control."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import F

from feedback.models import Theme, Voice, VoiceTheme
from feedback.operations import themes, voices
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
