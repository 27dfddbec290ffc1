"""Check an exported Throughline record. Needs only Python 3.9 or later; uses no network.

    python verify_record.py EXPORT [--checkpoint FILE] [--fingerprint WORDS] [--key HEX_OR_FILE]

EXPORT is the zip file as it was handed out, or the folder it was unpacked to.
The answer is plain sentences, and an exit code: 0 nothing wrong was found, 1 something is
wrong, 2 the export (or what you typed) could not be read.

This file stands in every export and is also where the portal itself takes these rules from,
so what is written and what is checked cannot drift apart. The format is explained for
outsiders in docs/record-format.md. The parts, in order: canonical JSON; the Merkle tree;
signatures; the lines of the record; the checks; the command.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

# --- canonical JSON (RFC 8785, restricted) ---------------------------------------------------

LARGEST_INTEGER = 2**53 - 1  # beyond this, JSON readers in other languages lose digits
DEEPEST = 32  # lists and objects inside one another; a fixed limit is the same everywhere

_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def _refuse_others(value: Any, depth: int = 0) -> None:
    if isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise ValueError("a whole number in it is too large")
    elif depth == DEEPEST:
        raise ValueError("lists or objects in it are nested too deeply")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError("a key in it is not plain ASCII text")
            _refuse_others(inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_others(inner, depth + 1)
    else:
        raise ValueError(f"it holds a {type(value).__name__}, which the record does not allow")


def canonical(value: Any) -> bytes:
    """The one way to write `value` as bytes: UTF-8 JSON, keys sorted, no spaces.

    Allowed are strings, booleans, whole numbers below 2**53, and lists and objects of these
    with ASCII keys. No null and no fractions: what is absent is left out.
    Raises ValueError for anything else, half a surrogate pair included.
    """
    _refuse_others(value)
    return _encode(value).encode()


def _short_integer(digits: str) -> int:
    if len(digits) > 17:  # converting a million digits would take minutes
        raise ValueError("a whole number in it is too large")
    return int(digits)


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise ValueError(f"the key {key!a} stands in it twice")
        seen.add(key)
    return dict(pairs)


_decode = json.JSONDecoder(parse_int=_short_integer).decode
_decode_without_twins = json.JSONDecoder(object_pairs_hook=_refuse_twins).decode


def parse_strict(data: bytes) -> Any:
    """Read canonical bytes; raise ValueError, saying why, for any others.

    A text has exactly one form that is accepted, so two readers cannot understand the same
    bytes differently: keys that stand twice, spaces or another order are refused.
    """
    try:
        text = data.decode()
        value = _decode(text)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    except json.JSONDecodeError:
        raise ValueError("it is not JSON") from None
    except RecursionError:
        raise ValueError("lists or objects in it are nested too deeply") from None
    if canonical(value) != data:
        _decode_without_twins(text)
        raise ValueError("it is not in the one canonical form")
    return value


# --- hashes and the Merkle tree (RFC 6962) ---------------------------------------------------

CONTENT_TAG = b"throughline content v1\n"
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    """The 32-byte hash of one line of the record, without its line end."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash that joins two neighbouring parts of the tree."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def commitment(salt: bytes, content: bytes) -> str:
    """What a line says about words kept elsewhere, as hex: a hash of salt and canonical content.

    The 32 random bytes of salt make the words impossible to guess from the hash, so deleting
    both salt and words erases them for good.
    """
    return hashlib.sha256(CONTENT_TAG + salt + content).hexdigest()


