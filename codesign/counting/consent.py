"""Agreeing a way forward: can everybody live with it, and were all objections answered?"""

from collections import Counter

from codesign.counting.ballots import BadBallots, Ballots
from codesign.counting.results import Result, Round, Standing

VARIANT = "consent-1"
RULE = (
    "Each person agrees, abstains, disagrees or objects; the way forward is agreed if enough "
    "people answered, in all and from each role, more agree than disagree or object, and every "
    "objection has a written answer."
)
AGREE, ABSTAIN, DISAGREE, OBJECT = ANSWERS = ("agree", "abstain", "disagree", "object")


def count(ballots: Ballots) -> Result:
    """About one option. What stands against agreement is in `unmet`. Raises BadBallots."""
    if len(ballots.options) != 1:
        raise BadBallots("Consent is asked about one option at a time.")
    (option,) = ballots.ids
    answers: Counter[str] = Counter()
    roles: dict[str, Counter[str]] = {role: Counter() for role in ballots.quorums}
    for ballot in ballots.ballots:
        if ballot.choice not in ANSWERS:
            raise BadBallots("A ballot says neither agree, abstain, disagree nor object.")
        answers[ballot.choice] += ballot.number
        roles.setdefault(ballot.role, Counter())[ballot.choice] += ballot.number
    unmet = _unmet(ballots, answers, roles)
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


def _unmet(
    ballots: Ballots, answers: Counter[str], roles: dict[str, Counter[str]]
) -> tuple[str, ...]:
    unmet = []
    if not answers.total():
        unmet.append("Nobody has answered.")
    if answers.total() < ballots.quorum:
        unmet.append(f"{answers.total()} answered, and at least {ballots.quorum} must.")
    for role, quorum in sorted(ballots.quorums.items()):
        if roles[role].total() < quorum:
            unmet.append(f"{roles[role].total()} of {role} answered, and at least {quorum} must.")
    against = answers[DISAGREE] + answers[OBJECT]
    if answers.total() and answers[AGREE] <= against:
        unmet.append(f"{answers[AGREE]} agree, and {against} disagree or object.")
    if answers[OBJECT] > ballots.answered:
        waiting = answers[OBJECT] - ballots.answered
        unmet.append(f"Objections that still need a written answer: {waiting}.")
    return tuple(unmet)
