"""Activities for tests, made the long way: suggested, agreed, started."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from codesign.enums import Interest, Outcome, ProposalKind
from codesign.models import Activity, ActivityDate, Proposal, Workspace
from codesign.operations import activities, decisions, proposals
from portal import clock
from portal.models import Notice, Participant
from tests.world import World


def words(title: str = "Carers’ café", **more: str) -> activities.ActivityWords:
    given = {"title": title, "about": "Tea, cake and talk.", "place": "Library, Holt", **more}
    return activities.ActivityWords(interest=Interest.COMPANY, **given)


def in_days(days: int, hour: int = 14) -> datetime:
    """A moment some days from today, where the service is."""
    return timezone.make_aware(datetime.combine(clock.today() + timedelta(days=days), time(hour)))


def an_agreed_proposal(
    world: World, title: str = "Carers’ café", workspace: Workspace | None = None
) -> Proposal:
    """A proposal of kind activity, by the carer, that a decision has agreed."""
    drafted = proposals.draft_proposal(
        workspace=workspace or world.workspace,
        title=title,
        why="Company.",
        kind=ProposalKind.ACTIVITY,
        by=world.carer,
    )
    opened = proposals.open_proposal(proposal=drafted, by=world.carer)
    decision = decisions.draft_decision(
        workspace=opened.workspace,
        words=decisions.DecisionWords(
            title=f"{title}: yes",
            what="It begins.",
            reasons="People asked for it.",
            evidence="Support.",
            how="The group.",
            review_on=clock.today() + timedelta(days=90),
        ),
        outcomes=[decisions.OutcomeFor(opened, Outcome.AGREED, "Asked for most.")],
        by=world.facilitator,
    )
    decisions.publish_decision(decision=decision, by=world.facilitator)
    opened.refresh_from_db()
    return opened


def an_activity(
    world: World,
    title: str = "Carers’ café",
    *,
    capacity: int | None = None,
    first_at: datetime | None = None,
    rrule: str = "",
    hosts: Iterable[Participant] = (),
    workspace: Workspace | None = None,
    **more: str,
) -> Activity:
    """One that the provider started; led by the carer unless told; in three days unless told."""
    return activities.start_activity(
        proposal=an_agreed_proposal(world, title, workspace),
        words=words(title, **more),
        first_at=first_at or in_days(3),
        minutes=120,
        rrule=rrule,
        capacity=capacity,
        hosts=hosts or [world.carer],
        by=world.provider,
    )


def a_date(world: World, **more: object) -> ActivityDate:
    """The first date of a new activity."""
    return an_activity(world, **more).dates.get()  # type: ignore[arg-type]


def told(person: Participant) -> list[str]:
    """What somebody was told, in order."""
    return list(
        Notice.objects.filter(participant=person).order_by("pk").values_list("text", flat=True)
    )