@dataclass
class Frontier:
    """All that is needed to go on adding leaves: one hash for each bit set in `size`."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)  # of full subtrees, largest first

    @classmethod
    def from_hex(cls, size: int, hashes: Sequence[str]) -> Frontier:
        """The frontier that `to_hex` wrote. Raises ValueError when the two do not fit."""
        frontier = cls(size, [bytes.fromhex(item) for item in hashes])
        if len(hashes) != bin(size).count("1") or any(len(h) != 32 for h in frontier.hashes):
            raise ValueError(f"this is not a frontier of {size} leaves")
        return frontier

    def to_hex(self) -> list[str]:
        return [item.hex() for item in self.hashes]

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash, in at most log2(size) steps."""
        trailing = self.size
        while trailing & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            trailing >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash over everything added so far."""
        if not self.hashes:
            return EMPTY_ROOT
        total = self.hashes[-1]
        for item in reversed(self.hashes[:-1]):
            total = node_hash(item, total)
        return total


def root(leaves: Sequence[bytes]) -> bytes:
    """The RFC 6962 tree hash of a list of leaf hashes, by its definition."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = _split(len(leaves))
    return node_hash(root(leaves[:half]), root(leaves[half:]))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that tie leaf `index` (from 0) to the root of `leaves`, nearest first."""
    if not 0 <= index < len(leaves):
        raise ValueError("there is no such leaf")
    if len(leaves) == 1:
        return []
    half = _split(len(leaves))
    if index < half:
        return [*inclusion_proof(leaves[:half], index), root(leaves[half:])]
    return [*inclusion_proof(leaves[half:], index - half), root(leaves[:half])]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether `proof` ties `leaf` at `index` to the root `expected` of a tree of `size`."""
    if not 0 <= index < size:
        return False
    at, last, total = index, size - 1, leaf
    for item in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            total = node_hash(item, total)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            total = node_hash(total, item)
        at, last = at >> 1, last >> 1
    return last == 0 and total == expected


# --- Ed25519 signatures (RFC 8032), checking only --------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_1 = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with XY = ZT


def _read_point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


def _add(one: Point, two: Point) -> Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = two
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def signature_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the owner of the Ed25519 public `key` (32 bytes) signed exactly `message`."""
    if len(key) != 32 or len(signature) != 64:
        return False
    owner, s = _read_point(key), int.from_bytes(signature[32:], "little")
    if owner is None or s >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    k = int.from_bytes(digest, "little") % _ORDER
    x, y, z, t = owner
    minus_owner = (_P - x, y, z, _P - t)
    # s*B - k*A in one pass over both numbers' bits: half the work of two passes.
    steps = {1: _BASE, 2: minus_owner, 3: _add(_BASE, minus_owner)}
    total = (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        total = _add(total, total)
        choice = s >> bit & 1 | (k >> bit & 1) << 1
        if choice:
            total = _add(total, steps[choice])
    inverse = pow(total[2], -1, _P)
    x, y = total[0] * inverse % _P, total[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- the lines: entries, kept words, checkpoints ---------------------------------------------

VERSION = 1
NO_PREVIOUS = "0" * 64
ERASURE = "words_erased"

_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_SIGNATURE = re.compile(r"[0-9a-f]{128}").fullmatch
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII).fullmatch


def _is_time(text: Any) -> bool:
    try:
        return bool(_TIME(text) and datetime.fromisoformat(text[:-1]))
    except (TypeError, ValueError):
        return False


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_HASH(value))


def _parse(line: bytes, what: str, rules: dict[str, Any]) -> dict[str, Any]:
    """Read a canonical object that has exactly the keys of `rules`, each passing its test."""
    value = parse_strict(line)
    if not isinstance(value, dict) or value.keys() != rules.keys():
        raise ValueError(f"it does not have exactly the parts {what} has")
    for key, holds in rules.items():
        if not holds(value[key]):
            raise ValueError(f"its part {key!r} is not as it must be")
    return value


_ENTRY = {
    "at": _is_time,
    "commit": lambda value: value == "" or _is_hash(value),
    "kind": lambda value: isinstance(value, str) and value != "",
    "prev": _is_hash,
    "public": lambda value: isinstance(value, dict),
    "seq": lambda value: _is_count(value) and value > 0,
    "subject": lambda value: isinstance(value, str),
    "v": lambda value: _is_count(value) and value == VERSION,
}
_WORDS = {"content": lambda value: isinstance(value, dict), "salt": _is_hash, "seq": _is_count}
_NOTE = {"seq": _is_count}
_KEY = {"algorithm": lambda value: value == "Ed25519", "key": _is_hash}
_CHECKPOINT = {
    "at": _is_time,
    "key": _is_hash,
    "origin": lambda value: isinstance(value, str) and value != "",
    "root": _is_hash,
    "size": _is_count,
}
_SIGNED = {
    "checkpoint": lambda value: isinstance(value, str),
    "signature": lambda value: isinstance(value, str) and bool(_SIGNATURE(value)),
}


def parse_entry(line: bytes) -> dict[str, Any]:
    """One line of record.jsonl. Raises ValueError, saying what is wrong with it.

    Keys: `seq` counts from 1; `at` is UTC to the microsecond; `kind` and `subject` say what
    happened to what; `public` is for everyone; `commit` is the `commitment` to the words, or
    "" when there are none; `prev` is the leaf hash of the line before; `v` is 1.
    """
    entry = _parse(line, "an entry", _ENTRY)
    if entry["kind"] == ERASURE:
        erased, reason = entry["public"].get("seqs"), entry["public"].get("reason")
        if not (isinstance(erased, list) and erased and all(map(_is_count, erased))):
            raise ValueError("it does not say which entries' words it erased")
        if not (isinstance(reason, str) and reason):
            raise ValueError("it does not say why it erased words")
    return entry


def checkpoint_line(*, origin: str, size: int, root: str, at: str, key: str) -> bytes:
    """The canonical text that is signed: the first `size` entries of `origin` had this `root`."""
    line = canonical({"at": at, "key": key, "origin": origin, "root": root, "size": size})
    _parse(line, "a checkpoint", _CHECKPOINT)
    return line


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement: at `at`, the first `size` entries of `origin` had this `root`."""

    origin: str
    size: int
    root: str
    at: str
    key: str
    line: bytes
    signature: bytes


