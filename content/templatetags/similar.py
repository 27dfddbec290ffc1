"""What is already there, for pages that apps below render."""

from django import template
from django.template.context import RequestContext

from codesign.models import Proposal
from content.queries import similar

register = template.Library()


@register.simple_tag(takes_context=True)
def similar_to(context: RequestContext, proposal: Proposal) -> similar.Similar:
    """What says much the same as a proposal: `{% similar_to proposal as similar %}`."""
    return similar.similar_to(
        proposal.workspace,
        context["request"].participant,
        proposal.title,
        proposal.why,
        but_not=proposal.pk,
    )
