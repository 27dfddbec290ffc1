"""Rules that every template keeps: nothing runs but our own script, nothing passes unescaped.

Read as text and as Django's own token stream, so that a rule names the file and the line. What a
finished page looks like is another matter: tests/test_hostile.py and the journeys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver, reverse

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file())
HTML = [name for name in TEMPLATES if name.endswith(".html")]
FORBIDDEN_FILTERS = {"safe", "safeseq", "mark_safe"}
FORBIDDEN_TAGS = {"autoescape", "csp_nonce", "debug"}


@pytest.fixture(autouse=True)
def _names_are_of_this_folder() -> None:
    assert len(HTML) > 50, "the templates have moved"


def source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tokens(name: str) -> list[Token]:
    """Django's own reading of a template. Comments are left out."""
    kept, skipping = [], False
    for token in Lexer(source(name)).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents.startswith("comment"):
            skipping = True
        elif token.token_type == TokenType.BLOCK and token.contents == "endcomment":
            skipping = False
        elif not skipping and token.token_type != TokenType.COMMENT:
            kept.append(token)
    return kept


@dataclass(frozen=True)
class Element:
    """One start tag as it stands in the template, with tags and variables of Django inside it."""

    name: str
    attributes: str
    line: int


# A start tag; what stands in {…} or in quotes may hold a ">".
_START = re.compile(
    r"""<([a-zA-Z][\w:-]*)((?:\{%.*?%\}|\{\{.*?\}\}|"[^"]*"|'[^']*'|[^<>"'])*)>""", re.DOTALL
)
_COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
_DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def elements(name: str) -> Iterator[Element]:
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source(name))
    for found in _START.finditer(text):
        yield Element(found[1].lower(), found[2], text.count("\n", 0, found.start()) + 1)


def attribute_names(element: Element) -> set[str]:
    bare = re.sub(r"=\s*(\"[^\"]*\"|'[^']*')", "=", _DJANGO.sub(" ", element.attributes))
    return {word.lower() for word in re.findall(r"[\w:@.-]+", bare)}


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", HTML)
def test_nothing_in_a_template_runs_or_styles(name: str) -> None:
    """Our pages' policy would refuse it anyway; here it is found before anybody sees it."""
    wrong = []
    for element in elements(name):
        names = attribute_names(element)
        if element.name == "style":
            wrong.append(f"line {element.line}: a <style> element")
        if element.name == "script" and "src" not in names:
            is_data = re.search(
                r'type="(application/(ld\+)?json|speculationrules)"', element.attributes
            )
            if not is_data:
                wrong.append(f"line {element.line}: a script that stands in the page")
        wrong += [
            f"line {element.line}: {attribute}="
            for attribute in names
            if attribute == "style"
            or re.fullmatch(r"on[a-z]+", attribute)
            or attribute.startswith(("hx-on", "data-hx-on", "@", "x-on"))
        ]
        values = element.attributes.lower()
        if re.search(r"javascript:|[\"']\s*js:|hx-vars", values):
            wrong.append(f"line {element.line}: an address or value that is script")
        if re.search(r"hx-trigger=([\"'])[^\"']*\[", values):
            wrong.append(f"line {element.line}: a trigger with a filter, which is script")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_turns_escaping_off(name: str) -> None:
    wrong = []
    for token in tokens(name):
        if token.token_type == TokenType.VAR or token.token_type == TokenType.BLOCK:
            filters = set(re.findall(r"\|\s*(\w+)", token.contents))
            wrong += [f"line {token.lineno}: |{each}" for each in filters & FORBIDDEN_FILTERS]
        if token.token_type == TokenType.BLOCK:
            tag = token.split_contents()[0]
            # A mail is plain text: there is nothing in it to escape from.
            if tag in FORBIDDEN_TAGS and not name.endswith(".txt"):
                wrong.append(f"line {token.lineno}: {{% {tag} %}}")
    assert not wrong, "\n".join(wrong)


def forms_of(name: str) -> Iterator[tuple[int, str, str]]:
    """The line, start tag and inside of every <form> in a template."""
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source(name))
    for found in _START.finditer(text):
        if found[1].lower() == "form":
            inside = text[found.end() :].partition("</form>")[0]
            yield text.count("\n", 0, found.start()) + 1, found[2], inside


@pytest.mark.parametrize("name", HTML)
def test_every_form_that_posts_carries_its_csrf_token(name: str) -> None:
    for line, start, inside in forms_of(name):
        if re.search(r"method=\"post\"", start, re.IGNORECASE):
            assert "{% csrf_token %}" in inside, f"line {line}"
        else:
            assert re.search(r"method=\"get\"|role=\"search\"", start, re.IGNORECASE), (
                f"line {line}"
            )
            assert "csrf_token" not in inside, f"line {line}: a token in an address"


# Shows fields of a form: as a whole, or some of them by themselves.
_WHOLE = re.compile(r"\{\{\s*(\w*form|back|only|filters)(\.as_\w+)?\s*\}\}")
_FIELDS = re.compile(r"\{\{\s*(\w*form|back|only|filters)\.(?!error_summary|as_|media)(\w+)")
_BY_HAND = re.compile(r"\{%\s*for \w+ in (\w*form)(\.visible_fields)?\s*%\}")
# A form that only chooses what to list: it is never wrong in a way that anybody could put right.
CHOOSERS = {"only", "filters"}
# A library's form with nothing to type: its errors are its summary.
PASSKEY = {"errors", "credential"}


