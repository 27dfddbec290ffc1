"""Check an exported Throughline record. Needs only Python 3.9 or later; uses no network.

    python verify_record.py EXPORT [--checkpoint FILE] [--fingerprint WORDS] [--key HEX_OR_FILE]

EXPORT is the zip file as it was handed out, or the folder it was unpacked to.
The answer is plain sentences, and an exit code: 0 nothing wrong was found, 1 something is
wrong, 2 the export (or what you typed) could not be read.

This file stands in every export and is also where the portal itself takes these rules from,
so what is written and what is checked cannot drift apart. The format is explained for
outsiders in docs/record-format.md, and how votes are counted in docs/counting.md. The parts, in
order: canonical JSON; the Merkle tree; signatures; the lines of the record; the checks; ballots;
counting them again; the command.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from math import gcd, lcm
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
_BALLOT_NOTE = {"ballot": lambda value: isinstance(value, str) and value != ""}
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
    ballot: dict[str, Any] | None = None  # the whole line, if it is about a ballot


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
        ballot = said if said["kind"] in BALLOT_ACTS else None
        entries.append(
            Entry(said["seq"], leaf, said["at"], said["prev"], said["commit"], erases, ballot)
        )
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


def read_withheld(data: bytes, findings: Findings) -> tuple[set[int], set[str]]:
    """The entries whose words are not in this copy, and the ballots whose votes are not."""
    seqs: set[int] = set()
    ballots: set[str] = set()
    for number, line in enumerate(_lines(data, WITHHELD, findings), start=1):
        try:
            if line.startswith(b'{"ballot"'):
                ballots.add(_parse(line, "a note of withheld votes", _BALLOT_NOTE)["ballot"])
            else:
                seqs.add(_parse(line, "a note of withheld words", _NOTE)["seq"])
        except ValueError as problem:
            findings.problems.append(f"Line {number} of {WITHHELD} cannot be trusted: {problem}.")
    return seqs, ballots


def check_words(
    data: bytes, kept_back: set[int], entries: Sequence[Entry], findings: Findings
) -> dict[int, dict[str, Any]]:
    """The words handed out are those committed to; words left out were erased or are withheld.

    Withheld are those that a moderator has hidden, and those of a space that is not open to whoever
    got this copy. Their entries are in the chain like all others; that the words still fit can be
    checked with a copy that has them. Returns the words, as committed to, of entries about ballots.
    """
    about_ballots = {entry.seq for entry in entries if entry.ballot}
    kept: dict[int, dict[str, Any]] = {}
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
            if seq in about_ballots:
                kept[seq] = words["content"]
        else:
            findings.problems.append(f"The words of entry {seq} were changed.")
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
    return kept


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
    words_kept_back, votes_kept_back = read_withheld(files.get(WITHHELD, b""), findings)
    words = check_words(files["content.jsonl"], words_kept_back, entries, findings)
    check_ballots(files, votes_kept_back, entries, words, findings)
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


# --- ballots ---------------------------------------------------------------------------------
# While a vote runs nothing about a single vote is recorded, since the order in which votes arrive
# could show who voted how. The record holds the rule, when the ballot opens, and a hash of all
# votes together with the result, when it closes. The votes themselves are in a file of their own.

OPENED, REOPENED, CLOSED, ANNULLED = BALLOT_ACTS = (
    "ballot_opened",
    "roll_reopened",
    "ballot_closed",
    "ballot_annulled",
)
BALLOTS = "ballots/"
FORMAT = "throughline-ballots/1"
_UNHASHED = ("names", "question")  # people's words, which may have to be erased one day
_RULE_PARTS: dict[
    str, Any
] = {  # what was fixed at the opening, and what holds where it is left out
    "method": "",
    "variant": "",
    "options": [],
    "lot": [],
    "seats": 1,
    "dots": 10,
    "most": 5,
    "budget": 0,
    "shares": {},
    "quorum": 0,
    "quorums": {},
    "pass_share": 0,
}


def ballot_file(ballot: str) -> str:
    """Where the votes of a ballot (`ballot:7`) stand in an export."""
    return f"{BALLOTS}{ballot.partition(':')[2]}.json"


def ballots_hash(file: Mapping[str, Any]) -> str:
    """What the record says about a file of votes, as hex. The names in it can be erased later."""
    kept = {key: value for key, value in file.items() if key not in _UNHASHED}
    return hashlib.sha256(canonical(kept)).hexdigest()


def check_ballots(
    files: Mapping[str, bytes],
    kept_back: set[str],
    entries: Sequence[Entry],
    words: Mapping[int, dict[str, Any]],
    findings: Findings,
) -> None:
    """The votes of each closed ballot are those that were counted, and give the same result again.

    `kept_back` are ballots whose votes are not in this copy; `words` those of entries, by number.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry.ballot:
            told.setdefault(entry.ballot["subject"], []).append(entry.ballot)
    recounted, unseen, annulled, belonging = 0, [], [], set()
    for ballot, acts in sorted(told.items(), key=lambda item: (len(item[0]), item[0])):
        name = f"Ballot {_ascii(ballot.partition(':')[2])}"
        found: list[str] = []
        kinds = Counter(act["kind"] for act in acts)
        data = files.get(ballot_file(ballot))
        belonging.add(ballot_file(ballot))
        if kinds[ANNULLED]:
            annulled.append(name)
        for kind in (OPENED, CLOSED, ANNULLED):
            if kinds[kind] > 1:
                found.append(f"the record says {kind} of it {kinds[kind]} times")
        if acts[0]["kind"] != OPENED:
            found.append(f"entry {acts[0]['seq']} says {acts[0]['kind']} before it was opened")
        closing = next((act for act in acts if act["kind"] == CLOSED), None)
        if closing is None:
            if data is not None or ballot in kept_back:
                found.append("its votes are given or noted as withheld, yet nothing says it closed")
        elif ballot in kept_back:
            if data is not None:
                found.append("its votes are noted as withheld, but are not")
            unseen.append(name)
        elif data is None:
            found.append(f"it closed (entry {closing['seq']}), and its votes are missing")
        elif acts[0]["kind"] == OPENED:
            before = [act for act in acts if act["seq"] < closing["seq"]]
            wrong, counted = _check_ballot(name, ballot, data, before, closing, words, findings)
            found += wrong
            recounted += counted and not found
        findings.problems += [f"{name}: {problem}." for problem in found]
    for stray in sorted({name for name in files if name.startswith(BALLOTS)} - belonging):
        findings.problems.append(f"The file {stray!a} belongs to no ballot of this record.")
    for ballot in sorted(kept_back - told.keys()):
        findings.problems.append(
            f"Votes of {ballot!a} are noted as withheld; there is no such ballot."
        )
    if told:
        findings.facts.append(f"Ballots counted again, with the result on record: {recounted:,}.")
    if annulled:
        findings.facts.append(f"Annulled, so that their result does not hold: {_listed(annulled)}.")
    if unseen:
        findings.limits.append(
            f"The votes of {len(unseen):,} ballots are not in this copy, since they were held in"
            f" spaces not open to the person who asked for it ({_listed(unseen)}). They can be"
            " counted again with a copy that has them."
        )
    if recounted:
        findings.limits.append(
            "Whether the people on a roll are who they should be, and each vote was cast by one of"
            " them, cannot be seen from votes without names. Voters can look for their own vote by"
            " the code on their receipt."
        )


