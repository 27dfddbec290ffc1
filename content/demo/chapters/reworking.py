"""How the words of suggestions change: edits, amendments, co-authors; and what staff think."""

from codesign.enums import ProposalKind, RoughCost, RoughEffort
from codesign.models import Amendment, CoAuthor, Criterion
from codesign.operations import assessments, merges, proposals, taking_apart, texts
from codesign.operations.merges import Part
from codesign.operations.proposals import ProposalWords
from content.demo.story import Rank, Row, Story


def rework(story: Story) -> None:
    """Gather what becomes of suggestions' words."""
    for row in story.rows("proposals"):
        for each in row.get("co_authors", []):
            story.on(each["day"], Rank.MOVE, _asks_co_author, row, each)
        for each in row.get("edits", []):
            story.on(each["day"], Rank.MOVE, _edits, row, each)
        for each in row.get("amendments", []):
            story.on(each["day"], Rank.MOVE, _amends, row, each)
            if "answer" in each:
                story.on(each["answer"]["day"], Rank.ANSWER, _answers, each)
        if "estimate" in row:
            story.on(row["estimate"]["day"], Rank.MOVE, _estimates, row)
        for each in row.get("assessments", []):
            story.on(each["day"], Rank.MOVE, _assesses, row, each)
        if "assessments_published" in row:
            story.on(row["assessments_published"]["day"], Rank.ANSWER, _publishes, row)
        if "merged_for_a_while" in row:
            said = row["merged_for_a_while"]
            story.on(said["day"], Rank.DECIDE, _merges_for_a_while, row)
            story.on(said["apart_day"], Rank.DECIDE, _takes_apart, row)
        if "split" in row:
            story.on(row["split"]["day"], Rank.DECIDE, _splits, row)


def _asks_co_author(story: Story, row: Row, each: Row) -> None:
    proposal = story.proposal(row["key"])
    asked = texts.invite_co_author(
        proposal=proposal, participant=story.people[each["who"]], by=story.people[row["by"]]
    )
    if "accepts" in each:
        texts.answer_co_author_invitation(
            co_author=CoAuthor.objects.select_related("proposal__partnership").get(pk=asked.pk),
            accept=each["accepts"],
            by=story.people[each["who"]],
        )


def _edits(story: Story, row: Row, each: Row) -> None:
    proposal = story.proposal(row["key"])
    proposals.edit_proposal(
        proposal=proposal,
        words=ProposalWords(
            title=each["title"],
            why=each["why"],
            kind=ProposalKind(row["kind"]),
            feature=story.features.get(row.get("feature", "")),
            for_whom=row.get("for_whom", ""),
            easy_read="\n".join(row.get("easy_read", [])),
        ),
        based_on=proposal.version,
        reason=each["reason"],
        by=story.people[each["by"]],
    )


def _amends(story: Story, row: Row, each: Row) -> None:
    proposal = story.proposal(row["key"])
    each["amendment"] = texts.amend_proposal(
        proposal=proposal,
        title=each.get("title", proposal.title),
        why=each.get("why", proposal.why),
        reason=each["reason"],
        based_on=proposal.version,
        by=story.people[each["by"]],
    ).pk


def _answers(story: Story, each: Row) -> None:
    said = each["answer"]
    amendment = Amendment.objects.select_related("proposal__workspace__partnership").get(
        pk=each["amendment"]
    )
    by = story.people[said["by"]]
    if said["status"] == "declined":
        texts.decline_amendment(amendment=amendment, answer=said["words"], by=by)
        return
    texts.accept_amendment(
        amendment=amendment,
        title=amendment.title,
        why=amendment.why,
        answer=said["words"],
        based_on=amendment.proposal.version,
        by=by,
    )


def _estimates(story: Story, row: Row) -> None:
    said = row["estimate"]
    texts.estimate_proposal(
        proposal=story.proposal(row["key"]),
        cost=RoughCost(said["cost"]),
        effort=RoughEffort(said["effort"]),
        words=said["words"],
        by=story.people[said["by"]],
    )


def _assesses(story: Story, row: Row, each: Row) -> None:
    proposal = story.proposal(row["key"])
    named = {c.name: c.pk for c in Criterion.objects.filter(workspace=proposal.workspace)}
    assessments.assess_proposal(
        proposal=proposal,
        scores={named[name]: (score, reason) for name, (score, reason) in each["scores"].items()},
        words=each["words"],
        by=story.people[each["by"]],
    )


def _publishes(story: Story, row: Row) -> None:
    assessments.publish_assessments(
        proposal=story.proposal(row["key"]),
        by=story.people[row["assessments_published"]["by"]],
    )


def _merges_for_a_while(story: Story, row: Row) -> None:
    said = row["merged_for_a_while"]
    merges.merge_proposals(
        proposals=[story.proposal(row["key"])],
        into=story.proposal(said["into"]),
        by=story.people[said["by"]],
        reason=said["reason"],
    )


def _takes_apart(story: Story, row: Row) -> None:
    said = row["merged_for_a_while"]
    taking_apart.take_merge_apart(
        proposal=story.proposal(row["key"]),
        by=story.people[said["apart_by"]],
        reason=said["apart_reason"],
    )


def _splits(story: Story, row: Row) -> None:
    said = row["split"]
    made = merges.split_proposal(
        proposal=story.proposal(row["key"]),
        parts=[Part(title=each["title"], why=each["why"]) for each in said["parts"]],
        reason=said["reason"],
        by=story.people[said["by"]],
    )
    for each, part in zip(said["parts"], made, strict=True):
        story.proposals[each["key"]] = part
