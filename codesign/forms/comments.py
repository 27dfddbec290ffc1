"""Forms about comments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from codesign.enums import CommentKind
from codesign.models import Proposal
from portal import permissions
from portal.forms import Form, PlainTextField
from portal.models import Participant


class SpeakerForm(Form):
    """Words of somebody who may say that they speak for their organisation, if they have one."""

    as_organisation = forms.BooleanField(label=_("I speak for my organisation"), required=False)

    def __init__(
        self, *args: object, proposal: Proposal, by: Participant | None, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        if (
            by is None
            or by.organisation is None
            or not permissions.can(by, "answer_for_organisation", proposal)
        ):
            del self.fields["as_organisation"]
        else:
            self.fields["as_organisation"].label = _("I speak for %(name)s") % {
                "name": by.organisation.name
            }


class CommentForm(SpeakerForm):
    kind = forms.ChoiceField(
        label=_("What kind of point is it?"), choices=CommentKind, initial=CommentKind.FOR
    )
    text = PlainTextField(label=_("Your point"), max_length=2000, multiline=True)
    field_order = ["kind", "text", "as_organisation"]


class ReplyForm(SpeakerForm):
    text = PlainTextField(label=_("Your reply"), max_length=2000, multiline=True)
    field_order = ["text", "as_organisation"]
