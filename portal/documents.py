"""Documents people upload: a short list of kinds, told by what is in them and not by their name.

They are never opened here, only looked at: a packed document's parts are added up from its list of
contents without unpacking one. What passes is handed out for download, never shown as a page.
"""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

from django.core.files.base import File
from django.utils.translation import gettext as _

from portal.refusal import Refusal

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 2_000
MOST_LISTED = 500_000  # bytes of a packed document's list of contents
_END_OF_LIST = struct.Struct("<4sHHHHIIH")


class UnableToReadDocument(Refusal):
    """It is too large, or none of the kinds we take."""


def content_type_of(upload: File) -> str:
    """The content type of an uploaded document. Raises UnableToReadDocument.

    Its name must end as its content says: a PDF that is called letter.txt is refused.
    """
    if upload.size > MOST_BYTES:
        raise UnableToReadDocument(
            _("This document is larger than 10 MB. Please choose a smaller one.")
        )
    upload.seek(0)
    content = upload.read()
    ending = (upload.name or "").rpartition(".")[2].lower()
    if ending in KINDS:
        content_type, fits = KINDS[ending]
        if fits(content):
            return content_type
    raise UnableToReadDocument(
        _("We take PDF, Word (.docx), OpenDocument (.odt) and plain text. This is something else.")
    )


def _is_pdf(content: bytes) -> bool:
    """A PDF from its first byte to its end, and no packed file besides."""
    is_pdf = content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]
    return is_pdf and not zipfile.is_zipfile(BytesIO(content))


def _is_text(content: bytes) -> bool:
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(words.strip()) and not any(
        ord(each) < 32 and each not in "\t\n\r\f" for each in set(words)
    )


def _is_docx(content: bytes) -> bool:
    parts = _parts(content)
    names = {part.filename for part in parts}
    return {"[Content_Types].xml", "word/document.xml"} <= names and not any(
        name.lower().endswith("vbaproject.bin") for name in names
    )


def _is_odt(content: bytes) -> bool:
    """An OpenDocument text says so in its first part, which is never packed."""
    parts = _parts(content)
    says = b"mimetypeapplication/vnd.oasis.opendocument.text"
    return (
        bool(parts)
        and parts[0].compress_type == zipfile.ZIP_STORED
        and content[30 : 30 + len(says)] == says
        and content[30 + len(says) : 32 + len(says)] == b"PK"
        and "content.xml" in {part.filename for part in parts}
    )


def _parts(content: bytes) -> list[zipfile.ZipInfo]:
    """What a packed document lists, if it is packed from its first byte to its last; else nothing.

    Raises UnableToReadDocument for one that would unfold into more than anybody can read.
    """
    end = content[-_END_OF_LIST.size :]
    if not content.startswith(b"PK\x03\x04") or len(end) < _END_OF_LIST.size:
        return []
    mark, _disk, _first, _here, number, listed, _at, comment = _END_OF_LIST.unpack(end)
    if mark != b"PK\x05\x06" or comment:
        return []
    if number > MOST_PARTS or listed > MOST_LISTED:
        raise _unfolds_too_far()
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return []
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise _unfolds_too_far()
    is_whole = bool(parts) and min(part.header_offset for part in parts) == 0
    is_locked = any(part.flag_bits & 1 for part in parts)
    return parts if is_whole and not is_locked else []


def _unfolds_too_far() -> UnableToReadDocument:
    return UnableToReadDocument(
        _("This document unfolds into far more than it seems, so we cannot take it.")
    )


# Ending → content type, and whether the content is of that kind.
KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _is_pdf),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _is_docx,
    ),
    "odt": ("application/vnd.oasis.opendocument.text", _is_odt),
    "txt": ("text/plain; charset=utf-8", _is_text),
}
