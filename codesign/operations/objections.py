"""Writes about objections: each gets a written answer, which stands beside it."""

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import Ballot, Decision, Objection
from codesign.operations.decisions import changing
from portal import clock, live, notices, permissions, record
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToRaiseObjection(Refusal):
    """It has no words, or the same words stand there already."""


class UnableToAnswerObjection(Refusal):
    """The vote is still open, it has an answer already, or the answer is empty."""


@transaction.atomic
def raise_objection(*, decision: Decision, words: str, said_by: str, by: Participant) -> Objection:
    """Write down a reason against a decision that is being drafted; it then needs an answer.

    `said_by` is who said it, as they wish to be called; empty if they do not. Takes back a draft
    that was sent. Raises UnableToPublishDecision once it is published, UnableToRaiseObjection.
    """
    decision = changing(decision, by=by, act="raise_objection")
    if not words.strip():
        raise UnableToRaiseObjection(_("Write the objection, in the words in which it was said."))
    if decision.objections.filter(words=words, said_by=said_by).exists():
        raise UnableToRaiseObjection(_("This objection stands there already."))
    return Objection.objects.create(
        partnership_id=decision.partnership_id, decision=decision, words=words, said_by=said_by
    )


@transaction.atomic
def answer_objection(*, objection: Objection, answer: str, by: Participant) -> Objection:
    """Answer a reason against, in a ballot that is closed or a decision that is being drafted.

    Whoever gave it by name is told, and so are those who follow the ballot. Raises
    UnableToAnswerObjection.
    """
    # Many to one of two tables, either of which may be empty: only its own row is held.
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("ballot__workspace", "decision__workspace", "partnership")
        .get(pk=objection.pk)
    )
    about: Ballot | Decision | None = objection.ballot or objection.decision
    assert about is not None  # the constraint says so
    permissions.check(by, "answer_objection", objection)
    if objection.ballot is not None and objection.ballot.closed_at is None:
        raise UnableToAnswerObjection(
            _("The vote is not closed yet. Until then somebody may change their mind.")
        )
    if objection.decision is not None and objection.decision.is_published:
        raise UnableToAnswerObjection(_("This decision is published, so its words stay."))
    if objection.is_answered:
        raise UnableToAnswerObjection(_("Somebody has answered this already. Reload to read it."))
    if not answer.strip():
        raise UnableToAnswerObjection(_("Please write an answer."))
    objection.answer, objection.answered_by = answer, by
    objection.answered_at = clock.now()
    objection.save(update_fields=["answer", "answered_by", "answered_at"])
    record.append(
        "objection_answered",
        by=by,
        subject=objection,
        public={str(about._meta.model_name): ref(about)},
        # Words about a draft are sealed when it is published, and not read before.
        content={"words": objection.words, "answer": answer} if objection.ballot else None,
    )
    live.announce(about)
    if objection.ballot is not None:
        people = [*notices.followers(about), *([objection.by] if objection.by else [])]
        notices.queue(
            people,
            subject=objection.ballot,
            text=_("An objection was answered: %(question)s")
            % {"question": objection.ballot.question},
            but_not=by,
        )
    return objection
