"""Turning words into safe HTML, SVG and CSV: the only home of bleach, nh3 and `mark_safe`.

Participants write plain text, and every character they wrote is shown, never obeyed. Editors
write rich text from a short list of tags. Bleach does the work; since it is no longer developed,
nh3, an independent and maintained parser, guards the exit and lets nothing else through.
"""

import re
from html import escape
from numbers import Number

import nh3
from bleach.linkifier import Linker
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe

from portal.charts import Svg

LONGEST_WITH_LINKS = 50_000  # characters; in longer texts links stay words, so time stays short
LINK_REL = "nofollow noopener noreferrer ugc"

PLAIN_TAGS = {"p", "br", "a"}
RICH_TAGS = {
    *("p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr"),
    *("strong", "b", "em", "i", "a"),
}
RICH_SCHEMES = {"http", "https", "mailto", "tel"}

# Only what was surely meant as an address: "home.So" is the end of a sentence, not a site.
# Every repetition has a limit; bleach's own pattern takes minutes on a text of brackets.
_ADDRESS = re.compile(
    r"""(?<![\w@.-])(?:https?://|www\.)
    (?:[\w-]{1,63}\.){1,9} [a-z][a-z0-9-]{1,62} (?::[0-9]{1,5})? (?![\w@-])
    (?:[/?#] (?: [^\s{}|\\^`<>"()] | \([^\s{}|\\^`<>"()]{0,200}\) ){0,2000} )?
    (?<![.,;:!?'])""",
    re.IGNORECASE | re.VERBOSE,
)
_link = Linker(callbacks=[], url_re=_ADDRESS, parse_email=False).linkify

# What no HTML page can hold: NUL and halves of surrogate pairs.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")

_plain_guard = nh3.Cleaner(
    tags=PLAIN_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    url_relative="deny",
    link_rel=LINK_REL,
)
_rich_guard = nh3.Cleaner(
    tags=RICH_TAGS,
    attributes={"a": {"href"}},
    url_schemes=RICH_SCHEMES,
    link_rel="noopener noreferrer",
)


def plain(text: object) -> SafeString:
    """A participant's plain text as HTML: paragraphs, line breaks and links to http(s) addresses.

    All else stands as it was written, markup included. Nothing is cut.
    """
    written = _writable(text).strip("\n")
    if not written:
        return SafeString()
    show = _with_links if len(written) <= LONGEST_WITH_LINKS else escape
    paragraphs = (show(part).replace("\n", "<br>") for part in _BLANK_LINES.split(written))
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return mark_safe(_plain_guard.clean(html))


def _with_links(text: str) -> str:
    # Bleach reads "&quot;" after an address as a part of it, so it is handed each address alone.
    html, end = [], 0
    for address in _ADDRESS.finditer(text):
        html += [escape(text[end : address.start()]), _link(escape(address[0]))]
        end = address.end()
    return "".join(html) + escape(text[end:])


def rich(html: object) -> SafeString:
    """An editor's rich text, reduced to `RICH_TAGS` and links. Other tags go, their text stays."""
    cleaner = Cleaner(
        tags=RICH_TAGS, attributes={"a": ["href"]}, protocols=RICH_SCHEMES, strip=True
    )
    return mark_safe(_rich_guard.clean(cleaner.clean(_writable(html))))


def svg(chart: Svg) -> SafeString:
    """A chart drawn by portal.charts, ready for a template. Raises TypeError for other markup."""
    if type(chart) is not Svg:
        raise TypeError("only what portal.charts has drawn is shown as SVG")
    return SafeString(chart)


def csv_cell(value: object) -> str:
    """`value` as text for a CSV cell; what a spreadsheet would run as a formula gets a ' in front.

    Numbers stay as they are, minus sign included; None becomes empty.
    """
    if value is None:
        return ""
    cell = _writable(value)
    if not isinstance(value, Number) and cell.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + cell
    return cell


def _writable(text: object) -> str:
    """`text` with one kind of line end, and the sign for "unreadable" where no page can follow."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub("\ufffd", lines)
