"""Writing a partnership's record out as one zip that anybody can check (docs/record-format.md).

The rows are read one by one, so that the size of a record does not matter.
"""

import os
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, TypeVar, cast

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from portal import record, verify_record
from portal.models import Checkpoint, Participant, Partnership, RecordContent, RecordEntry

Row = TypeVar("Row", bound=Model)
README = """\
The record of {name}
{rule}

Here is everything that was proposed, decided, changed and erased in this partnership, in the order
in which it happened, and the means to check that nothing in it was altered later.

To check it you need Python 3.9 or newer, and no network. In the folder of this file, type:

    python verify_record.py .

Better still, use a verify_record.py you got earlier or from elsewhere, and a fingerprint from an
old e-mail or decision sheet:

    python verify_record.py THE-ZIP-FILE --fingerprint "3f2a 99c1 0b7e 5d21"

Without such a fingerprint, a record rewritten from start to end cannot be told from the true one.
Keep this file, or the fingerprint below, for the next time.

    Entries: {size}
    Fingerprint: {fingerprint}

record.jsonl       the entries, one a line
content.jsonl      the words that belong to them, where they were not erased
ballots            only if there was a vote: the votes of each one that has closed, without
                   anybody's name, and its rule, so that it can be counted again
withheld.jsonl     only if you have it: entries whose words you may not read: of a space you
                   are not in, or hidden by a moderator; and votes held in such a space
checkpoints.jsonl  signed statements of how long the record was, and what it held
key.json           the key that checks the signatures
verify_record.py   the program that checks all this; it is meant to be read

The words in here are for the people of the partnership. Please pass them on with care.
"""


# Which spaces (references) somebody may not read. The app that has spaces registers itself.
Closed = Callable[[Participant], set[str]]
_closed_to: list[Closed] = []


def closed_to(find: Closed) -> Closed:
    """Register who says which spaces are closed to a participant."""
    _closed_to.append(find)
    return find


# Which entries of a partnership (an id) have words that a moderator has hidden.
Hidden = Callable[[int], QuerySet[RecordEntry]]
_hidden_in: list[Hidden] = []


def hidden_in(find: Hidden) -> Hidden:
    """Register who says which entries of a partnership (an id) have hidden words."""
    _hidden_in.append(find)
    return find


# Closed ballots of a partnership, each by its reference and as published: None instead of what is
# not for the reader (None: the operator, to whom nothing is closed).
Ballots = Callable[[Partnership, Participant | None], Iterable[tuple[str, dict[str, Any] | None]]]
_with_ballots: list[Ballots] = []


def with_ballots(find: Ballots) -> Ballots:
    """Register who gives the published votes of a partnership's closed ballots."""
    _with_ballots.append(find)
    return find


def _kept_back(partnership_id: int, reader: Participant) -> Q:
    """The words that stay out of somebody's copy."""
    closed = {space for find in _closed_to for space in find(reader)}
    kept_back = Q(space__in=closed)
    for find in _hidden_in:
        kept_back |= Q(seq__in=find(partnership_id).values("seq"))
    return kept_back


def write(partnership: Partnership, out: IO[bytes], *, reader: Participant | None = None) -> int:
    """Write the record, as it stands, to `out` as a zip. Returns how many entries it has.

    Words of spaces closed to `reader` (None: the operator, to whom nothing is) and words that are
    hidden stay out of it, and `withheld.jsonl` says which entries they belong to. So do the votes
    of ballots that `reader` may not see.

    The record's head stays locked meanwhile: words erased between reading the entries and reading
    the words would look like words that are missing.
    """
    with transaction.atomic():
        head = record.locked_head(partnership.pk)
        of_this = {"partnership_id": partnership.pk}
        entries = RecordEntry.objects.filter(**of_this).order_by("seq")
        words = RecordContent.objects.filter(**of_this).order_by("seq")
        withheld = words.none()
        if reader is not None:
            kept_back = _kept_back(partnership.pk, reader)
            words, withheld = words.exclude(kept_back), words.filter(kept_back)
        checkpoints = Checkpoint.objects.filter(**of_this).order_by("pk")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            _write_lines(archive, "record.jsonl", entries, lambda entry: entry.line.encode())
            _write_lines(archive, "content.jsonl", words, _words_line)
            unseen = _write_ballots(archive, partnership, reader)
            if unseen or withheld.exists():
                _write_lines(archive, verify_record.WITHHELD, withheld, _withheld_line, unseen)
            _write_lines(archive, "checkpoints.jsonl", checkpoints, _checkpoint_line)
            key = verify_record.canonical({"algorithm": "Ed25519", "key": record.public_key()})
            archive.writestr("key.json", key + b"\n")
            archive.write(verify_record.__file__, "verify_record.py")
            archive.writestr("README.txt", _readme(partnership, head.size, record.root_of(head)))
    return head.size


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that is there whole or not at all: moved into place when the block has ended."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
        try:
            yield part
            part.flush()
            os.fsync(part.fileno())
            os.replace(part.name, path)
        except BaseException:
            os.unlink(part.name)
            raise


def _write_ballots(
    archive: zipfile.ZipFile, partnership: Partnership, reader: Participant | None
) -> list[bytes]:
    """A file for each closed ballot; returns the lines that name those left out."""
    unseen = []
    for find in _with_ballots:
        for ballot, file in find(partnership, reader):
            if file is None:
                unseen.append(verify_record.canonical({"ballot": ballot}))
            else:
                data = verify_record.canonical(file) + b"\n"
                archive.writestr(verify_record.ballot_file(ballot), data)
    return unseen


def _write_lines(
    archive: zipfile.ZipFile,
    name: str,
    rows: QuerySet[Row],
    line_of: Callable[[Row], bytes],
    more: Iterable[bytes] = (),
) -> None:
    # Closed at once when something fails, while the database's cursor is still there to close.
    each_row = cast("Generator[Row, None, None]", rows.iterator(chunk_size=2000))
    with archive.open(name, "w", force_zip64=True) as member, closing(each_row):
        for row in each_row:
            member.write(line_of(row) + b"\n")
        for line in more:
            member.write(line + b"\n")


def _words_line(words: RecordContent) -> bytes:
    return verify_record.canonical({"content": words.content, "salt": words.salt, "seq": words.seq})


def _withheld_line(words: RecordContent) -> bytes:
    return verify_record.canonical({"seq": words.seq})


def _checkpoint_line(checkpoint: Checkpoint) -> bytes:
    return verify_record.canonical(
        {"checkpoint": checkpoint.line, "signature": checkpoint.signature}
    )


def _readme(partnership: Partnership, size: int, root: str) -> str:
    return README.format(
        name=partnership.name,
        rule="=" * len(f"The record of {partnership.name}"),
        size=f"{size:,}",
        fingerprint=verify_record.fingerprint(root),
    )