def _check_ballot(
    name: str,
    ballot: str,
    data: bytes,
    before: Sequence[dict[str, Any]],
    closing: dict[str, Any],
    words: Mapping[int, dict[str, Any]],
    findings: Findings,
) -> tuple[list[str], bool]:
    """What is wrong with a file of votes, beside what the record says before and at the closing.

    And whether the votes were counted again.
    """
    opening, said = before[0]["public"], closing["public"]
    try:
        file = parse_strict(data[:-1] if data.endswith(b"\n") else data)
        votes = _votes_of(file)
    except ValueError as problem:
        return [f"the file of its votes cannot be trusted: {problem}"], False
    if file.get("ballot") != ballot:
        return [f"the file of its votes is that of {file.get('ballot')!a}: it was swapped"], False
    found = [
        f"its rule was changed: {part!r} is not what it was when it opened (entry"
        f" {before[0]['seq']})"
        for part, usual in _RULE_PARTS.items()
        if _plain(part, file.get(part, usual)) != _plain(part, opening.get(part, usual))
    ]
    cast = said.get("cast")
    if not _is_count(cast):
        return [*found, f"entry {closing['seq']} does not say how many votes were counted"], False
    if len(votes) != cast:
        what = "added" if len(votes) > cast else "taken out"
        found.append(
            f"votes were {what}: {len(votes):,} are given, and {cast:,} were counted (entry"
            f" {closing['seq']})"
        )
    found += _check_codes([vote.get("code") for vote in votes])
    found += _check_roll(cast, before)
    if any(vote.get("number", 1) != 1 for vote in votes):
        return [*found, "a vote stands for several people, and each may cast one"], False
    if said.get("ballots") != ballots_hash(file):
        what = "" if found else ": a vote was changed, or what is said about the votes"
        found.append(
            f"the file of its votes is not what was counted (entry {closing['seq']}){what}"
        )
    found += _check_time(before[0], closing)
    found += _check_names(name, file, before[0], words, findings)
    if file.get("variant") != VARIANTS.get(str(file.get("method"))):
        findings.limits.append(
            f"{name}: it was counted by the rule {file.get('variant')!a}, which this program does"
            " not know. Take the one that came with the portal at that time."
        )
        return found, False
    return [*found, *_check_count(name, file, closing, findings)], True


