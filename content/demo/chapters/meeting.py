"""Design sessions."""

from codesign.enums import SessionStep
from codesign.models import (
    Card,
    CardProposal,
)
from codesign.operations import (
    cards,
    sessions,
)
from content.demo.story import Rank, Row, Story


def meet(story: Story) -> None:
    for row in story.rows("sessions"):
        story.on(row["day"], Rank.MEET, _meets, row)
        if row["state"] == "closed":
            story.on(row["closed_day"], Rank.CLOSE_MEETING, _closes, row)


def _meets(story: Story, row: Row) -> None:
    facilitator = story.people[row["by"]]
    session = sessions.open_session(
        workspace=story.space(row["workspace"]),
        title=row["title"],
        question=row["question"],
        dots_each=row["dots_each"],
        by=facilitator,
    )
    story.sessions[row["key"]] = session
    for key in row["people"]:
        sessions.join_session(session=session, by=story.people[key])
    sessions.move_session(session=session, step=SessionStep.SHARE, by=facilitator)
    placed: list[Card] = [
        cards.add_card(session=session, text=card["text"], by=story.people[card["by"]])
        for card in row["cards"]
    ]
    sessions.move_session(session=session, step=SessionStep.CHOOSE, by=facilitator)
    for card, words in zip(placed, row["cards"], strict=True):
        words["card"] = card
        for key in words.get("dots", []):
            cards.place_dot(card=card, by=story.people[key])


def _closes(story: Story, row: Row) -> None:
    chosen = [card for card in row["cards"] if card.get("becomes")]
    sessions.close_session(
        session=story.sessions[row["key"]],
        chosen=[card["card"] for card in chosen],
        closing_words=row["closing_words"].strip(),
        by=story.people[row["by"]],
    )
    for card in chosen:
        link = CardProposal.objects.select_related("target").get(source=card["card"])
        story.proposals[card["becomes"]] = link.target
