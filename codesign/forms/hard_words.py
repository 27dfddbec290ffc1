"""The form for a partnership's own hard words: one a line, with plainer ones behind a colon."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.forms import Form, PlainTextField

MOST = 200  # words on a list
LONGEST = 120  # characters on either side of the colon


class HardWordsForm(Form):
    words = PlainTextField(
        label=_("Words that not everybody here knows"),
        help_text=_("One a line, then a colon and plainer words. “ICB: the local NHS board”"),
        multiline=True,
        required=False,
        max_length=MOST * LONGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    @staticmethod
    def as_typed(words: Mapping[str, str]) -> dict[str, str]:
        """By the alphabet: not every database keeps the order in which they were typed."""
        in_order = sorted(words.items(), key=lambda pair: pair[0].casefold())
        return {"words": "\n".join(f"{hard}: {easier}" for hard, easier in in_order)}

    def clean_words(self) -> dict[str, str]:
        found: dict[str, str] = {}
        known: set[str] = set()
        for line in filter(None, map(str.strip, self.cleaned_data["words"].split("\n"))):
            hard, easier = (side.strip() for side in (*line.split(":", 1), "")[:2])
            said = {"line": line[:60]}
            if not hard or not easier:
                raise forms.ValidationError(
                    _now("Write a colon and plainer words behind it: “%(line)s”") % said
                )
            if max(len(hard), len(easier)) > LONGEST:
                raise forms.ValidationError(_now("This line is too long: “%(line)s”") % said)
            if hard.casefold() in known:
                raise forms.ValidationError(_now("This stands there twice: “%(line)s”") % said)
            known.add(hard.casefold())
            found[hard] = easier
        if len(found) > MOST:
            raise forms.ValidationError(
                _now("Write at most %(most)d words. Leave out those that people know by now.")
                % {"most": MOST}
            )
        return found
