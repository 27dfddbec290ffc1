"""Forms as people meet them: GOV.UK markup, kind words, and text kept exactly as it was written.

`Form` and `ModelForm` are the bases of every form of ours. They carry their own renderer, so
Wagtail's admin keeps Django's. `{{ form }}` is the error summary, then every field.
"""

import re
from functools import cached_property
from typing import Any

from django import forms
from django.core import validators
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import pretty_name
from django.template import loader
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.widgets import WRITTEN

# The first match counts: CheckboxSelectMultiple is a subclass of RadioSelect, and file and
# checkbox inputs are subclasses of Input.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-upload"),
    (forms.widgets.Input, "input"),
)

# Our templates for the widgets whose markup differs from Django's in more than a class. Those that
# are little but attributes are written by portal/widgets.py.
WIDGET_TEMPLATES = {
    "django/forms/widgets/checkbox.html": "portal/forms/checkbox.html",
    "django/forms/widgets/checkbox_select.html": "portal/forms/checkboxes.html",
    "django/forms/widgets/radio.html": "portal/forms/radios.html",
}

# What no database, feed or page can show. Vertical tab and form feed are line breaks to the
# programs that write them, so they become one instead of being refused.
UNSHOWABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LINE_BREAKS = re.compile("\r\n|\r|\v|\f")

# Set again by CharField, or said by PlainTextField in kinder words.
REPLACED_VALIDATORS = (
    validators.MaxLengthValidator,
    validators.MinLengthValidator,
    validators.ProhibitNullCharactersValidator,
)


class Hinted:
    """The label of one choice, with a line of explanation under it.

    `choices=[("public", Hinted(_("Everyone"), _("Also people outside the partnership.")))]`
    """

    def __init__(self, label: Any, hint: Any) -> None:
        self.label = label
        self.hint = hint

    def __str__(self) -> str:
        return str(self.label)


class PortalBoundField(BoundField):
    """A field as the templates see it: what kind it is, what describes it, where errors link to."""

    form: Any  # a PortalFormMixin, which is also a form

    def kind_of(self, widget: forms.Widget) -> str:
        return next((kind for cls, kind in KINDS if isinstance(widget, cls)), "")

    @cached_property
    def kind(self) -> str:
        """`input`, `textarea`, `select`, `file-upload`, `checkbox`, `checkboxes` or `radios`."""
        return self.kind_of(self.field.widget)

    @property
    def label_class(self) -> str:
        """The label's or legend's size: the form's, or large when it is the page's heading."""
        base = "govuk-fieldset__legend" if self.use_fieldset else "govuk-label"
        size = "l" if self.is_page_heading else self.form.label_size
        return f"{base} {base}--{size}" if size else base

    @property
    def is_page_heading(self) -> bool:
        return self.name == self.form.page_heading_field

    @property
    def says_optional(self) -> bool:
        return (
            self.form.mark_optional and not self.field.required and not self.field.disabled
        ) and self.kind != "checkbox"

    @property
    def error_target(self) -> str:
        """Where the error summary links to: a group has no id of its own, its first choice has."""
        return f"{self.auto_id}_0" if self.kind in {"radios", "checkboxes"} else self.id_for_label

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = {**super().build_widget_attrs(attrs, widget)}
        # The message, the summary and aria-describedby say it; the tested pattern says no more.
        built.pop("aria-invalid", None)
        kind = self.kind_of(widget)
        if widget.is_hidden or kind not in {
            "input",
            "textarea",
            "select",
            "file-upload",
        }:
            return built
        classes = [f"govuk-{kind}", f"govuk-{kind}--error" if self.errors else ""]
        classes.append(widget.attrs.get("class", ""))
        built["class"] = " ".join(filter(None, classes))
        if kind == "textarea":
            built["cols"] = False  # width is the stylesheet's
            if str(widget.attrs.get("rows", "10")) == "10":  # Django's default
                built["rows"] = 5
        return built


class PortalRenderer(DjangoTemplates):
    """Renders our forms with templates/portal/forms, and what has none there as Django does."""

    form_template_name = "portal/forms/form.html"
    field_template_name = "portal/forms/field.html"
    bound_field_class = PortalBoundField

    def get_template(self, template_name: str) -> Any:
        template_name = WIDGET_TEMPLATES.get(template_name, template_name)
        if template_name.startswith("django/forms/"):
            return super().get_template(template_name)
        return loader.get_template(template_name)

    def render(self, template_name: str, context: Any, request: Any = None) -> Any:
        write = WRITTEN.get(template_name)
        return (
            write(context["widget"]) if write else super().render(template_name, context, request)
        )


class PortalFormMixin:
    """What our forms share. Also fits a form of a library: `class Login(PortalFormMixin, Theirs)`.

    Attributes a form may set:
      label_size          `s`, `m`, `l` or nothing: the size of labels and legends
      page_heading_field  name of the one field whose label is the page's <h1>
      mark_optional       whether fields that may stay empty say "(optional)"
    """

    # One for all forms: each has templates of its own, which would be read again for every form.
    default_renderer: Any = PortalRenderer()
    use_required_attribute = False  # the page answers in our words, not the browser's
    label_size = "s"
    page_heading_field = ""
    mark_optional = True

    fields: dict[str, forms.Field]
    errors: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if type(field) is forms.CharField:  # as a ModelForm makes them
                field = self.fields[name] = PlainTextField.instead_of(field)
            field.label = pretty_name(name) if field.label is None else field.label
            say_kindly(field)

    def get_context(self) -> dict[str, Any]:
        """What our templates show. Django's makes a list of every field's errors, also of none."""
        return super().get_context() if self.errors else {"form": self}  # type: ignore[misc]

    @property
    def error_summary(self) -> SafeString:
        """The error summary alone, for a page that lays out its fields itself."""
        if not self.errors:
            return SafeString()
        return self.render("portal/forms/error_summary.html")  # type: ignore[attr-defined]

    @property
    def groups(self) -> SafeString:
        """Every field, hidden ones too, without the error summary."""
        fields = (field if field.is_hidden else field.as_field_group() for field in self)  # type: ignore[attr-defined]
        return format_html_join("\n", "{}", ((field,) for field in fields))


