"""Tags for our own templates."""

import uuid

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import permissions
from portal.permissions import Walled

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A hidden field with a fresh key: the post it is in counts once (portal.http.once)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4().hex)


@register.simple_tag(takes_context=True)
def can(context: RequestContext, act: str, thing: Walled) -> bool:
    """Whether whoever looks at the page may do `act` to `thing`: `{% can "act" thing as yes %}`."""
    return permissions.can(context["request"].participant, act, thing)
