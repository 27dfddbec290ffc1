"""Each way to tamper with an export is named in plain words; the untampered one passes."""

import ast
import json
import resource
import subprocess
import sys
import zipfile
from copy import deepcopy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal import verify_record as vr

SCRIPT = Path(vr.__file__)
ORIGIN = "throughline.example/norfolk-carers"
OWNER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)


def at(seq, second=0):
    return f"2025-{1 + seq // 20:02}-{1 + seq % 20:02}T09:00:{second:02}.000000Z"


def public_hex(owner):
    return owner.public_key().public_bytes_raw().hex()


class Record:
    """A small record as a site would write it: what happened, then `export` turns it to files."""

    def __init__(self, size=12, checkpoints=(4, 8, 12), owner=OWNER, erased=(3,)):
        self.owner = owner
        self.acts = []
        self.words = {}
        for seq in range(1, size + 1):
            self.act(seq, "proposal_opened", {"title": f"Idea {seq}"})
            if seq % 3 == 0:
                self.words[seq] = (bytes([seq]) * 32, {"text": f"We need a café, part {seq}"})
        self.erased = set(erased)
        if erased:
            self.act(size + 1, "words_erased", {"seqs": sorted(erased), "reason": "Asked for"})
        self.checkpoint_sizes = list(checkpoints)

    def act(self, seq, kind, public):
        subject = f"proposal:{seq}"
        self.acts.append({"at": at(seq), "kind": kind, "public": public, "subject": subject})

    def entries(self):
        prev, entries = vr.NO_PREVIOUS, []
        for seq, act in enumerate(self.acts, start=1):
            commit = ""
            if seq in self.words:
                salt, content = self.words[seq]
                commit = vr.commitment(salt, vr.canonical(content))
            entry = {**act, "commit": commit, "prev": prev, "seq": seq, "v": 1}
            entries.append(entry)
            prev = vr.leaf_hash(vr.canonical(entry)).hex()
        return entries

    def checkpoint(self, size, owner=None, **changed):
        owner = owner or self.owner
        leaves = [vr.leaf_hash(vr.canonical(entry)) for entry in self.entries()[:size]]
        said = {
            "origin": ORIGIN,
            "size": size,
            "root": vr.root(leaves).hex(),
            "at": at(size, 30),
            "key": public_hex(owner),
            **changed,
        }
        line = vr.checkpoint_line(**said)
        signature = owner.sign(line).hex()
        return vr.canonical({"checkpoint": line.decode(), "signature": signature})

    def export(self):
        return {
            "record.jsonl": lines(map(vr.canonical, self.entries())),
            "content.jsonl": lines(
                vr.canonical({"content": content, "salt": salt.hex(), "seq": seq})
                for seq, (salt, content) in self.words.items()
                if seq not in self.erased
            ),
            "checkpoints.jsonl": lines(map(self.checkpoint, self.checkpoint_sizes)),
            "key.json": vr.canonical({"algorithm": "Ed25519", "key": public_hex(self.owner)}),
        }


def lines(items):
    return b"".join(item + b"\n" for item in items)


def rows(files, name="record.jsonl"):
    return files[name].splitlines()


def change(files, seq, name="record.jsonl", **parts):
    """Rewrite parts of one line by hand, as someone with an editor would."""
    changed = rows(files, name)
    position = next(i for i, row in enumerate(changed) if json.loads(row)["seq"] == seq)
    changed[position] = vr.canonical({**json.loads(changed[position]), **parts})
    files[name] = lines(changed)


def problems(files, **known):
    return vr.verify(files, **known).problems


@pytest.fixture
def record():
    return Record()


@pytest.fixture
def files(record):
    return record.export()


# --- the control: nothing tampered with


def test_an_untampered_record_passes_and_what_it_holds_is_said(record, files):
    findings = vr.verify(files, kept=record.checkpoint(8), pinned_key=public_hex(OWNER))
    assert findings.problems == []
    said = " ".join(findings.facts)
    assert "Entries: 13, dated 2025-01-02T09:00:00.000000Z to 2025-01-14T09:00:00" in said
    assert "Words given that match their entries: 3. Erased on record: 1." in said
    assert "Sound checkpoints: 3." in said
    leaves = [vr.leaf_hash(row) for row in rows(files)]
    assert vr.fingerprint(vr.root(leaves).hex()) in said
    assert findings.limits == [
        "No sound checkpoint covers entries after number 12, so they could have been changed by"
        " whoever made this export."
    ]


