"""The tags that say who speaks, how a thing stands, and on which day something was."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template import engines
from django.utils.translation import override

from codesign.enums import CommentKind, ProposalKind, ProposalStatus
from codesign.models import Comment, Proposal
from portal.enums import Role, words_of
from portal.models import Participant
from portal.templatetags.portal import day, speaker, status


def written(template: str, **context: object) -> str:
    return engines["django"].from_string("{% load portal %}" + template).render(context)


def test_speaker_says_name_role_and_organisation_escaped() -> None:
    person = SimpleNamespace(
        display_name="<Ann>",
        role="carer",
        get_role_display=lambda: "Carer",
        organisation=SimpleNamespace(name="A & B"),
    )
    html = speaker(person)
    assert "&lt;Ann&gt;" in html
    assert '<span class="tl-role tl-role--carer">Carer</span>' in html
    assert "A &amp; B" in html
    assert "A &amp; B" not in speaker(person, no_organisation=True)
    for nobody in (None, ""):
        assert "Somebody who did not give a name" in speaker(nobody)
    part = '{% include "portal/parts/role_tag.html" with participant=who %}'
    assert written(part, who=person).strip() == html


def test_status_has_a_shape_and_is_quiet_by_default() -> None:
    assert status("<Open>", "open") == (
        '<span class="tl-status tl-status--open">&lt;Open&gt;</span>'
    )
    assert "tl-status--quiet" in status("Draft")
    part = '{% include "portal/parts/status_tag.html" with label="Draft" %}'
    assert written(part).strip() == status("Draft")


@pytest.mark.parametrize("language", ["en-gb", "cy"])
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 27, 12, tzinfo=UTC),
        datetime(2026, 6, 30, 23, 30, tzinfo=UTC),  # already July where the service is
    ],
)
def test_day_is_what_the_filter_date_says(moment: datetime, language: str) -> None:
    long = """<time datetime="{{ moment|date:'c' }}">{{ moment|date:"j F Y" }}</time>"""
    with override(language):
        assert written("{% day moment %}", moment=moment) == written(long, moment=moment)
        assert written(long, moment=moment) == day(moment)


@pytest.mark.parametrize("language", ["en-gb", "cy"])
def test_values_are_called_what_their_vocabulary_says(language: str) -> None:
    with override(language):
        for role in Role:
            assert Participant(role=role.value).get_role_display() == str(role.label)
        for each in ProposalStatus:
            assert Proposal(status=each.value).get_status_display() == str(each.label)
        for kind in ProposalKind:
            assert Proposal(kind=kind.value).get_kind_display() == str(kind.label)
        for point in CommentKind:
            assert Comment(kind=point.value).get_kind_display() == str(point.label)
    assert words_of(CommentKind, "") == ""


def test_a_comment_is_known_by_its_first_words() -> None:
    assert Comment(text="a" * 60).in_brief == "a" * 60
    assert Comment(text="a" * 61).in_brief == "a" * 59 + "…"
