import csv
import io
import json
import re
import time
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Engine
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from portal import sanitise
from portal.charts import Point, Svg, run_chart

DATA = Path(__file__).parents[1] / "data/xss"
FILES = {path.stem: path for path in sorted(DATA.glob("*.jsonl"))}


def payloads(name):
    return [json.loads(line)["payload"] for line in FILES[name].read_text().splitlines()]


class Parsed(HTMLParser):
    """What a browser would make of the markup: tags, attributes, and the text people see."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text, self.others = set(), [], "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, *attr) for attr in attrs]
        if tag == "br":
            self.text += "\n"

    def handle_endtag(self, tag):
        if tag == "p":
            self.text += "\n\n"

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_harmless(html, tags, schemes):
    parsed = Parsed(html)
    assert parsed.tags <= tags
    assert parsed.others == []
    assert {(tag, name) for tag, name, _ in parsed.attributes} <= {("a", "href"), ("a", "rel")}
    for _, name, value in parsed.attributes:
        if name == "href":
            scheme = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", value, re.IGNORECASE)
            assert scheme is None or scheme[1].lower() in schemes
    return parsed


def as_written(text):
    """`text` with the line ends and blank lines that a page can show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    text = re.sub("[\x00\ud800-\udfff]", "\ufffd", text)
    return re.sub(r"\n(?:[^\S\n]*\n)+", "\n\n", text)


def test_all_the_hostile_strings_are_here():
    assert sum(len(payloads(name)) for name in FILES) == 7668


@pytest.mark.parametrize("name", FILES)
def test_plain_shows_hostile_text_exactly_and_runs_nothing(name):
    for text in payloads(name):
        parsed = assert_harmless(sanitise.plain(text), sanitise.PLAIN_TAGS, {"http", "https"})
        assert parsed.text.removesuffix("\n\n") == as_written(text)
        assert all(value for _, key, value in parsed.attributes if key == "href")


@pytest.mark.parametrize("name", FILES)
def test_rich_lets_nothing_hostile_through(name):
    for text in payloads(name):
        assert_harmless(sanitise.rich(text), sanitise.RICH_TAGS, sanitise.RICH_SCHEMES)


@given(st.text() | st.text("<>&\"'/:.=() \n\tahtpsw#;\x00\ud800"))
def test_plain_shows_any_text_exactly(text):
    html = sanitise.plain(text)
    html.encode()
    parsed = assert_harmless(html, sanitise.PLAIN_TAGS, {"http", "https"})
    assert parsed.text.removesuffix("\n\n") == as_written(text)


# --- plain


def test_plain_keeps_paragraphs_and_line_breaks():
    assert sanitise.plain("One\r\ntwo\n\n \nthree\n") == "<p>One<br>two</p><p>three</p>"
    assert sanitise.plain("") == ""
    assert sanitise.plain("\n\n") == ""
    assert isinstance(sanitise.plain(""), SafeString)


def test_plain_escapes_text_that_was_marked_safe_too():
    assert sanitise.plain(SafeString("<b>")) == "<p>&lt;b&gt;</p>"


LINK = '<a href="{0}" rel="nofollow noopener noreferrer ugc">{1}</a>'


@pytest.mark.parametrize(
    ("text", "href", "shown"),
    [
        ("https://example.org", "https://example.org", "https://example.org"),
        ("HTTP://EXAMPLE.ORG/A", "HTTP://EXAMPLE.ORG/A", "HTTP://EXAMPLE.ORG/A"),
        ("www.example.org", "http://www.example.org", "www.example.org"),
        (
            "http://a.org:8000/b?c=d&e=f#g",
            "http://a.org:8000/b?c=d&amp;e=f#g",
            "http://a.org:8000/b?c=d&amp;e=f#g",
        ),
        ("https://a.org/(b)", "https://a.org/(b)", "https://a.org/(b)"),
        ("http://a.org/?b&copy;c", "http://a.org/?b&amp;copy;c", "http://a.org/?b&amp;copy;c"),
    ],
)
def test_plain_links_web_addresses(text, href, shown):
    link = LINK.format(href, shown)
    assert sanitise.plain(text) == f"<p>{link}</p>"
    assert sanitise.plain(f"See ({text}), or not.") == f"<p>See ({link}), or not.</p>"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://example.org",
        "data:text/html,x",
        "jo@example.org",
        "We went home.So we slept",
        "https://user:word@example.org",
        "http://localhost/",
        "https://",
        "xhttps://example.org",
    ],
)
def test_plain_does_not_link_what_is_no_web_address(text):
    assert "<a" not in sanitise.plain(text)


def test_plain_leaves_very_long_text_whole_but_without_links():
    text = "See https://example.org " + "a" * sanitise.LONGEST_WITH_LINKS
    assert sanitise.plain(text) == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "part",
    ["(", "a.", "a-", "http://", "http://a.bc/(", "www.a.bc ", "<", "&", '"', "a\n", "a\n\n", ")."],
)
def test_plain_takes_no_longer_than_the_text_is_long(part):
    text = ("http://a.bc/" + part * sanitise.LONGEST_WITH_LINKS)[: sanitise.LONGEST_WITH_LINKS]
    began = time.process_time()
    sanitise.plain(text)
    assert time.process_time() - began < 3