class Form(PortalFormMixin, forms.Form):
    """The base of every form of ours that is not about one model."""


class ModelForm(PortalFormMixin, forms.ModelForm):
    """The base of every form of ours that fills a model. It parses; operations save."""


class PlainTextField(forms.CharField):
    """Plain words, kept exactly: only the ends are trimmed, and line breaks are written one way.

    `max_length` is in characters, and is checked here and not by the browser, which would cut off
    what somebody pasted without a word. Raises ValidationError for characters nothing can show.
    """

    def __init__(
        self, *, max_length: int | None = None, multiline: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", forms.Textarea if multiline else forms.TextInput)
        self.multiline = multiline
        super().__init__(**kwargs)
        self.max_length = max_length

    @classmethod
    def instead_of(cls, field: forms.CharField) -> "PlainTextField":
        """The same field with our cleaning, for fields that a library made."""
        new = cls(
            max_length=field.max_length,
            multiline=isinstance(field.widget, forms.Textarea),
            min_length=field.min_length,
            required=field.required,
            strip=field.strip,
            empty_value=field.empty_value,
            label=field.label,
            help_text=field.help_text,
            initial=field.initial,
            disabled=field.disabled,
            widget=field.widget,
            validators=[v for v in field.validators if not isinstance(v, REPLACED_VALIDATORS)],
        )
        new.error_messages = field.error_messages
        new.widget.attrs.pop("maxlength", None)
        return new

    def to_python(self, value: Any) -> Any:
        value = LINE_BREAKS.sub("\n", str(value)) if value not in self.empty_values else value
        if isinstance(value, str) and not self.multiline:
            value = value.replace("\n", " ")
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        text = value or ""
        if hidden := UNSHOWABLE.search(text):
            raise forms.ValidationError(self.unshowable_message(text[: hidden.start()]))
        over = len(text) - self.max_length if self.max_length is not None else 0
        if over > 0:
            message = ngettext(
                "“%(label)s” is %(over)d character too long. Please make it a little shorter.",
                "“%(label)s” is %(over)d characters too long. Please make it shorter.",
                over,
            )
            raise forms.ValidationError(
                message, code="max_length", params={"label": self.label, "over": over}
            )

    def unshowable_message(self, before: str) -> str:
        """Where the character is that cannot be seen: after which of the person's own words."""
        before = before[-20:].strip()
        if not before:
            return gettext(
                "“%(label)s” begins with a hidden character. Please type the first word again."
            ) % {"label": self.label}
        return gettext(
            "“%(label)s” has a hidden character after “%(before)s”. Please type that bit again."
        ) % {"label": self.label, "before": before}


class DateField(forms.DateField):
    """A day. Browsers without a date picker may write it as 27/3/2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y"])
        attrs = {"type": "date", "class": "govuk-input--width-10"}
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs=attrs))
        super().__init__(**kwargs)


class DateTimeField(forms.DateTimeField):
    """A day and a time, in the place's own time zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"])
        attrs = {"type": "datetime-local", "class": "govuk-input--width-20"}
        kwargs.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=attrs))
        super().__init__(**kwargs)


# Which kind words take the place of Django's, by field; `%(label)s` is the field's label.
KIND_WORDS: tuple[tuple[type[forms.Field], str, Any], ...] = (
    (forms.BooleanField, "required", _("Please tick “%(label)s”.")),
    (forms.FileField, "required", _("Please choose a file for “%(label)s”.")),
    (forms.Field, "required", _("Please answer “%(label)s”.")),
    (
        forms.EmailField,
        "invalid",
        _("Please write an e-mail address like name@example.org."),
    ),
    (forms.DateField, "invalid", _("Please write a date like 27/3/2026.")),
    (
        forms.DateTimeField,
        "invalid",
        _("Please write a date and a time like 27/3/2026 14:30."),
    ),
    (forms.FloatField, "invalid", _("Please write a number.")),
    (forms.DecimalField, "invalid", _("Please write a number.")),
    (forms.IntegerField, "invalid", _("Please write a whole number.")),
    (forms.MultipleChoiceField, "invalid_choice", _("Please choose from the list.")),
    (forms.ChoiceField, "invalid_choice", _("Please choose from the list.")),
    (
        forms.ModelMultipleChoiceField,
        "invalid_choice",
        _("Please choose from the list."),
    ),
    (forms.ModelChoiceField, "invalid_choice", _("Please choose from the list.")),
)


def say_kindly(field: forms.Field) -> None:
    """Put our words in place of Django's own messages; a message the form chose stays."""
    for cls, code, message in KIND_WORDS:
        if isinstance(field, cls) and is_djangos(field, code):
            named = code == "required"
            field.error_messages[code] = message % {"label": field.label} if named else message


def is_djangos(field: forms.Field, code: str) -> bool:
    theirs = [
        cls.default_error_messages[code]
        for cls in type(field).__mro__
        if issubclass(cls, forms.Field) and code in cls.default_error_messages
    ]
    return field.error_messages.get(code) in theirs
