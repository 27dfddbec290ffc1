"""Every URL × method × role × two partnerships. A URL without a row fails.

Each row says who gets in: VISITORS (and everybody), PEOPLE of the partnership, or those whom the
permission table allows an act (that table is fixed, word for word, in test_permission_table.py).
NOBODY means that the method is not allowed at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal import permissions
from portal.enums import Visibility
from portal.models import Participant, ref
from tests.things import Things
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

VISITORS, PEOPLE, NOBODY = "visitors", "people", "nobody"
Args = Callable[[Things], list[object]]


@dataclass(frozen=True)
class Row:
    """`get`, `post`: VISITORS, PEOPLE, NOBODY or the name of an act. `about`: the act's thing."""

    args: Args
    get: str = NOBODY
    post: str = NOBODY
    about: Callable[[Things], permissions.Walled] = lambda t: t.world.partnership
    data: dict[str, str] = field(default_factory=lambda: {"reason": "Why not."})


def nothing(t: Things) -> list[object]:
    return []


def of(name: str) -> Args:
    return lambda t: [getattr(t, name).pk]


def row(thing: str, act: str, *, page: bool = False) -> Row:
    """A thing's act: posting needs the act; so does the page that asks for it, if there is one."""
    return Row(of(thing), act if page else NOBODY, act, lambda t: getattr(t, thing))


def space(t: Things) -> list[object]:
    return [t.world.workspace.pk]