def _votes_of(file: Any) -> list[dict[str, Any]]:
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        raise ValueError(f"it does not say that its format is {FORMAT}")
    votes = file.get("ballots")
    if not isinstance(votes, list) or not all(isinstance(vote, dict) for vote in votes):
        raise ValueError("it has no list of votes")
    return votes


def _plain(part: str, value: Any) -> Any:
    """A part of a rule for comparing: of an option only what the record has of it."""
    if part == "options" and isinstance(value, list):
        return [
            (option.get("id"), option.get("proposal", ""), option.get("cost", 0))
            if isinstance(option, dict)
            else option
            for option in value
        ]
    return value


def _check_codes(codes: Sequence[Any]) -> Iterator[str]:
    if not all(isinstance(code, str) and code for code in codes):
        yield "a vote has no code: it was added or changed"
        return
    for before, after in _neighbours(codes):
        if before == after:
            yield f"the vote with the code {after!a} is given twice"
        elif after < before:
            yield f"the vote with the code {after!a} is not in its place: it was added or changed"


def _check_roll(cast: int, before: Sequence[dict[str, Any]]) -> Iterator[str]:
    roll = 0
    for act in before:
        now = act["public"].get("roll")
        if act["kind"] in (OPENED, REOPENED):
            if not _is_count(now):
                yield f"entry {act['seq']} does not say how many are on the roll"
            elif now < roll:
                yield f"somebody was taken off its roll while it was open (entry {act['seq']})"
            else:
                roll = now
    if cast > roll:
        yield f"{cast:,} votes were counted, and only {roll:,} were on the roll"


def _check_time(opened: dict[str, Any], closing: dict[str, Any]) -> Iterator[str]:
    try:
        ends = datetime.fromisoformat(opened["public"]["closes_at"].replace("Z", "+00:00"))
        ended = datetime.fromisoformat(closing["at"].replace("Z", "+00:00"))
        too_soon = ended < ends and not closing["public"].get("early")
    except (AttributeError, KeyError, TypeError, ValueError):
        yield f"entry {opened['seq']} does not say when voting ends"
        return
    if too_soon:
        yield f"it closed before its time, and entry {closing['seq']} does not say so"