def parse_checkpoint(line: bytes) -> Checkpoint:
    """A line of checkpoints.jsonl, or a kept one. Raises ValueError; checks no signature."""
    signed = _parse(line, "a signed checkpoint", _SIGNED)
    text = signed["checkpoint"].encode()
    said = _parse(text, "a checkpoint", _CHECKPOINT)
    return Checkpoint(**said, line=text, signature=bytes.fromhex(signed["signature"]))


def fingerprint(root_hex: str) -> str:
    """The short form of a root for e-mails and paper: 16 hex digits in groups of four."""
    return " ".join(root_hex[start : start + 4] for start in range(0, 16, 4))


# --- the checks ------------------------------------------------------------------------------
# `verify` calls them one after the other. Each takes what was read and adds what it found.
# Recounting ballots by their published rules is one more such check, to be called there.


KEPT = "The checkpoint you kept"


class UnreadableError(Exception):
    """The export or an argument cannot be read at all, so nothing can be said about it."""


@dataclass
class Findings:
    """Sentences for a person: what is true, what is wrong, and what could not be ruled out."""

    facts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """What the checks need of a line. A line that cannot be read counts by its position."""

    seq: int
    leaf: bytes
    at: str = ""
    prev: str = ""
    commit: str = ""
    erases: Sequence[int] = ()


def _lines(data: bytes, name: str, findings: Findings) -> list[bytes]:
    lines = data.split(b"\n")
    if lines.pop() != b"":
        findings.problems.append(f"The file {name} does not end with a line end: it was cut off.")
        lines = data.split(b"\n")
    return lines


def read_entries(data: bytes, findings: Findings) -> list[Entry]:
    entries = []
    for number, line in enumerate(_lines(data, "record.jsonl", findings), start=1):
        leaf = leaf_hash(line)
        try:
            said = parse_entry(line)
        except ValueError as problem:
            findings.problems.append(f"Entry {number} cannot be trusted: {problem}.")
            entries.append(Entry(number, leaf))
            continue
        erases = said["public"]["seqs"] if said["kind"] == ERASURE else ()
        entries.append(Entry(said["seq"], leaf, said["at"], said["prev"], said["commit"], erases))
    return entries


