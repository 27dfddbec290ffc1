"""Suggestions, and what people do with them."""

from pathlib import Path

from django.core.files import File

from codesign.enums import ProposalKind
from codesign.operations import (
    files,
    merges,
    proposals,
    supports,
)
from content.demo.story import Rank, Row, Story
from feedback.operations import themes

PICTURES = Path(__file__).parents[1] / "pictures"


def propose(story: Story) -> None:
    for row in story.rows("proposals"):
        if not row.get("from_session"):
            story.on(row["day"], Rank.PROPOSE, _proposes, row)
        # Nothing is tied to a draft: only its author can read it.
        for link in row.get("from_themes", []) if row["status"] != "draft" else []:
            rank = Rank.MOVE if row.get("from_session") else Rank.REACT
            story.on(row["day"], rank, _came_from, row, link)
        if "picture" in row:
            story.on(row["day"], Rank.MOVE, _illustrates, row)
        for each in row.get("supporters", []):
            story.on(each["day"], Rank.MOVE, _backs, row, each)
        if "status_day" in row:
            story.on(row["status_day"], Rank.DECIDE, _moves, row)


def _proposes(story: Story, row: Row) -> None:
    by = story.people[row["by"]]
    drafted = proposals.draft_proposal(
        workspace=story.space(row["workspace"]),
        title=row["title"],
        why=row["why"].strip(),
        kind=ProposalKind(row["kind"]),
        feature=story.features.get(row.get("feature", "")),
        for_whom=row.get("for_whom", ""),
        easy_read="\n".join(row.get("easy_read", [])),
        by=by,
        consent="Said yes when asked" if row.get("on_behalf_by") else "",
        **story.behalf(row, "on_behalf_by"),
    )
    if row["status"] != "draft":
        proposals.open_proposal(proposal=drafted, by=by)
    story.proposals[row["key"]] = drafted


def _came_from(story: Story, row: Row, link: Row) -> None:
    themes.link_theme_to_proposal(
        theme=story.themes[link["theme"]],
        proposal=story.proposals[row["key"]],
        why=link["why"],
        by=story.people[row["by"]],
    )


def _illustrates(story: Story, row: Row) -> None:
    with (PICTURES / row["picture"]["file"]).open("rb") as picture:
        files.attach_file(
            proposal=story.proposal(row["key"]),
            upload=File(picture, name=row["picture"]["file"]),
            words=row["picture"]["words"],
            by=story.people[row["by"]],
        )


def _backs(story: Story, row: Row, each: Row) -> None:
    supports.support_proposal(proposal=story.proposal(row["key"]), by=story.people[each["by"]])


def _moves(story: Story, row: Row) -> None:
    act = {
        "shortlisted": proposals.shortlist_proposal,
        "parked": proposals.park_proposal,
        "withdrawn": proposals.withdraw_proposal,
    }.get(row["status"])
    said = {"by": story.people[row["status_by"]], "reason": row["status_reason"]}
    if row["status"] == "merged":
        merges.merge_proposals(
            proposals=[story.proposal(row["key"])],
            into=story.proposal(row["merged_into"]),
            **said,
        )
    elif act is not None:
        act(proposal=story.proposal(row["key"]), **said)