def _check_names(
    name: str,
    file: dict[str, Any],
    opened: dict[str, Any],
    words: Mapping[int, dict[str, Any]],
    findings: Findings,
) -> Iterator[str]:
    """Options are called what they were when the ballot opened, as far as those words are given."""
    then, now = words.get(opened["seq"], {}).get("names"), file.get("names", {})
    if not isinstance(then, dict) or not isinstance(now, dict):
        return
    for option in sorted(now):
        if option in then and now[option] != then[option]:
            if now[option] in then.values():
                yield f"option {option!a} has the name of another one: names were swapped"
            else:
                findings.limits.append(
                    f"{name}: option {option!a} is not called what it was when voting opened, or"
                    f" its name was hidden. The name that counts is in the words of entry"
                    f" {opened['seq']}."
                )


def _check_count(
    name: str, file: dict[str, Any], closing: dict[str, Any], findings: Findings
) -> Iterator[str]:
    """The votes give the result that was written down when they were counted."""
    try:
        winners, order = recount(file)
    except ValueError as problem:
        yield f"its votes cannot be counted: {problem}"
        return
    for what, counted in (("winners", winners), ("order", order)):
        if closing["public"].get(what) != counted:
            yield (
                f"counted again, the {what} should be: {_listed(counted) or 'none'}. Entry"
                f" {closing['seq']} says something else"
            )
    unseen = file.get("quorums") and not any("role" in vote for vote in file["ballots"])
    if unseen:
        findings.limits.append(
            f"{name}: its votes do not say roles, so whether enough people of each role voted could"
            " not be counted; that is taken from what was published."
        )


def _listed(items: Iterable[str]) -> str:
    return ", ".join(map(_ascii, items))


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()


# --- counting ballots again ------------------------------------------------------------------
# Every rule of docs/counting.md once more, written apart from the portal's own counting, as plainly
# as it can be and with whole numbers and fractions only. An option's `luck` is its place in the
# lot that was drawn before voting; the lowest is the luckiest.

VARIANTS = {
    "tick": "tick-2",
    "dots": "dots-1",
    "score": "score-1",
    "consent": "consent-2",
    "pairs": "pairs-1",
    "rank_one": "schulze-winning-votes-1",
    "rank_several": "scottish-stv-1",
    "budget": "equal-shares-add1-1",
    "greedy": "greedy-1",
}
Outcome = tuple[list[str], list[str]]  # who is chosen, in order; and all options in order


@dataclass
class Poll:
    """The votes of a ballot, its options and its settings, each looked through."""

    ids: list[str]
    luck: dict[str, int]
    votes: list[Any]  # the choice of each person
    roles: list[str]  # and their role, or ""
    cost: dict[str, Fraction]
    budget: Fraction
    shares: dict[str, Fraction]
    quorums: dict[str, int]
    short: list[str]
    number: dict[str, int]  # seats, dots, most, quorum, pass_share, answered

    def ordered(
        self, options: Iterable[str], figures: Callable[[str], tuple[Any, ...]]
    ) -> list[str]:
        """From the highest figures down, equal ones by luck."""
        by_luck = sorted(options, key=lambda option: self.luck[option])
        return sorted(by_luck, key=figures, reverse=True)


def recount(file: Mapping[str, Any]) -> Outcome:
    """Who is chosen by the votes in a published file, and the order in which all options end.

    Raises ValueError, saying why, if they cannot be counted.
    """
    method = file.get("method")
    if not isinstance(method, str) or method not in VARIANTS:
        raise ValueError(f"there is no method {method!a}")
    poll = _poll(file)
    winners, order = _METHODS[method](poll)
    return ([] if _quorum_is_missed(poll) else winners), order


def _quorum_is_missed(poll: Poll) -> bool:
    if len(poll.votes) < poll.number["quorum"]:
        return True
    told = any(poll.roles)
    return any(
        role in poll.short or (told and poll.roles.count(role) < quorum)
        for role, quorum in poll.quorums.items()
    )


