"""Decisions."""

from codesign.enums import Outcome
from codesign.operations import (
    decisions,
)
from content.demo.story import Rank, Row, Story


def decide(story: Story) -> None:
    for row in story.rows("decisions"):
        day = row["day"] if "day" in row else row["drafted_day"]
        story.on(day, Rank.DECIDE, _decides, row)


def _decides(story: Story, row: Row) -> None:
    by = story.people[row["by"]]
    draft = decisions.draft_decision(
        workspace=story.space(row["workspace"]),
        words=decisions.DecisionWords(
            title=row["title"],
            what=row["what"].strip(),
            reasons=row["reasons"].strip(),
            evidence=row["evidence"].strip(),
            deciders=row["deciders"].strip(),
            dissent=row.get("dissent", "").strip(),
            review_on=story.day(row["review_day"]),
        ),
        outcomes=[
            decisions.OutcomeFor(
                proposal=story.proposal(each["proposal"]),
                outcome=Outcome(each["outcome"]),
                reason=each["reason"],
            )
            for each in row["outcomes"]
        ],
        by=by,
    )
    story.decisions[row["key"]] = draft
    if "day" in row:
        story.decisions[row["key"]] = decisions.publish_decision(decision=draft, by=by)
