"""What the tests about voices and cases share: something said, and ways to say it."""

import re
import time
from datetime import UTC, datetime
from unittest import mock

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from feedback.forms.voices import new_ticket
from feedback.models import Voice
from feedback.operations import voices
from portal.models import (
    Participant,
    RecordContent,
    RecordEntry,
    ref,
)
from tests.world import World

HELPED = "Larks came on time."
CHANGE = "Three hours is too short for a trip to the hospital."
WEDNESDAY = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)


def a_voice(world: World, by: Participant | None = None, change: str = CHANGE) -> Voice:
    voice, _code = voices.leave_voice(
        partnership=world.partnership,
        feature=world.feature,
        what_helped=HELPED,
        what_should_change=change,
        by=by,
    )
    return voice


def a_published_voice(world: World, by: Participant | None = None, change: str = CHANGE) -> Voice:
    return voices.publish_voice(voice=a_voice(world, by, change), by=world.moderator)


def signed_in(participant: Participant) -> Client:
    """A browser of somebody, with the codes app that staff must have."""
    assert participant.user is not None
    Authenticator.objects.get_or_create(user=participant.user, type="totp", data={})
    client = Client()
    client.force_login(participant.user)
    return client


def url(world: World, name: str, *args: object) -> str:
    return reverse(f"feedback:{name}", args=[world.slug, *args])


def kinds_about(thing: object) -> list[str]:
    return list(
        RecordEntry.objects.filter(subject=ref(thing))  # type: ignore[arg-type]
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def words_about(thing: object) -> list[dict[str, str]]:
    seqs = RecordEntry.objects.filter(subject=ref(thing)).values("seq")  # type: ignore[arg-type]
    return [each.content for each in RecordContent.objects.filter(seq__in=seqs).order_by("seq")]


def a_ticket(seconds_ago: float = 60) -> str:
    with mock.patch("django.core.signing.time.time", return_value=time.time() - seconds_ago):
        return new_ticket()


def fields(world: World, **changed: str) -> dict[str, str]:
    return {
        "feature": str(world.feature.pk),
        "what_helped": HELPED,
        "what_should_change": CHANGE,
        "ticket": a_ticket(),
    } | changed


def code_on(page: bytes) -> str:
    code = "".join(re.findall(r'class="tl-code">([0-9A-Z-]+)<', page.decode()))
    assert len(code) == 29, "no case code on the page"
    return code


def a_case(world: World, by: Participant | None = None) -> tuple[Voice, str]:
    return voices.leave_voice(
        partnership=world.partnership,
        feature=world.feature,
        what_helped=HELPED,
        what_should_change=CHANGE,
        by=by,
    )
