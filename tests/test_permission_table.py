"""Who may do what, word for word: role × act, and what an author may do besides.

The table stands here a second time on purpose. Changing who may do something means changing it in
an app's permissions.py and here, and both in review.
"""

from dataclasses import dataclass

import pytest

from portal import permissions
from portal.models import Participant
from tests.world import World

pytestmark = pytest.mark.django_db

WHO = [
    "service_user",
    "carer",
    "provider",
    "commissioner",
    "partner",
    "facilitator",
    "moderator",
    "safeguarding_lead",
    "evaluator",
    "admin",
    "author",
]
# x: may, .: may not; in the order of WHO. Those with a duty are partners by role.
TABLE = """
invite_participant         . . . . . x . . . x .
revoke_invitation          . . . . . x . . . x .
grant_duty                 . . . . . . . . . x .
remove_duty                . . . . . . . . . x .
remove_participant         . . . . . . . . . x .
follow                     x x x x x x x x x x .
unfollow                   x x x x x x x x x x .
read_notices               x x x x x x x x x x .
set_digest                 x x x x x x x x x x .
delete_guest               x x x x x x x x x x .
follow_role                x x x x x x x x x x .
unfollow_role              x x x x x x x x x x .
keep_draft                 x x x x x x x x x x .
export_record              x x x x x x x x x x .
enter_voice_for_somebody   . . x . . x x x . . .
read_waiting_voices        . . . . . . x x . . .
publish_voice              . . . . . . x . . . .
hold_voice                 . . . . . . x . . . .
reply_to_voice             . . x . . x x . . . .
name_theme                 . . x . . x . . x . .
give_theme                 . . x . . x . . x . .
take_theme_away            . . x . . x . . x . .
raise_proposal             x x x x x x x x x x .
link_theme_to_proposal     . . x . . x . . x . x
unlink_theme_from_proposal . . x . . x . . x . x
draft_adaptation           . . x . . . . . . . .
edit_adaptation            . . x . . . . . . . .
publish_adaptation         . . x . . . . . . . .
define_measure             . . x . . . . . x . .
record_observation         . . x . . . . . x . .
correct_observation        . . x . . . . . x . .
review_adaptation          . . x x . . . . x . .
open_workspace             . . . . . x . . . . .
edit_workspace             . . . . . x . . . . .
move_stage                 . . . . . x . . . . .
set_access                 . . . . . x . . . . .
invite_to_workspace        . . . . . x . . . . .
remove_from_workspace      . . . . . x . . . . .
duplicate_workspace        . . . . . x . . . . .
close_workspace            . . . . . x . . . . .
reopen_workspace           . . . . . x . . . . .
add_service_feature        . . x . . x . . . . .
change_service_feature     . . x . . x . . . . .
draft_proposal             x x x x x x x x x x .
edit_proposal              . . . . . . . . . . x
open_proposal              . . . . . . . . . . x
support_proposal           x x x x x x x x x x .
withdraw_support           x x x x x x x x x x .
keep_support               x x x x x x x x x x .
attach_file                . . . . . . . . . . x
remove_file                . . . . . . . . . . x
estimate_proposal          . . x . . . . . . . .
invite_co_author           . . . . . x . . . . x
answer_co_author_invitation . . . . . . . . . . x
amend_proposal             x x x x x x x x x x .
accept_amendment           . . . . . . . . . . x
decline_amendment          . . . . . . . . . . x
withdraw_amendment         . . . . . . . . . . x
raise_amendment            . . . . . . . . . . x
export_proposals           x x x x x x x x x x .
comment_on_proposal        x x x x x x x x x x .
reply_to_comment           x x x x x x x x x x .
answer_for_organisation    . . x x . . . . . . .
mark_answered              . . . . . x . . . . x
withdraw_comment           . . . . . . . . . . x
support_comment            x x x x x x x x x x .
withdraw_comment_support   x x x x x x x x x x .
report_proposal            x x x x x x x x x x .
report_comment             x x x x x x x x x x .
report_objection           x x x x x x x x x x .
report_correction          x x x x x x x x x x .
read_reports               . . . . . . x . . . .
answer_report              . . . . . . x . . . .
hide_proposal              . . . . . . x . . . .
hide_comment               . . . . . . x . . . .
hide_objection             . . . . . . x . . . .
hide_correction            . . . . . . x . . . .
ask_again                  . . . . . . . . . . x
answer_asking              . . . . . . x . . . .
shortlist_proposal         . . . . . x . . . . .
park_proposal              . . . . . x . . . . .
withdraw_proposal          . . . . . . . . . . x
reopen_proposal            . . . . . x . . . . x
merge_proposals            . . . . . x . . . . .
take_merge_apart           . . . . . x . . . . .
print_sheets               x x x x x x x x x x .
correct_line               . . . . . x . . . . x
split_proposal             . . . . . x . . . . .
agree_criteria             . . . . . x . . . . .
open_statements            . . . . . x . . . . .
close_statements           . . . . . x . . . . .
suggest_statement          x x x x x x x x x x .
show_statement             . . . . . x x . . . .
decline_statement          . . . . . x x . . . .
answer_statement           x x x x x x x x x x .
see_common_ground          . . . . . x . . . . .
assess_proposal            . . x x . . . . . . .
publish_assessments        . . . . . x . . . . .
enter_for_somebody         . . x . . x x . . . .
enter_sheet                . . x . . x x . . . .
start_activity             . . x . . x . . . . x
edit_activity              . . . . . x . . . . x
add_host                   . . . . . x . . . . x
add_date                   . . . . . x . . . . x
cancel_date                . . . . . x . . . . x
end_activity               . . . . . x . . . . x
record_attendance          . . . . . x . . . . x
see_sign_ups               . . . . . . . . . . x
sign_up                    x x x x x x x x x x .
cancel_sign_up             x x x x x x x x x x .
make_calendar_key          x x x x x x x x x x .
revoke_calendar_key        x x x x x x x x x x .
open_session               . . . . . x . . . . .
join_session               x x x x x x x x x x .
move_session               . . . . . x . . . . .
close_session              . . . . . x . . . . .
see_whole_board            . . . . . x . . . . .
add_card                   x x x x x x x x x x .
hide_card                  . . . . . x . . . . .
place_dot                  x x x x x x x x x x .
take_dot_back              x x x x x x x x x x .
draft_decision             . . . . . x . . . . .
edit_decision              . . . . . x . . . . .
publish_decision           . . . . . x . . . . .
send_for_confirmation      . . . . . x . . . . .
confirm_decision           . . . x . x . . . . .
raise_objection            . . . . . x . . . . .
keep_commitment            . . x x . x . . . . .
ask_for_correction         x x x x x x x x x x .
answer_correction          . . . . . x . . . . .
export_decisions           x x x x x x x x x x .
make_evidence_pack         x x x x x x x x x x .
require_confirmation       . . . . . . . . . x .
set_hard_words             . . . . . x . . . x .
draft_ballot               . . . . . x . . . . .
edit_ballot                . . . . . x . . . . .
open_ballot                . . . . . x . . . . .
add_to_roll                . . . . . x . . . . .
remind_voters              . . . . . x . . . . .
print_cards                . . . . . x . . . . .
close_ballot               . . . . . x . . . . .
annul_ballot               . . . . . x . . . . .
repeat_ballot              . . . . . x . . . . .
cast_ballot                x x x x x x x x x x .
cast_for_somebody          . . x . . x x . . . .
answer_objection           . . . x . x . . . . .
"""


