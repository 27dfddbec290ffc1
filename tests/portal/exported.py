"""A small record as an export holds it, and whoever tampers with it or has it checked."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

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


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def unpacked(files, path):
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def zipped(files, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path
