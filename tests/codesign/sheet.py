"""Sheets that are typed in, for tests."""

from codesign.models import Sheet
from codesign.operations import sheets
from codesign.operations.sheets import Person, SheetLine
from portal.enums import Channel, Role
from tests.world import World

NEW = Person(name="Blue Bird", role=Role.SERVICE_USER)


def enter_sheet(world: World, *lines: SheetLine, number: str = "K7F-M2X", **more: object) -> Sheet:
    given = {
        "workspace": world.workspace,
        "number": number,
        "channel": Channel.PAPER,
        "consent": "It says so on the sheet.",
        "lines": lines,
        "by": world.provider,
    }
    return sheets.enter_sheet(**(given | more))  # type: ignore[arg-type]
