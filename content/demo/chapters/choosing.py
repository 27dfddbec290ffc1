"""Ballots: set up, opened, voted in, closed by the clock, and what became of objections."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from codesign.enums import BallotMethod, ResultsWhen, Secrecy
from codesign.models import Objection
from codesign.operations import ballots, closing, objections, votes
from codesign.operations.ballots import BallotWords, OptionFor
from codesign.queries.rolls import card_codes, fresh_code, read_code
from content.demo.story import Rank, Row, Story
from portal import clock
from portal.enums import Channel

OPENS, CLOSES = time(9), time(17, 30)  # after all that happens on a day


def choose(story: Story) -> None:
    """Gather the ballots. A row without `day` stays a draft; one with `refused_day` has to."""
    for row in story.rows("ballots"):
        story.on(row["drafted_day"], Rank.MOVE, _drafts, row)
        if "refused_day" in row:
            story.on(row["refused_day"], Rank.MOVE, _is_refused, row)
        if "day" in row:
            story.on(row["day"], Rank.MOVE, _opens, row)
        if "voting_day" in row:
            story.on(row["voting_day"], Rank.MOVE, _vote, row)
        if "annulled" in row:
            story.on(row["annulled"]["day"], Rank.ANSWER, _annuls, row)
        elif "day" in row and row["closes_day"] < 0:
            story.on(row["closes_day"], Rank.REVIEW, _closes_by_itself, row)
        for key, said in row.get("objections", {}).items():
            if "answer" in said:
                story.on(said["answered_day"], Rank.ANSWER, _answers, row, key, said)


def _moment(story: Story, day: int, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(story.day(day), at))


def _drafts(story: Story, row: Row) -> None:
    """Set up; the repeat of an annulled ballot begins with that one's settings."""
    by = story.people[row["by"]]
    said: dict[str, Any] = {
        "words": _words(story, row),
        "options": [
            OptionFor(story.proposal(each["proposal"]), each.get("cost", 0))
            for each in row["options"]
        ],
        "listed": [story.people[key] for key in row.get("listed", [])],
        "by": by,
    }
    if "repeats" in row:
        again = ballots.repeat_ballot(ballot=story.ballots[row["repeats"]], by=by)
        story.ballots[row["key"]] = ballots.edit_ballot(ballot=again, **said)
        return
    story.ballots[row["key"]] = ballots.draft_ballot(
        workspace=story.space(row["workspace"]), **said
    )


def _words(story: Story, row: Row) -> BallotWords:
    numbers = ("seats", "dots", "most_dots", "budget", "quorum", "pass_share")
    parts = ("shares", "quorums", "roles", "cards")
    first_day = next(row[name] for name in ("opens_day", "day", "drafted_day") if name in row)
    return BallotWords(
        question=row["question"],
        about=row["about"].strip(),
        method=BallotMethod(row["method"]),
        secrecy=Secrecy(row.get("secrecy", "named")),
        results_when=ResultsWhen(row.get("results_when", "at_close")),
        opens_at=_moment(story, first_day, OPENS),
        closes_at=_moment(story, row["closes_day"], CLOSES),
        **{name: row[name] for name in (*numbers, *parts) if name in row},
    )


def _opens(story: Story, row: Row) -> None:
    ballots.open_ballot(ballot=story.ballot(row["key"]), by=story.people[row["by"]])


def _is_refused(story: Story, row: Row) -> None:
    """Try to open a ballot whose roll is too small: it stays a draft. Fails if it opens."""
    try:
        _opens(story, row)
    except ballots.UnableToOpenBallot:
        return
    raise AssertionError(f"the ballot {row['key']} was to be refused")


def _vote(story: Story, row: Row) -> None:
    """Everybody votes in the order of the row; whoever has no account asks `helper` to enter it."""
    ballot = story.ballot(row["key"])
    places = {story.proposals[each["proposal"]].pk: each["proposal"] for each in row["options"]}
    keys = {places[option.proposal_id]: option.key for option in ballot.options.all()}
    for key, choice in row.get("votes", {}).items():
        voter = story.people[key]
        said = {
            "ballot": ballot,
            "choice": _in_places(choice, keys),
            "code": read_code(ballot, fresh_code(ballot)),
            "objection": row.get("objections", {}).get(key, {}).get("words", ""),
        }
        if voter.user_id:
            votes.cast_ballot(**said, by=voter)
        else:
            votes.cast_for_somebody(
                **said, voter=voter, how=Channel.PAPER, by=story.people[row["helper"]]
            )
    handed_out = card_codes(ballot)
    for role, choices in row.get("card_votes", {}).items():
        mine = [card for card in handed_out if card.role == role]
        for card, choice in zip(mine, choices, strict=False):  # some cards are never used
            votes.cast_by_card(
                card=card.code,
                choice=_in_places(choice, keys),
                code=read_code(ballot, fresh_code(ballot)),
            )


def _in_places(choice: Any, keys: dict[str, str]) -> Any:
    """A choice with each suggestion's key in the story replaced by its key in the ballot."""
    if isinstance(choice, dict):
        return {keys[key]: given for key, given in choice.items()}
    if isinstance(choice, list):
        return [_in_places(each, keys) for each in choice]
    return keys.get(choice, choice)  # an answer to consent stays as it is


def _closes_by_itself(story: Story, row: Row) -> None:
    """The sweep comes by half a minute after the time."""
    with clock.at(story.ballot(row["key"]).closes_at + timedelta(seconds=30)):
        closing.close_due_ballots()


def _annuls(story: Story, row: Row) -> None:
    said = row["annulled"]
    ballots.annul_ballot(
        ballot=story.ballot(row["key"]), reason=said["reason"], by=story.people[said["by"]]
    )


def _answers(story: Story, row: Row, key: str, said: Row) -> None:
    """Answer what somebody said against; only in a named ballot is it known who that was."""
    objections.answer_objection(
        objection=Objection.objects.get(
            ballot=story.ballots[row["key"]], by=story.people[key], words=said["words"]
        ),
        answer=said["answer"],
        by=story.people[said["answered_by"]],
    )
