"""What a count found, in the language of whoever reads it."""

import pytest
from django.utils.translation import override
from django.utils.translation.trans_real import translation

from codesign.counting.ballots import Ballot, Ballots, Option
from codesign.counting.methods import count
from codesign.voting_words import unmet_in_words

SHORT = count(
    Ballots(
        "consent",
        (Option("way"),),
        (Ballot("agree", 3, "carer"), Ballot("object", 1, "carer")),
        quorum=5,
        quorums={"service_user": 2, "carer": 6},
        short=("service_user",),
        pass_share=80,
    )
)


def test_what_stands_against_a_decision_is_said_with_the_names_that_roles_have_on_pages() -> None:
    assert unmet_in_words(SHORT.unmet) == [
        "4 voted, and at least 5 must.",
        "4 voted in the role Carer, and at least 6 must.",
        "0 voted in the role Service user, and at least 2 must.",
        "3 of 4 agree, and at least 80% must.",
        "Objections that still need a written answer: 1.",
    ]


def test_what_stands_against_a_decision_is_said_in_the_language_of_the_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    welsh = {
        "%(voted)d voted in the role %(role)s, and at least %(needed)d must.": (
            "%(role)s: rhaid i %(needed)d bleidleisio; pleidleisiodd %(voted)d."
        ),
        "Carer": "Gofalwr",
    }
    monkeypatch.setattr(translation("cy"), "gettext", lambda text: welsh.get(text, text))
    with override("cy"):
        said = unmet_in_words(SHORT.unmet)
    assert said[1] == "Gofalwr: rhaid i 6 bleidleisio; pleidleisiodd 4."
    assert str(SHORT.unmet[1]) == "4 voted in the role carer, and at least 6 must."
