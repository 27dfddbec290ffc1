"""The beginning: the partnership, its people, its service as it is, its spaces."""

from itertools import pairwise

from codesign.enums import FeatureStatus, OpenTo, StageKind
from codesign.models import Stage
from codesign.operations import (
    assessments,
    features,
    members,
    stages,
    workspaces,
)
from codesign.operations.workspaces import StageDates
from content.demo.story import Rank, Row, Story
from content.operations import publish_partnership_page
from portal import clock
from portal.enums import Duty, OrganisationKind, Role, Visibility
from portal.models import User, ref
from portal.operations import people


def found(story: Story) -> None:
    words = story.data["partnership"]
    first = min(row["joined"] for row in story.rows("participants"))

    def act(story: Story) -> None:
        story.partnership = people.found_partnership(
            slug=words["slug"],
            name=words["name"],
            question=words["question"],
            summary=words["summary"],
            place=words["place"],
            how_to_take_part=words["how_to_take_part"],
            escalation=words["escalation"],
            accent=words["accent"],
            visibility=Visibility.PUBLIC,
        )
        story.page = publish_partnership_page(
            partnership=story.partnership,
            easy_read=[("idea", idea) for idea in words["easy_read"]],
        )
        for row in story.rows("organisations"):
            story.organisations[row["key"]] = people.add_organisation(
                partnership=story.partnership,
                name=row["name"],
                kind=OrganisationKind(row["kind"]),
                about=row.get("about", ""),
            )

    story.on(first, Rank.FOUND, act)


def join(story: Story) -> None:
    for row in story.rows("participants"):
        story.on(row["joined"], Rank.JOIN, _joins, row)


def _joins(story: Story, row: Row) -> None:
    user = None
    if row["account"]:
        email = f"{row['key']}@{story.partnership.slug}.example.org"
        user = User.objects.create_user(email, date_joined=clock.now())
    person = people.join(
        partnership=story.partnership,
        role=Role(row["role"]),
        display_name=row["display_name"],
        user=user,
        organisation=story.organisations.get(row.get("organisation", "")),
        about=row.get("about", ""),
    )
    for duty in row.get("duties", []):
        people.grant_duty(participant=person, duty=Duty(duty), by=None)
    story.people[row["key"]] = person


def _first_here(story: Story, day: int, role: Role) -> str:
    """The key of somebody of a role who had joined by a day."""
    return next(
        row["key"]
        for row in sorted(story.rows("participants"), key=lambda row: row["joined"])
        if row["role"] == role and row["joined"] <= day
    )


def describe(story: Story) -> None:
    for row in story.rows("features"):
        first, *later = row["versions"]
        provider_since = min(
            p["joined"] for p in story.rows("participants") if p["role"] == Role.PROVIDER
        )
        day = max(first["day"], provider_since)
        by = _first_here(story, day, Role.PROVIDER)

        def add(story: Story, row: Row = row, first: Row = first, by: str = by) -> None:
            story.features[row["key"]] = features.add_service_feature(
                name=row["name"],
                summary=row["summary"],
                words=first["words"],
                status=FeatureStatus(first["status"]),
                from_day=story.day(first["day"]),
                by=story.people[by],
                **_because(story, first),
            )

        story.on(day, Rank.DESCRIBE, add)
        for version in later:

            def change(story: Story, row: Row = row, version: Row = version, by: str = by) -> None:
                features.change_service_feature(
                    feature=story.features[row["key"]],
                    status=FeatureStatus(version["status"]),
                    words=version["words"],
                    from_day=story.day(version["day"]),
                    by=story.people[by],
                    **_because(story, version),
                )

            story.on(version["day"], Rank.DESCRIBE, change)


def _because(story: Story, version: Row) -> dict[str, str]:
    """What brought a version about: a `decision` of an earlier day, or else plain words."""
    if "decision" not in version:
        return {"because_words": version["because"]}
    decision = story.decisions[version["decision"]]
    return {
        "because": ref(decision),
        "because_words": decision.title,
        "because_url": decision.get_absolute_url(),
    }


def open_spaces(story: Story) -> None:
    facilitator, since = next(
        (row["key"], row["joined"])
        for row in story.rows("participants")
        if Duty.FACILITATOR in row.get("duties", [])
    )
    for row in story.rows("workspaces"):

        def act(story: Story, row: Row = row) -> None:
            paragraphs = [part for part in row["introduction"].strip().split("\n\n") if part]
            story.workspaces[row["key"]] = workspaces.open_workspace(
                parent=story.page,
                title=row["title"],
                question=row["question"],
                stages=_stages(story, row),
                by=story.people[facilitator],
                body=[("text", "".join(f"<p>{part}</p>" for part in paragraphs))],
                easy_read=[("idea", idea) for idea in row["easy_read"]],
                visibility=Visibility(row["visibility"]),
                open_to=OpenTo(row.get("open_to", "partnership")),
                roles=[Role(role) for role in row.get("roles", [])],
            )
            if row.get("members"):
                members.invite_to_workspace(
                    workspace=story.space(row["key"]),
                    participants=[story.people[key] for key in row["members"]],
                    by=story.people[facilitator],
                )

        opens = max(row["stages"][0]["opens"], since)
        story.on(opens, Rank.OPEN_SPACE, act)
        for move in row.get("stage_moves", []):
            story.on(move["day"], Rank.MOVE, _moves_stage, row, move)
        if "closed" in row:
            story.on(row["closed"]["day"], Rank.DECIDE, _closes_space, row)
        if "criteria_day" in row:
            story.on(row["criteria_day"], Rank.MOVE, _agrees_criteria, row, facilitator)


def _moves_stage(story: Story, row: Row, move: Row) -> None:
    stage = story.workspaces[row["key"]].stages.get(kind=move["kind"])
    stages.move_stage(
        stage=Stage.objects.select_related("workspace__partnership").get(pk=stage.pk),
        opens_on=story.day(move["to"]),
        reason=move["reason"],
        by=story.people[move["by"]],
    )


def _closes_space(story: Story, row: Row) -> None:
    workspaces.close_workspace(
        workspace=story.space(row["key"]),
        reason=row["closed"]["reason"],
        by=story.people[row["closed"]["by"]],
    )


def _agrees_criteria(story: Story, row: Row, facilitator: str) -> None:
    assessments.agree_criteria(
        workspace=story.space(row["key"]),
        criteria=assessments.usual_criteria(),
        by=story.people[facilitator],
    )


def _stages(story: Story, row: Row) -> list[StageDates]:
    """A file may let a stage close on the day the next opens; that day belongs to the next."""
    stages = row["stages"]
    ends = [min(s["closes"], n["opens"] - 1) for s, n in pairwise(stages)]
    return [
        StageDates(
            kind=StageKind(stage["kind"]),
            opens_on=story.day(stage["opens"]),
            closes_on=story.day(end),
        )
        for stage, end in zip(stages, [*ends, stages[-1]["closes"]], strict=True)
    ]
