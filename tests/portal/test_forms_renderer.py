"""Our forms against the HTML that GOV.UK Frontend renders for the same options.

Compared are structure, classes, text and every attribute but: ids (Django's names for the same
things are used), the `data-module` of radios and checkboxes (needed for conditional questions only,
which we do not have), and disabled options. Fixtures left out use what our forms do not offer:
prefixes and suffixes, conditional questions, small radios, dividers, groups without a legend, a
name for each checkbox, extra `describedBy`, raw HTML.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms as django_forms
from django.forms.forms import BaseForm

from portal import forms

FIXTURES = Path(__file__).parent.parent / "data" / "govuk-fixtures"
VOID = {"input"}

COVERED = {
    "input": [
        "default",
        "with hint text",
        "with error message",
        "with error and hint",
        "with width-2 class",
        "with width-3 class",
        "with width-4 class",
        "with width-5 class",
        "with width-10 class",
        "with width-20 class",
        "with width-30 class",
        "with label as page heading",
        "with extra letter spacing",
        "classes",
        "id",
        "custom type",
        "value",
        "zero value",
        "attributes",
        "inputmode",
        "with autocomplete attribute",
        "with pattern attribute",
        "with spellcheck enabled",
        "with spellcheck disabled",
        "with autocapitalize turned off",
        "disabled",
    ],
    "textarea": [
        "default",
        "with hint",
        "with error message",
        "with default value",
        "with custom rows",
        "with label as page heading",
        "id",
        "classes",
        "attributes",
        "with hint and error message",
        "with autocomplete attribute",
        "with spellcheck enabled",
        "with spellcheck disabled",
    ],
    "radios": [
        "default",
        "with hint",
        "inline",
        "with hints on items",
        "with fieldset and error message",
        "with very long option text",
        "with hints on parent and items",
        "with hint and error message",
    ],
    "checkboxes": [
        "default",
        "with hint",
        "with legend as a page heading",
        "with very long option text",
        "with error message and hint",
    ],
    "select": [
        "default",
        "with hint text and error message",
        "with label as page heading",
        "with full width override",
        "attributes",
        "hint",
        "error",
        "id",
        "with selected value",
    ],
}

ERROR_SUMMARIES = ["default", "without links", "mixed with and without links"]


class Tree(HTMLParser):
    """HTML as nested (tag, attributes, children); white space counts as one space or none."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root: list = []
        self.open = [self.root]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: value or "" for name, value in attrs}
        if kept.get("data-module") in {"govuk-radios", "govuk-checkboxes"}:
            del kept["data-module"]
        if tag == "option":
            kept.pop("disabled", None)
        children: list = []
        self.open[-1].append((tag, kept, children))
        if tag not in VOID:
            self.open.append(children)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if text := re.sub(r"\s+", " ", data).strip():
            self.open[-1].append(text)


def fixture(component: str, name: str) -> tuple[dict, str]:
    known = json.loads((FIXTURES / component / "fixtures.json").read_text())["fixtures"]
    found = next(each for each in known if each["name"] == name)
    return found["options"], found["html"]


def django_ids(tree: list, options: dict) -> list:
    """The fixture with Django's ids: `x_helptext` for `x-hint`, `x_1` for a group's `x-2`."""
    named = options.get("name") or options.get("idPrefix") or options["id"]
    prefix = options.get("idPrefix") or options.get("id") or options["name"]
    items = options.get("items") or []
    is_group = "items" in options and "label" not in options
    new_ids = {prefix: f"{named}_0" if is_group else named}
    new_ids |= {f"{prefix}-hint": f"{named}_helptext", f"{prefix}-error": f"{named}_error"}
    if is_group:
        for at, item in enumerate(items):
            old = item.get("id") or (prefix if at == 0 else f"{prefix}-{at + 1}")
            new_ids[old] = f"{named}_{at}"
            new_ids[f"{old}-item-hint"] = f"{named}_{at}_hint"

    def renamed(node: object) -> object:
        if not isinstance(node, tuple):
            return node
        tag, attrs, children = node
        attrs = {
            name: " ".join(new_ids.get(word, word) for word in value.split())
            if name in {"id", "for", "aria-describedby"}
            else value
            for name, value in attrs.items()
        }
        return tag, attrs, [renamed(child) for child in children]

    return [renamed(node) for node in tree]


def widget_attrs(options: dict) -> dict:
    attrs = dict(options.get("attributes") or {})
    if "classes" in options:
        attrs["class"] = options["classes"]
    for name in ("type", "autocomplete", "inputmode", "pattern", "autocapitalize", "rows"):
        if name in options:
            attrs[name] = options[name]
    if "spellcheck" in options:
        attrs["spellcheck"] = "true" if options["spellcheck"] else "false"
    return attrs