def test_without_a_kept_checkpoint_or_key_the_limits_are_said_and_it_still_passes(files):
    findings = vr.verify(files)
    assert findings.problems == []
    said = " ".join(findings.limits)
    assert "You gave no checkpoint or fingerprint kept from earlier" in said
    assert "You gave no key known from elsewhere" in said


def test_a_fully_covered_record_with_kept_checkpoint_has_no_limits():
    record = Record(checkpoints=(5, 13))
    findings = vr.verify(record.export(), kept=record.checkpoint(13))
    assert (findings.problems, findings.limits) == ([], [])


def test_an_empty_record_passes():
    record = Record(size=0, checkpoints=(0,), erased=())
    assert problems(record.export()) == []
    assert problems({**record.export(), "checkpoints.jsonl": b""}) == []


# --- entries


@pytest.mark.parametrize("seq", [1, 6, 11])
def test_an_edited_entry_is_named(files, seq):
    change(files, seq, public={"title": "Idea!"})
    assert any(f"Entry {seq} was changed after it was written." in p for p in problems(files))


def test_one_changed_character_names_the_entry(files):
    files["record.jsonl"] = files["record.jsonl"].replace(b"Idea 5", b"Idea S")
    found = problems(files)
    assert "Entry 5 was changed after it was written. The chain does not hold at entry 6." in found
    assert any("Entries 5 to 8 are not as when checkpoint 2 was signed" in p for p in found)


def test_an_entry_whose_link_was_edited_is_named(files):
    change(files, 6, prev="ab" * 32)
    assert any(p.startswith("Entry 6 was changed after it was written") for p in problems(files))
    change(files, 6, prev=vr.leaf_hash(rows(files)[4]).hex())
    assert problems(files) == []


def test_a_beginning_that_is_not_one_is_named(files):
    change(files, 1, prev="ab" * 32)
    assert any(p.startswith("Entry 1 was changed after it was written") for p in problems(files))


def test_an_edited_last_entry_is_found_by_its_checkpoint():
    record = Record(checkpoints=(12, 13))
    files = record.export()
    assert problems(files) == []
    change(files, 13, subject="proposal:99")
    assert any("Entry 13 is not as when checkpoint 2 was signed" in p for p in problems(files))


def test_an_edit_near_an_unsigned_end_names_both_it_could_be():
    files = Record(checkpoints=()).export()
    assert problems(files) == []
    change(files, 12, subject="proposal:99")
    assert any("Entry 12 or entry 13 was changed" in p for p in problems(files))


def test_a_removed_entry_is_named(files):
    files["record.jsonl"] = lines(row for i, row in enumerate(rows(files), 1) if i != 5)
    assert "Entry 5 is missing: removed from the record." in problems(files)
    files["record.jsonl"] = lines(row for i, row in enumerate(rows(files), 1) if i > 4)
    assert "Entries 1 to 5 are missing: removed from the record." in problems(files)


def test_removal_hidden_by_renumbering_is_found(files):
    kept = [json.loads(row) for row in rows(files) if json.loads(row)["seq"] != 5]
    renumbered = ({**entry, "seq": seq} for seq, entry in enumerate(kept, 1))
    files["record.jsonl"] = lines(map(vr.canonical, renumbered))
    assert any("Entries 5 to 12 are not in one chain" in p for p in problems(files))


def test_an_inserted_entry_is_named(files):
    inserted = rows(files)
    inserted.insert(5, vr.canonical({**json.loads(inserted[4]), "subject": "proposal:99"}))
    files["record.jsonl"] = lines(inserted)
    assert "Entry 5 stands more than once: something was inserted." in problems(files)


def test_changed_order_is_named(files):
    shuffled = rows(files)
    shuffled[4], shuffled[5] = shuffled[5], shuffled[4]
    files["record.jsonl"] = lines(shuffled)
    assert "Entry 5 stands after entry 6: the order was changed." in problems(files)


def test_a_back_dated_entry_is_named_even_in_an_unbroken_chain():
    record = Record(checkpoints=(13,))
    assert problems(record.export()) == []
    record.acts[6]["at"] = "2024-12-31T23:59:59.999999Z"
    found = problems(record.export())
    assert found == [
        "Entry 7 is dated 2024-12-31T23:59:59.999999Z, before entry 6"
        " (2025-01-07T09:00:00.000000Z): it was back-dated."
    ]


