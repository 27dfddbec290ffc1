"""Reads about common ground: what every role agrees with, where they differ, who was not heard.

A role is told apart only where at least SMALLEST_SHOWN of its people have answered. What is kept
when a round closes has passed the disclosure gate; true counts are in none of it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from codesign.counting.common_ground import (
    NOT_HEARD,
    OPPOSED,
    SUPPORTS,
    Ground,
    Heard,
    common_ground,
)
from codesign.enums import OpenTo, Stance
from codesign.models import Statement, StatementAnswer, StatementRound
from codesign.queries.sessions import Present
from portal.counts import count_in_words
from portal.disclosure import SMALLEST_SHOWN, shown
from portal.enums import Role
from portal.models import Participant

Tally = dict[str, int]  # people by stance


# -- counting --------------------------------------------------------------------------------------


def _roles_of(rounded: StatementRound, answered: Mapping[str, int]) -> list[str]:
    """The roles the space is for, and those that have answered, in the order of `Role`."""
    space = rounded.workspace
    here = Participant.objects.here().filter(partnership_id=rounded.partnership_id)
    if space.open_to == OpenTo.ROLES:
        named = set(space.open_roles.values_list("role", flat=True))
    else:
        if space.open_to == OpenTo.INVITATION:
            here = here.filter(memberships__workspace=space)
        named = set(here.order_by().values_list("role", flat=True).distinct())
    return [role.value for role in Role if role in named or role in answered]


def people_by_role(rounded: StatementRound) -> dict[str, int]:
    """How many people of each role have answered at least one statement. True counts; one query."""
    answers = StatementAnswer.objects.filter(statement__round=rounded).values_list("role")
    return dict(answers.annotate(n=Count("by", distinct=True)).order_by())


def _tallies(rounded: StatementRound) -> dict[int, dict[str, Tally]]:
    found: dict[int, dict[str, Tally]] = defaultdict(lambda: defaultdict(dict))
    rows = StatementAnswer.objects.filter(
        statement__in=Statement.objects.shown().filter(round=rounded)
    )
    for statement, role, stance, n in (
        rows.values_list("statement", "role", "stance").annotate(n=Count("pk")).order_by()
    ):
        found[statement][role][stance] = n
    return found


def _ground(
    statements: list[Statement], tallies: Mapping[int, Mapping[str, Tally]], roles: list[str]
) -> list[Ground]:
    def heard(tally: Tally) -> Heard:
        return Heard(
            agree=tally.get(Stance.AGREE, 0),
            disagree=tally.get(Stance.DISAGREE, 0),
            seen=sum(tally.values()),
        )

    return common_ground(
        {
            str(each.pk): {role: heard(tallies.get(each.pk, {}).get(role, {})) for role in roles}
            for each in statements
        },
        SMALLEST_SHOWN,
    )


def snapshot(rounded: StatementRound) -> dict[str, Any]:
    """Common ground as it may be published: every count through the gate; four queries or five.

    A number is about that many people, None is fewer than eight, 0 is nobody. Statements stand in
    the order of common ground. What a role said stands only where enough of it were heard.
    """
    people = people_by_role(rounded)
    roles = _roles_of(rounded, people)
    statements = list(Statement.objects.shown().filter(round=rounded).order_by("pk"))
    tallies = _tallies(rounded)
    return {
        "people": _gated(
            StatementAnswer.objects.filter(statement__round=rounded).aggregate(
                n=Count("by", distinct=True)
            )["n"]
        ),
        "roles": {role: _gated(people.get(role, 0)) for role in roles},
        "statements": [
            _entry(ground, tallies.get(int(ground.option), {}))
            for ground in _ground(statements, tallies, roles)
        ],
    }


def _gated(n: int) -> int | None:
    return shown(n).value


def _entry(ground: Ground, tallies: Mapping[str, Tally]) -> dict[str, Any]:
    together = {
        stance.value: sum(each.get(stance, 0) for each in tallies.values()) for stance in Stance
    }
    return {
        "id": int(ground.option),
        **_counts(together),
        "roles": {
            role: {"standing": standing} | (_counts(tallies[role]) if standing != NOT_HEARD else {})
            for role, standing in ground.standing.items()
        },
    }


def _counts(tally: Tally) -> dict[str, int | None]:
    """What people said, if enough did; else only that too few did."""
    heard = sum(tally.values())
    said = {stance.value: _gated(tally.get(stance, 0)) for stance in Stance}
    return {"heard": _gated(heard)} | (said if heard >= SMALLEST_SHOWN else {})


# -- showing ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoleSaid:
    """What one role said to a statement. The counts are gated words, empty where not heard."""

    role: Role
    standing: str
    heard: str
    agree: str = ""
    disagree: str = ""
    passed: str = ""


@dataclass(frozen=True)
class Finding:
    """How a statement stands between the roles. `words` of one taken off say why it was."""

    statement: Statement
    roles: list[RoleSaid]

    def _who(self, *standings: str) -> list[Role]:
        return [each.role for each in self.roles if each.standing in standings]

    @property
    def heard_from(self) -> list[RoleSaid]:
        return [each for each in self.roles if each.standing != NOT_HEARD]

    @property
    def supported_by(self) -> list[Role]:
        return self._who(SUPPORTS)

    @property
    def opposed_by(self) -> list[Role]:
        return self._who(OPPOSED)

    @property
    def not_heard(self) -> list[Role]:
        return self._who(NOT_HEARD)

    @property
    def is_shared(self) -> bool:
        """Most agree in every role that enough people were heard of."""
        return bool(self.heard_from) and len(self.supported_by) == len(self.heard_from)

    @property
    def is_refused(self) -> bool:
        """More disagree than agree in every such role."""
        return bool(self.heard_from) and len(self.opposed_by) == len(self.heard_from)

    @property
    def differs(self) -> bool:
        return bool(self.supported_by and self.opposed_by)


@dataclass(frozen=True)
class Findings:
    """What a round found: in the order of common ground. `people` and `roles` are gated words."""

    people: str
    roles: list[Present]
    not_heard: list[Role]
    all: list[Finding]

    @property
    def shared(self) -> list[Finding]:
        return [each for each in self.all if each.is_shared]

    @property
    def refused(self) -> list[Finding]:
        return [each for each in self.all if each.is_refused]

    @property
    def differ(self) -> list[Finding]:
        return [each for each in self.all if each.differs]

    @property
    def unclear(self) -> list[Finding]:
        """Neither shared nor refused, no two roles against each other; or too few were asked."""
        return [
            each for each in self.all if not (each.is_shared or each.is_refused or each.differs)
        ]


def findings_of(rounded: StatementRound) -> Findings:
    """What was published of a closed round, with its statements; one query."""
    assert rounded.result is not None
    return _findings(rounded, rounded.result)


def live_findings_of(rounded: StatementRound) -> Findings:
    """The same of an open round, as of now: what stands in its snapshot if it closed now."""
    return _findings(rounded, snapshot(rounded))


def exact_people(rounded: StatementRound) -> list[Present]:
    """How many have answered, by role, for those who ask people in; what they said stays gated."""
    people = people_by_role(rounded)
    return [
        Present(Role(role), count_in_words(people.get(role, 0), exact=True))
        for role in _roles_of(rounded, people)
    ]


def _findings(rounded: StatementRound, result: Mapping[str, Any]) -> Findings:
    statements = {each.pk: each for each in Statement.objects.filter(round=rounded)}
    people = result["roles"]
    roles = [role for role in Role if role in people]  # databases keep no order of names
    return Findings(
        people=_in_words(result["people"]),
        roles=[Present(role, _in_words(people[role])) for role in roles],
        not_heard=[role for role in roles if not people[role]],
        all=[
            Finding(
                statements[each["id"]],
                [_role_said(role, each["roles"][role]) for role in roles],
            )
            for each in result["statements"]
        ],
    )


def _role_said(role: Role, said: Mapping[str, Any]) -> RoleSaid:
    def words(name: str) -> str:
        return _in_words(said[name]) if name in said else ""

    return RoleSaid(
        role=role,
        standing=said["standing"],
        heard=words("heard"),
        agree=words(Stance.AGREE),
        disagree=words(Stance.DISAGREE),
        passed=words(Stance.PASS),
    )


def _in_words(gated: int | None) -> str:
    """A count that has passed the gate already, in words: gating it again changes nothing."""
    return count_in_words(1 if gated is None else gated, exact=False)
