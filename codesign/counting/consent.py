"""Agreeing a way forward: can everybody live with it, and were all objections answered?"""

from collections import Counter

from codesign.counting.ballots import BadBallots, Ballots
from codesign.counting.results import Result, Round, Standing, Unmet, gettext_noop

VARIANT = "consent-2"
RULE = (
    "Each person agrees, abstains, disagrees or objects; the way forward is agreed if more agree "
    "than disagree or object (or at least the share of these who agree that was fixed beforehand, "
    "if one was), and every objection has a written answer."
)
AGREE, ABSTAIN, DISAGREE, OBJECT = ANSWERS = ("agree", "abstain", "disagree", "object")


def count(ballots: Ballots) -> Result:
    """About one option. What stands against agreement is in `unmet`. Raises BadBallots."""
    if len(ballots.options) != 1:
        raise BadBallots("Consent is asked about one option at a time.")
    (option,) = ballots.ids
    answers: Counter[str] = Counter()
    roles: dict[str, Counter[str]] = {}
    for ballot in ballots.ballots:
        if ballot.choice not in ANSWERS:
            raise BadBallots("A ballot says neither agree, abstain, disagree nor object.")
        answers[ballot.choice] += ballot.number
        roles.setdefault(ballot.role, Counter())[ballot.choice] += ballot.number
    unmet = _unmet(ballots, answers)
    return Result(
        method="consent",
        variant=VARIANT,
        rule=RULE,
        options=ballots.ids,
        ballots=ballots.cast,
        winners=() if unmet else (option,),
        standings=(Standing(option, answers[AGREE], {each: answers[each] for each in ANSWERS}),),
        rounds=tuple(
            Round("role", role, votes={each: roles[role][each] for each in ANSWERS})
            for role in sorted(roles)
            if role
        ),
        unmet=unmet,
    )


def _unmet(ballots: Ballots, answers: Counter[str]) -> tuple[Unmet, ...]:
    if not answers.total():
        return (Unmet(gettext_noop("Nobody has answered.")),)
    unmet = []
    agree, against = answers[AGREE], answers[DISAGREE] + answers[OBJECT]
    if ballots.pass_share and 100 * agree < ballots.pass_share * (agree + against):
        unmet.append(
            Unmet(
                gettext_noop("%(agree)d of %(sides)d agree, and at least %(share)d%% must."),
                {"agree": agree, "sides": agree + against, "share": ballots.pass_share},
            )
        )
    elif not agree or (agree <= against and not ballots.pass_share):
        unmet.append(
            Unmet(
                gettext_noop("%(agree)d agree, and %(against)d disagree or object."),
                {"agree": agree, "against": against},
            )
        )
    if answers[OBJECT] > ballots.answered:
        unmet.append(
            Unmet(
                gettext_noop("Objections that still need a written answer: %(waiting)d."),
                {"waiting": answers[OBJECT] - ballots.answered},
            )
        )
    return tuple(unmet)
