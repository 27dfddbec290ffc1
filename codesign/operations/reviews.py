"""Reminding of reviews: a decision says when it is looked at again, and somebody has to."""

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.models import Decision
from codesign.operations.confirmations import may_confirm, second_people
from codesign.operations.decisions import locked
from portal import clock, notices
from portal.models import Notice, ref


@notices.sweep
def remind_of_reviews() -> int:
    """Tell facilitators and commissioners, once each, of decisions it is time to look at again.

    Returns of how many they were told now.
    """
    due = {ref(each): each for each in Decision.objects.due_for_review(clock.today())}
    # Looked for among the notices of the few who are asked, which are kept by person.
    heard = Notice.objects.filter(
        participant__in=second_people().order_by().values("pk"),
        subject__in=due,
        url__endswith="#review",
    )
    told = set(heard.values_list("subject", flat=True)) if due else set()
    return sum(_remind(each) for subject, each in due.items() if subject not in told)


@transaction.atomic
def _remind(decision: Decision) -> bool:
    decision = locked(decision)  # of two sweeps at once, the second sees what the first has told
    url = f"{decision.get_absolute_url()}#review"
    if Notice.objects.filter(subject=ref(decision), url=url).exists():
        return False
    return bool(
        notices.queue(
            may_confirm(decision),
            subject=decision,
            url=url,
            text=_("It is time to look at this decision again: %(title)s")
            % {"title": decision.title},
            needs_me=True,
        )
    )
