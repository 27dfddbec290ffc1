"""The program as people run it: plain sentences, an exit code, and nothing but Python."""

import ast
import json
import resource
import zipfile

import pytest

from portal import verify_record as vr
from tests.portal.exported import (
    ORIGIN,
    OWNER,
    SCRIPT,
    STRANGER,
    Record,
    lines,
    public_hex,
    run,
    unpacked,
    zipped,
)
from tests.portal.polled import held


@pytest.fixture
def record():
    return Record()


@pytest.fixture
def files(record):
    return record.export()


@pytest.fixture
def folder(files, tmp_path):
    return unpacked(files, tmp_path / "export")


def test_the_command_needs_nothing_but_python_and_speaks_plainly(files, folder, tmp_path):
    for export in (folder, zipped(files, tmp_path / "export.zip")):
        done = run(export)
        assert (done.returncode, done.stderr) == (0, "")
        assert "No problem was found." in done.stdout
        assert "NOT CHECKED: You gave no checkpoint or fingerprint" in done.stdout


def test_the_command_takes_what_was_kept(record, folder, tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_bytes(record.checkpoint(8) + b"\n")
    key_file = tmp_path / "key.json"
    key_file.write_bytes(record.export()["key.json"])
    key_text = tmp_path / "key.txt"
    key_text.write_text(public_hex(OWNER) + "\n")
    root = json.loads(json.loads(record.checkpoint(12))["checkpoint"])["root"]
    for key in (public_hex(OWNER), key_file, key_text):
        done = run(
            folder, "--checkpoint", kept, "--key", key, "--fingerprint", vr.fingerprint(root)
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "You gave no" not in done.stdout
    done = run(folder, "--key", public_hex(STRANGER))
    assert done.returncode == 1
    assert "PROBLEM: The key in the export is not the key you gave" in done.stdout


def test_the_command_says_a_problem_with_exit_code_1(folder):
    path = folder / "record.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Idea 5", b"Idea S"))
    done = run(folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert "PROBLEM: Entry 5 was changed after it was written." in done.stdout
    assert "No problem was found." not in done.stdout


def test_the_command_does_not_drown_the_reader(folder):
    (folder / "content.jsonl").write_bytes(b"{}\n" * 500)
    done = run(folder)
    assert done.returncode == 1
    assert done.stdout.count("PROBLEM: ") == vr.MOST_SHOWN
    assert "... and " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage"),
        (["nowhere"], "The export cannot be read"),
        (["FOLDER", "--fingerprint", "12"], "A fingerprint has 16"),
        (["FOLDER", "--checkpoint", "nowhere"], "No such file"),
        (["FOLDER", "--checkpoint", SCRIPT], "The checkpoint you kept cannot be read"),
        (["FOLDER", "--key", SCRIPT], "The key you gave cannot be read"),
        (["FOLDER", "--key", "nowhere"], "No such file"),
    ],
)
def test_the_command_says_what_it_cannot_read_with_exit_code_2(folder, arguments, said):
    done = run(*(folder if argument == "FOLDER" else argument for argument in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_exports_that_make_no_sense_are_unreadable(files, tmp_path):
    lacking = zipped({"record.jsonl": b""}, tmp_path / "lacking.zip")
    twice = zipped(files, tmp_path / "twice.zip")
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("record.jsonl", b"")
    not_zip = tmp_path / "not.zip"
    not_zip.write_bytes(b"PK nonsense")
    for path, said in [
        (lacking, "not a whole export"),
        (twice, "stands in the export twice"),
        (not_zip, "cannot be read"),
        (tmp_path, "cannot be read"),
    ]:
        with pytest.raises(vr.UnreadableError, match=said):
            vr.read_export(path)
    with pytest.raises(vr.UnreadableError, match=r"key\.json cannot be read"):
        vr.verify({**files, "key.json": b"{}"})


def test_a_zip_that_claims_too_much_is_not_unpacked(files, tmp_path, monkeypatch):
    path = zipped(files, tmp_path / "export.zip")
    assert vr.read_export(path) == files
    monkeypatch.setattr(vr, "LARGEST_FILE", 100)
    with pytest.raises(vr.UnreadableError, match="too large"):
        vr.read_export(path)


def test_the_file_is_written_in_python_3_9():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 9))


def test_a_hundred_thousand_entries_are_verified_within_five_seconds(tmp_path):
    size, prev, record, content, frontier = 100_000, vr.NO_PREVIOUS, [], [], vr.Frontier()
    text = "Most of us want a break and somebody to talk to. " * 4
    checkpoints = []
    for seq in range(1, size + 1):
        words = vr.canonical({"text": text})
        salt = seq.to_bytes(32, "big")
        day, rest = divmod(seq, 3000)
        stamp = f"2025-{1 + day // 28:02}-{1 + day % 28:02}T{rest // 125:02}:00:00.{rest:06}Z"
        line = vr.canonical(
            {
                "at": stamp,
                "commit": vr.commitment(salt, words),
                "kind": "comment_made",
                "prev": prev,
                "public": {"role": "carer", "number": seq},
                "seq": seq,
                "subject": f"proposal:{seq % 50}",
                "v": 1,
            }
        )
        leaf = vr.leaf_hash(line)
        prev = leaf.hex()
        frontier.append(leaf)
        record.append(line)
        content.append(vr.canonical({"content": {"text": text}, "salt": salt.hex(), "seq": seq}))
        if seq % 1000 == 0:
            said = vr.checkpoint_line(
                origin=ORIGIN,
                size=seq,
                root=frontier.root().hex(),
                at=stamp,
                key=public_hex(OWNER),
            )
            signed = {"checkpoint": said.decode(), "signature": OWNER.sign(said).hex()}
            checkpoints.append(vr.canonical(signed))
    files = {
        "record.jsonl": lines(record),
        "content.jsonl": lines(content),
        "checkpoints.jsonl": lines(checkpoints),
        "key.json": vr.canonical({"algorithm": "Ed25519", "key": public_hex(OWNER)}),
    }
    path = zipped(files, tmp_path / "large.zip")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Processor time: one thread, no waiting, and other tests may be using the machine.
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert (done.returncode, done.stderr) == (0, "")
    assert "Entries: 100,000," in done.stdout
    assert "Sound checkpoints: 100." in done.stdout
    assert took <= 5, f"took {took:.1f} s"


def test_main_answers_with_its_exit_code(folder, capsys):
    assert vr.main([str(folder), "--key", public_hex(OWNER)]) == 0
    assert "No problem was found." in capsys.readouterr().out
    assert vr.main([str(folder), "--key", public_hex(STRANGER)]) == 1
    assert "it was swapped" in capsys.readouterr().out
    assert vr.main([str(folder), "--key", str(folder / "record.jsonl")]) == 2
    assert "The key you gave cannot be read" in capsys.readouterr().err
    with pytest.raises(vr.UnreadableError, match="The checkpoint you kept cannot be read"):
        vr.verify(vr.read_export(folder), kept=b"{}")


def test_the_command_reads_votes_from_a_folder_and_from_a_zip(tmp_path):
    files = held("rank_several").export()
    folder = unpacked(files, tmp_path / "export")
    for export in (folder, zipped(files, tmp_path / "export.zip")):
        done = run(export)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Ballots counted again, with the result on record: 1." in done.stdout
    (folder / "ballots" / "7.json").write_bytes(
        files["ballots/7.json"].replace(b'"choice":["3"]', b'"choice":["2"]')
    )
    done = run(folder)
    assert done.returncode == 1
    assert "PROBLEM: Ballot 7: the file of its votes is not what was counted" in done.stdout
