"""The part of the tale that is told about ballots: one for consent, and one of each further act."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from codesign.models import Ballot, Proposal
from codesign.queries.rolls import fresh_code
from portal import clock
from portal.enums import Role

if TYPE_CHECKING:
    from tests.tale import Tale


def tell_ballots(tale: "Tale") -> None:
    """Set up by its form, opened, objected to, closed early, answered; and one that is annulled."""
    space = tale.things.draft_ballot.workspace
    made = [_suggestion(tale, space.pk) for _each in range(2)]
    words = _words(tale, made[:1])
    ballot = _set_up(tale, space.pk, words)
    tale.post("facilitator", "codesign:edit_ballot", ballot.pk, **words)
    tale.post("facilitator", "codesign:open_ballot", ballot.pk)
    _object(tale, ballot)
    _add_somebody(tale, ballot)
    tale.post("facilitator", "codesign:close_ballot", ballot.pk, reason=tale.long(500))
    ballot.refresh_from_db()
    objection = ballot.objections.get().pk
    answer = tale.long(4000)
    tale.post("facilitator", "codesign:answer_objection", objection, answer=answer)
    again = _set_up(tale, space.pk, _words(tale, made[1:]))
    tale.post("facilitator", "codesign:open_ballot", again.pk)
    tale.post("facilitator", "codesign:annul_ballot", again.pk, reason=tale.long(500))
    for each in (ballot, again):
        for page in ("ballot", "ballot_votes"):
            _look(tale, page, each)


def _suggestion(tale: "Tale", space: int) -> Proposal:
    words = {"title": tale.short(80), "why": tale.long(4000)}
    tale.post("carer", "codesign:draft_proposal", space, **words)
    made = Proposal.objects.latest("pk")
    tale.post("carer", "codesign:open_proposal", made.pk)
    return made


def _words(tale: "Tale", options: list[Proposal]) -> dict[str, object]:
    today = clock.today()
    return {
        "question": tale.short(200),
        "about": tale.long(4000),
        "find": tale.line(200),
        "find_person": tale.line(60),
        "secrecy": "named",
        "results_when": "at_close",
        "who": "roles",
        "roles": [Role.CARER, Role.SERVICE_USER],
        "opens_on": f"{today - timedelta(days=1):%Y-%m-%d}",
        "opens_time": "09:00",
        "closes_on": f"{today + timedelta(days=9):%Y-%m-%d}",
        "closes_time": "20:00",
        "offered": [each.pk for each in options],
        **{f"option_{each.pk}": "on" for each in options},
    }


def _set_up(tale: "Tale", space: int, words: dict[str, object]) -> Ballot:
    url = reverse("codesign:draft_ballot", args=["norfolk", space]) + "?method=consent"
    tale.post_to("facilitator", url, **words)
    return Ballot.objects.latest("pk")


def _object(tale: "Tale", ballot: Ballot) -> None:
    choice = {"answer": "object", "reason": tale.long(2000)}
    tale.post("carer", "codesign:cast_ballot", ballot.pk, **choice, code=fresh_code(ballot))


def _add_somebody(tale: "Tale", ballot: Ballot) -> None:
    more = {"participant": tale.things.world.partner.pk, "reason": tale.long(500)}
    tale.post("facilitator", "codesign:add_to_roll", ballot.pk, **more)


def _look(tale: "Tale", page: str, ballot: Ballot) -> None:
    client = tale.clients["carer"]
    response = client.get(f"{ballot.get_absolute_url()}{'votes/' if page != 'ballot' else ''}")
    if response.status_code == 200:
        tale.answers.append(response)