def _poll(file: Mapping[str, Any]) -> Poll:
    options, lot = file.get("options"), file.get("lot")
    _hold(isinstance(options, list) and isinstance(lot, list), "options or the lot are no list")
    _hold(
        all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in options or ()),
        "an option has no id",
    )
    ids = [option["id"] for option in options or ()]
    _hold(len(set(ids)) == len(ids), "an option stands there twice")
    _hold(
        lot is not None
        and all(isinstance(each, str) for each in lot)
        and sorted(lot) == sorted(ids),
        "the lot does not hold every option once",
    )
    usual = {"seats": 1, "dots": 10, "most": 5, "quorum": 0, "pass_share": 0, "answered": 0}
    number = {key: _whole(file.get(key, value), key) for key, value in usual.items()}
    _hold(number["seats"] > 0, "nothing was to be chosen")
    _hold(number["pass_share"] <= 100, "a share is more than 100 percent")
    quorums, shares, short = file.get("quorums", {}), file.get("shares", {}), file.get("short", [])
    _hold(
        isinstance(quorums, dict) and isinstance(shares, dict), "quorums or shares are not by role"
    )
    _hold(
        isinstance(short, list) and all(each in quorums for each in short),
        "a role fell short of a quorum that it does not have",
    )
    votes: list[Any] = []
    roles: list[str] = []
    for vote in _votes_of({"format": FORMAT, "ballots": file.get("ballots")}):
        people, role = _whole(vote.get("number", 1), "number"), vote.get("role", "")
        _hold(people > 0 and isinstance(role, str) and "choice" in vote, "a vote is no vote")
        votes += [vote["choice"]] * people
        roles += [role] * people
    return Poll(
        ids=ids,
        luck={option: place for place, option in enumerate(lot or ())},
        votes=votes,
        roles=roles,
        cost={option["id"]: _amount(option.get("cost", 0)) for option in options or ()},
        budget=_amount(file.get("budget", 0)),
        shares={role: _amount(share) for role, share in shares.items()},
        quorums={role: _whole(quorum, "quorums") for role, quorum in quorums.items()},
        short=short,
        number=number,
    )


def _hold(true: bool, otherwise: str) -> None:
    if not true:
        raise ValueError(otherwise)


def _whole(value: Any, what: str) -> int:
    _hold(_is_count(value), f"{what!a} is not a whole number from 0 up")
    return int(value)


def _amount(value: Any) -> Fraction:
    """Money or a share: a whole number, or one with parts as text, such as "5/2"."""
    if isinstance(value, str):
        _hold(bool(re.fullmatch(r"[0-9]{1,18}(/[1-9][0-9]{0,17})?", value)), "money is no number")
        return Fraction(value)
    return Fraction(_whole(value, "money"))


def _ids_in(choice: Any, poll: Poll) -> list[str]:
    """A choice that is a list of options, each once."""
    _hold(isinstance(choice, list), "a vote is not a list of options")
    _hold(
        all(isinstance(each, str) and each in poll.luck for each in choice),
        "a vote is for something that is not an option",
    )
    _hold(len(set(choice)) == len(choice), "a vote has the same option twice")
    return list(choice)


def _points_in(choice: Any, poll: Poll) -> dict[str, int]:
    """A choice that gives options a number each."""
    _hold(isinstance(choice, dict), "a vote does not say how much it gives to which option")
    _ids_in(list(choice), poll)
    return {option: _whole(points, "a vote") for option, points in choice.items()}


def _tick(poll: Poll) -> Outcome:
    ticks = Counter(option for vote in poll.votes for option in _ids_in(vote, poll))
    order = poll.ordered(poll.ids, lambda option: (ticks[option],))
    needed = Fraction(poll.number["pass_share"], 100) * len(poll.votes)
    enough = [option for option in order if ticks[option] and ticks[option] >= needed]
    return enough[: poll.number["seats"]], order


def _dots(poll: Poll) -> Outcome:
    dots: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for vote in poll.votes:
        given = _points_in(vote, poll)
        _hold(sum(given.values()) <= poll.number["dots"], "a vote has too many dots")
        _hold(max(given.values(), default=0) <= poll.number["most"], "a vote has too many on one")
        dots.update(given)
        people.update(option for option in given if given[option])
    order = poll.ordered(poll.ids, lambda option: (dots[option], people[option]))
    return [option for option in order if dots[option]][: poll.number["seats"]], order


