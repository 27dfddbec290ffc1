"""Voices, and the themes they share."""

from content.demo.story import Rank, Row, Story
from feedback.enums import ThemeKind
from feedback.operations import themes, voices
from portal.enums import Duty
from portal.models import Participant


def speak(story: Story) -> None:
    for row in story.rows("voices"):
        story.on(row["day"], Rank.SPEAK, _says, row)
        if row["state"] in {"published", "withdrawn"}:
            story.on(row["published_day"], Rank.READ, _is_read, row)
        if row["state"] == "withdrawn":
            story.on(
                min(row["published_day"] + 9, -1),
                Rank.MOVE,
                _takes_back,
                row,
            )
        if row["state"] == "held":
            story.on(row["day"], Rank.READ, _is_held, row)
        for given in row.get("themes", []):
            story.on(
                given["day"],
                Rank.THEME,
                _is_themed,
                row,
                given,
            )


def _says(story: Story, row: Row) -> None:
    by = story.people.get(row.get("by", ""))
    story.voices[row["key"]] = voices.leave_voice(
        partnership=story.partnership,
        feature=story.features.get(row.get("feature", "")),
        what_helped=row.get("helped", ""),
        what_should_change=row.get("change", ""),
        by=by,
        anonymous=by is None,
        consent="Said yes when asked" if row.get("entered_by") else "",
        seed=f"demo {story.partnership.slug} {row['key']}",
        **story.behalf(row),
    )


def _moderator(story: Story, row: Row) -> Participant:
    named = row.get("moderator") or next(
        p["key"]
        for p in story.rows("participants")
        if Duty.MODERATOR in p.get("duties", []) and p["joined"] <= row["day"]
    )
    return story.people[named]


def _is_read(story: Story, row: Row) -> None:
    voices.publish_voice(voice=story.voices[row["key"]][0], by=_moderator(story, row))


def _is_held(story: Story, row: Row) -> None:
    voices.hold_voice(
        voice=story.voices[row["key"]][0], by=_moderator(story, row), reason=row["held_reason"]
    )


def _takes_back(story: Story, row: Row) -> None:
    voices.withdraw_voice(voice=story.voices[row["key"]][0])


def _is_themed(story: Story, row: Row, given: Row) -> None:
    themes.give_theme(
        voice=story.voices[row["key"]][0],
        theme=story.themes[given["theme"]],
        by=story.people[given["by"]],
        why=given.get("why", ""),
    )


def name_themes(story: Story) -> None:
    for row in story.rows("themes"):

        def act(story: Story, row: Row = row) -> None:
            story.themes[row["key"]] = themes.name_theme(
                partnership=story.partnership,
                name=row["name"],
                summary=row["summary"],
                kind=ThemeKind(row["kind"]),
                by=story.people[row["by"]],
            )

        story.on(row["day"], Rank.NAME, act)
