"""What the built front end may weigh, load and do. Phones are old and lines are slow."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "portal" / "static" / "portal"
CSS = STATIC / "dist" / "portal.css"
JS = STATIC / "dist" / "portal.js"
SOURCES = sorted((ROOT / "frontend" / "src").glob("*.js"))
PICTURES = sorted((STATIC / "pictures").glob("*.svg"))
NAMED_IN_DESIGN = [
    "people",
    "talk",
    "idea",
    "vote",
    "decide",
    "change",
    "told",
    "measure",
    "calendar",
    "phone",
    "help",
    "home",
    "heart",
    "lock",
    "thread",
    "card",
    "easy",
    "logo",
    "favicon",
]

KIB = 1024


def gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def hosts(text: str) -> set[str]:
    return set(re.findall(r"(?:https?|wss?):\\?/\\?/([\w.-]+)", text))


def test_the_stylesheet_weighs_at_most_25_kib_gzipped() -> None:
    assert gzipped(CSS) <= 25 * KIB


def test_the_script_weighs_at_most_40_kib_gzipped() -> None:
    assert gzipped(JS) <= 40 * KIB


def test_the_stylesheet_names_no_host_but_svgs_namespace() -> None:
    assert hosts(CSS.read_text()) <= {"www.w3.org"}


def test_the_stylesheet_loads_nothing() -> None:
    css = CSS.read_text()
    assert "@import" not in css
    assert "@font-face" not in css
    assert [url for url in re.findall(r"url\(([^)]*)", css) if "data:" not in url] == []


def test_the_script_names_no_host() -> None:
    assert hosts(JS.read_text()) <= {"www.w3.org"}


def test_our_sources_evaluate_nothing_and_write_no_html() -> None:
    assert SOURCES
    for source in SOURCES:
        code = source.read_text()
        found = re.findall(
            r"\beval\(|\bFunction\(|\.innerHTML|insertAdjacentHTML|document\.write", code
        )
        assert found == [], source.name


def test_htmx_is_told_to_evaluate_nothing() -> None:
    """htmx holds code that would evaluate attributes. Each use asks `allowEval` first."""
    js = JS.read_text()
    for setting in ("allowEval:!1", "allowScriptTags:!1", "selfRequestsOnly:!0"):
        assert re.search(rf"Object\.assign\([\w.$]+\.config,{{[^}}]*{re.escape(setting)}", js)
    assert len(re.findall(r"\beval\(", js)) == 1
    assert len(re.findall(r"\bFunction\(", js)) == 4


def test_the_script_runs_on_phones_of_2017() -> None:
    """Syntax that came after ES2017 stops an old phone from reading the script at all."""
    js = JS.read_text()
    assert "?." not in re.sub(r"\?\.\d", "", js)
    assert "??" not in js
    assert not re.search(r"\bcatch\{", js)


@pytest.mark.parametrize("name", NAMED_IN_DESIGN)
def test_each_picture_is_drawn_and_small(name: str) -> None:
    assert (STATIC / "pictures" / f"{name}.svg").stat().st_size < 2 * KIB


def test_pictures_are_plain_drawings() -> None:
    for picture in PICTURES:
        svg = picture.read_text()
        assert 'viewBox="0 0 64 64"' in svg, picture.name
        assert hosts(svg) == {"www.w3.org"}, picture.name
        assert not re.search(r"<script|<style|style=|\son\w+=|href", svg), picture.name


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two `#rrggbb` colours."""

    def luminance(colour: str) -> float:
        shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        parts = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours() -> dict[str, str]:
    settings = (ROOT / "frontend" / "scss" / "_settings.scss").read_text()
    return dict(re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", settings, re.MULTILINE))


@pytest.mark.parametrize("ground", ["#ffffff", "teal-tint", "plum-tint", "sand"])
@pytest.mark.parametrize("text", ["ink", "muted", "teal", "teal-dark", "plum"])
def test_every_text_colour_stands_out_on_every_ground(text: str, ground: str) -> None:
    known = colours()
    assert contrast(known[text], known.get(ground, ground)) >= 4.5


def test_the_lock_names_no_host() -> None:
    lock = (ROOT / "frontend" / "package-lock.json").read_text()
    assert "://" not in lock
    assert '"resolved"' not in lock
