"""What every page of a partnership has around it: its menu, by who is looking."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from codesign.queries.moderation import waiting_count
from portal import permissions
from portal.models import Participant, Partnership

Entry = tuple[str, str]  # words, address


def partnership_nav(request: HttpRequest) -> dict[str, Any]:
    """Template context: the menu of the partnership this page belongs to, if it belongs to one."""
    partnership = getattr(request, "partnership", None)
    if partnership is None:
        return {}
    participant = getattr(request, "participant", None)
    log = reverse("codesign:moderation_log", args=[partnership.slug])
    return {
        "partnership_nav": SimpleLazyObject(lambda: entries(partnership, participant)),
        "partnership_footer": [(_("What was hidden, and why"), log)],
    }


def entries(partnership: Partnership, participant: Participant | None) -> list[Entry]:
    """The menu's entries in reading order; what somebody may not do is not offered."""

    def to(name: str) -> str:
        return reverse(name, args=[partnership.slug])

    menu = [
        (_("Front page"), partnership.get_absolute_url()),
        (_("Spaces"), to("codesign:workspaces")),
        (_("What’s on"), to("codesign:whats_on")),
        (_("Tell us how it is going"), to("feedback:leave_voice")),
        (_("What people say"), to("feedback:themes")),
        (_("Votes"), to("codesign:ballots")),
        (_("Decisions"), to("codesign:decisions")),
        (_("What changed"), to("feedback:change_log")),
        (_("The service now"), to("codesign:service")),
        (_("Measures"), to("feedback:measures")),
    ]
    if participant is not None:
        menu.append((_("People"), to("portal:people")))
        menu.append((_("The record"), to("portal:record")))
    if permissions.can(participant, "read_waiting_voices", partnership):
        menu.append((_("Voices to read"), to("feedback:voice_queue")))
    if permissions.can(participant, "read_reports", partnership):
        reports = _("Reports to answer: %(count)d") % {"count": waiting_count(partnership)}
        menu.append((reports, to("codesign:moderation_queue")))
    return menu
