"""The record: appending, erasing, signing, exporting, and what the verifier says of it."""

import ast
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from portal import clock, record, record_export, verify_record
from portal.models import Checkpoint, Partnership, RecordContent, RecordEntry, RecordHead, ref
from portal.operations import people
from portal.operations import record as operations
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
VERIFIER = Path(verify_record.__file__)


def entries(world: World) -> list[RecordEntry]:
    return list(RecordEntry.objects.filter(partnership_id=world.partnership.pk).order_by("seq"))


def exported(world: World, path: Path) -> Path:
    call_command("export_record", world.partnership.slug, path, stdout=io.StringIO())
    return path


def verified(path: Path, *more: str) -> tuple[int, str]:
    """The verifier's exit code and words, run as anybody would run it."""
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(path), *more],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def rewritten(path: Path, name: str, change: object) -> Path:
    """A copy of an export in which `change(text)` stands in the place of one file."""
    copy = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            new.writestr(item, change(data.decode()) if item == name else data)  # type: ignore[operator]
    return copy


def test_an_export_is_found_sound(tmp_path: Path) -> None:
    world = World()
    path = exported(world, tmp_path / "out.zip")
    code, words = verified(path)
    assert code == 0, words
    assert f"Entries: {len(entries(world))}" in words
    assert "No problem was found." in words
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == [
            "README.txt",
            "checkpoints.jsonl",
            "content.jsonl",
            "key.json",
            "record.jsonl",
            "verify_record.py",
        ]
        readme = archive.read("README.txt").decode()
        assert archive.read("verify_record.py") == VERIFIER.read_bytes()
    assert Checkpoint.objects.get().fingerprint in readme
    assert entries(world)[-1].kind == "record_exported"


def test_a_later_export_agrees_with_a_fingerprint_kept_from_an_earlier_one(tmp_path: Path) -> None:
    world = World()
    exported(world, tmp_path / "first.zip")
    kept = Checkpoint.objects.get().fingerprint
    world.person("carer")  # type: ignore[arg-type]
    second = exported(world, tmp_path / "second.zip")
    assert verified(second, "--fingerprint", kept)[0] == 0
    code, words = verified(second, "--fingerprint", "0000 1111 2222 3333")
    assert code == 1
    assert "rewritten or cut" in words


@pytest.mark.parametrize("seq", [1, 5])
def test_one_changed_letter_is_noticed_and_the_entry_named(tmp_path: Path, seq: int) -> None:
    path = exported(World(), tmp_path / "out.zip")

    def change(text: str) -> str:
        lines = text.split("\n")
        assert '"subject":"p' in lines[seq - 1] or '"subject":"o' in lines[seq - 1]
        lines[seq - 1] = lines[seq - 1].replace('"kind":"', '"kind":"x', 1)
        return "\n".join(lines)

    code, words = verified(rewritten(path, "record.jsonl", change))
    assert code == 1
    assert f"Entry {seq} was changed" in words


def test_changed_words_are_noticed_and_the_entry_named(tmp_path: Path) -> None:
    path = exported(World(), tmp_path / "out.zip")
    changed = rewritten(
        path, "content.jsonl", lambda text: text.replace("Norfolk Partnership", "Suffolk", 1)
    )
    code, words = verified(changed)
    assert code == 1
    assert "The words of entry 1 were changed." in words


def test_erased_words_are_gone_and_the_record_stays_sound(tmp_path: Path) -> None:
    world = World()
    subject = ref(world.feature)
    with transaction.atomic():
        entry = record.erase([subject], by=world.admin, subject=world.feature, reason="asked to")
    assert entry is not None
    path = exported(world, tmp_path / "out.zip")
    code, words = verified(path)
    assert code == 0, words
    gone = json.loads(entry.line)["public"]["seqs"]
    assert f"Erased on record: {len(gone)}." in words
    with zipfile.ZipFile(path) as archive:
        assert "Three hours a week" not in archive.read("content.jsonl").decode()
    erased = [e.seq for e in entries(world) if e.subject == subject and e.kind != "words_erased"]
    assert gone == erased
    with transaction.atomic():
        assert record.erase([subject], by=None, subject=world.feature, reason="again") is None


def test_words_deleted_without_an_erasure_are_noticed(tmp_path: Path) -> None:
    world = World()
    RecordContent.objects.filter(partnership_id=world.partnership.pk, seq=1).delete()
    code, words = verified(exported(world, tmp_path / "out.zip"))
    assert code == 1
    assert "The words of entry 1 are missing" in words


