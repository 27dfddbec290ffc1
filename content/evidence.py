"""Writes about evidence packs: asking for one, making it in the background, clearing away."""

import hashlib
import logging
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import Decision
from content import evidence_files
from content.enums import UNFINISHED, Audience, PackState
from content.models import EvidencePack
from content.queries.packs import audiences_of, is_out_of_date, may_hold, reader_for
from portal import clock, notices, permissions, record, record_export
from portal.models import Participant, ref
from portal.permissions import PermissionRefused
from portal.refusal import Refusal

logger = logging.getLogger("throughline.evidence")
LONGEST = timedelta(minutes=30)  # a pack that takes longer was given up by whoever made it
KEPT = timedelta(days=30)


class UnableToMakeEvidencePack(Refusal):
    """The decision is a draft, or not everybody of the audience may read it."""


@transaction.atomic
def make_evidence_pack(*, decision: Decision, audience: Audience, by: Participant) -> EvidencePack:
    """Have a pack made for an audience. Asking twice at once is asking once.

    Raises UnableToMakeEvidencePack, and PermissionRefused for an audience that is not theirs.
    """
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("partnership", "workspace")
        .get(pk=decision.pk)
    )
    permissions.check(by, "make_evidence_pack", decision)
    if audience not in audiences_of(by):
        raise PermissionRefused(_("This pack is for commissioners and facilitators only."))
    if not decision.is_published:
        raise UnableToMakeEvidencePack(_("This is a draft. There is nothing to take away yet."))
    if not may_hold(decision, audience):
        raise UnableToMakeEvidencePack(
            _("Not everybody you chose may read this decision. Choose fewer people.")
        )
    going_on = decision.packs.filter(audience=audience, state__in=UNFINISHED).first()
    if going_on is not None:
        return going_on
    pack = EvidencePack.objects.create(
        partnership=decision.partnership, decision=decision, audience=audience, asked_by=by
    )
    transaction.on_commit(lambda: _enqueue(pack.pk))
    return pack


def _enqueue(pack_id: int) -> None:
    from content.tasks import make_pack  # tasks import this module

    make_pack.enqueue(pack_id)


def build_pack(pack_id: int) -> str:
    """Make a pack that waits; returns its state. One that is made or gone already is left alone.

    The file is there whole or not at all. Whatever goes wrong, the pack says that it failed.
    """
    taken = EvidencePack.objects.filter(pk=pack_id, state=PackState.WAITING).update(
        state=PackState.MAKING
    )
    if not taken:
        return ""
    try:
        _build(pack_id)
    except Exception:
        logger.exception("an evidence pack could not be made")
        fail_pack(pack_id)
    return str(EvidencePack.objects.values_list("state", flat=True).get(pk=pack_id))


def fail_pack(pack_id: int) -> None:
    """Say of an unfinished pack that it failed, so that it can be asked for again."""
    EvidencePack.objects.filter(pk=pack_id, state__in=UNFINISHED).update(state=PackState.FAILED)


def _build(pack_id: int) -> None:
    pack = EvidencePack.objects.select_related(
        "partnership", "decision__partnership", "decision__workspace", "asked_by"
    ).get(pk=pack_id)

    def tell(percent: int) -> None:
        EvidencePack.objects.filter(pk=pack_id).update(done=percent)

    reader = reader_for(pack.audience, pack.partnership)
    files = evidence_files.files_of(pack.decision, reader, tell)
    pack.path.parent.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        held = EvidencePack.objects.select_for_update().get(pk=pack_id)
        if held.state != PackState.MAKING:  # the sweep gave it up meanwhile
            raise UnableToMakeEvidencePack(_("It took too long. Please ask again."))
        record.append(
            "evidence_pack_made",
            by=pack.asked_by,
            subject=pack.decision,
            public={"audience": pack.audience, "pack": ref(pack)},
        )
        record.checkpoint(pack.partnership_id, origin=pack.partnership.slug)
        with record_export.whole_file(pack.path) as out:
            evidence_files.write(files, out, pack.partnership, reader)
            out.flush()
            held.size = out.tell()
            with open(out.name, "rb") as whole:
                held.sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
        held.state, held.done, held.ready_at = PackState.READY, 100, clock.now()
        held.save(update_fields=["state", "done", "ready_at", "size", "sha256"])
    if is_out_of_date(pack):  # words were taken back while it was being made
        EvidencePack.objects.filter(pk=pack_id).update(state=PackState.FAILED)


@notices.sweep
def sweep_evidence_packs() -> int:
    """Give up packs whose maker was stopped, and clear old ones away. Returns how many of both."""
    now = clock.now()
    given_up = EvidencePack.objects.filter(state__in=UNFINISHED, asked_at__lt=now - LONGEST).update(
        state=PackState.FAILED
    )
    old = EvidencePack.objects.filter(asked_at__lt=now - KEPT)
    for pack in old:
        pack.path.unlink(missing_ok=True)
        pack.delete()
    return given_up + len(old)
