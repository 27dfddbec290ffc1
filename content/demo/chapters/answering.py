"""Points on suggestions: comments, what was answered, and what a moderator had to hide."""

from codesign.enums import CommentKind, HidingReason
from codesign.models import Comment, Hiding
from codesign.operations import comments, moderation
from content.demo.story import Rank, Row, Story


def answer(story: Story) -> None:
    """Gather what is said about suggestions, in every row's `comments`."""
    for row in story.rows("proposals"):
        for said in row.get("comments", []):
            story.on(said["day"], Rank.MOVE, _comments, row, said)
            for each in said.get("replies", []):
                story.on(each["day"], Rank.ANSWER, _replies, said, each)
            for each in said.get("supporters", []):
                story.on(each["day"], Rank.ANSWER, _agrees, said, each)
            if "answered" in said:
                story.on(said["answered"]["day"], Rank.ANSWER, _answers, said)
            if "hidden" in said:
                story.on(said["hidden"]["day"], Rank.ANSWER, _hides_comment, said)
                _ask_again(story, said)
            if "reported" in said:
                story.on(said["reported"]["day"], Rank.ANSWER, _reports, said)
        if "hidden" in row:
            story.on(row["hidden"]["day"], Rank.ANSWER, _hides_proposal, row)
            _ask_again(story, row)


def _comments(story: Story, row: Row, said: Row) -> None:
    comment = comments.comment_on_proposal(
        proposal=story.proposal(row["key"]),
        text=said["text"].strip(),
        kind=CommentKind(said["kind"]),
        as_organisation=said.get("organisation", False),
        by=story.people[said["by"]],
    )
    said["comment"] = comment.pk


def _comment(said: Row) -> Comment:
    return Comment.objects.select_related("proposal__workspace__partnership", "partnership").get(
        pk=said["comment"]
    )


def _replies(story: Story, said: Row, each: Row) -> None:
    _reply(story, said, each)


def _reply(story: Story, said: Row, each: Row) -> Comment:
    return comments.reply_to_comment(
        comment=_comment(said),
        text=each["text"],
        as_organisation=each.get("organisation", False),
        by=story.people[each["by"]],
    )


def _agrees(story: Story, said: Row, each: Row) -> None:
    comments.support_comment(comment=_comment(said), by=story.people[each["by"]])


def _answers(story: Story, said: Row) -> None:
    reply = _reply(story, said, said["answered"])
    comments.mark_answered(comment=_comment(said), by=story.people[said["by"]], answer=reply)


def _reports(story: Story, said: Row) -> None:
    moderation.report_comment(
        comment=_comment(said),
        reason=HidingReason(said["reported"]["reason"]),
        words=said["reported"]["words"],
        by=story.people[said["reported"]["by"]],
    )


def _hides_comment(story: Story, said: Row) -> None:
    said["hiding"] = moderation.hide_comment(
        comment=_comment(said),
        reason=HidingReason(said["hidden"]["reason"]),
        why=said["hidden"]["why"],
        by=story.people[said["hidden"]["by"]],
    ).pk


def _hides_proposal(story: Story, row: Row) -> None:
    row["hiding"] = moderation.hide_proposal(
        proposal=story.proposal(row["key"]),
        reason=HidingReason(row["hidden"]["reason"]),
        why=row["hidden"]["why"],
        by=story.people[row["hidden"]["by"]],
    ).pk


def _ask_again(story: Story, hidden: Row) -> None:
    if "asked_again" in hidden:
        story.on(hidden["asked_again"]["day"], Rank.ANSWER, _asks_again, hidden)
    if "answer" in hidden:
        story.on(hidden["answer"]["day"], Rank.ANSWER, _answers_asking, hidden)


def _hiding(hidden: Row) -> Hiding:
    return Hiding.objects.get(pk=hidden["hiding"])


def _asks_again(story: Story, hidden: Row) -> None:
    moderation.ask_again(
        hiding=_hiding(hidden),
        words=hidden["asked_again"]["words"],
        by=story.people[hidden["by"]],
    )


def _answers_asking(story: Story, hidden: Row) -> None:
    said = hidden["answer"]
    moderation.answer_asking(
        hiding=_hiding(hidden),
        put_back=said["put_back"],
        why=said["why"],
        by=story.people[said["by"]],
    )
