"""Pictures people upload: checked before they are decoded, and drawn anew.

Nothing of the file itself is kept: what is stored is a fresh JPEG of what it showed, turned
upright, without the place, the time or anything else that a camera writes into it.
"""

from io import BytesIO

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.refusal import Refusal

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
CONTENT_TYPE = "image/jpeg"
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 1600
QUALITY = 85


class UnableToReadPicture(Refusal):
    """It is too large, or no picture of a kind we can draw anew."""


def redrawn(upload: File) -> bytes:
    """The picture in an uploaded file as a new JPEG, upright and at most LONGEST_SIDE wide or high.

    Of a moving picture the first frame is drawn. Raises UnableToReadPicture; how many pixels there
    are is read from the file's head, so a bomb is refused before it unfolds.
    """
    if upload.size > MOST_BYTES:
        raise UnableToReadPicture(
            _("This picture is larger than 10 MB. Please choose a smaller one.")
        )
    upload.seek(0)
    try:
        with Image.open(BytesIO(upload.read()), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels()
            # JPEG can be read at a smaller size straight away; other formats ignore this.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            return _drawn(picture)
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels() from bomb
    except Exception as error:  # whatever a decoder raises on bytes that were made to break it
        raise UnableToReadPicture(
            _("We cannot read this picture. Please choose a JPEG, PNG, WebP or GIF picture.")
        ) from error


def _drawn(picture: Image.Image) -> bytes:
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    paper = Image.new("RGB", picture.size, "white")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        paper.paste(seen, mask=seen.getchannel("A"))
    else:
        paper.paste(picture.convert("RGB"))
    drawn = BytesIO()
    paper.save(drawn, "JPEG", quality=QUALITY, optimize=True)
    return drawn.getvalue()


def _too_many_pixels() -> UnableToReadPicture:
    return UnableToReadPicture(
        _("This picture has more than 25 million dots. Please make it smaller first.")
    )