@dataclass
class Contributed:
    """A stand-in for anything with an author inside a partnership."""

    partnership_id: int
    by_id: int

    def is_by(self, participant: Participant) -> bool:
        return self.by_id == participant.pk


def allowed(world: World, act: str) -> str:
    somebody_elses = Contributed(world.partnership.pk, by_id=0)
    marks = [
        "x" if permissions.can(getattr(world, who), act, somebody_elses) else "."
        for who in WHO[:-1]
    ]
    own = Contributed(world.partnership.pk, by_id=world.guest.pk)
    only_as_author = permissions.can(world.guest, act, own) and not permissions.can(
        world.guest, act, somebody_elses
    )
    return " ".join([*marks, "x" if only_as_author else "."])


def test_the_table_says_who_may_do_what() -> None:
    world = World()
    lines = [f"{act:26} {allowed(world, act)}" for act in permissions.TABLE]
    assert sorted(lines) == sorted(TABLE.strip().splitlines())


def test_nothing_is_allowed_across_the_wall_or_after_leaving() -> None:
    world, elsewhere = World(), World(slug="other")
    there = Contributed(elsewhere.partnership.pk, by_id=world.carer.pk)
    world.guest.left_at = world.guest.joined_at
    here = Contributed(world.partnership.pk, by_id=world.guest.pk)
    for act in permissions.TABLE:
        for who in world.cast.values():
            assert not permissions.can(who, act, there)
        assert not permissions.can(world.guest, act, here)
        assert not permissions.can(None, act, here)


def test_an_act_without_a_row_is_refused_to_everyone() -> None:
    world = World()
    thing = Contributed(world.partnership.pk, by_id=world.carer.pk)
    assert not any(permissions.can(who, "no_such_act", thing) for who in world.cast.values())


def test_declaring_an_act_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        permissions.declare({"follow": permissions.allow()})