ROWS: dict[str, Row] = {
    # the kernel
    "portal:accent_css": Row(nothing, VISITORS),
    "portal:notices": Row(nothing, PEOPLE),
    "portal:read_notices": Row(nothing, post=PEOPLE),
    "portal:set_digest": Row(nothing, PEOPLE, PEOPLE),
    "portal:follow": Row(lambda t: [ref(t.proposal)], post=PEOPLE),
    "portal:unfollow": Row(lambda t: [ref(t.proposal)], post=PEOPLE),
    "portal:people": Row(nothing, PEOPLE),
    "portal:person": Row(lambda t: [t.world.carer.pk], "remove_participant"),
    "portal:grant_duty": Row(
        lambda t: [t.world.carer.pk], post="grant_duty", data={"duty": "evaluator"}
    ),
    "portal:remove_duty": Row(
        lambda t: [t.world.moderator.pk], post="remove_duty", data={"duty": "moderator"}
    ),
    "portal:remove_participant": Row(lambda t: [t.world.carer.pk], post="remove_participant"),
    "portal:invitations": Row(nothing, "invite_participant"),
    "portal:invite_participant": Row(nothing, post="invite_participant"),
    "portal:revoke_invitation": row("invitation", "revoke_invitation"),
    "portal:record": Row(nothing, PEOPLE),
    "portal:export_record": Row(nothing, post="export_record"),
    # proposals
    "codesign:proposals": Row(space, VISITORS),
    "codesign:draft_proposal": Row(space, PEOPLE, PEOPLE),
    "codesign:proposal": Row(of("proposal"), VISITORS),
    "codesign:edit_proposal": row("draft_proposal", "edit_proposal", page=True),
    "codesign:open_proposal": row("draft_proposal", "open_proposal"),
    "codesign:support_proposal": row("proposal", "support_proposal"),
    "codesign:withdraw_support": row("proposal", "withdraw_support"),
    "codesign:comment_on_proposal": row("proposal", "comment_on_proposal"),
    "codesign:shortlist_proposal": row("proposal", "shortlist_proposal", page=True),
    "codesign:park_proposal": row("proposal", "park_proposal", page=True),
    "codesign:withdraw_proposal": row("proposal", "withdraw_proposal", page=True),
    "codesign:merge_proposal": row("proposal", "merge_proposal", page=True),
    "codesign:reopen_proposal": row("proposal", "reopen_proposal", page=True),
    "codesign:hide_comment": row("comment", "hide_comment", page=True),
    # design sessions
    "codesign:open_session": Row(space, "open_session", "open_session"),
    "codesign:session": Row(of("session"), PEOPLE),
    "codesign:session_board": Row(of("session"), PEOPLE),
    "codesign:join_session": Row(of("session"), post=PEOPLE),
    "codesign:move_session": Row(
        of("session"), post="move_session", about=lambda t: t.session, data={"step": "share"}
    ),
    "codesign:close_session": row("session", "close_session", page=True),
    "codesign:add_card": row("session", "add_card"),
    "codesign:enter_card": row("session", "enter_for_somebody", page=True),
    "codesign:join_sheet": Row(of("session"), "open_session"),
    "codesign:join_qr": Row(of("session"), PEOPLE),
    "codesign:hide_card": row("card", "hide_card", page=True),
    "codesign:place_dot": row("card", "place_dot"),
    "codesign:take_dot_back": row("card", "take_dot_back"),
    # decisions and the service
    "codesign:decisions": Row(nothing, VISITORS),
    "codesign:draft_decision": Row(space, "draft_decision", "draft_decision"),
    "codesign:decision": Row(of("decision"), VISITORS),
    "codesign:edit_decision": row("draft_decision", "edit_decision", page=True),
    "codesign:publish_decision": row("draft_decision", "publish_decision", page=True),
    "codesign:service": Row(nothing, VISITORS),
    # voices
    "feedback:voices": Row(nothing, VISITORS),
    "feedback:leave_voice": Row(nothing, VISITORS, VISITORS),
    "feedback:voice_queue": Row(nothing, "read_waiting_voices"),
    "feedback:voice": Row(of("voice"), VISITORS),
    "feedback:publish_voice": row("waiting_voice", "publish_voice"),
    "feedback:hold_voice": row("waiting_voice", "hold_voice", page=True),
    "feedback:reply_to_voice": row("voice", "reply_to_voice"),
    "feedback:case": Row(nothing, VISITORS, VISITORS),
    "feedback:add_to_voice": Row(nothing, post=VISITORS),
    "feedback:withdraw_voice": Row(nothing, post=VISITORS),
    # themes
    "feedback:themes": Row(nothing, VISITORS),
    "feedback:name_theme": Row(nothing, "name_theme", "name_theme"),
    "feedback:theme": Row(of("theme"), VISITORS),
    "feedback:raise_proposal": row("theme", "raise_proposal", page=True),
    "feedback:give_theme": row("voice", "give_theme"),
    "feedback:take_theme_away": row("voice_theme", "take_theme_away", page=True),
    # the change log
    "feedback:change_log": Row(nothing, VISITORS),
    "feedback:change_log_feed": Row(nothing, VISITORS),
    "feedback:draft_adaptation": Row(nothing, "draft_adaptation", "draft_adaptation"),
    "feedback:adaptation": Row(of("adaptation"), VISITORS),
    "feedback:edit_adaptation": row("draft_adaptation", "edit_adaptation", page=True),
    "feedback:publish_adaptation": row("draft_adaptation", "publish_adaptation", page=True),
    "feedback:review_adaptation": row("adaptation", "review_adaptation", page=True),
    # measures
    "feedback:measures": Row(nothing, VISITORS),
    "feedback:define_measure": Row(nothing, "define_measure", "define_measure"),
    "feedback:measure": Row(of("measure"), VISITORS),
    "feedback:measure_csv": Row(of("measure"), VISITORS),
    "feedback:record_observation": row("measure", "record_observation", page=True),
    "feedback:correct_observation": Row(
        of("observation"), "correct_observation", "correct_observation", lambda t: t.measure
    ),
    # the trail
    "content:trail": Row(lambda t: ["proposal", t.proposal.pk], VISITORS),
    "content:trail_json": Row(lambda t: ["proposal", t.proposal.pk], VISITORS),
}

# Addresses that belong to no partnership, or that a token opens; each has tests of its own.
ELSEWHERE = {
    "portal:mine",
    "portal:set_easy_read",
    "portal:stop_mail",
    "portal:accept_invitation",
    "codesign:join",
    "codesign:join_code",
}
NOT_OURS = ("accounts/", "admin/", "documents/")  # allauth's and Wagtail's


