"""Each way to tamper with an export is named in plain words; the untampered one passes."""

import json

import pytest

from portal import verify_record as vr
from tests.portal.exported import OWNER, Record, at, change, lines, problems, public_hex, rows


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
