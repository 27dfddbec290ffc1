"""Writes about confirming: a second person reads a decision before it is published."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from codesign.models import Decision
from codesign.operations.decisions import check_finished, locked
from portal import clock, notices, permissions, record
from portal.enums import Duty, Role
from portal.models import Participant, Partnership
from portal.refusal import Refusal


class UnableToConfirmDecision(Refusal):
    """It is published, not sent or confirmed already, or it is one's own to send."""


@transaction.atomic
def require_confirmation(*, partnership: Partnership, required: bool, by: Participant) -> None:
    """Set whether a second person confirms each decision of a partnership; twice is once."""
    held = Partnership.objects.select_for_update().get(pk=partnership.pk)
    permissions.check(by, "require_confirmation", held)
    if held.confirms_decisions == required:
        return
    held.confirms_decisions = required
    held.save(update_fields=["confirms_decisions"])
    record.append("confirmation_required", by=by, subject=held, public={"required": required})


def second_people() -> QuerySet[Participant]:
    """Those of all partnerships who can be the second person: commissioners and facilitators."""
    asked = Q(role=Role.COMMISSIONER) | Q(duties_held__duty=Duty.FACILITATOR)
    return Participant.objects.here().filter(asked).distinct()


def may_confirm(decision: Decision) -> list[Participant]:
    """Those who can be the second person for a decision: they may read its space."""
    here = second_people().filter(partnership_id=decision.partnership_id)
    return decision.workspace.readers(here)


@transaction.atomic
def send_for_confirmation(*, decision: Decision, by: Participant) -> Decision:
    """Ask a second person to confirm a finished draft. Changing it afterwards takes this back.

    Raises UnableToConfirmDecision where the partnership asks for no second person and for what was
    sent already, and UnableToPublishDecision while it is not finished (see check_finished).
    """
    decision = locked(decision)
    permissions.check(by, "send_for_confirmation", decision)
    if decision.is_published:
        raise UnableToConfirmDecision(_("This decision is published already."))
    if not decision.partnership.confirms_decisions:
        raise UnableToConfirmDecision(
            _("No second person has to confirm decisions here. You can publish it.")
        )
    if decision.is_sent:
        raise UnableToConfirmDecision(_("It was sent already, and waits for a second person."))
    check_finished(decision)
    decision.sent_to_confirm_by = by
    decision.sent_to_confirm_at = clock.now()
    decision.save(update_fields=["sent_to_confirm_by", "sent_to_confirm_at"])
    notices.queue(
        may_confirm(decision),
        subject=decision.workspace,
        url=decision.get_absolute_url(),
        text=_("A decision waits for you or another second person to confirm it: %(title)s")
        % {"title": decision.title},
        needs_me=True,
        in_confidence=True,
        but_not=by,
    )
    return decision


@transaction.atomic
def confirm_decision(*, decision: Decision, by: Participant) -> Decision:
    """Say, as the second person, that a decision is fit to be published as it stands.

    Raises UnableToConfirmDecision for the one who sent it, where somebody has confirmed it already,
    and where it was changed since, so that nobody has sent it as it stands.
    """
    decision = locked(decision)
    permissions.check(by, "confirm_decision", decision)
    if decision.is_published:
        raise UnableToConfirmDecision(_("This decision is published already."))
    if not decision.is_sent:
        raise UnableToConfirmDecision(
            _("This draft was changed, or nobody has sent it. Wait until it is sent to you.")
        )
    if decision.is_confirmed:
        raise UnableToConfirmDecision(
            _("%(name)s has confirmed it already.") % {"name": decision.confirmed_by}
        )
    if decision.sent_to_confirm_by_id == by.pk:
        raise UnableToConfirmDecision(_("You sent it, so somebody else has to confirm it."))
    decision.confirmed_by = by
    decision.confirmed_at = clock.now()
    decision.save(update_fields=["confirmed_by", "confirmed_at"])
    record.append("decision_confirmed", by=by, subject=decision)
    assert decision.sent_to_confirm_by is not None  # the constraint says so
    notices.queue(
        [decision.sent_to_confirm_by, decision.drafted_by],
        subject=decision.workspace,
        url=decision.get_absolute_url(),
        text=_("It is confirmed, and can be published: %(title)s") % {"title": decision.title},
        needs_me=True,
        in_confidence=True,
        but_not=by,
    )
    return decision
