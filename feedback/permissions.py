"""Who may do what with voices, themes, adaptations and measures."""

from portal.enums import Duty, Role
from portal.permissions import EVERYONE, allow, declare

DELIVER = [Role.PROVIDER]

declare(
    {
        # voices. Leaving one needs no participant at all: see operations.voices.leave_voice.
        "enter_voice_for_somebody": allow(
            DELIVER, [Duty.FACILITATOR, Duty.MODERATOR, Duty.SAFEGUARDING_LEAD]
        ),
        "read_waiting_voices": allow(duties=[Duty.MODERATOR, Duty.SAFEGUARDING_LEAD]),
        "publish_voice": allow(duties=[Duty.MODERATOR]),
        "hold_voice": allow(duties=[Duty.MODERATOR]),
        "reply_to_voice": allow(DELIVER, [Duty.FACILITATOR, Duty.MODERATOR]),
        # themes
        "name_theme": allow(DELIVER, [Duty.FACILITATOR, Duty.EVALUATOR]),
        "give_theme": allow(DELIVER, [Duty.FACILITATOR, Duty.EVALUATOR]),
        "take_theme_away": allow(DELIVER, [Duty.FACILITATOR, Duty.EVALUATOR]),
        "raise_proposal": allow(EVERYONE),
        "link_theme_to_proposal": allow(DELIVER, [Duty.FACILITATOR, Duty.EVALUATOR], author=True),
        "unlink_theme_from_proposal": allow(
            DELIVER, [Duty.FACILITATOR, Duty.EVALUATOR], author=True
        ),
        # adaptations
        "draft_adaptation": allow(DELIVER),
        "edit_adaptation": allow(DELIVER),
        "publish_adaptation": allow(DELIVER),
        # measures and reviews
        "define_measure": allow(DELIVER, [Duty.EVALUATOR]),
        "record_observation": allow(DELIVER, [Duty.EVALUATOR]),
        "correct_observation": allow(DELIVER, [Duty.EVALUATOR]),
        "review_adaptation": allow([Role.PROVIDER, Role.COMMISSIONER], [Duty.EVALUATOR]),
    }
)
