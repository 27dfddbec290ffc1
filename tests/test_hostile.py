"""F34: hostile words go in through every form and come out on every page, as words.

Nothing they say runs, every character of them is shown, and nothing ends in an error page.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from xml.etree import ElementTree

import pytest
from django import forms as django_forms
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from icalendar import Calendar

from codesign import forms as codesign_forms
from codesign.models import Comment, Proposal, Sheet
from feedback.forms import voices as voice_forms
from feedback.models import Voice
from portal import notices, record_export
from portal.enums import Visibility
from portal.forms import PlainTextField, PortalFormMixin
from portal.models import Partnership, RecordContent
from portal.operations import people
from tests.hostile import SHOWABLE, UNSHOWN, WRITTEN, Seen, Shape, Supply, see, squashed
from tests.tale import Tale, say_in_what_has_no_form
from tests.test_url_matrix import NOBODY, ROWS
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

FORM_MODULES = (
    *(f"codesign.forms.{each.name}" for each in iter_modules(codesign_forms.__path__)),
    *(f"feedback.forms.{name}" for name in ("adaptations", "measures", "themes", "voices")),
    *(f"portal.views.{name}" for name in ("notices", "people")),
)
OUR_FORMS = {
    each
    for module in FORM_MODULES
    for each in vars(import_module(module)).values()
    if isinstance(each, type) and issubclass(each, PortalFormMixin) and each.__module__ == module
}
TEXT_FIELDS = {
    (form.__name__, name)
    for form in OUR_FORMS
    for name, each in form.base_fields.items()
    if isinstance(each, PlainTextField)
}


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sender writes more here than anybody may, and faster."""
    cache.clear()
    monkeypatch.setattr("portal.limits.count", lambda *args, **kwargs: None)
    monkeypatch.setattr(voice_forms, "QUICKEST", -1)


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Which text fields of which forms have been sent something and found it good."""
    found: set[tuple[str, str]] = set()
    clean = django_forms.BaseForm.full_clean

    def noticing(form: django_forms.BaseForm) -> None:
        clean(form)
        if form.is_bound:
            found.update(
                (cls.__name__, name)
                for cls in type(form).__mro__
                for name, each in form.fields.items()
                if isinstance(each, PlainTextField) and form.cleaned_data.get(name)
            )

    monkeypatch.setattr(django_forms.BaseForm, "full_clean", noticing)
    return found


def pages_of(tale: Tale) -> list[tuple[str, HttpResponse]]:
    """Every page there is, as the first of these people who is let in, and as a visitor."""
    found = []
    order = ("facilitator", "provider", "moderator", "evaluator", "admin", "carer", "service_user")
    for name, row in ROWS.items():
        if row.get == NOBODY:
            continue
        url = reverse(name, args=["norfolk", *row.args(tale.things)])
        for who in ("visitor", *order):
            response = tale.clients[who].get(url)
            assert response.status_code < 500, f"{url} as {who}"
            if response.streaming:
                b"".join(response)  # or its file stays open
            if response.status_code == 200:
                found.append((f"{url} as {who}", response))
                if who != "visitor":
                    break
    for client, url in dict.fromkeys(tale.pages):
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        found.append((url, response))
    for kind, thing in (
        ("theme", tale.theme),
        ("proposal", tale.proposal),
        ("decision", tale.made_decision),
    ):
        for name in ("content:trail", "content:trail_json"):
            url = reverse(name, args=["norfolk", kind, thing.pk])
            found.append((url, tale.clients["facilitator"].get(url)))
    held = reverse("feedback:voice_queue", args=["norfolk"]) + "?show=held"
    people_pages = [("/mine/", tale.clients["carer"]), ("/", Client()), ("/norfolk/", Client())]
    people_pages.append((held, tale.clients["moderator"]))
    people_pages += [
        (reverse("portal:notices", args=["norfolk"]), tale.clients[who])
        for who in ("carer", "service_user", "provider")
    ]
    people_pages.append((tale.things.world.workspace.get_absolute_url(), tale.clients["carer"]))
    for url, client in people_pages:
        found.append((url, client.get(url)))
    return found + [("an answer to a form", answer) for answer in tale.answers]


def read(where: str, response: HttpResponse) -> Seen:
    """What a reader gets of a page, feed or file: its shape (of a page), words and any harm."""
    kind = response.headers["Content-Type"].partition(";")[0]
    if response.streaming or kind in {"text/css", "image/svg+xml"}:
        return Seen()
    text = response.content.decode()
    if kind == "text/html":
        return see(text)
    if kind == "application/json":
        return Seen(words=squashed(json.dumps(json.loads(text), ensure_ascii=False)))
    if kind == "text/csv":
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        harm = [cell for cell in cells if cell.startswith(tuple("=+-@")) and not _number(cell)]
        return Seen(words=squashed("\n".join(cells)), harm=harm)
    if kind == "text/calendar":
        events = Calendar.from_ical(text).walk("VEVENT")
        said = [str(each.get(name, "")) for each in events for name in ("SUMMARY", "DESCRIPTION")]
        return Seen(words=squashed("\n".join(said)))
    assert "xml" in kind, f"{where} is {kind}"
    feed = ElementTree.fromstring(text)
    seen = Seen(words=squashed("".join(feed.itertext())))
    for entry in feed.iter("{http://www.w3.org/2005/Atom}summary"):
        inner = see(entry.text or "")
        seen.harm += inner.harm
        seen.words += inner.words
    return seen


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def shape_of(tale: Tale) -> Shape:
    """Every tag and attribute of every page, told in harmless words."""
    shape: Shape = set(WRITTEN)
    for where, response in pages_of(tale):
        shape |= read(where, response).shape
    return shape


@pytest.fixture
def harmless_shape() -> Shape:
    """From a world of its own, in which people say kind and plain things."""
    number = iter(range(1, 10_000))

    def kind(limit: int) -> str:
        return f"Kind words, number {next(number)}. https://example.org/"[:limit]

    with transaction.atomic():
        tale = Tale(Things(World()), kind, kind)
        tale.tell()
        shape = shape_of(tale)
        transaction.set_rollback(True)
    cache.clear()
    return shape


def test_hostile_words_through_every_form_are_words_on_every_page(
    harmless_shape: Shape, filled: set[tuple[str, str]], tmp_path: Path
) -> None:
    supply = Supply(SHOWABLE)
    tale = Tale(Things(World()), supply.line, supply.block)
    tale.tell()
    tale.said += say_in_what_has_no_form(tale.things, supply)
    assert filled >= TEXT_FIELDS - REFUSE_MOST_WORDS, TEXT_FIELDS - REFUSE_MOST_WORDS - filled
    harm, words = [], []
    for where, response in pages_of(tale):
        seen = read(where, response)
        harm += [f"{where}: {each}" for each in seen.harm]
        harm += [f"{where}: an unknown <{tag} {name}>" for tag, name in seen.shape - harmless_shape]
        words.append(seen.words)
    assert not harm, "\n".join(harm[:40])
    # How somebody agreed is kept and shown to nobody; what was hidden, or replaced by a later
    # reason, is kept by the record alone.
    for model in (Voice, Proposal, Comment, Sheet):
        words += [squashed(each) for each in model.objects.values_list("consent", flat=True)]
    words += [squashed(text) for text in texts_in(list(contents_of_the_record(tale)))]
    everything = "\0".join(words)
    lost = [text for text in tale.said if squashed(text) not in everything]
    assert not lost, f"{len(lost)} of {len(tale.said)}: {lost[:3]}"

    the_record_keeps_them(tale, tmp_path)
    the_mail_does_not_carry_them(tale)


TAGS_OF_MAIL = {"html", "head", "meta", "title", "body", "h1", "h2", "p", "ul", "li", "a", "hr"}


def contents_of_the_record(tale: Tale) -> QuerySet[RecordContent, dict[str, object]]:
    kept = RecordContent.objects.filter(partnership_id=tale.things.world.partnership.pk)
    return kept.order_by("seq").values_list("content", flat=True)


def texts_in(content: object) -> list[str]:
    """Every string in some JSON."""
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        return [text for each in content for text in texts_in(each)]
    return [content] if isinstance(content, str) else []


# A code is compared with codes and a phrase with phrases; nothing else is taken, or kept.
REFUSE_MOST_WORDS = {
    ("CodeForm", "code"),
    ("CardForm", "code"),
    ("FindVoteForm", "code"),
    ("RejoinForm", "phrase"),
}


def the_record_keeps_them(tale: Tale, folder: Path) -> None:
    """The export is whole and holds the words exactly."""
    path = folder / "record.zip"
    with path.open("wb") as out:
        record_export.write(tale.things.world.partnership, out)
    checked = subprocess.run(
        [sys.executable, "portal/verify_record.py", str(path)], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    lines = zipfile.ZipFile(path).read("content.jsonl").split(b"\n")
    kept = [json.loads(line)["content"] for line in lines if line]
    assert kept == list(contents_of_the_record(tale))
    title = Proposal.objects.get(pk=tale.proposal.pk).title
    assert any(each.get("title") == title for each in kept)


def the_mail_does_not_carry_them(tale: Tale) -> None:
    """No header is ever made of people's words, nor any message about what is not public.

    Of what anybody may read the words are repeated, and are words there too.
    """
    world = tale.things.world
    world.admin.refresh_from_db()
    mail.outbox.clear()
    people.invite_participant(email="somebody@example.org", role="carer", by=world.admin)
    invitation = mail.outbox[0]
    name = Partnership.objects.get(pk=world.partnership.pk).name
    assert squashed(name) in squashed(invitation.body)
    with transaction.atomic():
        assert notices.mail_due() > 0
        transaction.set_rollback(True)
    in_public, mail.outbox[1:] = mail.outbox[1:], []
    Partnership.objects.filter(pk=world.partnership.pk).update(visibility=Visibility.PARTNERSHIP)
    assert notices.mail_due() > 0
    for message in [invitation, *in_public, *mail.outbox[1:]]:
        assert "\n" not in message.subject
        assert message.message().get_content_type() in {"text/plain", "multipart/alternative"}
        for html, mimetype in getattr(message, "alternatives", []):
            assert mimetype == "text/html"
            seen = see(html)
            assert not seen.harm
            assert {tag for tag, _name in seen.shape} <= TAGS_OF_MAIL
    words = [text for text in tale.said if len(text) > 12]
    assert any(text in message.body for text in words for message in in_public)
    for message in mail.outbox[1:]:
        everything = message.body + "".join(html for html, _type in message.alternatives)
        assert not [text for text in words if text in everything]
        assert not [text for text in words if escape(text) in everything]


def test_every_string_is_shown_exactly_on_every_kind_of_page() -> None:
    """All of them on each: in `plain` and escaped places, in text areas and in the feed."""
    things = Things(World())
    supply = Supply(SHOWABLE)
    client = signed_in(things.world.facilitator)
    places = {
        things.proposal.get_absolute_url(): (things.proposal, "why"),
        things.agreed_proposal.get_absolute_url(): (things.agreed_proposal, "why"),
        things.voice.get_absolute_url(): (things.voice, "what_should_change"),
        things.decision.get_absolute_url(): (things.decision, "reasons"),
        things.closed_session.get_absolute_url(): (things.closed_session, "minutes"),
        reverse("codesign:edit_decision", args=["norfolk", things.draft_decision.pk]): (
            things.draft_decision,
            "reasons",
        ),
        reverse("feedback:change_log_feed", args=["norfolk"]): (things.adaptation, "what"),
    }
    shapes = {url: read(url, client.get(url)).shape | WRITTEN for url in places}
    while supply.dealt != set(SHOWABLE):
        bundle = PlainTextField(multiline=True).clean(supply.block(30_000))
        for thing, name in places.values():
            type(thing).objects.filter(pk=thing.pk).update(**{name: bundle})
        for url in places:
            seen = read(url, client.get(url))
            assert not seen.harm, url
            assert seen.shape <= shapes[url], url
            assert squashed(bundle) in seen.words, url


@pytest.mark.parametrize("name", ["ProposalForm.why", "ProposalForm.title"])
def test_every_string_is_kept_as_it_is_or_refused_in_plain_words(name: str) -> None:
    """The field itself, with each string alone: never an error of another kind."""
    form = next(each for each in OUR_FORMS if each.__name__ == name.partition(".")[0])
    field_of_it = form.base_fields[name.partition(".")[2]]
    for text in SHOWABLE:
        if len(text) <= field_of_it.max_length:
            assert squashed(field_of_it.clean(text)) == squashed(text)
    for text in UNSHOWN:
        with pytest.raises(django_forms.ValidationError, match="hidden character"):
            field_of_it.clean(text)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>x()</script>",
        '<script src="https://evil.example/x.js"></script>',
        "<p onclick=x()>a</p>",
        "<svg/onload=x()>",
        '<a href="java\tscript:x()">a</a>',
        '<a href=" data:text/html,x">a</a>',
        '<p style="color: red">a</p>',
        '<p hx-on:click="x()">a</p>',
        "<textarea></textarea><img src=x onerror=x()>",
    ],
)
def test_control_the_reader_sees_harm(markup: str) -> None:
    assert see(f"<p>Before</p>{markup}<p>after</p>").harm


def test_control_the_reader_sees_words_that_became_markup() -> None:
    assert ("marquee", "") in see("<marquee>a</marquee>").shape
    assert squashed("<b>bold</b>") not in see("<p><b>bold</b></p>").words
    assert squashed("<b>bold</b>") in see("<p>&lt;b&gt;bold&lt;/b&gt;</p>").words