def test_an_entry_dated_before_a_checkpoint_that_lacks_it_is_named(record):
    files = record.export()
    late = record.checkpoint(8, at=at(9, 1))
    files["checkpoints.jsonl"] = lines([late])
    found = problems(files)
    assert len(found) == 1
    assert "Entry 9 is dated 2025-01-10T09:00:00.000000Z, yet it was not there when" in found[0]
    files["checkpoints.jsonl"] = lines([record.checkpoint(8, at=at(9))])
    assert problems(files) == []


def test_an_entry_dated_after_a_checkpoint_that_has_it_is_named(record):
    files = record.export()
    files["checkpoints.jsonl"] = lines([record.checkpoint(8, at=at(7))])
    found = problems(files)
    assert len(found) == 1
    assert "Entry 8 is dated 2025-01-09T09:00:00.000000Z, yet it was there when" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"seq":5,', b'"seq":5,"seq":5,', "the key 'seq' stands in it twice"),
        (b'"seq":5,', b'"seq": 5,', "not in the one canonical form"),
        (b'"seq":5,', b'"seq":5.0,', "float"),
        (b'"seq":5,', b'"seq":5,"seqx":1,', "not have exactly the parts an entry has"),
        (b"Idea 5", b"Id\xff 5", "not UTF-8"),
        (b'{"title":"Idea 5"}', b'"Idea 5"', "its part 'public' is not as it must be"),
        (b"2025-01-06T", b"2025-02-30T", "its part 'at' is not as it must be"),
        (b"2025-01-06T", b"2025-1-06T", "its part 'at' is not as it must be"),
        (b'"subject":"proposal:5","v":1', b'"subject":"proposal:5","v":2', "its part 'v'"),
        (b'"subject":"proposal:5","v":1', b'"subject":"proposal:5","v":true', "its part 'v'"),
        (b'"subject":"proposal:5","v":1}', b'"subject":"proposal:5","v":1', "not JSON"),
    ],
)
def test_a_line_that_is_not_a_canonical_entry_is_named(files, old, new, why):
    assert files["record.jsonl"].count(old) == 1
    files["record.jsonl"] = files["record.jsonl"].replace(old, new)
    said = [p for p in problems(files) if p.startswith("Entry 5 cannot be trusted: ")]
    assert len(said) == 1
    assert why in said[0]


def test_a_file_cut_in_the_middle_of_a_line_is_named(files):
    files["record.jsonl"] = files["record.jsonl"][:-20]
    found = problems(files)
    assert "The file record.jsonl does not end with a line end: it was cut off." in found
    assert any(p.startswith("Entry 13 cannot be trusted") for p in found)


# --- words


def test_changed_words_are_named(files):
    change(files, 6, "content.jsonl", content={"text": "We need nothing"})
    assert problems(files) == ["The words of entry 6 were changed."]


def test_a_changed_salt_is_named(files):
    change(files, 6, "content.jsonl", salt="00" * 32)
    assert problems(files) == ["The words of entry 6 were changed."]


def test_words_missing_without_an_erasure_are_named(files):
    files["content.jsonl"] = lines(rows(files, "content.jsonl")[1:])
    assert problems(files) == [
        "The words of entry 6 are missing, and no entry says they were erased."
    ]


def test_words_given_though_erased_are_named(record):
    record.erased = set()
    assert problems(record.export()) == [
        "The words of entry 3 are given, yet entry 13 says they were erased."
    ]


def test_an_erasure_of_words_that_never_were_is_named():
    files = Record(erased=(4,)).export()
    assert problems(files) == [
        "Entry 13 says it erased the words of entry 4, which had none to erase."
    ]


@pytest.mark.parametrize(
    "public", [{"reason": "x"}, {"seqs": [], "reason": "x"}, {"seqs": [3]}, {"seqs": [True]}]
)
def test_an_erasure_that_does_not_say_what_or_why_is_named(record, public):
    assert problems(record.export()) == []
    record.acts[-1]["public"] = public
    found = problems(record.export())
    assert any(p.startswith("Entry 13 cannot be trusted: it does not say") for p in found)


def test_words_given_twice_or_for_an_entry_without_any_are_named(record, files):
    again = rows(files, "content.jsonl")
    stray = vr.canonical({"content": {}, "salt": "00" * 32, "seq": 2})
    files["content.jsonl"] = lines([*again, again[0], stray])
    assert problems(files) == [
        "The words of entry 6 are given twice.",
        "Words are given for entry 2, which has none.",
    ]


def test_a_line_of_words_with_keys_twice_is_named(files):
    files["content.jsonl"] = files["content.jsonl"].replace(b'"seq":9', b'"seq":9,"seq":9')
    found = problems(files)
    assert "Line 2 of content.jsonl cannot be trusted: the key 'seq' stands in it twice." in found


