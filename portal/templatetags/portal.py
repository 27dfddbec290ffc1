"""Tags for our own templates."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.db.models import Model
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal import permissions
from portal.counts import count_in_words
from portal.models import Participant, ref
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


@dataclass(frozen=True)
class Following:
    """Whether somebody follows a thing, and the reference it is followed by."""

    subject: str
    on: bool


@register.simple_tag(takes_context=True)
def following(context: RequestContext, thing: Model) -> Following:
    """For parts/follow.html: `{% following thing as it %}`."""
    subject = ref(thing)
    participant = context["request"].participant
    on = getattr(thing, "is_followed", None)  # known where the page's query asked along
    if on is None:
        on = participant.follows.filter(subject=subject).exists()
    return Following(subject, on)


@register.simple_tag
def speaker(
    participant: Participant | None, no_organisation: bool = False, only_role: bool = False
) -> SafeString:
    """Who speaks, and from which role: power is always visible next to a contribution.

    Without a participant it is somebody who chose not to be named.
    """
    if not participant:
        return format_html(
            '<span class="tl-person"><span class="tl-person__name">{}</span></span>',
            _("Somebody who did not give a name"),
        )
    if only_role:
        return format_html(
            '<span class="tl-person"><span class="tl-role tl-role--{}">{}</span></span>',
            participant.role,
            participant.get_role_display(),
        )
    organisation = None if no_organisation else participant.organisation
    return format_html(
        '<span class="tl-person"><span class="tl-person__name">{}</span>'
        ' <span class="tl-role tl-role--{}">{}</span>{}</span>',
        participant.display_name,
        participant.role,
        participant.get_role_display(),
        format_html(' <span class="tl-person__organisation">{}</span>', organisation.name)
        if organisation
        else "",
    )


@register.simple_tag(takes_context=True)
def names_author(context: RequestContext, thing: Any) -> bool:
    """Whether whoever looks may read who wrote `thing`: `{% names_author thing as named %}`.

    While a moderator hides its words, only the author and those who may hide them do.
    """
    if not thing.is_hidden:
        return True
    participant = context["request"].participant
    return participant is not None and (
        thing.by_id == participant.pk
        or permissions.can(participant, f"hide_{thing._meta.model_name}", thing)
    )


@register.simple_tag(takes_context=True)
def author(context: RequestContext, thing: Any, no_organisation: bool = False) -> SafeString:
    """Who wrote `thing`; only their role where the name is not to be read (`names_author`)."""
    return speaker(thing.by, no_organisation, only_role=not names_author(context, thing))


@register.simple_tag
def status(label: str, tone: str = "") -> SafeString:
    """A status as a word with a mark of its own shape. `label` is translated already.

    Tones: open (can act now), done (agreed, published), wait (somebody must act), no (refused,
    stopped, cannot), quiet (past, parked, draft; the default).
    """
    return format_html('<span class="tl-status tl-status--{}">{}</span>', tone or "quiet", label)


@register.simple_tag
def day(moment: datetime) -> SafeString:
    """The day of a moment where the service is, as people say it: 27 March 2026."""
    here = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}">{} {} {}</time>',
        here.isoformat(),
        here.day,
        MONTHS[here.month],
        here.year,
    )


@register.simple_tag(takes_context=True)
def people_count(context: RequestContext, count: int) -> str:
    """A count of people in words: the number for people of the partnership, gated for visitors."""
    return count_in_words(count, exact=context["request"].participant is not None)


@register.simple_tag
def gated_count(count: int) -> str:
    """A count of people in words, gated for everyone: for anything broken down by a group."""
    return count_in_words(count)


PROPOSAL_TONES = {
    "open": "open",
    "shortlisted": "open",
    "agreed": "done",
    "changed": "done",
    "not_agreed": "no",
    # parts of the service
    "current": "done",
    "paused": "wait",
}


@register.filter
def tone(status: str) -> str:
    """The tone of a status tag: which of its shapes fits a status (parts/status_tag.html)."""
    return PROPOSAL_TONES.get(status, "quiet")
