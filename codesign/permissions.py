"""Who may do what in co-design, and which stage of a workspace opens which act."""

from codesign.enums import StageKind
from portal.enums import Duty, Role
from portal.permissions import EVERYONE, STAFF, allow, declare

FACILITATE = [Duty.FACILITATOR]
MODERATE = [Duty.MODERATOR]

declare(
    {
        # workspaces and the service
        "open_workspace": allow(duties=FACILITATE),
        "edit_workspace": allow(duties=FACILITATE),
        "move_stage": allow(duties=FACILITATE),
        "set_access": allow(duties=FACILITATE),
        "invite_to_workspace": allow(duties=FACILITATE),
        "remove_from_workspace": allow(duties=FACILITATE),
        "duplicate_workspace": allow(duties=FACILITATE),
        "close_workspace": allow(duties=FACILITATE),
        "reopen_workspace": allow(duties=FACILITATE),
        "add_service_feature": allow([Role.PROVIDER], FACILITATE),
        "change_service_feature": allow([Role.PROVIDER], FACILITATE),
        # proposals
        "draft_proposal": allow(EVERYONE),
        "edit_proposal": allow(author=True),
        "open_proposal": allow(author=True),
        "support_proposal": allow(EVERYONE),
        "withdraw_support": allow(EVERYONE),
        "keep_support": allow(EVERYONE),
        "attach_file": allow(author=True),
        "remove_file": allow(author=True),
        "estimate_proposal": allow([Role.PROVIDER]),
        "invite_co_author": allow(duties=FACILITATE, author=True),
        "answer_co_author_invitation": allow(author=True),
        "amend_proposal": allow(EVERYONE),
        "accept_amendment": allow(author=True),
        "decline_amendment": allow(author=True),
        "withdraw_amendment": allow(author=True),
        "raise_amendment": allow(author=True),
        "export_proposals": allow(EVERYONE),
        # comments
        "comment_on_proposal": allow(EVERYONE),
        "reply_to_comment": allow(EVERYONE),
        "answer_for_organisation": allow(STAFF),
        "mark_answered": allow(duties=FACILITATE, author=True),
        "withdraw_comment": allow(author=True),
        "support_comment": allow(EVERYONE),
        "withdraw_comment_support": allow(EVERYONE),
        # moderation
        "report_proposal": allow(EVERYONE),
        "report_comment": allow(EVERYONE),
        "read_reports": allow(duties=MODERATE),
        "answer_report": allow(duties=MODERATE),
        "hide_proposal": allow(duties=MODERATE),
        "hide_comment": allow(duties=MODERATE),
        "ask_again": allow(author=True),
        "answer_asking": allow(duties=MODERATE),
        # moves, and assessment
        "shortlist_proposal": allow(duties=FACILITATE),
        "park_proposal": allow(duties=FACILITATE),
        "withdraw_proposal": allow(author=True),
        "reopen_proposal": allow(duties=FACILITATE, author=True),
        "merge_proposals": allow(duties=FACILITATE),
        "take_merge_apart": allow(duties=FACILITATE),
        "split_proposal": allow(duties=FACILITATE),
        "agree_criteria": allow(duties=FACILITATE),
        "assess_proposal": allow(STAFF),
        "publish_assessments": allow(duties=FACILITATE),
        "enter_for_somebody": allow([Role.PROVIDER], [Duty.FACILITATOR, Duty.MODERATOR]),
        "print_sheets": allow(EVERYONE),
        "enter_sheet": allow([Role.PROVIDER], [Duty.FACILITATOR, Duty.MODERATOR]),
        "correct_line": allow(duties=FACILITATE, author=True),
        # activities
        "start_activity": allow([Role.PROVIDER], FACILITATE, author=True),
        "edit_activity": allow(duties=FACILITATE, author=True),
        "add_host": allow(duties=FACILITATE, author=True),
        "add_date": allow(duties=FACILITATE, author=True),
        "cancel_date": allow(duties=FACILITATE, author=True),
        "end_activity": allow(duties=FACILITATE, author=True),
        "record_attendance": allow(duties=FACILITATE, author=True),
        "see_sign_ups": allow(author=True),
        "sign_up": allow(EVERYONE),
        "cancel_sign_up": allow(EVERYONE),
        "make_calendar_key": allow(EVERYONE),
        "revoke_calendar_key": allow(EVERYONE),
        # design sessions
        "open_session": allow(duties=FACILITATE),
        "join_session": allow(EVERYONE),
        "move_session": allow(duties=FACILITATE),
        "close_session": allow(duties=FACILITATE),
        "see_whole_board": allow(duties=FACILITATE),
        "add_card": allow(EVERYONE),
        "hide_card": allow(duties=FACILITATE),
        "place_dot": allow(EVERYONE),
        "take_dot_back": allow(EVERYONE),
        # decisions
        "draft_decision": allow(duties=FACILITATE),
        "edit_decision": allow(duties=FACILITATE),
        "publish_decision": allow(duties=FACILITATE),
        "send_for_confirmation": allow(duties=FACILITATE),
        "confirm_decision": allow([Role.COMMISSIONER], FACILITATE),
        "raise_objection": allow(duties=FACILITATE),
        "answer_objection": allow([Role.COMMISSIONER], FACILITATE),
        "keep_commitment": allow(STAFF, FACILITATE),
        "ask_for_correction": allow(EVERYONE),
        "answer_correction": allow(duties=FACILITATE),
        "export_decisions": allow(EVERYONE),
        "require_confirmation": allow(duties=[Duty.PARTNERSHIP_ADMIN]),
        # ballots: the roll, not the role, decides who may vote in one
        "draft_ballot": allow(duties=FACILITATE),
        "edit_ballot": allow(duties=FACILITATE),
        "open_ballot": allow(duties=FACILITATE),
        "add_to_roll": allow(duties=FACILITATE),
        "remind_voters": allow(duties=FACILITATE),
        "print_cards": allow(duties=FACILITATE),
        "cast_ballot": allow(EVERYONE),
        "cast_for_somebody": allow([Role.PROVIDER], [Duty.FACILITATOR, Duty.MODERATOR]),
        "close_ballot": allow(duties=FACILITATE),
        "annul_ballot": allow(duties=FACILITATE),
        "repeat_ballot": allow(duties=FACILITATE),
        # statements, and what is common ground
        "open_statements": allow(duties=FACILITATE),
        "close_statements": allow(duties=FACILITATE),
        "suggest_statement": allow(EVERYONE),
        "show_statement": allow(duties=[Duty.FACILITATOR, Duty.MODERATOR]),
        "decline_statement": allow(duties=[Duty.FACILITATOR, Duty.MODERATOR]),
        "answer_statement": allow(EVERYONE),
        "see_common_ground": allow(duties=FACILITATE),
    }
)

# Before a workspace's first stage and between stages only reading is possible.
STAGE_OPENS: dict[str, frozenset[StageKind]] = {
    "draft_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP}),
    "open_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP}),
    "support_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP, StageKind.CHOOSE}),
    "withdraw_support": frozenset({StageKind.SUGGEST, StageKind.DEVELOP, StageKind.CHOOSE}),
    "edit_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP}),
    "amend_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP}),
    "open_ballot": frozenset({StageKind.DEVELOP, StageKind.CHOOSE, StageKind.DECIDE}),
    "open_statements": frozenset({StageKind.LISTEN}),
    "suggest_statement": frozenset({StageKind.LISTEN}),
    "answer_statement": frozenset({StageKind.LISTEN}),
    "comment_on_proposal": frozenset(
        {StageKind.SUGGEST, StageKind.DEVELOP, StageKind.CHOOSE, StageKind.DECIDE}
    ),
}
