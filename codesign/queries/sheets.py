"""Reads for paper sheets, and for entering what somebody else said."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When
from django.db.models.functions import Lower

from codesign.models import EnteredLine, PrintedSheet, Printing, Proposal, Sheet, Workspace
from codesign.phrases import printed_number
from portal import permissions
from portal.models import Participant, Partnership

ON_A_SHEET = 8  # suggestions that fit on one page, with room to tick
MOST_FOUND = 20


@dataclass(frozen=True)
class Found:
    """People whose name holds what was typed; `more` says that there are others still."""

    people: list[Participant]
    more: bool


def people_to_enter_for(partnership: Partnership) -> QuerySet[Participant]:
    """Those for whom a worker may enter something: people who do not work for the service."""
    return (
        Participant.objects.here()
        .filter(partnership=partnership, duties_held=None)
        .exclude(role__in=permissions.STAFF)
        .select_related("organisation")
        .order_by("display_name", "pk")
    )


def find_people(partnership: Partnership, typed: str) -> Found:
    """People by a part of their name; nobody for no name."""
    if not typed.strip():
        return Found([], more=False)
    people = list(
        people_to_enter_for(partnership).filter(display_name__icontains=typed.strip())[
            : MOST_FOUND + 1
        ]
    )
    return Found(people[:MOST_FOUND], more=len(people) > MOST_FOUND)


def namesakes(partnership: Partnership, names: Iterable[str]) -> dict[str, list[Participant]]:
    """People who are called like this already, by the name in small letters; one query."""
    typed = {name.strip() for name in names if name.strip()}
    found: dict[str, list[Participant]] = {}
    if typed:
        # SQLite knows small letters of plain English only, so the name as it was typed counts too.
        alike = people_to_enter_for(partnership).annotate(small=Lower("display_name"))
        for person in alike.filter(
            Q(display_name__in=typed) | Q(small__in={name.lower() for name in typed})
        ):
            found.setdefault(person.display_name.lower(), []).append(person)
    return found


def proposals_for_sheet(
    workspace: Workspace, chosen: Iterable[str] = (), *, size: int = ON_A_SHEET
) -> list[Proposal]:
    """What can be ticked on a sheet: the chosen suggestions, or the newest that are open."""
    open_now = (
        Proposal.objects.live()
        .filter(workspace=workspace, hidden_at=None)
        .select_related("partnership", "workspace")
    )
    numbers = {int(each) for each in chosen if each.isdecimal() and len(each) < 10}
    if numbers:
        return list(open_now.filter(pk__in=numbers).order_by("pk")[:size])
    return sorted(open_now.order_by("-pk")[:size], key=lambda each: each.pk)


def proposals_to_choose(workspace: Workspace, *, size: int = 40) -> list[Proposal]:
    """Suggestions offered for a sheet: the most supported of those that are open."""
    return list(
        Proposal.objects.live()
        .filter(workspace=workspace, hidden_at=None)
        .order_by("-support_count", "-pk")[:size]
    )


def printing_of(workspace: Workspace, typed: str) -> Printing | None:
    """The printing that a sheet's number comes from; None for one that was not printed here."""
    found = (
        PrintedSheet.objects.filter(
            workspace=workspace, number=printed_number(typed, workspace.pk) or ""
        )
        .select_related("printing")
        .first()
    )
    return None if found is None else found.printing


def proposals_printed(printing: Printing) -> list[Proposal]:
    """What stands on the sheets of a printing, in its order; whatever became of it since.

    Each knows, as `is_reworded`, whether its words have changed since. One query.
    """
    found = (
        Proposal.objects.filter(printed__printing=printing)
        .select_related("partnership", "workspace")
        .annotate(
            is_reworded=Case(When(version__gt=F("printed__version"), then=True), default=False)
        )
        .order_by("printed__place")
    )
    return list(found)


def printings_of(workspace: Workspace) -> QuerySet[Printing]:
    """What was printed in a space, with the numbers of its sheets."""
    return Printing.objects.filter(workspace=workspace).prefetch_related("sheets")


def sheet_with(workspace: Workspace, number: str) -> Sheet | None:
    """The sheet of this number that was typed in, if one was."""
    return (
        Sheet.objects.filter(workspace=workspace, number=number)
        .select_related("entered_by")
        .first()
    )


def lines_of(sheet: Sheet) -> list[EnteredLine]:
    """What was typed in from a sheet, line by line; two queries."""
    return list(
        EnteredLine.objects.filter(sheet=sheet)
        .select_related(
            "participant__organisation", "idea__partnership", "corrected_by__organisation"
        )
        .prefetch_related(
            Prefetch("ticks", Proposal.objects.select_related("partnership").order_by("pk"))
        )
        .order_by("place")
    )


def proposals_for_line(line: EnteredLine) -> list[Proposal]:
    """What can be ticked when a line is corrected: what was printed, or what the sheet ticks.

    Where the sheet was not printed here, the suggestions that are open now can be ticked too.
    """
    sheet = line.sheet
    printing = printing_of(sheet.workspace, sheet.number)
    listed = (
        proposals_printed(printing)
        if printing is not None
        else proposals_for_sheet(sheet.workspace)
    )
    ticked = Proposal.objects.filter(pk__in=_ticked_on(sheet)).select_related(
        "partnership", "workspace"
    )
    known = {each.pk for each in listed}
    return [*listed, *(each for each in ticked.order_by("pk") if each.pk not in known)]


def _ticked_on(sheet: Sheet) -> QuerySet[Any]:
    return EnteredLine.ticks.through.objects.filter(enteredline__sheet=sheet).values("proposal")


def sheets_of(workspace: Workspace) -> QuerySet[Sheet]:
    """The sheets that were typed in, with how many supports each brought."""
    return (
        Sheet.objects.filter(workspace=workspace)
        .select_related("entered_by__organisation", "workspace__partnership")
        .annotate(supported=Count("supports"))
    )
