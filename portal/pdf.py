"""Printing a page as PDF: tagged, so that it can be listened to (PDF/UA-1).

Where the machine lacks Pango, which WeasyPrint draws letters with and pip cannot install, there are
no PDFs; whoever asks is told, and offers the page itself to print.
"""

from typing import Any

from django.utils.translation import gettext as _
from PIL import ImageFile

from portal.refusal import Refusal


class UnableToPrint(Refusal):
    """This machine cannot make PDFs: Pango is missing (docs/operations.md)."""

    status = 503


def _weasyprint() -> Any:
    """The library: slow to import, and an OSError where Pango is missing.

    Importing it tells Pillow, for the whole process, to take pictures of which a part is missing.
    People's uploads are to be refused then (portal/pictures.py), so that is taken back.
    """
    import weasyprint
    import weasyprint.urls

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def can_print() -> bool:
    """Whether this machine can make PDFs."""
    try:
        _weasyprint()
    except OSError:
        return False
    return True


def printed(html: str) -> bytes:
    """A whole HTML page, with its styles in it, as PDF.

    Nothing is fetched, neither from the network nor from the disk: pictures stand in the page as
    `data:`. Raises UnableToPrint.
    """
    try:
        weasyprint = _weasyprint()
    except OSError:
        raise UnableToPrint(
            _("This site cannot make PDFs yet. Print this page from your browser instead.")
        ) from None
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    pdf: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    return pdf
