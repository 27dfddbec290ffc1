"""From a vote to its decision: an objection is answered first, and a mistake is put right after."""

import pytest
from django.urls import reverse

from codesign.enums import BallotMethod, Outcome
from codesign.models import Decision, Proposal
from tests.codesign import ballot as made
from tests.journeys import keyboard
from tests.journeys.conftest import Sitter, Somebody, axe_finds_nothing
from tests.world import World

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
CAST = "form.tl-vote button:not([name])"


def draft(facilitator: Somebody, title: str, what: str) -> None:
    """The words of a decision that are the same, whatever it is about."""
    facilitator.write("What is this decision called?", title)
    facilitator.write("What was decided?", what)
    facilitator.page.get_by_label("Why?", exact=True).fill("It is what most people can live with.")
    facilitator.write("What was weighed?", "The vote, and what was said in it.")
    facilitator.write("How was it decided?", "By a vote, and then around one table.")
    facilitator.page.get_by_label("When will you look at this decision again?").fill("2099-01-01")


def say(facilitator: Somebody, proposal: Proposal, outcome: Outcome, reason: str) -> None:
    """What is decided about one suggestion, and why."""
    facilitator.page.locator(f"[name=outcome_{proposal.pk}]").select_option(outcome.value)
    facilitator.page.locator(f"[name=reason_{proposal.pk}]").fill(reason)