def _neighbours(items: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(items, items[1:])  # noqa: B905, RUF007 (Python 3.9 has neither)


def check_order(entries: Sequence[Entry], findings: Findings) -> None:
    """Every number from 1 on stands once, in order; time never goes backwards."""
    seqs = [entry.seq for entry in entries]
    if seqs != list(range(1, len(seqs) + 1)):
        single = sorted(set(seqs))
        for before, after in _neighbours([0, *single]):
            if after > before + 1:
                gone = _these(before + 1, after - 1)
                findings.problems.append(f"{gone} missing: removed from the record.")
        for seq, same in groupby(sorted(seqs)):
            if len(list(same)) > 1:
                findings.problems.append(
                    f"Entry {seq} stands more than once: something was inserted."
                )
        for before, after in _neighbours([0, *seqs]):
            if after < before:
                findings.problems.append(
                    f"Entry {after} stands after entry {before}: the order was changed."
                )
    for earlier, later in _neighbours(entries):
        if later.at and later.at < earlier.at:
            findings.problems.append(
                f"Entry {later.seq} is dated {later.at}, before entry {earlier.seq}"
                f" ({earlier.at}): it was back-dated."
            )


def check_chain(entries: Sequence[Entry], findings: Findings) -> None:
    """Each entry holds the hash of the one numbered before it."""
    leaves: dict[int, set[str]] = {0: {NO_PREVIOUS}}
    for entry in entries:
        leaves.setdefault(entry.seq, set()).add(entry.leaf.hex())
    breaks = sorted(
        {e.seq for e in entries if e.prev and e.prev not in leaves.get(e.seq - 1, {e.prev})}
    )
    last = max((entry.seq for entry in entries), default=0)
    # A changed entry no longer matches what the next one holds of it. If its own link was
    # changed too, it also does not match the one before: then two breaks stand in a row.
    for _, run in groupby(enumerate(breaks), lambda pair: pair[1] - pair[0]):
        seqs = [seq for _, seq in run]
        first, final = seqs[0], seqs[-1]
        if len(seqs) == 2 or final == 1:
            said = f"Entry {first} was changed after it was written, or put in"
        elif len(seqs) > 2:
            said = f"{_these(first, final)} not in one chain: changed, put in or taken out"
        elif final == last:
            said = f"Entry {first - 1} or entry {first} was changed after it was written"
        else:
            said = f"Entry {first - 1} was changed after it was written"
        findings.problems.append(f"{said}. The chain does not hold at entry {first}.")


def check_words(data: bytes, withheld: bytes, entries: Sequence[Entry], findings: Findings) -> None:
    """The words handed out are those committed to; words left out were erased or are withheld.

    Withheld are those that a moderator has hidden, and those of a space that is not open to whoever
    got this copy. Their entries are in the chain like all others; that the words still fit can be
    checked with a copy that has them.
    """
    commits = {entry.seq: entry.commit for entry in entries if entry.commit}
    erased = {seq: entry.seq for entry in entries for seq in entry.erases}
    present: set[int] = set()
    matching = 0
    for number, line in enumerate(_lines(data, "content.jsonl", findings), start=1):
        try:
            words = _parse(line, "kept content", _WORDS)
        except ValueError as problem:
            findings.problems.append(
                f"Line {number} of content.jsonl cannot be trusted: {problem}."
            )
            continue
        seq = words["seq"]
        if seq in present:
            findings.problems.append(f"The words of entry {seq} are given twice.")
        present.add(seq)
        if seq in erased:
            findings.problems.append(
                f"The words of entry {seq} are given, yet entry {erased[seq]} says they"
                " were erased."
            )
        if seq not in commits:
            findings.problems.append(f"Words are given for entry {seq}, which has none.")
        elif commitment(bytes.fromhex(words["salt"]), canonical(words["content"])) == commits[seq]:
            matching += 1
        else:
            findings.problems.append(f"The words of entry {seq} were changed.")
    kept_back: set[int] = set()
    for number, line in enumerate(_lines(withheld, WITHHELD, findings), start=1):
        try:
            kept_back.add(_parse(line, "a note of withheld words", _NOTE)["seq"])
        except ValueError as problem:
            findings.problems.append(f"Line {number} of {WITHHELD} cannot be trusted: {problem}.")
    for seq in sorted(kept_back - (commits.keys() - present - erased.keys())):
        findings.problems.append(f"The words of entry {seq} are noted as withheld, but are not.")
    for seq in sorted(commits.keys() - present - erased.keys() - kept_back):
        findings.problems.append(
            f"The words of entry {seq} are missing, and no entry says they were erased."
        )
    for seq, by in sorted(erased.items()):
        if seq not in commits or seq >= by:
            findings.problems.append(
                f"Entry {by} says it erased the words of entry {seq}, which had none to erase."
            )
    gone = len(commits.keys() & erased.keys() - present)
    findings.facts.append(
        f"Words given that match their entries: {matching:,}. Erased on record: {gone:,}."
    )
    if kept_back:
        findings.limits.append(
            f"The words of {len(kept_back):,} entries are not in this copy: they belong to spaces"
            " that are not open to the person who asked for it, or a moderator hid them. Their"
            " entries were checked; the words can be with a copy that has them."
        )


def read_checkpoints(data: bytes, findings: Findings) -> Iterator[tuple[str, Checkpoint]]:
    for number, line in enumerate(_lines(data, "checkpoints.jsonl", findings), start=1):
        try:
            yield f"Checkpoint {number}", parse_checkpoint(line)
        except ValueError as problem:
            findings.problems.append(f"Checkpoint {number} cannot be trusted: {problem}.")


def check_checkpoints(
    checkpoints: Sequence[tuple[str, Checkpoint]],
    entries: Sequence[Entry],
    roots: dict[int, str],
    key: str,
    findings: Findings,
) -> dict[int, str]:
    """Each was signed with `key` over the entries as they are. Returns the good roots by size."""
    good: dict[int, str] = {}
    origins = sorted({checkpoint.origin for _, checkpoint in checkpoints})
    if len(origins) > 1:
        findings.problems.append(f"The checkpoints are of different records: {origins!a}.")
    for name, said in sorted(checkpoints, key=lambda named: named[1].size):
        signed = f"when {name.lower()} was signed ({said.at})"
        if said.key != key:
            findings.problems.append(f"{name} was signed with another key: the key was swapped.")
        if not signature_holds(bytes.fromhex(said.key), said.line, said.signature):
            findings.problems.append(f"{name} has a signature that does not hold.")
        elif said.size > len(entries):
            findings.problems.append(
                f"{name} counts {said.size:,} entries, but the record has only {len(entries):,}:"
                f" {said.size - len(entries):,} at the end dropped."
            )
        elif said.root != roots[said.size]:
            # Whoever holds the key can sign a rewritten record afresh, so a kept checkpoint
            # takes no other's word for where the change begins.
            sound = 0 if name == KEPT else max(good, default=0)
            findings.problems.append(
                f"{_these(sound + 1, said.size)} not as {signed}: changed, put in or taken out."
            )
        else:
            good[said.size] = said.root
            if said.size and entries[said.size - 1].at > said.at:
                findings.problems.append(
                    f"Entry {said.size} is dated {entries[said.size - 1].at},"
                    f" yet it was there {signed}."
                )
            if said.size < len(entries) and "" < entries[said.size].at < said.at:
                findings.problems.append(
                    f"Entry {said.size + 1} is dated {entries[said.size].at},"
                    f" yet it was not there {signed}: it was back-dated."
                )
    return good


def _roots(entries: Sequence[Entry], sizes: Iterable[int]) -> dict[int, str]:
    """The root over the first n entries, for each n asked for that there is."""
    wanted, frontier, roots = set(sizes), Frontier(), {0: EMPTY_ROOT.hex()}
    for entry in entries:
        frontier.append(entry.leaf)
        if frontier.size in wanted:
            roots[frontier.size] = frontier.root().hex()
    return roots


def verify(
    files: dict[str, bytes],
    *,
    kept: bytes | None = None,
    kept_fingerprint: str | None = None,
    pinned_key: str | None = None,
) -> Findings:
    """Check the files of an export, by name. Raises UnreadableError when one makes no sense at all.

    `kept` is a signed checkpoint somebody kept from earlier, `kept_fingerprint` the 16 hex
    digits of one, `pinned_key` the public key, as hex, known from elsewhere than the export.
    """
    findings = Findings()
    try:
        key = _parse(files["key.json"].rstrip(b"\n"), "a key", _KEY)["key"]
    except ValueError as problem:
        raise UnreadableError(f"The file key.json cannot be read: {problem}.") from None
    if pinned_key not in (None, key):
        findings.problems.append("The key in the export is not the key you gave: it was swapped.")
    entries = read_entries(files["record.jsonl"], findings)
    check_order(entries, findings)
    check_chain(entries, findings)
    check_words(files["content.jsonl"], files.get(WITHHELD, b""), entries, findings)
    checkpoints = list(read_checkpoints(files["checkpoints.jsonl"], findings))
    if kept is not None:
        try:
            checkpoints.append((KEPT, parse_checkpoint(kept)))
        except ValueError as problem:
            raise UnreadableError(f"{KEPT} cannot be read: {problem}.") from None
    sizes = [len(entries), *(checkpoint.size for _, checkpoint in checkpoints)]
    roots = _roots(entries, sizes)
    good = check_checkpoints(checkpoints, entries, roots, pinned_key or key, findings)
    if kept_fingerprint and all(kept_fingerprint != item[:16] for item in good.values()):
        findings.problems.append(
            "No sound checkpoint has the fingerprint you kept: the record was rewritten or cut."
        )
    whole = fingerprint(roots[len(entries)])
    dates = f", dated {entries[0].at} to {entries[-1].at}" if entries else ""
    findings.facts.insert(0, f"Entries: {len(entries):,}{dates}.")
    findings.facts.append(f"Sound checkpoints: {len(good):,}.")
    findings.facts.append(f"Fingerprint of the record as it stands here: {whole}")
    _admit(len(entries), good, bool(kept or kept_fingerprint), bool(pinned_key), findings)
    return findings


def _admit(size: int, good: dict[int, str], kept: bool, pinned: bool, findings: Findings) -> None:
    uncovered = size - max(good, default=0)
    if uncovered:
        findings.limits.append(
            f"No sound checkpoint covers entries after number {size - uncovered:,}, so they could"
            " have been changed by whoever made this export."
        )
    if not kept:
        findings.limits.append(
            "You gave no checkpoint or fingerprint kept from earlier, so a record rewritten from"
            " start to end, or cut short together with its checkpoints, would not be noticed."
            " Look for a fingerprint in an old e-mail or decision sheet."
        )
    if not kept and not pinned:
        findings.limits.append(
            "You gave no key known from elsewhere, so a swapped key would not be noticed."
        )


def _these(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"


# --- the command -----------------------------------------------------------------------------

NAMES = ("record.jsonl", "content.jsonl", "checkpoints.jsonl", "key.json")
WITHHELD = "withheld.jsonl"  # only in copies from which something was kept back
LARGEST_FILE = 2**30  # bytes; a zip can claim far more than a computer holds
MOST_SHOWN = 20


def read_export(path: Path) -> dict[str, bytes]:
    """The four files the checks need, and the fifth if it is there, from a zip file or a folder."""
    try:
        if path.is_dir():
            names = [*NAMES, *([WITHHELD] if (path / WITHHELD).exists() else [])]
            return {name: (path / name).read_bytes() for name in names}
        with zipfile.ZipFile(path) as archive:
            names = [*NAMES, *([WITHHELD] if WITHHELD in archive.namelist() else [])]
            for name in names:
                if archive.namelist().count(name) > 1:
                    raise UnreadableError(f"The file {name} stands in the export twice.")
                if archive.getinfo(name).file_size > LARGEST_FILE:
                    raise UnreadableError(f"The file {name} in the export is too large.")
            return {name: archive.read(name) for name in names}
    except KeyError as missing:
        raise UnreadableError(f"This is not a whole export: {missing.args[0]}.") from None
    except (OSError, zipfile.BadZipFile, RuntimeError, EOFError) as problem:
        raise UnreadableError(f"The export cannot be read: {problem}.") from None


def _read_key(text: str) -> str:
    if not _HASH(text):
        data = Path(text).read_bytes().strip()
        try:
            text = data.decode() if _HASH(data.decode()) else _parse(data, "a key", _KEY)["key"]
        except ValueError as problem:
            raise UnreadableError(f"The key you gave cannot be read: {problem}.") from None
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("export", metavar="EXPORT", type=Path, help="the zip file or its folder")
    parser.add_argument("--checkpoint", metavar="FILE", type=Path, help="one kept from earlier")
    parser.add_argument("--fingerprint", metavar="WORDS", help="16 letters and digits you kept")
    parser.add_argument("--key", metavar="HEX_OR_FILE", help="the key, known from elsewhere")
    asked = parser.parse_args(arguments)
    try:
        kept_fingerprint = re.sub(r"[\s-]", "", asked.fingerprint or "").lower()
        if kept_fingerprint and not re.fullmatch(r"[0-9a-f]{16}", kept_fingerprint):
            raise UnreadableError("A fingerprint has 16 digits and letters from a to f.")
        findings = verify(
            read_export(asked.export),
            kept=asked.checkpoint.read_bytes().strip() if asked.checkpoint else None,
            kept_fingerprint=kept_fingerprint or None,
            pinned_key=_read_key(asked.key) if asked.key else None,
        )
    except (UnreadableError, OSError) as problem:
        print(str(problem).encode("ascii", "backslashreplace").decode(), file=sys.stderr)
        return 2
    print(*findings.facts, sep="\n")
    for found in findings.problems[:MOST_SHOWN]:
        print(f"PROBLEM: {found}")
    if len(findings.problems) > MOST_SHOWN:
        print(f"... and {len(findings.problems) - MOST_SHOWN:,} more problems.")
    if not findings.problems:
        print("No problem was found.")
    for limit in findings.limits:
        print(f"NOT CHECKED: {limit}")
    return 1 if findings.problems else 0


if __name__ == "__main__":
    sys.exit(main())
