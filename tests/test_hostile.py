"""F34 and F35: hostile words go in through every form and come out on every page, as words.

Nothing they say runs, every character of them is shown, and nothing ends in an error page.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import quote
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
from django.utils.html import strip_tags

from codesign.enums import CommentKind, FeatureStatus
from codesign.models import Comment, Decision, Proposal, ServiceFeature
from feedback.enums import ThemeKind
from feedback.forms import voices as voice_forms
from feedback.models import Adaptation, Measure, Theme, Voice
from portal import clock, notices, record_export
from portal.forms import PlainTextField, PortalFormMixin
from portal.models import Organisation, Participant, Partnership, RecordContent
from portal.operations import people
from tests.hostile import SHOWABLE, UNSHOWN, WRITTEN, Seen, Shape, Supply, see, squashed
from tests.test_url_matrix import NOBODY, ROWS
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

FORM_MODULES = (
    *(f"codesign.forms.{name}" for name in ("decisions", "proposals", "sessions")),
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


@dataclass
class Tale:
    """The whole thread, told with whatever words `line` and `block` give, by posting forms."""

    things: Things
    line: Callable[[int], str]
    block: Callable[[int], str]
    said: list[str] = field(default_factory=list)
    pages: list[tuple[Client, str]] = field(default_factory=list)  # made on the way
    answers: list[HttpResponse] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clients = {name: signed_in(each) for name, each in self.things.world.cast.items()}
        self.clients["visitor"] = Client()

    def post(self, who: str, view: str, /, *args: object, **data: object) -> HttpResponse:
        """Send a form to `view` as `who`. It must be taken: a refusal fails the test."""
        url = reverse(view, args=["norfolk", *args])
        return self._keep(self.clients[who], url, self.clients[who].post(url, data))

    def _keep(self, client: Client, url: str, response: HttpResponse) -> HttpResponse:
        problem = ""
        if response.status_code > 302:
            problem = " ".join(strip_tags(response.content.decode()).split())
            problem = problem.partition("There is a problem")[2][:500] or problem[:500]
        assert response.status_code in {200, 302}, f"{url}: {response.status_code} {problem}"
        if response.status_code == 302:
            self.pages.append((client, response.headers["Location"].partition("#")[0]))
        else:
            self.answers.append(response)
        return response

    def short(self, limit: int) -> str:
        self.said.append(self.line(limit))
        return self.said[-1]

    def long(self, limit: int) -> str:
        self.said.append(self.block(limit))
        return self.said[-1]

    def tell(self) -> None:
        """Everything anybody can write, once."""
        self.voices_and_themes()
        self.proposals()
        self.session()
        self.decision()
        self.change()
        self.people()

    def voices_and_themes(self) -> None:
        t, world = self.things, self.things.world
        for who in ("visitor", "service_user"):
            self.post(
                who,
                "feedback:leave_voice",
                what_helped=self.long(4000),
                what_should_change=self.long(4000),
                named="yes",
                feature=world.feature.pk,
                ticket=voice_forms.new_ticket(),
            )
            voice = Voice.objects.latest("pk")
            self.post("moderator", "feedback:publish_voice", voice.pk)
            self.post("provider", "feedback:reply_to_voice", voice.pk, text=self.long(4000))
        url = reverse("feedback:leave_voice", args=["norfolk"]) + "?for=somebody"
        data = {
            "what_helped": self.long(4000),
            "what_should_change": self.long(4000),
            "channel": "phone",
            "whose_words": "own",
            "consent": self.short(200),
            "ticket": voice_forms.new_ticket(),
        }
        client = self.clients["facilitator"]
        self._keep(client, url, client.post(url, data))
        self.post("visitor", "feedback:add_to_voice", code=t.case_code, text=self.long(4000))
        self.post(
            "moderator",
            "feedback:hold_voice",
            Voice.objects.latest("pk").pk,
            reason=self.short(300),
        )
        held = Voice.objects.latest("pk").get_absolute_url()
        self.answers.append(self.clients["moderator"].get(held))
        self.post(
            "provider",
            "feedback:name_theme",
            name=self.short(80),
            summary=self.long(400),
            kind=ThemeKind.values[0],
        )
        theme = Theme.objects.latest("pk")
        for who in ("provider", "facilitator"):
            voice = Voice.objects.filter(published_at__isnull=False).latest("pk")
            self.post(who, "feedback:give_theme", voice.pk, theme=theme.pk, why=self.short(500))
            link = voice.theme_links.filter(removed_at=None).latest("pk")
            self.post(who, "feedback:take_theme_away", link.pk, reason=self.short(500))
        self.post("provider", "feedback:give_theme", voice.pk, theme=theme.pk, why=self.short(500))
        self.post(
            "carer",
            "feedback:raise_proposal",
            theme.pk,
            title=self.short(120),
            why=self.long(4000),
            kind="feature",
            workspace=world.workspace.pk,
            link_why=self.short(500),
        )
        self.theme, self.proposal = theme, Proposal.objects.latest("pk")

    def proposals(self) -> None:
        t, world = self.things, self.things.world
        space = world.workspace.pk
        drafts = []
        for _each in range(2):
            words = {"title": self.short(120), "why": self.long(4000), "kind": "feature"}
            self.post("carer", "codesign:draft_proposal", space, **words)
            drafts.append(Proposal.objects.latest("pk"))
            self.post("carer", "codesign:open_proposal", drafts[-1].pk)
        self.post(
            "carer",
            "codesign:edit_proposal",
            t.draft_proposal.pk,
            title=self.short(120),
            why=self.long(4000),
            kind="feature",
        )
        for kind in CommentKind.values:
            self.post(
                "service_user",
                "codesign:comment_on_proposal",
                self.proposal.pk,
                kind=kind,
                text=self.long(2000),
            )
        self.post("service_user", "codesign:support_proposal", self.proposal.pk)
        comment = Comment.objects.latest("pk")
        self.post("moderator", "codesign:hide_comment", comment.pk, reason=self.long(300))
        self.post("facilitator", "codesign:park_proposal", drafts[0].pk, reason=self.long(300))
        self.post("facilitator", "codesign:reopen_proposal", drafts[0].pk, reason=self.long(300))
        self.post(
            "facilitator",
            "codesign:merge_proposal",
            drafts[1].pk,
            into=drafts[0].pk,
            reason=self.long(300),
        )
        self.post("carer", "codesign:withdraw_proposal", drafts[0].pk, reason=self.long(300))
        self.post(
            "facilitator", "codesign:shortlist_proposal", self.proposal.pk, reason=self.long(300)
        )

    def session(self) -> None:
        world = self.things.world
        self.post(
            "facilitator",
            "codesign:open_session",
            world.workspace.pk,
            title=self.short(120),
            question=self.short(200),
            dots_each="3",
        )
        session = world.workspace.sessions.latest("pk")
        guest = Client()
        url = reverse("codesign:join_code", args=[session.code_shown])
        data = {"display_name": self.short(60), "role": "carer"}
        self._keep(guest, url, guest.post(url, data))
        room = reverse("codesign:add_card", args=["norfolk", session.pk])
        self.post("facilitator", "codesign:move_session", session.pk, step="share")
        for _each in range(3):
            self._keep(guest, room, guest.post(room, {"text": self.long(280)}))
        self.post(
            "facilitator",
            "codesign:enter_card",
            session.pk,
            text=self.long(280),
            channel="paper",
            whose_words="own",
        )
        cards = list(session.cards.order_by("pk"))
        self.post("facilitator", "codesign:hide_card", cards[0].pk, reason=self.long(300))
        for page in ("codesign:session", "codesign:session_board", "codesign:join_sheet"):
            address = reverse(page, args=["norfolk", session.pk])
            self.answers.append(self.clients["facilitator"].get(address))
        self.post(
            "facilitator",
            "codesign:close_session",
            session.pk,
            chosen=[each.pk for each in cards[1:]],
            closing_words=self.long(2000),
        )

    def decision(self) -> None:
        t, world = self.things, self.things.world
        day = clock.today() + timedelta(days=90)

        def words(about: Proposal) -> dict[str, object]:
            return {
                "title": self.short(120),
                "what": self.long(4000),
                "reasons": self.long(8000),
                "evidence": self.long(8000),
                "deciders": self.long(2000),
                "dissent": self.long(4000),
                "review_on": f"{day:%Y-%m-%d}",
                f"outcome_{about.pk}": "agreed",
                f"reason_{about.pk}": self.long(500),
            }

        draft = words(self.proposal)
        self.post("facilitator", "codesign:draft_decision", world.workspace.pk, **draft)
        made = Decision.objects.latest("pk")
        ask = reverse("codesign:publish_decision", args=["norfolk", made.pk])
        self.answers.append(self.clients["facilitator"].get(ask))
        self.post("facilitator", "codesign:publish_decision", made.pk)
        edited = words(t.proposal)
        self.post("facilitator", "codesign:edit_decision", t.draft_decision.pk, **edited)
        self.made_decision = made

    def change(self) -> None:
        t, world = self.things, self.things.world

        def words() -> dict[str, object]:
            return {
                "kind": "changed",
                "feature": world.feature.pk,
                "title": self.short(120),
                "what": self.long(4000),
                "why": self.long(4000),
                "from_day": f"{clock.today():%Y-%m-%d}",
                "decisions": [self.made_decision.pk],
                "themes": [self.theme.pk],
                "no_source_reason": self.short(300),
                "feature_status": FeatureStatus.values[0],
                "feature_words": self.long(2000),
                "measure": t.measure.pk,
                "expected": self.long(1000),
            }

        self.post("provider", "feedback:draft_adaptation", **words())
        made = Adaptation.objects.latest("pk")
        ask = reverse("feedback:publish_adaptation", args=["norfolk", made.pk])
        self.answers.append(self.clients["provider"].get(ask))
        self.post("provider", "feedback:publish_adaptation", made.pk)
        self.post("provider", "feedback:edit_adaptation", t.draft_adaptation.pk, **words())
        self.post(
            "evaluator",
            "feedback:define_measure",
            name=self.short(120),
            definition=self.long(2000),
            unit=self.short(40),
            source=self.short(200),
            counts_people="no",
            direction="increase",
        )
        self.measure = Measure.objects.latest("pk")
        self.post(
            "evaluator",
            "feedback:record_observation",
            self.measure.pk,
            month=f"{t.observation.month:%Y-%m-%d}",
            value="41",
        )
        self.post(
            "evaluator",
            "feedback:correct_observation",
            t.observation.pk,
            value="40",
            why=self.short(300),
        )
        for page in ("feedback:measure", "feedback:measure_csv"):
            address = reverse(page, args=["norfolk", self.measure.pk])
            self.pages.append((self.clients["evaluator"], address))
        self.post(
            "evaluator",
            "feedback:review_adaptation",
            made.pk,
            verdict="no_clear_change_yet",
            words=self.long(4000),
            participants_say=self.long(4000),
            what_next="keep",
        )

    def people(self) -> None:
        world = self.things.world
        client = Client()
        url = reverse("portal:accept_invitation", args=["norfolk", self.things.invitation_token])
        self._keep(client, url, client.post(url, {"display_name": self.short(60)}))
        gone = people.join(
            partnership=world.partnership, role="carer", display_name="Gone", user=None
        )
        self.post("admin", "portal:remove_participant", gone.pk, reason=self.short(300), sure="on")


def say_in_what_has_no_form(things: Things, supply: Supply) -> list[str]:
    """Words that editors and the command line set: names of places, parts of the service."""
    world, said = things.world, []

    def text(limit: int) -> str:
        said.append(supply.line(limit))
        return said[-1]

    Partnership.objects.filter(pk=world.partnership.pk).update(
        name=text(120),
        question=text(200),
        summary=text(900),
        place=text(80),
        how_to_take_part=text(900),
    )
    Organisation.objects.filter(pk=world.organisation.pk).update(name=text(120), about=text(300))
    ServiceFeature.objects.filter(pk=world.feature.pk).update(name=text(80), summary=text(200))
    for person in (world.provider, world.facilitator, world.carer):
        Participant.objects.filter(pk=person.pk).update(display_name=text(60))
    title = text(200)
    type(world.workspace).objects.filter(pk=world.workspace.pk).update(
        title=title, question=text(200)
    )
    return said


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
    words += [squashed(each) for each in Voice.objects.values_list("consent", flat=True)]
    words += [squashed(text) for text in texts_in(list(contents_of_the_record()))]
    everything = "\0".join(words)
    lost = [text for text in tale.said if squashed(text) not in everything]
    assert not lost, f"{len(lost)} of {len(tale.said)}: {lost[:3]}"

    the_record_keeps_them(tale, tmp_path)
    the_mail_does_not_carry_them(tale)


def contents_of_the_record() -> QuerySet[RecordContent, dict[str, object]]:
    return RecordContent.objects.order_by("seq").values_list("content", flat=True)


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
    assert kept == list(contents_of_the_record())
    title = Proposal.objects.get(pk=tale.proposal.pk).title
    assert any(each.get("title") == title for each in kept)


def the_mail_does_not_carry_them(tale: Tale) -> None:
    """Messages say that there is something to read; no header is ever made of people's words."""
    world = tale.things.world
    world.admin.refresh_from_db()
    mail.outbox.clear()
    people.invite_participant(email="somebody@example.org", role="carer", by=world.admin)
    invitation = mail.outbox[0]
    name = Partnership.objects.get(pk=world.partnership.pk).name
    assert squashed(name) in squashed(invitation.body)
    assert notices.mail_due() > 0
    for message in mail.outbox:
        assert "\n" not in message.subject
        assert not getattr(message, "alternatives", [])
        assert message.message().get_content_type() == "text/plain"
    for message in mail.outbox[1:]:
        assert not [text for text in tale.said if len(text) > 12 and text in message.body]


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
        reverse("codesign:session_board", args=["norfolk", things.session.pk]): (
            things.card,
            "text",
        ),
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


