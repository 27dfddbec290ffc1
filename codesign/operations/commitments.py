"""Writes about commitments: who does what by when because of a decision, and that it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import Commitment, Decision
from codesign.operations.decisions import UnableToDraftDecision, changing
from portal import clock, live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal

MOST_COMMITMENTS = 20


class UnableToKeepCommitment(Refusal):
    """The decision is not published, it is done already, or nothing is said about it."""


@dataclass(frozen=True)
class CommitmentWords:
    """Who does what, and the day by which it is done."""

    what: str
    who: str
    by_when: date


@transaction.atomic
def set_commitments(
    *, decision: Decision, commitments: Sequence[CommitmentWords], by: Participant
) -> Decision:
    """Write down who does what by when, in place of what was there. Takes back a draft that was
    sent.

    Raises UnableToDraftDecision where something is left out, and for more than MOST_COMMITMENTS.
    """
    decision = changing(decision, by=by)
    if len(commitments) > MOST_COMMITMENTS:
        raise UnableToDraftDecision(
            _("Write down at most %(most)d things to do.") % {"most": MOST_COMMITMENTS}
        )
    if not all(each.what.strip() and each.who.strip() for each in commitments):
        raise UnableToDraftDecision(_("Say of each thing what is done, and who does it."))
    decision.commitments.all().delete()
    Commitment.objects.bulk_create(
        Commitment(decision=decision, place=place, **vars(each))
        for place, each in enumerate(commitments, 1)
    )
    return decision


@transaction.atomic
def keep_commitment(*, commitment: Commitment, words: str, by: Participant) -> Commitment:
    """Say that what was promised is done, now, and how. It is said once, and stays.

    Raises UnableToKeepCommitment.
    """
    commitment = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("decision__partnership", "decision__workspace", "kept_by")
        .get(pk=commitment.pk)
    )
    permissions.check(by, "keep_commitment", commitment)
    decision = commitment.decision
    if not decision.is_published or not decision.workspace.is_readable_by(by):
        raise UnableToKeepCommitment(_("This decision is not published yet."))
    if commitment.kept_at is not None:
        raise UnableToKeepCommitment(
            _("%(name)s has said already that this is done.") % {"name": commitment.kept_by}
        )
    if not words.strip():
        raise UnableToKeepCommitment(_("Say in a few words what was done."))
    commitment.kept_at = clock.now()
    commitment.kept_by = by
    commitment.kept_words = words
    commitment.save(update_fields=["kept_at", "kept_by", "kept_words"])
    record.append(
        "commitment_kept",
        by=by,
        subject=commitment,
        public={"decision": ref(decision)},
        content={"what": commitment.what, "words": words},
    )
    live.announce(decision)
    notices.queue(
        notices.followers(decision),
        subject=decision,
        url=commitment.get_absolute_url(),
        text=_("Done, as was promised in “%(title)s”: %(what)s")
        % {"title": decision.title, "what": commitment.what},
        but_not=by,
    )
    return commitment
