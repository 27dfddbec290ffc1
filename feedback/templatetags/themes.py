"""What a proposal answers, for pages that apps below render."""

from django import template
from django.template.context import RequestContext

from codesign.models import Proposal
from feedback.models import ThemeProposal
from feedback.queries import themes

register = template.Library()


@register.simple_tag(takes_context=True)
def themes_behind(context: RequestContext, proposal: Proposal) -> list[ThemeProposal]:
    """The themes that a proposal answers: `{% themes_behind proposal as theme_links %}`."""
    return themes.themes_behind(proposal, context["request"].participant)
