"""Evidence packs: asked for once, made whole, holding what their audience may read, handed out."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from codesign.enums import OpenTo
from codesign.models import Ballot, BallotDecision, Decision, DecisionOutcome, Proposal, Workspace
from content import evidence, evidence_files
from content.enums import Audience, PackState
from content.models import EvidencePack
from feedback.enums import VoiceStatus
from feedback.models import ThemeProposal, VoiceTheme
from portal import clock, pdf, record
from portal.enums import Role, Visibility
from portal.models import Participant, RecordEntry, ref
from portal.operations import leaving
from portal.permissions import PermissionRefused
from tests.content.test_decision_story import say
from tests.content.thread import Thread, day
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

HOSTILE = "=HYPERLINK(1)<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: object) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def thread() -> Thread:
    return Thread(World())


def asked(
    thread: Thread, audience: Audience = Audience.PUBLIC, by: Participant | None = None
) -> EvidencePack:
    return evidence.make_evidence_pack(
        decision=thread.decision, audience=audience, by=by or thread.world.facilitator
    )


def made(thread: Thread, audience: Audience = Audience.PUBLIC) -> EvidencePack:
    pack = asked(thread, audience)
    assert evidence.build_pack(pack.pk) == PackState.READY
    pack.refresh_from_db()
    return pack


def files(pack: EvidencePack) -> dict[str, bytes]:
    with zipfile.ZipFile(pack.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def words_of(pack: EvidencePack) -> str:
    """Every word of a pack, also of its PDF."""
    said = []
    for name, data in files(pack).items():
        if name.endswith(".pdf"):
            said += [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
        else:
            said.append(data.decode())
    return "\n".join(said)


def test_make_evidence_pack_waits_for_the_worker_and_is_recorded_when_made(thread: Thread) -> None:
    pack = asked(thread)
    assert (pack.state, pack.done) == (PackState.WAITING, 0)
    assert not pack.path.exists()
    assert evidence.build_pack(pack.pk) == PackState.READY
    pack.refresh_from_db()
    assert pack.size == pack.path.stat().st_size
    entry = RecordEntry.objects.get(kind="evidence_pack_made")
    assert entry.subject == ref(thread.decision)
    assert json.loads(entry.line)["public"]["audience"] == "public"


def test_make_evidence_pack_is_made_when_the_transaction_has_ended(
    thread: Thread, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        pack = asked(thread)
    pack.refresh_from_db()
    assert pack.is_ready


def test_make_evidence_pack_twice_at_once_is_once(thread: Thread) -> None:
    first = asked(thread)
    assert asked(thread, by=thread.world.carer) == first
    assert asked(thread, Audience.PARTNERSHIP) != first  # the control: another audience
    evidence.build_pack(first.pk)
    assert asked(thread) != first
    assert evidence.build_pack(first.pk) == ""  # a task that comes a second time


def test_make_evidence_pack_for_commissioners_is_for_them_and_facilitators(thread: Thread) -> None:
    for who in (thread.world.commissioner, thread.world.facilitator):
        assert asked(thread, Audience.COMMISSIONER, by=who)
    with pytest.raises(PermissionRefused):
        asked(thread, Audience.COMMISSIONER, by=thread.world.carer)


def test_make_evidence_pack_refuses_an_audience_that_may_not_read_it(thread: Thread) -> None:
    Workspace.objects.filter(pk=thread.decision.workspace_id).update(
        visibility=Visibility.PARTNERSHIP
    )
    assert asked(thread, Audience.PARTNERSHIP)
    with pytest.raises(evidence.UnableToMakeEvidencePack):
        asked(thread, Audience.PUBLIC)
    Workspace.objects.filter(pk=thread.decision.workspace_id).update(open_to=OpenTo.INVITATION)
    EvidencePack.objects.all().delete()
    with pytest.raises(evidence.UnableToMakeEvidencePack):
        asked(thread, Audience.PARTNERSHIP)


def test_make_evidence_pack_refuses_a_draft(thread: Thread) -> None:
    Decision.objects.filter(pk=thread.decision.pk).update(published_at=None, published_by=None)
    with pytest.raises(evidence.UnableToMakeEvidencePack):
        asked(thread)


def test_a_pack_holds_the_page_the_tables_and_the_data(thread: Thread) -> None:
    say(thread, "Who pays in winter?")
    found = files(made(thread))
    assert {name for name in found if not name.startswith("ballots/")} == {
        "README.txt",
        "decision.json",
        "decision.pdf" if pdf.can_print() else "decision.html",
        "heard.csv",
        "outcomes.csv",
        "timeline.csv",
        "voices-and-themes.csv",
    }
    assert rows(found["outcomes.csv"])[1][0] == thread.proposal.title
    assert ["Carer", "fewer than 8", "fewer than 8"] in rows(found["heard.csv"])
    assert "Who pays in winter?" in {row[6] for row in rows(found["timeline.csv"])}
    [theme, voice] = rows(found["voices-and-themes.csv"])[1:]
    assert theme[2:] == ["Getting there", "No bus in the evening.", "fewer than 8"]
    assert "The bus stops at six." in voice[3]
    said = json.loads(found["decision.json"])
    assert said["says"]["title"] == "Taxis for six months"
    assert all(
        name in found["README.txt"].decode()
        for name in found
        if name.endswith((".csv", ".json")) and "/" not in name
    )


def test_the_day_on_which_a_promise_was_kept_is_the_day_here(thread: Thread) -> None:
    thread.decision.commitments.create(
        what="Book the taxi",
        who="Priya",
        by_when=day(30).date(),
        place=1,
        kept_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC),  # half past midnight on 1 July
        kept_by=thread.world.provider,
        kept_words="It is booked.",
    )
    [kept] = json.loads(files(made(thread))["decision.json"])["kept"]
    assert kept["kept_on"] == "2026-07-01"


@pytest.mark.skipif(not pdf.can_print(), reason="Pango is missing")
def test_a_pack_is_printed_tagged_and_readable(thread: Thread) -> None:
    reader = PdfReader(io.BytesIO(files(made(thread))["decision.pdf"]))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "We pay for shared taxis for six months." in text


def test_where_pango_is_missing_a_pack_holds_a_page_and_says_so(
    thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setattr(pdf, "can_print", lambda: False)
    found = files(made(thread))
    assert "decision.pdf" not in found
    assert "We pay for shared taxis" in found["decision.html"].decode()
    assert "cannot make PDFs" in found["README.txt"].decode()


@pytest.mark.parametrize("audience", [Audience.PARTNERSHIP, Audience.COMMISSIONER])
def test_the_record_in_a_pack_verifies(audience: Audience, tmp_path: Path) -> None:
    things = Things(World())
    EvidencePack.objects.all().delete()
    pack = evidence.make_evidence_pack(
        decision=things.decision, audience=audience, by=things.world.facilitator
    )
    assert evidence.build_pack(pack.pk) == PackState.READY
    out = tmp_path / "unzipped"
    with zipfile.ZipFile(pack.path) as archive:
        archive.extractall(out)

    def verified() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "record/verify_record.py", "record"],
            cwd=out,
            capture_output=True,
            text=True,
            check=False,
        )

    good = verified()
    assert good.returncode == 0, good.stdout[-2000:]
    assert "evidence_pack_made" in (out / "record/record.jsonl").read_text()
    lines = (out / "record/record.jsonl").read_bytes()
    (out / "record/record.jsonl").write_bytes(
        lines.replace(b"decision_published", b"decision_furnished")
    )
    assert verified().returncode != 0  # the control


def test_a_public_pack_holds_no_record(thread: Thread) -> None:
    assert not [name for name in files(made(thread)) if name.startswith("record/")]
    partners = files(made(thread, Audience.PARTNERSHIP))
    assert [name for name in partners if name.startswith("record/")]  # the control


def test_a_public_pack_holds_nothing_that_a_visitor_may_not_read(thread: Thread) -> None:
    """A voice that waits, a hidden comment, a closed space: none of it; and what is open is."""
    world = thread.world
    thread.link(VoiceTheme, thread.say("Voice that is open", by=None, on=1), thread.theme)
    waiting = thread.say("Voice that waits", by=None, on=1, status=VoiceStatus.WAITING)
    thread.link(VoiceTheme, waiting, thread.theme)
    say(thread, "Comment that stands")
    say(
        thread,
        "Comment that is hidden",
        hidden_at=day(9),
        hidden_reason="Unkind.",
        hidden_by=world.moderator,
    )
    shut = world.open_workspace("A closed space")
    Workspace.objects.filter(pk=shut.pk).update(
        visibility=Visibility.PARTNERSHIP, open_to=OpenTo.INVITATION
    )
    inside = thread.suggest("In there", on=3, why="The closed space's own words", workspace=shut)
    thread.link(ThemeProposal, thread.theme, inside)
    thread.link(DecisionOutcome, inside, thread.decision, outcome="agreed")
    for audience in (Audience.PUBLIC, Audience.PARTNERSHIP):
        said = " ".join(words_of(made(thread, audience)).split())
        assert "Voice that is open" in said
        assert "Comment that stands" in said
        assert "Voice that waits" not in said
        assert "The closed space's own words" not in said
        assert "Comment that is hidden" not in said


def test_counts_of_people_in_a_public_pack_go_through_the_gate(thread: Thread) -> None:
    for _n in range(11):
        thread.link(VoiceTheme, thread.say("Late.", by=None, on=1), thread.theme)
    theme = rows(files(made(thread))["voices-and-themes.csv"])[1]
    assert theme[4] == "about 10"
    theme = rows(files(made(thread, Audience.PARTNERSHIP))["voices-and-themes.csv"])[1]
    assert theme[4] == "12"


def test_hostile_words_stay_words_in_every_file(thread: Thread) -> None:
    say(thread, HOSTILE)
    Decision.objects.filter(pk=thread.decision.pk).update(title=HOSTILE, dissent=HOSTILE)
    Proposal.objects.filter(pk=thread.proposal.pk).update(title=HOSTILE)
    found = files(made(thread))
    cells = {
        cell for name in found if name.endswith(".csv") for row in rows(found[name]) for cell in row
    }
    assert f"'{HOSTILE}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert json.loads(found["decision.json"])["says"]["title"] == HOSTILE
    thread.decision.refresh_from_db()
    html = evidence_files.page_of(evidence_files.story_or_refuse(thread.decision, None))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_evidence_pack_counts_as_failed_when_its_maker_was_stopped(thread: Thread) -> None:
    pack = asked(thread)
    EvidencePack.objects.filter(pk=pack.pk).update(state=PackState.MAKING)
    evidence.sweep_evidence_packs()
    pack.refresh_from_db()
    assert pack.is_unfinished  # the control: it has not taken long yet
    EvidencePack.objects.filter(pk=pack.pk).update(asked_at=clock.now() - timedelta(hours=1))
    assert evidence.sweep_evidence_packs() == 1
    pack.refresh_from_db()
    assert pack.state == PackState.FAILED
    assert asked(thread) != pack


def test_evidence_pack_that_fails_midway_leaves_no_file_and_no_entry(thread: Thread) -> None:
    pack = asked(thread, Audience.PARTNERSHIP)
    pack.path.parent.mkdir(parents=True)
    pack.path.mkdir()  # where the file is to be moved to: nothing can replace a folder
    assert evidence.build_pack(pack.pk) == PackState.FAILED
    assert [each.name for each in pack.path.parent.iterdir()] == [pack.path.name]
    assert not RecordEntry.objects.filter(kind="evidence_pack_made").exists()


def test_evidence_packs_are_cleared_away_after_thirty_days(thread: Thread) -> None:
    old, new = made(thread), made(thread, Audience.PARTNERSHIP)
    EvidencePack.objects.filter(pk=old.pk).update(asked_at=clock.now() - timedelta(days=31))
    assert evidence.sweep_evidence_packs() == 1
    assert not old.path.exists()
    assert new.path.exists()
    assert list(EvidencePack.objects.all()) == [new]


def fetch(pack: EvidencePack, who: Participant | None) -> tuple[int, bytes]:
    client = Client() if who is None else signed_in(who)
    response = client.get(
        reverse("content:fetch_evidence_pack", args=[pack.partnership.slug, pack.pk])
    )
    return response.status_code, b"".join(response) if response.streaming else response.content


def test_fetch_evidence_pack_asks_each_time_who_wants_it(thread: Thread) -> None:
    world = thread.world
    public = made(thread)
    partners = made(thread, Audience.PARTNERSHIP)
    commissioners = made(thread, Audience.COMMISSIONER)
    may = {
        None: [public],
        world.guest: [public, partners],
        world.provider: [public, partners],
        world.commissioner: [public, partners, commissioners],
        world.facilitator: [public, partners, commissioners],
    }
    for who, theirs in may.items():
        for pack in (public, partners, commissioners):
            status, body = fetch(pack, who)
            assert status == (200 if pack in theirs else 404), (who, pack.audience)
            assert (body == pack.path.read_bytes()) == (pack in theirs)
    stranger = World(slug="other").person(Role.CARER)
    assert signed_in(stranger).get(partners.get_absolute_url()).status_code == 404
    Workspace.objects.filter(pk=thread.decision.workspace_id).update(
        visibility=Visibility.PARTNERSHIP, open_to=OpenTo.INVITATION
    )
    assert fetch(partners, world.guest)[0] == 404


def test_fetch_evidence_pack_hands_nothing_out_that_was_taken_back_since(thread: Thread) -> None:
    pack = made(thread)
    assert fetch(pack, None)[0] == 200  # the control
    with transaction.atomic():
        record.append("comment_hidden", by=thread.world.moderator, subject=thread.proposal)
    assert fetch(pack, None)[0] == 409
    page = signed_in(thread.world.carer).get(pack.get_absolute_url()).content.decode()
    assert "Ask again" in page
    assert "Download the pack" not in page


@pytest.mark.parametrize("who", ["carer", "guest"])
def test_fetch_evidence_pack_hands_out_no_name_that_was_deleted_since(
    thread: Thread, who: str
) -> None:
    pack = made(thread)
    gone = getattr(thread.world, who)
    if gone.user is None:
        leaving.delete_guest(by=gone)
    else:
        leaving.delete_account(user=gone.user)
    assert fetch(pack, None)[0] == 409
    assert fetch(made(thread), None)[0] == 200


def test_fetch_evidence_pack_before_it_is_ready_says_so(thread: Thread) -> None:
    assert fetch(asked(thread), None)[0] == 409


def test_evidence_pack_shows_how_far_it_is_and_says_nothing_twice(thread: Thread) -> None:
    pack = asked(thread)
    EvidencePack.objects.filter(pk=pack.pk).update(state=PackState.MAKING, done=40)
    client = signed_in(thread.world.carer)
    page = client.get(pack.get_absolute_url()).content.decode()
    assert 'value="40"' in page
    assert "Look again" in page
    assert client.get(f"{pack.get_absolute_url()}?rev=making-40").status_code == 204
    part = client.get(f"{pack.get_absolute_url()}?rev=making-20").content.decode()
    assert 'value="40"' in part
    assert "<h1" not in part


def test_make_evidence_pack_by_the_button_of_the_page(thread: Thread) -> None:
    client = signed_in(thread.world.carer)
    page = client.get(thread.decision.get_absolute_url())
    url = reverse("content:make_evidence_pack", args=["norfolk", thread.decision.pk])
    assert f'action="{url}"' in page.content.decode()
    assert 'value="commissioner"' not in page.content.decode()
    for _twice in range(2):
        response = client.post(url, {"audience": "partnership"})
        pack = EvidencePack.objects.get()
        assert response.headers["Location"] == pack.get_absolute_url()
    assert client.post(url, {"audience": "commissioner"}).status_code == 403
    assert client.post(url, {"audience": "nobody"}).status_code == 404


def test_a_pack_holds_the_ballots_it_rests_on() -> None:
    things = Things(World())
    ballot = Ballot.objects.get(pk=things.closed_ballot.pk)
    Workspace.objects.filter(pk=ballot.workspace_id).update(visibility=Visibility.PUBLIC)
    BallotDecision.objects.create(
        partnership=things.world.partnership,
        source=ballot,
        target=things.decision,
        made_by=things.world.facilitator,
    )
    pack = evidence.make_evidence_pack(
        decision=things.decision, audience=Audience.PUBLIC, by=things.world.carer
    )
    assert evidence.build_pack(pack.pk) == PackState.READY
    found = files(pack)
    file = json.loads(found[f"ballots/ballot-{ballot.pk}.json"])
    assert file["ballot"] == ref(ballot)
    assert "Sam" not in found[f"ballots/ballot-{ballot.pk}.json"].decode()
    assert len(rows(found[f"ballots/ballot-{ballot.pk}-result.csv"])) == 2
    assert settings.BASE_URL in found["README.txt"].decode()
