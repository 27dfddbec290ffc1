"""Decisions: drafted with who decides, confirmed where asked, published, and what follows."""

from codesign.enums import Outcome
from codesign.operations import (
    commitments,
    confirmations,
    corrections,
    deciders,
    decisions,
    hard_words,
    objections,
)
from codesign.operations.commitments import CommitmentWords
from codesign.operations.deciders import DeciderWords
from content.demo.story import Rank, Row, Story
from portal.enums import Role


def decide(story: Story) -> None:
    """Rows of `decision_parts` say more about the decision of the same key."""
    for row in story.rows("confirmations"):
        story.on(row["day"], Rank.OPEN_SPACE, _asks_for_second_person, row)
    for row in story.rows("hard_words"):
        story.on(row["day"], Rank.OPEN_SPACE, _lists_hard_words, row)
    parts = {row["key"]: row for row in story.rows("decision_parts")}
    for each in story.rows("decisions"):
        row = {**each, **parts.get(each["key"], {})}
        day = row["day"] if "day" in row else row["drafted_day"]
        story.on(day, Rank.DECIDE, _decides, row)
        for promised in row.get("commitments", []):
            if "kept_day" in promised:
                story.on(promised["kept_day"], Rank.GATHER, _keeps, row["key"], promised)
        for asked in row.get("corrections", []):
            story.on(asked["day"], Rank.GATHER, _corrects, row["key"], asked)


def _asks_for_second_person(story: Story, row: Row) -> None:
    confirmations.require_confirmation(
        partnership=story.partnership, required=True, by=story.people[row["by"]]
    )
    story.partnership.refresh_from_db()


def _lists_hard_words(story: Story, row: Row) -> None:
    hard_words.set_hard_words(
        partnership=story.partnership, words=row["words"], by=story.people[row["by"]]
    )
    story.partnership.refresh_from_db()


def _decides(story: Story, row: Row) -> None:
    by = story.people[row["by"]]
    space = story.space(row["workspace"])
    criteria = dict(space.criteria.values_list("name", "pk"))
    draft = decisions.draft_decision(
        workspace=space,
        words=decisions.DecisionWords(
            title=row["title"],
            what=row["what"].strip(),
            reasons=row["reasons"].strip(),
            evidence=row["evidence"].strip(),
            how=row["how"].strip(),
            dissent=row.get("dissent", "").strip(),
            conditions=row.get("conditions", "").strip(),
            costs=row.get("costs", "").strip(),
            review_on=story.day(row["review_day"]),
        ),
        outcomes=[
            decisions.OutcomeFor(
                proposal=story.proposal(each["proposal"]),
                outcome=Outcome(each["outcome"]),
                reason=each["reason"],
                scores={criteria[name]: n for name, n in each.get("scores", {}).items()},
            )
            for each in row["outcomes"]
        ],
        on=decisions.Rests(
            ballots=[story.ballot(key) for key in row.get("ballots", [])],
            replaces=story.decisions.get(row.get("replaces", "")),
            reviews=story.decisions.get(row.get("reviews", "")),
        ),
        by=by,
    )
    story.decisions[row["key"]] = draft
    deciders.set_deciders(
        decision=draft, deciders=[_decider(story, each) for each in row.get("deciders", [])], by=by
    )
    commitments.set_commitments(
        decision=draft,
        commitments=[
            CommitmentWords(each["what"], each["who"], story.day(each["by_day"]))
            for each in row.get("commitments", [])
        ],
        by=by,
    )
    for each in row.get("objections", []):
        raised = objections.raise_objection(
            decision=draft, words=each["words"], said_by=each.get("said_by", ""), by=by
        )
        if "answer" in each:
            objections.answer_objection(objection=raised, answer=each["answer"], by=by)
    if row.get("sent"):
        confirmations.send_for_confirmation(decision=draft, by=by)
    if "confirmed_by" in row:
        confirmations.confirm_decision(decision=draft, by=story.people[row["confirmed_by"]])
    if "day" in row:
        story.decisions[row["key"]] = decisions.publish_decision(decision=draft, by=by)


def _decider(story: Story, row: Row) -> DeciderWords:
    return DeciderWords(
        participant=story.people.get(row.get("person", "")),
        name=row.get("name", ""),
        role=Role(row["role"]) if "role" in row else None,
        organisation=row.get("organisation", ""),
        interest=row.get("interest", ""),
    )


def _keeps(story: Story, key: str, row: Row) -> None:
    promised = story.decisions[key].commitments.get(what=row["what"])
    commitments.keep_commitment(
        commitment=promised, words=row["kept"], by=story.people[row["kept_by"]]
    )


def _corrects(story: Story, key: str, row: Row) -> None:
    asked = corrections.ask_for_correction(
        decision=story.decisions[key], words=row["words"], by=story.people[row["by"]]
    )
    if "answer" in row:
        corrections.answer_correction(
            correction=asked, answer=row["answer"], by=story.people[row["answered_by"]]
        )
