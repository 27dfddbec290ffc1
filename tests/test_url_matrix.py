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
    alike_everywhere: bool = False  # its arguments are words that mean the same in each partnership


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
    "portal:keep_draft": Row(
        nothing, post="keep_draft", data={"key": "comment-1", "field-text": "Yes."}
    ),
    "portal:following": Row(nothing, PEOPLE),
    "portal:follow_role": Row(lambda t: ["carer"], post=PEOPLE, alike_everywhere=True),
    "portal:unfollow_role": Row(lambda t: ["carer"], post=PEOPLE, alike_everywhere=True),
    "portal:delete_guest": Row(nothing, PEOPLE, PEOPLE),
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
    # workspaces
    "codesign:workspaces": Row(nothing, VISITORS),
    "codesign:open_workspace": Row(nothing, "open_workspace", "open_workspace"),
    "codesign:edit_workspace": Row(space, "edit_workspace", "edit_workspace"),
    "codesign:duplicate_workspace": Row(space, "duplicate_workspace", "duplicate_workspace"),
    "codesign:close_workspace": Row(space, "close_workspace", "close_workspace"),
    "codesign:reopen_workspace": Row(space, "reopen_workspace", "reopen_workspace"),
    "codesign:move_stage": Row(
        lambda t: [t.world.workspace.stages.get().pk], "move_stage", "move_stage"
    ),
    "codesign:move_end": Row(space, "move_stage", "move_stage"),
    "codesign:set_access": Row(space, "set_access", "set_access"),
    "codesign:workspace_members": Row(space, PEOPLE),
    "codesign:invite_to_workspace": Row(space, post="invite_to_workspace"),
    "codesign:remove_from_workspace": Row(
        lambda t: [t.world.workspace.pk, t.member.participant_id],
        "remove_from_workspace",
        "remove_from_workspace",
    ),
    # proposals
    "codesign:proposals": Row(space, VISITORS),
    "codesign:proposals_print": Row(space, VISITORS),
    "codesign:export_proposals": Row(
        lambda t: [t.world.workspace.pk, "csv"],
        post="export_proposals",
        about=lambda t: t.world.workspace,
    ),
    "content:similar": Row(space, post=PEOPLE),
    "content:workspace_map": Row(space, VISITORS),
    "codesign:draft_proposal": Row(space, PEOPLE, PEOPLE),
    "codesign:proposal": Row(of("proposal"), VISITORS),
    "codesign:edit_proposal": row("draft_proposal", "edit_proposal", page=True),
    "codesign:open_proposal": row("draft_proposal", "open_proposal"),
    "codesign:support_proposal": row("proposal", "support_proposal"),
    "codesign:withdraw_support": row("proposal", "withdraw_support"),
    "codesign:keep_support": row("proposal", "keep_support"),
    "codesign:versions": Row(of("reworded_proposal"), VISITORS),
    "codesign:difference": Row(lambda t: [t.reworded_proposal.pk, 1, 2], VISITORS),
    "codesign:amend_proposal": row("proposal", "amend_proposal", page=True),
    "codesign:amendment": Row(of("amendment"), VISITORS),
    "codesign:accept_amendment": Row(
        of("amendment"), "accept_amendment", "accept_amendment", lambda t: t.proposal
    ),
    "codesign:decline_amendment": Row(
        of("amendment"), "decline_amendment", "decline_amendment", lambda t: t.proposal
    ),
    "codesign:withdraw_amendment": row("amendment", "withdraw_amendment"),
    "codesign:raise_amendment": row("declined_amendment", "raise_amendment"),
    "codesign:invite_co_author": row("proposal", "invite_co_author", page=True),
    "codesign:answer_co_author_invitation": row("co_author", "answer_co_author_invitation"),
    "codesign:estimate_proposal": row("proposal", "estimate_proposal", page=True),
    "codesign:attach_file": row("proposal", "attach_file", page=True),
    "codesign:attachment": Row(of("attachment"), VISITORS),
    "codesign:remove_file": Row(
        of("attachment"), post="remove_file", about=lambda t: t.attachment.proposal
    ),
    "codesign:comment_on_proposal": row("proposal", "comment_on_proposal"),
    "codesign:reply_to_comment": row("comment", "reply_to_comment", page=True),
    "codesign:mark_answered": Row(
        of("question"), post="mark_answered", about=lambda t: t.question.asked
    ),
    "codesign:withdraw_comment": row("comment", "withdraw_comment", page=True),
    "codesign:support_comment": row("reply", "support_comment"),
    "codesign:withdraw_comment_support": row("reply", "withdraw_comment_support"),
    "codesign:shortlist_proposal": row("proposal", "shortlist_proposal", page=True),
    "codesign:park_proposal": row("proposal", "park_proposal", page=True),
    "codesign:withdraw_proposal": row("proposal", "withdraw_proposal", page=True),
    "codesign:merge_proposals": row("proposal", "merge_proposals", page=True),
    "codesign:take_merge_apart": row("merged_proposal", "take_merge_apart", page=True),
    "codesign:split_proposal": row("proposal", "split_proposal", page=True),
    "codesign:reopen_proposal": row("proposal", "reopen_proposal", page=True),
    "codesign:hide_comment": row("comment", "hide_comment", page=True),
    # moderation
    "codesign:hide_proposal": row("proposal", "hide_proposal", page=True),
    "codesign:report_proposal": row("proposal", "report_proposal", page=True),
    "codesign:report_comment": row("comment", "report_comment", page=True),
    "codesign:report_objection": row("objection", "report_objection", page=True),
    "codesign:hide_objection": row("objection", "hide_objection", page=True),
    "codesign:report_correction": row("correction", "report_correction", page=True),
    "codesign:hide_correction": row("correction", "hide_correction", page=True),
    "codesign:moderation_queue": Row(nothing, "read_reports"),
    "codesign:answer_report": row("report", "answer_report", page=True),
    "codesign:ask_again": row("hiding", "ask_again", page=True),
    "codesign:answer_asking": row("hiding", "answer_asking", page=True),
    "codesign:moderation_log": Row(nothing, VISITORS),
    "codesign:moderation_policy": Row(nothing, VISITORS),
    # entering for somebody, and paper sheets
    "codesign:enter_proposal": Row(space, "enter_for_somebody", "enter_for_somebody"),
    "codesign:enter_comment": row("proposal", "enter_for_somebody", page=True),
    "codesign:enter_support": row("proposal", "enter_for_somebody", page=True),
    "codesign:supporter_sheet": Row(space, PEOPLE),
    "codesign:print_sheets": Row(space, post=PEOPLE),
    "codesign:printed_sheets": Row(
        lambda t: [t.world.workspace.pk, t.world.workspace.printings.earliest("at").pk], PEOPLE
    ),
    "codesign:sheet_qr": Row(space, PEOPLE),
    "codesign:sheets": Row(space, "enter_sheet"),
    "codesign:enter_sheet": Row(space, "enter_sheet", "enter_sheet"),
    "codesign:sheet": Row(of("sheet"), "enter_sheet"),
    "codesign:correct_line": Row(
        lambda t: [t.sheet.entered_lines.get().pk],
        "correct_line",
        "correct_line",
        lambda t: t.sheet,
    ),
    # assessment
    "codesign:criteria": Row(space, VISITORS),
    "codesign:agree_criteria": Row(space, "agree_criteria", "agree_criteria"),
    "codesign:assessments": Row(space, "publish_assessments"),
    "codesign:to_assess": Row(nothing, "assess_proposal"),
    "codesign:assess_proposal": row("proposal", "assess_proposal", page=True),
    "codesign:publish_assessments": row("proposal", "publish_assessments", page=True),
    # activities
    "codesign:whats_on": Row(nothing, VISITORS),
    "codesign:partnership_calendar": Row(nothing, VISITORS),
    "codesign:start_activity": row("agreed_activity", "start_activity", page=True),
    "codesign:activity": Row(of("activity"), VISITORS),
    "codesign:edit_activity": row("activity", "edit_activity", page=True),
    "codesign:add_host": row("activity", "add_host", page=True),
    "codesign:add_date": row("activity", "add_date", page=True),
    "codesign:end_activity": row("activity", "end_activity", page=True),
    "codesign:activity_calendar": Row(of("activity"), VISITORS),
    "codesign:activity_date": Row(of("activity_date"), VISITORS),
    "codesign:sign_up": row("activity_date", "sign_up"),
    "codesign:cancel_sign_up": row("activity_date", "cancel_sign_up"),
    "codesign:cancel_date": row("activity_date", "cancel_date", page=True),
    "codesign:record_attendance": row("activity_date", "record_attendance", page=True),
    "codesign:date_calendar": Row(of("activity_date"), VISITORS),
    "codesign:make_calendar_key": Row(nothing, PEOPLE, PEOPLE),
    "codesign:revoke_calendar_key": Row(nothing, post=PEOPLE),
    "feedback:say_how_it_was": Row(of("activity_date"), post=PEOPLE),
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
    # ballots
    "codesign:ballots": Row(nothing, VISITORS),
    "codesign:practise_method": Row(lambda t: ["dots"], VISITORS, VISITORS, alike_everywhere=True),
    "codesign:draft_ballot": Row(space, "draft_ballot", "draft_ballot"),
    "codesign:ballot": Row(of("open_ballot"), VISITORS),
    "codesign:edit_ballot": row("draft_ballot", "edit_ballot", page=True),
    "codesign:open_ballot": row("draft_ballot", "open_ballot", page=True),
    "codesign:add_to_roll": row("open_ballot", "add_to_roll", page=True),
    "codesign:remind_voters": row("open_ballot", "remind_voters"),
    "codesign:close_ballot": row("open_ballot", "close_ballot", page=True),
    "codesign:annul_ballot": row("open_ballot", "annul_ballot", page=True),
    "codesign:repeat_ballot": row("annulled_ballot", "repeat_ballot"),
    "codesign:cast_ballot": row("open_ballot", "cast_ballot", page=True),
    "codesign:practise_ballot": Row(of("open_ballot"), VISITORS, VISITORS),
    "codesign:cast_for_somebody": row("open_ballot", "cast_for_somebody", page=True),
    "codesign:print_cards": row("card_ballot", "print_cards", page=True),
    "codesign:ballot_votes": Row(of("closed_ballot"), VISITORS, VISITORS),
    "codesign:ballots_file": Row(of("closed_ballot"), VISITORS),
    "codesign:ballot_option": Row(lambda t: [t.open_ballot.pk, 1], VISITORS),
    "codesign:answer_objection": row("objection", "answer_objection", page=True),
    # decisions and the service
    "codesign:decisions": Row(nothing, VISITORS),
    "codesign:draft_decision": Row(space, "draft_decision", "draft_decision"),
    "codesign:decision": Row(of("decision"), VISITORS),
    "codesign:edit_decision": row("draft_decision", "edit_decision", page=True),
    "codesign:publish_decision": row("draft_decision", "publish_decision", page=True),
    "codesign:decisions_feed": Row(nothing, VISITORS),
    "codesign:export_decisions": Row(
        lambda t: ["csv"], post="export_decisions", alike_everywhere=True
    ),
    "codesign:require_confirmation": Row(nothing, "require_confirmation", "require_confirmation"),
    "codesign:set_hard_words": Row(nothing, "set_hard_words", "set_hard_words"),
    "codesign:set_deciders": row("draft_decision", "edit_decision", page=True),
    "codesign:set_commitments": row("draft_decision", "edit_decision", page=True),
    "codesign:raise_objection": row("draft_decision", "raise_objection", page=True),
    "codesign:send_for_confirmation": row("draft_decision", "send_for_confirmation"),
    "codesign:confirm_decision": row("sent_decision", "confirm_decision"),
    "codesign:ask_for_correction": row("decision", "ask_for_correction", page=True),
    "codesign:answer_correction": row("correction", "answer_correction", page=True),
    "codesign:keep_commitment": row("commitment", "keep_commitment", page=True),
    "codesign:service": Row(nothing, VISITORS),
    "codesign:service_difference": Row(nothing, VISITORS),
    "codesign:service_json": Row(nothing, VISITORS),
    "codesign:service_feature": Row(lambda t: [t.world.feature.pk], VISITORS),
    "codesign:add_service_feature": Row(nothing, "add_service_feature", "add_service_feature"),
    "codesign:change_service_feature": Row(
        lambda t: [t.world.feature.pk],
        "change_service_feature",
        "change_service_feature",
        lambda t: t.world.feature,
    ),
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
    "feedback:proposals_for_theme": Row(of("theme"), PEOPLE),
    "feedback:link_theme_to_proposal": row("proposal", "link_theme_to_proposal", page=True),
    "feedback:unlink_theme_from_proposal": Row(
        of("theme_proposal"),
        "unlink_theme_from_proposal",
        "unlink_theme_from_proposal",
        lambda t: t.agreed_proposal,
    ),
    "feedback:give_theme": row("voice", "give_theme"),
    "feedback:take_theme_away": row("voice_theme", "take_theme_away", page=True),
    # statements
    "codesign:statement_rounds": Row(lambda t: [t.closed_round.workspace_id], VISITORS),
    "codesign:open_statements": Row(
        lambda t: [t.closed_round.workspace_id], "open_statements", "open_statements"
    ),
    "codesign:statements": Row(of("statement_round"), VISITORS),
    "codesign:my_answers": Row(of("statement_round"), "answer_statement"),
    "codesign:suggest_statement": row("statement_round", "suggest_statement", page=True),
    "codesign:see_common_ground": Row(of("statement_round"), "see_common_ground"),
    "codesign:close_statements": row("statement_round", "close_statements", page=True),
    "codesign:waiting_statements": Row(nothing, "show_statement"),
    "codesign:answer_statement": Row(
        of("statement"), post="answer_statement", data={"stance": "agree"}
    ),
    "codesign:show_statement": row("waiting_statement", "show_statement"),
    "codesign:decline_statement": row("waiting_statement", "decline_statement", page=True),
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
    # one's own page
    "content:mine": Row(nothing, PEOPLE),
    "content:all_mine": Row(lambda t: ["proposals"], PEOPLE, alike_everywhere=True),
    # the trail
    "content:trail": Row(lambda t: ["proposal", t.proposal.pk], VISITORS),
    "content:trail_json": Row(lambda t: ["proposal", t.proposal.pk], VISITORS),
    "content:make_evidence_pack": Row(
        of("decision"), post="make_evidence_pack", data={"audience": "partnership"}
    ),
    "content:evidence_pack": Row(of("evidence_pack"), VISITORS),
    "content:fetch_evidence_pack": Row(of("evidence_pack"), VISITORS),
}

# Addresses that belong to no partnership, or that a token opens; each has tests of its own.
ELSEWHERE = {
    "portal:mine",
    "portal:set_easy_read",
    "portal:stop_mail",
    "portal:delete_account",
    "portal:accept_invitation",
    "codesign:join",
    "codesign:join_code",
    "codesign:my_calendar",
    "codesign:type_card",
    "codesign:cast_by_card",
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
    if not args or row.alike_everywhere:
        return
    url = reverse(name, args=["norfolk", *args])
    for who in ("facilitator", "provider", "admin"):
        for method in ("get", "post"):
            got = request(scene.clients[who], method, url, row.data)
            assert got in {"absent", "refused", "no such method"}