def choice(item: dict) -> tuple[str, object]:
    label = item["text"]
    if "hint" in item:
        label = forms.Hinted(label, item["hint"]["text"])
    return str(item.get("value", item["text"])), label


def field_of(component: str, options: dict) -> django_forms.Field:
    heading = options.get("label") or options["fieldset"]["legend"]
    common = {
        "label": heading["text"],
        "help_text": (options.get("hint") or {}).get("text", ""),
        "required": False,
        "disabled": options.get("disabled", False),
    }
    attrs = widget_attrs(options)
    if component in {"input", "textarea"}:
        widget = django_forms.TextInput if component == "input" else django_forms.Textarea
        return forms.PlainTextField(widget=widget(attrs=attrs), **common)
    common["choices"] = [choice(item) for item in options.get("items", [])]
    if component == "checkboxes":
        widget = django_forms.CheckboxSelectMultiple(attrs=attrs)
        return django_forms.MultipleChoiceField(widget=widget, **common)
    widget = django_forms.RadioSelect if component == "radios" else django_forms.Select
    return django_forms.ChoiceField(widget=widget(attrs=attrs), **common)


def initial_of(component: str, options: dict) -> object:
    items = options.get("items", [])
    chosen = [choice(item)[0] for item in items if item.get("checked") or item.get("selected")]
    if component == "checkboxes":
        return chosen + [str(value) for value in options.get("values", [])]
    return options.get("value", chosen[0] if chosen else None)


def rendered(component: str, options: dict) -> str:
    name = options.get("name") or options.get("idPrefix") or options["id"]
    heading = options.get("label") or options["fieldset"]["legend"]

    class Asked(forms.Form):
        label_size = ""
        mark_optional = False
        page_heading_field = name if heading.get("isPageHeading") else ""

    initial = {name: initial_of(component, options)}
    error = options.get("errorMessage")
    form = Asked(initial if error else None, initial=initial, auto_id="%s")
    form.fields[name] = field_of(component, options)
    if error:
        form.full_clean()
        form.add_error(name, error["text"])
    return form[name].as_field_group()


@pytest.mark.parametrize(
    ("component", "name"), [(each, name) for each, names in COVERED.items() for name in names]
)
def test_a_field_renders_as_govuk_frontend_renders_it(component: str, name: str) -> None:
    options, html = fixture(component, name)
    theirs = django_ids(Tree(html).root, options)
    assert Tree(rendered(component, options)).root == theirs


@pytest.mark.parametrize("name", ERROR_SUMMARIES)
def test_the_error_summary_renders_as_govuk_frontend_renders_it(name: str) -> None:
    options, html = fixture("error-summary", name)

    class Wrong(forms.Form):
        pass

    form = Wrong({}, auto_id="%s")
    for entry in options["errorList"]:
        if "href" in entry:
            form.fields[entry["href"].removeprefix("#")] = django_forms.CharField(required=False)
    form.full_clean()
    for entry in options["errorList"]:
        form.add_error(entry["href"].removeprefix("#") if "href" in entry else None, entry["text"])

    def in_one_order(node: object) -> object:
        """Errors of the whole form come first with us, those of fields in the fields' order."""
        if not isinstance(node, tuple):
            return node
        tag, attrs, children = node
        children = [in_one_order(child) for child in children]
        return tag, attrs, sorted(children, key=str) if tag == "ul" else children

    ours = [in_one_order(node) for node in Tree(form.error_summary).root]
    assert ours == [in_one_order(node) for node in Tree(html).root]


class Asked(forms.Form):
    words = forms.PlainTextField(label="What helped?", max_length=10, multiline=True)
    name = forms.PlainTextField(label="Name", max_length=5, required=False)
    who = django_forms.ChoiceField(
        label="Who may read it?",
        choices=[("a", "All"), ("f", "Few")],
        widget=django_forms.RadioSelect,
    )
    tick = django_forms.BooleanField(label="Quote me", help_text="Without a name")
    key = django_forms.CharField(widget=django_forms.HiddenInput, required=False)


def asked(**data: str) -> Asked:
    return Asked({"words": "well", "who": "a", "tick": "on", **data})


def test_a_form_shows_no_summary_before_it_is_sent() -> None:
    assert "govuk-error-summary" not in str(Asked())


def test_every_error_of_the_summary_links_to_an_element_of_the_form() -> None:
    html = str(Asked({}))
    links = re.findall(r'href="#([^"]+)"', html)
    assert links == ["id_words", "id_who_0", "id_tick"]
    for target in links:
        assert f'id="{target}"' in html


def test_missing_answers_are_asked_for_in_our_words() -> None:
    assert Asked({}).errors == {
        "words": ["Please answer “What helped?”."],
        "who": ["Please answer “Who may read it?”."],
        "tick": ["Please tick “Quote me”."],
    }


