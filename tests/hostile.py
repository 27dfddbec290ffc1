"""Strings that have broken websites, and how a page is read to see that none of them did harm.

The strings are in tests/data/xss. Pages are read with html5lib, as browsers read them, so that what
counts is what a browser would make of the markup and not what it looks like in the source.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from bleach._vendor import html5lib  # noqa: TID251 - it reads here; nothing is cleaned with it

from portal.forms import UNSHOWABLE

DATA = Path(__file__).parent / "data/xss"
STRINGS: list[str] = [
    json.loads(line)["payload"]
    for path in sorted(DATA.glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
SHOWABLE = [text for text in STRINGS if text.strip() and not UNSHOWABLE.search(text)]
UNSHOWN = [text for text in STRINGS if UNSHOWABLE.search(text)]

SCHEMES = {"", "http", "https", "mailto", "tel"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "cite"}
# What text of people may become: paragraphs, line breaks and links.
WRITTEN = {("p", ""), ("br", ""), ("a", ""), ("a", "href"), ("a", "rel")}

Shape = set[tuple[str, str]]


def squashed(text: str) -> str:
    """`text` without white space, of which HTML keeps some and forms trim some."""
    return "".join(text.split())


@dataclass
class Seen:
    """What a browser makes of one page: the tags and attributes it has, and all its words.

    `words` holds the text, then the value of every attribute, squashed, with NUL between.
    """

    shape: Shape = field(default_factory=set)
    words: str = ""
    harm: list[str] = field(default_factory=list)


def see(html: str) -> Seen:
    """Read a page; `harm` names whatever in it could run or lead astray."""
    seen = Seen()
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    words = ["".join(tree.itertext())]
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue  # a comment, which runs nowhere
        tag = element.tag.rpartition("}")[2]
        seen.shape.add((tag, ""))
        seen.harm += _harm_of(tag, element)
        for name, value in element.attrib.items():
            name = str(name).rpartition("}")[2].lower()
            seen.shape.add((tag, name))
            words.append(value)
    seen.words = "\0".join(map(squashed, words))
    return seen


def _harm_of(tag: str, element: Element) -> Iterator[str]:
    if tag == "script":
        data = element.get("type", "").endswith("json")
        ours = element.get("src", "").startswith("/static/") and not (element.text or "").strip()
        if not data and not ours:
            yield f"a script: {element.get('src') or element.text}"
    for name, value in element.attrib.items():
        name = str(name).rpartition("}")[2].lower()
        if name.startswith(("on", "hx-on", "data-hx-on")) or name in {"style", "srcdoc"}:
            yield f"<{tag} {name}={value!r}>"
        bare = "".join(c for c in value if c > " ")
        if name in ADDRESSES and _scheme(bare) not in SCHEMES:
            yield f"<{tag} {name}={value!r}>"


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme.lower()
    except ValueError:
        return address


class Supply:
    """Deals the strings out, each once before any comes again; remembers which have been dealt."""

    def __init__(self, strings: list[str]) -> None:
        self.waiting = list(reversed(strings))
        self.strings = strings
        self.dealt: set[str] = set()

    def line(self, limit: int) -> str:
        """The next string of at most `limit` characters."""
        for at in range(len(self.waiting) - 1, -1, -1):
            if len(self.waiting[at]) <= limit:
                return self._deal(self.waiting.pop(at))
        self.waiting = list(reversed(self.strings))
        return self.line(limit)

    def block(self, limit: int) -> str:
        """As many of the next strings, a line each, as fit into `limit` characters."""
        lines, left = [], limit
        while self.waiting and len(self.waiting[-1]) < left:
            lines.append(self._deal(self.waiting.pop()))
            left -= len(lines[-1]) + 1
        if not lines:
            lines.append(self.line(limit))
        return "\n".join(lines)

    def _deal(self, text: str) -> str:
        self.dealt.add(text)
        return text
