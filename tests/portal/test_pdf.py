"""PDFs are tagged, say what language they are in, and fetch nothing from anywhere."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import ImageFile
from pypdf import PdfReader

from portal import pdf

PAGE = (
    '<!doctype html><html lang="en-gb"><head><title>A title</title></head><body>'
    "<h1>What was decided</h1><p>A café for carers</p>{more}</body></html>"
)

pytestmark = pytest.mark.skipif(not pdf.can_print(), reason="Pango is not installed here")


def read(more: str = "") -> PdfReader:
    return PdfReader(BytesIO(pdf.printed(PAGE.format(more=more))))


def test_a_printed_page_is_tagged_titled_and_has_a_language() -> None:
    paper = read()
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-gb"
    assert paper.metadata is not None
    assert paper.metadata.title == "A title"
    assert "A café for carers" in paper.pages[0].extract_text()


def test_a_printed_page_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'from the disk' }")
    link = f'<link rel="stylesheet" href="{secret.as_uri()}">'
    assert "from the disk" not in read(link).pages[0].extract_text()
    # The control: the same words in the page itself are printed.
    inside = "<style>p::after { content: 'from the disk' }</style>"
    assert "from the disk" in read(inside).pages[0].extract_text()


def test_printing_leaves_pillow_strict_about_pictures_of_which_a_part_is_missing() -> None:
    read()
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
