"""The story of a decision and its evidence packs, for a page that an app below renders."""

from django import template
from django.template.context import RequestContext

from codesign.models import Decision
from codesign.queries.decisions import Around
from content.queries import packs
from content.queries.decision_story import Story, story_of

register = template.Library()


@register.simple_tag(takes_context=True)
def decision_story(context: RequestContext, decision: Decision, around: Around) -> Story | None:
    """How it came about: `{% decision_story decision around as story %}`."""
    return story_of(decision, context["request"].participant, around)


@register.simple_tag(takes_context=True)
def packs_offered(context: RequestContext, decision: Decision) -> packs.Offered:
    """What can be taken away: `{% packs_offered decision as offered %}`."""
    return packs.offered(decision, context["request"].participant)
