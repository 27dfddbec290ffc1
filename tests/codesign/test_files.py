"""F36 and more: pictures are drawn anew, documents are checked, and no file is left over."""

import time
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from codesign.enums import AttachmentKind
from codesign.models import Attachment, Proposal
from codesign.operations import files, proposals
from portal import clock, documents, permissions, pictures, record
from portal.models import RecordEntry
from portal.refusal import Refusal
from tests.codesign.test_proposals import an_open_proposal, kinds_about
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db
SHOWS = "A kitchen table with a pot of tea"


@pytest.fixture(autouse=True)
def _media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world() -> World:
    return World()


def stored(settings: LazySettings) -> list[Path]:
    return [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]


def a_picture(
    form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: object
) -> bytes:
    made = BytesIO()
    Image.new(mode, size, 200 if mode in {"L", "P"} else None).save(made, form, **more)
    return made.getvalue()


def packed(parts: dict[str, bytes], first: str = "") -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype"), first)
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


DOCX = packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
ODT = packed({"content.xml": b"<office/>"}, first="application/vnd.oasis.opendocument.text")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def attached(world: World, proposal: Proposal, name: str, content: bytes) -> Attachment:
    return files.attach_file(
        proposal=proposal, upload=SimpleUploadedFile(name, content), words=SHOWS, by=world.carer
    )


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "L"),
        ("JPEG", "CMYK"),
        ("JPEG", "RGB"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
    ],
)
def test_attach_file_draws_every_picture_anew_as_a_jpeg(world: World, form: str, mode: str) -> None:
    proposal = an_open_proposal(world)
    made = attached(world, proposal, f"Tea.{form.lower()}", a_picture(form, mode=mode))
    with made.file.open("rb") as file, Image.open(file) as drawn:
        assert (drawn.format, drawn.mode, drawn.size) == ("JPEG", "RGB", (40, 30))
    assert (made.kind, made.content_type) == (AttachmentKind.PICTURE, "image/jpeg")
    assert "Tea" not in made.file.name
    assert kinds_about(proposal)[-1] == "file_attached"
    line = RecordEntry.objects.get(kind="file_attached").line
    assert SHOWS not in line
    assert "Tea" not in line


def test_where_and_when_a_photo_was_taken_goes_and_it_stands_upright(world: World) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x9003] = "2026:05:03 10:00:00"
    exif.get_ifd(0x8825)[2] = (52.0, 37.0, 0.0)  # latitude
    photo = a_picture("JPEG", (4000, 2000), exif=exif.tobytes())
    made = attached(world, an_open_proposal(world), "photo.jpg", photo)
    with made.file.open("rb") as file, Image.open(file) as drawn:
        assert drawn.size == (800, 1600)
        assert not drawn.getexif()
        assert "exif" not in drawn.info


