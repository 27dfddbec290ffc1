"""Being one of the demo's people. These pages exist only where settings.DEMO is on."""

from collections import defaultdict
from functools import cache

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from content.demo import loader
from portal import seats
from portal.enums import Role
from portal.models import Participant, Partnership

ROLES = list(Role)


@cache
def _try_this() -> dict[tuple[str, str], str]:
    """What to try, by partnership and display name."""
    lines = {}
    for path in loader.files():
        texts = loader.read(path)
        for person in texts.get("participants", []):
            if "try_this" in person:
                lines[texts["partnership"]["slug"], person["display_name"]] = person["try_this"]
    return lines


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody one can be, by partnership and role; those with something to try first."""
    everybody = (
        Participant.objects.here()
        .select_related("partnership", "organisation")
        .prefetch_related("duties_held")
        .order_by("partnership_id", "pk")
    )
    guided: dict[Partnership, list[tuple[Participant, str]]] = defaultdict(list)
    others: dict[Partnership, list[Participant]] = defaultdict(list)
    for person in sorted(everybody, key=lambda p: (p.partnership_id, ROLES.index(Role(p.role)))):
        place = person.partnership
        line = _try_this().get((place.slug, person.display_name))
        if line is None:
            others[place].append(person)
        else:
            guided[place].append((person, line))
    places = [
        (place, guided[place], others[place])
        for place in sorted({*guided, *others}, key=lambda p: p.pk)
    ]
    return render(request, "portal/demo_people.html", {"places": places})


@require_POST
def sign_in_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Be this person from now on: by account, or for a guest by their seat."""
    person = get_object_or_404(
        Participant.objects.here().select_related("partnership", "user"), pk=pk
    )
    response = redirect(person.partnership.get_absolute_url())
    if person.user is None:
        logout(request)
        seats.give(response, person, secure=request.is_secure())
    else:
        login(request, person.user)
        seats.leave(response, person.partnership)
    return response