def _score(poll: Poll) -> Outcome:
    scores: dict[str, list[int]] = {option: [] for option in poll.ids}
    for vote in poll.votes:
        for option, score in _points_in(vote, poll).items():
            _hold(1 <= score <= 5, "a score is not from 1 to 5")
            scores[option].append(score)

    def figures(option: str) -> tuple[Any, ...]:
        people = len(scores[option])
        return (Fraction(sum(scores[option]), people) if people else Fraction(0)), people

    order = poll.ordered(poll.ids, figures)
    return [option for option in order if scores[option]][: poll.number["seats"]], order


def _pairs(poll: Poll) -> Outcome:
    picked: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for vote in poll.votes:
        _hold(isinstance(vote, list), "a vote is not a list of pairs")
        for pair in vote:
            _hold(len(_ids_in(pair, poll)) == 2, "a pair is not two options")
            picked[pair[0]] += 1
            passed[pair[1]] += 1

    def figures(option: str) -> tuple[Any, ...]:
        shown = picked[option] + passed[option]
        return Fraction(100 * (picked[option] + 1), shown + 2), shown

    order = poll.ordered(poll.ids, figures)
    return [option for option in order if picked[option]][: poll.number["seats"]], order


def _consent(poll: Poll) -> Outcome:
    _hold(len(poll.ids) == 1, "consent is about one option")
    words = ("agree", "abstain", "disagree", "object")
    _hold(
        all(isinstance(vote, str) and vote in words for vote in poll.votes),
        "a vote is none of: " + ", ".join(words),
    )
    agree, objections = poll.votes.count("agree"), poll.votes.count("object")
    against = poll.votes.count("disagree") + objections
    if poll.number["pass_share"]:
        agreed = 100 * agree >= poll.number["pass_share"] * (agree + against)
    else:
        agreed = agree > against
    answered = objections <= poll.number["answered"]
    return (poll.ids if agree and agreed and answered else []), poll.ids


def _levels_in(choice: Any, poll: Poll) -> list[list[str]]:
    """A choice that ranks: lists of options from the best down, equal ones in one list."""
    _hold(isinstance(choice, list), "a vote is not a ranking")
    levels = [level if isinstance(level, list) else [level] for level in choice]
    _ids_in([option for level in levels for option in level], poll)
    return levels


def _rank_one(poll: Poll) -> Outcome:
    papers = [_levels_in(vote, poll) for vote in poll.votes]
    above = {(a, b): 0 for a in poll.ids for b in poll.ids}  # how many put a above b
    for paper in papers:
        place = {option: n for n, level in enumerate(paper) for option in level}
        for a, b in above:
            above[a, b] += place.get(a, len(paper)) < place.get(b, len(paper))
    # A path is as strong as its weakest link. Longer ones are tried until none is stronger.
    strength = {(a, b): above[a, b] if above[a, b] > above[b, a] else 0 for a, b in above}
    stronger = True
    while stronger:
        stronger = False
        for a, b in strength:
            through = max(min(strength[a, via], strength[via, b]) for via in poll.ids)
            if through > strength[a, b]:
                strength[a, b], stronger = through, True
    order: list[str] = []
    while len(order) < len(poll.ids):
        left = [option for option in poll.ids if option not in order]
        best = [a for a in left if all(strength[a, b] >= strength[b, a] for b in left)]
        order.append(min(best, key=lambda option: poll.luck[option]))
    return (order[:1] if any(papers) else []), order


