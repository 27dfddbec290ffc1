"""Forms about statements: a round's first ones, suggesting one, answering, and declining."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from codesign.enums import Stance
from codesign.operations.statements import LONGEST, MOST
from portal.forms import Form, PlainTextField


class OpenStatementsForm(Form):
    """A question, and the statements to begin with, one on each line."""

    mark_optional = False

    question = PlainTextField(
        label=_("What do you want to know?"),
        max_length=200,
        help_text=_("For example: What makes a break a real break?"),
    )
    first = PlainTextField(
        label=_("Statements to begin with, one on each line"),
        max_length=MOST * (LONGEST + 1),
        multiline=True,
        help_text=_(
            "Write each as somebody would say it, and only one thing in each. Ten to twenty are"
            " good. Put in some that you do not agree with yourself."
        ),
    )

    def clean_first(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["first"].split("\n")]
        for number, line in enumerate(lines, 1):
            if len(line) > LONGEST:
                raise forms.ValidationError(
                    _now(
                        "Line %(number)d is too long. A statement has at most %(most)d characters."
                    )
                    % {"number": number, "most": LONGEST}
                )
        return [line for line in lines if line]


class SuggestStatementForm(Form):
    words = PlainTextField(
        label=_("Your statement"),
        max_length=LONGEST,
        help_text=_("One short sentence that others can agree or disagree with."),
    )


class AnswerStatementForm(Form):
    """One of three buttons."""

    stance = forms.ChoiceField(choices=Stance.choices)


class DeclineStatementForm(Form):
    mark_optional = False

    reason = PlainTextField(
        label=_("Why is it not shown? Say it kindly"),
        max_length=300,
        multiline=True,
        help_text=_(
            "Whoever wrote it reads this, and it stands in the record. Do not repeat the words."
        ),
    )