@SCRIPTS
def test_a_decision_waits_until_an_objection_is_answered(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    ballot = made.an_open_ballot(world, BallotMethod.CONSENT)
    made.voting(ballot, [(world.service_user, "agree"), (world.partner, "agree")])
    proposal = Proposal.objects.get(options__ballot=ballot)

    # 1. Somebody objects, and has to say why.
    carer = sit_down(world.carer, width=390, javascript=javascript)
    carer.open(reverse("codesign:cast_ballot", args=["norfolk", ballot.pk]))
    keyboard.choose(carer.page, "answer", "object")
    keyboard.press(carer.page, CAST)
    carer.reads("Please say why, so that it can be answered.")
    if javascript:
        axe_finds_nothing(carer.page)
    keyboard.write(carer.page, "#id_reason", "Nobody can get there without a car.")
    keyboard.press(carer.page, CAST)
    carer.reads("You have voted")

    # 2. The vote is closed, and a decision drafted that rests on it.
    facilitator = sit_down(world.facilitator, javascript=javascript)
    facilitator.open(ballot.get_absolute_url())
    facilitator.follow("Close the vote early")
    facilitator.write("Why?", "All of us have voted.")
    keyboard.press(facilitator.page, "main form button.govuk-button")
    facilitator.reads("Not answered yet.")
    facilitator.open(proposal.get_absolute_url())
    facilitator.follow("Record a decision about it")
    facilitator.reads("in the vote “What comes first?”, counted on")
    draft(facilitator, "A café near the bus", "We open a café beside the bus station.")
    say(facilitator, proposal, Outcome.CHANGED, "It moves to where people can get to.")
    facilitator.page.get_by_label("What comes first?").check(force=True)
    if javascript:
        axe_finds_nothing(facilitator.page)
    facilitator.press("Save the draft")
    decision = Decision.objects.get()

    # 3. It cannot be published as long as the objection has no answer.
    facilitator.reads("1 objection waits for an answer.")
    facilitator.follow("See who will be told, and publish")
    facilitator.reads("1 objection waits for an answer. It needs one before you can publish.")
    if javascript:
        axe_finds_nothing(facilitator.page)
    facilitator.press("Publish and tell everyone")
    facilitator.reads("Each objection needs a written answer before the decision is published.")
    decision.refresh_from_db()
    assert not decision.is_published
    facilitator.open(decision.get_absolute_url())
    facilitator.follow("Answer it")
    facilitator.reads("Nobody can get there without a car.")
    facilitator.write("Your answer", "The café lies beside the bus station.")
    if javascript:
        axe_finds_nothing(facilitator.page)
    facilitator.press("Publish this answer")
    facilitator.reads("Your answer stands beside the objection now.")

    # 4. With the answer it can, and whoever objected reads both in the vote and in the decision.
    facilitator.open(decision.get_absolute_url())
    facilitator.follow("See who will be told, and publish")
    facilitator.press("Publish and tell everyone")
    facilitator.reads("It is published")
    for page in (ballot, decision):
        carer.open(page.get_absolute_url())
        carer.reads("Nobody can get there without a car.")
        carer.reads("The café lies beside the bus station.")
        if javascript:
            axe_finds_nothing(carer.page)


@SCRIPTS
def test_a_decision_is_drafted_published_and_corrected(
    world: World, sit_down: Sitter, javascript: bool
) -> None:
    ballot = made.a_closed_ballot(world)
    cafe, breaks, _choir = (option.proposal for option in ballot.options.all())

    # 1. The draft, with what is known beside it. Every verdict needs its reason.
    facilitator = sit_down(world.facilitator, javascript=javascript)
    facilitator.open(cafe.get_absolute_url())
    facilitator.follow("Record a decision about it")
    facilitator.write("Look for other suggestions by their words", "breaks")
    facilitator.press("Add another suggestion")
    facilitator.reads("Chosen in the vote “What comes first?”, counted on")
    facilitator.reads("Not chosen in the vote “What comes first?”, counted on")
    draft(facilitator, "A café in the spring", "We open a café, and have six hours for it.")
    say(facilitator, cafe, Outcome.AGREED, "Most people chose it.")
    say(facilitator, breaks, Outcome.PARKED, "")
    facilitator.press("Save the draft")
    facilitator.reads("Give a reason. People will want to know why.")
    if javascript:
        axe_finds_nothing(facilitator.page)
    say(facilitator, breaks, Outcome.PARKED, "There is no money for it before next year.")
    facilitator.press("Save the draft")
    facilitator.reads("This is a draft.")
    facilitator.follow("Say who decides")
    facilitator.page.get_by_label("Somebody of the partnership").first.select_option(
        str(world.commissioner.pk)
    )
    facilitator.write("What have they to gain or lose by it?", "The council pays for it.")
    if javascript:
        axe_finds_nothing(facilitator.page)
    facilitator.page.locator("main form button.govuk-button").first.click()

    # 2. Published: everybody reads each verdict with its reason.
    facilitator.follow("See who will be told, and publish")
    facilitator.press("Publish and tell everyone")
    facilitator.reads("It is published")
    decision = Decision.objects.get()
    carer = sit_down(world.carer, width=390, javascript=javascript)
    carer.open(decision.get_absolute_url())
    carer.reads("Most people chose it.")
    carer.reads("There is no money for it before next year.")
    carer.reads("The council pays for it.")

    # 3. Somebody asks for a correction. The decision stays, and the answer stands beside it.
    carer.follow("Ask for a correction")
    carer.write("What is wrong, and what would be right?", "We agreed on five hours, not six.")
    if javascript:
        axe_finds_nothing(carer.page)
    keyboard.press(carer.page, "main form button.govuk-button")
    carer.reads("Thank you. Facilitators were asked to answer.")
    facilitator.open(decision.get_absolute_url())
    facilitator.follow("Answer it")
    facilitator.reads("We agreed on five hours, not six.")
    facilitator.write("Your answer", "You are right: it is five hours.")
    if javascript:
        axe_finds_nothing(facilitator.page)
    facilitator.press("Publish the answer")
    visitor = sit_down(None, width=390, javascript=javascript)
    visitor.open(decision.get_absolute_url())
    visitor.reads("We open a café, and have six hours for it.")
    visitor.reads("We agreed on five hours, not six.")
    visitor.reads("You are right: it is five hours.")
    if javascript:
        axe_finds_nothing(visitor.page)
