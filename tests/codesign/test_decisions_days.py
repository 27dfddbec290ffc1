"""What a decision can rest on is named with its day where the service is, not where servers are."""

from datetime import UTC, datetime

from codesign.forms.decisions import DecisionForm
from codesign.models import Ballot, Decision

LATE = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in a British summer


def test_a_vote_that_was_counted_after_midnight_bears_the_new_day() -> None:
    offered = DecisionForm.base_fields["ballots"].label_from_instance(  # type: ignore[attr-defined]
        Ballot(question="What comes first?", closed_at=LATE)
    )
    assert (offered.label, offered.hint) == ("What comes first?", "Counted on 1 July 2026")


def test_a_decision_that_was_published_after_midnight_bears_the_new_day() -> None:
    for tie in ("reviews", "replaces"):
        offered = DecisionForm.base_fields[tie].label_from_instance(  # type: ignore[attr-defined]
            Decision(title="Breaks", published_at=LATE)
        )
        assert offered == "Breaks (1 July 2026)"