@pytest.mark.parametrize("name", HTML)
def test_every_form_shows_its_error_summary(name: str) -> None:
    if name.startswith("portal/forms/"):
        return
    text = _COMMENT.sub("", source(name))
    whole = {found[1] for found in _WHOLE.finditer(text)}
    shown: dict[str, set[str]] = {found[1]: {"each"} for found in _BY_HAND.finditer(text)}
    for found in _FIELDS.finditer(text):
        shown.setdefault(found[1], set()).add(found[2])
    for form, fields in shown.items():
        if form in whole | CHOOSERS:
            continue
        if "errors" in fields and fields <= PASSKEY:
            continue
        assert f"{form}.error_summary" in text, f"{{{{ {form}.… }}}} without its error summary"


def parts_of(name: str) -> list[str]:
    """A template's text between Django's tags, but not what is translated or is no text."""
    parts, translating = [], False
    for token in tokens(name):
        if token.token_type == TokenType.BLOCK:
            tag = token.split_contents()[0]
            if tag in {"blocktranslate", "blocktrans"}:
                translating = True
            elif tag in {"endblocktranslate", "endblocktrans"}:
                translating = False
            parts.append("\x00")
        elif token.token_type == TokenType.VAR:
            parts.append("\x00")
        elif not translating:
            parts.append(token.contents)
    return parts


# Names and marks that are the same in every language.
SAME_EVERYWHERE = {"GOV.UK", "Throughline"}
_UNSEEN = re.compile(r"<(script|style|svg|code)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<!?/?[a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>", re.DOTALL)
_CLASS = re.compile(r"\b(tl|govuk)-[\w-]+")  # in a block that stands in an attribute
_SPOKEN = re.compile(r"\b(?:alt|title|placeholder|aria-label|value|content)=\"([^\"]*)\"")


@pytest.mark.parametrize("name", [each for each in HTML if not each.startswith("wagtailadmin/")])
def test_all_words_can_be_translated(name: str) -> None:
    """Two words in a row outside {% translate %} are words that only English readers get."""
    text = re.sub(r"<!--.*?-->", " ", "".join(parts_of(name)), flags=re.DOTALL)
    text = _UNSEEN.sub(" ", text)
    bare = _TAG.sub("\x01", text)
    spoken = [
        found[1]
        for found in _SPOKEN.finditer(text)
        if "width=" not in found[1] and not found[1].startswith(("#", "/", "http"))
    ]
    for words in [*re.split("[\x00\x01]", bare), *spoken]:
        left = _CLASS.sub("", words)
        for each in SAME_EVERYWHERE:
            left = left.replace(each, "")
        found = re.findall(r"[^\W\d_]{2,}", left)
        assert len(found) < 2, f"“{' '.join(words.split())}” is not translated"


def url_names() -> set[str]:
    """Every URL name, with its namespace."""
    names: set[str] = set()

    def walk(patterns: list, space: str) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                walk(pattern.url_patterns, inner)
            elif pattern.name:
                names.add(f"{space}{pattern.name}")

    walk(get_resolver().url_patterns, "")
    return names


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_address_in_a_template_exists(name: str) -> None:
    names = url_names() | {"demo:people", "demo:sign_in_as"}  # there in the demo only
    for token in tokens(name):
        if token.token_type == TokenType.BLOCK and token.contents.startswith("url "):
            asked = token.split_contents()[1]
            if asked[0] in "\"'":
                assert asked[1:-1] in names, f"line {token.lineno}: {asked}"


def test_the_names_this_looks_for_are_the_names_that_reverse() -> None:
    assert reverse("portal:mine")
    assert "portal:mine" in url_names()
    with pytest.raises(NoReverseMatch):
        reverse("portal:nowhere")
    assert "portal:nowhere" not in url_names()


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        (test_nothing_in_a_template_runs_or_styles, "<p onclick='x()'>a</p>"),
        (test_nothing_in_a_template_runs_or_styles, '<p {% if a > b %}style="x"{% endif %}>a</p>'),
        (test_nothing_in_a_template_runs_or_styles, "<script>let a</script>"),
        (test_nothing_in_a_template_runs_or_styles, "<style>p {}</style>"),
        (test_nothing_in_a_template_runs_or_styles, '<p hx-on:click="x()">a</p>'),
        (test_nothing_in_a_template_runs_or_styles, '<a href="javascript:x()">a</a>'),
        (test_nothing_in_a_template_runs_or_styles, '<p hx-vals="js:{a: 1}">a</p>'),
        (test_nothing_in_a_template_runs_or_styles, '<p hx-trigger="click[x()]">a</p>'),
        (test_no_template_turns_escaping_off, "{{ a|safe }}"),
        (test_no_template_turns_escaping_off, "{% include b with c=d|lower|safe %}"),
        (test_no_template_turns_escaping_off, "{% autoescape off %}{{ a }}{% endautoescape %}"),
        (test_every_form_that_posts_carries_its_csrf_token, '<form method="post"></form>'),
        (test_every_form_that_posts_carries_its_csrf_token, "<form></form>"),
        (test_every_form_shows_its_error_summary, "{{ form.title.as_field_group }}"),
        (test_every_form_shows_its_error_summary, "{% for field in form %}{{ field }}{% endfor %}"),
        (test_all_words_can_be_translated, "<p>Hello there</p>"),
        (test_all_words_can_be_translated, '<img alt="Two people" src="x">'),
        (test_every_address_in_a_template_exists, "{% url 'portal:nowhere' %}"),
    ],
)
def test_control_each_rule_finds_what_it_forbids(rule, bad, tmp_path, monkeypatch) -> None:
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    with pytest.raises(AssertionError):
        rule("bad.html")
