"""The trail of one thing: a timeline for a person, and the same as JSON."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.trail import Told, Trail, TrailLink, trail_of
from content.trail_kinds import KINDS, TrailStep
from portal import http
from portal.http import PortalRequest
from portal.models import Participant

UNFOLDED = 5  # voices and ideas shown at once; the rest unfold
TOLD_AFTER = "adaptation"  # “Told back” stands between what changed and what happened


@dataclass(frozen=True)
class Tie:
    """A link with both its ends, for a page."""

    link: TrailLink
    source: TrailStep
    target: TrailStep


@dataclass(frozen=True)
class Entry:
    """A step with what leads on from it."""

    step: TrailStep
    leads_to: tuple[Tie, ...]
    is_here: bool

    @property
    def in_full(self) -> bool:
        """A voice's title is how it begins; its words in full are a click away."""
        return self.is_here or self.step.kind != "voice"


@dataclass(frozen=True)
class Section:
    """One heading of the timeline."""

    kind: str
    heading: str
    entries: tuple[Entry, ...] = ()
    folded: tuple[Entry, ...] = ()
    told: tuple[Told, ...] = ()
    more: str = ""


def _found(request: PortalRequest, kind: str, pk: int) -> Trail:
    trail = trail_of(kind, pk, partnership=request.partnership, participant=request.participant)
    if trail is None:
        raise Http404
    return trail


def _ties(trail: Trail, links: tuple[TrailLink, ...]) -> list[Tie]:
    """Links with their ends. Those whose other end is left out of the page stay out too."""
    steps = {step.ref: step for step in trail.steps} | trail.aside
    return [
        Tie(link, steps[link.source], steps[link.target])
        for link in links
        if link.source in steps and link.target in steps
    ]


def sections(trail: Trail) -> list[Section]:
    """The timeline under the thread's own headings; empty ones are left out."""
    onward: dict[str, list[Tie]] = {}
    for tie in _ties(trail, trail.links):
        onward.setdefault(tie.source.ref, []).append(tie)
    made = []
    for kind, shown in KINDS.items():
        entries = tuple(
            Entry(step, tuple(onward.get(step.ref, ())), step.ref == trail.thing.ref)
            for step in trail.steps
            if step.kind == kind
        )
        if entries:
            shown_at_once = UNFOLDED if kind in {"voice", "card"} else len(entries)
            made.append(
                Section(
                    kind,
                    str(shown.heading),
                    entries[:shown_at_once],
                    entries[shown_at_once:],
                    more=trail.more.get(kind, ""),
                )
            )
        if kind == TOLD_AFTER and trail.told:
            made.append(Section("told", _("Told back"), told=trail.told))
    return made


@require_safe
@http.open_to_visitors
def trail(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    """Everything before and after one thing, as a timeline."""
    found = _found(request, kind, pk)
    return render(
        request,
        "content/trail.html",
        {
            "trail": found,
            "partnership": request.partnership,
            "kind_words": str(KINDS[kind].model._meta.verbose_name),
            "sections": sections(found),
            "removed": _ties(found, found.removed),
        },
    )


def _person(participant: Participant | None) -> dict[str, str] | None:
    if participant is None:
        return None
    return {"name": participant.display_name, "role": participant.role}


def _who(step: TrailStep) -> dict[str, str] | None:
    return None if step.who is None else {"name": step.who_name, "role": step.who.role}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def as_json(trail: Trail) -> dict[str, Any]:
    """The trail as plain data; its keys are described in docs/glossary.md."""
    places = {
        **{step.ref: "before" for step in trail.before},
        **{step.ref: "after" for step in trail.after},
        trail.thing.ref: "here",
    }
    return {
        "version": 1,
        "thing": trail.thing.ref,
        "steps": [
            {
                "ref": step.ref,
                "kind": step.kind,
                "place": places[step.ref],
                "title": step.title,
                "when": _iso(step.when),
                "when_words": step.when_words,
                "who": _who(step),
                "how": step.how,
                "state": step.state,
                "words": step.words,
                "url": step.url,
            }
            for step in trail.steps
        ],
        "links": [
            {
                "from": tie.link.source,
                "to": tie.link.target,
                "leads_to": tie.link.leads_to,
                "why": tie.link.why,
                "made_by": _person(tie.link.made_by),
                "made_on": _iso(tie.link.made_on),
                "removed_by": _person(tie.link.removed_by),
                "removed_on": _iso(tie.link.removed_on),
                "removal_reason": tie.link.removal_reason,
            }
            for tie in _ties(trail, (*trail.links, *trail.removed))
        ],
        "told": [
            {"ref": told.ref, "people": told.people, "on": _iso(told.on)} for told in trail.told
        ],
        "left_out": trail.more,
        "record": [
            {
                "entry": line.entry,
                "on": _iso(line.on),
                "kind": line.kind,
                "ref": line.ref,
                "fingerprint": line.fingerprint,
            }
            for line in trail.record
        ],
    }


@require_safe
@http.open_to_visitors
def trail_json(request: PortalRequest, kind: str, pk: int) -> JsonResponse:
    """The same trail for a program to read."""
    return JsonResponse(as_json(_found(request, kind, pk)), json_dumps_params={"indent": 2})
