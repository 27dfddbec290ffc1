"""Checkpoints, keys and what somebody kept show what a record alone cannot."""

import json
from copy import deepcopy

import pytest

from portal import verify_record as vr
from tests.portal.exported import ORIGIN, OWNER, STRANGER, Record, lines, problems, public_hex, rows


@pytest.fixture
def record():
    return Record()


@pytest.fixture
def files(record):
    return record.export()


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
