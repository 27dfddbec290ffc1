"""Forms of moderation: reporting, hiding, asking again, answering."""

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import HidingReason
from codesign.queries.moderation import POLICY
from portal.forms import Form, Hinted, PlainTextField

REASONS = [(each.value, Hinted(each.label, POLICY[each])) for each in HidingReason]


class ReportForm(Form):
    """Which rule it breaks. Only moderators see who reported."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=REASONS, widget=forms.RadioSelect
    )
    words = PlainTextField(
        label=_("Do you want to say more?"),
        max_length=500,
        multiline=True,
        required=False,
        help_text=_("Only moderators read this."),
    )


class HideForm(Form):
    """For which published reason, and in the moderator's own words."""

    reason = forms.ChoiceField(
        label=_("Which rule does it break?"), choices=REASONS, widget=forms.RadioSelect
    )
    why = PlainTextField(
        label=_("Why? Say it kindly"),
        max_length=200,
        multiline=True,
        help_text=_(
            "Everybody can read this, here and in the public log. Do not name the writer, and do "
            "not repeat the words."
        ),
    )


class AnswerReportForm(Form):
    answer = PlainTextField(
        label=_("Why do the words stay?"),
        max_length=300,
        multiline=True,
        help_text=_("Whoever reported them reads this."),
    )


class AskAgainForm(Form):
    words = PlainTextField(
        label=_("Why should your words be shown?"),
        max_length=1000,
        multiline=True,
        help_text=_("Only moderators read this. You can ask once."),
    )


class AnswerAskingForm(Form):
    put_back = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("yes", Hinted(_("Put the words back"), _("Everybody can read them again."))),
            ("no", Hinted(_("They stay hidden"), _("The author cannot ask a third time."))),
        ],
        widget=forms.RadioSelect,
    )
    why = PlainTextField(
        label=_("Why?"),
        max_length=300,
        multiline=True,
        help_text=_(
            "The author reads this, and so does everybody in the public log. Do not name the "
            "writer, and do not repeat the words."
        ),
    )
