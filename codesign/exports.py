"""Rows as files: CSV, a spreadsheet, or JSON. Pure writing: what stands in the rows is not its own.

Each takes rows one after the other and holds few of them in memory, however many come. A cell is a
word or a number, never a formula: whatever somebody wrote stays what they wrote.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter

from portal.sanitise import csv_cell

Cell = str | int | None
Row = Sequence[Cell]

LONGEST_CELL = 32_767  # characters; a spreadsheet holds no more in one cell


class _Line:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def as_csv(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Lines of CSV, with the mark by which spreadsheets know that it is UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([csv_cell(each) for each in headings])
    for row in rows:
        yield writer.writerow([csv_cell(each) for each in row])


def as_json(
    about: Mapping[str, Cell], names: Sequence[str], rows: Iterable[Row], *, called: str
) -> Iterator[str]:
    """One JSON object: what the list is `about`, then, as `called`, rows with these `names`."""
    yield json.dumps(dict(about), ensure_ascii=False)[:-1] + f', "{called}": [\n'
    comma = ""
    for row in rows:
        yield comma + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"


def as_xlsx(title: str, headings: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    """A spreadsheet as an open file, read from its start; the caller closes it.

    It is written to disk row by row. Texts are written as texts: no formula, no link, no number
    that a program has guessed.
    """
    file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    heading = book.add_format({"bold": True})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_sheet_name(title))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 24)
    for place, text in enumerate(headings):
        sheet.write_string(0, place, text, heading)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, place, cell, words)
            elif cell:
                sheet.write_string(number, place, cell[:LONGEST_CELL], words)
    book.close()
    file.seek(0)
    return file


def _sheet_name(title: str) -> str:
    """What a spreadsheet lets a sheet be called: 31 characters, and some may not stand in it."""
    return "".join(each for each in title if each not in "[]:*?/\\'")[:31].strip() or "1"
