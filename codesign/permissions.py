"""Who may do what in co-design, and which stage of a workspace opens which act."""

from codesign.enums import StageKind
from portal.enums import Duty, Role
from portal.permissions import EVERYONE, allow, declare

FACILITATE = [Duty.FACILITATOR]

declare(
    {
        # workspaces and the service
        "open_workspace": allow(duties=FACILITATE),
        "add_service_feature": allow([Role.PROVIDER], FACILITATE),
        "change_service_feature": allow([Role.PROVIDER], FACILITATE),
        # proposals
        "draft_proposal": allow(EVERYONE),
        "edit_proposal": allow(author=True),
        "open_proposal": allow(author=True),
        "support_proposal": allow(EVERYONE),
        "withdraw_support": allow(EVERYONE),
        "comment_on_proposal": allow(EVERYONE),
        "hide_comment": allow(duties=[Duty.MODERATOR]),
        "shortlist_proposal": allow(duties=FACILITATE),
        "park_proposal": allow(duties=FACILITATE),
        "withdraw_proposal": allow(author=True),
        "reopen_proposal": allow(duties=FACILITATE, author=True),
        "merge_proposal": allow(duties=FACILITATE),
        "enter_for_somebody": allow([Role.PROVIDER], [Duty.FACILITATOR, Duty.MODERATOR]),
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
    }
)

# Before a workspace's first stage and between stages only reading is possible.
STAGE_OPENS: dict[str, frozenset[StageKind]] = {
    "draft_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP}),
    "open_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP}),
    "support_proposal": frozenset({StageKind.SUGGEST, StageKind.DEVELOP, StageKind.CHOOSE}),
    "withdraw_support": frozenset({StageKind.SUGGEST, StageKind.DEVELOP, StageKind.CHOOSE}),
    "comment_on_proposal": frozenset(
        {StageKind.SUGGEST, StageKind.DEVELOP, StageKind.CHOOSE, StageKind.DECIDE}
    ),
}
