"""Measures, changes made because people spoke, and what came of them."""

from datetime import date, timedelta
from decimal import Decimal

from content.demo.story import Rank, Row, Story
from feedback.enums import AdaptationKind, Direction, Verdict, WhatNext
from feedback.operations import adaptations, measures
from portal.enums import Duty


def measure(story: Story) -> None:
    for row in story.rows("measures"):
        by, since = next(
            (p["key"], p["joined"])
            for p in story.rows("participants")
            if Duty.EVALUATOR in p.get("duties", [])
        )

        def define(story: Story, row: Row = row, by: str = by) -> None:
            story.measures[row["key"]] = measures.define_measure(
                name=row["name"],
                definition=row["definition"],
                unit=row["unit"],
                direction=Direction(row["direction"]),
                source=row["source"],
                feature=story.features.get(row.get("feature", "")),
                by=story.people[by],
            )

        first = min((a["day"] for a in story.rows("adaptations") if "day" in a), default=0)
        defined = max(since, first - 30)
        story.on(defined, Rank.MEASURE, define)
        this_month = story.today.year * 12 + story.today.month - 1
        months = [
            date(number // 12, number % 12 + 1, 1)
            for number in range(this_month - len(row["observations"]), this_month)
        ]
        for month, value in zip(months, row["observations"], strict=True):
            counted = (month + timedelta(days=36) - story.today).days  # early in the next month
            story.on(
                min(max(counted, defined), 0),
                Rank.MEASURE,
                _observes,
                row,
                month,
                value,
                by,
            )


def _observes(story: Story, row: Row, month: date, value: float, by: str) -> None:
    measures.record_observation(
        measure=story.measures[row["key"]],
        month=month,
        value=Decimal(str(value)),
        by=story.people[by],
    )


def adapt(story: Story) -> None:
    for row in story.rows("adaptations"):
        day = row["day"] if "day" in row else row["drafted_day"]
        story.on(day, Rank.ADAPT, _adapts, row)


def _adapts(story: Story, row: Row) -> None:
    by = story.people[row["by"]]
    draft = adaptations.draft_adaptation(
        kind=AdaptationKind(row["kind"]),
        feature=story.features[row["feature"]],
        title=row["title"],
        what=row["what"].strip(),
        why=row["why"].strip(),
        from_day=story.day(row["from_day"]),
        decisions=[story.decisions[key] for key in row.get("decisions", [])],
        themes=[story.themes[key] for key in row.get("themes", [])],
        proposals=[story.proposal(key) for key in row.get("proposals", [])],
        no_source_reason=row.get("no_source_reason", ""),
        feature_status=row.get("feature_status", ""),
        feature_words=row.get("feature_words", "").strip(),
        measure=story.measures.get(row.get("measure", "")),
        expected=row.get("expected", "").strip(),
        by=by,
    )
    story.adaptations[row["key"]] = draft
    if "day" in row:
        story.adaptations[row["key"]] = adaptations.publish_adaptation(adaptation=draft, by=by)


def review(story: Story) -> None:
    for row in story.rows("reviews"):
        story.on(row["day"], Rank.REVIEW, _reviews, row)


def _reviews(story: Story, row: Row) -> None:
    measures.review_adaptation(
        adaptation=story.adaptations[row["adaptation"]],
        verdict=Verdict(row["verdict"]),
        words=row["words"].strip(),
        participants_say=row.get("participants_say", "").strip(),
        what_next=WhatNext(row["next"]),
        by=story.people[row["by"]],
    )