ODD = {
    "nul": "before\x00after",
    "lone surrogate": "before\ud800after",
    "escape": "before\x1b[31mafter",
    "noncharacter": "before\uffffafter",
}
SHOWN = {
    "combining marks": "Z" + "\u0301" * 3990,
    "right to left": "\u202egnihton\u202c is what it says",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe",
    "isolates": "\u2066abc\u2069 and \u061c",
    "beyond the basic plane": "\U0001f9d1\u200d\U0001f91d\u200d\U0001f9d1 \U000e0041",
    "letter for letter": "ﷺ" * 200,
}


def send(world: World, **words: str) -> HttpResponse:
    """A suggestion, sent as bytes that a browser could not make but anybody else can."""
    data = {"title": "A café", "why": "Company.", "kind": "feature"} | words
    body = "&".join(
        f"{key}={quote(value.encode('utf-8', 'surrogatepass'))}" for key, value in data.items()
    )
    url = reverse("codesign:draft_proposal", args=["norfolk", world.workspace.pk])
    return signed_in(world.carer).post(url, body, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("place", ["title", "why"])
def test_what_nothing_can_show_is_refused_kindly(name: str, place: str) -> None:
    world = World()
    response = send(world, **{place: ODD[name]})
    if name == "lone surrogate":  # no bytes of UTF-8: it arrives as the sign for "unreadable"
        assert response.status_code == 302
        assert getattr(Proposal.objects.get(), place) == "before\ufffd\ufffd\ufffdafter"
        return
    assert response.status_code == 422
    assert "hidden character after “before”" in response.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", SHOWN)
def test_what_looks_odd_is_shown_as_it_was_written(name: str) -> None:
    world = World()
    response = send(world, why=SHOWN[name])
    assert response.status_code == 302
    made = Proposal.objects.get()
    assert made.why == SHOWN[name]
    page = read("", signed_in(world.carer).get(made.get_absolute_url()))
    assert not page.harm
    assert squashed(SHOWN[name]) in page.words


def test_five_thousand_combining_marks_are_too_long_and_said_so() -> None:
    response = send(World(), why="e" + "\u0301" * 5000)
    assert response.status_code == 422
    assert "1001 characters too long" in response.content.decode()


def test_ten_megabytes_are_refused_before_they_are_read() -> None:
    response = send(World(), why="a" * 10_000_000)
    assert response.status_code in {400, 413}
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", [*ODD, *SHOWN])
def test_odd_words_in_an_address_are_answered(name: str) -> None:
    """Filters, pages and codes are read from addresses, which anybody may write."""
    things = Things(World())
    client = signed_in(things.world.provider)
    text = (ODD | SHOWN)[name].encode("utf-8", "surrogatepass")
    space = things.world.workspace.pk
    for path in (
        reverse("codesign:proposals", args=["norfolk", space]),
        reverse("feedback:voices", args=["norfolk"]),
        reverse("feedback:change_log", args=["norfolk"]),
        reverse("feedback:draft_adaptation", args=["norfolk"]),
        reverse("codesign:session", args=["norfolk", things.session.pk]),
        reverse("codesign:session_board", args=["norfolk", things.session.pk]),
        reverse("codesign:decisions", args=["norfolk"]),
    ):
        odd = quote(text[:300])
        query = "&".join(
            f"{key}={odd}"
            for key in ("status", "before", "kind", "feature", "theme", "rev", "proposal", "step")
        )
        response = client.get(f"{path}?{query}")
        assert response.status_code in {200, 204, 400, 404}, path
    for path in ("/j/{}/", "/p/{}/voices/", "/{}/", "/p/norfolk/trail/{}/1/", "/stop-mail/{}/"):
        response = Client().get(path.format(quote(text[:300])))
        assert response.status_code in {200, 302, 400, 404}, path


@pytest.mark.parametrize("name", [*ODD, *SHOWN])
def test_odd_codes_open_nothing(name: str) -> None:
    World()
    text = (ODD | SHOWN)[name].encode("utf-8", "replace").decode()
    for path, key in (("/join/", "code"), ("/p/norfolk/case/", "code")):
        response = Client().post(path, {key: text})
        assert response.status_code in {404, 422}, path