# --- rich


def test_rich_keeps_what_editors_may_use():
    html = (
        '<h2>A</h2><p>b <strong>c</strong> <em>d</em> <a href="/e/">e</a></p>'
        "<ul><li>f</li></ul><ol><li>g</li></ol><blockquote>h</blockquote><hr>"
    )
    kept = html.replace('href="/e/"', 'href="/e/" rel="noopener noreferrer"')
    assert sanitise.rich(html) == kept
    assert 'href="mailto:a@b.org"' in sanitise.rich('<a href="mailto:a@b.org">m</a>')
    assert 'href="tel:+44123"' in sanitise.rich('<a href="tel:+44123">t</a>')


def test_rich_drops_other_tags_and_attributes_but_not_their_text():
    html = '<h1 id="x" onclick="y()">A</h1><p style="color:red" class="z" hx-get="/q">b</p>'
    assert sanitise.rich(html) == "A<p>b</p>"
    assert sanitise.rich('<a href="javascript:x()" target="_blank">c</a>') == (
        '<a rel="noopener noreferrer">c</a>'
    )


def test_each_of_the_two_sanitisers_alone_would_stop_a_script(monkeypatch):
    hostile = '<p><img src=x onerror="x()"><script>y()</script></p>'

    class Through:
        def __init__(self, *args, **kwargs):
            pass

        def clean(self, html):
            return html

    monkeypatch.setattr(sanitise, "Cleaner", Through)
    assert_harmless(sanitise.rich(hostile), sanitise.RICH_TAGS, sanitise.RICH_SCHEMES)
    monkeypatch.undo()
    monkeypatch.setattr(sanitise, "_rich_guard", Through())
    assert_harmless(sanitise.rich(hostile), sanitise.RICH_TAGS, sanitise.RICH_SCHEMES)
    monkeypatch.setattr(sanitise, "Cleaner", Through)
    with pytest.raises(AssertionError):
        assert_harmless(sanitise.rich(hostile), sanitise.RICH_TAGS, sanitise.RICH_SCHEMES)


# --- svg and csv


def chart():
    points = [Point(date(2025, month, 1), month, str(month)) for month in range(1, 7)]
    return run_chart(points, title="t", description="d", unit="u")


def test_svg_shows_our_charts_and_nothing_else():
    drawn = sanitise.svg(chart())
    assert isinstance(drawn, SafeString)
    assert drawn == chart()

    class Dressed(Svg):
        pass

    for other in (str(chart()), SafeString("<svg/>"), Dressed("<svg/>"), None):
        with pytest.raises(TypeError, match="has drawn is shown as SVG"):
            sanitise.svg(other)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＠"])
def test_csv_cells_that_a_spreadsheet_would_run_are_escaped(start):
    cell = sanitise.csv_cell(start + "SUM(1)")
    assert cell == "'" + start.replace("\r", "\n") + "SUM(1)"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        (" ", " "),
        ("a=b", "a=b"),
        (-5, "-5"),
        (-1.5, "-1.5"),
        (Decimal("-2.50"), "-2.50"),
        (True, "True"),
        (date(2025, 1, 2), "2025-01-02"),
        ("a\x00b\ud800", "a\ufffdb\ufffd"),
    ],
)
def test_csv_cells_that_are_harmless_stay_as_they_are(value, cell):
    assert sanitise.csv_cell(value) == cell


@pytest.mark.parametrize("name", FILES)
def test_no_hostile_string_starts_a_formula_and_all_come_back_from_csv(name):
    texts = payloads(name)
    file = io.StringIO(newline="")
    csv.writer(file).writerows([sanitise.csv_cell(text)] for text in texts)
    file.seek(0)
    for text, row in zip(texts, csv.reader(file), strict=True):
        cell = row[0] if row else ""
        assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n"))
        expected = re.sub("[\x00\ud800-\udfff]", "\ufffd", re.sub("\r\n?", "\n", text))
        assert cell in (expected, "'" + expected)


# --- in templates


def rendered(source, **context):
    libraries = {"words": "portal.templatetags.words"}
    template = Engine(libraries=libraries).from_string("{% load words %}" + source)
    return template.render(Context(context))


def test_the_filters_give_safe_html_and_nothing_for_none():
    assert rendered("{{ t|plain }}", t="<b>") == "<p>&lt;b&gt;</p>"
    assert rendered("{{ t|rich }}", t="<b>x</b><i onclick=y>") == "<b>x</b><i></i>"
    assert rendered("{{ c|picture }}", c=chart()) == chart()
    assert rendered("[{{ n|plain }}{{ n|rich }}{{ n|picture }}]", n=None) == "[]"
    with pytest.raises(TypeError):
        rendered("{{ c|picture }}", c="<svg onload=x()>")