# --- checkpoints and keys


def test_a_checkpoint_with_another_root_is_named(record, files):
    files["checkpoints.jsonl"] = lines([record.checkpoint(4), record.checkpoint(8, root="ab" * 32)])
    found = problems(files)
    assert len(found) == 1
    assert found[0].startswith("Entries 5 to 8 are not as when checkpoint 2 was signed")


def test_a_bad_signature_is_named(files):
    signed = json.loads(rows(files, "checkpoints.jsonl")[1])
    signed["signature"] = ("0" if signed["signature"][0] != "0" else "1") + signed["signature"][1:]
    changed = rows(files, "checkpoints.jsonl")
    changed[1] = vr.canonical(signed)
    files["checkpoints.jsonl"] = lines(changed)
    assert problems(files) == ["Checkpoint 2 has a signature that does not hold."]


def test_an_edited_checkpoint_is_named(files):
    files["checkpoints.jsonl"] = files["checkpoints.jsonl"].replace(
        b'\\"size\\":8}', b'\\"size\\":7}'
    )
    assert problems(files) == ["Checkpoint 2 has a signature that does not hold."]


def test_a_checkpoint_line_that_cannot_be_read_is_named(files):
    files["checkpoints.jsonl"] += b"{}\n"
    assert problems(files) == [
        "Checkpoint 4 cannot be trusted: it does not have exactly the parts a signed checkpoint"
        " has."
    ]


def test_a_checkpoint_of_another_record_is_named(record, files):
    files["checkpoints.jsonl"] += record.checkpoint(12, origin="elsewhere") + b"\n"
    assert problems(files) == [
        f"The checkpoints are of different records: ['elsewhere', '{ORIGIN}']."
    ]


def test_a_swapped_key_passes_alone_but_not_against_a_pinned_key_or_kept_checkpoint(record):
    swapped = Record(owner=STRANGER).export()
    assert problems(swapped) == []
    pinned = problems(swapped, pinned_key=public_hex(OWNER))
    assert "The key in the export is not the key you gave: it was swapped." in pinned
    kept = problems(swapped, kept=record.checkpoint(8))
    assert kept == ["The checkpoint you kept was signed with another key: the key was swapped."]
    assert problems(record.export(), pinned_key=public_hex(OWNER)) == []


def test_one_checkpoint_signed_with_another_key_is_named(record, files):
    files["checkpoints.jsonl"] += record.checkpoint(12, owner=STRANGER) + b"\n"
    assert problems(files) == ["Checkpoint 4 was signed with another key: the key was swapped."]


def test_a_dropped_tail_passes_alone_but_not_against_a_kept_checkpoint(record):
    cut = Record(size=8, checkpoints=(4, 8), erased=())
    cut.erased = {3}
    cut.act(9, "words_erased", {"seqs": [3], "reason": "Asked for"})
    files = cut.export()
    assert problems(files) == []
    assert problems(files, kept=record.checkpoint(12)) == [
        "The checkpoint you kept counts 12 entries, but the record has only 9: 3 at the end"
        " dropped."
    ]
    assert problems(files, kept=record.checkpoint(8)) == []


def test_a_rewrite_signed_afresh_passes_alone_but_not_against_what_was_kept(record):
    rewritten = deepcopy(record)
    rewritten.acts[1]["public"] = {"title": "Never said"}
    files = rewritten.export()
    assert problems(files) == []
    found = problems(files, kept=record.checkpoint(8))
    assert len(found) == 1
    assert found[0].startswith("Entries 1 to 8 are not as when the checkpoint you kept was signed")

    kept_root = json.loads(json.loads(record.checkpoint(8))["checkpoint"])["root"]
    assert problems(record.export(), kept_fingerprint=kept_root[:16]) == []
    assert problems(files, kept_fingerprint=kept_root[:16]) == [
        "No sound checkpoint has the fingerprint you kept: the record was rewritten or cut."
    ]


def test_a_kept_checkpoint_that_was_forged_is_named(record, files):
    forged = json.loads(record.checkpoint(8))
    forged["checkpoint"] = json.loads(record.checkpoint(4))["checkpoint"]
    assert problems(files, kept=vr.canonical(forged)) == [
        "The checkpoint you kept has a signature that does not hold."
    ]


def test_fingerprint_is_sixteen_digits_in_fours():
    assert vr.fingerprint("0123456789abcdef" * 4) == "0123 4567 89ab cdef"


# --- the command


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def folder(files, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def zipped(files, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


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