def our_names(patterns: list[URLPattern | URLResolver], space: str = "") -> set[str]:
    names = set()
    for pattern in patterns:
        if str(pattern.pattern).startswith(NOT_OURS) and isinstance(pattern, URLResolver):
            continue
        if isinstance(pattern, URLResolver):
            names |= our_names(pattern.url_patterns, pattern.namespace or space)
        elif pattern.name and space:
            names.add(f"{space}:{pattern.name}")
    return names


def test_every_url_has_a_row() -> None:
    ours = our_names(get_resolver().url_patterns)
    assert ours - ROWS.keys() - ELSEWHERE == set()
    assert ROWS.keys() | ELSEWHERE <= ours


def outcome(response: HttpResponse) -> str:
    """What became of a request: in, sign in, second factor, refused, absent, or no such method."""
    if response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/"):
        return "sign in"
    if response.status_code in {200, 204, 302, 400, 409, 422, 429}:
        return "in"
    return {403: "refused", 404: "absent", 405: "no such method"}.get(
        response.status_code, str(response.status_code)
    )


def request(client: Client, method: str, url: str, data: dict[str, str] | None = None) -> str:
    """The outcome of one request, undone again so that the next finds the world unchanged."""
    with transaction.atomic():
        response = client.get(url) if method == "get" else client.post(url, data)
        if response.streaming:
            b"".join(response)  # or its file stays open
        transaction.set_rollback(True)
    return outcome(response)


@dataclass
class Scene:
    """Two partnerships with everything in them, and browsers signed in as everybody."""

    public: Things
    private: Things
    people: dict[str, Participant | None]
    clients: dict[str, Client]
    stranger: Client


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Scene]:
    """Built once for the module, since every request in it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        public = Things(World())
        private = Things(World(slug="other", visibility=Visibility.PARTNERSHIP))
        people: dict[str, Participant | None] = {"visitor": None, **public.world.cast}
        yield Scene(
            public=public,
            private=private,
            people=people,
            clients={who: signed_in(p) if p else Client() for who, p in people.items()},
            stranger=signed_in(private.world.facilitator),
        )
        transaction.set_rollback(True)


def expected(row: Row, method: str, who: Participant | None, things: Things) -> set[str]:
    needs = getattr(row, method)
    if needs == VISITORS:
        return {"in"}
    if who is None:
        return {"sign in"}
    if needs == NOBODY:
        return {"no such method"}
    if needs == PEOPLE or permissions.can(who, needs, row.about(things)):
        return {"in"}
    return {"refused", "absent"}


@pytest.mark.parametrize("name", ROWS)
def test_url(name: str, scene: Scene) -> None:
    row, things = ROWS[name], scene.public
    url = reverse(name, args=["norfolk", *row.args(things)])
    wrong = []
    for method in ("get", "post"):
        needs = getattr(row, method)
        for who, client in scene.clients.items():
            got = request(client, method, url, row.data)
            allowed = expected(row, method, scene.people[who], things)
            if needs == NOBODY and who == "visitor":
                allowed = {"sign in", "no such method"}
            if got not in allowed:
                wrong.append(f"{method} as {who}: {got}, expected {allowed}")
        got = request(scene.stranger, method, url, row.data)
        allowed = {"in"} if needs == VISITORS else {"absent", "no such method"}
        if got not in allowed:
            wrong.append(f"{method} as somebody of another partnership: {got}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ROWS)
def test_url_of_a_private_partnership_does_not_exist_for_others(name: str, scene: Scene) -> None:
    row = ROWS[name]
    url = reverse(name, args=["other", *row.args(scene.private)])
    for method in ("get", "post"):
        assert request(Client(), method, url, row.data) == "sign in"
        assert request(scene.clients["facilitator"], method, url, row.data) == "absent"


@pytest.mark.parametrize("name", ROWS)
def test_things_of_one_partnership_are_not_found_through_another(name: str, scene: Scene) -> None:
    """Our own partnership's address with another's numbers: as if they did not exist."""
    row = ROWS[name]
    args = row.args(scene.private)
    if not args:
        return
    url = reverse(name, args=["norfolk", *args])
    for who in ("facilitator", "provider", "admin"):
        for method in ("get", "post"):
            got = request(scene.clients[who], method, url, row.data)
            assert got in {"absent", "refused", "no such method"}
