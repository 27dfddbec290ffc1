"""Writes about corrections: asking for one while a published decision is fresh, and the answer.

The decision's words stay as they were sealed; what was wrong stands beside them for all to read.
"""

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from codesign.models import Correction, Decision
from codesign.operations.decisions import locked
from portal import clock, live, notices, permissions, record
from portal.enums import Duty
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToAskForCorrection(Refusal):
    """The decision is not published, its two weeks are over, or one asked the same before."""


class UnableToAnswerCorrection(Refusal):
    """Somebody has answered it already, or the answer is empty."""


@transaction.atomic
def ask_for_correction(*, decision: Decision, words: str, by: Participant) -> Correction:
    """Say that a published decision gets something wrong. Facilitators are asked to answer.

    Raises UnableToAskForCorrection.
    """
    decision = locked(decision)
    permissions.check(by, "ask_for_correction", decision)
    until = decision.corrections_until
    if until is None or not decision.workspace.is_readable_by(by):
        raise UnableToAskForCorrection(_("This decision is not published yet."))
    if record.time(decision.partnership_id) >= until:
        raise UnableToAskForCorrection(
            _(
                "Corrections could be asked for until %(day)s. The decision now stands as it is."
                " If it does harm, tell a facilitator: a later decision can replace it."
            )
            % {"day": date_format(localdate(until), "j F Y")}
        )
    if not words.strip():
        raise UnableToAskForCorrection(_("Say what is wrong, and what would be right."))
    if decision.corrections.filter(by=by, words=words).exists():
        raise UnableToAskForCorrection(
            _("You have asked for this already. It waits for an answer.")
        )
    correction = Correction.objects.create(
        partnership_id=decision.partnership_id,
        decision=decision,
        words=words,
        by=by,
        at=clock.now(),
    )
    record.append(
        "correction_asked",
        by=by,
        subject=correction,
        public={"decision": ref(decision)},
        content={"words": words},
    )
    live.announce(decision)
    notices.follow(by, decision)
    notices.queue(
        Participant.objects.here()
        .filter(partnership_id=decision.partnership_id)
        .with_duty(Duty.FACILITATOR),
        subject=decision,
        url=correction.get_absolute_url(),
        text=_("Somebody asks you to correct a decision: %(title)s") % {"title": decision.title},
        needs_me=True,
        but_not=by,
    )
    return correction


@transaction.atomic
def answer_correction(*, correction: Correction, answer: str, by: Participant) -> Correction:
    """Answer where everybody reads it. There is one answer; it may come after the two weeks.

    Raises UnableToAnswerCorrection.
    """
    correction = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("decision__partnership", "decision__workspace", "by", "answered_by")
        .get(pk=correction.pk)
    )
    permissions.check(by, "answer_correction", correction)
    if correction.is_answered:
        raise UnableToAnswerCorrection(
            _("%(name)s has answered this already.") % {"name": correction.answered_by}
        )
    if not answer.strip():
        raise UnableToAnswerCorrection(_("Write an answer. Everybody will read it."))
    correction.answer = answer
    correction.answered_by = by
    correction.answered_at = clock.now()
    correction.save(update_fields=["answer", "answered_by", "answered_at"])
    decision = correction.decision
    record.append(
        "correction_answered",
        by=by,
        subject=correction,
        public={"decision": ref(decision)},
        content={"answer": answer},
    )
    live.announce(decision)
    told = {"subject": decision, "url": correction.get_absolute_url(), "but_not": by}
    notices.queue(
        [correction.by],
        text=_("Your question about a decision is answered: %(title)s") % {"title": decision.title},
        needs_me=True,
        **told,  # type: ignore[arg-type]
    )
    notices.queue(
        [each for each in notices.followers(decision) if each.pk != correction.by_id],
        text=_("A correction to a decision was answered: %(title)s") % {"title": decision.title},
        **told,  # type: ignore[arg-type]
    )
    return correction