def test_a_message_that_the_form_chose_is_kept() -> None:
    class Chosen(forms.Form):
        name = forms.PlainTextField(error_messages={"required": "Say who you are."})

    assert Chosen({}).errors == {"name": ["Say who you are."]}


def test_a_single_checkbox_is_described_by_its_hint_and_error() -> None:
    html = Asked({})["tick"].as_field_group()
    assert 'aria-describedby="id_tick_helptext id_tick_error"' in html
    assert 'id="id_tick_helptext"' in html
    assert 'id="id_tick_error"' in html
    assert "fieldset" not in html


def test_fields_that_may_stay_empty_say_so() -> None:
    assert "Name (optional)</label>" in str(Asked())
    assert "What helped? (optional)" not in str(Asked())


def test_hidden_fields_are_rendered_once_and_without_a_group() -> None:
    assert str(Asked()).count('<input type="hidden" name="key"') == 1


def test_words_are_kept_exactly_but_for_the_ends_and_line_breaks() -> None:
    form = asked(words="  a\r\n b\t<i> ")
    assert form.is_valid()
    assert form.cleaned_data["words"] == "a\n b\t<i>"


def test_the_length_counts_a_line_break_once_and_is_not_cut_by_the_browser() -> None:
    assert asked(words="12345\r\n789").is_valid()
    assert "maxlength" not in str(Asked())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("1" * 11, "“What helped?” is 1 character too long. Please make it a little shorter."),
        ("1" * 47, "“What helped?” is 37 characters too long. Please make it shorter."),
        (
            "so\x00 far",
            "“What helped?” has a hidden character after “so”. Please type that bit again.",
        ),
        (
            "\ud800hi",
            "“What helped?” begins with a hidden character. Please type the first word again.",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_kindly_and_given_back(words: str, message: str) -> None:
    form = asked(words=words)
    assert form.errors == {"words": [message]}
    assert form["words"].value() == words


def test_one_line_stays_one_line() -> None:
    form = asked(name="a\r\nb")
    assert form.is_valid()
    assert form.cleaned_data["name"] == "a b"


def test_words_are_escaped_in_the_form() -> None:
    form = Asked({"words": "</textarea><script>alert(1)</script>"})
    assert "<script>" not in str(form)


def test_a_plain_char_field_gets_the_same_cleaning() -> None:
    class Library(forms.Form):
        text = django_forms.CharField(max_length=3, widget=django_forms.Textarea)

    assert Library({"text": "a\r\nb"}).is_valid()
    assert "maxlength" not in str(Library())
    assert Library({"text": "a\x01b"}).errors["text"][0].startswith("“Text” has a hidden character")


def test_a_model_form_is_rendered_and_cleaned_alike() -> None:
    from portal.models import Organisation

    class OrganisationForm(forms.ModelForm):
        class Meta:
            model = Organisation
            fields = ("name", "kind")

    form = OrganisationForm({"name": "n" * 121, "kind": "provider"})
    assert isinstance(form.fields["name"], forms.PlainTextField)
    assert 'class="govuk-input govuk-input--error"' in str(form)
    assert form.errors == {
        "name": ["“Name” is 1 character too long. Please make it a little shorter."]
    }


@pytest.mark.parametrize("written", ["2026-03-27", "27/3/2026", "27 March 2026"])
def test_a_day_may_be_picked_or_written(written: str) -> None:
    day = forms.DateField().clean(written)
    assert day.isoformat() == "2026-03-27"


def test_djangos_own_forms_keep_djangos_markup() -> None:
    class Theirs(django_forms.Form):
        name = django_forms.CharField()

    form: BaseForm = Theirs()
    assert "govuk" not in str(form)


def test_controls_are_escaped_and_say_only_what_is_so() -> None:
    class Awkward(forms.Form):
        name = django_forms.CharField(
            widget=django_forms.TextInput(attrs={"autofocus": True, "lang": False, "title": "<"})
        )
        which = django_forms.ChoiceField(
            choices=[("<a>", "A & B"), ("More", [("c", "C"), ("d", '"D"')])]
        )
        words = django_forms.CharField(widget=django_forms.Textarea)

    form = Awkward({"name": "<b>", "which": "d", "words": "\n</textarea>"})
    name = str(form["name"])
    assert " autofocus" in name
    assert "autofocus=" not in name
    assert "lang" not in name
    assert ' title="&lt;"' in name
    assert ' value="&lt;b&gt;"' in name
    which = str(form["which"])
    assert '<option value="&lt;a&gt;">A &amp; B</option>' in which
    assert '<optgroup label="More">' in which
    assert '<option value="d" selected>&quot;D&quot;</option>' in which
    assert str(form["words"]).endswith(">\n\n&lt;/textarea&gt;</textarea>")