def test_what_hides_behind_a_picture_is_gone(world: World) -> None:
    """A polyglot: a picture that is also a packed file and a page."""
    content = a_picture("JPEG") + b"<script>alert(1)</script>" + DOCX
    made = attached(world, an_open_proposal(world), "both.jpg", content)
    with made.file.open("rb") as file:
        kept = file.read()
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims to be enormous, as a bomb does."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + check

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    body = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    """Two hundred megabytes of zeros in two hundred kilobytes."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", b"<w/>")
        with archive.open("word/media/image1.png", "w") as part:
            for _each in range(200):
                part.write(b"\0" * 1_000_000)
    return made.getvalue()


def many_parts() -> bytes:
    return packed({f"word/{number}.xml": b"" for number in range(5000)})


def with_macros() -> bytes:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
    return packed(parts | {"word/vbaProject.bin": b"x"})


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "image bomb": ("bomb.png", lambda: png_bomb(50_000, 50_000)),
    "image bomb, smaller": ("bomb.png", lambda: png_bomb(6_000, 5_000)),
    "image bomb, larger than warned of": ("bomb.png", lambda: png_bomb(11_000, 11_000)),
    "zip bomb": ("bomb.docx", zip_bomb),
    "zip of many parts": ("many.docx", many_parts),
    "svg": ("picture.svg", lambda: SVG),
    "svg called png": ("picture.png", lambda: SVG),
    "page called png": ("picture.png", lambda: b"<html><script>alert(1)</script></html>"),
    "page called pdf": ("letter.pdf", lambda: b"<html><script>alert(1)</script></html>"),
    "page": ("page.html", lambda: b"<html></html>"),
    "pdf and zip": ("both.pdf", lambda: PDF + DOCX),
    "zip behind a page": ("both.docx", lambda: b"<html></html>" + DOCX),
    "docx and more behind": ("both.docx", lambda: DOCX + PDF),
    "docx with macros": ("macros.docx", with_macros),
    "zip called docx": ("plain.docx", lambda: packed({"a.txt": b"a"})),
    "odt called docx": ("letter.docx", lambda: ODT),
    "docx called txt": ("letter.txt", lambda: DOCX),
    "program": ("run.exe", lambda: b"MZ" + b"\0" * 100),
    "program called txt": ("run.txt", lambda: b"MZ" + b"\0" * 100),
    "half a picture": ("half.png", lambda: a_picture(size=(300, 300))[:90]),
    "tiff called jpg": ("picture.jpg", lambda: a_picture("TIFF")),
    "psd called png": ("picture.png", lambda: b"8BPS" + b"\0" * 200),
    "nothing in it": ("empty.txt", lambda: b" \n"),
    "no name": ("x", lambda: PDF),
    "too large": ("large.pdf", lambda: PDF[:9] + b"\0" * 10_500_000 + PDF[9:]),
    "too large a picture": ("large.jpg", lambda: a_picture("JPEG") + b"\0" * 10_500_000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_attach_file_refuses_at_once_and_keeps_nothing(
    world: World, settings: LazySettings, name: str
) -> None:
    proposal = an_open_proposal(world)
    called, make = REFUSED[name]
    content = make()
    begun = time.monotonic()
    with pytest.raises(Refusal) as refusal:
        attached(world, proposal, called, content)
    assert time.monotonic() - begun < 1
    assert isinstance(refusal.value, (pictures.UnableToReadPicture, documents.UnableToReadDocument))
    assert str(refusal.value)
    assert stored(settings) == []
    assert not Attachment.objects.exists()


def test_bombs_that_are_no_bombs_would_be_taken() -> None:
    """The control: the same makers, small, pass."""
    small = SimpleUploadedFile("fine.png", a_picture(size=(5_000, 4_900)))
    assert pictures.redrawn(small)
    assert documents.content_type_of(SimpleUploadedFile("a.docx", DOCX))


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("letter.pdf", PDF, "application/pdf"),
        ("Letter.DOCX", DOCX, documents.KINDS["docx"][0]),
        ("letter.odt", ODT, "application/vnd.oasis.opendocument.text"),
        ("letter.txt", "Grüße\nfrom us".encode(), "text/plain; charset=utf-8"),
    ],
)
def test_documents_are_handed_out_for_download_only(
    world: World, name: str, content: bytes, content_type: str
) -> None:
    made = attached(world, an_open_proposal(world), name, content)
    assert (made.kind, made.content_type) == (AttachmentKind.DOCUMENT, content_type)
    answer = Client().get(reverse("codesign:attachment", args=["norfolk", made.pk]))
    assert b"".join(answer) == content
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "private" in answer.headers["Cache-Control"]


def test_who_may_read_the_proposal_now_may_open_its_files(world: World) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="A café", why="Company.", by=world.carer
    )
    made = attached(world, drafted, "tea.png", a_picture())
    url = reverse("codesign:attachment", args=["norfolk", made.pk])
    mine = signed_in(world.carer).get(url)
    assert mine.status_code == 200
    assert b"".join(mine)
    assert mine.headers["Content-Type"] == "image/jpeg"
    assert signed_in(world.provider).get(url).status_code == 404
    assert Client().get(url).status_code == 404
    proposals.open_proposal(proposal=drafted, by=world.carer)
    seen = Client().get(url)
    assert seen.status_code == 200
    b"".join(seen)
    assert SHOWS in Client().get(drafted.get_absolute_url()).content.decode()
    Proposal.objects.filter(pk=drafted.pk).update(
        hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="It shows a child."
    )
    assert signed_in(world.carer).get(url).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_found(
    world: World, settings: LazySettings
) -> None:
    made = attached(world, an_open_proposal(world), "tea.png", a_picture())
    stored(settings)[0].unlink()
    url = reverse("codesign:attachment", args=["norfolk", made.pk])
    assert Client().get(url).status_code == 404


def test_attach_file_leaves_no_file_when_the_change_fails(
    world: World, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = an_open_proposal(world)

    def broken(*args: object, **kwargs: object) -> None:
        assert stored(settings)  # it was there a moment ago
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        attached(world, proposal, "tea.png", a_picture())
    assert stored(settings) == []
    assert not Attachment.objects.exists()


def test_attach_file_says_so_when_there_is_no_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = an_open_proposal(world)

    def full(*args: object, **kwargs: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
    with pytest.raises(files.UnableToAttachFile, match="try again later"):
        attached(world, proposal, "tea.png", a_picture())
    assert not Attachment.objects.exists()


def test_attach_file_twice_is_once_and_five_are_enough(
    world: World, settings: LazySettings
) -> None:
    proposal = an_open_proposal(world)
    first = attached(world, proposal, "1.txt", b"one")
    assert attached(world, proposal, "1.txt", b"one") == first
    for number in range(2, 6):
        attached(world, proposal, f"{number}.txt", b"words")
    with pytest.raises(files.UnableToAttachFile, match="five"):
        attached(world, proposal, "6.txt", b"words")
    assert len(stored(settings)) == 5


def test_attach_and_remove_file_are_for_the_authors_of_an_open_proposal(world: World) -> None:
    proposal = an_open_proposal(world)
    upload = SimpleUploadedFile("a.txt", b"words")
    for person in (world.provider, world.facilitator):
        with pytest.raises(permissions.PermissionRefused):
            files.attach_file(proposal=proposal, upload=upload, words=SHOWS, by=person)
    made = attached(world, proposal, "a.txt", b"words")
    with pytest.raises(permissions.PermissionRefused):
        files.remove_file(attachment=made, by=world.provider)
    proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="No.")
    with pytest.raises(files.UnableToAttachFile, match="Parked"):
        attached(world, proposal, "b.txt", b"words")
    with pytest.raises(files.UnableToRemoveFile, match="Parked"):
        files.remove_file(attachment=made, by=world.carer)


@pytest.mark.django_db(transaction=True)
def test_remove_file_takes_the_file_away_and_says_so(settings: LazySettings) -> None:
    world = World()
    proposal = an_open_proposal(world)
    made = attached(world, proposal, "a.txt", b"words")
    assert len(stored(settings)) == 1
    files.remove_file(attachment=made, by=world.carer)
    files.remove_file(attachment=made, by=world.carer)
    assert stored(settings) == []
    assert kinds_about(proposal)[-2:] == ["file_attached", "file_removed"]
    url = reverse("codesign:attachment", args=["norfolk", made.pk])
    assert signed_in(world.carer).get(url).status_code == 404


def test_a_file_is_added_and_removed_by_posting_forms(world: World) -> None:
    proposal = an_open_proposal(world)
    carer = signed_in(world.carer)
    url = reverse("codesign:attach_file", args=["norfolk", proposal.pk])
    wrong = carer.post(url, {"upload": SimpleUploadedFile("a.svg", SVG), "words": SHOWS})
    assert wrong.status_code == 422
    assert SHOWS in wrong.content.decode()
    assert "This is something else" in wrong.content.decode()
    missing = carer.post(url, {"upload": SimpleUploadedFile("a.png", a_picture())})
    assert missing.status_code == 422  # a picture needs words that say what it shows
    right = carer.post(url, {"upload": SimpleUploadedFile("a.png", a_picture()), "words": SHOWS})
    assert right.status_code == 302
    made = Attachment.objects.get()
    assert f'alt="{SHOWS}"' in carer.get(proposal.get_absolute_url()).content.decode()
    carer.post(reverse("codesign:remove_file", args=["norfolk", made.pk]))
    assert SHOWS not in carer.get(proposal.get_absolute_url()).content.decode()
