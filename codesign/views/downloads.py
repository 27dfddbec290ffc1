"""A list as a file: `csv`, `xlsx` or `json`."""

from collections.abc import Iterable, Iterator, Mapping

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import Promise

from codesign import exports
from codesign.exports import Cell, Row
from portal import clock

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def download(
    file_format: str,
    rows: Iterable[Row],
    *,
    columns: Mapping[str, str | Promise],
    name: str,
    title: str,
    about: Mapping[str, Cell],
    called: str,
) -> HttpResponseBase:
    """`rows` as a file of one of TYPES; `columns` are what a program reads and what a person does.

    `name` and the day are its file name. `title` is a spreadsheet's; `about` and `called` say in
    JSON what the list is about, and what its rows are.
    """
    filename = f"{name}-{clock.today().isoformat()}.{file_format}"
    headings = [str(each) for each in columns.values()]
    if file_format == "xlsx":
        return FileResponse(
            exports.as_xlsx(title, headings, rows),
            as_attachment=True,
            filename=filename,
            content_type=TYPES["xlsx"],
        )
    lines: Iterator[str]
    if file_format == "csv":
        lines = exports.as_csv(headings, rows)
    else:
        dated = {**about, "as_of": clock.now().isoformat()}
        lines = exports.as_json(dated, list(columns), rows, called=called)
    return StreamingHttpResponse(
        lines,
        content_type=TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
