"""Activities: what agreed suggestions became, their dates, and who comes."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from codesign.dates import rule_for
from codesign.enums import Interest
from codesign.models import ActivityDate
from codesign.operations import activities, sign_ups
from codesign.operations.activities import ActivityWords
from content.demo.story import Rank, Row, Story
from portal import clock

TOP_UP = 60  # days between two sweeps that write down the next dates; the last is today's


def gather(story: Story) -> None:
    """Start the activities, keep their dates coming, and let people sign up for the next ones."""
    rows = story.rows("activities")
    for row in rows:
        story.on(row["day"], Rank.GATHER, _starts, row)
        story.on(-15, Rank.GATHER, _sign_up_for_next, row)
        story.on(0, Rank.GATHER, _counts_who_came, row)
        story.on(0, Rank.GATHER, _sign_up_for_next, row)
    if rows:
        first = min(row["day"] for row in rows)
        for day in range(0, first, -TOP_UP):
            story.on(day, Rank.MOVE, _top_up)


def _top_up(_story: Story) -> None:
    activities.top_up_dates()


def _starts(story: Story, row: Row) -> None:
    day = story.day(row["day"])
    day += timedelta(days=(row["weekday"] - day.weekday()) % 7)
    first_at = timezone.make_aware(datetime.combine(day, time.fromisoformat(row["time"])))
    story.activities[row["key"]] = activities.start_activity(
        proposal=story.proposal(row["proposal"]),
        words=ActivityWords(
            title=row["title"],
            about=row["about"],
            interest=Interest(row["interest"]),
            place=row["place"],
            access=row["access"],
            cost=row["cost"],
            bring=row["bring"],
        ),
        first_at=first_at,
        minutes=row["minutes"],
        rrule=rule_for(row["repeats"], first_at),
        capacity=row.get("capacity"),
        hosts=[story.people[key] for key in row["hosts"]],
        by=story.people[row["by"]],
    )


def _sign_up_for_next(story: Story, row: Row) -> None:
    """Everybody who comes to this one says so for its next date; the last ones may have to wait."""
    date = ActivityDate.objects.filter(activity=story.activities[row["key"]]).to_come().first()
    for number, key in enumerate(row["sign_ups"]):
        if date is not None:
            sign_ups.sign_up(date=date, remind=number == 0, by=story.people[key])


def _counts_who_came(story: Story, row: Row) -> None:
    """The host wrote down how many came to the last three dates."""
    past = ActivityDate.objects.filter(
        activity=story.activities[row["key"]], ends_at__lt=clock.now()
    ).order_by("-starts_at")
    for number, date in enumerate(past[:3]):
        activities.record_attendance(
            date=date, attended=len(row["sign_ups"]) + 2 - number, by=story.people[row["hosts"][0]]
        )