def _rank_several(poll: Poll) -> Outcome:
    papers = [_until_unclear(_levels_in(vote, poll)) for vote in poll.votes]
    papers = [paper for paper in papers if paper]
    one = 100_000  # a vote is worth so many of the smallest part that is counted
    seats = poll.number["seats"]
    quota = (len(papers) // (seats + 1) + 1) * one
    # On each option's pile lie papers, with what each is worth there.
    piles = {o: [(paper, one) for paper in papers if paper[0] == o] for o in poll.ids}
    votes = {option: len(pile) * one for option, pile in piles.items()}
    going, elected, out = list(poll.ids), [], []
    surplus: list[str] = []
    rounds: list[dict[str, int]] = []

    def pick(options: Sequence[str], sign: int) -> str:
        """With most (1) or fewest (-1) votes: now, or when last not equal, or else by lot."""
        tied = list(options)
        for then in [votes, *reversed(rounds)]:
            best = max(sign * then[option] for option in tied)
            tied = [option for option in tied if sign * then[option] == best]
        return min(tied, key=lambda option: sign * poll.luck[option])

    def elect(options: list[str]) -> None:
        while options:
            option = pick(options, 1)
            options.remove(option)
            going.remove(option)
            elected.append(option)
            if votes[option] > quota:
                surplus.append(option)

    def hand_on(option: str, part: int, whole: int) -> None:
        """Each paper goes to its next option that is still in, at that part of its worth, cut."""
        pile, piles[option] = piles[option], []
        votes[option] -= part
        for paper, value in pile:
            to = next((each for each in paper[paper.index(option) + 1 :] if each in going), None)
            if to is not None:
                piles[to].append((paper, part * value // whole))
                votes[to] += part * value // whole

    while papers:
        rounds.append(dict(votes))
        elect([option for option in going if votes[option] >= quota])
        if len(going) <= seats - len(elected):
            elect(list(going))
        if len(elected) >= seats or not going:
            break
        if surplus:
            option = pick(surplus, 1)
            surplus.remove(option)
            over = votes[option] - quota
            hand_on(option, over, votes[option])
        else:
            option = pick(going, -1)
            going.remove(option)
            out.append(option)
            hand_on(option, votes[option], votes[option])
    left = poll.ordered(going, lambda option: (votes[option],))
    return elected, [*elected, *left, *reversed(out)]


def _until_unclear(levels: Sequence[list[str]]) -> list[str]:
    """A paper as far as it says one option at a time."""
    clear: list[str] = []
    for level in levels:
        if len(level) != 1:
            break
        clear += level
    return clear


def _greedy(poll: Poll) -> Outcome:
    _check_money(poll)
    votes: Counter[str] = Counter()
    for vote in poll.votes:
        votes.update(_points_in(vote, poll) if isinstance(vote, dict) else _ids_in(vote, poll))
    order = poll.ordered(poll.ids, lambda option: (votes[option], -poll.cost[option]))
    return _as_money_lasts([o for o in order if votes[o]], poll, poll.budget), order


def _check_money(poll: Poll) -> None:
    _hold(bool(poll.budget), "there is no budget")
    _hold(all(poll.cost.values()), "an option has no cost")


def _as_money_lasts(options: Iterable[str], poll: Poll, money: Fraction) -> list[str]:
    taken = []
    for option in options:
        if poll.cost[option] <= money:
            money -= poll.cost[option]
            taken.append(option)
    return taken


def _budget(poll: Poll) -> Outcome:
    """Equal Shares. People who ticked the same, in the same role, are counted as one bundle."""
    _check_money(poll)
    ticked = [frozenset(_ids_in(vote, poll)) for vote in poll.votes]
    bundles = Counter((vote, role) for vote, role in zip(ticked, poll.roles) if vote)  # noqa: B905
    fans = {o: [bundle for bundle in bundles if o in bundle[0]] for o in poll.ids}
    votes = {o: sum(bundles[bundle] for bundle in fans[o]) for o in poll.ids}
    can = [o for o in poll.ids if votes[o] and poll.cost[o] <= poll.budget]
    bought: list[str] = []
    raised = 0
    while len(bought) < len(can):
        money = _money(poll, bundles, raised)
        more = _equal_shares(poll, can, fans, bundles, money)
        if sum(poll.cost[o] for o in more) > poll.budget:
            break
        bought, raised = more, raised + 1
    rest = poll.ordered(
        (o for o in poll.ids if o not in bought), lambda o: (votes[o], -poll.cost[o])
    )
    left = poll.budget - sum(poll.cost[o] for o in bought)
    winners = bought + _as_money_lasts([o for o in rest if votes[o]], poll, left)
    return winners, winners + [o for o in rest if o not in winners]


Bundle = tuple[frozenset[str], str]  # what was ticked, and the role of those who ticked it


def _money(poll: Poll, bundles: Counter[Bundle], raised: int) -> dict[Bundle, int]:
    """What each person of a bundle holds, in whole pounds, after so many raises by 1."""
    people = sum(bundles.values())
    total = poll.budget + raised * people
    if not poll.shares:
        return dict.fromkeys(bundles, int(total / people))
    roles: Counter[str] = Counter()
    for (_, role), number in bundles.items():
        _hold(role in poll.shares, f"there is no share of the budget for the role {role!a}")
        roles[role] += number
    whole = sum(poll.shares[role] for role in roles)
    _hold(bool(whole), "the roles that voted have no share of the budget")
    return {
        bundle: int(total * poll.shares[bundle[1]] / whole / roles[bundle[1]]) for bundle in bundles
    }


def _equal_shares(
    poll: Poll,
    can: Sequence[str],
    fans: Mapping[str, Sequence[Bundle]],
    size: Mapping[Bundle, int],
    pounds: Mapping[Bundle, int],
) -> list[str]:
    """What is bought with what people hold, in order.

    Money is in whole numbers: a pound has `parts`, made finer where a payment would not be whole.
    """
    parts = lcm(*(poll.cost[option].denominator for option in can))
    money = {bundle: held * parts for bundle, held in pounds.items()}
    most = {o: Fraction(sum(size[bundle] for bundle in fans[o])) for o in can}  # effective votes
    rank = {o: (-poll.cost[o], most[o], -poll.luck[o]) for o in can}
    left, bought = list(can), list[str]()
    while True:
        best: tuple[Any, ...] = ()
        for option in sorted(left, key=lambda o: most[o], reverse=True):
            if best and most[option] < best[0]:
                break  # money only gets less, so that effective votes never rise again
            cost = int(poll.cost[option] * parts)
            owed, among = cost, sum(size[bundle] for bundle in fans[option])
            if sum(money[bundle] * size[bundle] for bundle in fans[option]) < cost:
                left.remove(option)
                continue
            for bundle in sorted(fans[option], key=lambda each: money[each]):
                if money[bundle] * among >= owed:
                    break
                owed -= money[bundle] * size[bundle]  # they give all they have
                among -= size[bundle]
            most[option] = Fraction(cost * among, owed)
            best = max(best, (most[option], *rank[option], option, owed, among))
        if not best:
            return bought
        *_, option, owed, among = best
        finer = among // gcd(owed, among)
        parts, owed = parts * finer, owed * finer
        money = {bundle: held * finer for bundle, held in money.items()}
        for bundle in fans[option]:
            money[bundle] = max(0, money[bundle] - owed // among)
        left.remove(option)
        bought.append(option)


_METHODS: dict[str, Callable[[Poll], Outcome]] = {
    "tick": _tick,
    "dots": _dots,
    "score": _score,
    "consent": _consent,
    "pairs": _pairs,
    "rank_one": _rank_one,
    "rank_several": _rank_several,
    "budget": _budget,
    "greedy": _greedy,
}


# --- the command -----------------------------------------------------------------------------

NAMES = ("record.jsonl", "content.jsonl", "checkpoints.jsonl", "key.json")
WITHHELD = "withheld.jsonl"  # only in copies from which something was kept back
LARGEST_FILE = 2**30  # bytes; a zip can claim far more than a computer holds
MOST_SHOWN = 20


def read_export(path: Path) -> dict[str, bytes]:
    """The files the checks need, and those that may be there, from a zip file or a folder."""
    try:
        if path.is_dir():
            ballots = sorted(each.name for each in (path / BALLOTS).glob("*"))
            names = [*NAMES, *([WITHHELD] if (path / WITHHELD).exists() else [])]
            names += [BALLOTS + name for name in ballots]
            return {name: (path / name).read_bytes() for name in names}
        with zipfile.ZipFile(path) as archive:
            there = Counter(archive.namelist())
            names = [*NAMES, *([WITHHELD] if WITHHELD in there else [])]
            names += sorted(name for name in there if name.startswith(BALLOTS) and name != BALLOTS)
            for name in names:
                if there[name] > 1:
                    raise UnreadableError(f"The file {name!a} stands in the export twice.")
                if archive.getinfo(name).file_size > LARGEST_FILE:
                    raise UnreadableError(f"The file {name!a} in the export is too large.")
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
