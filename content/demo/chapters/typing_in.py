"""Paper sheets: printed, filled in somewhere else, typed in, and put right where it went wrong."""

from codesign.models import EnteredLine, Sheet
from codesign.operations import sheet_lines, sheets
from codesign.operations.sheets import Person, SheetLine
from content.demo.story import Rank, Row, Story
from portal.enums import Channel, Role


def type_in(story: Story) -> None:
    for row in story.rows("sheets"):
        story.on(row["printed_day"], Rank.MOVE, _prints, row)
        story.on(row["day"], Rank.MOVE, _enters, row)
        for each in row.get("corrections", []):
            story.on(each["day"], Rank.MOVE, _corrects, row, each)


def _prints(story: Story, row: Row) -> None:
    printing = sheets.print_sheets(
        workspace=story.space(row["workspace"]),
        proposals=[story.proposal(key) for key in row["suggestions"]],
        copies=1,
        by=story.people[row["printed_by"]],
    )
    row["number"] = printing.sheets.get().number


def _enters(story: Story, row: Row) -> None:
    row["sheet"] = sheets.enter_sheet(
        workspace=story.space(row["workspace"]),
        number=row["number"],
        channel=Channel.PAPER,
        consent=row["consent"],
        lines=[
            SheetLine(
                person=Person(name=each["name"], role=Role(each["role"])),
                supports=[story.proposal(key) for key in each["ticks"]],
                idea=each.get("idea", ""),
                why=each.get("why", ""),
            )
            for each in row["lines"]
        ],
        by=story.people[row["by"]],
    ).pk


def _corrects(story: Story, row: Row, each: Row) -> None:
    sheet = Sheet.objects.get(pk=row["sheet"])
    line = EnteredLine.objects.select_related("participant", "idea").get(
        sheet=sheet, place=each["line"]
    )
    sheet_lines.correct_line(
        line=line,
        says=SheetLine(
            person=Person(line.participant),
            supports=[story.proposal(key) for key in each["ticks"]],
            idea=line.idea.title if line.idea else "",
            why=line.idea.why if line.idea else "",
        ),
        reason=each["reason"],
        by=story.people[each["by"]],
    )
