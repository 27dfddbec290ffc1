"""The controls of forms as HTML: an input, a textarea, a select.

They are written here, and not in templates, because they are little but attributes, and there are
many: filters over a list alone offer a hundred options.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]  # a widget as Django hands it to a template


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Each with a space before it. True stands as its bare name, and False is left out."""
    said = [(name, value) for name, value in attrs.items() if value is not True]
    bare = [(name,) for name, value in attrs.items() if value is True]
    return format_html_join(
        "", ' {}="{}"', (each for each in said if each[1] is not False)
    ) + format_html_join("", " {}", bare)


def control(widget: Widget) -> SafeString:
    """An `<input>` of any type."""
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        "" if value is None else format_html(' value="{}"', value),
        attributes(widget["attrs"]),
    )


def textarea(widget: Widget) -> SafeString:
    # The line break is no part of the words: without it a browser takes their own first one away.
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        attributes(widget["attrs"]),
        widget["value"] or "",
    )


def select(widget: Widget) -> SafeString:
    groups = (
        format_html('\n  <optgroup label="{}">{}\n  </optgroup>', group, _options(options))
        if group
        else _options(options)
        for group, options, _place in widget["optgroups"]
    )
    return format_html(
        '<select name="{}"{}>{}\n</select>',
        widget["name"],
        attributes(widget["attrs"]),
        format_html_join("", "{}", ((each,) for each in groups)),
    )


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join(
        "",
        '\n  <option value="{}"{}{}>{}</option>',
        (
            (
                option["value"],
                " selected" if option["selected"] else "",
                " disabled" if option["attrs"].get("disabled") else "",
                option["label"],
            )
            for option in options
        ),
    )


INPUTS = (
    "date",
    "datetime",
    "email",
    "hidden",
    "input",
    "number",
    "password",
    "tel",
    "text",
    "url",
)

# Which of these writes what Django would make of a template.
WRITTEN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{each}.html": control for each in INPUTS},
    "django/forms/widgets/textarea.html": textarea,
    "django/forms/widgets/select.html": select,
}
