"""The partnership's record: what stands in it, in plain words, and how to check it."""

import json
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from portal import clock, limits
from portal.enums import Role
from portal.http import ParticipantRequest
from portal.models import Checkpoint, RecordEntry
from portal.operations import record as operations
from portal.paging import page_of
from portal.record import in_words


@dataclass(frozen=True)
class Line:
    """One entry as a person reads it."""

    seq: int
    at: datetime
    what: str
    role: str  # empty: somebody anonymous, or the portal itself


def _line(entry: RecordEntry) -> Line:
    role = json.loads(entry.line)["public"].get("role", "")
    return Line(
        seq=entry.seq,
        at=entry.at,
        what=in_words(entry.kind),
        role=str(Role(role).label) if role in Role else "",
    )


@require_safe
def record(request: ParticipantRequest) -> HttpResponse:
    """The newest entries, where the record was signed, and what one can do to check it."""
    here = {"partnership_id": request.partnership.pk}
    page = page_of(RecordEntry.objects.filter(**here), request.GET, size=30)
    return render(
        request,
        "portal/record.html",
        {
            "page": page,
            "lines": [_line(entry) for entry in page.items],
            "checkpoints": Checkpoint.objects.filter(**here).order_by("-pk")[:12],
        },
    )


@require_POST
def export_record(request: ParticipantRequest) -> FileResponse:
    """The whole record as a zip, with the program that checks it."""
    limits.count("export_record", str(request.participant.pk), most=10, seconds=3600)
    out = TemporaryFile()  # noqa: SIM115 (the response closes it when it has been sent)
    try:
        operations.export_record(partnership=request.partnership, out=out, by=request.participant)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"record-of-{request.partnership.slug}-{clock.today().isoformat()}.zip"
    return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")