@pytest.mark.parametrize("table", ["portal_recordentry", "portal_checkpoint"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_the_record(table: str, statement: str) -> None:
    world = World()
    operations.checkpoint_record(partnership=world.partnership)
    with (
        pytest.raises(DatabaseError, match="cannot be rewritten"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_time_never_goes_back_in_the_record(tmp_path: Path) -> None:
    world = World()
    now = clock.now()
    with transaction.atomic():
        first = record.append("tested", by=None, subject=world.partnership)
        with clock.at(now - timedelta(days=1)):
            second = record.append("tested", by=None, subject=world.partnership)
            signed = record.checkpoint(world.partnership.pk, origin="norfolk")
    assert second.at == first.at == signed.at
    assert verified(exported(world, tmp_path / "out.zip"))[0] == 0


def test_what_is_appended_holds_no_words_in_its_line() -> None:
    world = World()
    with transaction.atomic():
        entry = record.append(
            "tested",
            by=world.carer,
            subject=world.partnership,
            public={"state": "open"},
            content={"text": "I could not sleep"},
        )
    line = json.loads(entry.line)
    assert "sleep" not in entry.line
    assert world.carer.display_name not in entry.line
    assert line["public"] == {"state": "open", "by": ref(world.carer), "role": "carer"}
    words = RecordContent.objects.get(partnership_id=world.partnership.pk, seq=entry.seq)
    canonical = verify_record.canonical(words.content)
    assert verify_record.commitment(bytes.fromhex(words.salt), canonical) == line["commit"]
    assert entry.line.encode() == verify_record.canonical(line)


def test_a_change_that_fails_leaves_no_entry_and_no_gap() -> None:
    world = World()
    size = len(entries(world))

    def fails() -> None:
        record.append("tested", by=None, subject=world.partnership, content={"text": "x"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fails()
    assert len(entries(world)) == size
    with transaction.atomic():
        assert record.append("tested", by=None, subject=world.partnership).seq == size + 1


ELSEWHERE = """
import django, json, sys
django.setup()
from threading import Thread
from django.db import connection, transaction
from portal import record, verify_record
from portal.models import Partnership, RecordEntry
place = Partnership(pk=int(sys.argv[1]))
try:
    record.append("tested", by=None, subject=place)
    outside = "written"
except RuntimeError:
    outside = "refused"
problems = []
def work():
    try:
        for _ in range(5):
            with transaction.atomic():
                record.append("tested", by=None, subject=place, content={"text": "x"})
    except Exception as problem:
        problems.append(repr(problem))
    finally:
        connection.close()
threads = [Thread(target=work) for _ in range(6)]
[t.start() for t in threads]
[t.join() for t in threads]
entries = RecordEntry.objects.filter(partnership_id=place.pk).order_by("seq")
lines = entries.values_list("line", flat=True)
findings = verify_record.Findings()
read = verify_record.read_entries("".join(f"{line}\\n" for line in lines).encode(), findings)
verify_record.check_order(read, findings)
verify_record.check_chain(read, findings)
print(json.dumps([outside, [e.seq for e in read], problems + findings.problems]))
"""


def test_many_at_once_append_without_a_gap_and_nobody_outside_a_transaction(
    committing: None, tmp_path: Path
) -> None:
    """In a process of its own, since threads of a test share its one transaction.

    On PostgreSQL that process writes into this database, which is put back afterwards.
    """
    env = {**os.environ, "PORTAL_MODE": "test", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    if connection.vendor == "sqlite":
        env |= {"PORTAL_VAR": str(tmp_path)}
        name = str(connection.settings_dict["NAME"])
        with (
            sqlite3.connect(name) as source,
            sqlite3.connect(tmp_path / "throughline.sqlite3") as copy,
        ):
            source.backup(copy)
        source.close()
        copy.close()
    else:
        base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
        env |= {"DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}
    place = int.from_bytes(os.urandom(4), "big") + 10**9  # nobody else's record
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(place)],
        env=env,
        cwd=VERIFIER.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outside, seqs, problems = json.loads(done.stdout.strip().splitlines()[-1])
    assert outside == "refused"
    assert problems == []
    assert seqs == list(range(1, 31))


def test_export_over_http_is_the_whole_record_and_says_so_in_it(tmp_path: Path) -> None:
    world = World()
    url = reverse("portal:export_record", args=["norfolk"])
    for person in (world.carer, world.guest, world.admin):
        answer = signed_in(person).post(url)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/zip"
        assert answer["Content-Disposition"].startswith('attachment; filename="record-of-norfolk-')
        path = tmp_path / f"{person.pk}.zip"
        path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
        code, words = verified(path)
        assert code == 0, words
        last = entries(world)[-1]
        assert last.kind == "record_exported"
        assert json.loads(last.line)["public"]["by"] == ref(person)
        assert "No sound checkpoint covers" not in words


def test_export_is_for_people_of_the_partnership_and_never_by_get() -> None:
    world, other = World(), World(slug="other")
    url = reverse("portal:export_record", args=["norfolk"])
    assert Client().post(url)["Location"].startswith(reverse("account_login"))
    assert signed_in(other.carer).post(url).status_code == 404
    assert signed_in(world.carer).get(url).status_code == 405
    assert "record_exported" not in [entry.kind for entry in entries(world)]


def test_an_export_holds_nothing_of_another_partnership(tmp_path: Path) -> None:
    world, _other = World(), World(slug="other")
    path = exported(world, tmp_path / "out.zip")
    with zipfile.ZipFile(path) as archive:
        assert b"Other Partnership" not in b"".join(map(archive.read, archive.namelist()))


def test_an_export_that_fails_leaves_no_file_and_the_old_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    path = tmp_path / "out.zip"
    path.write_text("the old one")

    def fail(*args: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record_export, "_checkpoint_line", fail)
    with pytest.raises(CommandError, match="No space left"):
        exported(world, path)
    assert [file.name for file in tmp_path.iterdir()] == ["out.zip"]
    assert path.read_text() == "the old one"
    assert "record_exported" not in [entry.kind for entry in entries(world)]


def test_export_of_an_unknown_partnership_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no partnership 'nowhere'"):
        call_command("export_record", "nowhere", tmp_path / "out.zip")


def test_checkpoint_records_signs_every_partnership() -> None:
    world, other = World(), World(slug="other")
    out = io.StringIO()
    call_command("checkpoint_records", stdout=out)
    assert Checkpoint.objects.count() == Partnership.objects.count() == 2
    for place in (world.partnership, other.partnership):
        head = RecordHead.objects.get(partnership_id=place.pk)
        signed = Checkpoint.objects.get(partnership_id=place.pk)
        assert signed.size == head.size
        assert signed.fingerprint == verify_record.fingerprint(record.root_of(head))
        assert f"{place.slug}: {signed.size} entries: {signed.fingerprint}" in out.getvalue()


def test_make_record_key_prints_a_key_that_signs() -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("make_record_key", stdout=out, stderr=err)
    name, _, seed = out.getvalue().strip().partition("=")
    assert name == "RECORD_SIGNING_KEY"
    assert len(bytes.fromhex(seed)) == 32
    assert len(bytes.fromhex(err.getvalue().strip().rsplit(" ", 1)[1])) == 32


def test_the_record_page_says_what_happened_in_plain_words() -> None:
    world = World()
    people.remove_participant(participant=world.partner, by=world.admin, reason="Moved to Leeds")
    operations.checkpoint_record(partnership=world.partnership)
    page = signed_in(world.carer).get(reverse("portal:record", args=["norfolk"])).content.decode()
    assert "Somebody left" in page
    assert "Somebody was given a duty" in page
    assert "A part of the service was written down" in page
    assert "Moved to Leeds" not in page
    assert Checkpoint.objects.get().fingerprint in page
    assert "Download the record" in page


@pytest.mark.parametrize("more", [0, 2])
def test_the_record_page_asks_the_same_number_of_questions(
    more: int, django_assert_num_queries: object
) -> None:
    world = World()
    for _ in range(1 + more):
        operations.checkpoint_record(partnership=world.partnership)
    client = signed_in(world.carer)
    url = reverse("portal:record", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(7):  # type: ignore[operator]
        client.get(url)


def test_every_kind_of_entry_is_said_in_words() -> None:
    """Read from the sources: whatever is appended has words in one of the apps' queries."""
    root = Path(__file__).parents[2]
    kinds = set()
    for path in [*root.glob("*/operations/*.py"), root / "portal" / "record.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            if name in {"append", "_record_move"} and isinstance(first, ast.Constant):
                kinds.add(first.value)
    assert {"proposal_opened", "words_erased", "adaptation_published"} <= kinds
    assert kinds - record.PHRASES.keys() == set()
